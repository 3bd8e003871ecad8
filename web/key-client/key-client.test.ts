// Keys in the browser: made, packed, locked in an age file, and used; what is lost, foreign or altered opens nothing.
import { webcrypto } from 'node:crypto'
import { toBase64 } from '@naru/sealing/bytes.ts'
import { descriptorOf, parseKeyRecord, recipientsOf } from '@naru/sealing/descriptor.ts'
import { platformCurve, usePlatform } from '@naru/sealing/platform.ts'
import { probeAnswerHolds, sealProbe } from '@naru/sealing/probe.ts'
import { rehearsedBytes, rehearseRound } from '@naru/sealing/rehearsal.ts'
import { trustList } from '@naru/sealing/signatures/trust-list.ts'
import { describe, expect, it } from 'vitest'
import { answerProbes, readyKeys, sealSalts, Unwilling } from './holder.ts'
import { isRingOf, makeRing, packRing, recordsOf, unpackRing, wipe } from './key-ring.ts'
import { lockFile, openFile } from './passphrase-file.ts'

usePlatform()
const tender = '00000000-0000-4000-8000-000000000000'
const trust = trustList({
  version: 1,
  roots: [],
  promiseKeys: [{ key: toBase64(rehearsedBytes('promise')), from: 0 }],
  policy: '',
  timestampAuthorities: [],
  clientReleases: [],
})
const random32 = () => webcrypto.getRandomValues(new Uint8Array(32))
const newRing = (person = 'person-6') =>
  makeRing({ v: 1, tender, person, group: 'guardians', i: 6, trust }, [1, 2, 3], random32)
type Ring = ReturnType<typeof newRing>

/** The descriptors of two rounds in which a ring's keys stand as person 6, with their probes. */
function descriptorsWith(ring: Ring, classes = ['draw', 'price']) {
  return [1, 2].map((round) => {
    const others = rehearseRound(`ring-${round}`).records.filter((record) => record.i !== 6)
    const own = recordsOf(ring)
      .map(parseKeyRecord)
      .filter((record) => record.round === round)
    const records = [
      ...others.map((record) => ({
        ...record,
        tender,
        round,
        group: record.group === 'group-0' ? 'agency' : 'guardians',
      })),
      ...own,
    ]
    const groups = ['agency', 'guardians'].map((name) => ({ name, k: 2 }))
    const descriptor = descriptorOf({ tender, round, classes, groups }, records)
    return { descriptor, probe: sealProbe(descriptor, recipientsOf(descriptor, platformCurve), rehearsedBytes('p')) }
  })
}

describe('a ring of keys', () => {
  it('has a key of its own for each round, and comes back whole from its bytes, which are then zeros', () => {
    const ring = newRing()
    const records = recordsOf(ring)
    expect(new Set(records.map((record) => record.pk)).size).toBe(3)
    const secrets = ring.keys.map((key) => toBase64(key.secret))
    const bytes = packRing(ring)
    // No secret stands there as text.
    for (const secret of secrets) expect(Buffer.from(bytes).includes(secret)).toBe(false)
    const back = unpackRing(bytes)
    expect(bytes.every((byte) => byte === 0)).toBe(true)
    expect(back.keys.map((key) => toBase64(key.secret))).toEqual(secrets)
    expect(recordsOf(back)).toEqual(records)
    expect([isRingOf(back, tender, 'person-6'), isRingOf(back, tender, 'person-1')]).toEqual([true, false])
    wipe(back)
    expect(back.keys.every((key) => key.secret.every((byte) => byte === 0))).toBe(true)
  })

  it('is refused when cut, lengthened or changed in its head', () => {
    const bytes = packRing(newRing())
    expect(() => unpackRing(bytes.slice(0, 3))).toThrow()
    expect(() => unpackRing(bytes.slice(0, -1))).toThrow('another length')
    const longer = new Uint8Array(bytes.length + 1)
    longer.set(bytes)
    expect(() => unpackRing(longer)).toThrow('another length')
    const changed = bytes.slice()
    changed[4] = 0x20
    expect(() => unpackRing(changed)).toThrow()
  })
})

describe('the file of keys', () => {
  it('is in age format, opens with its passphrase and with no other, and not when a byte was changed', async () => {
    const ring = newRing()
    const secrets = ring.keys.map((key) => toBase64(key.secret))
    const bytes = packRing(ring)
    const file = await lockFile(bytes, 'five words that nobody knows', 10)
    expect(bytes.every((byte) => byte === 0)).toBe(true)
    expect(Buffer.from(file).toString('latin1')).toMatch(/^age-encryption\.org\/v1\n-> scrypt \S+ 10\n/)
    for (const secret of secrets) expect(Buffer.from(file).includes(Buffer.from(secret, 'base64'))).toBe(false)
    await expect(openFile(file, 'five words that somebody knows')).rejects.toThrow()
    const changed = file.slice()
    changed[changed.length - 1] = (changed.at(-1) ?? 0) ^ 1
    await expect(openFile(changed, 'five words that nobody knows')).rejects.toThrow()
    const back = unpackRing(await openFile(file, 'five words that nobody knows'))
    expect(back.keys.map((key) => toBase64(key.secret))).toEqual(secrets)
  })
})

describe('SEA-04: what this device does with its keys', () => {
  it('answers the probes of every round with the due shares, from keys that JavaScript cannot read', async () => {
    const ring = newRing()
    const rounds = descriptorsWith(ring)
    const keys = await readyKeys(ring)
    wipe(ring)
    const tenderKeys = rounds.map((each) => each.descriptor)
    const shares = await answerProbes(
      ring,
      keys,
      tenderKeys,
      rounds.map((each) => each.probe),
    )
    expect(shares).toHaveLength(2)
    for (const [n, [e, share]] of shares.entries()) {
      const probe = rounds[n]?.probe
      if (!probe) throw new Error('two rounds')
      expect([e, probeAnswerHolds(probe, 6, share)]).toEqual([probe.e, true])
    }
    const salts = sealSalts(ring, keys, tenderKeys, random32)
    expect(salts.map((each) => each.round)).toEqual([1, 2])
    expect(new Set(salts.map((each) => each.e)).size).toBe(2)
  })

  it('uses no key for a descriptor that lacks it, names it under another number, or is of another tender', async () => {
    const ring = newRing()
    const [first] = descriptorsWith(ring)
    if (!first) throw new Error('two rounds')
    const keys = await readyKeys(ring)
    const stranger = newRing()
    const strange = await readyKeys(stranger)
    for (const [who, own] of [
      [stranger, strange],
      [{ ...ring, i: 5 }, keys],
      [{ ...ring, group: 'agency' }, keys],
      [{ ...ring, tender: '00000000-0000-4000-8000-000000000001' }, keys],
    ] as const)
      await expect(answerProbes(who, own, [first.descriptor], [first.probe])).rejects.toThrow(Unwilling)
    // A round for which no key was made.
    await expect(answerProbes(ring, keys.slice(1), [first.descriptor], [first.probe])).rejects.toThrow('no-key')
  })
})

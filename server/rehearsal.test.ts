// SEA-04: no notice appears before every key is proven to open; who has not proved it, or whose key does not open, is named.
import { randomBytes } from 'node:crypto'
import { isRefusal } from '@naru/domain/refusal.ts'
import { toBase64 } from '@naru/sealing/bytes.ts'
import { deriveKeyPair } from '@naru/sealing/hpke.ts'
import { afterAll, beforeAll, describe, expect, it } from 'vitest'
import { readProbes } from './read/rehearsal.ts'
import { makeWorld, type World } from './test-world.ts'

let world: World
beforeAll(async () => {
  world = await makeWorld()
})
afterAll(() => world.end())

const strangeKeys = () =>
  [1, 2, 3].map(() => {
    const { secretKey, publicKey } = deriveKeyPair(randomBytes(32))
    return { secretKey, pk: toBase64(publicKey) }
  })

/** The refusal of a publication: its code and the holders it names. */
async function refusal(caseId: string): Promise<[string, string]> {
  const outcome = await world.act(world.author, caseId, 'publish-tender', {})
  if (outcome.done || !isRefusal(outcome.why)) throw new Error('the publication was not refused')
  return [outcome.why.refused, outcome.why.facts?.holders ?? '']
}

describe('SEA-04: the rehearsal before the notice', () => {
  it('a publication waits until every holder has proved, and names those who have not', async () => {
    const caseId = await world.approvedTender()
    expect(await refusal(caseId)).toEqual([
      'rehearsalIsMissing',
      [1, 2, 3, 4, 5].map((i) => `key-holder (№\u00a0${i})`).join(', '),
    ])
    for (const holder of world.holders.slice(0, 4))
      expect(await world.rehearse(caseId, holder)).toMatchObject({ done: true })
    expect(await refusal(caseId)).toEqual(['rehearsalIsMissing', 'key-holder (№\u00a05)'])
    const [, , , , absent] = world.holders
    if (!absent) throw new Error('there are five holders')
    expect(await world.rehearse(caseId, absent)).toMatchObject({ done: true })
    await world.done(world.author, caseId, 'publish-tender', {})
    const state = await world.tender(caseId)
    expect(state.rehearsal).toMatchObject({ probes: [], answered: [1, 2, 3, 4, 5].map((i) => ({ i, opens: true })) })
    expect(await readProbes(world.deployment, state)).toEqual([])
  })

  it('a key that does not open blocks it by name, is recorded once, and may be mended', async () => {
    const caseId = await world.approvedTender()
    const [first, ...others] = world.holders
    if (!first) throw new Error('there are holders')
    for (const holder of others) await world.rehearse(caseId, holder)
    // The public key that was deposited is not that of the private key which the holder has: as good as corrupt.
    const broken = { ...first, keys: strangeKeys() }
    expect(await world.rehearse(caseId, broken)).toMatchObject({ done: true })
    expect(await refusal(caseId)).toEqual(['keyDoesNotOpen', 'key-holder (№\u00a01)'])
    expect(await world.rehearse(caseId, broken)).toMatchObject({ done: false, why: { refused: 'keyDoesNotOpen' } })
    expect(await world.rehearse(caseId, first)).toMatchObject({ done: true })
    expect(await world.rehearse(caseId, first)).toMatchObject({ done: false, why: { refused: 'keyAlreadyProved' } })
    await world.done(world.author, caseId, 'publish-tender', {})
  })

  it('one round whose key does not open is enough', async () => {
    const caseId = await world.approvedTender()
    const [first, ...others] = world.holders
    if (!first) throw new Error('there are holders')
    for (const holder of others) await world.rehearse(caseId, holder)
    const keys = first.keys.map((key, at) => (at === 2 ? (strangeKeys()[0] ?? key) : key))
    await world.rehearse(caseId, { ...first, keys })
    expect((await refusal(caseId))[0]).toBe('keyDoesNotOpen')
  })

  it('where a holder is replaced, everyone begins anew with other probes', async () => {
    const caseId = await world.approvedTender()
    for (const holder of world.holders) await world.rehearse(caseId, holder)
    const before = await readProbes(world.deployment, await world.tender(caseId))
    const another = await world.makeHolder()
    const those = [...world.holders.slice(0, 4), another].map((each) => ({ ...each, keys: strangeKeys() }))
    await world.depositKeys(caseId, those)
    const after = await readProbes(world.deployment, await world.tender(caseId))
    expect(after).toHaveLength(3)
    expect(after.map((each) => each.e)).not.toEqual(before.map((each) => each.e))
    expect((await refusal(caseId))[0]).toBe('rehearsalIsMissing')
    // Who is no holder any more answers nothing; keys of before prove nothing.
    const [, , , , former] = world.holders
    if (!former) throw new Error('there are five holders')
    const shares = after.map((each) => [each.e, 'bad'])
    expect(await world.act(former.actor, caseId, 'rehearse-opening', { shares })).toMatchObject({
      done: false,
      why: { refused: 'youHoldNoKey' },
    })
    expect(await world.rehearse(caseId, world.holders[0] ?? former)).toMatchObject({ done: true })
    expect((await refusal(caseId))[0]).toBe('keyDoesNotOpen')
    for (const holder of those) expect(await world.rehearse(caseId, holder)).toMatchObject({ done: true })
    await world.done(world.author, caseId, 'publish-tender', {})
  })

  it('answers for other envelopes than the probes, or by others than holders, are refused', async () => {
    const caseId = await world.approvedTender()
    const [first] = world.holders
    if (!first) throw new Error('there are holders')
    const shares = [1, 2, 3].map(() => [toBase64(randomBytes(32)), 'bad'])
    expect(await world.act(first.actor, caseId, 'rehearse-opening', { shares })).toMatchObject({
      done: false,
      why: { invalid: [{ path: 'shares.0' }] },
    })
    expect(await world.act(world.author, caseId, 'rehearse-opening', { shares })).toMatchObject({
      done: false,
      why: { refused: 'roleIsMissing' },
    })
  })
})

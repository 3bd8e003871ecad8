// The wallet as its own process: it answers only what holds no private key, keeps keys encrypted, and listens to its own site alone.
import { spawn } from 'node:child_process'
import { mkdtempSync, readdirSync, readFileSync, rmSync } from 'node:fs'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { createInterface } from 'node:readline'
import { fileURLToPath } from 'node:url'
import { afterAll, beforeAll, expect, test } from 'vitest'
import { parseNote, signCheckpoint, signerWith, verifierKey } from '@naru/log/checkpoint.ts'
import { cosign, cosignerKey } from '@naru/log/cosignature.ts'
import { makeEntry } from '@naru/log/entry.ts'
import { leafHash } from '@naru/log/merkle.ts'
import { proofText } from '@naru/log/proof.ts'
import { closeHash } from '@naru/sealing/closing.ts'
import {
  descriptorHash,
  descriptorOf,
  parseDescriptor,
  recipientsOf,
  type Descriptor,
} from '@naru/sealing/descriptor.ts'
import { fromBase64, toBase64 } from '@naru/sealing/bytes.ts'
import { openSealed } from '@naru/sealing/opening.ts'
import { parseHeader } from '@naru/sealing/envelope.ts'
import { bidderCommitment } from '@naru/sealing/descriptor.ts'
import { idOf } from '../cast/cast.ts'
import { openKeys } from './keys.ts'
import { walletAt, type Wallet } from './client.ts'
import { makeRecords, makeShares } from './duties.ts'

const folder = mkdtempSync(join(tmpdir(), 'naru-wallet-'))
const site = 'http://127.0.0.1:8080'
const passphrase = 'only for this test'
const tender = idOf('wallet test', 'tender')
const people = [1, 2, 3, 4, 5, 6].map((i) => ({
  i,
  id: idOf('wallet test', i),
  group: i <= 3 ? 'agency' : 'guardians',
}))
let wallet: Wallet
let stop: () => void

beforeAll(async () => {
  const main = fileURLToPath(new URL('./main.ts', import.meta.url))
  const child = spawn(process.execPath, [main, '--folder', folder, '--origin', site], {
    env: { ...process.env, NARU_WALLET_PASSPHRASE: passphrase },
    stdio: ['ignore', 'pipe', 'inherit'],
  })
  stop = () => child.kill()
  const url = await new Promise<string>((found) =>
    createInterface({ input: child.stdout }).on('line', (line) => found(line.replace(/^.* at /, ''))),
  )
  wallet = walletAt(url)
})

afterAll(() => {
  stop()
  rmSync(folder, { recursive: true, force: true })
})

async function descriptor(): Promise<Descriptor> {
  const records = await Promise.all(people.map(({ id, group, i }) => wallet.records(id, { tender, group, i })))
  const first = records.flatMap((each) => each.filter(({ round }) => round === 1))
  const groups = [
    { name: 'agency', k: 2 },
    { name: 'guardians', k: 2 },
  ]
  return descriptorOf({ tender, round: 1, classes: ['draw', 'price'], groups }, first)
}

test('a key is made once per tender, round and person', async () => {
  const [first] = people
  if (!first) throw new Error('nobody')
  const once = await wallet.records(first.id, { tender, group: 'agency', i: 1 })
  const again = await wallet.records(first.id, { tender, group: 'agency', i: 1 })
  const other = await wallet.records(first.id, { tender: idOf('wallet test', 'another'), group: 'agency', i: 1 })
  expect(again).toEqual(once)
  expect(new Set([...once, ...other].map(({ pk }) => pk)).size).toBe(6)
})

test('two of three in each group open a salt, and nobody else can', async () => {
  const tenderKey = await descriptor()
  const [salt] = await wallet.salts(people[0]?.id ?? '', [tenderKey])
  if (!salt) throw new Error('no salt')
  const close = { tender, tkd: toBase64(descriptorHash(tenderKey)), T: 1000 }
  const box = {
    close,
    commitment: toBase64(new Uint8Array(32)),
    required: [salt.e],
    bids: [],
    salts: [{ i: 1, ...salt }],
  }
  const shares = async (i: number) => wallet.shares(people[i - 1]?.id ?? '', { tenderKey, box, now: 1000 })
  const sealed = {
    cls: 'draw',
    index: 0,
    bc: bidderCommitment(fromBase64(salt.bidderSalt), 'officer/1'),
    e: salt.e,
    header: parseHeader(salt.envelope.header),
    ciphertext: fromBase64(salt.envelope.ciphertext),
    expected: null,
  }
  const open = async (...who: number[]) => {
    const posted = await Promise.all(who.map(async (i) => [i, (await shares(i)).shares[0]?.[1] ?? 'bad'] as const))
    return openSealed(recipientsOf(tenderKey), sealed, posted, true).status
  }
  expect(await open(1, 3, 5, 6)).toBe('valid')
  expect(await open(1, 2, 3)).toBe('void')
  expect(await open(1, 4, 5, 6)).toBe('void')
})

test('no shares before the deadline, for another descriptor, or for a header that was exchanged', async () => {
  const tenderKey = await descriptor()
  const person = people[0]?.id ?? ''
  const [salt, other] = [...(await wallet.salts(person, [tenderKey])), ...(await wallet.salts(person, [tenderKey]))]
  if (!salt || !other) throw new Error('no salt')
  const close = { tender, tkd: toBase64(descriptorHash(tenderKey)), T: 1000 }
  const box = {
    close,
    commitment: toBase64(new Uint8Array(32)),
    required: [salt.e],
    bids: [],
    salts: [{ i: 1, ...salt }],
  }
  await expect(wallet.shares(person, { tenderKey, box, now: 999 })).rejects.toThrow('before-deadline')
  const foreign = { ...box, close: { ...close, tkd: toBase64(new Uint8Array(32)) } }
  await expect(wallet.shares(person, { tenderKey, box: foreign, now: 1000 })).rejects.toThrow('other-descriptor')
  const exchanged = { ...box, salts: [{ i: 1, ...salt, envelope: other.envelope }] }
  await expect(wallet.shares(person, { tenderKey, box: exchanged, now: 1000 })).rejects.toThrow('other-manifest')
  await expect(wallet.shares(idOf('a stranger'), { tenderKey, box, now: 1000 })).rejects.toThrow('other-descriptor')
})

test('no shares before a quorum of witnesses has seen the box closed, after the deadline by their clocks', async () => {
  const keys = openKeys(mkdtempSync(join(tmpdir(), 'naru-wallet-witnessed-')), passphrase)
  const person = idOf('a witnessed holder')
  const [log, ...witnesses] = [1, 2, 3, 4].map((n) => signerWith(`w${n}.example`, new Uint8Array(32).fill(n)))
  if (!log) throw new Error('no log')
  const policy = `log ${verifierKey(log)}\n${witnesses.map((each, n) => `witness w${n} ${cosignerKey(each)}\n`).join('')}group g 2 w0 w1 w2\nquorum g\n`
  const pk = makeRecords(keys, { person, tender, group: 'agency', i: 1, rounds: [1] })[0]?.pk ?? ''
  const own = await descriptor()
  const tenderKey = {
    ...own,
    groups: own.groups.map((group) => ({
      ...group,
      o: group.o.map(([i, key]): [number, string] => [i, i === 1 ? pk : key]),
    })),
  }
  const close = {
    v: 1 as const,
    tender,
    tkd: toBase64(descriptorHash(parseDescriptor(tenderKey))),
    notice: toBase64(new Uint8Array(32)),
    T: 1_000_000,
    count: 0,
    root: toBase64(new Uint8Array(32)),
  }
  const entry = makeEntry('close', closeHash(close))
  const note = signCheckpoint({ size: 1, root: leafHash(entry) }, log)
  const proofWith = (times: readonly number[]) =>
    proofText({
      extra: null,
      index: 0,
      path: [],
      checkpoint: note + times.map((time, n) => cosign(parseNote(note).text, witnesses[n] ?? log, time)).join(''),
    })
  const box = { close, commitment: toBase64(closeHash(close)), required: [], bids: [], salts: [] }
  const shares = (more: object) => makeShares(keys, person, tenderKey, { ...box, ...more }, 2_000_000)
  const told = { log: { origin: log.name, key: toBase64(log.publicKey), policy } }
  expect((await shares({ ...told, closeProof: proofWith([1000, 1000]) })).shares).toEqual([])
  // From here on the policy is known: whoever leaves it out, or tells another, changes nothing.
  await expect(shares({})).rejects.toThrow('covers the closing')
  const none = { ...told.log, policy: `log ${verifierKey(log)}\nquorum none\n` }
  await expect(shares({ log: none, closeProof: proofWith([]) })).rejects.toThrow('quorum')
  await expect(shares({ ...told, closeProof: proofWith([1000]) })).rejects.toThrow('quorum')
  await expect(shares({ ...told, closeProof: proofWith([999, 1000]) })).rejects.toThrow('before the deadline')
  await expect(shares({ ...told, closeProof: null })).rejects.toThrow('covers the closing')
  const other = { ...close, count: 1 }
  await expect(shares({ ...told, close: other, closeProof: proofWith([1000, 1000]) })).rejects.toThrow('commitment')
})

test('private keys lie in the folder under a lock only', async () => {
  await descriptor()
  const keys = openKeys(folder, passphrase)
  const files = readdirSync(join(folder, 'keys')).map((name) => readFileSync(join(folder, 'keys', name)))
  expect(files.length).toBeGreaterThanOrEqual(18)
  const secrets = people.map(({ id }) =>
    keys.withSecret({ person: id, tender, round: 1 }, (secret) => Buffer.from(secret)),
  )
  for (const secret of secrets) {
    if (!secret) throw new Error('no key')
    expect(secret.length).toBe(32)
    for (const file of files)
      for (const form of [secret.toString('latin1'), secret.toString('hex'), secret.toString('base64').slice(0, 42)])
        expect(file.includes(Buffer.from(form, 'latin1'))).toBe(false)
  }
  expect(() => openKeys(folder, 'a guess')).toThrow('another passphrase')
})

test('pages of other sites are turned away', async () => {
  const ask = (origin: string) =>
    fetch(`${wallet.url}/people/${people[0]?.id}/records`, { method: 'POST', headers: { origin }, body: '{}' })
  expect((await ask('http://evil.example')).status).toBe(403)
  const own = await ask(site)
  expect(own.status).toBe(422)
  expect(own.headers.get('access-control-allow-origin')).toBe(site)
})

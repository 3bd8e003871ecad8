// REG-03: the intent that a passkey signs, against bytes that are put together here by hand (docs/protocol.md §12).
import { createHash } from 'node:crypto'
import { expect, test } from 'vitest'
import { toBase64 } from './bytes.ts'
import { intentChallenge, makeIntent, parseIntent } from './intent.ts'
import { Malformed } from './malformed.ts'
import { nameOfLoopback, relyingPartyOf } from './relying-party.ts'

/** H of §2: the length of the prefixed label, the label, each part behind its length. */
function byHand(label: string, ...parts: Buffer[]): Buffer {
  const name = Buffer.from(`eproc/v1/${label}`)
  const length = (part: Buffer) => {
    const four = Buffer.alloc(4)
    four.writeUInt32BE(part.length)
    return four
  }
  const all = [Buffer.from([name.length]), name, ...parts.flatMap((part) => [length(part), part])]
  return createHash('sha256').update(Buffer.concat(all)).digest()
}

const tender = '6b1f3a52-0d4c-4a7e-9a55-0123456789ab'
const actor = { person: '0f8fad5b-d9cb-469f-a165-70867728950e', organisation: '7c9e6679-7425-40de-944b-e07fc1f90ae7' }
const salt = new Uint8Array(32).fill(7)
const meant = {
  tender,
  actor,
  role: 'approver',
  action: 'cancel-tender',
  input: { reason: 'Бюджет' },
  head: null,
  salt,
}

test('intent and challenge are the bytes that the protocol says', () => {
  const params = byHand('params', Buffer.from(salt), Buffer.from('{"reason":"Бюджет"}')).toString('base64')
  const reason = byHand('reason', Buffer.from(salt), Buffer.from('Бюджет')).toString('base64')
  const intent = makeIntent(meant)
  expect(intent).toEqual({
    v: 1,
    tender,
    actor,
    role: 'approver',
    action: 'cancel-tender',
    target: [],
    params,
    reason,
    head: null,
  })
  // RFC 8785: members in the order of their names.
  const canonical = `{"action":"cancel-tender","actor":{"organisation":"${actor.organisation}","person":"${actor.person}"},"head":null,"params":"${params}","reason":"${reason}","role":"approver","target":[],"tender":"${tender}","v":1}`
  expect(Buffer.from(intentChallenge(intent))).toEqual(byHand('intent', Buffer.from(canonical)))
  expect(parseIntent(JSON.parse(canonical))).toEqual(intent)
})

test('what goes into the log by itself is a target: key records, sealed numbers, a batch', () => {
  const commitment = (label: string, text: string) => byHand(label, Buffer.from(text)).toString('base64')
  const of = (input: unknown) => makeIntent({ ...meant, input }).target
  expect(of({ batch: { i: 1 } })).toEqual([commitment('batch', '{"i":1}')])
  expect(of({ records: [{ round: 1 }, { round: 2 }] })).toEqual([
    commitment('keyrec', '{"round":1}'),
    commitment('keyrec', '{"round":2}'),
  ])
  expect(of({ salts: [{ envelope: { header: { v: 1 } } }] })).toEqual([commitment('envelope', '{"v":1}')])
  expect(of({})).toEqual([])
})

test('another act, case, person, role, input, salt or head is another challenge', () => {
  const base = toBase64(intentChallenge(makeIntent(meant)))
  const others = [
    { action: 'award-lot' },
    { tender: actor.person },
    { actor: { ...actor, person: tender } },
    { actor: { ...actor, organisation: tender } },
    { role: null },
    { input: { reason: 'Бюджет ' } },
    { salt: new Uint8Array(32) },
    { head: toBase64(new Uint8Array(32)) },
  ].map((change) => toBase64(intentChallenge(makeIntent({ ...meant, ...change }))))
  expect(new Set([base, ...others]).size).toBe(others.length + 1)
})

test('an intent is read strictly', () => {
  const intent = makeIntent(meant)
  const { head: _, ...without } = intent
  for (const wrong of [
    null,
    without,
    { ...intent, more: 1 },
    { ...intent, v: 2 },
    { ...intent, params: 'x' },
    { ...intent, target: ['x'] },
  ])
    expect(() => parseIntent(wrong)).toThrow(Malformed)
})

test('passkeys are made for the name of the site; a number is none, but this machine’s is localhost in a sandbox', () => {
  expect(relyingPartyOf('https://naru.example', false)).toEqual({
    id: 'naru.example',
    origins: ['https://naru.example'],
  })
  expect(relyingPartyOf('https://192.0.2.7', false)).toBeNull()
  expect(relyingPartyOf('http://127.0.0.1:8080', false)).toBeNull()
  expect(relyingPartyOf('http://127.0.0.1:8080', true)).toEqual({ id: 'localhost', origins: ['http://localhost:8080'] })
  expect(relyingPartyOf('http://[::1]:8080', true)?.id).toBe('localhost')
  expect(relyingPartyOf('http://192.0.2.7', true)).toBeNull()
  expect([nameOfLoopback('http://127.0.0.1', true), nameOfLoopback('https://naru.example', true)]).toEqual([
    'http://localhost',
    null,
  ])
})

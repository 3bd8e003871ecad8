// REG-03, AUD-02: the verifier re-checks every act that a passkey confirmed, and reports each way in which one does not hold.
import { randomBytes } from 'node:crypto'
import { toBase64 } from '@naru/sealing/bytes.ts'
import { commitmentOf } from '@naru/sealing/commitment.ts'
import { type Intent, intentChallenge, makeIntent } from '@naru/sealing/intent.ts'
import { publicKeyOf, type SoftwarePasskey, writtenAssertion } from '@naru/sealing/software-passkey.ts'
import { expect, test } from 'vitest'
import type { FactLine } from './bundle.ts'
import { checkConfirmations } from './check-confirmations.ts'
import type { CheckedLog } from './check-log.ts'
import { Findings } from './finding.ts'

const tender = '6b1f3a52-0d4c-4a7e-9a55-0123456789ab'
const person = '0f8fad5b-d9cb-469f-a165-70867728950e'
const organisation = '7c9e6679-7425-40de-944b-e07fc1f90ae7'
const by = { person, organisation }
const hashes = Array.from({ length: 9 }, (_, n) => toBase64(new Uint8Array(32).fill(n + 1)))
const salt = new Uint8Array(32).fill(3)
const passkey: SoftwarePasskey = { id: randomBytes(16), secret: new Uint8Array(32).fill(5), algorithm: -8, counter: 4 }
const id = toBase64(passkey.id)
const publicKey = toBase64(publicKeyOf(passkey))
const batch = { v: 1, tender, close: hashes[0], i: 1, shares: [] }

type Json = Record<string, any>
function line(
  index: number,
  stream: string,
  seq: number,
  type: string,
  body: unknown,
  more: Partial<Json> = {},
): FactLine {
  const fact = { stream, seq, caseId: tender, type, at: '2026-11-22T10:00:00.000Z', by, body, ...more }
  return {
    index,
    stream,
    seq,
    fact: fact as FactLine['fact'],
    prev: null,
    hash: hashes[index] ?? null,
    salt: null,
    whole: true,
    record: null,
  }
}

interface Case {
  readonly input: Json
  readonly intent: Intent
  readonly body: Json
  lines: FactLine[]
  site: string
  mode: string
}

/** A cancellation with its reason and a batch of shares with its target: both confirmed as they should be. */
function rightly(
  input: Json = { reason: 'No budget.' },
  act = 'cancel-tender',
  type = 'TenderCancelled',
  asked: { origin?: string; rpId?: string; flags?: number; challenge?: Uint8Array } = {},
): Case {
  const intent = makeIntent({ tender, actor: by, role: 'approver', action: act, input, head: hashes[8] ?? null, salt })
  const body = {
    act,
    facts: [{ stream: `tender:${tender}`, seq: 5, hash: hashes[2] }],
    intent,
    opened: { salt: toBase64(salt), input },
    salt: null,
    passkey: {
      id,
      publicKey,
      ...writtenAssertion(passkey, {
        challenge: intentChallenge(intent),
        origin: 'https://naru.example',
        rpId: 'naru.example',
        ...asked,
      }),
    },
  }
  const lines = [
    line(1, `organisation:${organisation}`, 2, 'PasskeyRecorded', { person, passkey: id, publicKey }),
    line(2, `tender:${tender}`, 5, type, input),
    line(3, `tender:${tender}`, 6, 'ActConfirmed', body),
  ]
  return { input, intent, body, lines, site: 'https://naru.example', mode: 'live' }
}

const log = {
  entry: (index: number) => ({
    kind: 'act',
    commitment: index === 2 ? commitmentOf('batch', batch) : new Uint8Array(32),
  }),
} as unknown as CheckedLog

function reasonsOf({ lines, site, mode }: Case): string[] {
  const findings = new Findings()
  checkConfirmations(findings, { facts: lines, publication: { site }, mode } as never, log)
  return findings.list.map((each) => `${each.code} ${each.facts.reason ?? each.facts.type ?? ''}`)
}
const changed = (change: (it: Case) => void, from: Case = rightly()): Case => {
  const copy = structuredClone(from) as Case
  change(copy)
  return copy
}
/** The confirmation as its line carries it, for altering. */
const bodyOf = (it: Case): Json => it.lines[2]?.fact?.body as Json
const factOf = (it: Case, n: number): Json => it.lines[n]?.fact as Json

test('what was confirmed as it stands holds, with its input or with the commitment of what it made', () => {
  expect(reasonsOf(rightly())).toEqual([])
  const shares = rightly({ batch }, 'post-shares', 'SharesPosted')
  bodyOf(shares).opened = null
  expect(reasonsOf(shares)).toEqual([])
})

test.each([
  [
    'another reason than the one that was signed',
    changed((it) => (bodyOf(it).opened.input.reason = 'Other.')),
    'params',
  ],
  ['another salt', changed((it) => (bodyOf(it).opened.salt = hashes[0])), 'params'],
  ['another act', changed((it) => (bodyOf(it).act = 'award-lot')), 'act'],
  ['an intent for another case', changed((it) => (bodyOf(it).intent.tender = organisation)), 'act'],
  ['another person', changed((it) => (factOf(it, 2).by = { ...by, person: organisation })), 'actor'],
  ['a delegated credential', changed((it) => (factOf(it, 2).by = { ...by, credential: tender })), 'actor'],
  ['a fact of somebody else', changed((it) => (factOf(it, 1).by = { ...by, person: tender })), 'facts'],
  ['a fact with another hash', changed((it) => (bodyOf(it).facts[0].hash = hashes[7])), 'facts'],
  ['a fact that is not there', changed((it) => (bodyOf(it).facts[0].seq = 4)), 'facts'],
  ['a fact that stands elsewhere', changed((it) => (it.lines[2] = { ...(it.lines[2] as FactLine), seq: 9 })), 'facts'],
  [
    'a record that is not whole',
    changed((it) => (it.lines[2] = { ...(it.lines[2] as FactLine), whole: false })),
    'shown',
  ],
  ['a head that is the act itself', changed((it) => (bodyOf(it).intent.head = hashes[2])), 'head'],
  [
    'a fact with another hash in the file',
    changed((it) => (it.lines[1] = { ...(it.lines[1] as FactLine), hash: hashes[8] ?? '' })),
    'facts',
  ],
  [
    'an altered intent',
    changed((it) => {
      bodyOf(it).opened = null
      bodyOf(it).intent.role = 'author'
    }),
    'challenge',
  ],
  [
    'an altered signature',
    changed((it) => (bodyOf(it).passkey.signature = toBase64(new Uint8Array(64).fill(1)))),
    'signature',
  ],
  [
    'altered clientDataJSON',
    changed((it) => (bodyOf(it).passkey.clientDataJSON = toBase64(new TextEncoder().encode('{}')))),
    'type',
  ],
  ['no user verification', rightly(undefined, undefined, undefined, { flags: 0x01 }), 'user-verified'],
  ['another address', rightly(undefined, undefined, undefined, { origin: 'https://evil.example' }), 'origin'],
  ['another relying party', rightly(undefined, undefined, undefined, { rpId: 'evil.example' }), 'rp'],
  ['a challenge of something else', rightly(undefined, undefined, undefined, { challenge: salt }), 'challenge'],
  ['a key that was never put on record', changed((it) => it.lines.splice(0, 1)), 'key'],
  ['a key of another person', changed((it) => (factOf(it, 0).body.person = tender)), 'key'],
  [
    'another key on record',
    changed((it) => (factOf(it, 0).body.publicKey = toBase64(publicKeyOf({ ...passkey, algorithm: -7 })))),
    'key',
  ],
  [
    'a key put on record afterwards',
    changed((it) => (it.lines[0] = { ...(it.lines[0] as FactLine), index: 5 })),
    'key',
  ],
  [
    'a target that nothing in the log is',
    changed((it) => {
      bodyOf(it).intent.target = [hashes[0]]
    }),
    'target',
  ],
  ['a site without a name', changed((it) => (it.site = 'https://192.0.2.1')), 'site'],
] as const)('does not hold: %s', (_what, it, reason) => {
  expect(reasonsOf(it as Case)).toContain(`confirmationMismatch ${reason}`)
})

test('REG-03: a withdrawn key, a replayed answer and a counter that goes back are found', () => {
  const withdrawn = rightly()
  withdrawn.lines.splice(1, 0, line(1, `organisation:${organisation}`, 3, 'PasskeyWithdrawn', { person, passkey: id }))
  expect(reasonsOf(withdrawn)).toEqual(['confirmationMismatch key'])

  const again = rightly()
  const body = structuredClone(bodyOf(again))
  body.facts = [{ stream: `tender:${tender}`, seq: 7, hash: hashes[4] }]
  again.lines.push(line(4, `tender:${tender}`, 7, 'TenderCancelled', again.input))
  again.lines.push(line(5, `tender:${tender}`, 8, 'ActConfirmed', body))
  expect(reasonsOf(again)).toEqual(['confirmationMismatch replay'])

  const older = structuredClone(again)
  const intent = { ...body.intent, head: hashes[7] }
  const other = { ...passkey, counter: 4 }
  const asked = { challenge: intentChallenge(intent), origin: 'https://naru.example', rpId: 'naru.example' }
  const made = older.lines[4]?.fact?.body as Json
  made.intent = intent
  made.passkey = { ...made.passkey, ...writtenAssertion(other, asked) }
  expect(reasonsOf(older)).toEqual(['confirmationMismatch counter'])
})

test('in live mode a person’s official act without a confirmation is found; the sandbox and delegated systems need none', () => {
  const bare = changed((it) => it.lines.splice(2, 1))
  expect(reasonsOf(bare)).toEqual(['confirmationMissing TenderCancelled'])
  expect(reasonsOf({ ...bare, mode: 'sandbox' })).toEqual([])
  expect(reasonsOf(changed((it) => (factOf(it, 1).by = { ...by, credential: tender }), bare))).toEqual([])
})

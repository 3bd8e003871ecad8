// Bad bundles: trust list, time-stamps, and the bidders' signatures.
import { leafHash, readerOf, rootAt } from '@naru/log/merkle.ts'
import { fromBase64, toBase64, toHex, utf8 } from '@naru/sealing/bytes.ts'
import { sha256 } from '@naru/sealing/hash.ts'
import { canonical } from '@naru/sealing/jcs.ts'
import { signCades, signatureValueOf, withTimestamp } from '@naru/sealing/signatures/cades.ts'
import { readCertificate } from '@naru/sealing/signatures/certificate.ts'
import { attributeTypes, issueCrl, nameOf } from '@naru/sealing/signatures/issue.ts'
import {
  type Rehearsed,
  rehearsedAuthority,
  rehearsedBelow,
  rehearsedDays,
  rehearsedRoot,
} from '@naru/sealing/signatures/rehearsal-issuer.ts'
import { trustRoot } from '@naru/sealing/signatures/trust-list.ts'
import { batchMessage } from '../check-time.ts'
import { type Alteration, raw, rewritten, signed, stranger } from './alteration.ts'
import type { Draft, Json, Line } from './draft.ts'

const authorityName = 'Invented time'
const issuerName = 'Invented certificates'

const signerOf = ({ key, certificate }: Rehearsed) => ({ certificate, algorithm: key.algorithm, sign: key.sign })

/** An authority that nobody listed stamps a message. */
const stamp = async (message: Uint8Array, genTime: number): Promise<Uint8Array> =>
  (await rehearsedAuthority(authorityName)).stamp(message, genTime)

/** The operator lists an authority or issuer of its own. */
async function listOwn(draft: Draft, name: string, use: 'tsa' | 'sign'): Promise<void> {
  const own = await rehearsedRoot(name)
  draft.changeLine('TrustListed', ({ body: { trust } }) => {
    trust.roots.push(trustRoot(name, own.certificate, [use]))
    if (use === 'tsa') trust.timestampAuthorities.push({ name, url: 'https://time.invalid', policies: [] })
    // Policies count only where every authority names its own.
    for (const each of trust.timestampAuthorities) each.policies = []
  })
}

const isStamp = (line: Line): boolean => line.record?.type === 'BatchStamped'
/** What a line says of its batch; of no line nothing is stamped. */
const stampOf = (line: Line): { first: number; count: number; times: number[] } =>
  line.record?.body.stamp ?? { first: 0, count: 0, times: [] }
const covers = (line: Line, index: number): boolean => {
  const { first, count } = stampOf(line)
  return isStamp(line) && first <= index && index < first + count
}

/** The message of a line's batch, from the entries as they are now. */
function messageOf(draft: Draft, line: Line): Uint8Array {
  const { first, count } = stampOf(line)
  const leaves = Array.from({ length: count }, (_, n) => leafHash(draft.entryAt(first + n)))
  return batchMessage(first, count, rootAt(readerOf(leaves), count))
}

/** The tokens of a live bid's batch made by the operator's own authority at another time. */
async function stampAgain(draft: Draft, genTime: (T: number) => number): Promise<void> {
  const index = draft.items.find((item) => item.status === 'live')?.index ?? 0
  const lines = draft.lines
  const T = draft.line(lines, 'TenderClosed').record?.body.close.T as number
  for (const line of lines.filter((each) => covers(each, index))) {
    const body = line.record?.body as Json
    const at = genTime(T)
    body.authority = authorityName
    body.genTime = new Date(at).toISOString()
    body.stamp.token = toBase64(await stamp(messageOf(draft, line), at))
  }
  draft.putLines(lines)
}

/** The terms ask for a token over each bid; one bid has only tokens that it shares with its neighbour in the log. */
async function stampTogether(draft: Draft): Promise<void> {
  draft.changeLine('TenderPublished', ({ body }) => (body.terms.tokenPerBid = true))
  const indexes = draft.items.map((item) => item.index)
  const index = indexes.find((each) => indexes.includes(each + 1)) ?? 0
  const lines = draft.lines
  for (const line of lines.filter((each) => covers(each, index))) {
    const body = line.record?.body as Json
    body.authority = authorityName
    body.stamp = { ...body.stamp, first: index, count: 2, times: [...body.stamp.times, body.stamp.times[0]] }
    body.stamp.token = toBase64(await stamp(messageOf(draft, line), Date.parse(body.genTime)))
  }
  draft.putLines(lines)
}

const withoutLines = (draft: Draft, gone: (line: Line) => boolean): void => {
  const lines = draft.lines
  for (const line of lines.filter(gone)) draft.files.delete(`objects/${line.index}.json`)
  draft.putLines(lines.filter((line) => !gone(line)))
}

interface Person {
  readonly bidder?: string
  readonly uses?: readonly ('digitalSignature' | 'contentCommitment')[]
  readonly revoked?: boolean
}

/** The first live bid signed by a person of an issuer whom the operator invented. */
async function signAgain(draft: Draft, { bidder, uses, revoked }: Person): Promise<void> {
  const [path = ''] = draft.live
  const { manifest, promise } = draft.json(path)
  const root = await rehearsedRoot(issuerName)
  const person = await rehearsedBelow(root, 'bidder', {
    subject: nameOf(
      [attributeTypes.organisationIdentifier, bidder ?? (manifest.bidderId as string)],
      [attributeTypes.serialNumber, '00000000-0000-4000-8000-00000000000a'],
    ),
    ...(uses && { uses: [...uses] }),
  })
  const at = promise.body.time as number
  const { serialDer } = readCertificate(person.certificate)
  const crl = await issueCrl(
    {
      issuer: root.name,
      number: 1,
      from: rehearsedDays.from,
      next: rehearsedDays.until,
      revoked: revoked ? [{ serialDer, at: at - 86_400_000, reason: 1 }] : [],
    },
    root.key,
  )
  const name = toHex(sha256(crl))
  draft.files.set(`evidence/${name}.der`, crl)
  const der = await signCades(signerOf(person), canonical(manifest), at, [root.certificate])
  draft.change(path, (bid) => {
    bid['signature'] = { kind: 'cades', der: toBase64(der) }
    bid['raised'] = null
    bid['evidence'] = [name]
  })
}

const evidenceOf = (draft: Draft): string => [...draft.files.keys()].find((path) => path.startsWith('evidence/')) ?? ''

export const trustAlterations: readonly Alteration[] = [
  signed('trust-list-hidden', 'trustMissing', (draft) =>
    withoutLines(draft, (line) => line.record?.type === 'TrustListed'),
  ),
  rewritten('trust-version-skipped', 'trustMismatch', (draft) =>
    draft.changeLine('TrustListed', ({ body }) => (body.trust.version += 1)),
  ),
  rewritten('trust-list-of-no-form', 'badForm', (draft) =>
    draft.changeLine('TrustListed', ({ body }) => (body.trust.roots[0].cert = 'AAAA')),
  ),
  rewritten('client-release-unapproved', 'trustMismatch', (draft) =>
    draft.changeLine('TrustListed', ({ body }) => {
      body.trust.clientApprovers = ['a', 'b'].map((name) => ({ name, operator: name, key: toBase64(stranger) }))
      body.trust.clientReleases = [toBase64(stranger)]
    }),
  ),
  signed('policy-of-another', 'trustMismatch', (draft) =>
    draft.files.set(
      'policy',
      utf8(new TextDecoder().decode(draft.files.get('policy')).replace(/quorum \S+/, 'quorum none')),
    ),
  ),
  signed('promise-key-not-listed', 'trustMismatch', (draft) =>
    draft.change('bundle.json', (bundle) => bundle['promiseKeys'].push(toBase64(stranger))),
  ),
  rewritten('promise-key-taken-off-the-list', 'promiseSignature', (draft) =>
    draft.changeLine('TrustListed', ({ body }) => (body.trust.promiseKeys[0].key = toBase64(stranger))),
  ),
  rewritten('promise-key-listed-for-later', 'promiseSignature', (draft) =>
    draft.changeLine('TrustListed', ({ body }) => (body.trust.promiseKeys[0].from = 4_000_000_000_000)),
  ),

  signed('tokens-left-out', 'tokenMissing', (draft) => withoutLines(draft, isStamp)),
  rewritten('bid-without-a-token-of-its-own', 'ownTokenMissing', async (draft) => {
    await listOwn(draft, authorityName, 'tsa')
    await stampTogether(draft)
  }),
  rewritten('token-changed', 'tokenMismatch', (draft) =>
    draft.changeLine('BatchStamped', ({ body }) => {
      const token = fromBase64(body.stamp.token)
      token[token.length - 1] = (token.at(-1) ?? 0) ^ 1
      body.stamp.token = toBase64(token)
    }),
  ),
  rewritten('token-of-another-batch', 'tokenMismatch', (draft) => {
    const lines = draft.lines
    const stamps = lines.filter(isStamp)
    const [one, other] = [
      stamps[0],
      stamps.find((each) => each.record?.body.stamp.first !== stamps[0]?.record?.body.stamp.first),
    ]
    if (one?.record && other?.record) one.record.body.stamp.token = other.record.body.stamp.token
    draft.putLines(lines)
  }),
  rewritten('token-over-fewer-entries', 'tokenMismatch', (draft) =>
    draft.changeLine('BatchStamped', ({ body }) => {
      body.stamp.first += 1
    }),
  ),
  rewritten('token-by-a-stranger', 'tokenMismatch', (draft) => stampAgain(draft, (T) => T - 60_000)),
  rewritten('token-time-told-otherwise', 'tokenMismatch', (draft) =>
    draft.changeLine('BatchStamped', ({ body }) => (body.genTime = '2026-01-01T00:00:00.000Z')),
  ),
  rewritten('authority-taken-off-the-list', 'tokenMismatch', (draft) =>
    draft.changeLine(
      'TrustListed',
      ({ body }) => (body.trust.timestampAuthorities = body.trust.timestampAuthorities.slice(0, 1)),
    ),
  ),
  rewritten('late-by-its-token-and-counted-live', 'statusMismatch', async (draft) => {
    await listOwn(draft, authorityName, 'tsa')
    await stampAgain(draft, (T) => T + 60_001)
  }),
  rewritten('time-of-the-bid-stated-otherwise', 'promiseTime', (draft) => {
    const index = draft.items.find((item) => item.status === 'live')?.index ?? 0
    const lines = draft.lines
    for (const line of lines.filter((each) => covers(each, index))) {
      const { first, times } = stampOf(line)
      times[index - first] = (times[index - first] ?? 0) - 1
    }
    draft.putLines(lines)
  }),

  signed('signature-of-an-unknown-issuer', 'signatureFault', (draft) => signAgain(draft, {})),
  signed('signature-by-a-key-for-other-uses', 'signatureFault', (draft) =>
    signAgain(draft, { uses: ['digitalSignature'] }),
  ),
  rewritten('signature-by-another-organisation', 'signatureFault', async (draft) => {
    await listOwn(draft, issuerName, 'sign')
    await signAgain(draft, { bidder: '00000000-0000-4000-8000-00000000000b' })
  }),
  rewritten('signature-by-a-revoked-certificate', 'signatureFault', async (draft) => {
    await listOwn(draft, issuerName, 'sign')
    await signAgain(draft, { revoked: true })
  }),
  signed('signature-of-no-form', 'signatureFault', (draft) =>
    draft.change(draft.live[0] ?? '', (bid) => {
      bid['signature'].der = toBase64(Uint8Array.of(0x30, 0x80, 0, 0))
      bid['raised'] = null
    }),
  ),
  signed('raised-from-another-signature', 'signatureMismatch', (draft) => {
    const [one = '', two = ''] = draft.live
    const { raised } = draft.json(two)
    draft.change(one, (bid) => (bid['raised'] = raised))
  }),
  signed('time-stamp-of-another-signature', 'signatureFault', async (draft) => {
    const [path = ''] = draft.live
    const sent = fromBase64(draft.json(path)['signature'].der as string)
    const token = await stamp(turned(signatureValueOf(sent)), draft.json(path)['promise'].body.time as number)
    draft.change(path, (bid) => (bid['raised'] = toBase64(withTimestamp(sent, token))))
  }),
  rewritten('kept-out-by-a-false-finding', 'signatureRefused', (draft) =>
    draft.changeLine('EligibilityRecorded', ({ body }) => {
      body.items[0].admitted = false
      body.items[0].reason = 'signature:revoked'
    }),
  ),
  raw('evidence-changed', 'fileHash', (draft) => draft.files.set(evidenceOf(draft), Uint8Array.of(0x30, 0))),
  signed('evidence-under-another-name', 'fileHash', (draft) =>
    draft.files.set(`evidence/${'0'.repeat(64)}.der`, draft.files.get(evidenceOf(draft)) ?? new Uint8Array(0)),
  ),
  signed('evidence-left-out', 'fileMissing', (draft) => draft.files.delete(evidenceOf(draft))),
]

/** The value with its first byte turned: that of no signature here. */
function turned(value: Uint8Array): Uint8Array {
  const other = Uint8Array.from(value)
  other[0] = (other[0] ?? 0) ^ 1
  return other
}

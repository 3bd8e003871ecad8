// The published vector: a whole tender of two lots and two envelopes, from the trust list to the receipt, with every private key (docs/vectors/tender.md).
//
// Everything follows from a seed: written again, the file is the same byte for byte. The keys are known to everyone, so it proves nothing but the format.
import { checkpointText, signCheckpoint, signerWith, verifierKey } from '@naru/log/checkpoint.ts'
import { cosign, cosignerKey } from '@naru/log/cosignature.ts'
import { type EntryKind, makeEntry } from '@naru/log/entry.ts'
import { consistencyProof, inclusionProof, leafHash, readerOf, rootAt } from '@naru/log/merkle.ts'
import { proofText } from '@naru/log/proof.ts'
import { fromBase64, toBase64, toHex, utf8 } from '@naru/sealing/bytes.ts'
import { closeHash, closeList, closeOf } from '@naru/sealing/closing.ts'
import { actCommitment, commitmentOf, type ObjectLabel } from '@naru/sealing/commitment.ts'
import { keyRecordHash } from '@naru/sealing/descriptor.ts'
import { draw, drawSeed, type DrawTerms, drawTranscript, orderEqualBids } from '@naru/sealing/draw.ts'
import { envelopeHash } from '@naru/sealing/envelope.ts'
import { sha256 } from '@naru/sealing/hash.ts'
import { canonical } from '@naru/sealing/jcs.ts'
import { manifestHash } from '@naru/sealing/manifest.ts'
import {
  agreementWith,
  type Batch,
  envelopesToOpen,
  type LiveBid,
  makeBatch,
  openByRoot,
  openingHash,
  openingOf,
  openRound,
  type Sealed,
} from '@naru/sealing/opening.ts'
import { receiptBytes, sealedEntry } from '@naru/sealing/receipt.ts'
import { rehearsedBytes, rehearseRound, rehearseSalts } from '@naru/sealing/rehearsal.ts'
import { signPromise } from '@naru/sealing/signature.ts'
import { signCades, signatureValueOf, withTimestamp } from '@naru/sealing/signatures/cades.ts'
import { readCertificate } from '@naru/sealing/signatures/certificate.ts'
import { attributeTypes, issueCrl, nameOf } from '@naru/sealing/signatures/issue.ts'
import {
  rehearsedAuthority,
  rehearsedBelow,
  rehearsedDays,
  rehearsedRoot,
} from '@naru/sealing/signatures/rehearsal-issuer.ts'
import { trustList, trustRoot } from '@naru/sealing/signatures/trust-list.ts'
import { batchMessage } from '../check-time.ts'
import { attachedText, earnedCodes, type MadeBid, price, proposal, seal, sealVoid, sealWithAttachment } from './bids.ts'

const T = 1_792_000_000_000
const delta = 60_000
const origin = 'vector.example/log'
const secretOf = (name: string): Uint8Array => rehearsedBytes('vector', name)

const terms: DrawTerms = {
  base: 1_000_000n,
  ppm: 30_000,
  count: 15,
  top: 4,
  priceStep: 100n,
  tieRule: 'hash',
  fillRule: 'hash',
  meanRounding: 'up',
}

/** A log in memory; every entry keeps the object behind it, where there is one. */
function openLog() {
  const entries: Uint8Array[] = []
  const objects: { index: number; kind: EntryKind; object: unknown }[] = []
  const add = (kind: EntryKind, commitment: Uint8Array, object: unknown = null): number => {
    const index = entries.push(makeEntry(kind, commitment)) - 1
    if (object !== null) objects.push({ index, kind, object })
    return index
  }
  return {
    entries,
    objects,
    add,
    put: (kind: EntryKind & ObjectLabel, object: unknown): number => add(kind, commitmentOf(kind, object), object),
    act: (event: object): number => {
      const salt = rehearsedBytes('vector', 'act', entries.length)
      return add('act', actCommitment(salt, event), { salt: toBase64(salt), event })
    },
    read: () => readerOf(entries.map(leafHash)),
  }
}

/** The vector as it stands in the file. */
export async function makeTenderVector() {
  const round = rehearseRound('vector-tender', undefined, ['draw', 'tech', 'price/L1', 'price/L2'])
  const { descriptor, recipients, records, secretKeys } = round
  const { tender } = descriptor
  const people = recipients.people.map(({ i }) => i)
  const log = openLog()

  // Whom the log trusts.
  const issuer = await rehearsedRoot('Vector Certificates')
  const authorities = [await rehearsedAuthority('Vector Time North'), await rehearsedAuthority('Vector Time South')]
  const names = ['Vector Time North', 'Vector Time South']
  const logSigner = signerWith(origin, secretOf('log key'))
  const witnesses = ['audit', 'university', 'bidders'].map((name) => ({
    name,
    signer: signerWith(`${name}.example`, secretOf(`witness ${name}`)),
  }))
  const policy = [
    `log ${verifierKey(logSigner)}`,
    ...witnesses.map(({ name, signer }) => `witness ${name} ${cosignerKey(signer)}`),
    'group all 2 audit university bidders',
    'quorum all',
    '',
  ].join('\n')
  const promiseSecret = secretOf('promise key')
  const promiseKey = toBase64(signerWith('promise', promiseSecret).publicKey)
  const trust = trustList({
    version: 1,
    roots: [
      trustRoot('Vector Certificates', issuer.certificate, ['sign']),
      ...authorities.map(({ root }, n) => trustRoot(names[n] ?? '', root.certificate, ['tsa'])),
    ],
    promiseKeys: [{ key: promiseKey, from: 0 }],
    policy,
    timestampAuthorities: names.map((name) => ({ name, url: 'https://time.example', policies: ['1.2.3.4'] })),
    clientReleases: [],
  })
  log.put('trust', trust)

  // Key holders, sealed salts, the notice.
  for (const record of records) log.add('keyrec', keyRecordHash(record), record)
  log.put('tkd', descriptor)
  const salts = rehearseSalts(round, log.entries.length).map((salt) => {
    // One officer's salt is broken: it counts as 32 zero bytes in the seeds.
    if (salt.i !== 5) return salt
    const shares = salt.header.shares.map((share, n) =>
      n === 0 ? { ...share, ct: share.ct.replace(/^./, 'A') } : share,
    )
    return { ...salt, header: { ...salt.header, shares } }
  })
  for (const { header } of salts) log.add('salt', envelopeHash(header), header)
  const text = canonical({ says: 'Repair of the school roof in two lots.' })
  const { base, priceStep, ...draws } = terms
  const notice = {
    v: 1,
    tender,
    round: 1,
    T,
    delta,
    grace: 0,
    withdrawal: 'until-deadline',
    rules: toBase64(sha256(canonical({ terms: 'rehearsed' }))),
    documents: [{ hash: toHex(sha256(text)), size: text.length }],
    client: null,
    draw: { base: String(base), priceStep: String(priceStep), ...draws, beacon: null },
    salts: salts.map(({ i, bidderSalt, header, index }) => ({
      i,
      bidderSalt,
      e: toBase64(envelopeHash(header)),
      index,
    })),
    tkd: toBase64(recipients.tkd),
  }
  log.put('notice', notice)

  // The bids, in the batches in which they were logged.
  const both = (bidder: string, seq: number, one: string, two: string, picks: [number, number]) => [
    { cls: 'tech', core: proposal(round, bidder, seq) },
    { cls: 'price/L1', core: price(round, bidder, seq, 'L1', one, picks) },
    { cls: 'price/L2', core: price(round, bidder, seq, 'L2', two, picks) },
  ]
  const alpha = await sealWithAttachment(round, 'alpha', both('alpha', 1, '960000', '480000', [1, 2]))
  const beta = seal(round, 'beta', 1, null, both('beta', 1, '990000', '470000', [3, 4]))
  const gamma = seal(round, 'gamma', 1, null, both('gamma', 1, '950000', '500000', [5, 6]))
  const zeta = seal(round, 'zeta', 1, null, both('zeta', 1, '955000', '490000', [7, 8]))
  const lost = seal(round, 'eta', 1, null, both('eta', 1, '940000', '460000', [7, 8]))
  const batches: { at: number; stamped: number; bids: { bid: MadeBid; time: number }[] }[] = [
    {
      at: T - 3_600_000,
      stamped: T - 3_599_000,
      bids: [
        { bid: alpha, time: T - 3_605_000 },
        { bid: beta, time: T - 3_604_000 },
        { bid: gamma, time: T - 3_603_500 },
        { bid: zeta, time: T - 3_603_400 },
        {
          bid: seal(round, 'zeta', 1, null, both('zeta', 1, '945000', '490000', [7, 8]), ' again'),
          time: T - 3_603_300,
        },
        {
          bid: seal(round, 'eta', 2, manifestHash(lost.manifest), both('eta', 2, '940000', '460000', [7, 8])),
          time: T - 3_603_200,
        },
        { bid: seal(round, 'theta', 1, null, both('theta', 1, '900000', '400000', [9, 10])), time: T - 3_603_100 },
        { bid: seal(round, 'iota', 1, null, both('iota', 1, '910000', '410000', [9, 10])), time: T - 3_603_000 },
        { bid: seal(round, 'kappa', 1, null, both('kappa', 1, '960000', '485000', [2, 3])), time: T - 3_602_900 },
        ...earnedCodes.map((code, n) => ({ bid: sealVoid(round, code, [11, 12]), time: T - 3_602_000 + n })),
      ],
    },
    {
      at: T - 1000,
      stamped: T + 1000,
      bids: [
        {
          bid: seal(round, 'beta', 2, manifestHash(beta.manifest), both('beta', 2, '985000', '465000', [1, 3])),
          time: T - 1500,
        },
        { bid: seal(round, 'gamma', 2, manifestHash(gamma.manifest), []), time: T },
      ],
    },
    {
      at: T + 59_000,
      stamped: T + delta + 1,
      bids: [{ bid: seal(round, 'lambda', 1, null, both('lambda', 1, '930000', '450000', [4, 5])), time: T - 1 }],
    },
    {
      at: T + 60_500,
      stamped: T + 62_000,
      bids: [{ bid: seal(round, 'mu', 1, null, both('mu', 1, '920000', '440000', [4, 5])), time: T + 1 }],
    },
  ]
  const { serialDer } = readCertificate((await personOf(issuer, 'iota')).certificate)
  const crl = await issueCrl(
    {
      issuer: issuer.name,
      number: 1,
      from: rehearsedDays.from,
      next: rehearsedDays.until,
      revoked: [{ serialDer, at: T - 86_400_000, reason: 1 }],
    },
    issuer.key,
  )

  const bids = []
  const stamps: {
    index: number
    authority: string
    genTime: number
    object: { v: 1; first: number; count: number; token: string; times: number[] }
  }[] = []
  for (const { stamped, bids: placed } of batches) {
    const first = log.entries.length
    for (const { bid, time } of placed) {
      const m = manifestHash(bid.manifest)
      const entry = sealedEntry(bid.leafSalt, m)
      const index = log.entries.push(entry) - 1
      const content = canonical(bid.manifest)
      const person = await personOf(issuer, bid.manifest.bidderId)
      const signer = { certificate: person.certificate, algorithm: person.key.algorithm, sign: person.key.sign }
      const der = await signCades(signer, content, Math.floor(time / 1000) * 1000, [issuer.certificate])
      const token = await authorities[0]?.stamp(signatureValueOf(der), time + 2000)
      const promise = signPromise({ v: 1, log: origin, m: toBase64(m), entry: toBase64(entry), time }, promiseSecret)
      bids.push({ made: bid, index, m, promise, der, raised: withTimestamp(der, token ?? new Uint8Array()) })
    }
    const count = placed.length
    const leaves = log.entries.slice(first).map(leafHash)
    const message = batchMessage(first, count, rootAt(readerOf(leaves), count))
    const times = placed.map((each) => each.time)
    for (const [n, authority] of authorities.entries()) {
      const token = toBase64(await authority.stamp(message, stamped + n * 300))
      const object = { v: 1 as const, first, count, token, times }
      stamps.push({ index: -1, authority: names[n] ?? '', genTime: stamped + n * 300, object })
    }
  }
  for (const stamp of stamps) stamp.index = log.put('token', stamp.object)

  // Closing and eligibility.
  const earliest = (index: number): number =>
    Math.min(
      ...stamps.filter(({ object: o }) => o.first <= index && index < o.first + o.count).map((each) => each.genTime),
    )
  const list = closeList(
    bids.map(({ made: { manifest, leafSalt }, index, promise }) => ({
      index,
      manifest,
      leafSalt: toBase64(leafSalt),
      promiseTime: promise.body.time,
      tokenTime: earliest(index),
    })),
    { T, delta, cancelled: false },
  )
  const noticeHash = toBase64(commitmentOf('notice', notice))
  const close = closeOf({ tender, tkd: toBase64(recipients.tkd), notice: noticeHash, T }, list)
  const closeIndex = log.put('close', close)
  const live = bids.filter(({ index }) => list.some((item) => item.index === index && item.status === 'live'))
  const eligibility = {
    v: 1,
    tender,
    round: 1,
    items: live.map(({ index, made: { manifest } }) =>
      manifest.bidderId === 'iota'
        ? { index, admitted: false, reason: 'signature:revoked' }
        : { index, admitted: true, reason: 'registered-supplier' },
    ),
  }
  log.put('eligibility', eligibility)
  const admitted: LiveBid[] = live
    .filter(({ made: { manifest } }) => manifest.bidderId !== 'iota')
    .map(({ index, made: { manifest, leafSalt, envelopes } }) => ({
      index,
      manifest,
      leafSalt: toBase64(leafSalt),
      envelopes,
    }))
  const closing = closeHash(close)
  const post = (i: number, required: readonly Sealed[]): Promise<Batch> =>
    makeBatch(recipients, { tender, close: closing, i }, required, agreementWith(secretKeys.get(i) ?? new Uint8Array()))

  // First the technical proposals, behind entries of kind 0e.
  const first = envelopesToOpen(descriptor, ['tech'], [], admitted, null)
  const technicalBatches = await Promise.all(people.map((i) => post(i, first)))
  for (const batch of technicalBatches) log.act({ v: 1, type: 'TechnicalSharesPosted', batch })
  const technical = openingOf(tender, closing, openRound(recipients, first, technicalBatches, []))
  log.act({ v: 1, type: 'TechnicalOpened', opening: toBase64(openingHash(technical)) })
  const evaluation = {
    v: 1,
    tender,
    round: 1,
    scores: admitted.map(({ index, manifest }) => ({ index, points: manifest.bidderId === 'theta' ? '40' : '80' })),
    items: admitted.flatMap(({ index, manifest }) =>
      manifest.envelopes
        .filter(({ cls }) => cls.startsWith('price'))
        .map(({ cls }) =>
          manifest.bidderId === 'theta'
            ? { index, cls, admitted: false, reason: 'below-minimum' }
            : { index, cls, admitted: true, reason: 'passed' },
        ),
    ),
  }
  log.put('evaluation', evaluation)

  // Then salts and the prices that passed. Person 2 lies about one price, person 6 stays away.
  const passed = new Set(evaluation.items.filter((each) => each.admitted).map(({ index, cls }) => `${index} ${cls}`))
  const classes = ['draw', 'price/L1', 'price/L2']
  const opens = (index: number, cls: string): boolean => passed.has(`${index} ${cls}`)
  const required = envelopesToOpen(descriptor, classes, salts, admitted, terms.count, opens)
  const alphaIndex = bids[0]?.index ?? 0
  const lie = toBase64(rehearsedBytes('vector', 'lie'))
  const posted: Batch[] = []
  for (const i of people.filter((each) => each !== 6)) {
    const batch = await post(i, required)
    const shares = batch.shares.map(([e, y], n): Batch['shares'][number] => {
      const it = required[n]
      return i === 2 && it?.index === alphaIndex && it.cls === 'price/L1' ? [e, lie] : [e, y]
    })
    posted.push({ ...batch, shares })
  }
  for (const batch of posted) log.put('batch', batch)
  log.act({ v: 1, type: 'HolderAbsent', i: 6 })
  const results = openRound(recipients, required, posted, [6])
  const opening = openingOf(tender, closing, results)
  log.put('opening', opening)
  const sigmas = results.flatMap(({ officer, core }) =>
    officer === undefined ? [] : [core !== null && 'salt' in core ? fromBase64(core.salt) : null],
  )
  const drawn = results.flatMap(({ cls, index, R, core }) =>
    cls === 'price/L1' && R !== null && core !== null && 'price' in core ? [{ index, R, picks: core.picks ?? [] }] : [],
  )
  const input = { terms, tkd: recipients.tkd, closeCommitment: closing, beacon: null, salts: sigmas, bids: drawn }
  const transcript = drawTranscript(tender, openingHash(opening), input, draw(input))
  log.put('draw', transcript)
  const tied = results.flatMap(({ cls, index, e, core }) =>
    cls === 'price/L1' && core !== null && 'price' in core && core.price === '960000'
      ? [{ index, e: fromBase64(e) }]
      : [],
  )
  log.put('award', { v: 1, tender, lot: 'L1', index: alphaIndex, amount: '960000' })
  log.put('opening', technical)

  // The log as it was published, and a receipt under it.
  const size = log.entries.length
  const read = log.read()
  const checkpoint = { size, root: rootAt(read, size) }
  const note =
    signCheckpoint(checkpoint, logSigner) +
    witnesses
      .slice(0, 2)
      .map(({ signer }, n) =>
        cosign(checkpointText({ ...checkpoint, origin }), signer, Math.floor(T / 1000) + 4000 + n),
      )
      .join('')
  const [mine] = bids
  const [stamp] = stamps
  if (!mine || !stamp) throw new Error('no bid')
  const { first: from, count } = stamp.object
  const own = readerOf(log.entries.slice(from, from + count).map(leafHash))
  const extra = receiptBytes({
    v: 1,
    m: toBase64(mine.m),
    leafSalt: toBase64(mine.made.leafSalt),
    promise: mine.promise,
    batch: { first: from, count, path: inclusionProof(own, mine.index - from, count).map(toBase64) },
    token: stamp.object.token,
  })
  const receipt = proofText({
    extra,
    index: mine.index,
    path: inclusionProof(read, mine.index, size),
    checkpoint: note,
  })
  const strangeRoot = rehearsedBytes('vector', 'another root')
  const priced = required.find((each) => each.index === alphaIndex && each.cls === 'price/L1')
  if (!priced) throw new Error('no price')

  return {
    about:
      'A rehearsed tender of docs/protocol.md with invented keys, explained in tender.md. It proves nothing but the format.',
    secrets: {
      holders: [...secretKeys].map(([i, key]) => [i, toBase64(key)] as const),
      log: toBase64(secretOf('log key')),
      promise: toBase64(promiseSecret),
      witnesses: witnesses.map(({ name }) => [name, toBase64(secretOf(`witness ${name}`))] as const),
    },
    trust,
    notice,
    bids: bids.map(({ made: bid, index, m, promise, der, raised }) => ({
      name: bid.name,
      index,
      manifest: bid.manifest,
      m: toBase64(m),
      leafSalt: toBase64(bid.leafSalt),
      promise,
      signature: toBase64(der),
      raised: toBase64(raised),
      envelopes: bid.envelopes.map(({ cls, header, ciphertext }) => ({
        cls,
        header,
        ciphertext: toBase64(ciphertext),
      })),
      segments: bid.segments.map(({ cls, j, bytes }) => ({ cls, j, bytes: bytes.map(toBase64) })),
    })),
    salts: salts.map(({ i, bidderSalt, index, ciphertext }) => ({
      i,
      bidderSalt,
      index,
      ciphertext: toBase64(ciphertext ?? new Uint8Array()),
    })),
    crls: [toBase64(crl)],
    tokens: stamps.map(({ index, authority, genTime }) => ({ index, authority, genTime })),
    list,
    technical: { batches: technicalBatches, opening: technical },
    absent: [6],
    wrongShares: results
      .filter((each) => each.wrong.length > 0)
      .map(({ index, cls, wrong }) => ({ index, cls, i: wrong })),
    otherRoot: {
      index: alphaIndex,
      cls: 'price/L1',
      R: toBase64(strangeRoot),
      code: openByRoot(recipients, priced, strangeRoot).code,
    },
    equalBids: { lot: 'L1', indexes: tied.map(({ index }) => index), order: orderEqualBids(drawSeed(input), tied) },
    attachment: { index: alphaIndex, cls: 'tech', j: 0, plaintext: toBase64(utf8(attachedText)) },
    log: {
      entries: log.entries.map(toBase64),
      objects: log.objects,
      closing: { index: closeIndex, consistency: consistencyProof(read, closeIndex + 1, size).map(toBase64) },
      checkpoint: note,
    },
    receipt,
  }
}

/** A person of a bidder, whose certificate names the bidder's organisation. */
const personOf = (issuer: Awaited<ReturnType<typeof rehearsedRoot>>, bidder: string) =>
  rehearsedBelow(issuer, `person of ${bidder}`, {
    subject: nameOf(
      [attributeTypes.organisationIdentifier, bidder],
      [attributeTypes.serialNumber, `person of ${bidder}`],
      [attributeTypes.commonName, `Person of ${bidder}`],
    ),
  })

/** The vector as its file holds it. */
export type TenderVector = Awaited<ReturnType<typeof makeTenderVector>>

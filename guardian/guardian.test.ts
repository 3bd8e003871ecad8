// What a guardian lets go of, on a rehearsed round with a real log and real witnesses: one true box, and every way in which it may be untrue.
import { mkdtempSync, readdirSync, readFileSync, rmSync, statSync, writeFileSync } from 'node:fs'
import { createServer, type Server } from 'node:http'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { parseNote, signCheckpoint, signerWith, verifierKey } from '@naru/log/checkpoint.ts'
import { cosign, cosignerKey } from '@naru/log/cosignature.ts'
import { makeEntry } from '@naru/log/entry.ts'
import { leafHash, readerOf, rootAt } from '@naru/log/merkle.ts'
import { parsePolicy } from '@naru/log/policy.ts'
import { parseTilePath, tileContents } from '@naru/log/tile.ts'
import { fromBase64, toBase64, u64 } from '@naru/sealing/bytes.ts'
import { closeHash, listRoot } from '@naru/sealing/closing.ts'
import { commitmentOf } from '@naru/sealing/commitment.ts'
import { descriptorHash, descriptorOf, recipientsOf } from '@naru/sealing/descriptor.ts'
import { envelopeHash } from '@naru/sealing/envelope.ts'
import { deriveKeyPair } from '@naru/sealing/hpke.ts'
import { H } from '@naru/sealing/hash.ts'
import { manifestHash } from '@naru/sealing/manifest.ts'
import { platformCurve } from '@naru/sealing/platform.ts'
import { probeAnswerHolds, sealProbe } from '@naru/sealing/probe.ts'
import { sealedEntry } from '@naru/sealing/receipt.ts'
import {
  asLive,
  rehearseBid,
  rehearsedBytes,
  rehearsePrice,
  rehearseRound,
  rehearseSalts,
} from '@naru/sealing/rehearsal.ts'
import { signPromise } from '@naru/sealing/signature.ts'
import { digestIdentifier, digestOf } from '@naru/sealing/signatures/algorithms.ts'
import { extendedUses } from '@naru/sealing/signatures/certificate.ts'
import { octets, sequence } from '@naru/sealing/signatures/der.ts'
import { issueToken } from '@naru/sealing/signatures/issue.ts'
import { rehearsedBelow, rehearsedRoot } from '@naru/sealing/signatures/rehearsal-issuer.ts'
import { anchorsOf, trustRoot } from '@naru/sealing/signatures/trust-list.ts'
import fc from 'fast-check'
import { afterAll, afterEach, beforeAll, beforeEach, describe, expect, it } from 'vitest'
import { work } from './duties.ts'
import { openJournal } from './journal.ts'
import { type Box, indexesRead, judge, type Pinned } from './judge.ts'
import { type Keys, openKeys } from './keys.ts'
import { type Portal, portalAt } from './portal.ts'
import { clockFrom } from './time.ts'

const T = 1_800_000_000_000
const delta = 60_000
const promiseSecret = new Uint8Array(32).fill(9)
const logSigner = signerWith('proc.example/log', new Uint8Array(32).fill(1))
const witnesses = [2, 3, 4].map((n) => signerWith(`w${n}.example`, new Uint8Array(32).fill(n)))
const policy = parsePolicy(
  `log ${verifierKey(logSigner)}\n${witnesses.map((each, n) => `witness w${n} ${cosignerKey(each)}\n`).join('')}group g 2 w0 w1 w2\nquorum g\n`,
)
const pinned: Pinned = {
  promiseKeys: [signerWith('promise', promiseSecret).publicKey],
  trust: { sign: [], timestamps: { anchors: [] } },
  stamped: false,
  policy,
  delta,
  takesWord: false,
  sandbox: true,
}

const round = rehearseRound('guardian')
const { descriptor } = round
const tkd = toBase64(descriptorHash(descriptor))
const bids = ['bidder-1', 'bidder-2', 'bidder-3'].map((id) =>
  rehearseBid(round, id, 1, null, [{ cls: 'price', core: rehearsePrice(round, id, 1, '1000', [1, 2]) }]),
)
const salts = rehearseSalts(round, 0)

// Behind the salts and the notice.
const firstBid = salts.length + 1

/** A closed round as entries of a log with its box; `change` makes it untrue before anything is hashed. */
function closedRound(
  change: {
    T?: number
    promised?: number
    admitted?: boolean
    superseded?: number
    /** A token over the batch of all bids, and the δ of the notice. */
    token?: Uint8Array
    delta?: number
  } = {},
) {
  const due = change.T ?? T
  const entries: Uint8Array[] = salts.map(({ header }) => makeEntry('salt', commitmentOf('envelope', header)))
  const notice = { v: 1, tender: descriptor.tender, round: 1, T: due, delta: change.delta ?? delta, tkd }
  const noticeAt = entries.push(makeEntry('notice', commitmentOf('notice', notice))) - 1
  const placed = bids.map((bid) => {
    const { manifest, leafSalt } = bid.submission
    const entry = sealedEntry(fromBase64(leafSalt), bid.m)
    const index = entries.push(entry) - 1
    const body = {
      v: 1 as const,
      log: logSigner.name,
      m: toBase64(manifestHash(manifest)),
      entry: toBase64(entry),
      time: change.promised ?? due - 1000,
    }
    const signature = { kind: 'sandbox-session', person: 'somebody', at: 1, commitment: body.m }
    return { ...asLive(bid, index), signature, promise: signPromise(body, promiseSecret), m: body.m }
  })
  const items = placed.map(({ index, m, leafSalt }, n) => ({
    index,
    m,
    leafSalt,
    status: n === change.superseded ? ('superseded' as const) : ('live' as const),
  }))
  const times = bids.map(() => change.promised ?? due - 1000)
  const stamp = change.token && { v: 1, first: firstBid, count: bids.length, token: toBase64(change.token), times }
  const stampAt = stamp ? entries.push(makeEntry('token', commitmentOf('token', stamp))) - 1 : -1
  const close = {
    v: 1 as const,
    tender: descriptor.tender,
    tkd,
    notice: toBase64(commitmentOf('notice', notice)),
    T: due,
    count: items.length,
    root: toBase64(listRoot(items)),
  }
  const closeAt = entries.push(makeEntry('close', closeHash(close))) - 1
  const judged = items.map(({ index }) => ({ index, admitted: change.admitted ?? true, reason: 'registered-supplier' }))
  const eligibility = { v: 1, tender: descriptor.tender, round: 1, items: judged }
  const eligibleAt = entries.push(makeEntry('eligibility', commitmentOf('eligibility', eligibility))) - 1
  const required = [
    ...salts.map(({ header }) => toBase64(commitmentOf('envelope', header))),
    ...bids.map((bid) => bid.submission.manifest.envelopes[0]?.e ?? ''),
  ]
  const box: Box = {
    close,
    commitment: toBase64(closeHash(close)),
    items,
    required,
    salts: salts.map(({ i, bidderSalt, index, header }) => ({ i, bidderSalt, index, envelope: { header } })),
    bids: placed,
    evidence: {
      close: closeAt,
      notice: { index: noticeAt, kind: 'notice', object: notice },
      eligibility: { index: eligibleAt, object: eligibility },
      evaluation: null,
      tokens: stamp ? [{ index: stampAt, object: stamp }] : [],
    },
  }
  return { entries, box }
}

let server: Server
let url = ''
let shown: { entries: readonly Uint8Array[]; times: readonly number[] } = { entries: [], times: [] }
beforeAll(async () => {
  server = createServer((request, response) => {
    const read = readerOf(shown.entries.map(leafHash))
    const size = shown.entries.length
    const path = (request.url ?? '').replace('/log/', '')
    if (path === 'checkpoint') {
      const note = signCheckpoint({ size, root: rootAt(read, size) }, logSigner)
      const { text } = parseNote(note)
      const lines = shown.times.map((time, n) => cosign(text, witnesses[n] ?? logSigner, time / 1000))
      return response.end(note + lines.join(''))
    }
    const tile = parseTilePath(path)
    return tile ? response.end(Buffer.from(tileContents(read, tile))) : response.writeHead(404).end()
  })
  await new Promise<void>((listening) => server.listen(0, '127.0.0.1', listening))
  const bound = server.address()
  url = `http://127.0.0.1:${typeof bound === 'object' && bound ? bound.port : 0}`
})
afterAll(() => server.close())

/** The judgement on a box whose log is served with cosignatures of these times (ms). */
async function judged(
  { entries, box }: ReturnType<typeof closedRound>,
  more: { times?: readonly number[]; now?: number; signedTkd?: string; pinned?: Pinned } = {},
) {
  const { times = [T + 2000, T + 3000], now = T + 5000, signedTkd = tkd } = more
  shown = { entries, times }
  const log = await portalAt(url, '').prove(indexesRead(box), policy)
  const verdict = judge({ box, descriptor, signedTkd, log, pinned: more.pinned ?? pinned, now })
  return 'code' in verdict ? verdict.code : verdict.required.map(({ e }) => e)
}

describe('SEA-03: shares leave only against a witnessed closing', () => {
  it('for exactly the required envelopes of a box rightly closed', async () => {
    const right = closedRound()
    expect(await judged(right)).toEqual(right.box.required)
  })

  it('never before the deadline by the own clock, whatever witnesses and portal say', async () => {
    expect(await judged(closedRound(), { now: T - 1 })).toBe('before-deadline')
    expect(await judged(closedRound(), { now: T - 2 * 86_400_000 })).toBe('before-deadline')
  })

  it('never while the witnesses’ median lies before the deadline, however far ahead the own clock is', async () => {
    const ahead = { now: T + 2 * 86_400_000 }
    expect(await judged(closedRound(), { ...ahead, times: [T - 1000, T - 2000] })).toBe('witnesses-before-deadline')
    // Of two times the lower is the median (protocol 4a).
    expect(await judged(closedRound(), { ...ahead, times: [T - 1000, T + 2000] })).toBe('witnesses-before-deadline')
    expect(await judged(closedRound(), { ...ahead, times: [T - 1000, T + 2000, T + 3000] })).not.toBe(
      'witnesses-before-deadline',
    )
  })

  it('never without a quorum', async () => {
    await expect(judged(closedRound(), { times: [T + 2000] })).rejects.toThrow('quorum')
  })

  it('never: whatever the clocks and the time in the close object, a share that leaves had all three past the notice’s deadline', async () => {
    const offset = fc.integer({ min: -3, max: 3 }).map((each) => each * 1000)
    await fc.assert(
      fc.asyncProperty(fc.array(offset, { minLength: 2, maxLength: 3 }), offset, offset, async (seen, own, moved) => {
        const round = closedRound({ T: T + moved })
        const verdict = await judged(round, { times: seen.map((each) => T + each), now: T + own })
        const median = seen.toSorted((a, b) => a - b)[Math.floor((seen.length - 1) / 2)] ?? 0
        expect(Array.isArray(verdict)).toBe(median >= moved && own >= moved)
      }),
      { numRuns: 60 },
    )
  })
})

describe('everything in the box is read again', () => {
  const changed = (change: (box: { -readonly [K in keyof Box]: Box[K] }) => void) => {
    const made = closedRound()
    const box = { ...made.box }
    change(box)
    return judged({ ...made, box })
  }

  it.each([
    ['another close object', 'close-not-logged', (box) => (box.close = { ...(box.close as object), count: 2 })],
    ['a close entry elsewhere', 'close-not-logged', (box) => (box.evidence = { ...box.evidence, close: 0 })],
    ['a close entry beyond the log', 'close-not-logged', (box) => (box.evidence = { ...box.evidence, close: 10_000 })],
    [
      'a notice that was never logged',
      'notice-not-logged',
      (box) =>
        (box.evidence = {
          ...box.evidence,
          notice: { ...box.evidence.notice, object: { ...(box.evidence.notice.object as object), T: 1 } },
        }),
    ],
    ['no eligibility', 'no-eligibility', (box) => (box.evidence = { ...box.evidence, eligibility: null })],
    [
      'an eligibility that was never logged',
      'eligibility-not-logged',
      (box) =>
        (box.evidence = {
          ...box.evidence,
          eligibility: { index: box.evidence.eligibility?.index ?? 0, object: { v: 1, items: [] } },
        }),
    ],
    ['a list without its last item', 'other-close-list', (box) => (box.items = box.items.slice(1))],
    ['a bid left out', 'other-required', (box) => (box.bids = box.bids.slice(1))],
    ['a salt left out', 'other-required', (box) => (box.salts = box.salts.slice(1))],
    ['another order', 'other-required', (box) => (box.required = box.required.toReversed())],
    ['one envelope more', 'other-required', (box) => (box.required = [...box.required, box.required[0] ?? ''])],
    [
      'a bid at the place of another',
      'not-below-close',
      (box) => (box.bids = box.bids.map((bid) => ({ ...bid, index: 0 }))),
    ],
    [
      'a leaf salt of another bid',
      'bid-not-logged',
      (box) =>
        (box.bids = box.bids.map((bid) => ({
          ...bid,
          leafSalt: box.bids[0]?.leafSalt === bid.leafSalt ? toBase64(new Uint8Array(32)) : bid.leafSalt,
        }))),
    ],
    [
      'a promise that nobody signed',
      'promise-not-signed',
      (box) =>
        (box.bids = box.bids.map((bid) => ({
          ...bid,
          promise: { ...(bid.promise as object), sig: toBase64(new Uint8Array(64)) },
        }))),
    ],
  ] as const satisfies [string, string, (box: { -readonly [K in keyof Box]: Box[K] }) => unknown][])(
    '%s: %s',
    async (_, code, change) => expect(await changed(change)).toBe(code),
  )

  it('refuses another descriptor, late promises, bids not admitted, and what is not live', async () => {
    expect(await judged(closedRound(), { signedTkd: toBase64(new Uint8Array(32)) })).toBe('other-descriptor')
    expect(await judged(closedRound({ promised: T + 1 }))).toBe('promise-late')
    expect(await judged(closedRound({ admitted: false }))).toBe('not-admitted')
    expect(await judged(closedRound({ superseded: 1 }))).toBe('not-below-close')
  })

  it('AVA-02 a time-stamp after T + δ lets go only where δ was prolonged and the pinned witnesses had seen the bids, or the institution takes the word', async () => {
    const root = await rehearsedRoot('time root')
    const unit = await rehearsedBelow(root, 'time unit', {
      uses: ['digitalSignature'],
      extended: [extendedUses.timeStamping],
      extendedCritical: true,
    })
    const leaves = bids.map((bid) => leafHash(sealedEntry(fromBase64(bid.submission.leafSalt), bid.m)))
    const message = H('tst', u64(firstBid), u64(bids.length), rootAt(readerOf(leaves), bids.length))
    const tokenAt = (genTime: number) =>
      issueToken(
        {
          policy: '2.999.1',
          imprint: sequence(digestIdentifier('sha256'), octets(digestOf('sha256', message))),
          serial: Uint8Array.of(7),
          genTime,
          accuracyMs: 500,
        },
        { certificate: unit.certificate, algorithm: unit.key.algorithm, sign: unit.key.sign },
        [],
      )
    const anchors = anchorsOf([trustRoot('Time', root.certificate, ['tsa'])])
    const stamped = { ...pinned, stamped: true, trust: { sign: [], timestamps: { anchors } } }
    const hour = 3_600_000
    const after = { now: T + 2 * hour, times: [T + 2 * hour, T + 2 * hour], pinned: stamped }
    const right = closedRound({ token: await tokenAt(T + delta) })
    expect(await judged(right, after)).toEqual(right.box.required)
    // An hour late, and the notice still says one minute.
    const late = await tokenAt(T + hour)
    expect(await judged(closedRound({ token: late }), after)).toBe('token-late')

    const prolonged = closedRound({ token: late, delta: hour })
    const noteOf = (size: number, at: number) => {
      const note = signCheckpoint({ size, root: rootAt(readerOf(prolonged.entries.map(leafHash)), size) }, logSigner)
      const lines = [0, 1].map((n) => cosign(parseNote(note).text, witnesses[n] ?? logSigner, at / 1000))
      return note + lines.join('')
    }
    const shownBy = (witnessed: string | null) => ({
      ...prolonged,
      box: { ...prolonged.box, evidence: { ...prolonged.box.evidence, witnessed } },
    })
    const all = firstBid + bids.length
    expect(await judged(shownBy(noteOf(all, T + delta)), after)).toEqual(prolonged.box.required)
    // The last bid is not covered; seen a second too late; one witness alone; no evidence at all.
    expect(await judged(shownBy(noteOf(all - 1, T + delta)), after)).toBe('token-on-word')
    expect(await judged(shownBy(noteOf(all, T + delta + 1000)), after)).toBe('token-on-word')
    expect(
      await judged(
        shownBy(
          noteOf(all, T + delta)
            .split('\n')
            .slice(0, -2)
            .join('\n') + '\n',
        ),
        after,
      ),
    ).toBe('token-on-word')
    expect(await judged(shownBy(null), after)).toBe('token-on-word')
    expect(await judged(shownBy(null), { ...after, pinned: { ...stamped, takesWord: true } })).toEqual(
      prolonged.box.required,
    )
    // Beyond the prolonged δ nothing helps.
    const beyond = closedRound({ token: await tokenAt(T + hour + 1), delta: hour })
    expect(await judged(beyond, { ...after, pinned: { ...stamped, takesWord: true } })).toBe('token-late')
  })

  it('refuses bids without a time-stamp where authorities are pinned, and session signatures outside a sandbox', async () => {
    expect(await judged(closedRound(), { pinned: { ...pinned, stamped: true } })).toBe('token-missing')
    expect(await judged(closedRound(), { pinned: { ...pinned, sandbox: false } })).toBe('signature')
  })
})

describe('SEA-04: a guardian rehearses the opening for its own descriptor only', () => {
  let folder: string
  beforeEach(() => {
    folder = mkdtempSync(join(tmpdir(), 'naru-guardian-'))
  })
  afterEach(() => rmSync(folder, { recursive: true, force: true }))

  const tender = '00000000-0000-4000-8000-000000000000'
  /** A tender with this guardian as person 6, its descriptor made with the key that the guardian has or with another. */
  function prepared(pk: string, seed = 'rehearsal') {
    const other = rehearseRound(seed)
    const records = other.records.map((record) => ({
      ...record,
      tender,
      ...(record.i === 6 && { pk }),
      group: record.group === 'group-0' ? 'agency' : 'guardians',
    }))
    const groups = ['agency', 'guardians'].map((name) => ({ name, k: 2 }))
    const own = descriptorOf({ tender, round: 1, classes: ['price'], groups }, records)
    const recipients = recipientsOf(own, platformCurve)
    return { descriptor: own, probe: sealProbe(own, recipients, rehearsedBytes(seed)) }
  }
  /** One look of the guardian at a portal that shows this descriptor and hands out this probe: what it posted and wrote. */
  async function looked(keys: Keys, shown: unknown, probe: unknown, due = ['rehearse-opening']) {
    const posted: { name: string; input: unknown }[] = []
    const journal = openJournal(folder)
    const holders = ['agency', 'guardians'].map((name, g) => ({
      name,
      holders: [1, 2, 3].map((n) => ({ i: 3 * g + n, person: `person-${3 * g + n}` })),
    }))
    const state = {
      stage: 'preparing',
      holders,
      parties: { procuringEntity: 'buyer' },
      tenderKeys: [{ round: 1, tenderKey: shown }],
      rounds: [],
    }
    const portal: Portal = {
      duties: async () => ({ person: 'person-6', organisation: 'audit', cases: [{ case: tender, due }] }),
      read: async (path) => (path.endsWith('/rehearsal') ? { probes: [probe] } : { tender: state }),
      act: async (_, name, input) => {
        posted.push({ name, input })
        return null
      },
      prove: async () => {
        throw new Error('a rehearsal reads no log')
      },
    }
    await work({
      keys,
      journal,
      portal,
      policy,
      pinned,
      now: async () => T,
      spare: false,
      releaseOf: () => null,
      keepFor: 0,
      fault: () => ({ kind: 'none' }),
    })
    return { posted, told: journal.lines().map((line) => line.why ?? line.did) }
  }
  const place = { tender, round: 1 }

  it('answers its own probe with the share that the probe demands', async () => {
    const keys = openKeys(folder, null)
    const { descriptor: own, probe } = prepared(keys.publicKey(place))
    const { posted, told } = await looked(keys, own, probe)
    expect(told).toEqual(['rehearsed'])
    const [{ name, input } = { name: '', input: {} }] = posted
    expect([name, posted.length]).toEqual(['rehearse-opening', 1])
    const [[e, share] = ['', '']] = (input as { shares: [string, string][] }).shares
    expect(e).toBe(probe.e)
    expect(probeAnswerHolds(probe, 6, share)).toBe(true)
  })

  it('answers nothing for another descriptor than the one it took its place in, though its key stands there too', async () => {
    const keys = openKeys(folder, null)
    const pk = keys.publicKey(place)
    const right = prepared(pk)
    await looked(keys, right.descriptor, right.probe, [])
    const wrong = prepared(pk, 'other holders')
    expect(await looked(keys, wrong.descriptor, wrong.probe)).toEqual({ posted: [], told: ['other-descriptor'] })
    // Nor is the probe of a foreign descriptor answered under its own.
    const mixed = await looked(keys, right.descriptor, wrong.probe)
    expect(mixed.posted).toEqual([])
    expect(mixed.told.at(-1)).toContain('another descriptor')
  })

  it('answers nothing where its key does not stand in the descriptor, and tells a probe that it cannot open', async () => {
    const keys = openKeys(folder, null)
    const pk = keys.publicKey(place)
    const { publicKey } = deriveKeyPair(rehearsedBytes('corrupt'))
    const without = prepared(toBase64(publicKey))
    expect((await looked(keys, without.descriptor, without.probe)).posted).toEqual([])
    // The descriptor is right, but its share in the probe was made for somebody else.
    const { descriptor: own, probe } = prepared(pk)
    const { header } = probe.envelope
    const shares = header.shares.map((share) => (share.i === 6 ? { ...(header.shares[0] ?? share), i: 6 } : share))
    const broken = { ...header, shares }
    const e = toBase64(envelopeHash(broken))
    const changed = { ...probe, e, envelope: { ...probe.envelope, header: broken } }
    const { posted } = await looked(keys, own, changed)
    expect(posted.map(({ input }) => input)).toEqual([{ shares: [[e, 'bad']] }])
  })
})

describe('SEA-06: a guardian comes to an opening by machine, and says so', () => {
  const report = {
    v: 1,
    tender: descriptor.tender,
    round: 1,
    lines: [{ kind: 'bid-late', by: 'bidder', count: 2, first: '', last: '' }],
  }
  const hash = toBase64(commitmentOf('attempt-report', report))

  /** What is done and told where the portal shows this report, with this hash, by this own clock. */
  async function comes(answer: { report: unknown; hash: string }, now = T + 5000) {
    const { entries, box } = closedRound()
    shown = { entries, times: [T + 2000, T + 3000] }
    const folder = mkdtempSync(join(tmpdir(), 'naru-guardian-'))
    const journal = openJournal(folder)
    const posted: { name: string; input: unknown }[] = []
    const seen = {
      stage: 'closed',
      holders: [{ name: 'guardians', holders: [{ i: 6, person: 'person-6' }] }],
      parties: { procuringEntity: 'buyer' },
      tenderKeys: [{ round: 1, tenderKey: descriptor }],
      rounds: [{ round: 1 }],
    }
    const portal: Portal = {
      duties: async () => ({
        person: 'person-6',
        organisation: 'audit',
        cases: [{ case: descriptor.tender, due: ['attend-opening'] }],
      }),
      read: async (path) => (path.endsWith('/attempts') ? answer : path.includes('/box') ? box : { tender: seen }),
      act: async (_, name, input) => {
        posted.push({ name, input })
        return null
      },
      prove: (indexes, whose) => portalAt(url, '').prove(indexes, whose),
    }
    const keys = { descriptor: () => tkd, publicKey: () => '' } as unknown as Keys
    await work({
      keys,
      journal,
      portal,
      policy,
      pinned,
      now: async () => now,
      spare: false,
      releaseOf: () => null,
      keepFor: 0,
      fault: () => ({ kind: 'none' }),
    })
    return { posted, told: journal.lines().map(({ did, why }) => [did, why]) }
  }

  it('having read the report, whose hash it made again, of a box that it found right', async () => {
    const { posted, told } = await comes({ report, hash })
    expect(posted).toEqual([{ name: 'attend-opening', input: { round: 1, report: hash } }])
    expect(told).toEqual([['attended', `acknowledged by machine, report ${hash}: bid-late 2`]])
  })

  it('never for a report that is another than its hash says, or of another tender, nor before the deadline by its own clock', async () => {
    const shorter = { ...report, lines: [] }
    expect(await comes({ report: shorter, hash })).toEqual({ posted: [], told: [['refused', 'report-does-not-fit']] })
    const other = { ...report, tender: 'another' }
    expect((await comes({ report: other, hash })).told).toEqual([['refused', 'report-of-another']])
    expect(await comes({ report, hash }, T - 1)).toEqual({ posted: [], told: [['refused', 'before-deadline']] })
  })
})

describe('what a guardian keeps', () => {
  let folder: string
  const place = { tender: '00000000-0000-4000-8000-000000000000', round: 1 }
  beforeEach(() => {
    folder = mkdtempSync(join(tmpdir(), 'naru-guardian-'))
  })
  afterEach(() => rmSync(folder, { recursive: true, force: true }))

  it('a key of its own per round in files for itself alone, wrapped where a passphrase is given', async () => {
    const keys = openKeys(folder, 'words')
    const pk = keys.publicKey(place)
    expect(openKeys(folder, 'words').publicKey(place)).toBe(pk)
    expect(keys.publicKey({ ...place, round: 2 })).not.toBe(pk)
    expect(() => openKeys(folder, 'other words')).toThrow('another passphrase')
    expect(() => openKeys(folder, null)).toThrow('passphrase')
    const files = readdirSync(join(folder, 'keys')).map((name) => join(folder, 'keys', name))
    expect(files.map((file) => statSync(file).mode & 0o777)).toEqual([0o600, 0o600])
    const secret = await keys.use(place, async (bytes) => toBase64(bytes))
    expect(secret).toHaveLength(44)
    for (const file of files) expect(readFileSync(file, 'utf8')).not.toContain(secret)
  })

  it('a descriptor once and no other, and nothing of a key that it destroyed', async () => {
    const keys = openKeys(folder, null)
    keys.publicKey(place)
    keys.keepDescriptor(place, 'one')
    expect(() => keys.keepDescriptor(place, 'two')).toThrow('another descriptor')
    const secret = await keys.use(place, async (bytes) => toBase64(bytes))
    keys.destroy(place)
    expect(await keys.use(place, async () => 1)).toBeNull()
    expect(() => keys.publicKey(place)).toThrow('destroyed')
    const files = readdirSync(join(folder, 'keys')).map((name) => readFileSync(join(folder, 'keys', name), 'utf8'))
    expect(files.join()).not.toContain(secret)
  })

  it('a journal that shows when a line was changed', () => {
    const journal = openJournal(folder)
    for (const why of ['before-deadline', 'before-deadline', 'token-missing'])
      journal.write({ at: '2026-01-01T00:00:00.000Z', did: 'refused', tender: place.tender, round: 1, why })
    journal.write({ at: '2026-01-02T00:00:00.000Z', did: 'posted-shares', tender: place.tender, round: 1 })
    expect(
      openJournal(folder)
        .lines()
        .map((line) => line.why ?? line.did),
    ).toEqual(['before-deadline', 'token-missing', 'posted-shares'])
    const path = join(folder, 'journal.jsonl')
    writeFileSync(path, readFileSync(path, 'utf8').replace('token-missing', 'token-broken!'))
    expect(() => openJournal(folder)).toThrow('line 3')
  })

  it('a clock that never goes back, and stands still for no answer', async () => {
    const answers = ['2026-01-02T00:00:00Z', '2026-01-01T00:00:00Z']
    const service = createServer((_, response) => {
      const now = answers.shift()
      return now ? response.end(JSON.stringify({ now })) : response.writeHead(503).end()
    })
    await new Promise<void>((listening) => service.listen(0, '127.0.0.1', listening))
    const bound = service.address()
    const clock = clockFrom(`http://127.0.0.1:${typeof bound === 'object' && bound ? bound.port : 0}`)
    expect(await clock()).toBe(Date.parse('2026-01-02T00:00:00Z'))
    expect(await clock()).toBe(Date.parse('2026-01-02T00:00:00Z'))
    expect(await clock()).toBeNull()
    service.close()
  })
})

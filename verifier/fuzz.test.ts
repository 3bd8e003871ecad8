// Every parser that reads a stranger's bytes, with bytes that no honest program writes: only its own error is thrown, and nothing hangs.
import { parseCheckpointText, parseNote, parseVerifierKey } from '@naru/log/checkpoint.ts'
import { BadForm } from '@naru/log/encoding.ts'
import { parseEntry } from '@naru/log/entry.ts'
import { parsePolicy } from '@naru/log/policy.ts'
import { parseProof } from '@naru/log/proof.ts'
import { parseBundle, parseTilePath } from '@naru/log/tile.ts'
import { parseClose, parseListItem } from '@naru/sealing/closing.ts'
import { parseDescriptor, parseKeyRecord } from '@naru/sealing/descriptor.ts'
import { parseHeader } from '@naru/sealing/envelope.ts'
import { canonicalText, parseCanonical } from '@naru/sealing/jcs.ts'
import { Malformed } from '@naru/sealing/malformed.ts'
import { parseManifest, parseSubmission } from '@naru/sealing/manifest.ts'
import { parseBatch } from '@naru/sealing/opening.ts'
import { parseReceipt } from '@naru/sealing/receipt.ts'
import { parsePromise, parseSignature } from '@naru/sealing/signature.ts'
import { fromBase64 } from '@naru/sealing/bytes.ts'
import { readCades } from '@naru/sealing/signatures/cades.ts'
import { readCertificate, Untrusted } from '@naru/sealing/signatures/certificate.ts'
import { readCrl, readOcsp } from '@naru/sealing/signatures/revocation.ts'
import { checkToken } from '@naru/sealing/signatures/timestamp.ts'
import { anchorsOf, parseTrustList } from '@naru/sealing/signatures/trust-list.ts'
import fc from 'fast-check'
import { describe, expect, it, vi } from 'vitest'
import { openArchive } from './archive.ts'
import type { Files } from './bundle.ts'
import { goodArchive, goodFiles, operatorKeys } from './examples.ts'
import { Findings } from './finding.ts'
import { nodeHost, usePlatform } from './host.ts'
import { signedAgain } from './alterations.ts'
import { Draft, type Json } from './alterations/draft.ts'
import { verifyReceipt } from './receipt.ts'
import { verifyBundle } from './verify.ts'

vi.setConfig({ testTimeout: 240_000 })
usePlatform()

const files = goodFiles()
const text = (path: string): string => new TextDecoder().decode(files.get(path))
const json = (path: string): unknown => JSON.parse(text(path))
const first = (folder: string): string => [...files.keys()].filter((path) => path.startsWith(folder)).sort()[0] ?? ''
const bid = json(first('bids/')) as { manifest: object; promise: object; envelopes: { header: object }[] }
const objects = [...files.keys()].filter((path) => path.startsWith('objects/')).map(json)

/** A value of JSON with one place of it replaced, left out, doubled or put deeper. */
const spoilt = (value: unknown) =>
  fc
    .tuple(fc.nat(), fc.oneof(fc.jsonValue({ maxDepth: 3 }), fc.constantFrom(null, -1, 1e21, '', [], {}, '=')))
    .map(([at, put]) => {
      const copy = structuredClone(value)
      const places: (() => void)[] = []
      const walk = (one: unknown): void => {
        if (typeof one !== 'object' || one === null) return
        for (const name of Object.keys(one)) {
          const holder = one as Record<string, unknown>
          places.push(
            () => void (holder[name] = put),
            () => void delete holder[name],
            () => void (holder[`${name}x`] = put),
          )
          walk(holder[name])
        }
      }
      walk(copy)
      places[at % Math.max(1, places.length)]?.()
      return copy
    })

/** Bytes with a few of them changed, cut, or put in. */
const damaged = (bytes: Uint8Array) =>
  fc
    .array(fc.tuple(fc.nat(bytes.length - 1), fc.integer({ min: 1, max: 255 }), fc.nat(9)), {
      minLength: 1,
      maxLength: 4,
    })
    .map((changes) => {
      let now = Uint8Array.from(bytes)
      for (const [at, by, how] of changes) {
        if (how === 0) now = now.slice(0, at)
        else if (how === 1) now = Uint8Array.from([...now.slice(0, at), by, ...now.slice(at)])
        else if (at < now.length) now[at] = (now[at] ?? 0) ^ by
      }
      return now
    })

type Kind = new (...words: never[]) => Error
function onlyThrows(kind: Kind, read: () => unknown, other: Kind = kind): void {
  try {
    read()
  } catch (error) {
    if (!(error instanceof kind) && !(error instanceof other)) throw error
  }
}

const isCanonical = (value: unknown): boolean => {
  try {
    return canonicalText(value) !== ''
  } catch {
    return false
  }
}

/** The bodies of the good bundle's facts of a type. */
const bodies = (type: string): any[] =>
  text('facts.jsonl')
    .split('\n')
    .slice(0, -1)
    .map((line) => (JSON.parse(line) as { record?: { type: string; body: unknown } }).record)
    .flatMap((record) => (record?.type === type ? [record.body] : []))

describe('parsers of objects', () => {
  const readers: readonly (readonly [string, (value: unknown) => unknown, readonly unknown[]])[] = [
    ['header', parseHeader, bid.envelopes.map((each) => each.header)],
    ['manifest', parseManifest, [bid.manifest]],
    ['promise', parsePromise, [bid.promise]],
    ['submission', parseSubmission, [{ manifest: bid.manifest, leafSalt: '', envelopes: bid.envelopes }]],
    ['signature', (value) => parseSignature(value, new Uint8Array(32)), [(bid as { signature?: unknown }).signature]],
    ['list item', parseListItem, (json(first('rounds/')) as { items: unknown[] }).items.slice(0, 2)],
    ['key record', parseKeyRecord, objects],
    ['descriptor', parseDescriptor, objects],
    ['close', parseClose, objects],
    ['batch', parseBatch, objects],
    ['trust list', parseTrustList, bodies('TrustListed').map((each) => each.trust)],
  ]
  it.each(readers)('%s', (_, read, samples) => {
    fc.assert(
      fc.property(fc.oneof(fc.jsonValue(), ...samples.slice(0, 60).map(spoilt)), (value) =>
        onlyThrows(Malformed, () => read(value)),
      ),
      { numRuns: 1500 },
    )
  })
})

describe('parsers of texts and bytes', () => {
  const checkpoint = files.get('checkpoint') ?? new Uint8Array(0)
  const policy = files.get('policy') ?? new Uint8Array(0)
  const proof = new TextEncoder().encode(
    `c2sp.org/tlog-proof@v1\nextra e30=\nindex 7\n${'A'.repeat(43)}=\n\n${text('checkpoint')}`,
  )
  const readers: readonly (readonly [string, (bytes: Uint8Array) => unknown, Uint8Array])[] = [
    ['note', (bytes) => parseNote(new TextDecoder().decode(bytes)), checkpoint],
    ['checkpoint', (bytes) => parseCheckpointText(new TextDecoder().decode(bytes)), checkpoint],
    ['verifier key', (bytes) => parseVerifierKey(new TextDecoder().decode(bytes)), policy.slice(4, 120)],
    ['policy', (bytes) => parsePolicy(new TextDecoder().decode(bytes)), policy],
    ['proof', (bytes) => parseProof(new TextDecoder().decode(bytes)), proof],
    ['entry', parseEntry, (files.get('entries') ?? new Uint8Array(0)).slice(0, 34)],
    ['bundle of entries', parseBundle, (files.get('entries') ?? new Uint8Array(0)).slice(0, 340)],
    [
      'tile path',
      (bytes) => parseTilePath(new TextDecoder().decode(bytes)),
      new TextEncoder().encode('tile/0/x001/234.p/7'),
    ],
  ]
  it.each(readers)('%s', (_, read, sample) => {
    fc.assert(
      fc.property(fc.oneof(fc.uint8Array({ maxLength: 300 }), damaged(sample)), (bytes) =>
        onlyThrows(BadForm, () => read(bytes)),
      ),
      { numRuns: 2000 },
    )
  })

  const raised = fromBase64((bid as unknown as { raised: string }).raised)
  const evidence = files.get(first('evidence/')) ?? new Uint8Array(0)
  const token = fromBase64(bodies('BatchStamped')[0]?.stamp.token ?? '')
  const { trust } = bodies('TrustListed')[0] ?? {}
  const anchors = anchorsOf(parseTrustList(trust).roots)
  const structures: readonly (readonly [string, (bytes: Uint8Array) => unknown, Uint8Array])[] = [
    ['signature with its time-stamp', readCades, raised],
    ['certificate', (bytes) => readCertificate(bytes), fromBase64(trust.roots[0].cert)],
    ['revocation list', (bytes) => readCrl(bytes), evidence],
    ['OCSP answer', (bytes) => readOcsp(bytes), evidence],
    ['time-stamp', (bytes) => checkToken(bytes, new Uint8Array(32), { anchors }), token],
  ]
  it.each(structures)('%s', (_, read, sample) => {
    expect(sample.length).toBeGreaterThan(100)
    fc.assert(
      fc.property(fc.oneof(fc.uint8Array({ maxLength: 300 }), damaged(sample)), (bytes) =>
        onlyThrows(Malformed, () => read(bytes), Untrusted),
      ),
      { numRuns: 2000 },
    )
  })

  it('canonical JSON and receipts', () => {
    const sample = files.get(first('rounds/')) ?? new Uint8Array(0)
    fc.assert(
      fc.property(fc.oneof(fc.uint8Array({ maxLength: 200 }), damaged(sample)), (bytes) => {
        onlyThrows(Malformed, () => parseCanonical(bytes))
        onlyThrows(Malformed, () => parseReceipt(bytes))
      }),
      { numRuns: 2000 },
    )
  })

  it('a receipt of any form gives a verdict', () => {
    fc.assert(
      fc.property(damaged(proof), (bytes) => {
        const { verdict } = verifyReceipt(new TextDecoder().decode(bytes), {}, () => true)
        expect(verdict).toBe('not-checked')
      }),
      { numRuns: 500 },
    )
  })
})

describe('bundles', () => {
  it('facts of trust and time of any content, whole or shown, get a verdict', async () => {
    const types = ['TrustListed', 'BatchStamped', 'EligibilityRecorded', 'TenderClosed']
    const lines = new Draft(files, operatorKeys()).lines
    const chosen = fc.constantFrom(...types).chain((type) => {
      const line = lines.find((each) => each.record?.type === type)
      return fc.tuple(fc.constant(line?.index ?? 0), spoilt(line?.record?.['body']), fc.boolean())
    })
    await fc.assert(
      fc.asyncProperty(chosen, async ([index, body, whole]) => {
        const draft = new Draft(files, operatorKeys())
        const changed = draft.lines.map((line) => {
          if (line.index !== index || typeof body !== 'object' || body === null) return line
          const record = JSON.parse(JSON.stringify({ ...line.record, body })) as Json
          return whole ? { ...line, record } : { index, hash: line.hash ?? '', shown: record }
        })
        // Numbers that canonical JSON has no form for are the parser's matter, above.
        fc.pre(isCanonical(changed))
        draft.putLines(changed)
        draft.sign()
        const { verdict } = await verifyBundle(draft.files, {}, nodeHost)
        expect(['does-not-hold', 'holds']).toContain(verdict.verdict)
      }),
      { numRuns: 60 },
    )
  })

  it('a damaged archive never throws and is never taken for the good one', () => {
    const good = goodArchive()
    fc.assert(
      fc.property(damaged(good), (bytes) => {
        openArchive(new Findings(), bytes)
      }),
      { numRuns: 150 },
    )
  })

  it('one changed byte in any file is refused', async () => {
    const paths = [...files.keys()]
    await fc.assert(
      fc.asyncProperty(fc.nat(), fc.nat(), fc.integer({ min: 1, max: 255 }), async (which, at, by) => {
        const path = paths[which % paths.length] ?? ''
        const bytes = Uint8Array.from(files.get(path) ?? [])
        bytes[at % bytes.length] = (bytes[at % bytes.length] ?? 0) ^ by
        const { verdict } = await verifyBundle(new Map(files).set(path, bytes), {}, nodeHost)
        expect(verdict.verdict).toBe('does-not-hold')
      }),
      { numRuns: 40 },
    )
  })

  it('a bundle of any content, signed by its operator, gets a verdict', async () => {
    const paths = [...files.keys()].filter((path) => path.endsWith('.json') && path !== 'bundle.json')
    await fc.assert(
      fc.asyncProperty(
        fc.constantFrom(...paths).chain((path) => fc.tuple(fc.constant(path), spoilt(json(path)))),
        async ([path, value]) => {
          const bytes = new TextEncoder().encode(JSON.stringify(value))
          const changed: Files = signedAgain(new Map(files).set(path, bytes), operatorKeys())
          const { verdict } = await verifyBundle(changed, {}, nodeHost)
          expect(['does-not-hold', 'holds']).toContain(verdict.verdict)
        },
      ),
      { numRuns: 40 },
    )
  })
})

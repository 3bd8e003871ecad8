// Reading an audit bundle: its files, its signature, and each file in its form. What the files say is checked elsewhere.
import type { Fact } from '@naru/domain/history.ts'
import { type NoteKey, openNote, parseVerifierKey } from '@naru/log/checkpoint.ts'
import { BadForm } from '@naru/log/encoding.ts'
import type { JsonObject } from '@naru/ocds/json.ts'
import { type Base64, fromBase64, toBase64, toHex } from '@naru/sealing/bytes.ts'
import { type ListItem, parseListItem } from '@naru/sealing/closing.ts'
import { type Header, parseHeader } from '@naru/sealing/envelope.ts'
import { sha256 } from '@naru/sealing/hash.ts'
import { parseCanonical } from '@naru/sealing/jcs.ts'
import { Malformed } from '@naru/sealing/malformed.ts'
import { type Manifest, parseManifest } from '@naru/sealing/manifest.ts'
import { asArray, asBytes, asInteger, asObject, asOneOf, asText } from '@naru/sealing/shape.ts'
import { parsePromise, type SignedPromise } from '@naru/sealing/signature.ts'
import type { Findings } from './finding.ts'

/** The files of a bundle by their path. */
export type Files = ReadonlyMap<string, Uint8Array>

/** A line of facts.jsonl. `fact` is null where nobody may read it; `whole` says whether its record is complete. */
export interface FactLine {
  readonly index: number
  readonly stream: string
  readonly seq: number
  readonly fact: Fact | null
  readonly prev: Base64 | null
  readonly hash: Base64 | null
  readonly salt: Base64 | null
  readonly whole: boolean
  /** The record as it stands in the line. */
  readonly record: unknown
}

/** A bid or withdrawal of a round whose outcome is public. */
export interface BundledBid {
  readonly index: number
  readonly bid: string
  readonly manifest: Manifest
  readonly leafSalt: Base64
  readonly promise: SignedPromise | null
  readonly signature: unknown
  /** The signature with its time-stamp (CAdES B-T), null where it was never raised. */
  readonly raised: Uint8Array | null
  /** Names of the revocation evidence of its full check: SHA-256 in hex. */
  readonly evidence: readonly string[]
  readonly envelopes: readonly {
    readonly cls: string
    readonly header: Header
    readonly ciphertext: Uint8Array | null
  }[]
}

export interface BundledRound {
  readonly round: number
  readonly close: number
  readonly items: readonly ListItem[]
}

/** What a deployment publishes as, as its bundle states it. */
export interface Stated {
  readonly origin: string
  readonly logKey: NoteKey
  readonly operatorKey: NoteKey
  readonly promiseKeys: readonly Uint8Array[]
  readonly country: string
  readonly mode: string
  readonly publication: {
    readonly site: string
    readonly publisher: { readonly name: string; readonly scheme?: string; readonly uid?: string }
    readonly licence: string
    readonly policy: string
  }
  readonly tender: string
  readonly size: number
  /** Up to which log index the open data had followed; -1 where nothing was published yet. */
  readonly released: number
}

export interface Bundle extends Stated {
  readonly checkpoint: string
  readonly policy: string | null
  readonly entries: Uint8Array
  readonly facts: readonly FactLine[]
  readonly objects: ReadonlyMap<number, unknown>
  readonly rounds: readonly BundledRound[]
  readonly bids: ReadonlyMap<number, BundledBid>
  /** CRLs and OCSP answers in DER by their SHA-256 in hex. */
  readonly evidence: ReadonlyMap<string, Uint8Array>
  readonly releases: readonly JsonObject[]
}

const required = ['bundle.json', 'checkpoint', 'entries', 'facts.jsonl', 'releases.json', 'signature']
const known =
  /^(bundle\.json|checkpoint|policy|entries|facts\.jsonl|releases\.json|signature|objects\/(0|[1-9]\d*)\.json|rounds\/[1-9]\d*\.json|bids\/(0|[1-9]\d*)\.json|evidence\/[0-9a-f]{64}\.der)$/
const text = new TextDecoder('utf-8', { fatal: true, ignoreBOM: true })

/** Runs a reader; a form that is broken becomes a finding and undefined. */
function reading<T>(findings: Findings, at: string, read: () => T): T | undefined {
  try {
    return read()
  } catch (error) {
    if (error instanceof Malformed)
      findings.add(
        error.reason === 'not canonical' || error.reason === 'not JSON in UTF-8' ? 'notCanonical' : 'badForm',
        at,
        {
          reason: error.message,
        },
      )
    else if (error instanceof BadForm || error instanceof TypeError)
      findings.add('badForm', at, { reason: error.message })
    else throw error
    return undefined
  }
}

function parseStated(value: unknown): Stated {
  const o = asObject(value, 'bundle', [
    'v',
    'origin',
    'logKey',
    'operatorKey',
    'promiseKeys',
    'country',
    'mode',
    'publication',
    'tender',
    'size',
    'released',
  ])
  asOneOf(o['v'], 'bundle.v', [1])
  const publication = asObject(o['publication'], 'bundle.publication', ['site', 'publisher', 'licence', 'policy'])
  const publisher = publication['publisher'] as { name: string; scheme?: string; uid?: string }
  asText(publisher?.name, 'bundle.publication.publisher.name')
  return {
    origin: asText(o['origin'], 'bundle.origin'),
    logKey: parseVerifierKey(asText(o['logKey'], 'bundle.logKey', 500)),
    operatorKey: parseVerifierKey(asText(o['operatorKey'], 'bundle.operatorKey', 500)),
    promiseKeys: asArray(o['promiseKeys'], 'bundle.promiseKeys', 100).map((key, n) =>
      fromBase64(asBytes(key, `bundle.promiseKeys[${n}]`, 32)),
    ),
    country: asText(o['country'], 'bundle.country'),
    mode: asOneOf(o['mode'], 'bundle.mode', ['sandbox', 'live']),
    publication: {
      site: asText(publication['site'], 'bundle.publication.site', 500),
      publisher,
      licence: asText(publication['licence'], 'bundle.publication.licence', 500),
      policy: asText(publication['policy'], 'bundle.publication.policy', 500),
    },
    tender: asText(o['tender'], 'bundle.tender'),
    size: asInteger(o['size'], 'bundle.size'),
    released: asInteger(o['released'], 'bundle.released', -1),
  }
}

const recordMembers = ['v', 'stream', 'seq', 'caseId', 'type', 'at', 'by', 'body', 'prev']

function parseFactLine(value: unknown, at: string): FactLine {
  const members = typeof value === 'object' && value !== null ? Object.keys(value) : []
  if (!members.includes('hash')) {
    const o = asObject(value, at, ['index', 'stream', 'seq'])
    const place = { index: asInteger(o['index'], `${at}.index`), seq: asInteger(o['seq'], `${at}.seq`, 1) }
    const stream = asText(o['stream'], `${at}.stream`)
    return { ...place, stream, fact: null, prev: null, hash: null, salt: null, whole: false, record: null }
  }
  const whole = members.includes('record')
  const o = asObject(value, at, whole ? ['index', 'hash', 'record', 'salt'] : ['index', 'hash', 'shown'])
  const record = asObject(whole ? o['record'] : o['shown'], `${at}.record`, recordMembers)
  asOneOf(record['v'], `${at}.record.v`, [1])
  const body = record['body']
  if (typeof body !== 'object' || body === null) throw new Malformed(`${at}.record.body`, 'not an object')
  const fact: Fact = {
    stream: asText(record['stream'], `${at}.record.stream`),
    seq: asInteger(record['seq'], `${at}.record.seq`, 1),
    caseId: asText(record['caseId'], `${at}.record.caseId`) as Fact['caseId'],
    type: asText(record['type'], `${at}.record.type`),
    at: asText(record['at'], `${at}.record.at`),
    by: record['by'] as Fact['by'],
    body,
  }
  if (typeof fact.by !== 'object' || fact.by === null) throw new Malformed(`${at}.record.by`, 'not an object')
  return {
    index: asInteger(o['index'], `${at}.index`),
    stream: fact.stream,
    seq: fact.seq,
    fact,
    prev: asBytes(record['prev'], `${at}.record.prev`, 32),
    hash: asBytes(o['hash'], `${at}.hash`, 32),
    salt: whole && o['salt'] !== null ? asBytes(o['salt'], `${at}.salt`, 32) : null,
    whole,
    record,
  }
}

function parseBid(value: unknown, at: string): BundledBid {
  const members = [
    'v',
    'index',
    'bid',
    'manifest',
    'leafSalt',
    'promise',
    'signature',
    'raised',
    'evidence',
    'envelopes',
  ]
  const o = asObject(value, at, members)
  asOneOf(o['v'], `${at}.v`, [1])
  return {
    index: asInteger(o['index'], `${at}.index`),
    bid: asText(o['bid'], `${at}.bid`),
    manifest: parseManifest(o['manifest']),
    leafSalt: asBytes(o['leafSalt'], `${at}.leafSalt`, 32),
    promise: o['promise'] === null ? null : parsePromise(o['promise']),
    signature: o['signature'],
    raised: o['raised'] === null ? null : fromBase64(asText(o['raised'], `${at}.raised`, 90_000), `${at}.raised`),
    evidence: asArray(o['evidence'], `${at}.evidence`, 100).map((each, n) => {
      const name = asText(each, `${at}.evidence[${n}]`)
      if (!/^[0-9a-f]{64}$/.test(name)) throw new Malformed(`${at}.evidence[${n}]`, 'not a SHA-256 in hex')
      return name
    }),
    envelopes: asArray(o['envelopes'], `${at}.envelopes`, 1000).map((each, n) => {
      const envelope = asObject(each, `${at}.envelopes[${n}]`, ['cls', 'header', 'ciphertext'])
      return {
        cls: asText(envelope['cls'], `${at}.envelopes[${n}].cls`),
        header: parseHeader(envelope['header']),
        ciphertext:
          envelope['ciphertext'] === null
            ? null
            : fromBase64(asText(envelope['ciphertext'], `${at}.envelopes[${n}].ciphertext`, 2 * 1024 * 1024)),
      }
    }),
  }
}

/** Whether every file is the one that the operator signed, and no other is there. */
function checkSignature(findings: Findings, files: Files, stated: Stated): void {
  reading(findings, 'signature', () => {
    let signed: string
    try {
      signed = openNote(text.decode(files.get('signature')), [stated.operatorKey]).text
    } catch (error) {
      if (!(error instanceof BadForm) && !(error instanceof TypeError)) throw error
      return findings.add('bundleSignature', 'signature', { reason: error.message })
    }
    const [head, tender, ...lines] = signed.slice(0, -1).split('\n')
    if (head !== 'naru-audit-bundle@v1' || tender !== stated.tender)
      return findings.add('bundleSignature', 'signature', { reason: 'not of this tender' })
    const listed = new Map(lines.map((line) => [line.slice(45), line.slice(0, 44)] as const))
    if (listed.size !== lines.length) findings.add('bundleSignature', 'signature', { reason: 'a path stands twice' })
    for (const [path, hash] of listed) {
      const bytes = files.get(path)
      if (!bytes) findings.add('fileMissing', path)
      else if (toBase64(sha256(bytes)) !== hash) findings.add('fileHash', path)
    }
    for (const path of files.keys()) if (path !== 'signature' && !listed.has(path)) findings.add('fileUnknown', path)
  })
}

/** The bundle in its parts, or null where it cannot be gone on with; what is wrong with it is in the findings. */
export function readBundle(findings: Findings, files: Files): Bundle | null {
  if (!files.has('bundle.json')) {
    findings.add('notABundle', 'bundle.json')
    return null
  }
  for (const path of required) if (!files.has(path)) findings.add('fileMissing', path)
  for (const path of files.keys()) if (!known.test(path)) findings.add('fileUnknown', path)
  const json = (path: string): unknown => parseCanonical(files.get(path) ?? new Uint8Array(0))
  const stated = reading(findings, 'bundle.json', () => parseStated(json('bundle.json')))
  if (!stated || findings.broken) return null
  checkSignature(findings, files, stated)

  const checkpoint = reading(findings, 'checkpoint', () => text.decode(files.get('checkpoint')))
  const policy = files.has('policy') ? reading(findings, 'policy', () => text.decode(files.get('policy'))) : null
  const lines = reading(findings, 'facts.jsonl', () => {
    const content = text.decode(files.get('facts.jsonl'))
    if (content !== '' && !content.endsWith('\n')) throw new Malformed('facts', 'the last line does not end')
    return content.split('\n').slice(0, -1)
  })
  const facts = (lines ?? []).flatMap((line, n) => {
    const at = `facts.jsonl:${n + 1}`
    return reading(findings, at, () => parseFactLine(parseCanonical(new TextEncoder().encode(line)), 'fact')) ?? []
  })
  const numbered = <T>(folder: string, parse: (value: unknown, path: string) => T): Map<number, T> => {
    const found = new Map<number, T>()
    for (const path of files.keys()) {
      if (!path.startsWith(`${folder}/`) || !known.test(path)) continue
      const value = reading(findings, path, () => parse(json(path), folder))
      if (value !== undefined) found.set(Number(path.slice(folder.length + 1, -5)), value)
    }
    return found
  }
  const objects = numbered('objects', (value) => {
    if (typeof value !== 'object' || value === null) throw new Malformed('object', 'not an object')
    return value
  })
  const bids = numbered('bids', parseBid)
  for (const [index, bid] of bids)
    if (bid.index !== index) findings.add('badForm', `bids/${index}.json`, { reason: `index ${bid.index}` })
  const evidence = new Map<string, Uint8Array>()
  for (const [path, bytes] of files) {
    if (!path.startsWith('evidence/') || !known.test(path)) continue
    const name = path.slice(9, -4)
    if (toHex(sha256(bytes)) === name) evidence.set(name, bytes)
    else findings.add('fileHash', path)
  }
  const rounds = [
    ...numbered('rounds', (value): BundledRound => {
      const o = asObject(value, 'round', ['v', 'round', 'close', 'items'])
      return {
        round: asInteger(o['round'], 'round.round', 1),
        close: asInteger(o['close'], 'round.close'),
        items: asArray(o['items'], 'round.items', 1_000_000).map((item, n) => parseListItem(item, `items[${n}]`)),
      }
    }).values(),
  ]
  // Releases are JSON as it was published, numbers with decimals included, and therefore not canonical JSON.
  const releases = reading(findings, 'releases.json', () => {
    try {
      return asArray(JSON.parse(text.decode(files.get('releases.json'))), 'releases', 1_000_000) as JsonObject[]
    } catch (error) {
      if (error instanceof SyntaxError) throw new Malformed('$', 'not JSON in UTF-8')
      throw error
    }
  })
  if (checkpoint === undefined || policy === undefined || !lines || !releases) return null
  const entries = files.get('entries') ?? new Uint8Array(0)
  return { ...stated, checkpoint, policy, entries, facts, objects, rounds, bids, evidence, releases }
}

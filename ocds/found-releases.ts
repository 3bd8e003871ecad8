// What other publishers' files hold: releases, compiled and versioned releases, in packages, in records, or alone. OCDS 1.0 and 1.1.
import { isObject, type Json, type JsonObject, textAt } from './json.ts'
import { PackageCutter } from './json-stream.ts'

/** Why something in a file is not taken in. */
export type LeftOut =
  /** It is no JSON, or not UTF-8. */
  | 'broken'
  /** It is larger than the limit. */
  | 'tooLarge'
  /** It is nested deeper than any release. */
  | 'tooDeep'
  /** It only says where a release can be found. */
  | 'onlyALink'
  /** It has no ocid, so nobody can say which process it belongs to. */
  | 'noOcid'
  /** It is JSON, but neither a release nor a record nor a package of them. */
  | 'notOcds'

/** A release with its exact bytes. */
export interface FoundRelease {
  readonly kind: 'release' | 'compiled' | 'versioned'
  readonly ocid: string
  readonly value: JsonObject
  readonly raw: Uint8Array
}
export type Found = FoundRelease | { readonly kind: 'left-out'; readonly why: LeftOut; readonly where: string }

const deepest = 100

/** Reads bytes as JSON in UTF-8. `decode` throws where they are not UTF-8. */
export function readJson(bytes: Uint8Array, decode: (bytes: Uint8Array) => string): Json | LeftOutValue {
  let depth = 0
  let inText = false
  for (let at = 0; at < bytes.length; at += 1) {
    const byte = bytes[at]
    if (inText) {
      if (byte === 0x5c) at += 1
      else if (byte === 0x22) inText = false
    } else if (byte === 0x22) inText = true
    else if (byte === 0x7b || byte === 0x5b) {
      depth += 1
      if (depth > deepest) return new LeftOutValue('tooDeep')
    } else if (byte === 0x7d || byte === 0x5d) depth -= 1
  }
  try {
    return JSON.parse(decode(bytes)) as Json
  } catch {
    return new LeftOutValue('broken')
  }
}

/** The answer of `readJson` where there is no value. */
export class LeftOutValue {
  readonly why: LeftOut
  constructor(why: LeftOut) {
    this.why = why
  }
}

/** The members of an object and the entries of its lists of releases and records, cut out of its bytes. */
export interface Cut {
  readonly envelope: JsonObject
  readonly parts: readonly { readonly list: string; readonly bytes: Uint8Array; readonly where: string }[]
  readonly leftOut: readonly { readonly why: LeftOut; readonly where: string }[]
}

const wholeReleases = ['compiledRelease', 'versionedRelease']

/** Cuts an object: what holds releases becomes parts, the rest is its envelope. */
export function cutObject(bytes: Uint8Array, decode: (bytes: Uint8Array) => string): Cut {
  const envelope: Record<string, Json> = {}
  const parts: { list: string; bytes: Uint8Array; where: string }[] = []
  const leftOut: { why: LeftOut; where: string }[] = []
  const counts: Record<string, number> = {}
  for (const piece of new PackageCutter(Number.POSITIVE_INFINITY).push(bytes)) {
    if (piece.kind === 'item') {
      const number = counts[piece.list] ?? 0
      counts[piece.list] = number + 1
      parts.push({ list: piece.list, bytes: piece.bytes, where: `${piece.list}[${number}]` })
    } else if (piece.kind === 'member') {
      if (wholeReleases.includes(piece.key)) parts.push({ list: piece.key, bytes: piece.bytes, where: piece.key })
      else {
        const value = readJson(piece.bytes, decode)
        if (!(value instanceof LeftOutValue)) envelope[piece.key] = value
      }
    } else if (piece.kind === 'left-out') leftOut.push({ why: piece.why, where: piece.where })
  }
  return { envelope, parts, leftOut }
}

/** What a part of a package or record holds; a record holds several. `ocid` is that of the record around it. */
export function foundIn(
  part: Cut['parts'][number],
  decode: (bytes: Uint8Array) => string,
  ocid?: string,
): readonly Found[] {
  const { list, bytes, where } = part
  if (list === 'records') return foundInRecord(bytes, where, decode)
  const value = readJson(bytes, decode)
  if (value instanceof LeftOutValue) return [{ kind: 'left-out', why: value.why, where }]
  if (!isObject(value)) return value === null ? [] : [{ kind: 'left-out', why: 'notOcds', where }]
  if (list === 'releases' && value.ocid === undefined && typeof value.url === 'string' && !('tender' in value))
    return [{ kind: 'left-out', why: 'onlyALink', where }]
  const own = ocidOf(value) ?? ocid
  if (own === undefined) return [{ kind: 'left-out', why: 'noOcid', where }]
  return [{ kind: kindOf(list, value), ocid: own, value, raw: bytes }]
}

function foundInRecord(bytes: Uint8Array, where: string, decode: (bytes: Uint8Array) => string): readonly Found[] {
  const { envelope, parts, leftOut } = cutObject(bytes, decode)
  const inner = parts.flatMap((each) => foundIn({ ...each, where: `${where}/${each.where}` }, decode, ocidOf(envelope)))
  const broken = leftOut.map((each) => ({ kind: 'left-out' as const, why: each.why, where: `${where}/${each.where}` }))
  return inner.length + broken.length > 0 ? [...inner, ...broken] : [{ kind: 'left-out', why: 'notOcds', where }]
}

/** What a whole value at the top of a file holds, and its envelope when it is a package or a record; null for a release alone. */
export function foundInRoot(
  bytes: Uint8Array,
  decode: (bytes: Uint8Array) => string,
): { readonly envelope: JsonObject | null; readonly found: readonly Found[] } {
  const whole = readJson(bytes, decode)
  if (whole instanceof LeftOutValue)
    return { envelope: null, found: [{ kind: 'left-out', why: whole.why, where: 'root' }] }
  const { envelope, parts, leftOut } = cutObject(bytes, decode)
  if (parts.length > 0 || 'releases' in (whole as JsonObject) || 'records' in (whole as JsonObject)) {
    const found = parts.flatMap((each) => foundIn(each, decode, ocidOf(envelope)))
    return { envelope, found: [...found, ...leftOut.map((each) => ({ kind: 'left-out' as const, ...each }))] }
  }
  const release = looksLikeRelease(whole as JsonObject)
  if (!release) return { envelope: null, found: [{ kind: 'left-out', why: 'notOcds', where: 'root' }] }
  return { envelope: null, found: foundIn({ list: 'root', bytes, where: 'root' }, decode) }
}

const sections = ['tender', 'planning', 'awards', 'contracts', 'tag', 'initiationType']
const looksLikeRelease = (value: JsonObject): boolean => sections.some((each) => each in value)

const kindOf = (list: string, value: JsonObject): FoundRelease['kind'] => {
  if (list === 'versionedRelease') return 'versioned'
  if (list === 'compiledRelease') return 'compiled'
  return Array.isArray(value.tag) && value.tag.includes('compiled') ? 'compiled' : 'release'
}

const ocidOf = (value: JsonObject): string | undefined =>
  textAt(value, 'ocid') ?? (typeof value.ocid === 'number' ? String(value.ocid) : undefined)

/** The name of who published: of the package, or as some put it into each release. */
export const publisherName = (envelope: JsonObject | null): string | undefined => {
  const publisher = envelope?.publisher
  return isObject(publisher) ? textAt(publisher, 'name') : undefined
}

/** The part of an ocid that is registered to one publisher, or undefined for ocids of no registered form. */
export const ocidPrefix = (ocid: string): string | undefined => /^ocds-[a-z0-9]{6}(?=-)/.exec(ocid)?.[0]

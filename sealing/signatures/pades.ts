// PAdES: signatures in PDF as incremental updates, one per party (ETSI EN 319 142-1, ISO 32000-1 section 12.8), and their strict check.
//
// The writer knows the PDFs that our documents are (classic cross-reference tables, objects in the open). The check makes every update
// again from what it says and compares the bytes, so that nothing but a signature can have been added: no shadow attack has a place.
import { concat, equalBytes, utf8 } from '../bytes.ts'
import { Malformed } from '../malformed.ts'
import {
  checkCades,
  type CheckedSignature,
  readCades,
  type SecondOpinion,
  signatureValueOf,
  type Trust,
  withTimestamp,
} from './cades.ts'
import { Untrusted } from './certificate.ts'
import { oids } from './cms.ts'
import type { RevocationEvidence } from './revocation.ts'
import { type Signer, signContent } from './signed-content.ts'

const path = 'pdf'
const latin1 = (bytes: Uint8Array): string => {
  let text = ''
  for (let at = 0; at < bytes.length; at += 8192) text += String.fromCharCode(...bytes.subarray(at, at + 8192))
  return text
}
const fromLatin1 = (text: string): Uint8Array => Uint8Array.from(text, (each) => each.charCodeAt(0))

/** What a signature field says: who signs (shown by readers), in which capacity, and when by the signer's own word (ms, whole seconds). */
export type PdfSigning = { readonly name: string; readonly reason: string; readonly at: number; readonly room?: number }

const usualRoom = 12_288

/** A PDF with an empty signature: what is signed is the bytes without the hole. */
export type PreparedPdf = { readonly bytes: Uint8Array; readonly hole: readonly [from: number, to: number] }

type Table = {
  readonly offsets: ReadonlyMap<number, number>
  readonly size: number
  readonly root: number
  readonly trailer: string
  readonly start: number
}

/** The cross-reference tables of a PDF from the newest to the oldest. Throws `Malformed` for streams and hybrids, which we do not write. */
function readTable(text: string): Table {
  const offsets = new Map<number, number>()
  const [, startText] = /startxref\s+(\d+)\s+%%EOF\s*$/.exec(text.slice(-200)) ?? []
  if (!startText) throw new Malformed(path, 'does not end with startxref')
  let first: { size: number; root: number; trailer: string } | null = null
  const seen = new Set<number>()
  for (let at: number | null = Number(startText); at !== null; ) {
    if (seen.has(at) || at >= text.length) throw new Malformed(path, 'cross-references in a circle')
    seen.add(at)
    const head = /^xref\s+/.exec(text.slice(at, at + 20))
    if (!head) throw new Malformed(path, 'no cross-reference table')
    let place = at + head[0].length
    for (
      let section = /^(\d+) (\d+)\s+/.exec(text.slice(place, place + 40));
      section;
      section = /^(\d+) (\d+)\s+/.exec(text.slice(place, place + 40))
    ) {
      place += section[0].length
      const count = Number(section[2])
      for (let n = 0; n < count; n += 1, place += 20) {
        const [, offset, , kind] = /^(\d{10}) (\d{5}) ([nf])/.exec(text.slice(place, place + 20)) ?? []
        if (!offset) throw new Malformed(path, 'a broken cross-reference')
        const number = Number(section[1]) + n
        if (!offsets.has(number)) offsets.set(number, kind === 'n' ? Number(offset) : -1)
      }
    }
    const end = text.indexOf('startxref', place)
    const trailer = text.slice(place, end)
    if (!trailer.startsWith('trailer') || trailer.includes('/XRefStm') || trailer.includes('/Encrypt'))
      throw new Malformed(path, 'a trailer that we do not write')
    if (!first) {
      const size = /\/Size (\d+)/.exec(trailer)?.[1]
      const root = /\/Root (\d+) 0 R/.exec(trailer)?.[1]
      if (!size || !root) throw new Malformed(path, 'a trailer without Size and Root')
      first = { size: Number(size), root: Number(root), trailer }
    }
    const prev = /\/Prev (\d+)/.exec(trailer)?.[1]
    at = prev === undefined ? null : Number(prev)
  }
  if (!first) throw new Malformed(path, 'no trailer')
  return { offsets, ...first, start: Number(startText) }
}

/** The body of an object, between `obj` and `endobj`. */
function objectOf(text: string, table: Table, number: number): string {
  const at = table.offsets.get(number) ?? -1
  const head = `${number} 0 obj`
  if (at < 0 || !text.startsWith(head, at)) throw new Malformed(path, `object ${number} is not where it should be`)
  const end = text.indexOf('endobj', at)
  return text.slice(at + head.length, end).trim()
}

/** The number of the first page, down the tree. */
function firstPage(text: string, table: Table): number {
  let number = Number(/\/Pages (\d+) 0 R/.exec(objectOf(text, table, table.root))?.[1] ?? Number.NaN)
  for (let depth = 0; depth < 20; depth += 1) {
    const body = objectOf(text, table, number)
    if (/\/Type\s*\/Page\b(?!s)/.test(body)) return number
    number = Number(/\/Kids\s*\[\s*(\d+) 0 R/.exec(body)?.[1] ?? Number.NaN)
  }
  throw new Malformed(path, 'no page')
}

/** A dictionary with an entry put before its end. */
const withEntry = (body: string, entry: string): string => {
  const end = body.lastIndexOf('>>')
  if (end < 0) throw new Malformed(path, 'no dictionary')
  return `${body.slice(0, end).trimEnd()}\n  ${entry}\n>>`
}

/** The dictionary with one more reference in its array, which is made where it is absent. */
function withReference(body: string, name: string, reference: number): string {
  const found = new RegExp(`/${name}\\s*\\[([^\\]]*)\\]`).exec(body)
  if (!found && body.includes(`/${name} `)) throw new Malformed(path, `${name} that is no array`)
  if (!found) return withEntry(body, `/${name} [${reference} 0 R]`)
  const inner = `${found[1] ?? ''} ${reference} 0 R`.trim()
  return body.replace(found[0], `/${name} [${inner}]`)
}

/** A text string as UTF-16 with its mark, in hex: no escapes, one form. */
const textString = (text: string): string =>
  `<FEFF${Array.from({ length: text.length }, (_, n) => text.charCodeAt(n).toString(16).padStart(4, '0'))
    .join('')
    .toUpperCase()}>`

const dateString = (at: number): string => {
  const digits = Temporal.Instant.fromEpochMilliseconds(Math.floor(at / 1000) * 1000)
    .toString()
    .replace(/[-:T]/g, '')
    .replace('Z', '')
  return `(D:${digits}Z)`
}

/** Appends an empty signature as an incremental update. Throws `Malformed` for a PDF that is not of our making. */
export function preparePdf(pdf: Uint8Array, signing: PdfSigning): PreparedPdf {
  const { room = usualRoom } = signing
  const text = latin1(pdf)
  const table = readTable(text)
  const catalog = objectOf(text, table, table.root)
  const page = firstPage(text, table)
  const form = /\/AcroForm (\d+) 0 R/.exec(catalog)?.[1]
  if (!form && catalog.includes('/AcroForm')) throw new Malformed(path, 'a form that we do not write')
  const signature = table.size
  const field = table.size + 1
  const formNumber = form ? Number(form) : table.size + 2
  const count = form ? (objectOf(text, table, formNumber).match(/\d+ 0 R/g)?.length ?? 0) : 0

  const pieces: string[] = [text.endsWith('\n') ? '' : '\n']
  const placed = new Map<number, number>()
  let at = pdf.length + (pieces[0]?.length ?? 0)
  const put = (number: number, body: string): void => {
    const whole = `${number} 0 obj\n${body}\nendobj\n`
    placed.set(number, at)
    pieces.push(whole)
    at += whole.length
  }
  const rangeRoom = ' '.repeat(46)
  const contents = '0'.repeat(room * 2)
  const before = `<<\n  /Type /Sig\n  /Filter /Adobe.PPKLite\n  /SubFilter /ETSI.CAdES.detached\n  /Name ${textString(signing.name)}\n  /Reason ${textString(signing.reason)}\n  /M ${dateString(signing.at)}\n  /ByteRange [0${rangeRoom}]\n  /Contents `
  const holeFrom = at + `${signature} 0 obj\n`.length + before.length
  const holeTo = holeFrom + contents.length + 2
  put(signature, `${before}<${contents}>\n>>`)
  put(
    field,
    `<<\n  /Type /Annot\n  /Subtype /Widget\n  /FT /Sig\n  /T (Signature${count + 1})\n  /V ${signature} 0 R\n  /Rect [0 0 0 0]\n  /F 132\n  /P ${page} 0 R\n>>`,
  )
  if (form) put(formNumber, withReference(objectOf(text, table, formNumber), 'Fields', field))
  else {
    put(formNumber, `<<\n  /Fields [${field} 0 R]\n  /SigFlags 3\n>>`)
    put(table.root, withEntry(catalog, `/AcroForm ${formNumber} 0 R`))
  }
  put(page, withReference(objectOf(text, table, page), 'Annots', field))

  const start = at
  const size = form ? table.size + 2 : table.size + 3
  const rows = [...placed].sort(([a], [b]) => a - b)
  const sections = rows.map(([number, offset]) => `${number} 1\n${String(offset).padStart(10, '0')} 00000 n\r\n`)
  const kept = /\/Info \d+ 0 R/.exec(table.trailer)?.[0]
  const id = /\/ID \[[^\]]*\]/.exec(table.trailer)?.[0]
  const trailer = [
    '<<',
    `  /Size ${size}`,
    `  /Root ${table.root} 0 R`,
    ...(kept ? [`  ${kept}`] : []),
    ...(id ? [`  ${id}`] : []),
    `  /Prev ${table.start}`,
    '>>',
  ]
  pieces.push(`xref\n${sections.join('')}trailer\n${trailer.join('\n')}\nstartxref\n${start}\n%%EOF\n`)
  const whole = text + pieces.join('')
  const range = ` ${holeFrom} ${holeTo} ${whole.length - holeTo}`.padEnd(rangeRoom.length)
  const made = whole.replace(`/ByteRange [0${rangeRoom}]`, () => `/ByteRange [0${range}]`)
  return { bytes: fromLatin1(made), hole: [holeFrom, holeTo] }
}

/** What is signed: everything but the hole. */
const signedPart = ({ bytes, hole }: PreparedPdf): Uint8Array =>
  concat(bytes.subarray(0, hole[0]), bytes.subarray(hole[1]))

/** Fills the hole. Throws `Malformed` when the signature does not fit. */
export function fillPdf({ bytes, hole }: PreparedPdf, der: Uint8Array): Uint8Array {
  const hex = Array.from(der, (byte) => byte.toString(16).padStart(2, '0')).join('')
  const room = hole[1] - hole[0] - 2
  if (hex.length > room) throw new Malformed('signature', 'does not fit into its place')
  const filled = Uint8Array.from(bytes)
  filled.set(utf8(hex.padEnd(room, '0')), hole[0] + 1)
  return filled
}

/** Signs a PDF (PAdES B-B; B-T with `stamp`, which gives a token over the signature value). Earlier signatures stay as they are. */
export async function signPdf(
  pdf: Uint8Array,
  signer: Signer,
  signing: PdfSigning & {
    readonly chain?: readonly Uint8Array[]
    readonly stamp?: (value: Uint8Array) => Promise<Uint8Array>
  },
): Promise<Uint8Array> {
  const prepared = preparePdf(pdf, signing)
  const what = { contentType: oids.data, content: signedPart(prepared), signingTime: null }
  const der = await signContent(signer, what, { chain: signing.chain ?? [] })
  return fillPdf(prepared, signing.stamp ? withTimestamp(der, await signing.stamp(signatureValueOf(der))) : der)
}

/** A signature found in a PDF, with the words of its field, the revision that it covers, and the one that it was put on. */
export type PdfSignature = {
  readonly signing: PdfSigning
  readonly der: Uint8Array
  readonly content: Uint8Array
  readonly base: Uint8Array
  readonly end: number
  readonly hole: readonly [from: number, to: number]
}

const fieldForm =
  /\/SubFilter \/ETSI\.CAdES\.detached\n {2}\/Name <FEFF([0-9A-F]*)>\n {2}\/Reason <FEFF([0-9A-F]*)>\n {2}\/M \(D:(\d{14})Z\)\n {2}\/ByteRange \[0 (\d+) (\d+) (\d+) *\]\n {2}\/Contents </g

const fromUtf16 = (hex: string): string =>
  (hex.match(/.{4}/g) ?? []).map((each) => String.fromCharCode(Number.parseInt(each, 16))).join('')

/**
 * The signatures of a PDF, oldest first. Each must cover its whole revision but its hole, the last one the whole file, and each revision must
 * be exactly its base with an update of our writer. Throws `Malformed` or `Untrusted` (`update`: something else was added).
 */
export function readPdfSignatures(pdf: Uint8Array): PdfSignature[] {
  const text = latin1(pdf)
  const found: PdfSignature[] = []
  if ((text.match(/\/ByteRange/g) ?? []).length !== (text.match(fieldForm) ?? []).length)
    throw new Malformed(path, 'a signature in a form that we do not write')
  for (const match of text.matchAll(fieldForm)) {
    const [holeFrom = 0, holeTo = 0, rest = 0] = [match[4], match[5], match[6]].map(Number)
    const end = holeTo + rest
    const hex = text.slice(holeFrom + 1, holeTo - 1)
    if (
      end > pdf.length ||
      text[holeFrom] !== '<' ||
      text[holeTo - 1] !== '>' ||
      !/^([0-9a-f]{2})+$/.test(hex) ||
      match.index + match[0].length !== holeFrom + 1
    )
      throw new Malformed(path, 'a byte range that is not around its signature')
    const [, y, mo, d, h, mi, s] = /^(\d{4})(\d\d)(\d\d)(\d\d)(\d\d)(\d\d)$/.exec(match[3] ?? '') ?? []
    let at: number
    try {
      at = Temporal.Instant.from(`${y}-${mo}-${d}T${h}:${mi}:${s}Z`).epochMilliseconds
    } catch {
      throw new Malformed(path, 'a time that is none')
    }
    const signing = { name: fromUtf16(match[1] ?? ''), reason: fromUtf16(match[2] ?? ''), at, room: hex.length / 2 }
    const last = found.at(-1)
    const revision = pdf.subarray(0, end)
    const bases = last
      ? [pdf.subarray(0, last.end)]
      : endsIn(text.slice(0, match.index)).map((each) => pdf.subarray(0, each))
    const blank = Uint8Array.from(revision)
    blank.fill(0x30, holeFrom + 1, holeTo - 1)
    const base = bases.find((each) => madeAgain(each, signing, blank))
    if (!base) throw new Untrusted('update', 'something else than a signature was added')
    const all = Uint8Array.from(hex.match(/../g) ?? [], (each) => Number.parseInt(each, 16))
    found.push({
      signing,
      der: cutDer(all),
      content: concat(pdf.subarray(0, holeFrom), pdf.subarray(holeTo, end)),
      base,
      end,
      hole: [holeFrom, holeTo],
    })
  }
  if (found.length > 0 && found.at(-1)?.end !== pdf.length)
    throw new Untrusted('update', 'bytes follow the last signature')
  return found
}

const mostEnds = 8

/** Where a first revision may end: after each %%EOF, with or without its line end. */
function endsIn(text: string): number[] {
  const ends: number[] = []
  for (let at = text.indexOf('%%EOF'); at >= 0; at = text.indexOf('%%EOF', at + 5)) {
    ends.push(at + 5)
    if (ends.length > mostEnds) throw new Malformed(path, 'too many revisions before a signature')
    if (text[at + 5] === '\n') ends.push(at + 6)
  }
  return ends
}

function madeAgain(base: Uint8Array, signing: PdfSigning, blank: Uint8Array): boolean {
  try {
    return equalBytes(preparePdf(base, signing).bytes, blank)
  } catch (error) {
    if (error instanceof Malformed) return false
    throw error
  }
}

/** The DER element at the front; behind it only the zeros that fill the hole. */
function cutDer(bytes: Uint8Array): Uint8Array {
  const first = bytes[1] ?? 0
  const size = first < 0x80 ? 0 : first & 0x7f
  let length = first < 0x80 ? first : 0
  for (let n = 0; n < size; n += 1) length = length * 256 + (bytes[2 + n] ?? 0)
  const end = 2 + size + length
  if (end > bytes.length || bytes.subarray(end).some((byte) => byte !== 0))
    throw new Malformed('signature', 'bytes after the end')
  return bytes.subarray(0, end)
}

/** The PDF with a time-stamp beside its newest signature, where it has none yet (B-T): inside the hole, so that no signed byte moves. */
export async function raisePdf(
  pdf: Uint8Array,
  stamp: (value: Uint8Array) => Promise<Uint8Array>,
): Promise<Uint8Array> {
  const last = readPdfSignatures(pdf).at(-1)
  if (!last) throw new Malformed(path, 'no signature')
  if (readCades(last.der, 'pades').token) return pdf
  const token = await stamp(signatureValueOf(last.der))
  return fillPdf({ bytes: pdf, hole: last.hole }, withTimestamp(last.der, token))
}

/** What the full check of a signed PDF found: its signatures, oldest first, and the document as it was before the first one. */
export type CheckedPdf = {
  readonly document: Uint8Array
  readonly signatures: readonly (CheckedSignature & { readonly signing: PdfSigning })[]
}

/** Checks every signature of a PDF in full (protocol §6.2 and §6.5). Throws `Malformed` or `Untrusted`; `unsigned` when it has none. */
export async function checkPdf(input: {
  readonly pdf: Uint8Array
  readonly trust: Trust
  readonly at: number
  readonly revocation?: RevocationEvidence
  readonly demandTimestamp?: boolean
  readonly secondOpinion?: SecondOpinion
}): Promise<CheckedPdf> {
  const { pdf, ...rest } = input
  const found = readPdfSignatures(pdf)
  const [first] = found
  if (!first) throw new Untrusted('unsigned', 'the document bears no signature')
  const signatures: (CheckedSignature & { signing: PdfSigning })[] = []
  for (const { der, content, signing } of found)
    signatures.push({ ...(await checkCades({ ...rest, der, content, form: 'pades' })), signing })
  return { document: first.base, signatures }
}

// What a sealed envelope holds: the price, technical, confidential and draw cores, their strict reading, and their padding.
import { type Base64, concat, fromBase64, toBase64, u32 } from './bytes.ts'
import { type ClassKind, parseClass } from './descriptor.ts'
import { Malformed } from './malformed.ts'
import { asArray, asBytes, asInteger, asObject, asText } from './shape.ts'

/** A file named in a core, in the order of header.files. Size in bytes of the plaintext. */
export type CoreFile = { name: string; mime: string; size: number }

/** Price core. Amounts are decimal strings in the smallest unit of the currency; shares are a consortium's parts in percent. */
export type PriceCore = {
  tender: string
  lot: string | null
  bidderId: string
  seq: number
  currency: string
  price: string
  /** The value-added tax contained in or due on the price; null where the terms ask for none. */
  vat: string | null
  items: { id: string; unitPrice: string; amount: string }[]
  shares: { member: string; percent: string }[]
  /** The two numbers picked, only where the method draws preliminary prices; the bidder's order is kept. */
  picks?: [number, number]
  nonce: Base64
  files: CoreFile[]
}

/** Technical and confidential core. `responses` is whatever canonical JSON the terms ask for. */
export type TechCore = {
  tender: string
  lot: string | null
  bidderId: string
  seq: number
  nonce: Base64
  responses: unknown
  files: CoreFile[]
}

/** An officer's draw salt (32 bytes). */
export type DrawCore = { salt: Base64 }

export type Core = PriceCore | TechCore | DrawCore

/** Why an envelope is VOID; of several reasons the first of this list is given. */
export const voidCodes = [
  'no-root',
  'rc',
  'header',
  'core-hash',
  'core-decrypt',
  'pad',
  'not-canonical',
  'fields',
  'tender',
  'bidder',
  'seq',
  'price',
  'picks',
  'files',
  'leafsalt',
] as const
export type VoidCode = (typeof voidCodes)[number]

/** What a bid's core must say, known before it is opened. `numbers` is the count of preliminary prices, null where nothing is drawn. */
export type CoreExpectation = {
  tender: string
  bidderId: string
  seq: number
  numbers: number | null
}

/** An amount of money in the smallest unit of its currency. */
export const AMOUNT = /^(0|[1-9][0-9]{0,17})$/
/** A percentage: up to three digits and up to six decimals without a trailing zero. */
export const PERCENT = /^(0|[1-9][0-9]{0,2})(\.[0-9]{0,5}[1-9])?$/
const CURRENCY = /^[A-Z]{3}$/

const KIB = 1024
const MOST_CORE = KIB * KIB

function anyText(value: unknown, path: string, limit: number): string {
  if (value === '') return ''
  return asText(value, path, limit)
}

function parseFiles(value: unknown): CoreFile[] {
  return asArray(value, 'files', 20).map((entry, n) => {
    const o = asObject(entry, `files[${n}]`, ['name', 'mime', 'size'])
    return {
      name: asText(o['name'], `files[${n}].name`, 255),
      mime: asText(o['mime'], `files[${n}].mime`, 127),
      size: asInteger(o['size'], `files[${n}].size`),
    }
  })
}

function parseHead(o: Record<string, unknown>): {
  tender: string
  lot: string | null
  bidderId: string
  seq: number
  nonce: Base64
} {
  return {
    tender: asText(o['tender'], 'tender'),
    lot: o['lot'] === null ? null : asText(o['lot'], 'lot', 64),
    bidderId: asText(o['bidderId'], 'bidderId'),
    seq: asInteger(o['seq'], 'seq', 1),
    nonce: asBytes(o['nonce'], 'nonce', 32),
  }
}

/**
 * The core of a class from parsed JSON: members and their JSON types (what VOID code "fields" is about), not yet amounts, picks and
 * agreement with the bid. Throws `Malformed`.
 */
export function parseCore(value: unknown, kind: ClassKind, draws: boolean): Core {
  if (kind === 'draw') {
    const o = asObject(value, 'core', ['salt'])
    return { salt: asBytes(o['salt'], 'salt', 32) }
  }
  if (kind !== 'price') {
    const o = asObject(value, 'core', ['tender', 'lot', 'bidderId', 'seq', 'nonce', 'responses', 'files'])
    return { ...parseHead(o), responses: o['responses'], files: parseFiles(o['files']) }
  }
  const members = ['tender', 'lot', 'bidderId', 'seq', 'currency', 'price', 'vat', 'items', 'shares', 'nonce', 'files']
  const o = asObject(value, 'core', draws ? [...members, 'picks'] : members)
  const currency = asText(o['currency'], 'currency', 3)
  if (!CURRENCY.test(currency)) throw new Malformed('currency', 'not an ISO 4217 code')
  const core: PriceCore = {
    ...parseHead(o),
    currency,
    price: anyText(o['price'], 'price', 64),
    vat: o['vat'] === null ? null : anyText(o['vat'], 'vat', 64),
    items: asArray(o['items'], 'items', 20_000).map((entry, n) => {
      const item = asObject(entry, `items[${n}]`, ['id', 'unitPrice', 'amount'])
      return {
        id: asText(item['id'], `items[${n}].id`),
        unitPrice: anyText(item['unitPrice'], `items[${n}].unitPrice`, 64),
        amount: anyText(item['amount'], `items[${n}].amount`, 64),
      }
    }),
    shares: asArray(o['shares'], 'shares', 100).map((entry, n) => {
      const share = asObject(entry, `shares[${n}]`, ['member', 'percent'])
      return {
        member: asText(share['member'], `shares[${n}].member`),
        percent: anyText(share['percent'], `shares[${n}].percent`, 64),
      }
    }),
    files: parseFiles(o['files']),
  }
  if (draws) core.picks = asArray(o['picks'], 'picks', 100) as [number, number]
  return core
}

function picksHold(picks: unknown, numbers: number): boolean {
  if (!Array.isArray(picks) || picks.length !== 2) return false
  const inRange = (pick: unknown): boolean =>
    Number.isInteger(pick) && (pick as number) >= 1 && (pick as number) <= numbers
  return inRange(picks[0]) && inRange(picks[1]) && picks[0] !== picks[1]
}

/**
 * The core if it is what class and bid demand, else the VOID code from "fields" on (all but "leafsalt"). `fileCount` is the length of
 * header.files; `expected` is null for draw salts, which belong to no bid.
 */
export function checkCore(
  value: unknown,
  cls: string,
  fileCount: number,
  expected: CoreExpectation | null,
): { core: Core; code: null } | { core: null; code: VoidCode } {
  const bad = (code: VoidCode): { core: null; code: VoidCode } => ({ core: null, code })
  const { kind, lot } = parseClass(cls)
  let core: Core
  try {
    core = parseCore(value, kind, expected !== null && expected.numbers !== null)
  } catch (error) {
    if (error instanceof Malformed) return bad('fields')
    throw error
  }
  if ('salt' in core) return fileCount === 0 ? { core, code: null } : bad('files')
  if (expected === null) throw new Malformed('expected', 'needed for every class but draw')
  if (core.tender !== expected.tender || core.lot !== lot) return bad('tender')
  if (core.bidderId !== expected.bidderId) return bad('bidder')
  if (core.seq !== expected.seq) return bad('seq')
  if ('price' in core) {
    const amounts = [
      core.price,
      ...(core.vat === null ? [] : [core.vat]),
      ...core.items.flatMap((item) => [item.unitPrice, item.amount]),
    ]
    if (!amounts.every((amount) => AMOUNT.test(amount))) return bad('price')
    if (!core.shares.every((share) => PERCENT.test(share.percent))) return bad('price')
    if (expected.numbers !== null && !picksHold(core.picks, expected.numbers)) return bad('picks')
  }
  if (core.files.length !== fileCount) return bad('files')
  return { core, code: null }
}

/** The padded size for so many bytes of data: 4, 16, 64, 256 KiB, then multiples of 256 KiB, the u32 length included. */
export function paddedSize(dataLength: number): number {
  const needed = dataLength + 4
  for (const size of [4 * KIB, 16 * KIB, 64 * KIB, 256 * KIB]) if (needed <= size) return size
  return Math.ceil(needed / (256 * KIB)) * 256 * KIB
}

/** u32 length || data || zeros up to the padded size. Throws `Malformed` above 1 MiB. */
export function pad(data: Uint8Array): Uint8Array {
  if (data.length > MOST_CORE) throw new Malformed('core', 'larger than 1 MiB')
  return concat(u32(data.length), data, new Uint8Array(paddedSize(data.length) - 4 - data.length))
}

/** The data of padded bytes; null unless the length fits, the size is the smallest allowed one and every padding byte is zero. */
export function unpad(padded: Uint8Array): Uint8Array | null {
  if (padded.length < 4) return null
  const length = new DataView(padded.buffer, padded.byteOffset).getUint32(0)
  if (length > MOST_CORE || padded.length !== paddedSize(length)) return null
  let rest = 0
  for (let n = 4 + length; n < padded.length; n += 1) rest |= padded[n] ?? 0
  return rest === 0 ? padded.slice(4, 4 + length) : null
}

/** Whether a ciphertext of this length can be a padded core with its 16-byte tag. */
export function isCiphertextLength(length: number): boolean {
  const padded = length - 16
  return padded === paddedSize(padded - 4) && padded <= paddedSize(MOST_CORE)
}

/** A fresh price core nonce or draw salt from 32 random bytes. */
export function nonceOf(random32: Uint8Array): Base64 {
  if (random32.length !== 32) throw new Malformed('random', 'not 32 bytes')
  return toBase64(random32)
}

/** The 32 bytes of an opened draw salt. */
export function saltOf(core: DrawCore): Uint8Array {
  return fromBase64(core.salt)
}

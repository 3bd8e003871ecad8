// The verifiable draw: preliminary prices from the officers' sealed salts, the permutation from salts, roots and beacon, the reserve price.
import { type Base64, compareBytes, concat, toBase64, u64 } from './bytes.ts'
import { H, sha256 } from './hash.ts'
import { Malformed } from './malformed.ts'

/** How a country draws; base in the smallest unit of the currency, ppm the half width of the range in millionths, priceStep likewise. */
export type DrawTerms = {
  base: bigint
  ppm: number
  count: number
  top: number
  priceStep: bigint
  tieRule: 'hash' | 'lower-number'
  fillRule: 'hash' | 'lower-number'
  meanRounding: 'div' | 'up' | 'half-up'
}

/** A VALID, live, admitted price bid: its log index, its opened root and its two picks (1-based numbers). */
export type DrawBid = { index: number; R: Uint8Array; picks: readonly number[] }

export type DrawInput = {
  terms: DrawTerms
  tkd: Uint8Array
  /** The 32 bytes in the close entry. */
  closeCommitment: Uint8Array
  /** The verified 32-byte randomness of the beacon round; null where there is none, which counts as 32 zero bytes. */
  beacon: Uint8Array | null
  /** The officers' salts in descriptor order; null for a VOID salt, which counts as 32 zero bytes. */
  salts: readonly (Uint8Array | null)[]
  bids: readonly DrawBid[]
}

/** What the draw gave; prices in stratum order, perm 0-based (number j stands for prices[perm[j-1]]), chosen numbers in rank order. */
export type DrawResult = {
  seedP: Uint8Array
  seedD: Uint8Array
  prices: bigint[]
  perm: number[]
  counts: number[]
  chosen: number[]
  reserve: bigint
}

/** The public object of the draw (kind 0b). */
export type DrawTranscript = {
  v: 1
  tender: string
  close: Base64
  opening: Base64
  beacon: Base64 | null
  seedP: Base64
  seedD: Base64
  prices: string[]
  perm: number[]
  counts: number[]
  chosen: number[]
  reserve: string
}

const ZEROS = new Uint8Array(32)
const TWO_64 = 1n << 64n

/** rnd over S(seed): block c = SHA-256(seed || u64(c)), four u64 words a block in order; a number below n by rejection. */
export function randomIntegers(seed: Uint8Array): (n: bigint) => bigint {
  let counter = 0
  let words: bigint[] = []
  const nextWord = (): bigint => {
    if (words.length === 0) {
      const block = sha256(concat(seed, u64(counter)))
      const view = new DataView(block.buffer, block.byteOffset)
      words = [0, 8, 16, 24].map((at) => view.getBigUint64(at))
      counter += 1
    }
    return words.shift() ?? 0n
  }
  return (n) => {
    if (n < 1n || n > TWO_64) throw new Malformed('rnd', 'not in 1..2^64')
    const limit = TWO_64 - (TWO_64 % n)
    let word = nextWord()
    while (word >= limit) word = nextWord()
    return word % n
  }
}

/** A permutation of 0..size-1: for i from the end, swap with rnd(i+1). */
export function shuffle(size: number, seed: Uint8Array): number[] {
  const rnd = randomIntegers(seed)
  const list = Array.from({ length: size }, (_, n) => n)
  for (let i = size - 1; i >= 1; i -= 1) {
    const j = Number(rnd(BigInt(i + 1)))
    const [a, b] = [list[i] ?? 0, list[j] ?? 0]
    list[i] = b
    list[j] = a
  }
  return list
}

/** Refuses terms under which no draw can be made: range narrower than count, range reaching below 1, top above count. Throws `Malformed`. */
export function checkDrawTerms(terms: DrawTerms): void {
  const { base, ppm, count, top, priceStep } = terms
  const whole = (value: number, least: number, most: number, path: string): void => {
    if (!Number.isSafeInteger(value) || value < least || value > most)
      throw new Malformed(path, `not in ${least}..${most}`)
  }
  whole(ppm, 0, 1_000_000, 'draw.ppm')
  whole(count, 2, 1000, 'draw.count')
  whole(top, 1, count, 'draw.top')
  if (priceStep < 1n) throw new Malformed('draw.priceStep', 'below 1')
  const width = (base * BigInt(ppm)) / 1_000_000n
  if (2n * width + 1n < BigInt(count))
    throw new Malformed('draw.base', 'the range is narrower than the number of prices')
  if (base - width < 1n) throw new Malformed('draw.base', 'the range reaches below 1')
}

function salted(input: Pick<DrawInput, 'salts'>): Uint8Array[] {
  return input.salts.map((salt) => {
    if (salt !== null && salt.length !== 32) throw new Malformed('salt', 'not 32 bytes')
    return salt ?? ZEROS
  })
}

/** seedP = H("draw/seedP", tkd, salts): fixed before the notice, known to nobody before the opening. */
export function priceSeed(tkd: Uint8Array, salts: readonly (Uint8Array | null)[]): Uint8Array {
  return H('draw/seedP', tkd, ...salted({ salts }))
}

/** The preliminary prices: one uniform point in each of `count` strata of [base - w, base + w], rounded up to priceStep. */
export function preliminaryPrices(terms: DrawTerms, seedP: Uint8Array): bigint[] {
  checkDrawTerms(terms)
  const { base, ppm, count, priceStep } = terms
  const width = (base * BigInt(ppm)) / 1_000_000n
  const span = 2n * width + 1n
  const rnd = randomIntegers(H('draw/price', seedP))
  return Array.from({ length: count }, (_, j) => {
    const low = base - width + (span * BigInt(j)) / BigInt(count)
    const high = base - width + (span * BigInt(j + 1)) / BigInt(count) - 1n
    const price = low + rnd(high - low + 1n)
    return ((price + priceStep - 1n) / priceStep) * priceStep
  })
}

function ascending(bids: readonly DrawBid[]): DrawBid[] {
  const sorted = [...bids].sort((a, b) => a.index - b.index)
  for (let n = 1; n < sorted.length; n += 1) {
    if (sorted[n]?.index === sorted[n - 1]?.index) throw new Malformed('bids', 'an index stands twice')
  }
  return sorted
}

/** seedD: from descriptor, close entry, beacon, salts, and u64(index)||R of every bid in ascending order of index. */
export function drawSeed(input: Omit<DrawInput, 'terms'>): Uint8Array {
  if (input.closeCommitment.length !== 32) throw new Malformed('close', 'not 32 bytes')
  if (input.beacon !== null && input.beacon.length !== 32) throw new Malformed('beacon', 'not 32 bytes')
  const roots = ascending(input.bids).map((bid) => {
    if (bid.R.length !== 32) throw new Malformed('R', 'not 32 bytes')
    return concat(u64(bid.index), bid.R)
  })
  return H('draw/seedD', input.tkd, input.closeCommitment, input.beacon ?? ZEROS, ...salted(input), ...roots)
}

/** The numbers 1..count in rank order: most picked first, ties by the tie rule, unpicked numbers last by the fill rule. */
export function rankNumbers(terms: DrawTerms, counts: readonly number[], seedD: Uint8Array): number[] {
  const tie = terms.tieRule === 'hash' ? shuffle(terms.count, H('draw/tie', seedD)) : null
  const fill = terms.fillRule === 'hash' ? shuffle(terms.count, H('draw/fill', seedD)) : null
  const key = (number: number): [number, number] => {
    const picked = counts[number - 1] ?? 0
    const table = picked > 0 ? tie : fill
    return [picked, table === null ? number : (table[number - 1] ?? 0)]
  }
  return Array.from({ length: terms.count }, (_, n) => n + 1).sort((a, b) => {
    const [countA, rankA] = key(a)
    const [countB, rankB] = key(b)
    return countB - countA || rankA - rankB
  })
}

/** The mean of amounts by its named rounding: "div" down, "up" to the next whole, "half-up" to the nearest, halves up. */
export function meanOf(amounts: readonly bigint[], rounding: DrawTerms['meanRounding']): bigint {
  const n = BigInt(amounts.length)
  if (n === 0n) throw new Malformed('mean', 'of nothing')
  const sum = amounts.reduce((total, amount) => total + amount, 0n)
  if (rounding === 'div') return sum / n
  if (rounding === 'up') return (sum + n - 1n) / n
  return (2n * sum + n) / (2n * n)
}

/** The whole draw. Throws `Malformed` for impossible terms or picks outside 1..count. */
export function draw(input: DrawInput): DrawResult {
  const { terms } = input
  const seedP = priceSeed(input.tkd, input.salts)
  const prices = preliminaryPrices(terms, seedP)
  const seedD = drawSeed(input)
  const perm = shuffle(terms.count, H('draw/perm', seedD))
  const counts = Array.from({ length: terms.count }, () => 0)
  for (const bid of input.bids) {
    for (const pick of bid.picks) {
      if (!Number.isInteger(pick) || pick < 1 || pick > terms.count)
        throw new Malformed('picks', 'not a number of the draw')
      counts[pick - 1] = (counts[pick - 1] ?? 0) + 1
    }
  }
  const chosen = rankNumbers(terms, counts, seedD).slice(0, terms.top)
  const reserve = meanOf(
    chosen.map((number) => prices[perm[number - 1] ?? 0] ?? 0n),
    terms.meanRounding,
  )
  return { seedP, seedD, prices, perm, counts, chosen, reserve }
}

/** The transcript to publish; `opening` is the commitment of the opening object. */
export function drawTranscript(
  tender: string,
  opening: Uint8Array,
  input: Pick<DrawInput, 'closeCommitment' | 'beacon'>,
  result: DrawResult,
): DrawTranscript {
  return {
    v: 1,
    tender,
    close: toBase64(input.closeCommitment),
    opening: toBase64(opening),
    beacon: input.beacon === null ? null : toBase64(input.beacon),
    seedP: toBase64(result.seedP),
    seedD: toBase64(result.seedD),
    prices: result.prices.map(String),
    perm: result.perm,
    counts: result.counts,
    chosen: result.chosen,
    reserve: String(result.reserve),
  }
}

/**
 * The order of equal bids: of the n left, ascending by index, the winner is number rnd(n) under H("draw/equalbids", seedD, their envelope
 * hashes sorted bytewise); it is removed and the lot is drawn again among the rest, with a seed of the rest. `e` is the 32-byte hash of
 * the price envelope. Gives the indexes, winner first.
 */
export function orderEqualBids(seedD: Uint8Array, bids: readonly { index: number; e: Uint8Array }[]): number[] {
  let left = [...bids].sort((a, b) => a.index - b.index)
  const order: number[] = []
  while (left.length > 0) {
    const hashes = left.map((bid) => bid.e).sort(compareBytes)
    const drawn = Number(randomIntegers(H('draw/equalbids', seedD, ...hashes))(BigInt(left.length)))
    const winner = left[drawn]
    if (winner === undefined) throw new Error('drawn outside the list')
    order.push(winner.index)
    left = left.filter((bid) => bid !== winner)
  }
  return order
}

// Independent time: the RFC 3161 tokens of the batches, and by them when each sealed entry was there at the latest.
import { leafHash, readerOf, rootAt } from '@naru/log/merkle.ts'
import { fromBase64, u64 } from '@naru/sealing/bytes.ts'
import { H } from '@naru/sealing/hash.ts'
import { Malformed } from '@naru/sealing/malformed.ts'
import { Untrusted } from '@naru/sealing/signatures/certificate.ts'
import { checkToken, type TokenContent } from '@naru/sealing/signatures/timestamp.ts'
import type { CheckedLog } from './check-log.ts'
import type { InForce, LoggedFact, TrustBook } from './check-trust.ts'
import type { Findings } from './finding.ts'

/** What the tokens say of one entry: the earliest time (ms), and what it states as the time of the entry's own fact. */
export interface StampedEntry {
  readonly genTime: number
  readonly stated: number
  /** A token over this entry alone is among them. */
  readonly alone: boolean
}

/** The tokens that stand below a place of the log, by entry; null where an entry has none there. */
export type TokenTimes = (index: number, below: number) => StampedEntry | null

/** The message of a batch (protocol §5): a token's imprint is the SHA-256 of these 32 bytes. */
export const batchMessage = (first: number, count: number, root: Uint8Array): Uint8Array =>
  H('tst', u64(first), u64(count), root)

/** A token over a batch's message by a listed authority. Throws `Malformed` or `Untrusted`. */
export function checkBatchToken(token: Uint8Array, message: Uint8Array, { list, trust }: InForce): TokenContent {
  const told = checkToken(token, message, trust.timestamps)
  if (!list.timestampAuthorities.some((each) => each.name === told.authority))
    throw new Untrusted('authority', `${told.authority} is not listed`)
  return told
}

interface Stamp {
  readonly first: number
  readonly count: number
  readonly token: string
  readonly times: readonly number[]
}

/** Checks every token among the facts against its batch in the log and the authorities in force where it stands. */
export function checkTokens(
  findings: Findings,
  facts: readonly LoggedFact[],
  log: CheckedLog,
  trusted: TrustBook,
): TokenTimes {
  const found = new Map<number, (StampedEntry & { readonly logged: number })[]>()
  for (const { index: logged, fact } of facts) {
    if (fact?.type !== 'BatchStamped') continue
    const at = `objects/${logged}.json`
    const { authority, genTime, stamp } = fact.body as { authority: string; genTime: string; stamp: Stamp }
    const { first, count, token, times } = stamp
    const fault = (reason: string): void => findings.add('tokenMismatch', at, { reason })
    const inForce = trusted.at(logged)
    if (!inForce) {
      fault('no trust list is in force here')
      continue
    }
    // A token stands behind the batch that it is over.
    if (first + count > logged || times.length !== count) {
      fault('not a batch below it')
      continue
    }
    const leaves = Array.from({ length: count }, (_, n) => leafHash(log.entry(first + n)?.bytes ?? new Uint8Array(0)))
    try {
      const message = batchMessage(first, count, rootAt(readerOf(leaves), count))
      const told = checkBatchToken(fromBase64(token), message, inForce)
      findings.count('tokens')
      if (told.authority !== authority || told.genTime !== Date.parse(genTime)) fault('another authority or time')
      times.forEach((stated, n) => {
        const entry = { genTime: told.genTime, stated, logged, alone: count === 1 }
        found.set(first + n, [...(found.get(first + n) ?? []), entry])
      })
    } catch (error) {
      if (!(error instanceof Malformed) && !(error instanceof Untrusted)) throw error
      fault(error.message)
    }
  }
  return (index, below) => {
    const standing = (found.get(index) ?? []).filter((each) => each.logged < below)
    const earliest = standing.toSorted((a, b) => a.genTime - b.genTime)[0]
    return earliest ? { ...earliest, alone: standing.some((each) => each.alone) } : null
  }
}

// The bidder's receipt: what must hold of a promise and of the extra data in the proof file before a bid may be called submitted.
import { type Base64, concat, equalBytes, fromBase64, toBase64 } from './bytes.ts'
import { sealedCommitment } from './commitment.ts'
import { canonical, parseCanonical } from './jcs.ts'
import { Malformed } from './malformed.ts'
import { asArray, asBytes, asInteger, asObject, asOneOf, asText } from './shape.ts'
import { parsePromise, promiseHolds, type SignedPromise } from './signature.ts'

/** The sequencer's run in which the entry was logged: entries first..first+count-1, path = inclusion hashes in the batch's own tree. */
export type EntryBatch = { first: number; count: number; path: Base64[] }

type ReceiptHead = { v: 1; m: Base64; leafSalt: Base64; promise: SignedPromise; batch: EntryBatch }

/** A receipt without an independent time: its time is the operator's word alone. Only deployments without a time-stamp authority give it. */
export type UntimedReceipt = ReceiptHead & { token: null }

/** A receipt with the batch's RFC 3161 token (DER in base64). */
export type TimedReceipt = ReceiptHead & { token: Base64 }

/** The extra data of the receipt's proof file. */
export type Receipt = UntimedReceipt | TimedReceipt

/** 0x01 || 0x01 || H("leaf/sealed", leafSalt, M): the 34 bytes of a bid's or withdrawal's log entry. */
export function sealedEntry(leafSalt: Uint8Array, m: Uint8Array): Uint8Array {
  return concat(Uint8Array.of(1, 1), sealedCommitment(leafSalt, m))
}

/** The bytes that go into the proof file's extra line. */
export function receiptBytes(receipt: Receipt): Uint8Array {
  return canonical(receipt)
}

/** A receipt from the bytes of the extra line. Throws `Malformed`. */
export function parseReceipt(bytes: Uint8Array): Receipt {
  const o = asObject(parseCanonical(bytes), 'receipt', ['v', 'm', 'leafSalt', 'promise', 'batch', 'token'])
  const batch = asObject(o['batch'], 'receipt.batch', ['first', 'count', 'path'])
  const head: ReceiptHead = {
    v: asOneOf(o['v'], 'receipt.v', [1]),
    m: asBytes(o['m'], 'receipt.m', 32),
    leafSalt: asBytes(o['leafSalt'], 'receipt.leafSalt', 32),
    promise: parsePromise(o['promise']),
    batch: {
      first: asInteger(batch['first'], 'receipt.batch.first'),
      count: asInteger(batch['count'], 'receipt.batch.count', 1),
      path: asArray(batch['path'], 'receipt.batch.path', 64).map((hash, n) =>
        asBytes(hash, `receipt.batch.path[${n}]`, 32),
      ),
    },
  }
  if (o['token'] === null) return { ...head, token: null }
  const token = asText(o['token'], 'receipt.token', 64 * 1024)
  fromBase64(token, 'receipt.token')
  return { ...head, token }
}

/**
 * The 34-byte entry that a promise is about, if the promise is for this submission (m and leafSalt as the bidder has them), for this log
 * (its origin), in time, and signed by one of the promise keys. Throws `Malformed` naming what does not hold.
 */
export function checkPromise(
  promise: SignedPromise,
  mine: { m: Uint8Array; leafSalt: Uint8Array; log: string; T: number; promiseKeys: readonly Uint8Array[] },
): Uint8Array {
  const { body } = promise
  const entry = sealedEntry(mine.leafSalt, mine.m)
  if (body.log !== mine.log) throw new Malformed('promise.body.log', 'of another log')
  if (body.m !== toBase64(mine.m)) throw new Malformed('promise.body.m', 'of another submission')
  if (!equalBytes(fromBase64(body.entry), entry)) throw new Malformed('promise.body.entry', 'another entry')
  if (body.time > mine.T) throw new Malformed('promise.body.time', 'after the deadline')
  if (!mine.promiseKeys.some((key) => promiseHolds(promise, key)))
    throw new Malformed('promise.sig', 'not by a promise key')
  return entry
}

/**
 * The entry that a receipt is about, with the same checks on its promise. That the entry is in the log at its index is then checked with
 * the log room's `openProof`; a token is only carried here, its verification belongs to the time-stamp checks. Throws `Malformed`.
 */
export function checkReceipt(
  receipt: Receipt,
  mine: { m: Uint8Array; leafSalt: Uint8Array; log: string; T: number; promiseKeys: readonly Uint8Array[] },
): Uint8Array {
  if (receipt.m !== toBase64(mine.m)) throw new Malformed('receipt.m', 'of another submission')
  if (receipt.leafSalt !== toBase64(mine.leafSalt)) throw new Malformed('receipt.leafSalt', 'of another submission')
  return checkPromise(receipt.promise, mine)
}

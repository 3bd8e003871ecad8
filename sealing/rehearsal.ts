// A rehearsed round: key holders, descriptor, sealed salts and bids, all from a seed. For tests and for the public test vector, never for use.
import { fromBase64, toBase64, u32, utf8 } from './bytes.ts'
import { sealBid, sealDrawSalt, type SealedBid } from './bid.ts'
import type { Core, PriceCore } from './core.ts'
import { type Curve, tabledCurve } from './curve.ts'
import { type Descriptor, descriptorOf, type KeyRecord, type Recipients, recipientsOf } from './descriptor.ts'
import { H } from './hash.ts'
import { deriveKeyPair } from './hpke.ts'
import type { LiveBid, SealedSalt } from './opening.ts'

/** 32 bytes that look random, from names: known to everyone who knows the names. */
export function rehearsedBytes(...names: readonly (string | number)[]): Uint8Array {
  return H('rehearsal', ...names.map((name) => (typeof name === 'number' ? u32(name) : utf8(name))))
}

export type RehearsedRound = {
  descriptor: Descriptor
  records: KeyRecord[]
  recipients: Recipients
  /** Private scalars by person number. */
  secretKeys: Map<number, Uint8Array>
}

/** A round with groups of the given thresholds and sizes; persons are numbered 1, 2, .. over all groups. */
export function rehearseRound(
  seed: string,
  groups: readonly { k: number; n: number }[] = [
    { k: 2, n: 3 },
    { k: 2, n: 3 },
  ],
  classes: readonly string[] = ['draw', 'price'],
  curve?: Curve,
): RehearsedRound {
  const tender = `tender-${seed}`
  const secretKeys = new Map<number, Uint8Array>()
  const records = groups.flatMap(({ n }, g) =>
    Array.from({ length: n }, (): KeyRecord => {
      const i = secretKeys.size + 1
      const { secretKey, publicKey } = deriveKeyPair(rehearsedBytes(seed, 'key', i))
      secretKeys.set(i, secretKey)
      return {
        v: 1,
        tender,
        round: 1,
        officer: `person-${i}`,
        group: `group-${g}`,
        i,
        pk: toBase64(publicKey),
        cert: null,
      }
    }),
  )
  const descriptor = descriptorOf(
    { tender, round: 1, classes, groups: groups.map(({ k }, g) => ({ name: `group-${g}`, k })) },
    records,
    groups.length === 1 ? 1 : 2,
  )
  const arithmetic = curve ?? tabledCurve(records.map((record) => fromBase64(record.pk)))
  return { descriptor, records, recipients: recipientsOf(descriptor, arithmetic), secretKeys }
}

/** A price core of the rehearsed round; picks only where given. */
export function rehearsePrice(
  round: RehearsedRound,
  bidderId: string,
  seq: number,
  price: string,
  picks?: [number, number],
): PriceCore {
  const core: PriceCore = {
    tender: round.descriptor.tender,
    lot: null,
    bidderId,
    seq,
    currency: 'KGS',
    price,
    vat: null,
    items: [{ id: '1', unitPrice: price, amount: price }],
    shares: [],
    nonce: toBase64(rehearsedBytes(round.descriptor.tender, bidderId, seq, 'nonce')),
    files: [],
  }
  if (picks !== undefined) core.picks = picks
  return core
}

/** A sealed bid of the rehearsed round; no cores make a withdrawal. */
export function rehearseBid(
  round: RehearsedRound,
  bidderId: string,
  seq: number,
  prev: Uint8Array | null,
  cores: readonly { cls: string; core: Core }[],
): SealedBid {
  const { descriptor, recipients } = round
  const random = Array.from({ length: Math.max(1, cores.length) }, (_, n) =>
    rehearsedBytes(descriptor.tender, bidderId, seq, 'root', n),
  )
  const bidderSalt = rehearsedBytes(descriptor.tender, bidderId, seq, 'salt')
  return sealBid({ descriptor, recipients, bidderId, seq, prev, cores, bidderSalt, random })
}

/** The bid as it lies in the server's hands and goes to the opening. */
export function asLive(bid: SealedBid, index: number): LiveBid {
  const { manifest, leafSalt, envelopes } = bid.submission
  return {
    index,
    leafSalt,
    manifest,
    envelopes: envelopes.map(({ header, ciphertext }, n) => ({
      cls: manifest.envelopes[n]?.cls ?? '',
      header,
      ciphertext: fromBase64(ciphertext),
    })),
  }
}

/** The sealed draw salts of all key holders, at log indexes from `index` on. */
export function rehearseSalts(round: RehearsedRound, index: number): SealedSalt[] {
  const { descriptor, recipients } = round
  return recipients.people.map(({ i }, n) => {
    const bidderSalt = rehearsedBytes(descriptor.tender, 'officer', i, 'salt')
    const sigma = rehearsedBytes(descriptor.tender, 'officer', i, 'sigma')
    const { header, ciphertext } = sealDrawSalt(
      recipients,
      i,
      sigma,
      bidderSalt,
      rehearsedBytes(descriptor.tender, 'officer', i, 'root'),
    )
    return { i, bidderSalt: toBase64(bidderSalt), index: index + n, header, ciphertext }
  })
}

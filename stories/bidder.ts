// A bidder's own device: seals prices and technical answers for a tender as it was published, replaces and withdraws them.
import { randomBytes } from 'node:crypto'
import { type BidFile, sealBid, type SealedBid, sealBidWithFiles, type SegmentPlace } from '@naru/sealing/bid.ts'
import { fromBase64, toBase64 } from '@naru/sealing/bytes.ts'
import { type Core, nonceOf } from '@naru/sealing/core.ts'
import type { Curve } from '@naru/sealing/curve.ts'
import { parseDescriptor, recipientsOf } from '@naru/sealing/descriptor.ts'
import type { ActInputs } from './acts.ts'
import type { Announced } from './client.ts'

/** What a bidder offers for one lot: prices in smallest units, per item the unit price and amount. */
export interface Offer {
  /** The lot of the envelope class; null where the tender has one lot. */
  readonly lot: string | null
  readonly price: string
  readonly vat?: string
  readonly items: readonly { readonly id: string; readonly unitPrice: string; readonly amount: string }[]
  readonly picks?: readonly [number, number]
  /** What the technical envelope holds, where the method has one. */
  readonly responses?: Readonly<Record<string, unknown>>
  /** Attachments of the price envelope and of the technical one. */
  readonly files?: readonly BidFile[]
  readonly technicalFiles?: readonly BidFile[]
}

/** A sealed bid: the input of `submit-bid`, and what the bidder keeps at home. */
export interface Sealed {
  readonly input: ActInputs['submit-bid']
  readonly m: string
  readonly seq: number
  readonly roots: readonly string[]
}

/** What a bidder must know to seal: the round's key, who they are, and the bid they replace. */
export interface Sealing {
  readonly tenderKey: unknown
  readonly bid: string
  readonly bidder: string
  readonly person: string
  readonly currency: string
  readonly previous?: { readonly m: string; readonly seq: number }
  /** Time of the signature, ms; the sandbox's session signature carries it. */
  readonly at: number
  /** The arithmetic; JavaScript's where absent. */
  readonly curve?: Curve
}

const classOf = (kind: string, lot: string | null) => (lot === null ? kind : `${kind}/${lot}`)

/** The cores of the offers, with their files; what is random in them is new at every call. */
function coresOf(sealing: Sealing, tender: string, seq: number, offers: readonly Offer[]) {
  const { bidder, currency } = sealing
  const nonce = () => nonceOf(randomBytes(32))
  return offers.flatMap((offer): { cls: string; core: Core; files: readonly BidFile[] }[] => {
    const { lot, price, vat, items, picks, responses, files = [], technicalFiles = [] } = offer
    const head = { tender, lot, bidderId: bidder, seq, files: [] }
    const priced: Core = {
      ...head,
      currency,
      price,
      vat: vat ?? '0',
      items: items.map((each) => ({ ...each })),
      shares: [],
      nonce: nonce(),
      ...(picks && { picks: [picks[0], picks[1]] as [number, number] }),
    }
    const technical: Core[] = responses === undefined ? [] : [{ ...head, nonce: nonce(), responses }]
    return [
      { cls: classOf('price', lot), core: priced, files },
      ...technical.map((core) => ({ cls: classOf('tech', lot), core, files: technicalFiles })),
    ]
  })
}

/** What `sealBid` needs besides the envelopes; all that is random in it is new at every call. */
function termsOf(sealing: Sealing, count: number) {
  const { bidder, previous } = sealing
  const descriptor = parseDescriptor(sealing.tenderKey)
  return {
    descriptor,
    recipients: recipientsOf(descriptor, sealing.curve),
    bidderId: bidder,
    seq: (previous?.seq ?? 0) + 1,
    prev: previous ? fromBase64(previous.m) : null,
    bidderSalt: new Uint8Array(randomBytes(32)),
    random: Array.from({ length: count }, () => new Uint8Array(randomBytes(32))),
  }
}

function inputOf(sealing: Sealing, seq: number, sealed: SealedBid): Sealed {
  const m = toBase64(sealed.m)
  return {
    input: {
      bid: sealing.bid,
      submission: submissionOf(sealed.submission) as ActInputs['submit-bid']['submission'],
      signature: { kind: 'sandbox-session', person: sealing.person, at: sealing.at, commitment: m },
    },
    m,
    seq,
    roots: sealed.roots.map((R) => toBase64(R)),
  }
}

/** Seals the offers to the key holders of the round. Nothing but commitments and ciphertext is in `input`. */
export function sealOffers(sealing: Sealing, offers: readonly Offer[]): Sealed {
  const seq = (sealing.previous?.seq ?? 0) + 1
  const { tender } = parseDescriptor(sealing.tenderKey)
  const cores = coresOf(sealing, tender, seq, offers).map(({ cls, core }) => ({ cls, core }))
  return inputOf(sealing, seq, sealBid({ ...termsOf(sealing, cores.length), cores }))
}

/** A bid with attachments in the making: what it needs is fixed once, so that `seal` goes on where a break left it. */
export function bidWithFiles(sealing: Sealing, offers: readonly Offer[]) {
  const seq = (sealing.previous?.seq ?? 0) + 1
  const { tender } = parseDescriptor(sealing.tenderKey)
  const cores = coresOf(sealing, tender, seq, offers)
  const terms = termsOf(sealing, cores.length)
  return {
    seal: async (
      begin: (announced: Announced, place: { cls: string; j: number }) => Promise<SegmentPlace>,
    ): Promise<Sealed> => {
      const sealed = await sealBidWithFiles({
        ...terms,
        cores,
        begin,
        randomBytes: (length) => new Uint8Array(randomBytes(length)),
      })
      return inputOf(sealing, seq, sealed)
    },
  }
}

/** The input of `withdraw-bid`. */
export function sealWithdrawal(
  sealing: Sealing & { readonly previous: { readonly m: string; readonly seq: number } },
): ActInputs['withdraw-bid'] {
  const descriptor = parseDescriptor(sealing.tenderKey)
  const sealed = sealBid({
    descriptor,
    recipients: recipientsOf(descriptor),
    bidderId: sealing.bidder,
    seq: sealing.previous.seq + 1,
    prev: fromBase64(sealing.previous.m),
    cores: [],
    bidderSalt: randomBytes(32),
    random: [randomBytes(32)],
  })
  const signature = {
    kind: 'sandbox-session' as const,
    person: sealing.person,
    at: sealing.at,
    commitment: toBase64(sealed.m),
  }
  return { submission: submissionOf(sealed.submission) as ActInputs['withdraw-bid']['submission'], signature }
}

// As JSON carries it: the sealing room's types are mutable and narrower, their values are the same.
const submissionOf = (submission: unknown): unknown => JSON.parse(JSON.stringify(submission))

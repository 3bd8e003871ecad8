// Seals an offer on the bidder's device: what leaves it is commitments and ciphertext only.
import { type SealedBid, sealBid } from '@naru/sealing/bid.ts'
import { fromBase64, toBase64 } from '@naru/sealing/bytes.ts'
import { type Core, nonceOf } from '@naru/sealing/core.ts'
import { type Descriptor, parseDescriptor, recipientsOf } from '@naru/sealing/descriptor.ts'
import type { BidPage, Pending, Typed } from './device.ts'
import { answerField, type Offer } from './offer.ts'

const random32 = (): Uint8Array => crypto.getRandomValues(new Uint8Array(32))

function seal(
  page: BidPage,
  descriptor: Descriptor,
  seq: number,
  cores: readonly { cls: string; core: Core }[],
): SealedBid {
  return sealBid({
    descriptor,
    recipients: recipientsOf(descriptor),
    bidderId: page.bidder,
    seq,
    prev: page.own ? fromBase64(page.own.m) : null,
    cores,
    bidderSalt: random32(),
    random: cores.length > 0 ? cores.map(random32) : [random32()],
  })
}

/** Seals the offers for the round of the page; the answer is ready to be sent and to be sent again. */
export function sealOffers(page: BidPage, typed: Typed, offers: readonly Offer[]): Pending {
  const descriptor = parseDescriptor(page.tenderKey)
  const seq = (page.own?.seq ?? 0) + 1
  const many = page.lots.length > 1
  const technical = descriptor.classes.some((cls) => cls.startsWith('tech'))
  const cores = offers.flatMap((offer): { cls: string; core: Core }[] => {
    const head = { tender: descriptor.tender, lot: many ? offer.lot : null, bidderId: page.bidder, seq, files: [] }
    const cls = (kind: string) => (many ? `${kind}/${offer.lot}` : kind)
    const [first = 0, second = 0] = typed.picks
    const priced: Core = {
      ...head,
      currency: page.currency,
      price: offer.price,
      vat: offer.vat,
      items: offer.items.map((item) => ({ ...item })),
      shares: [],
      nonce: nonceOf(random32()),
      ...(page.draw && { picks: [first, second] as [number, number] }),
    }
    const responses = Object.fromEntries(page.criteria.map((each) => [each, typed.fields[answerField(each)] ?? '']))
    return [
      { cls: cls('price'), core: priced },
      ...(technical ? [{ cls: cls('tech'), core: { ...head, nonce: nonceOf(random32()), responses } }] : []),
    ]
  })
  return pendingOf(page, seal(page, descriptor, seq, cores), seq, 'submit')
}

/** Seals the withdrawal of the own bid. */
export function sealWithdrawal(page: BidPage): Pending {
  const seq = (page.own?.seq ?? 0) + 1
  return pendingOf(page, seal(page, parseDescriptor(page.tenderKey), seq, []), seq, 'withdraw')
}

function pendingOf(page: BidPage, sealed: SealedBid, seq: number, action: 'submit' | 'withdraw'): Pending {
  const m = toBase64(sealed.m)
  // In the sandbox the session stands in the place of a certificate; a live deployment refuses this kind.
  const signature = {
    kind: 'sandbox-session',
    person: page.person,
    at: Math.round(page.now + performance.now()),
    commitment: m,
  }
  const bid = page.own?.bid ?? crypto.randomUUID()
  const body =
    action === 'submit'
      ? { bid, submission: sealed.submission, signature }
      : { submission: sealed.submission, signature }
  return {
    key: `${crypto.randomUUID()}.${action}-bid`,
    act: `${action}-bid`,
    body: JSON.stringify(body),
    receipt: {
      case: page.caseId,
      round: page.round,
      seq,
      action,
      m,
      leafSalt: sealed.submission.leafSalt,
      roots: action === 'submit' ? sealed.roots.map(toBase64) : [],
    },
  }
}

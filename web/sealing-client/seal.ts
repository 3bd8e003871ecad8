// Seals an offer on the bidder's device: what leaves it is commitments and ciphertext only.
import type { FileSource } from '@naru/sealing/attachment.ts'
import { type SealedBid, type SegmentPlace, sealBid, sealBidWithFiles, withWebCurve } from '@naru/sealing/bid.ts'
import { fromBase64, toBase64 } from '@naru/sealing/bytes.ts'
import { checkSealed } from '@naru/sealing/check-sealed.ts'
import { type Core, nonceOf } from '@naru/sealing/core.ts'
import { Malformed } from '@naru/sealing/malformed.ts'
import { type Descriptor, parseDescriptor, recipientsOf } from '@naru/sealing/descriptor.ts'
import type { HeaderFile } from '@naru/sealing/envelope.ts'
import type { BidPage, Making, Pending, Typed } from './device.ts'
import type { FileKind } from './files.ts'
import { answerField, type Offer } from './offer.ts'

/** What was sealed does not open to what was meant: nothing of it may be sent. */
export class NotAsMeant extends Error {}

/** Nothing leaves the device that would not open to what the form says. Throws `NotAsMeant` with what differs. */
function mustOpen(...[sealed, meant]: Parameters<typeof checkSealed>): void {
  try {
    checkSealed(sealed, meant)
  } catch (error) {
    throw error instanceof Malformed ? new NotAsMeant(error.message) : error
  }
}

const random32 = (): Uint8Array => crypto.getRandomValues(new Uint8Array(32))

async function seal(
  page: BidPage,
  descriptor: Descriptor,
  seq: number,
  cores: readonly { cls: string; core: Core }[],
): Promise<SealedBid> {
  const input = {
    descriptor,
    recipients: recipientsOf(descriptor),
    bidderId: page.bidder,
    seq,
    prev: page.own ? fromBase64(page.own.m) : null,
    cores,
    bidderSalt: random32(),
    random: cores.length > 0 ? cores.map(random32) : [random32()],
  }
  const sealed = sealBid({ ...input, recipients: await withWebCurve(input) })
  // Looked at with other arithmetic than it was sealed with.
  mustOpen(sealed, { descriptor, recipients: input.recipients, cores, numbers: page.draw?.count ?? null })
  return sealed
}

/** The cores of the offers; what is random in them is new at every call. */
function coresOf(page: BidPage, descriptor: Descriptor, seq: number, typed: Typed, offers: readonly Offer[]) {
  const many = page.lots.length > 1
  const technical = descriptor.classes.some((cls) => cls.startsWith('tech'))
  return offers.flatMap((offer): { cls: string; core: Core; lot: string; kind: FileKind }[] => {
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
    const proposal: Core[] = technical ? [{ ...head, nonce: nonceOf(random32()), responses }] : []
    return [
      { cls: cls('price'), core: priced, lot: offer.lot, kind: 'price' },
      ...proposal.map((core) => ({ cls: cls('tech'), core, lot: offer.lot, kind: 'tech' as const })),
    ]
  })
}

/** Seals the offers for the round of the page; the answer is ready to be sent and to be sent again. */
export async function sealOffers(page: BidPage, typed: Typed, offers: readonly Offer[]): Promise<Pending> {
  const descriptor = parseDescriptor(page.tenderKey)
  const seq = (page.own?.seq ?? 0) + 1
  const cores = coresOf(page, descriptor, seq, typed, offers).map(({ cls, core }) => ({ cls, core }))
  return pendingOf(page, await seal(page, descriptor, seq, cores), seq, 'submit')
}

/** A file to be sealed: `id` names it on this device. */
export interface FileToSeal {
  readonly id: string
  readonly lot: string
  readonly kind: FileKind
  readonly name: string
  readonly mime: string
  readonly source: FileSource
}

/** Begins a bid with attachments: all that is random in it is fixed here, so that a break loses nothing and a root never meets two cores. */
export function beginMaking(
  page: BidPage,
  typed: Typed,
  offers: readonly Offer[],
  files: readonly Pick<FileToSeal, 'id'>[],
): Making {
  const descriptor = parseDescriptor(page.tenderKey)
  const seq = (page.own?.seq ?? 0) + 1
  const cores = coresOf(page, descriptor, seq, typed, offers)
  return {
    seq,
    bidderSalt: toBase64(random32()),
    random: cores.map(() => toBase64(random32())),
    cores,
    ivs: Object.fromEntries(files.map(({ id }) => [id, toBase64(random32())])),
    leaves: {},
  }
}

/** Whether a bid in the making is of this state of the own bid and of exactly these files. */
export const isOf = (making: Making, page: BidPage, files: readonly Pick<FileToSeal, 'id'>[]): boolean =>
  making.seq === (page.own?.seq ?? 0) + 1 &&
  Object.keys(making.ivs).length === files.length &&
  files.every(({ id }) => making.ivs[id] !== undefined)

/** Encrypts and sends the attachments of a bid in the making, in constant memory, then seals it. `begin` gives the place of each file. */
export async function sealMaking(
  page: BidPage,
  making: Making,
  files: readonly FileToSeal[],
  begin: (announced: Omit<HeaderFile, 'root'>) => Promise<SegmentPlace>,
): Promise<Pending> {
  const descriptor = parseDescriptor(page.tenderKey)
  const sealed = await sealBidWithFiles({
    descriptor,
    recipients: recipientsOf(descriptor),
    bidderId: page.bidder,
    seq: making.seq,
    prev: page.own ? fromBase64(page.own.m) : null,
    bidderSalt: fromBase64(making.bidderSalt),
    random: making.random.map((each) => fromBase64(each)),
    cores: making.cores.map(({ cls, core, lot, kind }) => ({
      cls,
      core,
      files: files
        .filter((file) => file.lot === lot && file.kind === kind)
        .map(({ id, name, mime, source }) => ({ name, mime, source, iv: making.ivs[id] ?? '' })),
    })),
    begin,
    randomBytes: (length) => crypto.getRandomValues(new Uint8Array(length)),
  })
  const meant = making.cores.map(({ cls, core, lot, kind }) => {
    const own = files.filter((file) => file.lot === lot && file.kind === kind)
    const listed = own.map(({ name, mime, source }) => ({ name, mime, size: source.size }))
    return { cls, core: { ...core, files: listed } as Core }
  })
  mustOpen(sealed, {
    descriptor,
    recipients: recipientsOf(descriptor),
    cores: meant,
    numbers: page.draw?.count ?? null,
  })
  const named = sealed.submission.envelopes.flatMap(({ header }, n) => {
    const cls = sealed.submission.manifest.envelopes[n]?.cls ?? ''
    const part = making.cores.find((each) => each.cls === cls)
    const own = files.filter((file) => file.lot === part?.lot && file.kind === part?.kind)
    return header.files.map(({ len, root }, j) => ({ cls, name: own[j]?.name ?? '', len, root }))
  })
  const pending = pendingOf(page, sealed, making.seq, 'submit')
  return { ...pending, receipt: { ...pending.receipt, files: named } }
}

/** Seals the withdrawal of the own bid. */
export async function sealWithdrawal(page: BidPage): Promise<Pending> {
  const seq = (page.own?.seq ?? 0) + 1
  return pendingOf(page, await seal(page, parseDescriptor(page.tenderKey), seq, []), seq, 'withdraw')
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
      ...(action === 'submit' && {
        opened: true as const,
        bidderSalt: sealed.submission.manifest.bidderSalt,
        classes: sealed.submission.manifest.envelopes.map(({ cls }) => cls),
      }),
    },
  }
}

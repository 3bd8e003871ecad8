// Suppliers at work: sealing a bid on their own device, sending it, replacing it, taking it back.
import assert from 'node:assert/strict'
import { randomBytes } from 'node:crypto'
import { toBase64 } from '@naru/sealing/bytes.ts'
import { envelopeHash, type Header } from '@naru/sealing/envelope.ts'
import { type Manifest, manifestHash } from '@naru/sealing/manifest.ts'
import { type Offer, type Sealed, sealOffers, sealWithdrawal } from '../bidder.ts'
import type { Done, Trouble } from '../client.ts'
import { isDone, troubleInWords, waitFor } from '../client.ts'
import { confirmReceipt } from '../receipt.ts'
import type { World } from '../world.ts'

/** An offer from rows of item, quantity and unit price in smallest units: amounts and the sum are multiplied out. */
export function offer(
  rows: readonly (readonly [id: string, quantity: number, unitPrice: number])[],
  more: Partial<Offer> = {},
): Offer {
  const items = rows.map(([id, quantity, unitPrice]) => ({
    id,
    unitPrice: String(unitPrice),
    amount: String(BigInt(quantity) * BigInt(unitPrice)),
  }))
  return { lot: null, price: items.reduce((sum, each) => sum + BigInt(each.amount), 0n).toString(), items, ...more }
}

/** What a supplier's device must know to seal for the newest round. */
export async function sealingOf(world: World, tender: string, supplier: string, previous?: Sealed) {
  const person = world.person(supplier, 'bidder')
  const reader = await world.as(person)
  const { tender: state } = await reader.view(tender)
  const round = state.rounds.at(-1)?.round ?? 1
  const key = state.tenderKeys.find((each) => each.round === round)
  assert.ok(key, 'the key of the round is public')
  return {
    reader,
    sealing: {
      tenderKey: key.tenderKey,
      bid: world.id('bid', tender, round, supplier),
      bidder: world.organisation(supplier).id,
      person: person.id,
      currency: world.currency,
      at: Temporal.Instant.from(await world.now()).epochMilliseconds,
      ...(previous && { previous: { m: previous.m, seq: previous.seq } }),
    },
  }
}

/** Seals a bid for the newest round without sending it. */
export async function seal(
  world: World,
  tender: string,
  supplier: string,
  offers: readonly Offer[],
  previous?: Sealed,
): Promise<Sealed> {
  const { sealing } = await sealingOf(world, tender, supplier, previous)
  return sealOffers(sealing, offers)
}

const signedInputs = new WeakMap<Sealed, Promise<Sealed['input']>>()

/** The input of a sealed bid, signed by the supplier's bidder with a certificate; once, so that a bid sent twice is the same bytes. */
export function signedInput(world: World, supplier: string, sealed: Sealed): Promise<Sealed['input']> {
  const known = signedInputs.get(sealed) ?? sign(world, supplier, sealed.input)
  signedInputs.set(sealed, known)
  return known
}

async function sign<T extends { submission: { manifest: unknown }; signature: unknown }>(
  world: World,
  supplier: string,
  input: T,
): Promise<T> {
  const who = { person: world.person(supplier, 'bidder').id, organisation: world.organisation(supplier).id }
  const at = Temporal.Instant.from(await world.now()).epochMilliseconds
  return { ...input, signature: await world.signing.sign(who, input.submission.manifest, at) }
}

/** Sends a sealed bid; the answer may be a refusal. */
export async function send(
  world: World,
  tender: string,
  supplier: string,
  sealed: Sealed,
  key?: string,
): Promise<Done | Trouble> {
  const reader = await world.as(world.person(supplier, 'bidder'))
  return reader.act(tender, 'submit-bid', await signedInput(world, supplier, sealed), key)
}

/** Seals and sends a bid that must be taken; the promise names the bid's own hash and time. */
export async function bid(
  world: World,
  tender: string,
  supplier: string,
  offers: readonly Offer[],
  previous?: Sealed,
): Promise<Sealed> {
  const sealed = await seal(world, tender, supplier, offers, previous)
  const answer = await send(world, tender, supplier, sealed)
  assert.ok(isDone(answer), isDone(answer) ? '' : `${supplier}: ${troubleInWords(answer)}`)
  assert.equal(answer.promise?.body.m, sealed.m, 'the promise is about the bid that was sent')
  assert.equal(answer.promise?.body.time, Temporal.Instant.from(answer.at).epochMilliseconds)
  return sealed
}

/** Waits for the receipt of a bid and checks it as the bidder's device does; nothing in it may be changed and still hold, and `other` does not get it. */
export async function confirmed(
  world: World,
  tender: string,
  supplier: string,
  sealed: Sealed,
  other: string,
): Promise<void> {
  const reader = await world.as(world.person(supplier, 'bidder'))
  const address = `/api/cases/${tender}/bid/receipt?m=${encodeURIComponent(sealed.m)}`
  const text = await waitFor(async () => {
    const response = await reader.raw('GET', address)
    return response.status === 200 ? response.text() : undefined
  }, 'the receipt')
  const [trust, settings] = await Promise.all(
    ['/api/trust', '/api/settings'].map(async (path) => (await world.anyone.raw('GET', path)).json()),
  )
  const { tender: state } = await reader.view(tender)
  const mine = {
    m: sealed.m,
    leafSalt: sealed.input.submission.leafSalt,
    log: (settings as { logOrigin: string }).logOrigin,
    deadline: Temporal.Instant.from(state.rounds.at(-1)?.deadline ?? '').epochMilliseconds,
    delta: state.published?.terms.delta ?? 0,
  }
  const { witnesses } = confirmReceipt(text, mine, trust)
  assert.ok(witnesses.length >= 2, 'two of three witnesses make the quorum')
  const unsigned = text.replace(/(\n\u2014 \S+\.witness\.invalid [^\n]+)+\n$/, '\n')
  assert.throws(() => confirmReceipt(unsigned, mine, trust), /quorum/)
  assert.throws(() => confirmReceipt(text, { ...mine, deadline: 1 }, trust), /after the deadline/)
  assert.throws(() => confirmReceipt(text, { ...mine, leafSalt: sealed.m }, trust), /not at this place/)
  const stranger = await (await world.as(world.person(other, 'bidder'))).raw('GET', address)
  assert.equal(stranger.status, 404, 'a receipt is its bidder’s own')
}

/** Takes a bid back; the answer may be a refusal. */
export async function withdraw(
  world: World,
  tender: string,
  supplier: string,
  previous: Sealed,
): Promise<Done | Trouble> {
  const { reader, sealing } = await sealingOf(world, tender, supplier)
  const input = sealWithdrawal({ ...sealing, previous: { m: previous.m, seq: previous.seq } })
  return reader.act(tender, 'withdraw-bid', await sign(world, supplier, input))
}

/**
 * The same bid with shares that are noise for some key holders, as a bidder's own program could make it: well-formed to look at, so that
 * nothing shows before the opening, and never to be opened where the noise goes to a whole group.
 */
export function withNoise(sealed: Sealed, holders: readonly number[]): Sealed {
  const { submission, signature, bid: id } = sealed.input
  const headers = submission.envelopes.map(({ header }): Header => {
    const own = header as unknown as Header
    const shares = own.shares.map((each) =>
      holders.includes(each.i) ? { ...each, ct: toBase64(randomBytes(48)) } : each,
    )
    return { ...own, shares }
  })
  const manifest = {
    ...submission.manifest,
    envelopes: submission.manifest.envelopes.map((each, n) => ({
      ...each,
      e: toBase64(envelopeHash(headers[n] as Header)),
    })),
  }
  const m = toBase64(manifestHash(manifest as unknown as Manifest))
  const envelopes = submission.envelopes.map((each, n) => ({ ...each, header: { ...headers[n] } }))
  return {
    ...sealed,
    m,
    input: {
      bid: id,
      submission: { ...submission, manifest, envelopes },
      signature: { ...signature, commitment: m } as typeof signature,
    },
  }
}

// The opening: the clock closes the box a minute after the deadline, key holders post their shares, everyone sees the same record.
import assert from 'node:assert/strict'
import type { AttemptReport } from '@naru/domain/tender/attempts.ts'
import type { Round, TenderState } from '@naru/domain/tender/tender.ts'
import type { Batch } from '@naru/sealing/opening.ts'
import { waitFor } from '../client.ts'
import { later, minutes } from '../times.ts'
import type { Box } from '../wallet/duties.ts'
import type { World } from '../world.ts'
import { guardiansOf, type Purchase } from './purchase.ts'

export const roundOf = (state: TenderState): Round => {
  const round = state.rounds.at(-1)
  assert.ok(round, 'the tender has a round')
  return round
}

/** Waits for the deadline of the newest round and for the clock to close the box. Answers the closed state. */
export async function closing(world: World, purchase: Purchase): Promise<TenderState> {
  const { tender: before } = await world.anyone.view(purchase.tender)
  const { deadline, round } = roundOf(before)
  await world.until(later(deadline, minutes(2)))
  return waitFor(async () => {
    const { tender: state } = await world.anyone.view(purchase.tender)
    return roundOf(state).closing && roundOf(state).round === round ? state : undefined
  }, `the closing of ${purchase.tender}`)
}

/** A holder's batch, made by their wallet from the box the program hands out. `nth` counts within the group from 0. */
export async function batchOf(
  world: World,
  purchase: Purchase,
  group: 'agency' | 'guardians',
  nth: number,
): Promise<{ person: Parameters<World['as']>[0]; batch: Batch }> {
  const person = holderOf(world, purchase, group, nth)
  const reader = await world.as(person)
  const { tender: state, now } = await reader.view(purchase.tender)
  const { round } = roundOf(state)
  const box = (await reader.get(`/api/cases/${purchase.tender}/box?round=${round}`)).body as Box
  const tenderKey = state.tenderKeys.find((each) => each.round === round)?.tenderKey
  const batch = await world.wallet.shares(person.id, {
    tenderKey,
    box,
    now: Temporal.Instant.from(now).epochMilliseconds,
  })
  return { person, batch }
}

/** The key holder of a purchase: `nth` counts within the group from 0. */
function holderOf(world: World, purchase: Purchase, group: 'agency' | 'guardians', nth: number) {
  const person = group === 'agency' ? world.person(purchase.buyer, 'key-holder', nth) : guardiansOf(world)[nth]
  assert.ok(person)
  return person
}

/** One holder comes to the opening, having read the report of attempts as it is then; answers the report. */
export async function attend(
  world: World,
  purchase: Purchase,
  group: 'agency' | 'guardians',
  nth: number,
): Promise<AttemptReport> {
  const reader = await world.as(holderOf(world, purchase, group, nth))
  const { report, hash } = (await reader.get(`/api/cases/${purchase.tender}/attempts`)).body as {
    report: AttemptReport
    hash: string
  }
  await reader.mustAct(purchase.tender, 'attend-opening', { round: report.round, report: hash })
  return report
}

/** All these holders come together, the buyer's own first. */
export async function attendAll(world: World, purchase: Purchase, who: Present = usual(purchase)): Promise<void> {
  for (const nth of who.agency) await attend(world, purchase, 'agency', nth)
  for (const nth of who.guardians) await attend(world, purchase, 'guardians', nth)
}

/** Holders of the buyer come, and guardians that are programs follow by themselves: waits until the first holder may post shares. */
export async function attendWithPrograms(world: World, purchase: Purchase, agency: readonly number[]): Promise<void> {
  await attendAll(world, purchase, { agency, guardians: [] })
  await together(world, purchase, agency[0] ?? 0)
}

/** Waits until enough holders of both groups are present, as a holder of the buyer who has come sees it. */
export async function together(world: World, purchase: Purchase, nth: number): Promise<void> {
  const reader = await world.as(holderOf(world, purchase, 'agency', nth))
  await waitFor(async () => {
    const { may } = await reader.view(purchase.tender)
    return may.find((each) => each.act === 'post-shares')?.open ? true : undefined
  }, `the key holders of ${purchase.tender} coming together`)
}

/** Which holders of each group, by their place in it from 0. */
interface Present {
  readonly agency: readonly number[]
  readonly guardians: readonly number[]
}
const usual = (purchase: Purchase): Present => ({
  agency: purchase.agencyHolders > 2 ? [0, 2] : [1],
  guardians: [0, 1],
})

/** One holder posts shares. `twist` lets a story make a holder lie. */
export async function postShares(
  world: World,
  purchase: Purchase,
  group: 'agency' | 'guardians',
  nth: number,
  twist: (batch: Batch) => Batch = (batch) => batch,
): Promise<void> {
  const { person, batch } = await batchOf(world, purchase, group, nth)
  await (await world.as(person)).mustAct(purchase.tender, 'post-shares', { batch: twist(batch) as never })
}

/** Two of three in each group post their shares (or one of two, for a small purchase); answers the state once the opening is recorded. */
export async function opening(world: World, purchase: Purchase, who: Present = usual(purchase)): Promise<TenderState> {
  await attendAll(world, purchase, who)
  for (const nth of who.agency) await postShares(world, purchase, 'agency', nth)
  for (const nth of who.guardians) await postShares(world, purchase, 'guardians', nth)
  return opened(world, purchase)
}

/** The same for the technical envelopes of a tender of two stages; prices stay sealed. */
export async function openingOfTechnical(world: World, purchase: Purchase): Promise<TenderState> {
  await attendAll(world, purchase, { agency: [0, 2], guardians: [0, 1] })
  for (const nth of [0, 2]) await postShares(world, purchase, 'agency', nth)
  for (const nth of [0, 1]) await postShares(world, purchase, 'guardians', nth)
  return waitFor(async () => {
    const { tender: state } = await world.anyone.view(purchase.tender)
    return roundOf(state).technical ? state : undefined
  }, `the technical opening of ${purchase.tender}`)
}

/** Waits for the opening record. */
export const opened = (world: World, purchase: Purchase): Promise<TenderState> =>
  waitFor(async () => {
    const { tender: state } = await world.anyone.view(purchase.tender)
    return roundOf(state).opening ? state : undefined
  }, `the opening record of ${purchase.tender}`)

/** The ranking of a lot in the newest round. */
export function rankingOf(state: TenderState, lot: string) {
  const found = roundOf(state).rankings.find((each) => each.lot === lot)
  assert.ok(found, `a ranking of lot ${lot}`)
  return found.ranking
}

/** The supplier whose bid stands behind a ranking line, by the key of the cast. */
export function bidOf(world: World, tender: string, supplier: string, round = 1): string {
  return world.id('bid', tender, round, supplier)
}

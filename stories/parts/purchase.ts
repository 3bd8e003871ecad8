// From the need to the notice: a file is opened, key holders deposit their keys, one person prepares, another approves, the notice appears.
import assert from 'node:assert/strict'
import type { Content, TenderDocument } from '@naru/domain/tender/content.ts'
import type { TenderState } from '@naru/domain/tender/tender.ts'
import type { Language, LanguageText } from '@naru/domain/text.ts'
import type { Person } from '../cast/cast.ts'
import { isDone, type Upload, waitFor } from '../client.ts'
import { days, later, minutes, workdayAfter } from '../times.ts'
import type { World } from '../world.ts'

/** A lot as a story writes it: `line` is the key of a planned line, `value` smallest units without tax. */
export interface LotOf {
  readonly id: string
  readonly title: LanguageText
  readonly line: string
  readonly value: string
  readonly items: readonly {
    readonly id: string
    readonly description: LanguageText
    readonly classification: string
    readonly quantity: string
    readonly unit: string
  }[]
}

/** A purchase as a story writes it. */
export interface Purchase {
  readonly tender: string
  readonly buyer: string
  readonly method: string
  readonly ground: Content['choice']['ground']
  readonly why: string
  readonly category: Content['category']
  readonly kind?: string
  readonly language: Language
  readonly title: LanguageText
  readonly description: LanguageText
  readonly lots: readonly LotOf[]
  readonly delivery: Content['delivery']
  readonly payment: string
  /** Days from publication to the deadline; moved on to the earliest lawful moment where that is later. */
  readonly openFor: number
  readonly deadlineTime?: string
  readonly agencyHolders: number
  /** The guardians are the sandbox's programs instead of people: they deposit and post by themselves. */
  readonly byProgram?: boolean
  readonly conditions?: Content['conditions']
  readonly criteria?: Content['criteria']
  readonly documents?: readonly TenderDocument[]
  readonly confirmed?: readonly string[]
  readonly renoticeOf?: { readonly caseId: string; readonly ocid: string }
  /** Set by the finance officer where the method draws preliminary prices. */
  readonly baseAmount?: { readonly amount: string; readonly sources: string }
}

const guardianKeys = ['audit', 'procurement-office', 'suppliers-union', 'notary', 'court', 'press'] as const

/** The three guardians of a country: one person each of three institutions outside the buyer. */
export const guardiansOf = (world: World, byProgram = false): readonly Person[] =>
  guardianKeys.flatMap((key) => {
    try {
      return [world.person(key, 'key-holder', byProgram ? 1 : 0)]
    } catch {
      return []
    }
  })

/** The key holders of a purchase, the agency's first. */
export const holdersOf = (
  world: World,
  purchase: Purchase,
): readonly { readonly person: Person; readonly group: 'agency' | 'guardians'; readonly i: number }[] => {
  const agency = Array.from({ length: purchase.agencyHolders }, (_, n) => world.person(purchase.buyer, 'key-holder', n))
  return [
    ...agency.map((person, n) => ({ person, group: 'agency' as const, i: n + 1 })),
    ...guardiansOf(world, purchase.byProgram).map((person, n) => ({
      person,
      group: 'guardians' as const,
      i: agency.length + n + 1,
    })),
  ]
}

export const author = (world: World, buyer: string) => world.as(world.person(buyer, 'author'))
export const approver = (world: World, buyer: string, nth = 0) => world.as(world.person(buyer, 'approver', nth))

/** The content of a purchase with a deadline. */
export function contentOf(world: World, purchase: Purchase, deadline: string): Content {
  return {
    title: purchase.title,
    description: purchase.description,
    language: purchase.language,
    category: purchase.category,
    ...(purchase.kind && { kind: purchase.kind }),
    choice: { method: purchase.method, ground: purchase.ground, reason: purchase.why },
    lots: purchase.lots.map(({ line, value, items, ...lot }) => {
      const planned = world.planLine(line)
      return {
        ...lot,
        planLine: { plan: planned.plan, line: planned.line },
        value: { amount: value, currency: world.currency },
        items: items.map((item) => ({ ...item })),
      }
    }),
    conditions: [...(purchase.conditions ?? [])],
    criteria: [...(purchase.criteria ?? [])],
    documents: [...(purchase.documents ?? [])],
    deadline,
    delivery: purchase.delivery,
    paymentTerms: purchase.payment,
    confirmed: [...(purchase.confirmed ?? [])],
  }
}

/** Uploads a file as a buyer's person and names it as a document of a tender. */
export async function documentOf(
  world: World,
  person: Person,
  file: {
    readonly name: string
    readonly type: string
    readonly bytes: Uint8Array
    readonly id: string
    readonly version?: number
    readonly title: string
    readonly kind: TenderDocument['kind']
    readonly language: Language
  },
): Promise<TenderDocument> {
  const stored: Upload = await (await world.as(person)).upload(file)
  const { upload, sha256, size, mediaType } = stored
  return {
    id: file.id,
    upload,
    version: file.version ?? 1,
    title: file.title,
    kind: file.kind,
    language: file.language,
    sha256,
    size,
    mediaType,
  }
}

/** Opens the file of a purchase, names the key holders and has each deposit keys (and draw salts where the method needs them). */
export async function startWithKeys(world: World, purchase: Purchase): Promise<void> {
  const { tender, buyer } = purchase
  const writer = await author(world, buyer)
  await writer.mustAct(tender, 'start-tender', {
    buyer: null,
    demandAgency: null,
    payer: null,
    language: purchase.language,
    renoticeOf: purchase.renoticeOf ?? null,
  })
  const holders = holdersOf(world, purchase)
  const named = (group: string) => holders.filter((each) => each.group === group).map((each) => each.person.id)
  await writer.mustAct(tender, 'name-key-holders', {
    method: purchase.method,
    lots: purchase.lots.map((lot) => lot.id),
    agency: named('agency'),
    guardians: named('guardians'),
  })
  const people = holders.filter(({ group }) => group === 'agency' || !purchase.byProgram)
  for (const { person, group, i } of people) {
    const records = await world.wallet.records(person.id, { tender, group, i })
    await (await world.as(person)).mustAct(tender, 'deposit-keys', { records: records as never })
  }
  const state = await waitFor(async () => {
    const { tender: seen } = await writer.view(tender)
    return seen.tenderKeys.length > 0 ? seen : undefined
  }, `the keys of ${tender}`)
  await rehearse(world, purchase, people, state)
  if (!state.needsSalts) return
  for (const { person } of people) {
    const salts = await world.wallet.salts(
      person.id,
      state.tenderKeys.map((each) => each.tenderKey),
    )
    await (await world.as(person)).mustAct(tender, 'seal-salts', { salts: salts as never })
  }
  await waitFor(async () => {
    const { tender: seen } = await writer.view(tender)
    return seen.salts.length === holders.length * seen.tenderKeys.length ? true : undefined
  }, `the salts of ${tender}`)
}

/** Every holder opens the probes of all rounds, before the notice may appear; programs do it by themselves. */
export async function rehearse(
  world: World,
  purchase: Purchase,
  people: readonly { readonly person: Person }[],
  state: TenderState,
): Promise<void> {
  const { tender, buyer } = purchase
  const tenderKeys = state.tenderKeys.map((each) => each.tenderKey)
  const [first] = people
  assert.ok(first)
  const asked = await (await world.as(first.person)).get(`/api/cases/${tender}/rehearsal`)
  const { probes } = asked.body as { probes: readonly unknown[] }
  await Promise.all(
    people.map(async ({ person }) => {
      const shares = await world.wallet.rehearsal(person.id, { tenderKeys, probes })
      await (await world.as(person)).mustAct(tender, 'rehearse-opening', { shares })
    }),
  )
  const writer = await author(world, buyer)
  const all = state.holders.flatMap((group) => group.holders).length
  await waitFor(async () => {
    const { tender: seen } = await writer.view(tender)
    return seen.rehearsal?.answered.filter((each) => each.opens).length === all ? true : undefined
  }, `the rehearsal of ${tender}`)
}

/** The author hands in the content; a deadline that the law does not allow yet moves to the earliest lawful working day. */
export async function prepare(world: World, purchase: Purchase): Promise<Content> {
  const { tender, buyer } = purchase
  const writer = await author(world, buyer)
  const time = purchase.deadlineTime ?? '11:00'
  const wanted = workdayAfter(await world.now(), purchase.openFor, time, world.zone)
  const content = contentOf(world, purchase, wanted)
  await writer.mustAct(tender, 'prepare-tender', { content })
  // Approval and publication follow on the next working day, so the earliest lawful moment gets some days on top.
  const { earliest } = await writer.view(tender)
  const lawful = earliest ? workdayAfter(later(earliest.at, days(4)), 0, time, world.zone) : wanted
  if (lawful <= wanted) return content
  const moved = contentOf(world, purchase, lawful)
  await writer.mustAct(tender, 'prepare-tender', { content: moved })
  return moved
}

/** A second person approves the newest version. */
export async function approve(world: World, purchase: Purchase): Promise<void> {
  const reader = await approver(world, purchase.buyer)
  const { tender: state } = await reader.view(purchase.tender)
  await reader.mustAct(purchase.tender, 'approve-tender', { version: state.prepared?.version ?? 0 })
}

/** The finance officer sets the base amount, where there is one, and the approver publishes. Answers the published state. */
export async function publish(world: World, purchase: Purchase): Promise<TenderState> {
  const { tender, buyer, baseAmount } = purchase
  if (baseAmount) {
    const finance = await world.as(world.person(buyer, 'finance-officer'))
    for (const lot of purchase.lots)
      await finance.mustAct(tender, 'set-base-amount', {
        lot: lot.id,
        amount: { amount: baseAmount.amount, currency: world.currency },
        sources: baseAmount.sources,
        confirmed: false,
      })
  }
  const reader = await approver(world, buyer)
  // Draw salts are named in the notice by their place in the log, which they get within the second.
  await waitFor(async () => {
    const answer = await reader.act(tender, 'publish-tender', {})
    if (isDone(answer)) return true
    if (answer.kind === 'refused' && answer.code === 'bidsAreNotSequenced') return undefined
    assert.fail(`publish-tender: ${JSON.stringify(answer)}`)
  }, `publication of ${tender}`)
  const { tender: state } = await world.anyone.view(tender)
  assert.equal(state.stage, 'published')
  world.say(`${state.published?.number}: ${purchase.title.en ?? ''} is open for bids`)
  return state
}

/** The whole way from nothing to a published notice. */
export async function notice(world: World, purchase: Purchase): Promise<TenderState> {
  await startWithKeys(world, purchase)
  await world.until(later(await world.now(), minutes(100)))
  await prepare(world, purchase)
  await world.until(workdayAfter(await world.now(), 1, '10:20', world.zone))
  await approve(world, purchase)
  await world.until(later(await world.now(), minutes(35)))
  return publish(world, purchase)
}

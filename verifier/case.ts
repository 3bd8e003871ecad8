// The case as its public facts tell it: what the rounds are made of, and the state that the pure domain goes on from.
import { isConfirmation } from '@naru/domain/confirmation.ts'
import { evolvePlan, type PlanState } from '@naru/domain/plan/plan.ts'
import type { PlanFact } from '@naru/domain/plan/facts.ts'
import type { Fact } from '@naru/domain/history.ts'
import type { NoticeObject, TenderFact } from '@naru/domain/tender/facts.ts'
import { evolveTender, type HolderGroup, type TenderState } from '@naru/domain/tender/tender.ts'
import type { Bundle, FactLine } from './bundle.ts'

/** A public fact of the case with its place in the log. */
export type Told<Type extends TenderFact['type'] = TenderFact['type']> = Extract<TenderFact, { type: Type }> & {
  readonly index: number
  readonly hash: string
  readonly whole: boolean
}

/** Public facts of the tender's own stream in log order. */
export const tenderFactsOf = (lines: readonly FactLine[]): readonly Told[] =>
  lines.flatMap((line) =>
    line.fact && line.stream.startsWith('tender:') && !isConfirmation(line.fact.type)
      ? [{ ...(line.fact as TenderFact), index: line.index, hash: line.hash ?? '', whole: line.whole } as Told]
      : [],
  )

/** The first fact of a type that a test likes. */
export const find = <Type extends TenderFact['type']>(
  facts: readonly Told[],
  type: Type,
  likes: (fact: Told<Type>) => boolean = () => true,
): Told<Type> | undefined =>
  facts.find((each) => each.type === type && likes(each as Told<Type>)) as Told<Type> | undefined

/** All facts of a type. */
export const all = <Type extends TenderFact['type']>(facts: readonly Told[], type: Type): readonly Told<Type>[] =>
  facts.filter((each) => each.type === type) as unknown as readonly Told<Type>[]

/** The notices of a round, oldest first: publication or re-bid, then amendments. */
export const noticesOf = (
  facts: readonly Told[],
  round: number,
): readonly { index: number; label: 'notice' | 'amendment'; notice: NoticeObject; fact: Told }[] =>
  facts.flatMap((fact) => {
    if (
      fact.type !== 'TenderPublished' &&
      fact.type !== 'TenderAmended' &&
      fact.type !== 'DeadlineMovedByOutage' &&
      fact.type !== 'DeltaProlonged' &&
      fact.type !== 'RebidStarted'
    )
      return []
    const { notice } = fact.body
    if (notice.round !== round) return []
    return [
      {
        index: fact.index,
        label: fact.type === 'TenderPublished' ? ('notice' as const) : ('amendment' as const),
        notice,
        fact,
      },
    ]
  })

/**
 * The key descriptor of a round in force at its notice: where other holders were named before the publication, the last one below it. Salts,
 * probes and answers of that descriptor stand above it.
 */
export function fixedKeyOf(facts: readonly Told[], round: number): Told<'TenderKeyFixed'> | undefined {
  const published = find(facts, 'TenderPublished')?.index ?? Number.POSITIVE_INFINITY
  return all(facts, 'TenderKeyFixed').findLast((each) => each.body.round === round && each.index < published)
}

/** The groups of key holders as their records name them; the organisations of holders are not public and stay empty. */
function holderGroups(facts: readonly Told[]): readonly HolderGroup[] {
  const key = fixedKeyOf(facts, 1)?.body.tenderKey
  const records = all(facts, 'KeyRecordDeposited').map((each) => each.body.record)
  return (key?.groups ?? []).map((group) => ({
    name: group.name as HolderGroup['name'],
    k: group.k,
    holders: group.o.map(([i]) => ({
      i,
      person: records.findLast((each) => each.i === i)?.officer ?? '',
      organisation: '',
    })),
  }))
}

/**
 * The states of the tender after each of its public facts. What came before the publication is not public; the notice and the key records
 * say all of it that later rules read.
 */
export function statesOf(
  facts: readonly Told[],
): readonly { readonly fact: Told; readonly before: TenderState; readonly after: TenderState }[] {
  const published = find(facts, 'TenderPublished')
  if (!published) return []
  const { stream, caseId, by, at } = published
  const head = { stream, seq: 0, caseId, by, at }
  const { ocid, parties, terms, content, baseAmount, aValue, netCost, renoticeOf } = published.body
  const begin = (type: TenderFact['type'], body: unknown): TenderFact => ({ ...head, type, body }) as TenderFact
  let state = evolveTender(
    null,
    begin('TenderStarted', { ocid, parties, regime: terms.regime, language: content.language, renoticeOf }),
  )
  state = evolveTender(
    state,
    begin('KeyHoldersNamed', {
      groups: holderGroups(facts),
      classes: fixedKeyOf(facts, 1)?.body.tenderKey.classes ?? [],
      draw: terms.draw !== null,
    }),
  )
  const lot = content.lots[0]?.id ?? ''
  if (baseAmount)
    state = evolveTender(
      state,
      begin('BaseAmountSet', {
        lot,
        amount: baseAmount,
        ...(aValue && { aValue }),
        ...(netCost && { netCost }),
        sources: '',
      }),
    )
  return facts.map((fact) => {
    const before = state
    // A closing whose list is not public yet is told without it, shares of technical envelopes by their holder alone.
    const body =
      fact.type === 'TenderClosed' && !fact.whole
        ? { ...fact.body, items: [], bidders: [] }
        : fact.type === 'TechnicalSharesPosted'
          ? { round: fact.body.round, batch: fact.body as unknown }
          : fact.body
    state = evolveTender(state, { ...fact, body } as TenderFact)
    return { fact, before, after: state }
  })
}

/** The plan in force at a place of the log, from its public facts. */
export function planAt(bundle: Pick<Bundle, 'facts'>, plan: string, index: number): PlanState | null {
  let state: PlanState | null = null
  for (const line of bundle.facts) {
    if (line.index > index || line.stream !== `plan:${plan}` || line.fact?.type !== 'PlanPublished') continue
    const fact = line.fact as Fact<Extract<PlanFact, { type: 'PlanPublished' }>['body']>
    const { ocid, organisation, year, version, lines } = fact.body
    state = evolvePlan(state, {
      ...fact,
      type: 'PlanPrepared',
      body: { ocid, organisation, year, version, lines },
    } as PlanFact)
    state = evolvePlan(state, fact as PlanFact)
  }
  return state
}

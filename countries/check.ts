// Whether a pack is whole: nothing missing, nothing that contradicts itself. A country whose pack has a fault is not started.
import { findStep, type Method } from '@naru/domain/method.ts'
import { type Dated, entryOn, type Pack, resolve } from '@naru/domain/pack.ts'
import type { Basis } from '@naru/domain/refusal.ts'
import type { Period } from '@naru/domain/time.ts'
import { valuesOf } from './values.ts'

/** One fault: the key of the value, method, scheme or calendar; its article or the reason of the assumption; and what is wrong. */
export interface PackFault {
  readonly key: string
  readonly article: string
  readonly fault: string
}

const stepOrder = [
  'plan',
  'approval',
  'base-amount',
  'questions',
  'bids',
  'opening',
  'draw',
  'evaluation',
  'review',
  'award',
  'abnormally-low',
  'standstill',
  'contract',
]
const neededSteps = ['plan', 'approval', 'bids', 'opening', 'award', 'contract'] as const
const shortestArticle = 10

const said = (basis: Basis): string => ('law' in basis ? basis.law : `assumed (${basis.from}): ${basis.assumed}`)
const articleOf = (value: Dated<unknown>): string => {
  const entry = value.entries.at(-1)
  if (!entry) return 'none'
  return 'law' in entry ? entry.law : `assumed: ${entry.why}`
}

function valueFaults(value: Dated<unknown>, pack: Pack): string[] {
  const faults: string[] = []
  if (!value.key.startsWith(`${pack.country}.`)) faults.push(`the key does not begin with ${pack.country}.`)
  if (value.entries.length === 0) return [...faults, 'it has no entry']
  const days = value.entries.map((each) => each.from)
  if (days.some((day, at) => at > 0 && day <= (days[at - 1] ?? '')))
    faults.push(`its entries do not go up in days: ${days.join(', ')}`)
  for (const entry of value.entries) {
    const held = 'law' in entry ? [entry.value] : entry.candidates.map((each) => each.value)
    if (held.length === 0) faults.push(`the entry of ${entry.from} names no candidate`)
    if (held.some((each) => each === null || each === undefined)) faults.push(`the entry of ${entry.from} has no value`)
    if ('law' in entry ? entry.law.length < shortestArticle : entry.why.length < shortestArticle)
      faults.push(`the entry of ${entry.from} has neither an article nor a reason`)
    for (const money of held.filter(isMoney))
      if (!/^\d+$/.test(money.amount)) faults.push(`the entry of ${entry.from} is no whole sum: ${money.amount}`)
  }
  return faults
}

const isMoney = (value: unknown): value is { amount: string; currency: string } =>
  typeof value === 'object' && value !== null && 'amount' in value && 'currency' in value

/** The length of a period where it can be compared with another of its unit. */
const longer = (one: Period | null, other: Period | null): boolean =>
  one !== null && other !== null && one.unit === other.unit && one.count >= other.count

function methodFaults(method: Method, pack: Pack): string[] {
  const faults: string[] = []
  const steps = method.steps.map((each) => each.step)
  const places = steps.map((each) => stepOrder.indexOf(each))
  if (places.some((place, at) => at > 0 && place <= (places[at - 1] ?? -1)))
    faults.push(`its steps are not in the order of a tender: ${steps.join(', ')}`)
  for (const step of neededSteps) if (!steps.includes(step)) faults.push(`the step ${step} is missing`)
  if (!pack.regimes.some((each) => each.id === method.regime))
    faults.push(`the pack has no regime called ${method.regime}`)
  if (steps.includes('draw') !== steps.includes('base-amount'))
    faults.push('a draw and a base amount go together, and one of them is missing')
  for (const value of valuesOf([method])) {
    const first = value.entries[0]
    if (first && !entryOn(value, method.from))
      faults.push(`${value.key} has no value on ${method.from}, the method's first day; its first is of ${first.from}`)
  }
  for (const { category, amount } of method.ceiling ?? []) {
    if (!method.categories.includes(category))
      faults.push(`it has a limit for ${category}, which it is not used for (${amount.key})`)
    for (const entry of amount.entries)
      for (const held of 'law' in entry ? [entry.value] : entry.candidates.map((each) => each.value))
        if (held.currency !== pack.currency) faults.push(`${amount.key} is in ${held.currency}, not ${pack.currency}`)
  }
  const opening = findStep(method, 'opening')
  for (const group of opening ? [opening.agency, opening.guardians] : [])
    if (group.k < 1 || group.k > group.n) faults.push(`${group.k} of ${group.n} key holders cannot open`)
  return [...faults, ...periodFaults(method)]
}

/** A method whose questions end before they begin, or whose periods leave a category without a least time, contradicts itself. */
function periodFaults(method: Method): string[] {
  const bids = findStep(method, 'bids')
  if (!bids) return []
  const on = <T>(value: Dated<T>): T | null =>
    entryOn(value, method.from) ? resolve(value, method.from, 'sandbox').value : null
  const bands = 'key' in bids.minimum ? null : bids.minimum
  const faults = (bands ? method.categories : [])
    .filter(
      (category) =>
        !bands?.some((band) => band.below === null && (band.category === 'any' || band.category === category)),
    )
    .map((category) => `no least time for bids is left for the largest purchases of ${category}`)
  const questions = findStep(method, 'questions')
  const minimum = 'key' in bids.minimum ? bids.minimum : null
  if (questions && minimum && longer(on(questions.untilBeforeDeadline), on(minimum)))
    faults.push(
      `questions end ${on(questions.untilBeforeDeadline)?.count} before the deadline (${questions.untilBeforeDeadline.key}), but the least time is only ${on(minimum)?.count} (${minimum.key})`,
    )
  return faults
}

/** Every fault of a pack, in the order of its values, methods, identifiers and calendar; none where it may be started. */
export function packFaults(pack: Pack): readonly PackFault[] {
  const calendar = pack.calendarOn('2026-01-01')
  const both = calendar.closed.filter((day) => calendar.worked.includes(day))
  return [
    ...pack.values.flatMap((value) =>
      valueFaults(value, pack).map((fault) => ({ key: value.key, article: articleOf(value), fault })),
    ),
    ...pack.methods.flatMap((method) =>
      methodFaults(method, pack).map((fault) => ({ key: method.id, article: said(method.article), fault })),
    ),
    ...pack.methods
      .filter((method, at) => pack.methods.findIndex((each) => each.id === method.id) !== at)
      .map((method) => ({ key: method.id, article: said(method.article), fault: 'another method has this id' })),
    ...pack.identifiers
      .filter((each) => !each.pattern.test(each.example) || each.check?.holds(each.example) === false)
      .map((each) => ({
        key: each.scheme,
        article: each.check?.source ?? 'form only',
        fault: `its example ${each.example} is not of its own form`,
      })),
    ...(both.length > 0
      ? [{ key: 'calendar', article: calendar.version, fault: `closed and worked at once: ${both.join(', ')}` }]
      : []),
  ]
}

// Bad packs: what is missing or contradicts itself is named with its key and article; a misspelt step does not compile; every country is whole.
import { method } from '@naru/domain/method.ts'
import { type Dated, dated, type Pack } from '@naru/domain/pack.ts'
import { lawfulMethods, resolveTerms, unconfirmedValues } from '@naru/domain/terms.ts'
import { calendarDays, type Period, workingDays } from '@naru/domain/time.ts'
import { expect, it } from 'vitest'
import { packFaults } from './check.ts'
import { quotation } from './fictia/methods/quotation.ts'
import { countryNames, packs } from './packs.ts'
import { valuesOf } from './values.ts'

const { fictia } = packs
const act = (article: string) => `Fictia Public Buying Act, ${article}`

/** Fictia with its request for quotations changed. */
function withQuotation(change: Partial<typeof quotation>): Pack {
  const methods = [{ ...quotation, ...change }, ...fictia.methods.slice(1)]
  return { ...fictia, methods, values: valuesOf(methods) }
}
const withStep = (name: string, change: object): Pack =>
  withQuotation({
    steps: quotation.steps.map((step) => (step.step === name ? ({ ...step, ...change } as typeof step) : step)),
  })
const faultsOf = (pack: Pack) => packFaults(pack).map(({ key, article, fault }) => [key, article, fault])
const period = (entries: Dated<Period>['entries']) => dated<Period>('fictia.test.period', 'notice', entries)

it.each(countryNames)('%s is whole', (name) => expect(packFaults(packs[name])).toEqual([]))

it('a value without any entry is missing', () => {
  expect(faultsOf(withStep('bids', { afterRenotice: period([]) }))).toContainEqual([
    'fictia.test.period',
    'none',
    'it has no entry',
  ])
})

it('a value whose law says nothing is missing, with its article', () => {
  const broken = { from: '2026-01-01', value: null, law: act('art. 31') } as unknown as Dated<Period>['entries'][number]
  expect(faultsOf(withStep('bids', { afterRenotice: period([broken]) }))).toEqual([
    ['fictia.test.period', act('art. 31'), 'the entry of 2026-01-01 has no value'],
  ])
})

it('a value without an article is no law', () => {
  expect(
    faultsOf(withStep('bids', { afterRenotice: period([{ from: '2026-01-01', value: calendarDays(10), law: '' }]) })),
  ).toEqual([['fictia.test.period', '', 'the entry of 2026-01-01 has neither an article nor a reason']])
})

it('two entries of one day contradict each other', () => {
  const one = { from: '2026-01-01', value: calendarDays(10), law: act('art. 31') }
  expect(faultsOf(withStep('bids', { afterRenotice: period([one, { ...one, value: calendarDays(5) }]) }))).toEqual([
    ['fictia.test.period', act('art. 31'), 'its entries do not go up in days: 2026-01-01, 2026-01-01'],
  ])
})

it('a value that begins after its method is missing on the first days', () => {
  const late = period([{ from: '2026-06-01', value: calendarDays(10), law: act('art. 31') }])
  expect(faultsOf(withStep('bids', { afterRenotice: late }))).toEqual([
    [
      'fictia-quotation',
      act('art. 8'),
      "fictia.test.period has no value on 2026-01-01, the method's first day; its first is of 2026-06-01",
    ],
  ])
})

it('questions that end before the notice contradict the least time', () => {
  const asked = period([{ from: '2026-01-01', value: workingDays(3), law: act('art. 16(2)') }])
  expect(faultsOf(withStep('questions', { untilBeforeDeadline: asked }))).toEqual([
    [
      'fictia-quotation',
      act('art. 8'),
      'questions end 3 before the deadline (fictia.test.period), but the least time is only 3 (fictia.quotation.minimum)',
    ],
  ])
})

it('a limit in another currency, key holders that cannot open, steps out of order, an unknown regime', () => {
  const limit = dated('fictia.test.limit', 'notice', [
    { from: '2026-01-01', value: { amount: '100', currency: 'EUR' }, law: act('art. 8(1)') },
  ])
  expect(faultsOf(withQuotation({ ceiling: [{ category: 'goods', amount: limit }] }))).toEqual([
    ['fictia-quotation', act('art. 8'), 'fictia.test.limit is in EUR, not XTS'],
  ])
  expect(faultsOf(withStep('opening', { agency: { k: 3, n: 2 } }))).toEqual([
    ['fictia-quotation', act('art. 8'), '3 of 2 key holders cannot open'],
  ])
  expect(faultsOf(withQuotation({ steps: quotation.steps.toReversed() }))[0]?.[2]).toMatch(/not in the order/)
  expect(faultsOf(withQuotation({ steps: quotation.steps.filter((each) => each.step !== 'opening') }))).toEqual([
    ['fictia-quotation', act('art. 8'), 'the step opening is missing'],
  ])
  expect(faultsOf(withQuotation({ regime: 'nowhere' }))).toEqual([
    ['fictia-quotation', act('art. 8'), 'the pack has no regime called nowhere'],
  ])
})

it('a day that is closed and worked at once, and an example that is not of its form', () => {
  const calendar = fictia.calendarOn('2026-01-01')
  expect(faultsOf({ ...fictia, calendarOn: () => ({ ...calendar, worked: ['2026-05-01'] }) })).toEqual([
    ['calendar', calendar.version, 'closed and worked at once: 2026-05-01'],
  ])
  const [register] = fictia.identifiers
  if (!register) throw new Error('Fictia has no register')
  expect(faultsOf({ ...fictia, identifiers: [{ ...register, example: 'FC-1234560' }] })).toEqual([
    ['FC-REG', 'Fictia Register Act, art. 3', 'its example FC-1234560 is not of its own form'],
  ])
})

it('a misspelt step does not compile', () => {
  const misspelt = method({
    ...quotation,
    // @ts-expect-error the vocabulary knows no step of this name
    steps: [{ step: 'stand-still', period: period([]), basis: { law: act('art. 31') } }],
  })
  expect(faultsOf({ ...fictia, methods: [misspelt] }).length).toBeGreaterThan(0)
})

it('a null limit blocks its method in live mode, in every country that has one, and names what is missing', () => {
  for (const name of countryNames) {
    const pack: Pack = packs[name]
    for (const one of pack.methods)
      for (const category of one.categories) {
        const purchase = {
          category,
          estimatedValue: { amount: '1', currency: pack.currency },
          renotice: false,
        }
        const missing = unconfirmedValues(resolveTerms(pack, one, purchase, '2026-11-23', 'live')).map(
          (each) => each.key,
        )
        const limit = one.ceiling?.find((each) => each.category === category)?.amount.key
        const verdict = lawfulMethods(pack, one.regime, purchase, '2026-11-23', 'live').find(
          (each) => each.method.id === one.id,
        )
        expect(verdict?.because === 'unconfirmed', `${one.id} ${category}`).toBe(
          limit !== undefined && missing.includes(limit),
        )
        if (verdict?.because === 'unconfirmed') expect(verdict.lawful, `${one.id} ${category}`).toBe(false)
      }
  }
})

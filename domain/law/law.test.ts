// A confirmed value becomes law from its day in every place of the pack that names it, and nothing else of the pack changes.
import { expect, it } from 'vitest'
import type { ActContext } from '../act.ts'
import { method } from '../method.ts'
import { dated, entryOn, type Pack, resolve } from '../pack.ts'
import { isRefusal } from '../refusal.ts'
import { resolveTerms, unconfirmedValues } from '../terms.ts'
import { calendarDays, type Period, workingDays } from '../time.ts'
import { confirmValue } from './acts.ts'
import type { LawFact } from './facts.ts'
import { evolveLaw, lawCase, type LawState, withConfirmed } from './law.ts'

const why = 'The law of this test could not be read.'
const source = 'What is usual where nobody looked.'
const minimum = dated<Period>('xx.minimum', 'notice', [
  { from: '2026-01-01', why, candidates: [{ value: workingDays(3), from: 'design', source }] },
  { from: '2027-01-01', why, candidates: [{ value: workingDays(4), from: 'design', source }] },
])
const standstill = dated<Period>('xx.standstill', 'award', [
  { from: '2026-01-01', value: calendarDays(10), law: 'Law of a test, art. 31' },
])
const rule = dated<{ ceiling: 'budget' }>('xx.award', 'notice', [
  { from: '2026-01-01', why, candidates: [{ value: { ceiling: 'budget' }, from: 'design', source }] },
])
const basis = { law: 'Law of a test, art. 1' }
const open = method({
  id: 'xx-open',
  version: 1,
  regime: 'all',
  ocds: 'open',
  family: 'open',
  categories: ['goods'],
  from: '2026-01-01',
  article: basis,
  ceiling: null,
  minimumBidders: 1,
  steps: [
    { step: 'plan', basis },
    { step: 'approval', basis },
    {
      step: 'bids',
      minimum: [{ category: 'any', below: null, period: minimum }],
      afterAmendment: minimum,
      afterRenotice: minimum,
      sealed: ['price'],
      withdrawal: dated('xx.withdrawal', 'notice', [
        { from: '2026-01-01', value: 'until-deadline', law: 'Law of a test, art. 19' },
      ]),
      basis,
    },
    { step: 'opening', agency: { k: 1, n: 2 }, guardians: { k: 2, n: 3 }, basis },
    { step: 'award', rule: 'lowest-price@1', parameters: rule, basis },
    { step: 'standstill', period: standstill, basis },
  ],
  ifItFails: [],
})
const pack = {
  country: 'xx',
  currency: 'XTS',
  calendarOn: () => ({
    version: '',
    zone: 'UTC',
    weekend: [6, 7],
    closed: [],
    worked: [],
    counting: 'excluded-first-day',
  }),
  methods: [open],
  besides: [],
  values: [minimum, rule, standstill],
} as unknown as Pack

const fact = (type: LawFact['type'], body: unknown, at = '2026-11-22T10:00:00.000Z') =>
  ({ stream: `law:${lawCase}`, seq: 1, caseId: lawCase, type, at, by: { platform: 'setup' }, body }) as LawFact
const officer = { person: 'p1', organisation: 'o1' }
const confirmed = { key: 'xx.minimum', from: '2026-01-01', value: workingDays(5), law: 'Law of a test, art. 12(3)' }
const stateOf = (...facts: LawFact[]): LawState => {
  let state: LawState | null = null
  for (const each of facts) state = evolveLaw(state, each)
  if (!state) throw new Error('no fact')
  return state
}

it('a confirmed entry is law from its day wherever the method names it; the entry of the next year is not', () => {
  const under = withConfirmed(pack, stateOf(fact('ValueConfirmed', confirmed)).confirmed)
  const purchase = { category: 'goods', estimatedValue: { amount: '1', currency: 'XTS' }, renotice: false } as const
  const [chosen] = under.methods
  if (!chosen) throw new Error('the method is lost')
  const now = resolveTerms(under, chosen, purchase, '2026-11-23', 'live')
  expect([now.bidPeriod, now.afterAmendment, now.afterRenotice]).toEqual(
    Array(3).fill({
      key: 'xx.minimum',
      value: workingDays(5),
      since: '2026-01-01',
      basis: { law: 'Law of a test, art. 12(3)' },
    }),
  )
  expect(unconfirmedValues(now).map((each) => each.key)).toEqual(['xx.award'])
  const later = resolveTerms(under, chosen, purchase, '2027-02-01', 'live')
  expect(later.bidPeriod.value).toBeNull()
  expect(under.values[2]).toEqual(standstill)
  expect(resolve(minimum, '2026-11-23', 'live').value).toBeNull()
})

it('terms that a case carries do not change when a value is confirmed afterwards', () => {
  const purchase = { category: 'goods', estimatedValue: { amount: '1', currency: 'XTS' }, renotice: false } as const
  const carried = JSON.stringify(resolveTerms(pack, open, purchase, '2026-11-23', 'sandbox'))
  withConfirmed(pack, stateOf(fact('ValueConfirmed', confirmed)).confirmed)
  expect(JSON.stringify(resolveTerms(pack, open, purchase, '2026-11-23', 'sandbox'))).toBe(carried)
})

it('the newest confirmation of an entry counts, and one that the pack no longer needs changes nothing', () => {
  const corrected = { ...confirmed, value: workingDays(6) }
  const state = stateOf(fact('ValueConfirmed', confirmed), fact('ValueConfirmed', corrected))
  expect(state.confirmed.map((each) => each.value)).toEqual([workingDays(6)])
  const [value] = withConfirmed(pack, state.confirmed).values
  if (!value) throw new Error('the value is lost')
  expect(entryOn(value, '2026-11-23')).toEqual({
    from: '2026-01-01',
    value: workingDays(6),
    law: 'Law of a test, art. 12(3)',
  })
  const gone = stateOf(fact('ValueConfirmed', { ...confirmed, key: 'xx.standstill' }))
  expect(withConfirmed(pack, gone.confirmed)).toBe(pack)
})

const context = (actor: unknown, law: LawState | null) =>
  ({ caseId: lawCase, actor, law, pack, mode: 'live' }) as unknown as ActContext
const asOfficer = { kind: 'person', ...officer, roles: [] }
const named = stateOf(fact('LegalOfficerNamed', officer))

it('only a named officer, in person and for that organisation, may confirm', () => {
  const may = (actor: unknown, law: LawState | null = named) => confirmValue.may(context(actor, law))?.refused ?? null
  expect(may(asOfficer)).toBeNull()
  expect(may({ ...asOfficer, organisation: 'o2' })).toBe('roleIsMissing')
  expect(may({ ...asOfficer, person: 'p2' })).toBe('roleIsMissing')
  expect(may({ ...asOfficer, credential: 'c1' })).toBe('roleIsMissing')
  expect(may({ kind: 'anyone' })).toBe('roleIsMissing')
  expect(may(asOfficer, null)).toBe('roleIsMissing')
  const released = stateOf(fact('LegalOfficerNamed', officer), fact('LegalOfficerReleased', officer))
  expect(may(asOfficer, released)).toBe('roleIsMissing')
  expect(confirmValue.may({ ...context(asOfficer, named), caseId: 'another' })?.refused).toBe('caseDoesNotExist')
})

it('a period may be confirmed with another length; a rule of award only as a candidate has it; nothing else', () => {
  const decide = (change: object, law: LawState = named) => {
    const decision = confirmValue.decide(context(asOfficer, law), { ...confirmed, ...change } as never)
    if (isRefusal(decision)) return decision.refused
    return 'invalid' in decision ? decision.invalid.map((each) => each.path) : decision.map((each) => each.type)
  }
  expect(decide({})).toEqual(['ValueConfirmed'])
  expect(decide({ value: { count: -1, unit: 'workingDays' } })).toEqual(['value'])
  expect(decide({ value: 'soon' })).toEqual(['value'])
  expect(decide({ key: 'xx.award', value: { ceiling: 'budget' } })).toEqual(['ValueConfirmed'])
  expect(decide({ key: 'xx.award', value: { ceiling: 'none' } })).toEqual(['value'])
  expect(decide({ key: 'xx.standstill' })).toEqual(['key'])
  expect(decide({ from: '2026-01-02' })).toEqual(['key'])
  expect(decide({ law: 'art. 1' })).toEqual(['law'])
  expect(decide({}, stateOf(fact('ValueConfirmed', confirmed)))).toBe('nothingChanged')
  expect(decide({ law: 'Law of a test, art. 13' }, stateOf(fact('ValueConfirmed', confirmed)))).toEqual([
    'ValueConfirmed',
  ])
})

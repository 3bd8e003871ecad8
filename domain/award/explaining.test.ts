// A low price from the ranking to the decision: asked once, explained by its bidder in time, judged with a reason; the next is looked at in the same way.
import { describe, expect, test } from 'vitest'
import type { ActContext } from '../act.ts'
import type { NewFact } from '../history.ts'
import type { OpenedBid, TenderFact } from '../tender/facts.ts'
import { evolveTender, type TenderState } from '../tender/tender.ts'
import type { Calendar } from '../time.ts'
import { explainPrice, judgeExplanation } from './explaining.ts'
import { rankLots } from './ranking-facts.ts'

const basis = { law: 'art. 27' }
const calendar = {
  version: 'test',
  zone: 'UTC',
  weekend: [6, 7],
  closed: [],
  worked: [],
  counting: 'excluded-first-day',
} as unknown as Calendar
const resolved = <T>(value: T) => ({ key: 'x', value, since: '2026-01-01', basis })
const opened = (prices: Readonly<Record<string, string>>): readonly OpenedBid[] =>
  Object.entries(prices).map(
    ([bid, price], index) =>
      ({
        bid,
        bidder: `org-${bid}`,
        index,
        lot: '1',
        e: '',
        status: 'valid',
        code: null,
        price: { price },
      }) as unknown as OpenedBid,
  )
const bids = opened({ low: '600', middle: '800', high: '1200' })
const tender = {
  id: 'tender',
  stage: 'opened',
  parties: { procuringEntity: 'buyer' },
  holders: [],
  content: { lots: [{ id: '1', value: { amount: '2000', currency: 'XTS' }, planLine: { line: 'x' } }] },
  baseAmounts: [],
  awards: [],
  reviews: [],
  quality: null,
  rounds: [{ round: 1, rankings: [], draws: [], opening: { bids, seed: '' } }],
  published: {
    terms: {
      category: 'goods',
      calendar,
      award: { rule: 'lowest-price@1', parameters: resolved({ ceiling: 'none' }) },
      abnormallyLow: {
        limits: resolved({ belowMeanPercent: '40', belowNextPercent: '30' }),
        within: resolved({ count: 48, unit: 'hours' }),
      },
    },
  },
} as unknown as TenderState
const at = '2026-11-24T10:00:00.000Z'
const later = '2026-11-26T10:00:00.001Z'
const context = (state: TenderState, organisation: string, now = at): ActContext =>
  ({
    tender: state,
    plan: null,
    now,
    actor: { kind: 'person', person: 'p', organisation },
    sealing: {},
  }) as unknown as ActContext
const fold = (state: TenderState, facts: readonly NewFact[], now = at): TenderState =>
  facts.reduce<TenderState>(
    (sum, fact) =>
      evolveTender(sum, {
        ...fact,
        at: now,
        by: { person: 'p', organisation: 'o' },
        caseId: 'tender',
      } as unknown as TenderFact),
    state,
  )
const types = (facts: readonly NewFact[]) => facts.map((each) => each.type)
const rankedAnew = (state: TenderState) =>
  rankLots(context(state, 'buyer'), { bids, seed: '', draws: [], quality: null, reviews: [] })
const decided = (answer: unknown): readonly NewFact[] => {
  expect(Array.isArray(answer), JSON.stringify(answer)).toBe(true)
  return answer as readonly NewFact[]
}

describe('a low price', () => {
  const asked = fold(tender, rankedAnew(tender))

  test('is asked about with the ranking, and only once', () => {
    expect(types(rankedAnew(tender))).toEqual(['BidsRanked', 'ExplanationAsked'])
    expect(asked.explanations).toMatchObject([
      { bid: 'low', supplier: 'org-low', ground: { by: 'mean', measure: '1000' }, until: '2026-11-26T10:00:00.000Z' },
    ])
    expect(types(rankedAnew(asked))).toEqual(['BidsRanked'])
  })

  test('is explained by its own bidder, once, until the time ends', () => {
    const input = { lot: '1', text: 'Our own forest.' }
    expect(explainPrice.may(context(asked, 'org-high'))).toMatchObject({ refused: 'explanationIsNotAsked' })
    expect(explainPrice.decide(context(asked, 'org-high'), input)).toMatchObject({ invalid: [{ path: 'lot' }] })
    expect(explainPrice.may(context(asked, 'org-low'))).toBeNull()
    expect(explainPrice.may(context(asked, 'org-low', later))).toMatchObject({ refused: 'explanationIsClosed' })
    const told = fold(asked, decided(explainPrice.decide(context(asked, 'org-low'), input)))
    expect(told.explanations?.[0]?.text).toBe('Our own forest.')
    expect(explainPrice.may(context(told, 'org-low'))).toMatchObject({ refused: 'explanationIsClosed' })
  })

  test('is judged only once it is explained or its time is over, and never accepted unexplained', () => {
    const no = { lot: '1', bid: 'low', accepted: false, reason: 'No cost is told.' }
    expect(judgeExplanation.decide(context(asked, 'buyer'), no)).toMatchObject({ refused: 'explanationIsAwaited' })
    const late = context(asked, 'buyer', later)
    expect(judgeExplanation.decide(late, { ...no, accepted: true })).toMatchObject({
      invalid: [{ code: 'notExplained' }],
    })
    // 800 lies more than 30 % below 1200 (840 would be exactly that much): the next is asked in turn.
    expect(types(decided(judgeExplanation.decide(late, no)))).toEqual([
      'ExplanationJudged',
      'BidsRanked',
      'ExplanationAsked',
    ])
  })

  test('that is not accepted is out with its reason, and the next must explain its own', () => {
    const told = fold(asked, decided(explainPrice.decide(context(asked, 'org-low'), { lot: '1', text: 'x' })))
    const no = { lot: '1', bid: 'low', accepted: false, reason: 'No cost is told.' }
    const judged = fold(told, decided(judgeExplanation.decide(context(told, 'buyer'), no)))
    const { ranking } = judged.rounds[0]?.rankings[0] ?? {}
    expect(ranking?.lines.map((each) => [each.bid, each.rank, each.reason])).toEqual([
      ['middle', 1, 'lowest'],
      ['high', 2, 'higher-than-better-ranked'],
      ['low', null, 'abnormally-low'],
    ])
    expect(judged.explanations?.[1]).toMatchObject({ bid: 'middle', ground: { by: 'next', measure: '1200' } })
    // The last bid stands alone then: nothing can be compared, nobody is asked.
    const again = { ...no, bid: 'middle' }
    const end = fold(judged, decided(judgeExplanation.decide(context(judged, 'buyer', later), again)))
    expect(end.rounds[0]?.rankings[0]?.ranking.winner).toBe('high')
    expect(end.explanations).toHaveLength(2)
  })

  test('that is accepted keeps its place', () => {
    const told = fold(asked, decided(explainPrice.decide(context(asked, 'org-low'), { lot: '1', text: 'x' })))
    const yes = { lot: '1', bid: 'low', accepted: true, reason: 'Costs are shown.' }
    const judged = fold(told, decided(judgeExplanation.decide(context(told, 'buyer'), yes)))
    expect(judged.rounds[0]?.rankings[0]?.ranking.winner).toBe('low')
    expect(types(rankedAnew(judged))).toEqual(['BidsRanked'])
  })
})

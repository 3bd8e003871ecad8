// Who sees what of a tender: the asker of a question, the box before the opening, others' scores and a draft stay hidden (CLR-01, SUB-07).
import { describe, expect, test } from 'vitest'
import type { Actor } from './actor.ts'
import type { TenderFact } from './tender/facts.ts'
import { evolveTender, type TenderState } from './tender/tender.ts'
import { redactTender, standingOf } from './view.ts'

const id = (n: number) => `00000000-0000-4000-8000-${n.toString().padStart(12, '0')}`
const [buyer, supplier, rival, office, tender] = [1, 2, 3, 4, 5].map(id) as [string, string, string, string, string]
const person = (
  n: number,
  organisation: string,
  ...roles: Extract<Actor, { kind: 'person' }>['roles']
): Extract<Actor, { kind: 'person' }> => ({
  kind: 'person',
  person: id(n),
  organisation,
  roles,
})
const author = person(11, buyer, 'author')
const evaluator = person(12, buyer, 'evaluator')
const other = person(13, buyer, 'evaluator')
const asker = person(14, supplier, 'bidder')
const competitor = person(15, rival, 'bidder')
const guardian = person(16, office, 'key-holder')
const anyone: Actor = { kind: 'anyone' }

let seq = 0
const fact = (type: string, by: Extract<Actor, { kind: 'person' }> | 'clock', body: unknown): TenderFact => {
  seq += 1
  const who = by === 'clock' ? { platform: 'clock' as const } : { person: by.person, organisation: by.organisation }
  return {
    stream: `tender:${tender}`,
    seq,
    caseId: tender,
    type,
    at: '2026-11-01T00:00:00.000Z',
    by: who,
    body,
  } as TenderFact
}
const fold = (...facts: TenderFact[]): TenderState =>
  facts.reduce<TenderState | null>(evolveTender, null) as TenderState

const parties = { procuringEntity: buyer, buyer, demandAgency: buyer, payer: buyer }
const started = fact('TenderStarted', author, {
  ocid: 'ocds-x-1',
  parties,
  regime: 'r',
  language: 'en',
  renoticeOf: null,
})
const named = fact('KeyHoldersNamed', author, {
  groups: [
    { name: 'agency', k: 1, holders: [{ i: 1, person: id(21), organisation: buyer }] },
    { name: 'guardians', k: 1, holders: [{ i: 2, person: guardian.person, organisation: office }] },
  ],
  classes: ['price'],
  draw: false,
})
const content = { title: { en: 'Paper' }, lots: [], deadline: '2026-11-20T00:00:00.000Z' }
const prepared = fact('TenderPrepared', author, { version: 1, content })
const published = fact('TenderPublished', author, { content, terms: {}, number: '1', notice: { round: 1, T: 0 } })
const asked = fact('QuestionAsked', asker, { question: id(31), text: { $personal: 'Which size?' } })
const answered = fact('QuestionAnswered', author, { question: id(31), text: 'Size?', answer: 'A4' })
const closed = fact('TenderClosed', 'clock', {
  round: 1,
  close: { count: 1 },
  commitment: 'c',
  items: [{ index: 7, m: 'm', leafSalt: 's', status: 'live' }],
  bidders: [{ index: 7, bid: id(41), bidder: supplier }],
})
const opened = fact('OpeningRecorded', 'clock', { round: 1, bids: [], seed: 's', wrongShares: [], lateAttempts: 0 })
const scored = (by: typeof author) =>
  fact('BidsScored', by, { scores: [{ bid: id(41), lot: '1', criterion: 'a', points: '5', comment: 'x' }] })

const seen = (state: TenderState, actor: Actor) => redactTender(state, standingOf(state, actor), actor)

describe('before the notice', () => {
  test('a draft is seen by its own organisation; a guardian sees that there is one and not what it says; nobody else sees anything', () => {
    const state = fold(started, named, prepared)
    expect(seen(state, author)?.prepared?.content.title).toEqual({ en: 'Paper' })
    expect(seen(state, guardian)).toMatchObject({ stage: 'preparing', prepared: null })
    for (const actor of [anyone, asker]) expect(seen(state, actor)).toBeNull()
  })
})

describe('CLR-01: questions', () => {
  test('an unanswered question is seen by buyer and asker, and only the asker sees who asked', () => {
    const state = fold(started, named, prepared, published, asked)
    expect(seen(state, author)?.questions[0]).toMatchObject({
      by: { platform: 'setup' },
      text: { $personal: 'Which size?' },
    })
    expect(seen(state, asker)?.questions[0]).toMatchObject({ by: { organisation: supplier } })
    for (const actor of [anyone, competitor, guardian]) expect(seen(state, actor)?.questions).toEqual([])
  })

  test('an answered one is seen by all, in the officer’s words and without the asker', () => {
    const state = fold(started, named, prepared, published, asked, answered)
    for (const actor of [anyone, competitor, guardian]) {
      const [question] = seen(state, actor)?.questions ?? []
      expect(question).toMatchObject({ text: { $erased: true }, answer: { text: 'Size?', answer: 'A4' } })
      expect(JSON.stringify(question)).not.toContain(supplier)
    }
  })
})

describe('SUB-07: the box', () => {
  test('between closing and opening only key holders see who is in it', () => {
    const state = fold(started, named, prepared, published, closed)
    expect(seen(state, guardian)?.rounds[0]?.closing?.bidders).toHaveLength(1)
    for (const actor of [anyone, asker, competitor, author]) {
      expect(seen(state, actor)?.rounds[0]?.closing).toMatchObject({ count: 1, items: [], bidders: [] })
      expect(JSON.stringify(seen(state, actor)?.rounds)).not.toContain(supplier)
    }
  })

  test('the opening shows it to all', () => {
    const state = fold(started, named, prepared, published, closed, opened)
    expect(seen(state, anyone)?.rounds[0]?.closing?.bidders).toEqual([{ index: 7, bid: id(41), bidder: supplier }])
  })
})

test('EVA-03: an evaluator sees their own scores alone until all have scored', () => {
  const state = fold(started, named, prepared, published, closed, opened, scored(evaluator), scored(other))
  const evaluators = (actor: Actor) => seen(state, actor)?.scores.map((each) => each.evaluator)
  expect(evaluators(evaluator)).toEqual([evaluator.person])
  expect(evaluators(author)).toEqual([])
  expect(evaluators(anyone)).toEqual([])
  const complete = evolveTender(state, fact('EvaluationCompleted', 'clock', { scores: [] }))
  expect(seen(complete, evaluator)?.scores).toHaveLength(2)
  expect(seen(complete, anyone)?.scores).toEqual([])
})

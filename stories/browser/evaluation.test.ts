// The evaluation of quality in Fictia on its pages, in four languages: answers of a bidder, declaration of interests, points and reasons, all points, award.
import { afterAll, beforeAll, expect, test } from 'vitest'
import { bid, offer } from '../parts/bids.ts'
import { closing, opening, openingOfTechnical } from '../parts/opening.ts'
import { notice } from '../parts/purchase.ts'
import { scoresOf, softwareLine, softwarePurchase } from '../tales/fictia-best-score.ts'
import { days, later, minutes } from '../times.ts'
import { waitFor } from '../client.ts'
import { startWalk, type Walk } from './walk.ts'

let walk: Walk

beforeAll(async () => {
  walk = await startWalk({
    country: 'fictia',
    lines: [softwareLine],
    language: 'en',
    folder: 'evaluation',
    everyLanguage: true,
  })
})
afterAll(() => walk?.end())

test('two evaluators declare, score and see each other’s points only afterwards', { timeout: 900_000 }, async () => {
  const { world, tell, sit } = walk
  const tender = world.id('tender', 'scored on the page')
  const purchase = softwarePurchase(tender)
  const at = (page: string) => `/work/tenders/${tender}/${page}`
  await tell(async () => {
    await notice(world, purchase)
    await world.until(later(await world.now(), days(2)))
  })
  const acme = await sit(world.person('acme', 'bidder'))
  for (const [n, page] of ['bid', 'bid/prices', 'bid/answers', 'bid/files', 'bid/check'].entries()) {
    await acme.go(at(page))
    await acme.look(`0${n + 1}-${page.replace('/', '-')}`)
  }
  const monthly = (each: number, words: string) => [
    offer([['year', 12, each]], { responses: { method: words, team: 'Two people.' } }),
  ]
  await tell(async () => {
    await bid(world, tender, 'acme', monthly(750_000, 'We answer within a day.'))
    await bid(world, tender, 'blank', monthly(833_300, 'We answer within an hour.'))
    await closing(world, purchase)
    await openingOfTechnical(world, purchase)
  })

  const evaluator = await sit(world.person('ministry', 'evaluator', 0))
  await evaluator.go('/desk')
  await evaluator.look('06-desk-of-an-evaluator')
  await evaluator.go(at('declaration'))
  await evaluator.look('07-declaration')
  await evaluator.choose('none', 'yes')
  await evaluator.press('declare')
  const points = evaluator.page.locator('.matrix input')
  expect(await points.count()).toBe(4)
  // By criterion, then bidder in the order of the columns: 22 and 24 of 25 for the method, 12 and 14 of 15 for the team.
  for (const [n, typed] of ['22', '24', '12', '14'].entries()) await points.nth(n).fill(typed)
  for (const why of await evaluator.page.locator('.matrix textarea').all()) await why.fill('As described.')
  await evaluator.look('08-scores')
  await evaluator.press('score')
  await evaluator.look('09-own-scores-given')
  await tell(async () => {
    const second = await world.as(world.person('ministry', 'evaluator', 1))
    await second.mustAct(tender, 'declare-conflict', { none: true, text: null })
    await second.mustAct(tender, 'score-bids', scoresOf(world, tender, { acme: ['23', '13'], blank: ['23', '14'] }))
    await world.until(later(await world.now(), minutes(5)))
  })
  const state = await waitFor(async () => {
    const { tender: seen } = await world.anyone.view(tender)
    return seen.quality ? seen : undefined
  }, 'the evaluation')
  // The two sums are 34 or 38 with 36 or 37, whichever column a bidder stood in: (34 + 36) / 2 and (38 + 37) / 2, or (38 + 36) / 2 and (34 + 37) / 2.
  const means = state.quality?.map((each) => Number(each.quality)).toSorted() ?? []
  expect([
    [35, 37.5],
    [35.5, 37],
  ]).toContainEqual(means)
  await evaluator.go(at('scores'))
  await evaluator.look('10-all-scores')
  await tell(async () => {
    await opening(world, purchase)
  })
  const approver = await sit(world.person('ministry', 'approver'))
  await approver.go(at('award'))
  await approver.look('11-award')
  await approver.press('award-1')
  await approver.look('12-awarded')
  const reader = await sit(null)
  await reader.go(`/tenders/${tender}`)
  await reader.look('13-public-page')
  await reader.go(`/tenders/${tender}/opening`)
  await reader.look('14-opening-record')
})

test('ACC-01, LNG-01: none of these pages has a barrier, a missing word or a sideways scroll in any language', () => {
  walk.expectNoFault()
})

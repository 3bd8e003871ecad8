// NOT-07: the public search finds Korean, Russian and Kyrgyz as people type them, and an odd address still gives a list.
import { afterAll, beforeAll, expect, test } from 'vitest'
import { type FreshDatabase, freshDatabase } from '../database/test-database.ts'
import { type Deployment, openDeployment } from '../deployment.ts'
import { openDatabase } from '../store/database.ts'
import { readSearchQuery, searchTenders } from './search.ts'

let fresh: FreshDatabase
let deployment: Deployment
const titles: readonly (readonly [id: string, title: string, status: string, value: string])[] = [
  ['a', 'Мектепке көмүр жана отун сатып алуу', 'open', '100'],
  ['b', 'Үй-бүлөлүк дарыгерлер борборуна дүң дары-дармек', 'awarded', '2500.50'],
  ['c', 'Закупка угля для школы; ёлка', 'open', '900'],
  ['d', '견본초등학교 급식실 조리기구 구매', 'open', '1797931000'],
  ['e', '100% wool_blankets (50\\50)', 'failed', '0'],
]
beforeAll(async () => {
  fresh = await freshDatabase()
  deployment = await openDeployment(openDatabase(fresh.url, 4), {
    country: 'kg',
    mode: 'sandbox',
    dataFolder: '/nowhere',
  })
  for (const [id, title, status, value] of titles)
    await deployment.database.pool.query(
      `insert into listing (case_id, ocid, title, buyer_name, status, value_amount, currency, published_at, folded)
       values ($1, $1, $2, 'Сатып алуучу', $3, $4, 'KGS', '2026-11-01T00:00:00Z', folded($5))`,
      [id, JSON.stringify({ ky: title }), status, value, title],
    )
})
afterAll(async () => {
  await deployment.database.end()
  await fresh.drop()
})

const found = async (address: string) =>
  (await searchTenders(deployment, readSearchQuery(new URLSearchParams(address)).query)).rows
    .map((row) => row.caseId)
    .sort()

test('Kyrgyz letters typed on a Russian keyboard, in any case and order, are found', async () => {
  expect(await found('q=көмүр')).toEqual(['a'])
  expect(await found('q=КОМУР мектепке')).toEqual(['a'])
  expect(await found('q=уй-булолук')).toEqual(['b'])
  expect(await found('q=дун дары')).toEqual(['b'])
  expect(await found('q=елка')).toEqual(['c'])
})

test('Korean is found inside a word, without regard to spaces at the ends', async () => {
  expect(await found('q=초등학교')).toEqual(['d'])
  expect(await found('q= 조리기구  급식 ')).toEqual(['d'])
  expect(await found('q=중학교')).toEqual([])
})

test('the signs of a pattern are letters here', async () => {
  expect(await found('q=100%25')).toEqual(['e'])
  expect(await found('q=wool_')).toEqual(['e'])
  expect(await found('q=%25')).toEqual(['e'])
  expect(await found('q=50\\50')).toEqual(['e'])
})

test('filters join; one that cannot be read is dropped and named', async () => {
  expect(await found('status=open&min=500')).toEqual(['c', 'd'])
  expect(await found('max=100')).toEqual(['a', 'e'])
  const { query, dropped } = readSearchQuery(
    new URLSearchParams(`status=dreaming&page=0&min=much&from=2026-13-99&q=${'x'.repeat(300)}`),
  )
  expect(dropped.sort()).toEqual(['from', 'min', 'page', 'q', 'status'])
  expect(query).toEqual({})
})

test('days that do not exist are dropped, real ones bound the list', async () => {
  expect(readSearchQuery(new URLSearchParams('from=2026-13-99&to=2026-02-30')).dropped).toEqual(['from', 'to'])
  expect(await found('from=2026-11-01&to=2026-11-01')).toHaveLength(5)
  expect(await found('from=2026-11-02')).toEqual([])
})

test('pages are cut the same way twice and follow each other without a gap', async () => {
  const pages = await Promise.all([1, 2, 3].map((page) => searchTenders(deployment, { page }, [], 2)))
  expect(pages.flatMap((each) => each.rows.map((row) => row.caseId))).toEqual(['a', 'b', 'c', 'd', 'e'])
  expect(pages.map((each) => [each.total, each.pages])).toEqual([
    [5, 3],
    [5, 3],
    [5, 3],
  ])
})

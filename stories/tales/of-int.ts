// All international tales: a project that a development bank pays, open to bidders of any country; and a value that a legal officer confirms. Sums by hand in cents.
import assert from 'node:assert/strict'
import { type Everyday, everyday } from '../parts/everyday.ts'
import type { Tale, World } from '../world.ts'

const project = {
  buyer: 'project',
  language: 'en' as const,
  budget: { code: 'L-0000', source: 'Sample loan' },
  delivery: { place: 'Sample Region', by: '60 days', terms: 'Delivered at place.' },
  payment: 'Within 30 days of acceptance.',
  reason: 'Lowest price.',
}

/** Both bids lie above the planned sum; the banks know no ceiling that rejects a bid by itself. */
const pumps: Everyday = {
  ...project,
  name: 'int-bank-open',
  method: 'int-bank-open',
  ground: 'default',
  why: 'The purchase is paid by a development bank.',
  category: 'goods',
  classification: '44110000-4',
  title: { en: 'Pipes for a water line', ru: 'Трубы для водопровода', ky: 'Суу түтүктөрү', ko: '상수도관 구매' },
  description: {
    en: 'Two kilometres of pipe.',
    ru: 'Два километра трубы.',
    ky: 'Эки километр түтүк.',
    ko: '관 2킬로미터입니다.',
  },
  item: { en: 'Pipe', ru: 'Труба', ky: 'Түтүк', ko: '관' },
  quantity: 2000,
  unit: 'MTR',
  planned: '10000000',
  value: '9500000',
  openFor: 43,
  agencyHolders: 3,
  bids: [
    ['alfa', 5_300], // 2000 × 53.00 = 106,000.00
    ['beta', 5_250], // 2000 × 52.50 = 105,000.00: above the 100,000.00 of the plan, and it wins
  ],
  winner: ['beta', '10500000'],
}

interface LawInForce {
  readonly case: string
  readonly confirmed: readonly { readonly key: string; readonly law: string }[]
  readonly unread: readonly { readonly key: string }[]
}

/** The operator names a legal officer; the officer gives the standstill its article; every language's page of rules then cites it. */
const confirmed: Tale = {
  name: 'int-confirmed',
  lines: [],
  tell: async (world: World) => {
    const law = async () => (await world.anyone.get('/api/law')).body as LawInForce
    const article = 'Procurement Act of the sample State, art. 22(2)'
    const value = { count: 10, unit: 'workingDays' }
    const input = { key: 'int.standstill', from: '2014-04-06', value, law: article }
    const { case: lawCase } = await law()
    const officer = world.person('project', 'administrator')
    const reader = await world.as(officer)
    const before = await reader.act(lawCase, 'confirm-value', input)
    assert.ok('code' in before && before.code === 'roleIsMissing', 'nobody confirms before the operator has named them')
    await world.anyone.raw('POST', '/sandbox/legal-officer', {
      person: officer.id,
      organisation: world.organisation('project').id,
    })
    assert.ok((await law()).unread.some((each) => each.key === 'int.standstill'))
    await reader.mustAct(lawCase, 'confirm-value', input)
    const after = await law()
    assert.deepEqual(
      after.confirmed.map((each) => [each.key, each.law]),
      [['int.standstill', article]],
    )
    assert.equal(
      after.unread.some((each) => each.key === 'int.standstill'),
      false,
    )
    for (const language of ['en', 'ru', 'ky', 'ko']) {
      const page = await (await world.anyone.raw('GET', `/${language}/rules`)).text()
      assert.ok(page.includes(article), `the page of rules in ${language} cites the article`)
    }
  },
}

export const intTales: readonly Tale[] = [everyday(pumps), confirmed]

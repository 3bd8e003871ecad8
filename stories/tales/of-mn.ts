// All Mongolian tales: a comparison of quotations and an open tender. Sums by hand in möngö.
import { type Everyday, everyday } from '../parts/everyday.ts'
import type { Tale } from '../world.ts'

const school = {
  buyer: 'school',
  language: 'en' as const,
  budget: { code: '210402', source: 'State budget' },
  delivery: { place: 'Загвар сум, 0', by: '30 days', terms: 'Delivered to the school at the supplier’s cost.' },
  payment: 'Within 10 working days of acceptance.',
  reason: 'Lowest price within the planned sum.',
}

const coal: Everyday = {
  ...school,
  name: 'mn-comparison',
  method: 'mn-comparison',
  ground: 'within-ceiling',
  why: 'The expected value does not exceed the limit of the comparison method.',
  category: 'goods',
  classification: '09111100-1',
  title: { en: 'Coal for the winter', ru: 'Уголь на зиму', ky: 'Кышка көмүр', ko: '겨울 석탄 구매' },
  description: {
    en: 'One hundred tonnes of coal.',
    ru: 'Сто тонн угля.',
    ky: 'Жүз тонна көмүр.',
    ko: '석탄 100톤입니다.',
  },
  item: { en: 'Coal', ru: 'Уголь', ky: 'Көмүр', ko: '석탄' },
  quantity: 100,
  unit: 'TNE',
  planned: '2000000000',
  value: '1900000000',
  openFor: 9,
  agencyHolders: 2,
  bids: [
    ['alfa', 18_500_000], // 100 × 185,000.00 = 18,500,000.00
    ['gamma', 18_000_000], // 100 × 180,000.00 = 18,000,000.00
    ['beta', 20_500_000], // 20,500,000.00: more than the 20,000,000.00 of the plan
  ],
  winner: ['gamma', '1800000000'],
}

const desks: Everyday = {
  ...school,
  name: 'mn-open',
  method: 'mn-open',
  ground: 'default',
  why: 'The open tender is the general rule.',
  category: 'goods',
  classification: '39160000-1',
  title: { en: 'Desks for classrooms', ru: 'Парты для классов', ky: 'Класстар үчүн парталар', ko: '교실 책상 구매' },
  description: {
    en: 'Four hundred two-seat desks.',
    ru: 'Четыреста двухместных парт.',
    ky: 'Төрт жүз эки орундуу парта.',
    ko: '2인용 책상 400개입니다.',
  },
  item: { en: 'Two-seat desk', ru: 'Парта двухместная', ky: 'Эки орундуу парта', ko: '2인용 책상' },
  quantity: 400,
  unit: 'H87',
  planned: '12000000000',
  value: '11500000000',
  openFor: 33,
  agencyHolders: 3,
  bids: [
    ['beta', 28_000_000], // 400 × 280,000.00 = 112,000,000.00
    ['alfa', 28_250_000], // 400 × 282,500.00 = 113,000,000.00
  ],
  winner: ['beta', '11200000000'],
}

export const mnTales: readonly Tale[] = [everyday(coal), everyday(desks)]

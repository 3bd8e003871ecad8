// All Uzbek tales: a small purchase of a school and a tender. Sums by hand in tiyin.
import { type Everyday, everyday } from '../parts/everyday.ts'
import type { Tale } from '../world.ts'

const school = {
  buyer: 'school',
  language: 'ru' as const,
  budget: { code: '4252000', source: 'Республиканский бюджет' },
  delivery: { place: 'Namuna tumani, Misol koʻchasi, 0', by: '20 дней', terms: 'Доставка за счёт поставщика.' },
  payment: 'В течение 10 рабочих дней после приёмки.',
  reason: 'Наименьшая цена в пределах планируемой суммы.',
}

/** Budget customers: up to 25 × 412,000 = 10,300,000 soum. */
const paper: Everyday = {
  ...school,
  name: 'uz-small',
  method: 'uz-small-budget',
  ground: 'within-ceiling',
  why: 'Ожидаемая стоимость не превышает 25 базовых расчётных величин.',
  category: 'goods',
  classification: '30197643-5',
  title: {
    ru: 'Бумага для образцовой школы',
    en: 'Paper for the sample school',
    ky: 'Үлгү мектебине кагаз',
    ko: '견본학교 용지 구매',
  },
  description: {
    ru: 'Бумага А4, 80 г/м², сто пачек.',
    en: 'A4 paper, 80 g/m², one hundred reams.',
    ky: 'А4 кагазы, 80 г/м², жүз пачка.',
    ko: 'A4 용지 80 g/m² 100연입니다.',
  },
  item: { ru: 'Пачка бумаги А4', en: 'Ream of A4 paper', ky: 'А4 кагаз пачкасы', ko: 'A4 용지 1연' },
  quantity: 100,
  unit: 'RM',
  planned: '700000000',
  value: '650000000',
  openFor: 5,
  agencyHolders: 2,
  bids: [
    ['alfa', 6_200_000], // 100 × 62,000.00 = 6,200,000.00
    ['beta', 6_150_050], // 100 × 61,500.50 = 6,150,050.00
    ['gamma', 7_100_000], // 7,100,000.00: more than the 7,000,000.00 of the plan
  ],
  winner: ['beta', '615005000'],
}

const furniture: Everyday = {
  ...school,
  name: 'uz-tender',
  method: 'uz-tender-budget',
  ground: 'default',
  why: 'Тендер применяется при любой стоимости.',
  category: 'goods',
  classification: '39160000-1',
  title: {
    ru: 'Мебель для классов',
    en: 'Furniture for classrooms',
    ky: 'Класстар үчүн эмерек',
    ko: '교실 가구 구매',
  },
  description: {
    ru: 'Двухместные парты, триста штук.',
    en: 'Three hundred two-seat desks.',
    ky: 'Үч жүз эки орундуу парта.',
    ko: '2인용 책상 300개입니다.',
  },
  item: { ru: 'Парта двухместная', en: 'Two-seat desk', ky: 'Эки орундуу парта', ko: '2인용 책상' },
  quantity: 300,
  unit: 'H87',
  planned: '30000000000',
  value: '28000000000',
  openFor: 42,
  agencyHolders: 3,
  bids: [
    ['gamma', 92_000_000], // 300 × 920,000.00 = 276,000,000.00
    ['alfa', 91_500_000], // 300 × 915,000.00 = 274,500,000.00
  ],
  winner: ['alfa', '27450000000'],
}

export const uzTales: readonly Tale[] = [everyday(paper), everyday(furniture)]

// Everyday Korean purchases of the sandbox. All prices lie where floor and reserve cannot change the winner: 93 to 96 % of the base amount.
import { type Everyday, everyday } from '../parts/everyday.ts'
import type { Tale } from '../world.ts'

const district = {
  buyer: 'district',
  method: 'kr-local-small-quotation',
  ground: 'within-ceiling' as const,
  why: '추정가격이 소액수의 견적 한도 이내입니다.',
  language: 'ko' as const,
  budget: { code: '201-01', source: '사무관리비' },
  delivery: { place: '시범시 예시구청', by: '계약일부터 20일', terms: '구청에 납품하고 검수를 받습니다.' },
  payment: '검수 후 청구일부터 5일 이내에 지급합니다.',
  openFor: 6,
  agencyHolders: 2,
  reason: '예정가격 이하로서 낙찰하한율 이상인 최저가 견적입니다.',
}

export const paper: Everyday = {
  ...district,
  name: 'kr-paper',
  category: 'goods',
  classification: '14111507',
  title: { ko: '복사용지 구매', en: 'Copier paper', ru: 'Закупка бумаги', ky: 'Кагаз сатып алуу' },
  description: {
    ko: 'A4 복사용지 1,000상자를 구매합니다.',
    en: 'A thousand boxes of A4 paper.',
    ru: 'Тысяча коробок бумаги А4.',
    ky: 'Миң куту А4 кагазы.',
  },
  item: { ko: '복사용지(상자)', en: 'Paper, box', ru: 'Бумага, коробка', ky: 'Кагаз, куту' },
  quantity: 1000,
  unit: 'XBX',
  planned: '24000000',
  value: '20000000',
  baseAmount: { amount: '22000000', sources: '거래실례가격' },
  bids: [
    ['ma', 20_570, [3, 11]], // 20,570,000 is 93.5 %
    ['ra', 20_900, [7, 3]],
    ['ga', 21_120, [1, 11]],
  ],
  winner: ['ma', '20570000'],
}

export const cleaning: Everyday = {
  ...district,
  name: 'kr-cleaning',
  category: 'services',
  kind: 'facility',
  classification: '76111500',
  title: {
    ko: '예시구청 청사 청소용역',
    en: 'Cleaning of the district office',
    ru: 'Уборка здания управы',
    ky: 'Имаратты тазалоо',
  },
  description: {
    ko: '청사 6개층을 12개월간 청소합니다.',
    en: 'Six floors for twelve months.',
    ru: 'Шесть этажей, двенадцать месяцев.',
    ky: 'Алты кабат, он эки ай.',
  },
  item: { ko: '청소(월)', en: 'Cleaning, month', ru: 'Уборка, месяц', ky: 'Тазалоо, ай' },
  quantity: 12,
  unit: 'MON',
  planned: '75000000',
  value: '60000000',
  baseAmount: { amount: '66000000', sources: '원가계산' },
  bids: [
    ['na', 5_225_000, [2, 9]], // 62,700,000 is 95 %
    ['ma', 5_170_000, [9, 14]], // 62,040,000 is 94 %
  ],
  winner: ['ma', '62040000'],
  openAfter: 720,
}

export const chairs: Everyday = {
  ...district,
  name: 'kr-chairs',
  category: 'goods',
  classification: '56101504',
  title: {
    ko: '민원실 의자 구매',
    en: 'Chairs for the service hall',
    ru: 'Закупка стульев',
    ky: 'Отургучтарды сатып алуу',
  },
  description: {
    ko: '민원인용 의자 120개를 구매합니다.',
    en: 'A hundred and twenty chairs.',
    ru: 'Сто двадцать стульев.',
    ky: 'Жүз жыйырма отургуч.',
  },
  item: { ko: '의자', en: 'Chair', ru: 'Стул', ky: 'Отургуч' },
  quantity: 120,
  unit: 'H87',
  planned: '20000000',
  value: '15000000',
  baseAmount: { amount: '16500000', sources: '견적 비교' },
  bids: [
    ['ga', 128_975, [5, 6]], // 15,477,000 is 93.8 %
    ['ra', 130_350, [6, 8]],
  ],
  winner: ['ga', '15477000'],
}

export const uniforms: Everyday = {
  ...district,
  name: 'kr-uniforms',
  category: 'goods',
  classification: '53102700',
  title: { ko: '현장 근무복 구매', en: 'Work clothes', ru: 'Закупка рабочей одежды', ky: 'Жумуш кийимин сатып алуу' },
  description: {
    ko: '현장 근무자용 근무복 300벌을 구매합니다.',
    en: 'Three hundred sets of work clothes.',
    ru: 'Триста комплектов рабочей одежды.',
    ky: 'Үч жүз топтом жумуш кийими.',
  },
  item: { ko: '근무복(벌)', en: 'Work clothes, set', ru: 'Одежда, комплект', ky: 'Кийим, топтом' },
  quantity: 300,
  unit: 'SET',
  planned: '40000000',
  value: '30000000',
  baseAmount: { amount: '33000000', sources: '견적 비교' },
  bids: [
    ['ra', 103_400, [1, 15]], // 31,020,000 is 94 %
    ['ma', 105_050, [15, 4]],
  ],
  winner: ['ra', '31020000'],
}

export const krEveryday: readonly Tale[] = [paper, cleaning, chairs, uniforms].map(everyday)

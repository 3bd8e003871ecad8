// Everyday purchases of Fictia's sandbox; sums by hand in whole XTS.
import { type Everyday, everyday } from '../parts/everyday.ts'
import type { Tale } from '../world.ts'

const ministry = {
  buyer: 'ministry',
  language: 'en' as const,
  budget: { code: 'B-3-3', source: 'State budget' },
  delivery: { place: 'Specimen', by: '30 days', terms: 'Free to the ministry’s door.' },
  payment: 'Within 20 days of acceptance.',
  reason: 'Lowest price within the budget.',
}
const quotation = {
  method: 'fictia-quotation',
  ground: 'within-ceiling' as const,
  why: 'Below the ceiling for quotations.',
  openFor: 6,
  agencyHolders: 2,
}

export const toner: Everyday = {
  ...ministry,
  ...quotation,
  name: 'fictia-toner',
  category: 'goods',
  classification: '30300000',
  title: { en: 'Toner for printers', ru: 'Тонер для принтеров', ky: 'Принтерлер үчүн тонер', ko: '프린터 토너 구매' },
  description: {
    en: 'Two hundred cartridges.',
    ru: 'Двести картриджей.',
    ky: 'Эки жүз картридж.',
    ko: '카트리지 200개입니다.',
  },
  item: { en: 'Cartridge', ru: 'Картридж', ky: 'Картридж', ko: '카트리지' },
  quantity: 200,
  unit: 'H87',
  planned: '2000000',
  value: '1800000',
  bids: [
    ['blank', 8200], // 200 × 82.00 = 16,400.00
    ['lorem', 8550],
  ],
  winner: ['blank', '1640000'],
}

export const guards: Everyday = {
  ...ministry,
  ...quotation,
  name: 'fictia-guards',
  category: 'services',
  classification: '80200000',
  title: { en: 'Guards at the entrance', ru: 'Охрана входа', ky: 'Кире бериштеги күзөт', ko: '출입구 경비용역' },
  description: {
    en: 'Two guards for a year.',
    ru: 'Двое охранников на год.',
    ky: 'Бир жылга эки күзөтчү.',
    ko: '경비원 2명, 1년간입니다.',
  },
  item: { en: 'Month', ru: 'Месяц', ky: 'Ай', ko: '월' },
  quantity: 12,
  unit: 'MON',
  planned: '5000000',
  value: '4800000',
  bids: [
    ['dummy', 372_000], // 12 × 3,720.00 = 44,640.00
    ['acme', 375_000],
  ],
  winner: ['dummy', '4464000'],
  openAfter: 720,
}

export const bridge: Everyday = {
  ...ministry,
  name: 'fictia-bridge',
  method: 'fictia-open',
  ground: 'default',
  why: 'Works above the ceiling for quotations.',
  category: 'works',
  classification: '60200000',
  title: {
    en: 'Repair of a footbridge',
    ru: 'Ремонт пешеходного моста',
    ky: 'Жөө жүргүнчүлөр көпүрөсүн оңдоо',
    ko: '보도교 보수공사',
  },
  description: {
    en: 'New deck and rails, forty metres.',
    ru: 'Новый настил и перила, сорок метров.',
    ky: 'Жаңы төшөм жана тутка, кырк метр.',
    ko: '상판과 난간 40m를 교체합니다.',
  },
  item: { en: 'Metre of bridge', ru: 'Метр моста', ky: 'Көпүрөнүн метри', ko: '교량 1m' },
  quantity: 40,
  unit: 'MTR',
  planned: '30000000',
  value: '28000000',
  openFor: 26,
  agencyHolders: 3,
  bids: [
    ['acme', 655_000], // 40 × 6,550.00 = 262,000.00
    ['dummy', 690_000],
  ],
  winner: ['acme', '26200000'],
}

export const fictiaEveryday: readonly Tale[] = [toner, guards, bridge].map(everyday)

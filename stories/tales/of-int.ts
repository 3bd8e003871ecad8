// All international tales: a project that a development bank pays, open to bidders of any country, and its paper by quotations. Sums by hand in cents.
import { type Everyday, everyday } from '../parts/everyday.ts'
import type { Tale } from '../world.ts'

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

export const intTales: readonly Tale[] = [everyday(pumps)]

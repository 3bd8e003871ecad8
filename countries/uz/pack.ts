// Uzbekistan: budget and corporate customers under Law ZRU-684. Only excerpts of that law could be read, so a live system refuses to publish yet.
import type { Pack } from '@naru/domain/pack.ts'
import { type CalendarYear, calendarFrom } from '../calendar.ts'
import { uzOutage } from '../outage.ts'
import { units } from '../units.ts'
import { valuesOf } from '../values.ts'
import year2026 from './calendar/2026.json' with { type: 'json' }
import year2027 from './calendar/2027.json' with { type: 'json' }
import classifier from './codes/classifier.json' with { type: 'json' }
import { deposit } from './law/awards.ts'
import { complaint } from './law/periods.ts'
import { baseValue } from './law/unit.ts'
import { budgetBestOffer, corporateBestOffer } from './methods/best-offer.ts'
import { budgetSmall, corporateSmall } from './methods/small-purchase.ts'
import { budgetTender, corporateTender } from './methods/tender.ts'
import { identifiers, tenderNumber } from './numbers.ts'

const zone = 'Asia/Tashkent'
const years: readonly CalendarYear[] = [year2026, year2027]
const methods = [budgetSmall, budgetBestOffer, budgetTender, corporateSmall, corporateBestOffer, corporateTender]
const besides: Pack['besides'] = [baseValue, deposit, complaint]

export const uz: Pack = {
  country: 'uz',
  regimes: [
    { id: 'budget', law: 'Law ZRU-684' },
    { id: 'corporate', law: 'Law ZRU-684' },
  ],
  languages: ['ru', 'en', 'ky', 'ko'],
  defaultLanguage: 'ru',
  currency: 'UZS',
  minorUnits: 2,
  zone,
  // A prefix for tests, never registered by a publisher.
  ocidPrefix: 'ocds-t3stuz',
  bidSignatures: ['cades', 'sandbox-session'],
  formats: { date: 'dd.MM.yyyy', group: '\u00a0', decimal: ',' },
  calendarOn: calendarFrom(years, zone, 'excluded-first-day'),
  outage: uzOutage,
  methods,
  besides,
  values: valuesOf(methods, besides),
  identifiers,
  classifier: { scheme: classifier.scheme, codes: classifier.codes },
  units,
  tenderNumber,
}

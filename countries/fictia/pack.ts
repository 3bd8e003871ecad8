// Fictia: an invented country to show and test Naru, and the folder to copy when a country begins.
import type { Pack } from '@naru/domain/pack.ts'
import { type CalendarYear, calendarFrom } from '../calendar.ts'
import { fictiaOutage } from '../outage.ts'
import { units } from '../units.ts'
import { valuesOf } from '../values.ts'
import year2026 from './calendar/2026.json' with { type: 'json' }
import year2027 from './calendar/2027.json' with { type: 'json' }
import classifier from './codes/classifier.json' with { type: 'json' }
import { openBestScore } from './methods/open-best-score.ts'
import { openFeatures } from './methods/open-features.ts'
import { open } from './methods/open.ts'
import { quotation } from './methods/quotation.ts'
import { identifiers, tenderNumber } from './numbers.ts'

const zone = 'UTC'
const years: readonly CalendarYear[] = [year2026, year2027]
const methods = [quotation, open, openBestScore, openFeatures]

const besides: Pack['besides'] = []

export const fictia: Pack = {
  country: 'fictia',
  regimes: [{ id: 'public-buying-act', law: 'Fictia Public Buying Act' }],
  languages: ['en', 'ru', 'ky', 'ko'],
  defaultLanguage: 'en',
  currency: 'XTS',
  minorUnits: 2,
  zone,
  // A prefix for tests, never registered by a publisher.
  ocidPrefix: 'ocds-t3stfc',
  bidSignatures: ['cades', 'sandbox-session'],
  formats: { date: 'yyyy-MM-dd', group: ',', decimal: '.' },
  calendarOn: calendarFrom(years, zone, 'excluded-first-day'),
  outage: fictiaOutage,
  methods,
  besides,
  values: valuesOf(methods, besides),
  identifiers,
  classifier: { scheme: classifier.scheme, codes: classifier.codes },
  units,
  tenderNumber,
}

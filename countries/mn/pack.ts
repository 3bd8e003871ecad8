// Mongolia: the law of 2023 could not be read; values of orders and resolutions under the law of 2005 stand in, so a live system refuses to publish yet.
import type { Pack } from '@naru/domain/pack.ts'
import { type CalendarYear, calendarFrom } from '../calendar.ts'
import { mnOutage } from '../outage.ts'
import { units } from '../units.ts'
import { valuesOf } from '../values.ts'
import year2026 from './calendar/2026.json' with { type: 'json' }
import year2027 from './calendar/2027.json' with { type: 'json' }
import classifier from './codes/classifier.json' with { type: 'json' }
import { bidSecurity, performanceSecurity, preferenceGoods, preferenceWorks } from './law/limits.ts'
import { complaint, complaintDecision, debrief } from './law/periods.ts'
import { comparison } from './methods/comparison.ts'
import { leastCostSelection } from './methods/least-cost.ts'
import { openBestScore } from './methods/open-best-score.ts'
import { open } from './methods/open.ts'
import { identifiers, tenderNumber } from './numbers.ts'

// Two western provinces live an hour earlier (Asia/Hovd); every deadline of the portal is in the capital's zone.
const zone = 'Asia/Ulaanbaatar'
const years: readonly CalendarYear[] = [year2026, year2027]
const methods = [comparison, leastCostSelection, open, openBestScore]
const besides: Pack['besides'] = [
  bidSecurity,
  performanceSecurity,
  preferenceGoods,
  preferenceWorks,
  debrief,
  complaint,
  complaintDecision,
]

export const mn: Pack = {
  country: 'mn',
  regimes: [{ id: 'public', law: 'Procurement law of 2005, revised in 2023' }],
  languages: ['en', 'ru', 'ky', 'ko'],
  defaultLanguage: 'en',
  currency: 'MNT',
  minorUnits: 2,
  zone,
  // A prefix for tests, never registered by a publisher.
  ocidPrefix: 'ocds-t3stmn',
  bidSignatures: ['cades', 'sandbox-session'],
  formats: { date: 'yyyy.MM.dd', group: ',', decimal: '.' },
  calendarOn: calendarFrom(years, zone, 'excluded-first-day'),
  outage: mnOutage,
  methods,
  besides,
  values: valuesOf(methods, besides),
  identifiers,
  classifier: { scheme: classifier.scheme, codes: classifier.codes },
  units,
  tenderNumber,
}

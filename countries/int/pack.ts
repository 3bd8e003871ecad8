// International texts: the UNCITRAL Model Law, the WTO agreement of 2012 and the rules of development banks, for a State or a project that begins without a law of its own.
import type { Pack } from '@naru/domain/pack.ts'
import { type CalendarYear, calendarFrom } from '../calendar.ts'
import { intOutage } from '../outage.ts'
import { units } from '../units.ts'
import { valuesOf } from '../values.ts'
import year2026 from './calendar/2026.json' with { type: 'json' }
import year2027 from './calendar/2027.json' with { type: 'json' }
import classifier from './codes/classifier.json' with { type: 'json' }
import {
  awardNotice,
  bankPreference,
  bidSecurity,
  complaint,
  performanceSecurity,
  thresholdCentral,
  thresholdOthers,
  thresholdSubCentral,
  thresholdWorks,
} from './law/values.ts'
import { bankOpen } from './methods/bank-open.ts'
import { gpaOpen } from './methods/gpa-open.ts'
import { open } from './methods/open.ts'
import { proposals } from './methods/proposals.ts'
import { quotation } from './methods/quotation.ts'
import { identifiers, tenderNumber } from './numbers.ts'

const zone = 'UTC'
const years: readonly CalendarYear[] = [year2026, year2027]
const methods = [quotation, open, proposals, gpaOpen, bankOpen]
const besides: Pack['besides'] = [
  thresholdCentral,
  thresholdSubCentral,
  thresholdOthers,
  thresholdWorks,
  awardNotice,
  complaint,
  bankPreference,
  bidSecurity,
  performanceSecurity,
]

export const int: Pack = {
  country: 'int',
  regimes: [
    { id: 'model-law', law: 'UNCITRAL Model Law on Public Procurement (2011)' },
    { id: 'gpa', law: 'WTO Agreement on Government Procurement (2012)' },
    { id: 'bank', law: 'Rules of the development banks' },
  ],
  languages: ['en', 'ru', 'ky', 'ko'],
  defaultLanguage: 'en',
  currency: 'USD',
  minorUnits: 2,
  zone,
  // A prefix for tests, never registered by a publisher.
  ocidPrefix: 'ocds-t3stin',
  bidSignatures: ['cades', 'sandbox-session'],
  formats: { date: 'yyyy-MM-dd', group: ',', decimal: '.' },
  calendarOn: calendarFrom(years, zone, 'excluded-first-day'),
  outage: intOutage,
  methods,
  besides,
  values: valuesOf(methods, besides),
  identifiers,
  classifier: { scheme: classifier.scheme, codes: classifier.codes },
  units,
  tenderNumber,
}

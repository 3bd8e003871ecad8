// Kyrgyz Republic: budget bodies under Law 27/2022, enterprises under Resolution 301/2022. Neither could be read, so a live system refuses to publish yet.
import type { Pack } from '@naru/domain/pack.ts'
import { type CalendarYear, calendarFrom } from '../calendar.ts'
import { kgOutage } from '../outage.ts'
import { units } from '../units.ts'
import { valuesOf } from '../values.ts'
import year2026 from './calendar/2026.json' with { type: 'json' }
import year2027 from './calendar/2027.json' with { type: 'json' }
import classifier from './codes/classifier.json' with { type: 'json' }
import { bidSecurity, complaint, performanceSecurity, preference } from './law/securities.ts'
import { companyOpen, enterpriseOpen } from './methods/enterprise-open.ts'
import { quotation } from './methods/quotation.ts'
import { companySimplest, enterpriseSimplest } from './methods/simplest.ts'
import { unlimited } from './methods/unlimited.ts'
import { identifiers, tenderNumber } from './numbers.ts'

const zone = 'Asia/Bishkek'
const years: readonly CalendarYear[] = [year2026, year2027]
const methods = [quotation, unlimited, enterpriseSimplest, enterpriseOpen, companySimplest, companyOpen]

const besides: Pack['besides'] = [bidSecurity, performanceSecurity, preference, complaint]

export const kg: Pack = {
  country: 'kg',
  regimes: [
    { id: 'budget', law: 'Law 27/2022' },
    // State enterprises and companies buy on a portal of their own, each by its own rules under one resolution.
    { id: 'soe', law: 'Cabinet Resolution 301/2022' },
    { id: 'soe-company', law: 'Cabinet Resolution 301/2022' },
  ],
  languages: ['ky', 'ru', 'en', 'ko'],
  defaultLanguage: 'ky',
  currency: 'KGS',
  minorUnits: 2,
  zone,
  // A prefix for tests. The Ministry's own prefix may be used only with its consent and never by a sandbox.
  ocidPrefix: 'ocds-t3stkg',
  bidSignatures: ['cades', 'sandbox-session'],
  formats: { date: 'dd.MM.yyyy', group: '\u00a0', decimal: ',' },
  calendarOn: calendarFrom(years, zone, 'excluded-first-day'),
  outage: kgOutage,
  methods,
  besides,
  values: valuesOf(methods, besides),
  identifiers,
  classifier: { scheme: classifier.scheme, codes: classifier.codes },
  units,
  tenderNumber,
}

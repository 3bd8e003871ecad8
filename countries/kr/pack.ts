// Korea: the State and the local governments, each with an open tender under qualification review and small e-quotations.
import type { Pack } from '@naru/domain/pack.ts'
import { type CalendarYear, calendarFrom } from '../calendar.ts'
import { krOutage } from '../outage.ts'
import { units } from '../units.ts'
import { valuesOf } from '../values.ts'
import year2026 from './calendar/2026.json' with { type: 'json' }
import year2027 from './calendar/2027.json' with { type: 'json' }
import classifier from './codes/classifier.json' with { type: 'json' }
import {
  bidSecurity,
  delayGoods,
  delayServices,
  delayTransport,
  delayWorks,
  localAnswer,
  localComplaint,
  localComplaintKnown,
  performanceSecurity,
  stateAnswer,
  stateAppeal,
  stateCommittee,
  stateComplaint,
  stateComplaintKnown,
} from './law/securities.ts'
import { localOpen } from './methods/local-open.ts'
import { localSmallQuotation } from './methods/local-small-quotation.ts'
import { localSmallWorksQuotation } from './methods/local-small-works-quotation.ts'
import { stateComprehensive } from './methods/state-comprehensive.ts'
import { stateNegotiated } from './methods/state-negotiated.ts'
import { stateOpen } from './methods/state-open.ts'
import { stateSmallQuotation } from './methods/state-small-quotation.ts'
import { stateSmallWorksQuotation } from './methods/state-small-works-quotation.ts'
import { identifiers, tenderNumber } from './numbers.ts'

const zone = 'Asia/Seoul'
const years: readonly CalendarYear[] = [year2026, year2027]
const methods = [
  stateSmallQuotation,
  stateSmallWorksQuotation,
  stateOpen,
  stateNegotiated,
  stateComprehensive,
  localSmallQuotation,
  localSmallWorksQuotation,
  localOpen,
]

const besides: Pack['besides'] = [
  bidSecurity,
  performanceSecurity,
  delayWorks,
  delayGoods,
  delayServices,
  delayTransport,
  stateComplaint,
  stateComplaintKnown,
  stateAppeal,
  stateAnswer,
  stateCommittee,
  localComplaint,
  localComplaintKnown,
  localAnswer,
]

export const kr: Pack = {
  country: 'kr',
  regimes: [
    { id: 'state', law: 'State Contracts Act (국가계약법)' },
    { id: 'local', law: 'Local Contracts Act (지방계약법)' },
  ],
  languages: ['ko', 'en', 'ru', 'ky'],
  defaultLanguage: 'ko',
  currency: 'KRW',
  minorUnits: 0,
  zone,
  // A prefix for tests; Korea has none registered that was found.
  ocidPrefix: 'ocds-t3stkr',
  bidSignatures: ['cades', 'sandbox-session'],
  formats: { date: 'yyyy-MM-dd', group: ',', decimal: '.' },
  calendarOn: calendarFrom(years, zone, 'full-days-before'),
  outage: krOutage,
  methods,
  besides,
  values: valuesOf(methods, besides),
  identifiers,
  classifier: { scheme: classifier.scheme, codes: classifier.codes },
  units,
  tenderNumber,
}

// Korea: the tables of the qualification review (적격심사). Base, price points B, slope k, pass mark T and other points Nmax are stored; floors are derived.
import { type Dated, dated } from '@naru/domain/pack.ts'
import type {
  FilteredReviewParameters,
  NetCostFilter,
  QualificationBand,
  ReviewParameters,
} from '@naru/domain/award/parameters.ts'
import { firstDay } from './reading.ts'

/** Up to this estimated price goods and services are below the WTO threshold of the central government (2025 and 2026). */
export const notifiedAmount = '230000000'

interface Row {
  readonly from: string
  readonly below: string | null
  readonly B: string
  readonly k: string
  readonly T: string
  readonly N: string
}
const bands = (
  base: string,
  rows: readonly Row[],
  more: Partial<QualificationBand> & Pick<QualificationBand, 'category'>,
) =>
  rows.map(
    ({ from, below, B, k, T, N }): QualificationBand => ({
      ...more,
      fromValue: from,
      belowValue: below,
      base,
      pricePoints: B,
      slope: k,
      passMark: T,
      otherPointsMax: N,
    }),
  )

/** Works: at least 2 points for a price; a rate far above the base keeps the points that a pass needs. */
const works = (base: string): readonly QualificationBand[] => [
  ...bands(
    base,
    [
      { from: '0', below: '300000000', B: '90', k: '20', T: '95', N: '10' },
      { from: '300000000', below: '1000000000', B: '80', k: '20', T: '95', N: '20' },
      { from: '1000000000', below: '5000000000', B: '70', k: '4', T: '95', N: '30' },
      { from: '5000000000', below: '10000000000', B: '50', k: '2', T: '95', N: '50' },
    ],
    { category: 'works', leastPoints: '2', plateau: true },
  ),
  ...bands(
    base,
    [
      { from: '0', below: '300000000', B: '90', k: '20', T: '95', N: '10' },
      { from: '300000000', below: '1000000000', B: '70', k: '20', T: '95', N: '30' },
      { from: '1000000000', below: '10000000000', B: '70', k: '4', T: '95', N: '30' },
    ],
    { category: 'works', kind: 'special-trade', leastPoints: '2', plateau: true },
  ),
]

const technicalServices = (base: string): readonly QualificationBand[] =>
  bands(
    base,
    [
      { from: '0', below: notifiedAmount, B: '90', k: '20', T: '95', N: '10' },
      { from: notifiedAmount, below: '500000000', B: '70', k: '4', T: '95', N: '30' },
      { from: '500000000', below: '1000000000', B: '50', k: '2', T: '95', N: '50' },
      { from: '1000000000', below: null, B: '30', k: '1', T: '92', N: '70' },
    ],
    { category: 'services', kind: 'technical' },
  )

/** General services: 70 points for the price below 500 million won, 60 from there; the slope changes at the notified amount for the ordinary kinds. */
const serviceKind = (
  kind: string | undefined,
  base: string,
  k: string,
  T: string,
  kAbove = k,
): readonly QualificationBand[] =>
  bands(
    base,
    [
      { from: '0', below: notifiedAmount, B: '70', k, T, N: '30' },
      { from: notifiedAmount, below: '500000000', B: '70', k: kAbove, T, N: '30' },
      { from: '500000000', below: null, B: '60', k: kAbove, T, N: '40' },
    ],
    { category: 'services', ...(kind !== undefined && { kind }) },
  )
interface ServiceBases {
  readonly facility: string
  readonly reserved: string
  readonly ordinary: string
  readonly insurance: string
}
const generalServices = (bases: ServiceBases): readonly QualificationBand[] => [
  ...serviceKind(undefined, bases.ordinary, '4', '85', '2'),
  ...serviceKind('facility', bases.facility, '5', '85'),
  ...serviceKind('software-sme', bases.reserved, '4', '88'),
  ...serviceKind('passenger-transport', bases.reserved, '4', '88'),
  ...serviceKind('insurance', bases.insurance, '0.375', '85'),
]

const goods = (base: string): readonly QualificationBand[] =>
  bands(
    base,
    [
      { from: '0', below: notifiedAmount, B: '70', k: '4', T: '85', N: '30' },
      { from: notifiedAmount, below: null, B: '70', k: '2', T: '85', N: '30' },
    ],
    { category: 'goods' },
  )

const before = { facility: '91', reserved: '89', ordinary: '88', insurance: '86' }
const fromMay = { facility: '93', reserved: '91', ordinary: '90', insurance: '88' }
const fromJuly = { ...fromMay, reserved: '93' }

/** Works below 10 billion won: bids under 98 % of the net construction cost are out (State Contracts Act art. 10(3)). The text of before 2026 was not read. */
const stateNetCost: NetCostFilter = { category: 'works', belowValue: '10000000000', percent: '98' }

const table = (
  worksBase: string,
  technicalBase: string,
  services: ServiceBases,
  goodsBase: string,
  netCost?: NetCostFilter,
): FilteredReviewParameters => ({
  ceiling: 'reserve-price',
  ...(netCost && { netCost }),
  bands: [...works(worksBase), ...generalServices(services), ...technicalServices(technicalBase), ...goods(goodsBase)],
})

/** State tables. 2026-01-30: base of works 88 → 90. 2026-05-26: services and goods two points up. 2026-07-27: reserved software and passenger transport 91 → 93. */
export const stateReview: Dated<FilteredReviewParameters> = dated('kr.state.review', 'notice', [
  {
    from: firstDay,
    value: table('88', '88', before, '88'),
    law: 'PPS rules on qualification review, tables before 2026-01-30',
  },
  {
    from: '2026-01-30',
    value: table('90', '88', before, '88', stateNetCost),
    law: 'PPS rule on qualification review of works (지침 9269), price tables of 2026-01-30',
  },
  {
    from: '2026-05-26',
    value: table('90', '90', fromMay, '90', stateNetCost),
    law: 'PPS notice 2026-260 and the rules for general services and goods of 2026-05-26',
  },
  {
    from: '2026-07-27',
    value: table('90', '90', fromJuly, '90', stateNetCost),
    law: 'PPS rule on qualification review of general services, bases of 2026-07-27',
  },
])

/** Local works of 10 to 30 billion won: only the floor (79.995, from 2025-07-01 81.995) is known; the row has the shape of large technical services, which gives that floor. */
const localLargeWorks = (base: string): readonly QualificationBand[] =>
  bands(base, [{ from: '10000000000', below: '30000000000', B: '30', k: '1', T: '92', N: '70' }], {
    category: 'works',
    leastPoints: '2',
    plateau: true,
  })
const localTable = (base: string): ReviewParameters => ({
  ceiling: 'reserve-price',
  bands: [
    ...works(base),
    ...localLargeWorks(base),
    ...generalServices(base === '88' ? before : fromMay),
    ...technicalServices(base),
    ...goods(base),
  ],
})

/** Local tables: the rule was not read; its floor for large works and its rise of two points on 2025-07-01 were. */
export const localReview: Dated<ReviewParameters> = dated('kr.local.review', 'notice', [
  {
    from: firstDay,
    why: 'The local rule on qualification review was not read; only its floor for works of 10 to 30 billion won (79.995 %) was.',
    candidates: [{ value: localTable('88'), from: 'design', source: 'The rows of the PPS tables with base 88.' }],
  },
  {
    from: '2025-07-01',
    why: 'The local rule on qualification review was not read; only its rise of two points on 2025-07-01 was (works of 10 to 30 billion won: 81.995 %).',
    candidates: [{ value: localTable('90'), from: 'design', source: 'The rows of the PPS tables with base 90.' }],
  },
])

// Kyrgyz Republic: periods. The body of Law 27/2022 could not be read, so each value says what is missing and what the sandbox takes instead.
import { dated } from '@naru/domain/pack.ts'
import { calendarDays, type Period, workingDays } from '@naru/domain/time.ts'

/** The day Law 27 was signed; no value of ours reaches further back. */
const from = '2022-04-14'
const unread = 'Law 27/2022 and the procedure of the Cabinet could not be read.'

export const unlimitedMinimum = dated<Period>('kg.unlimited.minimum', 'notice', [
  {
    from,
    why: `${unread} The least time for bids in the unlimited method is missing.`,
    candidates: [
      {
        value: calendarDays(28),
        from: 'repealed-law',
        source: 'One-stage tender under Law 72/2015: published 27 April, closed 25 May 2015.',
      },
      {
        value: calendarDays(40),
        from: 'international-default',
        source: 'WTO Agreement on Government Procurement, art. XI, without reductions.',
      },
      { value: workingDays(10), from: 'design', source: 'Working assumption of the draft parameters.' },
    ],
  },
])

export const quotationMinimum = dated<Period>('kg.quotation.minimum', 'notice', [
  {
    from,
    why: `${unread} The least time for quotations is missing.`,
    candidates: [
      {
        value: workingDays(3),
        from: 'observed-practice',
        source: 'Shortest seen on the portal: 12 to 15 March 2024, 16 to 21 May 2024, 18 to 24 March 2025.',
      },
    ],
  },
])

const extension = (key: string) =>
  dated<Period>(key, 'act', [
    {
      from,
      why: `${unread} The least time that must be left after a change is missing.`,
      candidates: [
        {
          value: calendarDays(5),
          from: 'repealed-law',
          source: 'Terms for joint-stock companies, 2019 to 15 March 2022: extension by 5 days on a change.',
        },
      ],
    },
  ])
export const unlimitedAfterAmendment = extension('kg.unlimited.after-amendment')

export const quotationAfterAmendment = dated<Period>('kg.quotation.after-amendment', 'act', [
  {
    from,
    why: `${unread} The least time that must be left after a change of a quotation is missing.`,
    candidates: [
      {
        value: workingDays(3),
        from: 'observed-practice',
        source: 'No shorter period than 3 working days was seen for any quotation, so a change leaves that much.',
      },
    ],
  },
])

export const unlimitedAfterRenotice = dated<Period>('kg.unlimited.after-renotice', 'notice', [
  {
    from,
    why: `${unread} The period of a repeated tender is missing.`,
    candidates: [
      {
        value: calendarDays(10),
        from: 'international-default',
        source: 'WTO Agreement on Government Procurement, art. XI: a recurring notice may go down to 10 days.',
      },
    ],
  },
])

export const quotationAfterRenotice = dated<Period>('kg.quotation.after-renotice', 'notice', [
  {
    from,
    why: `${unread} The period of a repeated quotation is missing.`,
    candidates: [
      {
        value: workingDays(3),
        from: 'observed-practice',
        source: 'The shortest period seen for any quotation on the portal.',
      },
    ],
  },
])

export const unlimitedQuestions = dated<Period>('kg.unlimited.questions', 'notice', [
  {
    from,
    why: `${unread} The day until which questions may be asked is missing.`,
    candidates: [
      {
        value: calendarDays(5),
        from: 'repealed-law',
        source: "Under Law 72/2015 the portal's open data ended questions 5 days before the deadline.",
      },
    ],
  },
])

export const quotationQuestions = dated<Period>('kg.quotation.questions', 'notice', [
  {
    from,
    why: `${unread} The rule of Law 72/2015 (5 days before the deadline) cannot fit a quotation of 3 working days.`,
    candidates: [
      {
        value: workingDays(1),
        from: 'design',
        source: 'One working day leaves time to answer all suppliers.',
      },
    ],
  },
])

export const standstill = dated<Period>('kg.standstill', 'award', [
  {
    from,
    why: `${unread} No standstill period was found.`,
    candidates: [
      {
        value: workingDays(10),
        from: 'international-default',
        source: 'UNCITRAL Model Law art. 22 leaves the length to the State; the default is 10 working days.',
      },
    ],
  },
])

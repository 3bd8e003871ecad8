// Open cases that a changed calendar touches: what an operator reads after a decree has moved a holiday. Officers extend by amendment; nothing moves by itself.
import { type TouchedCase, touchedByCalendar } from '@naru/domain/calendar-change.ts'
import { currentRound, type TenderState } from '@naru/domain/tender/tender.ts'
import { demand } from '@naru/domain/terms.ts'
import { dayOf } from '@naru/domain/time.ts'
import type { Deployment } from './deployment.ts'
import { readNow } from './time.ts'

/** A touched case with the number of its notice. */
export type TouchedNotice = TouchedCase & { readonly number: string }

/** The open cases whose carried calendar differs from the country's of today where it matters, soonest deadline first. */
export async function readTouchedNotices(deployment: Deployment): Promise<readonly TouchedNotice[]> {
  const now = await readNow(deployment)
  const { rows } = await deployment.database.pool.query<{ state: string }>(
    `select state from current where kind = 'tender' and stage = 'published'`,
  )
  const numbers = new Map<string, string>()
  const cases = rows.flatMap((row) => {
    const tender = JSON.parse(row.state) as TenderState
    if (!tender.published) return []
    const { terms, at, number } = tender.published
    numbers.set(tender.id, number)
    return [
      {
        id: tender.id,
        published: at,
        deadline: currentRound(tender).deadline,
        calendar: terms.calendar,
        minimum: demand(tender.renoticeOf ? terms.afterRenotice : terms.bidPeriod),
      },
    ]
  })
  const calendar = deployment.pack.calendarOn(dayOf(now, deployment.pack.zone))
  return touchedByCalendar(cases, calendar, now).map((each) => ({ ...each, number: numbers.get(each.id) ?? '' }))
}

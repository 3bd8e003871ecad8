// The deadline of a tender that an outage touched: moved by the country's rule, by the portal, as an amendment of the notice.
import { z } from 'zod'
import { act } from '../act.ts'
import { idSchema } from '../id.ts'
import { moveByOutage } from '../outage.ts'
import { resolve } from '../pack.ts'
import { refuse } from '../refusal.ts'
import type { Language } from '../text.ts'
import { addMilliseconds, dayOf, instantSchema } from '../time.ts'
import { noticeObject } from './noticing.ts'
import { tenderFact } from './starting.ts'
import { currentRound } from './tender.ts'

/** What stands as the reason of the amendment, in the language of the notice. */
const reasons: Readonly<Record<Language, string>> = {
  en: 'Outage of the submission path; the deadline is moved by the outage rule.',
  ru: 'Сбой приёма заявок; срок подачи перенесён по правилу о сбоях.',
  ky: 'Табыштамаларды кабыл алуудагы үзгүлтүк; мөөнөт үзгүлтүк эрежеси боюнча жылдырылды.',
  ko: '입찰서 제출 경로의 장애로 장애 처리 규정에 따라 마감일시를 연기합니다.',
}

/** Moves the deadline by a recorded outage, once; a round that is closed, or whose deadline it does not touch, stays as it is. */
export const moveDeadlineByOutage = act({
  name: 'move-deadline-by-outage',
  noun: 'tender',
  by: 'platform',
  input: z.strictObject({ outage: idSchema, from: instantSchema, until: instantSchema, noticed: instantSchema }),
  lock: 'exclusive',
  needs: ['log-indexes'],
  may: ({ tender }) =>
    tender?.stage === 'published' && !currentRound(tender).closing ? null : refuse('stageHasPassed'),
  decide: (context, { outage, ...span }) => {
    const { tender, pack, mode } = context
    if (!tender?.published || !tender.content) return refuse('caseDoesNotExist')
    if (tender.outages?.includes(outage)) return refuse('alreadyExists')
    const { terms } = tender.published
    const rule = resolve(pack.outage, dayOf(span.noticed, terms.calendar.zone), mode)
    if (!rule.value) return refuse('nothingChanged', { basis: rule.basis })
    const { round, deadline: before } = currentRound(tender)
    // An opening has no hour of its own here: it may follow as soon as the round is closed.
    const planned = { deadline: before, opening: addMilliseconds(before, terms.delta) }
    const moved = moveByOutage(rule.value, span, planned, terms.calendar)
    if (!moved) return refuse('nothingChanged', { basis: rule.basis })
    const { deadline, opening, ground } = moved
    const content = { ...tender.content, deadline }
    const type = 'DeadlineMovedByOutage'
    const body = {
      amendment: tender.amendments.length + 1,
      reason: reasons[tender.language],
      content,
      outage: { id: outage, ...span, ground, before, opening, basis: rule.basis, rule: rule.value },
    }
    const notice = noticeObject(context, tender, {
      round,
      deadline,
      content,
      terms,
      baseAmount: tender.baseAmounts[0]?.amount ?? null,
      text: { type, body },
    })
    return notice ? [tenderFact(context, type, { ...body, notice })] : refuse('bidsAreNotSequenced')
  },
})

// δ of a round prolonged: no bid is late because every time-stamp authority was dead when its batch asked for a token (protocol §2.6). T never moves here.
import { z } from 'zod'
import { act } from '../act.ts'
import { refuse } from '../refusal.ts'
import type { SealedEntry } from '../sealing-port.ts'
import type { Language } from '../text.ts'
import { textSchema } from '../text.ts'
import { toMilliseconds } from '../time.ts'
import { noticeObject } from './noticing.ts'
import { closesAt } from './opening.ts'
import { tenderFact } from './starting.ts'
import { currentRound } from './tender.ts'

/** What stands as the reason of the amendment, in the language of the notice. */
const reasons: Readonly<Record<Language, string>> = {
  en: 'No time-stamp authority answered in time. The deadline stays; the time within which the time-stamps of bids may follow is prolonged.',
  ru: 'Службы меток времени не ответили в срок. Срок подачи не меняется; продлено время, в течение которого могут поступить метки времени заявок.',
  ky: 'Убакыт белгилеринин кызматтары өз убагында жооп берген жок. Табыштама берүү мөөнөтү өзгөрбөйт; табыштамалардын убакыт белгилери келе турган мөөнөт узартылды.',
  ko: '시점확인 기관이 기한 내에 응답하지 않았습니다. 입찰 마감일시는 그대로이며, 입찰서의 시점확인이 이루어질 수 있는 기간을 연장합니다.',
}

/** The newest checkpoint with a quorum by T + δ: its size, the quorum's time in ms, and the cosigned note for anyone to check. */
export const witnessedSchema = z.strictObject({ size: z.int().min(0), time: z.int(), note: z.string().max(20_000) })

/**
 * Prolongs δ exactly so far that no bid promised by the deadline is late by its token alone. `witnessed` shows which entries the witnesses had seen by
 * T + δ; where it is null or does not cover a bid, that bid's time stands on the operator's word, and everyone can read so.
 */
export const prolongDelta = act({
  name: 'prolong-delta',
  noun: 'tender',
  by: 'platform',
  input: z.strictObject({
    authorities: z.array(textSchema(200)).max(100),
    witnessed: witnessedSchema.nullable(),
  }),
  lock: 'exclusive',
  needs: ['bids', 'log-indexes', 'token-times'],
  may: (context) => {
    const { tender } = context
    if (tender?.stage !== 'published' || currentRound(tender).closing) return refuse('stageHasPassed')
    return context.now >= closesAt(tender) ? null : refuse('deadlineHasNotPassed', { from: closesAt(tender) })
  },
  decide: (context, { authorities, witnessed }) => {
    const { tender } = context
    if (!tender?.published || !tender.content || !tender.notice) return refuse('caseDoesNotExist')
    const { terms } = tender.published
    const { round, deadline } = currentRound(tender)
    const T = toMilliseconds(deadline)
    const entries: Pick<SealedEntry, 'promiseTime' | 'tokenTime' | 'index'>[] = []
    for (const bid of context.bids.filter((each) => each.round === round))
      for (const version of bid.versions) {
        const index = context.logIndex.get(`bid:${bid.id}#${version.factSeq}`)
        if (index === undefined) return refuse('bidsAreNotSequenced')
        const tokenTime = context.tokenTime?.get(index) ?? null
        entries.push({ index, promiseTime: toMilliseconds(version.at), tokenTime })
      }
    if (entries.some((each) => each.promiseTime <= T && each.tokenTime === null)) return refuse('tokensAreMissing')
    const delta = context.sealing.neededDelta(entries, { T, delta: terms.delta })
    if (delta === null || delta === tender.notice.delta) return refuse('nothingChanged')
    if (witnessed && witnessed.time > T + terms.delta) return { invalid: [{ path: 'witnessed.time', code: 'choice' }] }
    const late = entries.filter((each) => each.promiseTime <= T && (each.tokenTime ?? 0) > T + terms.delta)
    const ground = late.every((each) => each.index < (witnessed?.size ?? 0)) ? 'witnessed' : 'operators-word'
    const { content } = tender
    const type = 'DeltaProlonged'
    const body = {
      amendment: tender.amendments.length + 1,
      reason: reasons[tender.language],
      content,
      prolongation: { before: terms.delta, delta, ground, authorities, witnessed },
    }
    const notice = noticeObject(context, tender, {
      round,
      deadline,
      delta,
      content,
      terms,
      baseAmount: tender.baseAmounts[0]?.amount ?? null,
      text: { type, body },
    })
    return notice ? [tenderFact(context, type, { ...body, notice })] : refuse('bidsAreNotSequenced')
  },
})

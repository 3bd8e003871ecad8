// Two envelopes: where evaluators judge, technical envelopes are opened first, and the price of a bid that fails is never decrypted.
import { lotOfClass } from './content.ts'
import type { EvaluatedItem } from './facts.ts'
import { currentRound, type Round, type TenderState, tenderKeyOf } from './tender.ts'

/** Whether the technical envelopes are opened, and judged, before any price share is posted (protocol §2.7 (7)). */
export const opensTechnicalFirst = (tender: TenderState): boolean =>
  (tender.published?.terms.evaluators ?? 0) > 0 && tender.classes.some((cls) => cls.startsWith('tech'))

/** Whether the round stands before its technical opening, so that shares posted now are of technical envelopes. */
export const isTechnicalStage = (tender: TenderState): boolean =>
  opensTechnicalFirst(tender) && !currentRound(tender).technical

const isTechnical = (cls: string): boolean => cls.startsWith('tech') || cls.startsWith('conf')

/** The envelope classes whose shares are posted now, in the order of the key descriptor. */
export function classesOpenedNow(tender: TenderState): readonly string[] {
  const { classes } = tenderKeyOf(tender, currentRound(tender).round)?.tenderKey ?? { classes: [] }
  if (!opensTechnicalFirst(tender)) return classes
  const technical = isTechnicalStage(tender)
  return classes.filter((cls) => isTechnical(cls) === technical)
}

/** Whether an envelope of the bid at a log index may be opened now: prices only where the logged evaluation passes that lot of the bid. */
export function mayBeOpenedNow(tender: TenderState, index: number, cls: string): boolean {
  if (!classesOpenedNow(tender).includes(cls)) return false
  const { technical } = currentRound(tender)
  if (!technical) return true
  return (technical.passed ?? []).some((each) => each.index === index && each.cls === cls && each.admitted)
}

/** The bids that evaluators score: all that were opened validly, before their prices are known where there are two stages. */
export const bidsToScore = (round: Round) =>
  (round.technical?.bids ?? round.opening?.bids ?? []).filter((each) => each.status === 'valid')

const inHundredThousandths = (value: string): bigint => {
  const [whole = '0', decimals = ''] = value.split('.')
  return BigInt(whole + decimals.padEnd(5, '0'))
}

/** Who passes the technical stage, per bid and price envelope, with the reason; `minimum` is in points, null where every valid bid passes. */
export function judgeTechnically(
  tender: TenderState,
  quality: readonly { readonly bid: string; readonly lot: string; readonly quality: string }[],
  minimum: string | null,
): readonly EvaluatedItem[] {
  const lots = tender.content?.lots ?? []
  const classes = tenderKeyOf(tender, currentRound(tender).round)?.tenderKey.classes ?? []
  return (currentRound(tender).technical?.bids ?? []).flatMap((each) => {
    const cls = classes.find((one) => one.startsWith('price') && lotOfClass(one, lots) === each.lot)
    if (cls === undefined) return []
    const points = quality.find((one) => one.bid === each.bid && one.lot === each.lot)?.quality ?? '0'
    const enough = minimum === null || inHundredThousandths(points) >= inHundredThousandths(minimum)
    const reason = each.status === 'void' ? 'void' : enough ? 'passed' : 'below-minimum'
    return [{ index: each.index, cls, admitted: reason === 'passed', reason }]
  })
}

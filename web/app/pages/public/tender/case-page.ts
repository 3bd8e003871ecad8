// What the pages of one tender read: the case, and the words and states that its codes and files stand for.
import type { CaseView } from '@naru/server/read/case.ts'
import { currentRound, type Round } from '@naru/domain/tender/tender.ts'
import type { Content } from '@naru/domain/tender/content.ts'
import type { Terms } from '@naru/domain/terms.ts'
import type { Naru } from '../../../context.ts'
import type { Units } from '../../../units.ts'
import { found, nothing } from '../reading.ts'

export type TenderView = Extract<CaseView, { kind: 'tender' }>

/** A published tender with all that its page shows beside the case. */
export interface TenderPage {
  readonly view: TenderView
  readonly content: Content
  readonly terms: Terms
  readonly number: string
  readonly round: Round
  readonly classNames: Readonly<Record<string, Readonly<Record<string, string>>>>
  readonly units: Units
  readonly scans: Readonly<Record<string, 'not-scanned' | 'clean' | 'infected'>>
  readonly renotices: readonly { readonly caseId: string; readonly number: string | null }[]
}

/** Reads the page of a published tender. Throws the page “there is no such page” for anything else. */
export async function readTenderPage(naru: Naru, caseId: string): Promise<TenderPage> {
  const view = found(await naru.read.readCase(caseId))
  if (view.kind !== 'tender') throw nothing()
  const { tender } = view
  const content = found(tender.content)
  const published = found(tender.published)
  const { readClassNames, readScans, readRenotices } = naru.read.published
  const [scans, renotices] = await Promise.all([
    readScans(content.documents.map((each) => each.upload)),
    tender.ended ? readRenotices(caseId) : [],
  ])
  return {
    view,
    content,
    terms: published.terms,
    number: published.number,
    round: currentRound(tender),
    classNames: readClassNames(content.lots.flatMap((lot) => lot.items.map((item) => item.classification))),
    units: naru.read.units,
    scans,
    renotices,
  }
}

/** The log index of a fact by its type and time, or of the newest of its type; `nth` tells facts of one act apart. */
export function indexOf(view: TenderView, type: string, at?: string, nth = -1): number | undefined {
  const facts = view.log.facts.filter(
    (each) => each.type === type && (at === undefined || Date.parse(each.at) === Date.parse(at)),
  )
  return (facts.at(nth) ?? facts.at(-1))?.index ?? undefined
}

/** Whether bids may still be made. */
export const isOpen = ({ view, round }: TenderPage): boolean =>
  view.tender.stage === 'published' && view.now <= round.deadline

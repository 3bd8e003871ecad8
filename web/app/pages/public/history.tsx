// The whole history of a case: every public fact with who did it, when, by which article, and its place in the log.
import type { Route } from './+types/history'
import { inLanguage } from '@naru/domain/text.ts'
import { type Moment, Timeline } from '../../design/facts.tsx'
import { Page, PrintFoot, Section } from '../../design/page.tsx'
import { useSpeech } from '../../speech.tsx'
import { idIn, keptUntilChanged, loaderHeaders, naruOf } from './reading.ts'
import { basisWords, nameOf } from './saying.tsx'
import { readTenderPage } from './tender/case-page.ts'
import { factWords, inRuns } from './tender/proof.tsx'
import { momentsOf } from './tender/story.tsx'
import { type Basis, ProofChip } from '../../design/chip.tsx'

export async function loader({ params, context, url }: Route.LoaderArgs) {
  const naru = naruOf(context)
  const caseId = idIn(params.caseId)
  const [page, acts] = await Promise.all([readTenderPage(naru, caseId), naru.read.published.readActs(caseId)])
  return keptUntilChanged(
    naru,
    { origin: url.origin, page, acts },
    'history',
    caseId,
    page.view.log.newest,
    naru.now.slice(0, 13),
  )
}

export const headers = loaderHeaders

/** The step of the method that each fact belongs to, for its article. */
const stepOf: Readonly<Record<string, string>> = {
  RehearsalSealed: 'opening',
  RehearsalAnswered: 'opening',
  TenderPublished: 'approval',
  QuestionAnswered: 'questions',
  TenderAmended: 'bids',
  DeadlineMovedByOutage: 'bids',
  DeltaProlonged: 'bids',
  TenderClosed: 'opening',
  EligibilityRecorded: 'opening',
  OpeningAttended: 'opening',
  OpeningStopped: 'opening',
  OpeningResumed: 'opening',
  SharesPosted: 'opening',
  TechnicalSharesPosted: 'opening',
  TechnicalOpened: 'opening',
  TechnicalOpeningPublished: 'opening',
  KeyDestroyed: 'opening',
  SpareUsed: 'opening',
  HolderAbsent: 'opening',
  OpeningRecorded: 'opening',
  DrawMade: 'draw',
  EvaluationCompleted: 'evaluation',
  ReviewRecorded: 'review',
  BidsRanked: 'award',
  ExplanationAsked: 'abnormally-low',
  PriceExplained: 'abnormally-low',
  ExplanationJudged: 'abnormally-low',
  AwardMade: 'award',
  DirectAwardMade: 'award',
  AwardWithdrawn: 'contract',
  ContractConcluded: 'contract',
}

export default function History({ loaderData }: Route.ComponentProps) {
  const speech = useSpeech()
  const { say, language } = speech
  const { page, acts, origin } = loaderData
  const { view, content, terms, number } = page
  const title = inLanguage(content.title, language, content.language)
  const runs = inRuns(acts, (a, b) => a.type === b.type && a.by.organisation === b.by.organisation)
  const past: Moment[] = runs.map((run) => {
    const { first, last, count } = run
    const basis: Basis | undefined = terms.steps.find((each) => each.step === stepOf[first.type])?.basis
    const who = first.by.organisation ? nameOf(view.names, first.by.organisation, language) : say('public.who.portal')
    return {
      id: String(first.index),
      what: factWords(run, speech),
      when: first.at,
      state: 'past',
      index: first.index,
      ...(who && { who }),
      ...(basis && { basis }),
      note: (
        <>
          {count > 1 && <ProofChip index={last.index} short />} {basis && basisWords(speech, basis)}
        </>
      ),
    }
  })
  const future = momentsOf(page, speech).filter((moment) => moment.state === 'future')
  return (
    <Page
      title={say('public.history.title', { title })}
      heading={say('public.history.heading')}
      above={`${title} · № ${number}`}
      lead={say('public.history.lead')}
      trail={[
        { to: '/tenders', text: say('place.tenders') },
        { to: `/tenders/${view.caseId}`, text: `№ ${number}` },
      ]}
    >
      <Section
        id="moments"
        title={say('public.history.count', { n: acts.length })}
        aside={<a href={`/api/cases/${view.caseId}/history`}>{say('public.proof.case')}</a>}
      >
        <Timeline moments={[...past, ...future]} now={view.now} />
      </Section>
      <PrintFoot
        caseNumber={number}
        address={`${origin}/${language}/tenders/${view.caseId}/history`}
        {...(view.log.newest !== null && { index: view.log.newest })}
        now={view.now}
      />
    </Page>
  )
}

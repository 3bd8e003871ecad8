// What has happened and what the rules still bring: the timeline, questions with their answers, and what amendments changed.
import type { ScheduleLine } from '@naru/domain/schedule.ts'
import { Go } from '../../../design/go.tsx'
import { Differences } from '../../../design/difference.tsx'
import { type Moment, Timeline } from '../../../design/facts.tsx'
import { ProofChip } from '../../../design/chip.tsx'
import { Section } from '../../../design/page.tsx'
import { useSpeech } from '../../../speech.tsx'
import type { Speech } from '../../../../speech.ts'
import { nameOf, Written } from '../saying.tsx'
import { indexOf, isOpen, type TenderPage, type TenderView } from './case-page.ts'
import { contentChanges } from './content-changes.ts'

/** Which fact each moment of the schedule is, and who makes it happen. */
const factOf: Readonly<Partial<Record<ScheduleLine['moment'], string>>> = {
  published: 'TenderPublished',
  amended: 'TenderAmended',
  closed: 'TenderClosed',
  'opened-technical': 'TechnicalOpened',
  opened: 'OpeningRecorded',
  evaluated: 'EvaluationCompleted',
  ranked: 'BidsRanked',
  awarded: 'AwardMade',
  'award-withdrawn': 'AwardWithdrawn',
  contracted: 'ContractConcluded',
  failed: 'TenderFailed',
  cancelled: 'TenderCancelled',
}

function whoOf(moment: ScheduleLine['moment'], view: TenderView, { say, language }: Speech): string | undefined {
  const buyer = nameOf(view.names, view.tender.parties.procuringEntity, language)
  switch (moment) {
    case 'published':
    case 'amended':
    case 'awarded':
    case 'award-withdrawn':
    case 'cancelled':
      return buyer
    case 'closed':
    case 'ranked':
    case 'failed':
      return say('public.who.portal')
    case 'opened-technical':
    case 'opened':
      return say('public.who.holders')
    case 'evaluated':
      return say('public.who.committee')
    default:
      return undefined
  }
}

/** The schedule as moments of a timeline. */
export function momentsOf(page: TenderPage, speech: Speech): Moment[] {
  const { view, content } = page
  return view.schedule.map((line, at) => {
    const lot = line.lot && content.lots.length > 1 ? content.lots.findIndex((each) => each.id === line.lot) + 1 : 0
    const type = factOf[line.moment]
    const nth = line.lot ? content.lots.findIndex((each) => each.id === line.lot) : -1
    const index = type && line.state === 'done' ? indexOf(view, type, line.at ?? undefined, nth) : undefined
    const who = whoOf(line.moment, view, speech)
    return {
      id: `${line.moment}-${line.round}-${line.lot ?? ''}-${at}`,
      what: [
        speech.say(`domain.moment.${line.moment}`),
        lot > 0 && speech.say('public.lot', { n: lot }),
        line.round > 1 && speech.say('public.round', { n: line.round }),
      ]
        .filter(Boolean)
        .join(' · '),
      state: line.state === 'done' ? ('past' as const) : ('future' as const),
      ...(line.at ? { when: line.at } : { whenWords: speech.say('public.timeline.after') }),
      ...(line.basis && { basis: line.basis }),
      ...(index !== undefined && { index }),
      ...(who && { who }),
    }
  })
}

/** The timeline of the case with its link to the whole history. */
export function Story({ page }: { page: TenderPage }) {
  const speech = useSpeech()
  const { say } = speech
  return (
    <Section
      id="timeline"
      title={say('public.timeline.title')}
      aside={<Go to={`/tenders/${page.view.caseId}/history`}>{say('public.timeline.history')}</Go>}
    >
      <Timeline moments={momentsOf(page, speech)} now={page.view.now} />
    </Section>
  )
}

/** Questions that were answered, for everyone and without who asked. */
export function Questions({ page }: { page: TenderPage }) {
  const { say, dateTime } = useSpeech()
  const { view, content, terms } = page
  const answered = view.tender.questions.filter((each) => each.answer)
  const until = view.schedule.find((line) => line.moment === 'questions-end')?.at
  const asking = isOpen(page) && until && view.now <= until && view.standing !== 'buyer'
  return (
    <Section
      id="questions"
      title={say('public.questions.title', { n: answered.length })}
      aside={asking && <Go to={`/work/tenders/${view.caseId}/ask`}>{say('public.questions.ask')}</Go>}
    >
      {answered.length === 0 && (
        <p>{say(terms.questionsEnd ? 'public.questions.none' : 'public.questions.notTaken')}</p>
      )}
      {answered.length > 0 && (
        <ol className="questions">
          {answered.map(({ question, answer }) => (
            <li key={question}>
              <p className="question">
                <Written language={content.language}>{answer?.text ?? ''}</Written>
              </p>
              <p>
                <Written language={content.language}>{answer?.answer ?? ''}</Written>
              </p>
              <p className="note">
                {say('public.questions.answered')} <time dateTime={answer?.at}>{dateTime(answer?.at ?? view.now)}</time>{' '}
                · <ProofChip index={indexOf(view, 'QuestionAnswered', answer?.at)} />
              </p>
            </li>
          ))}
        </ol>
      )}
    </Section>
  )
}

/** The facts that amend a notice: by its buyer, or by the portal. */
const amending = ['TenderAmended', 'DeadlineMovedByOutage', 'DeltaProlonged'] as const

/** What each amendment changed, as words struck and added. Nothing where nothing was amended. */
export function Changes({ page }: { page: TenderPage }) {
  const speech = useSpeech()
  const { say, date } = speech
  const { view, content } = page
  const { amendments } = view.tender
  if (amendments.length === 0) return null
  return (
    <Section id="changes" title={say('public.changes.title')}>
      {[...amendments].reverse().map((each) => (
        <div key={each.amendment} className="amendment">
          <h3>{say('public.changes.on', { day: date(each.at) })}</h3>
          <p>
            {say('public.changes.reason')} <Written language={content.language}>{each.reason}</Written>{' '}
            <ProofChip index={amending.map((type) => indexOf(view, type, each.at)).find((at) => at !== undefined)} />
          </p>
          <Differences changes={contentChanges(each.before, each.after, speech, page.units)} />
        </div>
      ))}
    </Section>
  )
}

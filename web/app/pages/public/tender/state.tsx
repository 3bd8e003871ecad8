// The state of a tender in one sentence, and what it means for whoever reads it.
import type { ReactNode } from 'react'
import type { Tone } from '../../../design/chip.tsx'
import { Go } from '../../../design/go.tsx'
import { StateBanner } from '../../../design/page.tsx'
import { useSpeech } from '../../../speech.tsx'
import type { Speech } from '../../../../speech.ts'
import { Written } from '../saying.tsx'
import { isOpen, type TenderPage } from './case-page.ts'

interface State {
  readonly tone: Tone
  readonly word: string
  readonly meaning: ReactNode
}

/** The state of a published tender in words. */
export function stateOf(page: TenderPage, speech: Speech): State {
  const { say, moment, has } = speech
  const { view, round, content } = page
  const { tender, now } = view
  const plain = (name: string, tone: Tone, filling = {}): State => ({
    tone,
    word: say(`domain.stage.${name}`),
    meaning: <p>{say(`public.state.${name}` as 'public.state.opened', filling)}</p>,
  })
  switch (tender.stage) {
    case 'published':
      return isOpen(page)
        ? {
            tone: 'success',
            word: say('public.state.open', { until: moment(round.deadline) }),
            meaning: <p>{say('public.state.openMeaning')}</p>,
          }
        : { tone: 'info', word: say('public.state.closing'), meaning: <p>{say('public.state.closingMeaning')}</p> }
    case 'closed': {
      if (round.stopped)
        return {
          tone: 'danger',
          word: say('public.state.stopped'),
          meaning: (
            <p>
              {say('public.state.stoppedMeaning', { n: round.stopped.bids, when: speech.recordTime(round.stopped.at) })}
            </p>
          ),
        }
      const posted = (name: string) =>
        tender.holders
          .find((group) => group.name === name)
          ?.holders.filter(({ i }) => round.batches.some((batch) => batch.i === i)).length ?? 0
      const needed = (name: string) => tender.holders.find((group) => group.name === name)?.k ?? 0
      return {
        tone: 'info',
        word: say('domain.stage.closed'),
        meaning: (
          <p>
            {say('public.state.closed', {
              agency: posted('agency'),
              agencyNeeded: needed('agency'),
              guardians: posted('guardians'),
              guardiansNeeded: needed('guardians'),
            })}
          </p>
        ),
      }
    }
    case 'opened':
      return plain('opened', 'info')
    case 'ranked':
      return round.rankings.some(({ ranking }) => ranking.next)
        ? { ...plain('reviewed', 'info'), word: say('public.state.review') }
        : plain('ranked', 'info')
    case 'awarded': {
      const concluded = tender.awards.every((award) =>
        view.contracts.some((each) => each.text.award === award.award && each.concluded),
      )
      if (concluded)
        return {
          tone: 'success',
          word: say('domain.status.contracted'),
          meaning: <p>{say('public.state.contracted')}</p>,
        }
      const until = tender.awards.map((each) => each.standstillUntil).find((each) => each !== null && each > now)
      return until
        ? {
            tone: 'warn',
            word: say('public.state.standstill', { until: moment(until) }),
            meaning: <p>{say('public.state.standstillMeaning')}</p>,
          }
        : plain('awarded', 'success')
    }
    case 'failed': {
      const reason = tender.ended?.reason ?? ''
      return {
        tone: 'danger',
        word: say('domain.stage.failed'),
        meaning: (
          <>
            <p>{has(`domain.failure.${reason}`) ? say(`domain.failure.${reason}`) : reason}</p>
            {page.renotices.map((each) => (
              <p key={each.caseId}>
                {say('public.state.renoticed')} <Go to={`/tenders/${each.caseId}`}>№ {each.number ?? each.caseId}</Go>
              </p>
            ))}
          </>
        ),
      }
    }
    case 'cancelled':
      return {
        tone: 'danger',
        word: say('domain.stage.cancelled'),
        meaning: (
          <>
            {tender.ended && (
              <p>
                {say('public.state.reason')} <Written language={content.language}>{tender.ended.reason}</Written>
              </p>
            )}
            <p>{say('public.state.cancelled')}</p>
          </>
        ),
      }
    default:
      return plain('opened', 'info')
  }
}

/** The banner at the head of the tender's page. */
export function TenderState({ page }: { page: TenderPage }) {
  const speech = useSpeech()
  const { say } = speech
  const { tone, word, meaning } = stateOf(page, speech)
  const { renoticeOf } = page.view.tender
  return (
    <StateBanner tone={tone} word={word}>
      {page.round.round > 1 && <p>{say('public.state.round', { n: page.round.round })}</p>}
      {meaning}
      {renoticeOf && (
        <p>
          {say('public.state.renoticeOf')}{' '}
          <Go to={`/tenders/${renoticeOf.caseId}`}>{say('public.state.firstNotice')}</Go>
        </p>
      )}
    </StateBanner>
  )
}

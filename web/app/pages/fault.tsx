// What a reader sees when a page cannot be shown: what happened, why, and where to go from here.
import type { Basis } from '@naru/domain/refusal.ts'
import { ButtonLink, Buttons } from '../design/form.tsx'
import { Page } from '../design/page.tsx'
import { RefusalText } from '../sentences.tsx'
import { useSpeech } from '../speech.tsx'

const designed = [400, 403, 404, 409, 413, 429, 500, 503] as const

interface Refused {
  readonly refused: string
  readonly basis?: Basis
  readonly facts?: Readonly<Record<string, string>>
  readonly from?: string
  readonly until?: string
}

const isRefused = (value: unknown): value is Refused =>
  typeof value === 'object' && value !== null && 'refused' in value

/** The page of an HTTP status; a refusal says its own sentence with the article and until when. */
export function FaultPage({ status, refusal }: { status: number; refusal?: unknown }) {
  const { say } = useSpeech()
  const known = designed.find((each) => each === status) ?? (status < 500 ? 404 : 500)
  return (
    <Page title={say(`fault.${known}.title`)} above={say('fault.number', { n: String(known) })}>
      {isRefused(refusal) ? <RefusalText refusal={refusal} /> : <p>{say(`fault.${known}.meaning`)}</p>}
      <p>{say(`fault.${known}.next`)}</p>
      <Buttons>
        <ButtonLink to="/" kind="secondary">
          {say('fault.home')}
        </ButtonLink>
        {known === 404 && (
          <ButtonLink to="/tenders" kind="secondary">
            {say('fault.search')}
          </ButtonLink>
        )}
      </Buttons>
    </Page>
  )
}

// A key holder comes to the opening: reads what was tried on the sealed bids, says that it is seen, and is present from then on until the window ends.
import { currentRound, holderByPerson } from '@naru/domain/tender/tender.ts'
import { sessionAt, windowEnds } from '@naru/domain/tender/attending.ts'
import { data } from 'react-router'
import { Attempts } from '../../../design/attempts.tsx'
import { ActForm, Button, Buttons, ChoiceField } from '../../../design/form.tsx'
import { Banner, Page, Section } from '../../../design/page.tsx'
import { RefusalText } from '../../../sentences.tsx'
import { useSpeech } from '../../../speech.tsx'
import { actAndGo, wrongField } from '../../../work/act.ts'
import { caseAt } from '../../../work/case-places.ts'
import { inWords } from '../../../work/names.ts'
import { readTender } from '../../../work/preparation.ts'
import { signedIn } from '../../../work/signed-in.ts'
import { errorsOf, Trouble } from '../../../work/trouble.tsx'
import type { Route } from './+types/attend'

export async function loader({ context, url, params }: Route.LoaderArgs) {
  const naru = signedIn(context, url)
  const { caseId } = params
  const view = await readTender(naru, caseId)
  const { tender } = view
  if (!holderByPerson(tender, naru.visitor.person)) throw data({ refused: 'youHoldNoKey' }, { status: 403 })
  const may = view.may.find((each) => each.act === 'attend-opening')
  const shown = may?.open ? await naru.read.readAttempts(caseId) : null
  const session = sessionAt(tender, naru.now)
  return {
    caseId,
    title: tender.content?.title ?? {},
    main: tender.language,
    shown,
    round: shown ? currentRound(tender).round : 0,
    hours: tender.published?.terms.openingWindow?.value?.count ?? null,
    until: session && windowEnds(tender, session),
    why: may && !may.open ? may.why : null,
  }
}

export async function action({ context, url, params, request }: Route.ActionArgs) {
  const naru = signedIn(context, url)
  const { caseId } = params
  const form = await request.formData()
  if (form.get('seen') !== 'yes') return wrongField(form, 'seen', 'required')
  const input = { round: Number(form.get('round')), report: String(form.get('report') ?? '') }
  return actAndGo(naru, form, { caseId, act: 'attend-opening', input, to: caseAt(caseId, 'keys') })
}

export default function Attend({ loaderData, actionData }: Route.ComponentProps) {
  const speech = useSpeech()
  const { say, language, moment } = speech
  const { caseId, title, main, shown, round, hours, until, why } = loaderData
  const errors = errorsOf(actionData?.why, speech)
  return (
    <Page
      title={say('domain.act.attend-opening')}
      lead={say('work.attend.lead', { n: hours ?? 0 })}
      wrong={actionData !== undefined}
      trail={[
        { to: '/desk', text: say('work.nav.desk') },
        { to: caseAt(caseId), text: inWords(title, language, main) },
      ]}
    >
      <Trouble failed={actionData} errors={errors} />
      {until && <Banner tone="info" title={say('work.opening.window', { when: moment(until) })} />}
      {why && (
        <Banner tone="info" title={say('work.keys.nothing')}>
          <RefusalText refusal={why} />
        </Banner>
      )}
      {shown && (
        <>
          <Section id="attempts" title={say('attempts.title')}>
            <p>{say('work.attend.report')}</p>
            <Attempts lines={shown.report.lines} />
            <p className="note">
              {say('work.attend.hash')} <code className="hash">{shown.hash}</code>
            </p>
          </Section>
          <ActForm act="attend">
            <input type="hidden" name="round" value={round} />
            <input type="hidden" name="report" value={shown.hash} />
            <ChoiceField
              name="seen"
              kind="checkbox"
              label={say('work.attend.question')}
              chosen={actionData?.typed.all.seen ?? []}
              choices={[{ value: 'yes', text: say('work.attend.seen') }]}
              errors={errors}
            />
            <Buttons>
              <Button>{say('domain.act.attend-opening')}</Button>
            </Buttons>
          </ActForm>
        </>
      )}
    </Page>
  )
}

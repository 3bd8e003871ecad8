// The second person reads the notice whole, then approves it or returns it with a reason.
import { data } from 'react-router'
import type { Route } from './+types/approve'
import { ActForm, Button, Buttons, TextAreaField } from '../../../design/form.tsx'
import { Banner, Page, PrintFoot, Section } from '../../../design/page.tsx'
import { RefusalText } from '../../../sentences.tsx'
import { useSpeech } from '../../../speech.tsx'
import { actAndGo } from '../../../work/act.ts'
import { caseAt } from '../../../work/case-places.ts'
import { inWords } from '../../../work/names.ts'
import { readTender } from '../../../work/preparation.ts'
import { signedIn } from '../../../work/signed-in.ts'
import { TenderAnswers } from '../../../work/tender-answers.tsx'
import { draftOf } from '../../../work/tender-draft.ts'
import { errorsOf, Trouble } from '../../../work/trouble.tsx'

export async function loader({ context, url, params }: Route.LoaderArgs) {
  const naru = signedIn(context, url)
  const { caseId } = params
  const [view, colleagues] = await Promise.all([readTender(naru, caseId), naru.read.readColleagues()])
  const { prepared } = view.tender
  if (!prepared) throw data({ refused: 'stageHasNotCome' }, { status: 409 })
  const may = view.may.find((each) => each.act === 'approve-tender')
  return {
    caseId,
    draft: draftOf(prepared.content),
    version: prepared.version,
    by: 'person' in prepared.by ? (colleagues[prepared.by.person] ?? '') : '',
    at: prepared.at,
    why: may && !may.open ? may.why : null,
    of: { tender: view.tender, names: view.names },
    currency: naru.country.currency,
    units: naru.read.units,
    now: naru.now,
  }
}

export async function action({ context, url, params, request }: Route.ActionArgs) {
  const naru = signedIn(context, url)
  const { caseId } = params
  const form = await request.formData()
  const version = Number(form.get('version'))
  const back = form.get('act') === 'return'
  return actAndGo(naru, form, {
    caseId,
    act: back ? 'return-tender' : 'approve-tender',
    input: back ? { version, reason: String(form.get('reason') ?? '') } : { version },
    to: caseAt(caseId),
  })
}

export default function Approve({ loaderData, actionData }: Route.ComponentProps) {
  const speech = useSpeech()
  const { say, language, dateTime } = speech
  const { caseId, draft, of, version, by, at, why, currency, units, now } = loaderData
  const errors = errorsOf(actionData?.why, speech)
  return (
    <Page
      title={say('work.approve.title')}
      lead={say('work.approve.lead', { name: by, when: dateTime(at), n: version })}
      wrong={actionData !== undefined}
      trail={[
        { to: '/desk', text: say('work.nav.desk') },
        { to: caseAt(caseId), text: inWords(draft.title, language, draft.language) },
      ]}
    >
      <Trouble failed={actionData} errors={errors} />
      {why && (
        <Banner tone="warn" title={say('work.refused')}>
          <RefusalText refusal={why} />
        </Banner>
      )}
      <TenderAnswers draft={draft} currency={currency} units={units} of={of} />
      {!why && (
        <>
          <ActForm act="approve">
            <input type="hidden" name="version" value={version} />
            <p>{say('work.approve.next')}</p>
            <Buttons>
              <Button>{say('domain.act.approve-tender')}</Button>
            </Buttons>
          </ActForm>
          <Section id="return" title={say('domain.act.return-tender')}>
            <ActForm act="return">
              <input type="hidden" name="version" value={version} />
              <TextAreaField
                name="reason"
                label={say('work.reason')}
                hint={say('work.approve.reasonHint')}
                rows={4}
                maxLength={2000}
                defaultValue={actionData?.typed.one.reason ?? ''}
                errors={errors}
              />
              <Buttons>
                <Button kind="secondary">{say('domain.act.return-tender')}</Button>
              </Buttons>
            </ActForm>
          </Section>
        </>
      )}
      <PrintFoot caseNumber={caseId} address={caseAt(caseId, 'approve')} now={now} />
    </Page>
  )
}

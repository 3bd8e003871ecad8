// Cancellation: what it does to the sealed bids, to whom it is shown; it cannot be undone.
import type { Route } from './+types/cancel'
import { ActForm, Button, Buttons, TextAreaField } from '../../../design/form.tsx'
import { Go } from '../../../design/go.tsx'
import { Banner, Page } from '../../../design/page.tsx'
import { RefusalText } from '../../../sentences.tsx'
import { useSpeech } from '../../../speech.tsx'
import { actAndGo } from '../../../work/act.ts'
import { caseAt } from '../../../work/case-places.ts'
import { inWords } from '../../../work/names.ts'
import { readTender } from '../../../work/preparation.ts'
import { signedIn } from '../../../work/signed-in.ts'
import { errorsOf, Trouble } from '../../../work/trouble.tsx'

export async function loader({ context, url, params }: Route.LoaderArgs) {
  const naru = signedIn(context, url)
  const view = await readTender(naru, params.caseId)
  const may = view.may.find((each) => each.act === 'cancel-tender')
  const content = view.tender.content ?? view.tender.prepared?.content
  return {
    caseId: params.caseId,
    title: content?.title ?? {},
    main: view.tender.language,
    why: may && !may.open ? may.why : null,
  }
}

export async function action({ context, url, params, request }: Route.ActionArgs) {
  const naru = signedIn(context, url)
  const { caseId } = params
  const form = await request.formData()
  return actAndGo(naru, form, {
    caseId,
    act: 'cancel-tender',
    input: { reason: String(form.get('reason') ?? '').trim() },
    to: caseAt(caseId),
  })
}

export default function Cancel({ loaderData, actionData }: Route.ComponentProps) {
  const speech = useSpeech()
  const { say, language } = speech
  const { caseId, title, main, why } = loaderData
  const errors = errorsOf(actionData?.why, speech)
  return (
    <Page
      title={say('domain.act.cancel-tender')}
      wrong={actionData !== undefined}
      trail={[
        { to: '/desk', text: say('work.nav.desk') },
        { to: caseAt(caseId), text: inWords(title, language, main) },
      ]}
    >
      <Trouble failed={actionData} errors={errors} />
      {why ? (
        <Banner tone="warn" title={say('work.refused')}>
          <RefusalText refusal={why} />
        </Banner>
      ) : (
        <ActForm act="cancel">
          <ul>
            <li>{say('work.cancel.sealed')}</li>
            <li>{say('work.cancel.public')}</li>
            <li>{say('work.cancel.final')}</li>
          </ul>
          <TextAreaField
            name="reason"
            label={say('work.reason')}
            hint={say('work.cancel.reasonHint')}
            rows={4}
            maxLength={2000}
            lang={main}
            defaultValue={actionData?.typed.one.reason ?? ''}
            errors={errors}
          />
          <Buttons>
            <Button kind="danger">{say('domain.act.cancel-tender')}</Button>
            <Go to={caseAt(caseId)}>{say('work.notNow')}</Go>
          </Buttons>
        </ActForm>
      )}
    </Page>
  )
}

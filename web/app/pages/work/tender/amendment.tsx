// The second person sees the difference in words and puts the amendment in force, or returns it.
import { data } from 'react-router'
import type { Route } from './+types/amendment'
import { Differences } from '../../../design/difference.tsx'
import { ActForm, Button, Buttons, TextAreaField } from '../../../design/form.tsx'
import { Banner, Page, Section } from '../../../design/page.tsx'
import { RefusalText } from '../../../sentences.tsx'
import { useSpeech } from '../../../speech.tsx'
import { actAndGo } from '../../../work/act.ts'
import { caseAt } from '../../../work/case-places.ts'
import { contentChanges } from '../../public/tender/content-changes.ts'
import { inWords } from '../../../work/names.ts'
import { readTender } from '../../../work/preparation.ts'
import { signedIn } from '../../../work/signed-in.ts'
import { errorsOf, Trouble } from '../../../work/trouble.tsx'

export async function loader({ context, url, params }: Route.LoaderArgs) {
  const naru = signedIn(context, url)
  const view = await readTender(naru, params.caseId)
  const { content, proposed, language } = view.tender
  if (!content || !proposed) throw data({ refused: 'stageHasNotCome' }, { status: 409 })
  const may = view.may.find((each) => each.act === 'approve-amendment')
  return {
    caseId: params.caseId,
    content,
    proposed,
    main: language,
    units: naru.read.units,
    why: may && !may.open ? may.why : null,
  }
}

export async function action({ context, url, params, request }: Route.ActionArgs) {
  const naru = signedIn(context, url)
  const { caseId } = params
  const form = await request.formData()
  const amendment = Number(form.get('amendment'))
  const back = form.get('act') === 'return'
  return actAndGo(naru, form, {
    caseId,
    act: back ? 'return-amendment' : 'approve-amendment',
    input: back ? { amendment, reason: String(form.get('reason') ?? '').trim() } : { amendment },
    to: caseAt(caseId),
  })
}

export default function Amendment({ loaderData, actionData }: Route.ComponentProps) {
  const speech = useSpeech()
  const { say, language } = speech
  const { caseId, content, proposed, main, units, why } = loaderData
  const errors = errorsOf(actionData?.why, speech)
  return (
    <Page
      title={say('work.amendment.title', { n: proposed.amendment })}
      wrong={actionData !== undefined}
      trail={[
        { to: '/desk', text: say('work.nav.desk') },
        { to: caseAt(caseId), text: inWords(content.title, language, main) },
      ]}
    >
      <Trouble failed={actionData} errors={errors} />
      {why && (
        <Banner tone="warn" title={say('work.refused')}>
          <RefusalText refusal={why} />
        </Banner>
      )}
      <p className="stamp prose">{proposed.reason}</p>
      <Section id="difference" title={say('work.amend.difference')}>
        <Differences changes={contentChanges(content, proposed.content, speech, units)} />
        <p>{say('work.amend.told')}</p>
      </Section>
      {!why && (
        <>
          <ActForm act="approve">
            <input type="hidden" name="amendment" value={proposed.amendment} />
            <Buttons>
              <Button>{say('domain.act.approve-amendment')}</Button>
            </Buttons>
          </ActForm>
          <Section id="return" title={say('domain.act.return-amendment')}>
            <ActForm act="return">
              <input type="hidden" name="amendment" value={proposed.amendment} />
              <TextAreaField
                name="reason"
                label={say('work.reason')}
                rows={3}
                maxLength={2000}
                defaultValue={actionData?.typed.one.reason ?? ''}
                errors={errors}
              />
              <Buttons>
                <Button kind="secondary">{say('domain.act.return-amendment')}</Button>
              </Buttons>
            </ActForm>
          </Section>
        </>
      )}
    </Page>
  )
}

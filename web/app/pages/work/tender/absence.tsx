// Records that a key holder did not come, after the time the law of the case gives them.
import type { Route } from './+types/absence'
import { ActForm, Button, Buttons, ChoiceField, TextAreaField } from '../../../design/form.tsx'
import { Banner, Page } from '../../../design/page.tsx'
import { RefusalText } from '../../../sentences.tsx'
import { useSpeech } from '../../../speech.tsx'
import { actAndGo } from '../../../work/act.ts'
import { caseAt } from '../../../work/case-places.ts'
import { inWords, organisationName } from '../../../work/names.ts'
import { readTender } from '../../../work/preparation.ts'
import { signedIn } from '../../../work/signed-in.ts'
import { errorsOf, Trouble } from '../../../work/trouble.tsx'

export async function loader({ context, url, params }: Route.LoaderArgs) {
  const naru = signedIn(context, url)
  const view = await readTender(naru, params.caseId)
  const { tender } = view
  const round = tender.rounds.at(-1)
  const may = view.may.find((each) => each.act === 'record-absence')
  return {
    caseId: params.caseId,
    title: tender.content?.title ?? {},
    main: tender.language,
    holders: tender.holders
      .flatMap((group) => group.holders)
      .filter((each) => !round?.batches.some((batch) => batch.i === each.i) && !round?.absent.includes(each.i)),
    names: view.names,
    why: may && !may.open ? may.why : null,
  }
}

export async function action({ context, url, params, request }: Route.ActionArgs) {
  const naru = signedIn(context, url)
  const { caseId } = params
  const form = await request.formData()
  const input = { i: Number(form.get('i') ?? 0), reason: String(form.get('reason') ?? '').trim() }
  return actAndGo(naru, form, { caseId, act: 'record-absence', input, to: `/tenders/${caseId}/live` })
}

export default function Absence({ loaderData, actionData }: Route.ComponentProps) {
  const speech = useSpeech()
  const { say, language } = speech
  const { caseId, title, main, holders, names, why } = loaderData
  const errors = errorsOf(actionData?.why, speech)
  return (
    <Page
      title={say('domain.act.record-absence')}
      lead={say('work.absence.lead')}
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
        <ActForm act="absence">
          <ChoiceField
            name="i"
            label={say('work.absence.who')}
            chosen={actionData?.typed.all.i ?? []}
            choices={holders.map((each) => ({
              value: String(each.i),
              text: say('work.keys.number', { n: each.i }),
              hint: organisationName(names, each.organisation, speech),
            }))}
            errors={errors}
          />
          <TextAreaField
            name="reason"
            label={say('work.reason')}
            rows={3}
            maxLength={500}
            defaultValue={actionData?.typed.one.reason ?? ''}
            errors={errors}
          />
          <Buttons>
            <Button>{say('domain.act.record-absence')}</Button>
          </Buttons>
        </ActForm>
      )}
    </Page>
  )
}

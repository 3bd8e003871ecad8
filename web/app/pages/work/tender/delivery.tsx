// Where, until when and on which terms it is delivered, and how it is paid.
import type { Route } from './+types/delivery'
import { TextAreaField, TextField } from '../../../design/form.tsx'
import { useSpeech } from '../../../speech.tsx'
import { wrongField } from '../../../work/act.ts'
import { readPreparation, saveDraft, toldFirst } from '../../../work/preparation.ts'
import { failedOf, fieldsIn, languageName, PreparingPage } from '../../../work/preparing-page.tsx'
import { errorsOf } from '../../../work/trouble.tsx'

export async function loader(args: Route.LoaderArgs) {
  const { caseId, draft, version } = await readPreparation(args)
  return { caseId, draft, version }
}

export async function action(args: Route.ActionArgs) {
  const preparation = await readPreparation(args)
  const form = await args.request.formData()
  const told = toldFirst(preparation, form)
  if (told) return told
  const text = (name: string) => String(form.get(name) ?? '').trim()
  for (const name of ['place', 'by', 'terms', 'paymentTerms'])
    if (!text(name)) return wrongField(form, name, 'required')
  const delivery = { place: text('place'), by: text('by'), terms: text('terms') }
  return saveDraft(preparation, form, { ...preparation.draft, delivery, paymentTerms: text('paymentTerms') }, '')
}

export default function Delivery({ loaderData, actionData }: Route.ComponentProps) {
  const speech = useSpeech()
  const { say } = speech
  const { caseId, draft, version } = loaderData
  const errors = errorsOf(failedOf(actionData)?.why, speech)
  const field = fieldsIn(actionData, draft, 'delivery')
  const shared = { errors, lang: draft.language }
  return (
    <PreparingPage
      caseId={caseId}
      draft={draft}
      version={version}
      title={say('work.delivery.title')}
      lead={say('work.delivery.lead', { language: languageName(draft.language) })}
      fields="delivery"
      answer={actionData}
      errors={errors}
    >
      <TextField
        name="place"
        label={say('work.field.place')}
        maxLength={300}
        {...field('place', draft.delivery.place)}
        {...shared}
      />
      <TextField
        name="by"
        label={say('work.field.by')}
        hint={say('work.delivery.byHint')}
        maxLength={40}
        {...field('by', draft.delivery.by)}
        {...shared}
      />
      <TextAreaField
        name="terms"
        label={say('work.field.terms')}
        rows={4}
        maxLength={2000}
        {...field('terms', draft.delivery.terms)}
        {...shared}
      />
      <TextAreaField
        name="paymentTerms"
        label={say('work.field.payment')}
        rows={4}
        maxLength={2000}
        {...field('paymentTerms', draft.paymentTerms)}
        {...shared}
      />
    </PreparingPage>
  )
}

// Which method is lawful for this purchase, and why: the rules answer, a person chooses among the lawful ones.
import type { MethodAnswer } from '@naru/server/read/api.ts'
import { redirect } from 'react-router'
import type { Route } from './+types/method'
import type { MessageKey } from '../../../../speech.ts'
import { BasisNote } from '../../../design/chip.tsx'
import { ChoiceField, TextAreaField } from '../../../design/form.tsx'
import { useSpeech } from '../../../speech.tsx'
import { wrongField } from '../../../work/act.ts'
import { caseAt } from '../../../work/case-places.ts'
import { readPreparation, saveDraft, toldFirst } from '../../../work/preparation.ts'
import { failedOf, fieldsIn, PreparingPage } from '../../../work/preparing-page.tsx'
import { estimated } from '../../../work/tender-draft.ts'
import { errorsOf } from '../../../work/trouble.tsx'

async function readMethods(args: Route.LoaderArgs | Route.ActionArgs) {
  const preparation = await readPreparation(args)
  const { naru, draft, caseId } = preparation
  const value = estimated(draft)
  if (!draft.category || !value) throw redirect(`/${naru.language}${caseAt(caseId, 'purchase')}`)
  const { category } = draft
  const methods = await naru.read.chooseMethods({ category, value: { amount: value, currency: naru.country.currency } })
  return { preparation, methods }
}

export async function loader(args: Route.LoaderArgs) {
  const { preparation, methods } = await readMethods(args)
  const { naru, caseId, draft, version } = preparation
  return { caseId, draft, version, methods, currency: naru.country.currency }
}

export async function action(args: Route.ActionArgs) {
  const { preparation, methods } = await readMethods(args)
  const form = await args.request.formData()
  const told = toldFirst(preparation, form)
  if (told) return told
  const chosen = methods.find((each) => each.method === form.get('method'))
  if (!chosen?.lawful) return wrongField(form, 'method', 'choice')
  const reason = String(form.get('reason') ?? '').trim()
  if (!reason) return wrongField(form, 'reason', 'required')
  const { draft } = preparation
  const ground = chosen.because === 'within-ceiling' ? 'within-ceiling' : 'default'
  const deadline = draft.method === chosen.method ? draft.deadline : ''
  return saveDraft(preparation, form, { ...draft, method: chosen.method, ground, reason, deadline }, '')
}

export default function Method({ loaderData, actionData }: Route.ComponentProps) {
  const speech = useSpeech()
  const { say, has, money } = speech
  const { caseId, draft, version, methods, currency } = loaderData
  const errors = errorsOf(failedOf(actionData)?.why, speech)
  const field = fieldsIn(actionData, draft, 'method')
  const lawful = methods.filter((each) => each.lawful)
  const best = lawful.find((each) => each.because === 'within-ceiling') ?? lawful[0]
  const method = field('method', draft.method || best?.method)
  const chosen = method.defaultValue
  const suggested = (id: string) => {
    const key = `pack.method.${id}.reason` as MessageKey
    return has(key) ? say(key) : ''
  }
  // What was suggested for a method that another value has ruled out is no reason for this one.
  const stale = !draft.method && methods.some((each) => suggested(each.method) === draft.reason)
  return (
    <PreparingPage
      caseId={caseId}
      draft={draft}
      version={version}
      title={say('work.method.title')}
      lead={say('work.method.lead', {
        category: say(`domain.category.${draft.category}`),
        value: money({ amount: estimated(draft), currency }),
      })}
      fields="method"
      answer={actionData}
      errors={errors}
    >
      <ChoiceField
        name="method"
        label={say('work.method.question')}
        chosen={[chosen]}
        theirs={method.theirs && say(`pack.method.${method.theirs}.name`)}
        choices={[...lawful, ...methods.filter((each) => !each.lawful)].map((each) => ({
          value: each.method,
          text: <strong>{say(`pack.method.${each.method}.name`)}</strong>,
          hint: <Why method={each} />,
          disabled: !each.lawful,
        }))}
        errors={errors}
      />
      <TextAreaField
        name="reason"
        label={say('work.method.reason')}
        hint={say('work.method.reasonHint')}
        rows={3}
        maxLength={2000}
        lang={draft.language}
        {...field('reason', (stale ? '' : draft.reason) || suggested(chosen))}
        errors={errors}
      />
    </PreparingPage>
  )
}

/** Why a method may be used, or why not, with its article and what it brings. */
function Why({ method }: { method: MethodAnswer }) {
  const { say, has, money } = useSpeech()
  const summary = `pack.method.${method.method}.summary` as MessageKey
  const [count, unit] = method.daysForBids.split(' ')
  return (
    <>
      {has(summary) && <span>{say(summary)} </span>}
      <br />
      {say(method.lawful ? 'work.method.lawful' : 'work.method.unlawful', {
        because: say(`domain.because.${method.because}`),
      })}{' '}
      {method.ceiling?.value && say('work.method.ceiling', { ceiling: money(method.ceiling.value) })}{' '}
      {count && unit && method.lawful && say('work.method.days', { days: `${count} ${say(`domain.unit.${unit}`)}` })}
      <br />
      <BasisNote basis={method.ceiling?.basis ?? method.article} />
    </>
  )
}

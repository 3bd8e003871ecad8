// The deadline for bids: the earliest lawful moment is said with the rule that makes it so, before anything is typed.
import { redirect } from 'react-router'
import type { Route } from './+types/deadline'
import { formatDate, formatTime, instantOf, readDay, readTimeOfDay } from '../../../../format.ts'
import { BasisNote } from '../../../design/chip.tsx'
import { MomentField } from '../../../design/form.tsx'
import { Banner } from '../../../design/page.tsx'
import { useSpeech } from '../../../speech.tsx'
import { wrongField } from '../../../work/act.ts'
import { caseAt } from '../../../work/case-places.ts'
import { readPreparation, saveDraft, toldFirst } from '../../../work/preparation.ts'
import { failedOf, fieldsIn, PreparingPage } from '../../../work/preparing-page.tsx'
import { estimated } from '../../../work/tender-draft.ts'
import { errorsOf } from '../../../work/trouble.tsx'

async function readRule(args: Route.LoaderArgs | Route.ActionArgs) {
  const preparation = await readPreparation(args)
  const { draft, naru, caseId, view } = preparation
  if (!draft.category || !draft.method) throw redirect(`/${naru.language}${caseAt(caseId, 'method')}`)
  const value = { amount: estimated(draft), currency: naru.country.currency }
  const rule = await naru.read.deadlineRule({
    category: draft.category,
    value,
    method: draft.method,
    renotice: view.tender.renoticeOf !== null,
  })
  return { preparation, rule }
}

export async function loader(args: Route.LoaderArgs) {
  const { preparation, rule } = await readRule(args)
  const { naru, caseId, draft, version } = preparation
  return { caseId, draft, version, rule, now: naru.now, zone: naru.country.zone, form: naru.country.form }
}

export async function action(args: Route.ActionArgs) {
  const { preparation, rule } = await readRule(args)
  const { naru, draft } = preparation
  const form = await args.request.formData()
  const told = toldFirst(preparation, form)
  if (told) return told
  const day = readDay(String(form.get('deadline.date') ?? ''), naru.country.form)
  const time = readTimeOfDay(String(form.get('deadline.time') ?? ''))
  if (!day || !time) return wrongField(form, 'deadline', 'moment')
  const deadline = instantOf(day, time, naru.country.zone)
  if (rule && deadline < rule.at) return wrongField(form, 'deadline', 'tooEarly')
  return saveDraft(preparation, form, { ...draft, deadline }, '')
}

export default function Deadline({ loaderData, actionData }: Route.ComponentProps) {
  const speech = useSpeech()
  const { say, moment, fromNow } = speech
  const { caseId, draft, version, rule, now, zone, form } = loaderData
  const errors = errorsOf(failedOf(actionData)?.why, speech)
  const field = fieldsIn(actionData, draft, 'deadline')
  const day = field('deadline.date', draft.deadline ? formatDate(draft.deadline, form, zone) : '')
  const hour = field('deadline.time', draft.deadline ? formatTime(draft.deadline, zone) : '')
  const differs = day.theirs !== undefined || hour.theirs !== undefined
  const period = rule?.because.value
  return (
    <PreparingPage
      caseId={caseId}
      draft={draft}
      version={version}
      title={say('work.deadline.title')}
      fields="deadline"
      answer={actionData}
      errors={errors}
    >
      {rule && period && (
        <Banner tone="info" title={say('work.deadline.earliest', { when: moment(rule.at) })}>
          <p>
            {say('work.deadline.rule', { period: `${period.count} ${say(`domain.unit.${period.unit}`)}` })}{' '}
            <BasisNote basis={rule.because.basis} />
          </p>
          <p className="note">{say('work.deadline.later')}</p>
        </Banner>
      )}
      <MomentField
        name="deadline"
        label={say('domain.moment.deadline')}
        hint={draft.deadline ? fromNow(draft.deadline, now) : undefined}
        example={draft.deadline || rule?.at || now}
        zone={moment(now).split(', ')[1] ?? zone}
        date={day.defaultValue}
        time={hour.defaultValue}
        theirs={differs ? `${day.theirs ?? day.defaultValue} ${hour.theirs ?? hour.defaultValue}` : undefined}
        errors={errors}
      />
    </PreparingPage>
  )
}

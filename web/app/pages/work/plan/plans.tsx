// The organisation's procurement plans, one a year; a new year is begun here.
import { redirect } from 'react-router'
import type { Route } from './+types/plans'
import { wallClock } from '../../../../format.ts'
import { StatusChip } from '../../../design/chip.tsx'
import { ActForm, Button, Buttons, TextField } from '../../../design/form.tsx'
import { Go } from '../../../design/go.tsx'
import { Empty, Page, Section } from '../../../design/page.tsx'
import { Table } from '../../../design/table.tsx'
import { useSpeech } from '../../../speech.tsx'
import { idOfForm, wrongField } from '../../../work/act.ts'
import { signedIn } from '../../../work/signed-in.ts'
import { errorsOf, Trouble } from '../../../work/trouble.tsx'

export async function loader({ context, url }: Route.LoaderArgs) {
  const { read, visitor, now, country } = signedIn(context, url)
  const [plans, drafts] = await Promise.all([read.readPlans(visitor.organisation), read.listDrafts('plan')])
  const begun = drafts
    .filter((draft) => !plans.some((plan) => plan.plan === draft.id))
    .map((draft) => ({ plan: draft.id, year: (draft.body as { year: number }).year }))
  return { plans, begun, planner: visitor.roles.includes('planner'), year: Number(wallClock(now, country.zone).year) }
}

export async function action({ context, url, request }: Route.ActionArgs) {
  const naru = signedIn(context, url)
  const form = await request.formData()
  const year = Number(form.get('year'))
  if (!Number.isInteger(year) || year < 2020 || year > 2100) return wrongField(form, 'year', 'format')
  const plans = await naru.read.readPlans(naru.visitor.organisation)
  const same = plans.find((plan) => plan.year === year)
  const id = same?.plan ?? idOfForm(form)
  if (!same && !(await naru.read.readDraft(id)))
    await naru.read.saveDraft({ id, kind: 'plan', caseId: null, version: 0, body: { year, lines: [] } })
  return redirect(`/${naru.language}/work/plans/${id}`)
}

export default function Plans({ loaderData, actionData }: Route.ComponentProps) {
  const speech = useSpeech()
  const { say } = speech
  const { plans, begun, planner, year } = loaderData
  const errors = errorsOf(actionData?.why, speech)
  const rows = [
    ...plans.map((plan) => ({ ...plan, draft: false })),
    ...begun.map((plan) => ({ ...plan, version: null, pending: false, draft: true })),
  ].sort((a, b) => b.year - a.year)
  return (
    <Page
      title={say('work.nav.plans')}
      lead={say('work.plan.lead')}
      wrong={actionData !== undefined}
      trail={[{ to: '/desk', text: say('work.nav.desk') }]}
    >
      <Trouble failed={actionData} errors={errors} />
      <Table
        caption={say('work.nav.plans')}
        rows={rows}
        rowKey={(plan) => plan.plan}
        empty={<Empty title={say('work.plan.none')} />}
        columns={[
          {
            key: 'year',
            head: say('work.plan.year'),
            names: true,
            cell: (plan) => (
              <Go to={`/work/plans/${plan.plan}`}>{say('work.desk.plan', { year: String(plan.year) })}</Go>
            ),
          },
          { key: 'version', head: say('work.plan.version'), kind: 'number', cell: (plan) => plan.version ?? '—' },
          {
            key: 'state',
            head: say('work.plan.state'),
            cell: (plan) => (
              <>
                {plan.version !== null && <StatusChip tone="success" word={say('work.plan.stage.published')} />}{' '}
                {plan.pending && <StatusChip tone="info" word={say('work.plan.pending')} />}
                {plan.draft && <StatusChip word={say('work.plan.drafted')} />}
              </>
            ),
          },
        ]}
      />
      {planner && (
        <Section id="new" title={say('work.plan.new')}>
          <ActForm act="plan">
            <TextField
              name="year"
              label={say('work.plan.year')}
              inputMode="numeric"
              width={4}
              defaultValue={actionData?.typed.one.year ?? String(year)}
              errors={errors}
            />
            <Buttons>
              <Button kind="secondary">{say('work.plan.begin')}</Button>
            </Buttons>
          </ActForm>
        </Section>
      )}
    </Page>
  )
}

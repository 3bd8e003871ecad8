// One year's plan: the version in force, the version being written, and the way of a version to publication by two persons.
import type { PlanLine } from '@naru/domain/plan/facts.ts'
import { data, redirect } from 'react-router'
import type { Route } from './+types/plan'
import { StatusChip } from '../../../design/chip.tsx'
import { ActForm, Button, ButtonLink, Buttons, TextAreaField } from '../../../design/form.tsx'
import { Go } from '../../../design/go.tsx'
import { Banner, Empty, Page, PrintFoot, Section } from '../../../design/page.tsx'
import { Table } from '../../../design/table.tsx'
import { RefusalText } from '../../../sentences.tsx'
import { useSpeech } from '../../../speech.tsx'
import { actAndGo, wrongField } from '../../../work/act.ts'
import { inWords } from '../../../work/names.ts'
import { linesToEdit, readPlanWork } from '../../../work/plan-draft.ts'
import { same } from '../../../work/same.ts'
import { errorsOf, Trouble } from '../../../work/trouble.tsx'

export async function loader(args: Route.LoaderArgs) {
  const { naru, id, view, state, draft, version } = await readPlanWork(args)
  const colleagues = await naru.read.readColleagues()
  const by = state?.pending?.by
  return {
    id,
    state,
    draft,
    version,
    may: view?.may ?? [],
    year: state?.year ?? draft?.year ?? 0,
    planner: naru.visitor.roles.includes('planner'),
    preparedBy: by && 'person' in by ? (colleagues[by.person] ?? '') : '',
    currency: naru.country.currency,
    now: naru.now,
  }
}

export async function action(args: Route.ActionArgs) {
  const { naru, id, state, draft, version } = await readPlanWork(args)
  const form = await args.request.formData()
  const to = `/work/plans/${id}`
  const doing = String(form.get('act') ?? '')
  if (doing === 'edit' || doing === 'remove') {
    const lines = linesToEdit(state, draft)
    const line = String(form.get('line') ?? '')
    const body = {
      ...draft,
      year: state?.year ?? draft?.year ?? 0,
      lines: doing === 'remove' ? lines.filter((each) => each.id !== line) : lines,
    }
    await naru.read.saveDraft({ id, kind: 'plan', caseId: state ? id : null, version, body })
    return redirect(`/${naru.language}${to}`)
  }
  if (doing === 'submit') {
    if (!draft || draft.lines.length === 0) return wrongField(form, 'lines', 'required')
    return actAndGo(naru, form, {
      caseId: id,
      act: 'prepare-plan',
      input: { year: draft.year, lines: draft.lines },
      to,
    })
  }
  if (doing === 'return')
    return actAndGo(naru, form, {
      caseId: id,
      act: 'return-plan',
      input: { reason: String(form.get('reason') ?? '').trim() },
      to,
    })
  if (doing === 'approve' || doing === 'publish')
    return actAndGo(naru, form, { caseId: id, act: `${doing}-plan`, input: {}, to })
  throw data(null, { status: 400 })
}

export default function Plan({ loaderData, actionData }: Route.ComponentProps) {
  const speech = useSpeech()
  const { say } = speech
  const { id, state, draft, may, year, planner, preparedBy, currency, now } = loaderData
  const errors = errorsOf(actionData?.why, speech, (path) => path.replace(/^lines.*/, 'lines'))
  const open = (act: string) => may.some((each) => each.act === act && each.open)
  const why = (act: string) => {
    const found = may.find((each) => each.act === act)
    return found && !found.open ? found.why : null
  }
  const { pending = null, published = null } = state ?? {}
  // What was sent is no longer a draft: the version that waits is the newest.
  const editing = draft && !(pending && same(pending.lines, draft.lines)) && !same(published?.lines ?? [], draft.lines)
  const secondPerson = why('approve-plan')
  return (
    <Page
      title={say('work.desk.plan', { year: String(year) })}
      wrong={actionData !== undefined}
      trail={[
        { to: '/desk', text: say('work.nav.desk') },
        { to: '/work/plans', text: say('work.nav.plans') },
      ]}
    >
      <Trouble failed={actionData} errors={errors} />
      {planner && (editing || !state) && (
        <Section id="draft" title={say('work.plan.drafting')}>
          <Lines lines={draft?.lines ?? []} currency={currency} edit={id} />
          <Buttons>
            <ButtonLink
              kind={(draft?.lines.length ?? 0) === 0 ? 'primary' : 'secondary'}
              to={`/work/plans/${id}/lines/new`}
            >
              {say('work.plan.add')}
            </ButtonLink>
          </Buttons>
          {(draft?.lines.length ?? 0) > 0 && (
            <ActForm act="submit">
              <p>{say('work.plan.submitNext')}</p>
              <Buttons>
                <Button>{say('work.plan.submit')}</Button>
              </Buttons>
            </ActForm>
          )}
        </Section>
      )}
      {pending && (
        <Section
          id="pending"
          title={say('work.plan.versionN', { n: pending.version })}
          aside={
            <StatusChip
              tone="info"
              word={say(pending.approved ? 'work.plan.stage.approved' : 'work.plan.stage.prepared')}
            />
          }
        >
          {preparedBy && <p className="note">{say('work.plan.by', { name: preparedBy })}</p>}
          <Lines lines={pending.lines} before={published?.lines ?? []} currency={currency} />
          {open('approve-plan') && (
            <>
              <ActForm act="approve">
                <Buttons>
                  <Button>{say('domain.act.approve-plan')}</Button>
                </Buttons>
              </ActForm>
              <details className="more" open={errors.some((error) => error.field === 'reason')}>
                <summary>{say('domain.act.return-plan')}</summary>
                <div>
                  <ActForm act="return">
                    <TextAreaField
                      name="reason"
                      label={say('work.reason')}
                      rows={3}
                      maxLength={2000}
                      defaultValue={actionData?.typed.one.reason ?? ''}
                      errors={errors}
                    />
                    <Buttons>
                      <Button kind="secondary">{say('domain.act.return-plan')}</Button>
                    </Buttons>
                  </ActForm>
                </div>
              </details>
            </>
          )}
          {!pending.approved && secondPerson?.refused === 'preparerMayNotApprove' && (
            <Banner tone="info" title={say('work.plan.second')}>
              <RefusalText refusal={secondPerson} />
            </Banner>
          )}
          {open('publish-plan') && (
            <ActForm act="publish">
              <p>{say('work.plan.publishNext')}</p>
              <Buttons>
                <Button>{say('domain.act.publish-plan')}</Button>
              </Buttons>
            </ActForm>
          )}
        </Section>
      )}
      {published && (
        <Section
          id="published"
          title={say('work.plan.inForce', { n: published.version })}
          aside={<StatusChip tone="success" word={say('work.plan.stage.published')} />}
        >
          <Lines lines={published.lines} currency={currency} />
        </Section>
      )}
      {planner && state && !editing && (
        <ActForm act="edit">
          <Buttons>
            <Button kind="secondary">{say('work.plan.edit')}</Button>
          </Buttons>
        </ActForm>
      )}
      <PrintFoot caseNumber={state?.ocid ?? id} address={`/work/plans/${id}`} now={now} />
    </Page>
  )
}

/** Lines of a plan with their sum; new and changed ones are marked against the version before. */
function Lines({
  lines,
  before,
  currency,
  edit,
}: {
  lines: readonly PlanLine[]
  before?: readonly PlanLine[]
  currency: string
  edit?: string
}) {
  const { say, language, amount, currency: word, number } = useSpeech()
  const total = lines.reduce((sum, line) => sum + BigInt(line.amount.amount || '0'), 0n).toString()
  const changed = (line: PlanLine) =>
    before !== undefined &&
    !same(
      before.find((each) => each.id === line.id),
      line,
    )
  return (
    <Table
      caption={say('work.nav.plans')}
      rows={lines}
      rowKey={(line) => line.id}
      marked={changed}
      empty={<Empty title={say('work.plan.noLines')} />}
      columns={[
        {
          key: 'title',
          head: say('work.field.title'),
          names: true,
          cell: (line) => (
            <>
              {edit ? (
                <Go to={`/work/plans/${edit}/lines/${line.id}`}>{inWords(line.title, language)}</Go>
              ) : (
                inWords(line.title, language)
              )}
              <div className="note">
                {line.classification} · {say(`domain.category.${line.category}`)}
              </div>
            </>
          ),
        },
        {
          key: 'budget',
          head: say('work.plan.budget'),
          cell: (line) => `${line.budgetLine.code}, ${line.budgetLine.source}`,
        },
        { key: 'quarter', head: say('work.plan.quarter'), kind: 'number', cell: (line) => number(line.quarter) },
        {
          key: 'amount',
          head: say('work.plan.amount'),
          unit: word(currency),
          kind: 'money',
          cell: (line) => amount(line.amount),
        },
        ...(edit
          ? [
              {
                key: 'do',
                head: say('work.remove'),
                cell: (line: PlanLine) => (
                  <ActForm act="remove" className="inline-form">
                    <button type="submit" className="plain" name="line" value={line.id}>
                      {say('work.remove')}
                    </button>
                  </ActForm>
                ),
              },
            ]
          : []),
      ]}
      foot={
        <tr>
          <th scope="row" colSpan={3}>
            {say('work.prices.total')}
          </th>
          <td data-kind="money">{amount({ amount: total, currency })}</td>
          {edit && <td />}
        </tr>
      }
    />
  )
}

// One procurement plan: its lines in force, the tenders that pay from them, and every published version with what it changed.
import type { Route } from './+types/plan'
import type { PlanLine } from '@naru/domain/plan/facts.ts'
import { inLanguage } from '@naru/domain/text.ts'
import { ProofChip } from '../../design/chip.tsx'
import { Differences } from '../../design/difference.tsx'
import { Facts } from '../../design/facts.tsx'
import { Go } from '../../design/go.tsx'
import { Page, PrintFoot, Section } from '../../design/page.tsx'
import { Table } from '../../design/table.tsx'
import { useSpeech } from '../../speech.tsx'
import type { Speech } from '../../../speech.ts'
import { found, idIn, keptUntilChanged, loaderHeaders, naruOf, nothing } from './reading.ts'
import { nameOf, OrganisationLink, Words } from './saying.tsx'

export async function loader({ params, context, url }: Route.LoaderArgs) {
  const naru = naruOf(context)
  const id = idIn(params.planId)
  const view = found(await naru.read.readCase(id))
  if (view.kind !== 'plan' || !view.plan.published) throw nothing()
  const [cases, history] = await Promise.all([naru.read.published.readCasesOfPlan(id), naru.read.readHistory(id)])
  const versions = history.items
    .filter((item) => item.type === 'PlanPublished')
    .map((item) => ({ index: item.index, at: item.at, ...(item.body as { version: number; lines: PlanLine[] }) }))
  const classNames = naru.read.published.readClassNames(view.plan.published.lines.map((line) => line.classification))
  return keptUntilChanged(
    naru,
    { origin: url.origin, view, published: view.plan.published, cases, versions, classNames },
    'plan',
    id,
    view.log.newest,
    ...cases.map((each) => `${each.caseId} ${each.status}`),
  )
}

export const headers = loaderHeaders

/** What a version changed in the lines of the one before it. */
function lineChanges(before: readonly PlanLine[], after: readonly PlanLine[], { say, money, language }: Speech) {
  const words = (line: PlanLine | undefined) =>
    line
      ? `${inLanguage(line.title, language, '')} ${line.classification} ${money(line.amount)} ${say('public.plan.quarterIs', { n: line.quarter })}`
      : ''
  const ids = [...new Set([...after, ...before].map((line) => line.id))]
  return ids
    .map((id) => ({ old: before.find((line) => line.id === id), fresh: after.find((line) => line.id === id) }))
    .map(({ old, fresh }) => ({
      name: inLanguage((fresh ?? old)?.title ?? {}, language, ''),
      before: words(old),
      after: words(fresh),
    }))
    .filter((change) => change.before !== change.after)
}

export default function Plan({ loaderData }: Route.ComponentProps) {
  const speech = useSpeech()
  const { say, amount, currency, money, date, dateTime, number, language } = speech
  const { view, published, cases, versions, classNames, origin } = loaderData
  const { plan } = view
  const code = published.lines[0]?.amount.currency ?? ''
  const total = published.lines.reduce((sum, line) => sum + BigInt(line.amount.amount), 0n).toString()
  const owner = nameOf(view.names, plan.organisation, language)
  return (
    <Page
      title={say('public.plan.title', { name: owner, year: String(plan.year) })}
      trail={[{ to: '/plans', text: say('place.plans') }]}
      wide
    >
      <Facts
        facts={[
          { name: say('public.rail.entity'), value: <OrganisationLink names={view.names} id={plan.organisation} /> },
          {
            name: say('public.plans.version'),
            value: number(published.version),
            note: (
              <>
                {dateTime(published.at)} <ProofChip index={versions.at(-1)?.index} />
              </>
            ),
          },
          { name: say('public.plans.amount'), value: money({ amount: total, currency: code }) },
        ]}
      />
      <Section id="lines" title={say('public.plans.lines')}>
        <Table
          caption={say('public.plans.lines')}
          rows={published.lines}
          rowKey={(line) => line.id}
          columns={[
            {
              key: 'what',
              head: say('public.purchase.what'),
              names: true,
              cell: (line) => (
                <span id={`line-${line.id}`}>
                  <Words of={line.title} />
                </span>
              ),
            },
            {
              key: 'category',
              head: say('public.rail.category'),
              cell: (line) => say(`domain.category.${line.category}`),
            },
            {
              key: 'class',
              head: say('public.purchase.class'),
              cell: (line) => (
                <>
                  <span className="code">{line.classification}</span>
                  {classNames[line.classification] && (
                    <span className="note block">
                      <Words of={classNames[line.classification] ?? {}} />
                    </span>
                  )}
                </>
              ),
            },
            {
              key: 'budget',
              head: say('public.plan.budget'),
              cell: (line) => (
                <>
                  <span className="code">{line.budgetLine.code}</span>
                  <span className="note block">{line.budgetLine.source}</span>
                </>
              ),
            },
            { key: 'quarter', head: say('public.plan.quarter'), kind: 'number', cell: (line) => number(line.quarter) },
            {
              key: 'amount',
              head: say('public.plan.planned'),
              unit: currency(code),
              kind: 'money',
              cell: (line) => amount(line.amount),
            },
            {
              key: 'tenders',
              head: say('place.tenders'),
              cell: (line) => {
                const own = cases.filter((each) => each.lines.includes(line.id))
                if (own.length === 0) return <span className="quiet">{say('public.plan.notYet')}</span>
                return own.map((each) => (
                  <span className="block" key={each.caseId}>
                    <Go to={`/tenders/${each.caseId}`}>№ {each.number ?? each.caseId}</Go>{' '}
                    <span className="note">{say(`domain.status.${each.status}`)}</span>
                  </span>
                ))
              },
            },
          ]}
        />
      </Section>
      <Section id="versions" title={say('public.plan.versions')}>
        <ol className="plain-list">
          {[...versions].reverse().map((version, at, all) => {
            const before = all[at + 1]
            const changes = before ? lineChanges(before.lines, version.lines, speech) : []
            return (
              <li key={version.version}>
                <h3>{say('public.plan.version', { n: version.version, day: date(version.at) })}</h3>
                <p className="note">
                  {say('public.plan.lineCount', { n: version.lines.length })} · <ProofChip index={version.index} />
                </p>
                {changes.length > 0 && <Differences changes={changes} />}
              </li>
            )
          })}
        </ol>
      </Section>
      <PrintFoot
        caseNumber={`${owner} ${plan.year}`}
        address={`${origin}/${language}/plans/${plan.id}`}
        {...(view.log.newest !== null && { index: view.log.newest })}
        now={view.now}
      />
    </Page>
  )
}

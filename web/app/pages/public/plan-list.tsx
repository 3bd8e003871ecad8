// Published procurement plans as a table.
import type { PublicPlan } from '@naru/server/read/published.ts'
import type { Names } from '@naru/server/read/case.ts'
import { Go } from '../../design/go.tsx'
import { Empty } from '../../design/page.tsx'
import { Table } from '../../design/table.tsx'
import { useSpeech } from '../../speech.tsx'
import { nameOf } from './saying.tsx'

export function PlanList({ plans, names }: { plans: readonly PublicPlan[]; names: Names }) {
  const { say, number, money, date, language } = useSpeech()
  return (
    <Table
      caption={say('place.plans')}
      rows={plans}
      rowKey={(each) => each.plan}
      empty={
        <Empty title={say('public.plans.none')}>
          <p>{say('public.plans.noneMeaning')}</p>
        </Empty>
      }
      columns={[
        {
          key: 'who',
          head: say('public.rail.entity'),
          names: true,
          cell: (each) => <Go to={`/plans/${each.plan}`}>{nameOf(names, each.organisation, language)}</Go>,
        },
        { key: 'year', head: say('public.plans.year'), kind: 'number', cell: (each) => String(each.year) },
        { key: 'lines', head: say('public.plans.lines'), kind: 'number', cell: (each) => number(each.lines) },
        { key: 'amount', head: say('public.plans.amount'), kind: 'money', cell: (each) => money(each) },
        { key: 'version', head: say('public.plans.version'), kind: 'number', cell: (each) => number(each.version) },
        {
          key: 'at',
          head: say('public.plans.at'),
          kind: 'date',
          cell: (each) => <time dateTime={each.at}>{date(each.at)}</time>,
        },
      ]}
    />
  )
}

// A list of tenders as a table: what, who buys, for how much, until when, and in what state.
import type { ReactNode } from 'react'
import type { SearchRow } from '@naru/server/read/search.ts'
import type { Names } from '@naru/server/read/case.ts'
import { StatusChip, type Tone } from '../../design/chip.tsx'
import { Go } from '../../design/go.tsx'
import { Table } from '../../design/table.tsx'
import { useSpeech } from '../../speech.tsx'
import { nameOf, sumOf, Words } from './saying.tsx'

/** The colour of a status repeats its word. */
export const toneOf = (status: string): Tone =>
  (
    ({
      open: 'success',
      awarded: 'info',
      contracted: 'neutral',
      complete: 'neutral',
      failed: 'danger',
      cancelled: 'danger',
    }) as const
  )[status as 'open'] ?? 'info'

/** History that was imported is marked with its source and leads to the record it came from. */
export const isOwn = (row: SearchRow): boolean => row.source === 'naru'

export function TenderList(props: {
  rows: readonly SearchRow[]
  names: Names
  /** Names of the publishers of imported history, by their code. */
  sources?: Readonly<Record<string, string>>
  now: string
  caption: string
  empty: ReactNode
}) {
  const { say, money, dateTime, date, fromNow, language, has } = useSpeech()
  const buyerOf = (row: SearchRow) => (row.buyerId && nameOf(props.names, row.buyerId, language)) || row.buyer
  return (
    <Table
      caption={props.caption}
      rows={props.rows}
      rowKey={(row) => row.caseId}
      empty={props.empty}
      columns={[
        {
          key: 'title',
          head: say('public.list.what'),
          names: true,
          cell: (row) => (
            <>
              {isOwn(row) ? (
                <Go to={`/tenders/${row.caseId}`}>
                  <Words of={row.title} />
                </Go>
              ) : (
                <Go to={`/elsewhere/${encodeURIComponent(row.ocid)}`}>
                  <Words of={row.title} />
                </Go>
              )}
              <span className="note block">
                {row.number && `№ ${row.number}`}
                {!isOwn(row) &&
                  ` · ${say('public.list.imported', { source: props.sources?.[row.source] ?? row.source })}`}
              </span>
            </>
          ),
        },
        {
          key: 'buyer',
          head: say('public.list.buyer'),
          cell: (row) =>
            row.buyerId && isOwn(row) ? <Go to={`/organisations/${row.buyerId}`}>{buyerOf(row)}</Go> : buyerOf(row),
        },
        {
          key: 'value',
          head: say('public.list.value'),
          kind: 'money',
          cell: (row) => {
            const sum = sumOf(row.value, row.currency)
            return sum ? money(sum) : '—'
          },
        },
        {
          key: 'deadline',
          head: say('public.list.deadline'),
          kind: 'date',
          cell: (row) =>
            row.deadline ? (
              <>
                <time dateTime={row.deadline}>{dateTime(row.deadline)}</time>
                {row.status === 'open' && row.deadline > props.now && (
                  <span className="note block">{fromNow(row.deadline, props.now)}</span>
                )}
              </>
            ) : row.publishedAt ? (
              <span className="quiet">{say('public.list.published', { day: date(row.publishedAt) })}</span>
            ) : (
              '—'
            ),
        },
        {
          key: 'status',
          head: say('public.list.status'),
          cell: (row) => (
            <StatusChip
              tone={toneOf(row.status)}
              word={say(`domain.status.${row.status}`)}
              {...(has(`domain.stage.${row.status}.meaning`) && { meaning: say(`domain.stage.${row.status}.meaning`) })}
            />
          ),
        },
      ]}
    />
  )
}

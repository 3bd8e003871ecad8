// What was tried on sealed bids, as a table: the report before an opening and in its record. A bidder is never named.
import type { AttemptBy, AttemptLine } from '@naru/domain/tender/attempts.ts'
import { useSpeech } from '../speech.tsx'
import { Table } from './table.tsx'

/** The lines of a report of attempts; says that there were none where there were none. */
export function Attempts({ lines }: { lines: readonly AttemptLine[] }) {
  const { say, number, recordTime } = useSpeech()
  const who = (by: AttemptBy): string => {
    if (typeof by === 'string') return say(`attempts.by.${by}`)
    return 'holder' in by ? say('attempts.by.holder', { n: by.holder }) : say('attempts.by.official')
  }
  return (
    <Table
      caption={say('attempts.title')}
      rows={lines}
      rowKey={(line) => `${line.kind} ${JSON.stringify(line.by)}`}
      empty={<p>{say('attempts.none')}</p>}
      columns={[
        { key: 'kind', head: say('attempts.what'), names: true, cell: (line) => say(`domain.attempt.${line.kind}`) },
        { key: 'by', head: say('attempts.who'), cell: (line) => who(line.by) },
        { key: 'count', head: say('attempts.count'), kind: 'number', cell: (line) => number(line.count) },
        {
          key: 'first',
          head: say('attempts.first'),
          kind: 'date',
          cell: (line) => <time dateTime={line.first}>{recordTime(line.first)}</time>,
        },
        {
          key: 'last',
          head: say('attempts.last'),
          kind: 'date',
          cell: (line) => <time dateTime={line.last}>{recordTime(line.last)}</time>,
        },
      ]}
    />
  )
}

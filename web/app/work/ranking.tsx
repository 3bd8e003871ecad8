// A ranking with its reasons: every bid has a line that says why it stands where it stands, in words from the rule.
import type { Ranking as Ranked } from '@naru/domain/award/rules.ts'
import { StatusChip } from '../design/chip.tsx'
import { Table } from '../design/table.tsx'
import { reasonSentence } from '../sentences.tsx'
import { useSpeech } from '../speech.tsx'

export function Ranking({
  ranking,
  currency,
  nameOf,
}: {
  ranking: Ranked
  currency: string
  nameOf: (bid: string) => string
}) {
  const speech = useSpeech()
  const { say, number, amount, currency: word } = speech
  const lines = ranking.lines.toSorted((a, b) => (a.rank ?? 9999) - (b.rank ?? 9999))
  return (
    <Table
      caption={say('work.ranking.title')}
      rows={lines}
      rowKey={(line) => line.bid}
      marked={(line) => line.bid === ranking.winner}
      columns={[
        {
          key: 'rank',
          head: say('work.ranking.rank'),
          kind: 'number',
          cell: (line) => (line.rank === null ? '—' : number(line.rank)),
        },
        {
          key: 'name',
          head: say('work.ranking.bidder'),
          names: true,
          cell: (line) => (
            <>
              {nameOf(line.bid)}{' '}
              {line.bid === ranking.winner && <StatusChip tone="success" word={say('work.ranking.winner')} />}
              {line.bid === ranking.next && <StatusChip tone="info" word={say('work.ranking.next')} />}
              {line.standing === 'excluded' && <StatusChip tone="danger" word={say('work.ranking.excluded')} />}
            </>
          ),
        },
        {
          key: 'price',
          head: say('work.ranking.price'),
          unit: word(currency),
          kind: 'money',
          cell: (line) => amount({ amount: line.price, currency }),
        },
        { key: 'why', head: say('work.ranking.why'), cell: (line) => reasonSentence(line, currency, speech) },
      ]}
    />
  )
}

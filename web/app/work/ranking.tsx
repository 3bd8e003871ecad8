// A ranking with its reasons: every bid has a line that says why it stands where it stands, in words from the rule.
import type { Ranking as Ranked, RankingLine } from '@naru/domain/award/rules.ts'
import type { Speech } from '../../speech.ts'
import { StatusChip } from '../design/chip.tsx'
import { Table } from '../design/table.tsx'
import { useSpeech } from '../speech.tsx'

/** Numbers of a reason that are sums, in the currency's smallest units. */
const sums = new Set(['price', 'best', 'lowest', 'ceiling', 'budget', 'reserve', 'reservePrice', 'floor'])

/** Why a bid stands where it stands. */
export const reasonOf = (line: RankingLine, currency: string, speech: Speech): string =>
  speech.say(
    `domain.reason.${line.reason}`,
    Object.fromEntries(
      Object.entries({ price: line.price, ...line.numbers }).map(([name, value]) => [
        name,
        sums.has(name) && /^\d+$/.test(value)
          ? speech.money({ amount: value, currency })
          : /^\d+(\.\d+)?$/.test(value)
            ? speech.number(value)
            : value,
      ]),
    ),
  )

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
              {line.bid === ranking.winner && <StatusChip tone="success" word={say('work.ranking.first')} />}
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
        { key: 'why', head: say('work.ranking.why'), cell: (line) => reasonOf(line, currency, speech) },
      ]}
    />
  )
}

// The order of the bids with a reason for each, the points of the committee, and the qualification review.
import type { RankingLine } from '@naru/domain/award/rules.ts'
import { inLanguage } from '@naru/domain/text.ts'
import { ProofChip } from '../../../design/chip.tsx'
import { Section } from '../../../design/page.tsx'
import { Table } from '../../../design/table.tsx'
import { reasonSentence } from '../../../sentences.tsx'
import { useSpeech } from '../../../speech.tsx'
import type { Speech } from '../../../../speech.ts'
import { nameOf, OrganisationLink, Words, Written } from '../saying.tsx'
import { indexOf, type TenderPage } from './case-page.ts'
import { PriceLine, type PriceMark } from './plots.tsx'

/** What prices are measured against: the ceiling and the floor, where the rule has them and a line names them. */
function marksOf(
  lines: readonly RankingLine[],
  currency: string,
  { say, money }: Speech,
  reserve: boolean,
): PriceMark[] {
  const figure = (name: string) => lines.map((line) => line.numbers[name]).find((each) => each !== undefined)
  const [ceiling, percent] = [figure('ceiling'), figure('floorPercent')]
  if (!ceiling) return []
  const top = {
    amount: BigInt(ceiling),
    words: say(reserve ? 'public.ranking.reserve' : 'public.ranking.ceiling', {
      sum: money({ amount: ceiling, currency }),
    }),
  }
  if (!percent) return [top]
  const [whole = '0', decimals = ''] = percent.split('.')
  const scale = 10n ** BigInt(decimals.length)
  // The least whole sum that is not below the floor: ceiling × percent ÷ 100, brought up.
  const least = (BigInt(ceiling) * BigInt(whole + decimals) + 100n * scale - 1n) / (100n * scale)
  const floor = BigInt(figure('floorPrice') ?? least)
  return [
    {
      amount: floor,
      words: say('public.ranking.floor', { percent, sum: money({ amount: floor.toString(), currency }) }),
    },
    top,
  ]
}

/** The ranking of each lot: a picture, and a table with a sentence for every bid. */
export function Ranking({ page }: { page: TenderPage }) {
  const speech = useSpeech()
  const { say, amount, currency, number, language } = speech
  const { round, view, content } = page
  if (round.rankings.length === 0) return null
  const bidderOf = (bid: string) => round.opening?.bids.find((each) => each.bid === bid)?.bidder ?? ''
  // All lots are ranked in one act, one fact each in the order of the lots.
  const lotInOrder = (lot: string) => content.lots.findIndex((each) => each.id === lot)
  return (
    <Section id="ranking" title={say('public.ranking.title')}>
      <p>{say('public.ranking.meaning', { rule: say(`domain.rule.${round.rankings[0]?.ranking.rule ?? ''}`) })}</p>
      {round.rankings.map(({ lot, at, ranking }) => {
        const described = content.lots.findIndex((each) => each.id === lot)
        const code = content.lots[described]?.value.currency ?? ''
        const points = ranking.lines.some((line) => line.numbers.total || line.numbers.pricePoints)
        const winner = ranking.lines.find((line) => line.bid === ranking.winner)
        return (
          <div key={lot} className="ranking">
            {content.lots.length > 1 && (
              <h3>
                {say('public.lot', { n: described + 1 })}{' '}
                <Words of={content.lots[described]?.title ?? {}} prevailing={content.language} />
              </h3>
            )}
            {winner && (
              <p className="reading">
                {say('public.ranking.winner', {
                  name: nameOf(view.names, bidderOf(winner.bid), language),
                  reason: reasonSentence(winner, code, speech),
                })}
              </p>
            )}
            <PriceLine
              bids={ranking.lines.map((line) => ({
                price: BigInt(line.price),
                rank: line.rank,
                winner: line.bid === ranking.winner,
              }))}
              marks={marksOf(ranking.lines, code, speech, round.draws.length > 0)}
              title={say('public.ranking.picture')}
            />
            <Table
              caption={say('public.ranking.title')}
              rows={ranking.lines}
              rowKey={(line) => line.bid}
              marked={(line) => line.bid === ranking.winner}
              columns={[
                {
                  key: 'rank',
                  head: say('public.ranking.place'),
                  kind: 'number',
                  cell: (line) => (line.rank === null ? '×' : number(line.rank)),
                },
                {
                  key: 'bidder',
                  head: say('public.bidder'),
                  names: true,
                  cell: (line) => <OrganisationLink names={view.names} id={bidderOf(line.bid)} />,
                },
                {
                  key: 'price',
                  head: say('public.price'),
                  unit: currency(code),
                  kind: 'money',
                  cell: (line) => amount({ amount: line.price, currency: code }),
                },
                ...(points
                  ? [
                      {
                        key: 'points',
                        head: say('public.ranking.points'),
                        kind: 'number' as const,
                        cell: (line: RankingLine) =>
                          line.numbers.total
                            ? number(line.numbers.total)
                            : line.numbers.pricePoints
                              ? say('public.ranking.forPrice', { n: number(line.numbers.pricePoints) })
                              : '—',
                      },
                    ]
                  : []),
                {
                  key: 'reason',
                  head: say('public.ranking.reason'),
                  cell: (line) => reasonSentence(line, code, speech),
                },
              ]}
            />
            <p className="note">
              <ProofChip index={indexOf(view, 'BidsRanked', at, lotInOrder(lot))} />
            </p>
          </div>
        )
      })}
      <Reviews page={page} />
      <Scores page={page} />
    </Section>
  )
}

function Reviews({ page }: { page: TenderPage }) {
  const { say, number } = useSpeech()
  const { view, round, content } = page
  const { reviews } = view.tender
  if (reviews.length === 0) return null
  return (
    <>
      <h3>{say('public.review.title')}</h3>
      <Table
        caption={say('public.review.title')}
        rows={reviews}
        rowKey={(each) => `${each.lot}-${each.bid}`}
        columns={[
          {
            key: 'bidder',
            head: say('public.bidder'),
            names: true,
            cell: (each) => (
              <OrganisationLink
                names={view.names}
                id={round.opening?.bids.find((bid) => bid.bid === each.bid)?.bidder ?? ''}
              />
            ),
          },
          { key: 'points', head: say('public.review.points'), kind: 'number', cell: (each) => number(each.points) },
          {
            key: 'findings',
            head: say('public.review.findings'),
            cell: (each) => <Written language={content.language}>{each.findings}</Written>,
          },
          {
            key: 'index',
            head: say('public.proof.entry'),
            cell: (each) => <ProofChip index={indexOf(view, 'ReviewRecorded', each.at)} />,
          },
        ]}
      />
    </>
  )
}

/** Points for quality: the mean of each bid, and once they are public each member's points without names. */
function Scores({ page }: { page: TenderPage }) {
  const { say, number, language } = useSpeech()
  const { view, round, content } = page
  const { quality, scores } = view.tender
  if (!quality) return null
  const bidderOf = (bid: string) => round.opening?.bids.find((each) => each.bid === bid)?.bidder ?? ''
  const pointsOf = (bid: string, lot: string, criterion: string) =>
    scores.flatMap((each) =>
      each.scores
        .filter((one) => one.bid === bid && one.lot === lot && one.criterion === criterion)
        .map((one) => number(one.points)),
    )
  return (
    <>
      <h3>{say('public.scores.title')}</h3>
      <p>{say(scores.length > 0 ? 'public.scores.meaning' : 'public.scores.later')}</p>
      <Table
        caption={say('public.scores.title')}
        rows={quality}
        rowKey={(each) => `${each.bid}-${each.lot}`}
        columns={[
          {
            key: 'bidder',
            head: say('public.bidder'),
            names: true,
            cell: (each) => <OrganisationLink names={view.names} id={bidderOf(each.bid)} />,
          },
          ...(scores.length > 0
            ? content.criteria.map((criterion) => ({
                key: criterion.id,
                head: inLanguage(criterion.title, language, content.language) || criterion.id,
                unit: say('public.scores.most', { n: number(criterion.points) }),
                kind: 'number' as const,
                cell: (each: (typeof quality)[number]) => pointsOf(each.bid, each.lot, criterion.id).join(' · ') || '—',
              }))
            : []),
          { key: 'mean', head: say('public.scores.mean'), kind: 'number', cell: (each) => number(each.quality) },
        ]}
      />
      <p className="note">
        <ProofChip index={indexOf(view, 'EvaluationCompleted')} />
      </p>
    </>
  )
}

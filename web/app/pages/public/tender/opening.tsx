// What the opening showed: who took part, which bids stand and which are void with the reason, and the verifiable draw.
import type { Round } from '@naru/domain/tender/tender.ts'
import { ProofChip, StatusChip } from '../../../design/chip.tsx'
import { Facts } from '../../../design/facts.tsx'
import { Go } from '../../../design/go.tsx'
import { Section } from '../../../design/page.tsx'
import { Table } from '../../../design/table.tsx'
import { useSpeech } from '../../../speech.tsx'
import type { Money } from '../../../../speech.ts'
import { OrganisationLink, Words } from '../saying.tsx'
import { indexOf, type TenderPage } from './case-page.ts'
import { DrawPicture } from './plots.tsx'

type Opening = NonNullable<Round['opening']>

/** How many entries of the box stand, were replaced, withdrawn or came late. */
function countsOf(round: Round): readonly { readonly status: string; readonly count: number }[] {
  const counts = new Map<string, number>()
  for (const { status } of round.closing?.items ?? []) counts.set(status, (counts.get(status) ?? 0) + 1)
  const order = ['live', 'superseded', 'withdrawn', 'duplicate', 'orphaned', 'late', 'cancelled']
  return [...counts]
    .map(([status, count]) => ({ status, count }))
    .sort((a, b) => order.indexOf(a.status) - order.indexOf(b.status))
}

/** Facts of the opening: when, by which keys, what was in the box. */
export function OpeningFacts({ page, round, opening }: { page: TenderPage; round: Round; opening: Opening }) {
  const { say, recordTime, number } = useSpeech()
  const { holders } = page.view.tender
  const groups = holders.map((group) =>
    say('public.opening.tookPart', {
      group: say(`domain.group.${group.name}`),
      n: group.holders.filter(({ i }) => round.batches.some((each) => each.i === i)).length,
      k: group.k,
    }),
  )
  return (
    <Facts
      facts={[
        { name: say('public.opening.at'), value: <time dateTime={opening.at}>{recordTime(opening.at)}</time> },
        {
          name: say('public.opening.keys'),
          value: groups.map((each) => (
            <span className="block" key={each}>
              {each}
            </span>
          )),
        },
        {
          name: say('public.opening.box'),
          value: countsOf(round).map(({ status, count }) => (
            <span className="block" key={status}>
              {say(`domain.closeStatus.${status}`)}: {number(count)}
            </span>
          )),
        },
        {
          name: say('public.opening.late'),
          value: number(opening.lateAttempts),
          note: say('public.opening.lateMeaning'),
        },
        ...(opening.wrongShares.length > 0
          ? [
              {
                name: say('public.opening.wrongShares'),
                value: opening.wrongShares.map((each) => number(each)).join(', '),
                note: say('public.opening.wrongSharesMeaning'),
              },
            ]
          : []),
        ...(round.closing
          ? [
              {
                name: say('public.opening.seal'),
                value: <code className="hash">{round.closing.commitment}</code>,
                note: say('public.opening.sealMeaning'),
              },
            ]
          : []),
      ]}
    />
  )
}

/** The opened bids of each lot: prices, picks, and void bids with their reason. */
export function OpenedBids({ page, opening }: { page: TenderPage; opening: Opening }) {
  const { say, amount, currency, number, has } = useSpeech()
  const { content, view } = page
  return content.lots.map((lot, at) => {
    const bids = opening.bids.filter((each) => each.lot === lot.id)
    const withVat = bids.some((each) => each.price?.vat && each.price.vat !== '0')
    const withPicks = bids.some((each) => each.price?.picks)
    return (
      <div key={lot.id}>
        {content.lots.length > 1 && (
          <h3>
            {say('public.lot', { n: at + 1 })} <Words of={lot.title} prevailing={content.language} />
          </h3>
        )}
        <Table
          caption={say('public.opening.bids')}
          rows={bids}
          rowKey={(each) => each.e}
          empty={<p>{say('public.opening.noBids')}</p>}
          columns={[
            {
              key: 'bidder',
              head: say('public.bidder'),
              names: true,
              cell: (each) => <OrganisationLink names={view.names} id={each.bidder} />,
            },
            {
              key: 'price',
              head: say('public.price'),
              unit: currency(lot.value.currency),
              kind: 'money',
              cell: (each) => (each.price ? amount({ amount: each.price.price, currency: each.price.currency }) : '—'),
            },
            ...(withVat
              ? [
                  {
                    key: 'vat',
                    head: say('public.vat'),
                    unit: currency(lot.value.currency),
                    kind: 'money' as const,
                    cell: (each: (typeof bids)[number]) =>
                      each.price?.vat ? amount({ amount: each.price.vat, currency: each.price.currency }) : '—',
                  },
                ]
              : []),
            ...(withPicks
              ? [
                  {
                    key: 'picks',
                    head: say('public.opening.picks'),
                    kind: 'number' as const,
                    cell: (each: (typeof bids)[number]) =>
                      each.price?.picks?.map((pick) => number(pick)).join(', ') ?? '—',
                  },
                ]
              : []),
            {
              key: 'status',
              head: say('public.opening.status'),
              cell: (each) =>
                each.status === 'valid' ? (
                  <StatusChip tone="success" word={say('public.opening.valid')} />
                ) : (
                  <>
                    <StatusChip tone="danger" word={say('public.opening.void')} />{' '}
                    <span className="note block">
                      {has(`domain.void.${each.code ?? ''}`) ? say(`domain.void.${each.code ?? ''}`) : each.code}
                    </span>
                  </>
                ),
            },
            { key: 'index', head: say('public.opening.received'), kind: 'number', cell: (each) => number(each.index) },
          ]}
        />
      </div>
    )
  })
}

/** Unit prices of each valid bid, line by line; for the printed record. */
export function UnitPrices({ page, opening }: { page: TenderPage; opening: Opening }) {
  const { say, amount, currency } = useSpeech()
  const { content, view } = page
  return content.lots.flatMap((lot) =>
    opening.bids
      .filter((bid) => bid.lot === lot.id && bid.price && bid.price.items.length > 0)
      .map((bid) => {
        const sum = (text: string): Money => ({ amount: text, currency: bid.price?.currency ?? lot.value.currency })
        return (
          <div key={bid.e} className="unit-prices">
            <h3>
              <OrganisationLink names={view.names} id={bid.bidder} />
            </h3>
            <Table
              caption={say('public.opening.lines')}
              rows={bid.price?.items ?? []}
              rowKey={(line) => line.id}
              columns={[
                {
                  key: 'what',
                  head: say('public.purchase.what'),
                  names: true,
                  cell: (line) => (
                    <Words
                      of={lot.items.find((item) => item.id === line.id)?.description ?? { en: line.id }}
                      prevailing={content.language}
                    />
                  ),
                },
                {
                  key: 'unit',
                  head: say('public.unitPrice'),
                  unit: currency(lot.value.currency),
                  kind: 'money',
                  cell: (line) => amount(sum(line.unitPrice)),
                },
                {
                  key: 'amount',
                  head: say('public.amount'),
                  unit: currency(lot.value.currency),
                  kind: 'money',
                  cell: (line) => amount(sum(line.amount)),
                },
              ]}
            />
          </div>
        )
      }),
  )
}

/** The opening on the tender's page. */
export function Opening({ page }: { page: TenderPage }) {
  const { say } = useSpeech()
  const { round, view } = page
  if (!round.opening) return null
  return (
    <Section
      id="opening"
      title={say('public.opening.title')}
      aside={<Go to={`/tenders/${view.caseId}/opening`}>{say('public.opening.record')}</Go>}
    >
      <OpenedBids page={page} opening={round.opening} />
      <OpeningFacts page={page} round={round} opening={round.opening} />
      <p className="note">
        <ProofChip index={indexOf(view, 'OpeningRecorded', round.opening.at)} />
      </p>
    </Section>
  )
}

interface Drawn {
  readonly prices: readonly string[]
  readonly perm: readonly number[]
  readonly counts: readonly number[]
  readonly chosen: readonly number[]
  readonly seedP: string
  readonly seedD: string
}

/** The draw of the reserve price: what was picked how often, what was chosen, and how anyone computes it again. */
export function Draw({ page }: { page: TenderPage }) {
  const speech = useSpeech()
  const { say, money, amount, currency, number } = speech
  const { round, view, content, terms } = page
  if (round.draws.length === 0 || !terms.draw) return null
  const base = view.tender.baseAmounts[0]?.amount
  return (
    <Section id="draw" title={say('public.draw.title')}>
      {round.draws.map(({ lot, reservePrice, draw }) => {
        const drawn = draw as unknown as Drawn
        const code = content.lots.find((each) => each.id === lot)?.value.currency ?? base?.currency ?? ''
        const sum = (text: string): Money => ({ amount: text, currency: code })
        const prices = drawn.perm.map((from, at) => ({
          number: at + 1,
          amount: BigInt(drawn.prices[from] ?? '0'),
          picks: drawn.counts[at] ?? 0,
          chosen: drawn.chosen.includes(at + 1),
        }))
        const reserve = {
          amount: BigInt(reservePrice),
          words: say('public.draw.reserveIs', { sum: money(sum(reservePrice)) }),
        }
        return (
          <div key={lot} className="draw">
            <p>
              {say('public.draw.reading', {
                count: terms.draw?.count ?? 0,
                top: terms.draw?.top ?? 0,
                chosen: drawn.chosen.map((each) => number(each)).join(', '),
                sum: money(sum(reservePrice)),
              })}
            </p>
            <DrawPicture prices={prices} reserve={reserve} title={say('public.draw.picture')} />
            <Table
              caption={say('public.draw.table')}
              rows={prices}
              rowKey={(each) => String(each.number)}
              marked={(each) => each.chosen}
              columns={[
                {
                  key: 'number',
                  head: say('public.draw.number'),
                  names: true,
                  cell: (each) => number(each.number),
                },
                {
                  key: 'price',
                  head: say('public.draw.price'),
                  unit: currency(code),
                  kind: 'money',
                  cell: (each) => amount(sum(each.amount.toString())),
                },
                { key: 'picks', head: say('public.draw.picks'), kind: 'number', cell: (each) => number(each.picks) },
                {
                  key: 'chosen',
                  head: say('public.draw.chosen'),
                  cell: (each) =>
                    each.chosen ? say('public.draw.yes', { n: drawn.chosen.indexOf(each.number) + 1 }) : '—',
                },
              ]}
            />
            <Facts
              facts={[
                ...(base ? [{ name: say('public.draw.base'), value: money(base) }] : []),
                { name: say('public.draw.reserve'), value: money(sum(reservePrice)) },
                {
                  name: say('public.draw.seedP'),
                  value: <code className="hash">{drawn.seedP}</code>,
                  note: say('public.draw.seedPMeaning'),
                },
                {
                  name: say('public.draw.seedD'),
                  value: <code className="hash">{drawn.seedD}</code>,
                  note: say('public.draw.seedDMeaning'),
                },
              ]}
            />
            <h3>{say('public.draw.again')}</h3>
            <p>{say('public.draw.againMeaning')}</p>
            <p className="note">
              <ProofChip index={indexOf(view, 'DrawMade')} /> ·{' '}
              <a href={`/api/cases/${view.caseId}/history`}>{say('public.draw.transcript')}</a>
            </p>
          </div>
        )
      })}
    </Section>
  )
}

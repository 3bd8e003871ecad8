// How a tender ended: the award with its standstill, the contract, or the end without a winner and what the law lets follow.
import { ProofChip } from '../../../design/chip.tsx'
import { Facts } from '../../../design/facts.tsx'
import { Go } from '../../../design/go.tsx'
import { Section } from '../../../design/page.tsx'
import { Table } from '../../../design/table.tsx'
import { useSpeech } from '../../../speech.tsx'
import { unitAfter } from '../../../units.ts'
import { OrganisationLink, Source, Words, Written } from '../saying.tsx'
import { indexOf, type TenderPage } from './case-page.ts'

/** Awards and contracts, lot by lot. */
export function Outcome({ page }: { page: TenderPage }) {
  const { say, money, moment, has } = useSpeech()
  const { view, content, renotices } = page
  const { tender, contracts, afterFailure } = view
  if (tender.stage === 'failed' || tender.stage === 'cancelled') {
    const failed = tender.stage === 'failed'
    return (
      <Section id="outcome" title={say(failed ? 'public.outcome.failed' : 'public.outcome.cancelled')}>
        <Facts
          facts={[
            {
              name: say('public.outcome.when'),
              value: tender.ended ? moment(tender.ended.at) : '',
              note: <ProofChip index={indexOf(view, failed ? 'TenderFailed' : 'TenderCancelled')} />,
            },
            {
              name: say('public.outcome.why'),
              value: failed ? (
                say(`domain.failure.${tender.ended?.reason ?? ''}`)
              ) : (
                <Written language={content.language}>{tender.ended?.reason ?? ''}</Written>
              ),
            },
          ]}
        />
        {failed && afterFailure.length > 0 && (
          <>
            <h3>{say('public.outcome.mayFollow')}</h3>
            <Facts
              facts={afterFailure.map((each) => ({
                name: say(`domain.next.${each.then}`),
                value: has(`pack.failure.${each.then}.explanation`)
                  ? say(`pack.failure.${each.then}.explanation`)
                  : say(`domain.when.${each.when}`),
                note: <Source basis={each.basis} />,
              }))}
            />
          </>
        )}
        {renotices.map((each) => (
          <p key={each.caseId}>
            {say('public.state.renoticed')} <Go to={`/tenders/${each.caseId}`}>№ {each.number ?? each.caseId}</Go>
          </p>
        ))}
      </Section>
    )
  }
  const withdrawn = tender.withdrawnAwards ?? []
  if (tender.awards.length === 0 && withdrawn.length === 0) return null
  return (
    <Section id="outcome" title={say('public.award.title')}>
      {withdrawn.map((award) => (
        <Facts
          key={award.award}
          facts={[
            {
              name: say('domain.moment.award-withdrawn'),
              value: <OrganisationLink names={view.names} id={award.supplier} />,
              note: <ProofChip index={indexOf(view, 'AwardWithdrawn', award.withdrawn.at)} />,
            },
            { name: say('public.award.value'), value: money(award.value) },
            { name: say('public.award.at'), value: moment(award.withdrawn.at) },
            {
              name: say(`domain.awardWithdrawn.${award.withdrawn.ground}`),
              value: <Written language={content.language}>{award.withdrawn.reason}</Written>,
            },
          ]}
        />
      ))}
      {tender.awards.map((award) => {
        const lot = content.lots.findIndex((each) => each.id === award.lot)
        const contract = contracts.find((each) => each.text.award === award.award)
        return (
          <div key={award.award} className="award">
            {content.lots.length > 1 && (
              <h3>
                {say('public.lot', { n: lot + 1 })}{' '}
                <Words of={content.lots[lot]?.title ?? {}} prevailing={content.language} />
              </h3>
            )}
            <Facts
              facts={[
                {
                  name: say('public.award.winner'),
                  value: <OrganisationLink names={view.names} id={award.supplier} />,
                  note: (
                    <ProofChip index={indexOf(view, award.bid === null ? 'DirectAwardMade' : 'AwardMade', award.at)} />
                  ),
                },
                { name: say('public.award.value'), value: money(award.value) },
                { name: say('public.award.at'), value: moment(award.at) },
                {
                  name: say('public.award.reason'),
                  value: <Written language={content.language}>{award.reason}</Written>,
                },
                ...(award.standstillUntil
                  ? [
                      {
                        name: say('domain.moment.standstill-end'),
                        value: moment(award.standstillUntil),
                        note: say(
                          award.standstillUntil > view.now
                            ? 'public.award.standstillRuns'
                            : 'public.award.standstillOver',
                        ),
                      },
                    ]
                  : [{ name: say('domain.moment.standstill-end'), value: say('public.award.noStandstill') }]),
              ]}
            />
            {contract?.concluded ? (
              <Contract page={page} contract={contract} />
            ) : (
              <p>{say('public.contract.pending')}</p>
            )}
          </div>
        )
      })}
    </Section>
  )
}

function Contract({ page, contract }: { page: TenderPage; contract: TenderPage['view']['contracts'][number] }) {
  const { say, money, moment, amount, currency, number, date, language } = useSpeech()
  const { view, content, units } = page
  const { text, concluded } = contract
  const dated = /^\d{4}-\d\d-\d\d$/.test(text.delivery.by)
  return (
    <div className="contract">
      <h3>{say('public.contract.title', { number: contract.number })}</h3>
      <Facts
        facts={[
          {
            name: say('public.contract.concluded'),
            value: concluded ? moment(concluded.at) : '',
            note: <ProofChip index={indexOf(view, 'ContractConcluded', concluded?.at)} />,
          },
          { name: say('public.contract.value'), value: money(text.value) },
          { name: say('public.contract.buyer'), value: <OrganisationLink names={view.names} id={text.buyer} /> },
          { name: say('public.contract.supplier'), value: <OrganisationLink names={view.names} id={text.supplier} /> },
          {
            name: say('public.purchase.by'),
            value: dated ? date(text.delivery.by) : <Written language={content.language}>{text.delivery.by}</Written>,
          },
          {
            name: say('public.purchase.payment'),
            value: <Written language={content.language}>{text.paymentTerms}</Written>,
          },
          ...(text.special
            ? [
                {
                  name: say('public.contract.special'),
                  value: <Written language={content.language}>{text.special}</Written>,
                },
              ]
            : []),
        ]}
      />
      {text.lines.length > 0 && (
        <Table
          caption={say('public.contract.lines')}
          rows={text.lines}
          rowKey={(line) => line.id}
          columns={[
            {
              key: 'what',
              head: say('public.purchase.what'),
              names: true,
              cell: (line) => <Words of={line.description} prevailing={content.language} />,
            },
            {
              key: 'quantity',
              head: say('public.purchase.quantity'),
              kind: 'number',
              cell: (line) => number(line.quantity),
            },
            {
              key: 'measure',
              head: say('public.purchase.unit'),
              cell: (line) => unitAfter(units, line.unit, line.quantity, language),
            },
            {
              key: 'unit',
              head: say('public.unitPrice'),
              unit: currency(text.value.currency),
              kind: 'money',
              cell: (line) => amount(line.unitPrice),
            },
            {
              key: 'amount',
              head: say('public.amount'),
              unit: currency(text.value.currency),
              kind: 'money',
              cell: (line) => amount(line.amount),
            },
          ]}
        />
      )}
    </div>
  )
}

// What is bought, who may bid and by which papers: the notice itself.
import { Go } from '../../../design/go.tsx'
import { Facts } from '../../../design/facts.tsx'
import { Section } from '../../../design/page.tsx'
import { Table } from '../../../design/table.tsx'
import { useSpeech } from '../../../speech.tsx'
import { unitAfter } from '../../../units.ts'
import { Words, Written } from '../saying.tsx'
import type { TenderPage } from './case-page.ts'

/** Lots with their items, the delivery and the payment. */
export function Purchase({ page }: { page: TenderPage }) {
  const { say, money, number, date, language: reader } = useSpeech()
  const { content, classNames, units } = page
  const { delivery, language } = content
  const dated = /^\d{4}-\d\d-\d\d$/.test(delivery.by)
  return (
    <Section id="purchase" title={say('public.purchase.title')}>
      <p>
        <Words of={content.description} prevailing={language} />
      </p>
      {language !== reader && (
        <p className="note">{say('public.purchase.language', { language: say(`public.language.${language}`) })}</p>
      )}
      {content.lots.map((lot, at) => (
        <div className="lot" key={lot.id}>
          {content.lots.length > 1 && (
            <h3>
              {say('public.lot', { n: at + 1 })} <Words of={lot.title} prevailing={language} />
            </h3>
          )}
          <Table
            caption={say('public.purchase.items')}
            rows={lot.items}
            rowKey={(item) => item.id}
            columns={[
              {
                key: 'what',
                head: say('public.purchase.what'),
                names: true,
                cell: (item) => <Words of={item.description} prevailing={language} />,
              },
              {
                key: 'class',
                head: say('public.purchase.class'),
                cell: (item) => (
                  <>
                    <span className="code">{item.classification}</span>
                    {classNames[item.classification] && (
                      <span className="note block">
                        <Words of={classNames[item.classification] ?? {}} prevailing={language} />
                      </span>
                    )}
                  </>
                ),
              },
              {
                key: 'quantity',
                head: say('public.purchase.quantity'),
                kind: 'number',
                cell: (item) => number(item.quantity),
              },
              {
                key: 'unit',
                head: say('public.purchase.unit'),
                cell: (item) => unitAfter(units, item.unit, item.quantity, reader),
              },
            ]}
          />
          <p className="note">
            {say('public.purchase.lotValue')} {money(lot.value)} ·{' '}
            <Go to={`/plans/${lot.planLine.plan}#line-${lot.planLine.line}`}>{say('public.purchase.planLine')}</Go>
          </p>
        </div>
      ))}
      <Facts
        facts={[
          { name: say('public.purchase.place'), value: <Written language={language}>{delivery.place}</Written> },
          {
            name: say('public.purchase.by'),
            value: dated ? date(delivery.by) : <Written language={language}>{delivery.by}</Written>,
          },
          { name: say('public.purchase.terms'), value: <Written language={language}>{delivery.terms}</Written> },
          {
            name: say('public.purchase.payment'),
            value: <Written language={language}>{content.paymentTerms}</Written>,
          },
        ]}
      />
    </Section>
  )
}

/** Conditions that a bidder must meet, and how quality is scored. */
export function WhoMayBid({ page }: { page: TenderPage }) {
  const { say, number } = useSpeech()
  const { content, terms } = page
  return (
    <Section id="conditions" title={say('public.conditions.title')}>
      {content.conditions.length === 0 ? (
        <p>{say('public.conditions.none')}</p>
      ) : (
        <Facts
          facts={content.conditions.map((each) => ({
            name: say(`domain.condition.${each.kind}`),
            value: <Words of={each.text} prevailing={content.language} />,
          }))}
        />
      )}
      <p>{terms.withdrawal.value && say(`domain.withdrawal.${terms.withdrawal.value}`)}</p>
      {content.criteria.length > 0 && (
        <>
          <h3>{say('public.criteria.title')}</h3>
          <Table
            caption={say('public.criteria.title')}
            rows={content.criteria}
            rowKey={(each) => each.id}
            columns={[
              {
                key: 'name',
                head: say('public.criteria.name'),
                names: true,
                cell: (each) => <Words of={each.title} prevailing={content.language} />,
              },
              { key: 'points', head: say('public.criteria.most'), kind: 'number', cell: (each) => number(each.points) },
            ]}
          />
        </>
      )}
    </Section>
  )
}

/** Documents: the newest version of each first, earlier ones kept below it. */
export function Documents({ page }: { page: TenderPage }) {
  const { say, size, number } = useSpeech()
  const { content, scans } = page
  const documents = [...content.documents].sort((a, b) => a.id.localeCompare(b.id) || b.version - a.version)
  const newest = new Map(
    documents.map((each) => [
      each.id,
      Math.max(...documents.filter((other) => other.id === each.id).map((other) => other.version)),
    ]),
  )
  const scanOf = (upload: string) => scans[upload] ?? 'not-scanned'
  return (
    <Section id="documents" title={say('public.documents.title')}>
      <Table
        caption={say('public.documents.title')}
        rows={documents}
        rowKey={(each) => `${each.id}-${each.version}`}
        empty={<p>{say('public.documents.none')}</p>}
        columns={[
          {
            key: 'name',
            head: say('public.documents.name'),
            names: true,
            cell: (each) => (
              <>
                {scanOf(each.upload) === 'infected' ? (
                  <span lang={each.language}>{each.title}</span>
                ) : (
                  <a href={`/api/documents/${each.upload}`} lang={each.language}>
                    {each.title}
                  </a>
                )}
                <span className="note block">
                  {say(`domain.documentKind.${each.kind}`)}
                  {newest.get(each.id) !== each.version && ` · ${say('public.documents.earlier')}`}
                </span>
              </>
            ),
          },
          {
            key: 'version',
            head: say('public.documents.version'),
            kind: 'number',
            cell: (each) => number(each.version),
          },
          { key: 'size', head: say('public.documents.size'), kind: 'number', cell: (each) => size(each.size) },
          {
            key: 'scan',
            head: say('public.documents.scan'),
            cell: (each) => say(`domain.scan.${scanOf(each.upload)}`),
          },
          { key: 'hash', head: 'SHA-256', cell: (each) => <code className="hash">{each.sha256}</code> },
        ]}
      />
      {documents.length > 0 && <p className="note">{say('public.documents.check')}</p>}
    </Section>
  )
}

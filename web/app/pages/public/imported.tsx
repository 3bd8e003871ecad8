// A process that another publisher published: what it says there, with its source before everything else.
import type { Route } from './+types/imported'
import type { ImportedSum } from '@naru/server/read/imported-page.ts'
import { Facts } from '../../design/facts.tsx'
import { Page, Section, StateBanner } from '../../design/page.tsx'
import { Table } from '../../design/table.tsx'
import { useSpeech } from '../../speech.tsx'
import type { Speech } from '../../../speech.ts'
import { found, keptUntilChanged, loaderHeaders, naruOf } from './reading.ts'
import { sumOf } from './saying.tsx'

export async function loader({ params, context }: Route.LoaderArgs) {
  const naru = naruOf(context)
  const ocid = params.ocid.length > 200 || params.ocid.includes('\u0000') ? '' : params.ocid
  const imported = found(await naru.read.published.readImported(ocid))
  return keptUntilChanged(naru, { imported }, 'imported', JSON.stringify(imported))
}

export const headers = loaderHeaders

const sumWords = (sum: ImportedSum | null, { money }: Speech): string => {
  const read = sum && sumOf(sum.amount, sum.currency)
  return read ? money(read) : '—'
}

export default function Imported({ loaderData }: Route.ComponentProps) {
  const speech = useSpeech()
  const { say, has, date, dateTime, number, language } = speech
  const { imported } = loaderData
  const { ocid, publisher, licence, title, description, buyer, value, published, deadline } = imported
  const own = imported.language && imported.language !== language ? imported.language : undefined
  const optional = (name: string, text: string | null) => (text ? [{ name, value: text }] : [])
  const known = (prefix: string, code: string | null) =>
    code && (has(`${prefix}.${code}`) ? say(`${prefix}.${code}` as 'public.method.open') : code)
  return (
    <Page
      title={title}
      heading={<span lang={own}>{title}</span>}
      above={ocid}
      trail={[{ to: '/tenders', text: say('place.tenders') }]}
      state={
        <StateBanner tone="neutral" word={say('public.imported.title')}>
          <p>{say('public.imported.meaning', { publisher })}</p>
        </StateBanner>
      }
    >
      {description && description !== title && <p lang={own}>{description}</p>}
      <Facts
        facts={[
          { name: say('public.imported.publisher'), value: publisher },
          {
            name: say('public.imported.licence'),
            value:
              licence && /^https?:\/\//.test(licence) ? (
                <a href={licence}>{licence}</a>
              ) : (
                (licence ?? say('public.imported.noLicence'))
              ),
          },
          ...(buyer ? [{ name: say('public.rail.entity'), value: <span lang={own}>{buyer}</span> }] : []),
          ...(value ? [{ name: say('public.rail.value'), value: sumWords(value, speech) }] : []),
          ...optional(say('public.imported.status'), imported.status),
          ...optional(say('public.rail.category'), known('domain.category', imported.category)),
          ...optional(say('public.filter.method'), known('public.method', imported.method)),
          ...(published ? [{ name: say('domain.moment.published'), value: date(published) }] : []),
          ...(deadline ? [{ name: say('domain.moment.deadline'), value: dateTime(deadline) }] : []),
        ]}
      />
      {imported.items.length > 0 && (
        <Section id="items" title={say('public.purchase.items')}>
          <Table
            caption={say('public.purchase.items')}
            rows={imported.items.map((item, at) => ({ ...item, at }))}
            rowKey={(item) => String(item.at)}
            columns={[
              {
                key: 'what',
                head: say('public.purchase.what'),
                names: true,
                cell: (item) => <span lang={own}>{item.description}</span>,
              },
              {
                key: 'class',
                head: say('public.purchase.class'),
                cell: (item) => <span className="code">{item.classification ?? '—'}</span>,
              },
              {
                key: 'quantity',
                head: say('public.purchase.quantity'),
                kind: 'number',
                cell: (item) => (item.quantity && /^\d+(\.\d+)?$/.test(item.quantity) ? number(item.quantity) : '—'),
              },
              {
                key: 'unit',
                head: say('public.purchase.unit'),
                cell: (item) => <span lang={own}>{item.unit ?? '—'}</span>,
              },
            ]}
          />
        </Section>
      )}
      {imported.awards.length > 0 && (
        <Section id="awards" title={say('public.imported.awards')}>
          <Table
            caption={say('public.imported.awards')}
            rows={imported.awards.map((award, at) => ({ ...award, at }))}
            rowKey={(award) => String(award.at)}
            columns={[
              {
                key: 'who',
                head: say('public.contract.supplier'),
                names: true,
                cell: (award) => <span lang={own}>{award.suppliers.join(', ') || '—'}</span>,
              },
              {
                key: 'value',
                head: say('public.award.value'),
                kind: 'money',
                cell: (award) => sumWords(award.value, speech),
              },
              { key: 'status', head: say('public.imported.status'), cell: (award) => award.status ?? '—' },
              {
                key: 'date',
                head: say('public.award.at'),
                kind: 'date',
                cell: (award) => (award.date ? date(award.date) : '—'),
              },
            ]}
          />
        </Section>
      )}
      {imported.contracts.length > 0 && (
        <Section id="contracts" title={say('public.imported.contracts')}>
          <Table
            caption={say('public.imported.contracts')}
            rows={imported.contracts.map((contract, at) => ({ ...contract, at }))}
            rowKey={(contract) => String(contract.at)}
            columns={[
              {
                key: 'id',
                head: say('public.imported.number'),
                names: true,
                cell: (contract) => <span className="code">{contract.id}</span>,
              },
              {
                key: 'value',
                head: say('public.contract.value'),
                kind: 'money',
                cell: (contract) => sumWords(contract.value, speech),
              },
              { key: 'status', head: say('public.imported.status'), cell: (contract) => contract.status ?? '—' },
              {
                key: 'signed',
                head: say('public.imported.signed'),
                kind: 'date',
                cell: (contract) => (contract.signed ? date(contract.signed) : '—'),
              },
            ]}
          />
        </Section>
      )}
      <p className="links no-print">
        <a href={`/api/ocds/records/${encodeURIComponent(ocid)}`}>{say('public.proof.record')}</a>{' '}
        <a href={`/api/ocds/releases/${encodeURIComponent(ocid)}`}>{say('public.proof.releases')}</a>
      </p>
    </Page>
  )
}

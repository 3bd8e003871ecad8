// Open data: what is published, in which form, at which address, under which licence, and what it does not hold.
import type { Route } from './+types/data'
import { Facts } from '../../design/facts.tsx'
import { Go } from '../../design/go.tsx'
import { Page, Section } from '../../design/page.tsx'
import { useSpeech } from '../../speech.tsx'
import { keptUntilChanged, loaderHeaders, naruOf } from './reading.ts'

export async function loader({ context }: Route.LoaderArgs) {
  const naru = naruOf(context)
  const [all, log] = await Promise.all([naru.read.search(new URLSearchParams()), naru.read.published.readLog(null)])
  return keptUntilChanged(naru, { total: all.total, size: log.head.size }, 'data', all.total, log.head.size)
}

export const headers = loaderHeaders

export default function Data({ loaderData }: Route.ComponentProps) {
  const { say, number } = useSpeech()
  const address = (path: string) => (
    <a href={path} className="code">
      {path}
    </a>
  )
  return (
    <Page title={say('place.data')} lead={say('public.data.lead')}>
      <Section id="ocds" title="OCDS 1.1">
        <p>{say('public.data.ocds')}</p>
        <Facts
          facts={[
            {
              name: say('public.data.releaseFeed'),
              value: address('/api/ocds/releases'),
              note: say('public.data.releaseFeedMeaning'),
            },
            {
              name: say('public.data.byCase'),
              value: <span className="code">/api/ocds/releases/…</span>,
              note: say('public.data.byCaseMeaning'),
            },
            {
              name: say('public.data.record'),
              value: <span className="code">/api/ocds/records/…</span>,
              note: say('public.data.recordMeaning'),
            },
          ]}
        />
      </Section>
      <Section id="tables" title={say('public.data.tables')}>
        <p>
          {say('public.data.tablesMeaning', { n: loaderData.total })}{' '}
          <Go to="/tenders">{say('public.search.title')}</Go>
        </p>
        <Facts
          facts={[
            { name: 'CSV', value: address('/api/cases.csv') },
            { name: 'JSON', value: address('/api/cases') },
          ]}
        />
      </Section>
      <Section id="feed" title={say('public.data.feed')}>
        <p>{say('public.data.feedMeaning', { n: number(loaderData.size) })}</p>
        <Facts
          facts={[
            { name: say('public.data.changes'), value: address('/api/feed') },
            {
              name: say('public.data.live'),
              value: <span className="code">/api/events</span>,
              note: say('public.data.liveMeaning'),
            },
          ]}
        />
      </Section>
      <Section id="api" title={say('site.api')}>
        <p>{say('public.data.apiMeaning')}</p>
        <Facts
          facts={[
            { name: say('public.data.reference'), value: address('/api/reference') },
            { name: 'OpenAPI 3.1', value: address('/api/openapi.json') },
          ]}
        />
      </Section>
      <Section id="licence" title={say('public.data.licence')}>
        <p>{say('public.data.licenceMeaning')}</p>
      </Section>
      <Section id="limits" title={say('public.data.limits')}>
        <ul className="prose-list">
          {(['sealed', 'people', 'sandbox', 'imported'] as const).map((each) => (
            <li key={each}>{say(`public.data.limit.${each}`)}</li>
          ))}
        </ul>
      </Section>
    </Page>
  )
}

// Whether bids are being accepted now, how available that was, and every recorded outage with its certificate.
import { data } from 'react-router'
import type { Route } from './+types/status'
import { Facts } from '../../design/facts.tsx'
import { Empty, Page, Section } from '../../design/page.tsx'
import { Table } from '../../design/table.tsx'
import { useSpeech } from '../../speech.tsx'
import { found, loaderHeaders, naruOf } from './reading.ts'

export async function loader({ context }: Route.LoaderArgs) {
  const naru = naruOf(context)
  const history = found(await naru.read.published.readPathHistory())
  return data(history, { headers: { 'Cache-Control': 'no-store' } })
}

export const headers = loaderHeaders

export default function Status({ loaderData }: Route.ComponentProps) {
  const { say, number, recordTime, language } = useSpeech()
  const { path, now, outages, availability } = loaderData
  const works = (yes: boolean) => say(yes ? 'public.status.works' : 'public.status.silent')
  return (
    <Page title={say('public.status.title')} lead={say(path.up ? 'public.status.up' : 'public.status.down')} wide>
      <Facts
        facts={[
          { name: say('public.status.at'), value: <time dateTime={now}>{recordTime(now)}</time> },
          {
            name: say('public.status.share'),
            value: `${number(availability)} %`,
            note: say('public.status.shareMeaning'),
          },
          { name: say('public.status.timestamps'), value: works(path.timestamps), note: say('public.status.seen') },
          { name: say('public.status.witnesses'), value: works(path.witnesses) },
        ]}
      />
      <Section id="outages" title={say('public.status.history')}>
        <p>{say('public.status.rule')}</p>
        <Table
          caption={say('public.status.history')}
          rows={outages}
          rowKey={(each) => each.outage}
          empty={<Empty title={say('public.status.none')} />}
          columns={[
            {
              key: 'from',
              head: say('public.status.from'),
              kind: 'date',
              cell: (each) => <time dateTime={each.from}>{recordTime(each.from)}</time>,
            },
            {
              key: 'until',
              head: say('public.status.until'),
              kind: 'date',
              cell: (each) => <time dateTime={each.until}>{recordTime(each.until)}</time>,
            },
            {
              key: 'minutes',
              head: say('public.status.minutes'),
              kind: 'number',
              cell: (each) => number(Math.ceil((Date.parse(each.until) - Date.parse(each.from)) / 60_000)),
            },
            { key: 'found', head: say('public.status.found'), cell: (each) => each.operators.join(', ') },
            {
              key: 'certificate',
              head: say('public.status.certificate'),
              cell: (each) => (
                <>
                  <a href={`/api/outages/${each.outage}/certificate.pdf?lang=${language}`}>PDF</a>{' '}
                  <a href={`/api/outages/${each.outage}/certificate`}>JSON</a>
                </>
              ),
            },
          ]}
        />
      </Section>
    </Page>
  )
}

// The public log: its newest public facts, its tree at the newest of them, and who keeps it.
import type { Route } from './+types/log'
import { ProofChip } from '../../design/chip.tsx'
import { Facts } from '../../design/facts.tsx'
import { Go } from '../../design/go.tsx'
import { Empty, Page, Section } from '../../design/page.tsx'
import { Table } from '../../design/table.tsx'
import { useSpeech } from '../../speech.tsx'
import { caseAddress } from './log-address.ts'
import { keptUntilChanged, loaderHeaders, naruOf } from './reading.ts'
import { nameOf } from './saying.tsx'

export async function loader({ context, url }: Route.LoaderArgs) {
  const naru = naruOf(context)
  const asked = Number(url.searchParams.get('before') ?? Number.NaN)
  const before = Number.isSafeInteger(asked) && asked > 0 ? asked : null
  const log = await naru.read.published.readLog(before)
  const names = await naru.read.readNames(log.lines.map((line) => [line.by.organisation, line.caseId]))
  return keptUntilChanged(naru, { log, names }, 'log', before, log.head.size)
}

export const headers = loaderHeaders

export default function Log({ loaderData }: Route.ComponentProps) {
  const { say, number, recordTime, has, language } = useSpeech()
  const { log, names } = loaderData
  return (
    <Page title={say('public.log.title')} lead={say('public.log.lead')} wide>
      <Facts
        facts={[
          { name: say('public.log.origin'), value: <code>{log.head.origin}</code> },
          { name: say('public.log.size'), value: number(log.head.size), note: say('public.log.sizeMeaning') },
          {
            name: say('public.log.root'),
            value: <code className="hash">{log.head.root}</code>,
            note: say('public.log.rootMeaning'),
          },
          { name: say('public.log.key'), value: <code className="hash">{log.head.publicKey}</code>, note: 'Ed25519' },
        ]}
      />
      <Section id="facts" title={say('public.log.facts')}>
        <Table
          caption={say('public.log.facts')}
          rows={log.lines}
          rowKey={(line) => String(line.index)}
          empty={<Empty title={say('public.log.none')} />}
          columns={[
            { key: 'index', head: say('public.proof.entry'), cell: (line) => <ProofChip index={line.index} /> },
            {
              key: 'what',
              head: say('public.proof.what'),
              names: true,
              cell: (line) => {
                const words = has(`domain.fact.${line.type}`) ? say(`domain.fact.${line.type}`) : line.type
                const to = caseAddress(line)
                return to ? <Go to={to}>{words}</Go> : words
              },
            },
            {
              key: 'who',
              head: say('public.log.who'),
              cell: (line) =>
                line.by.organisation ? nameOf(names, line.by.organisation, language) : say('public.who.portal'),
            },
            {
              key: 'when',
              head: say('public.proof.when'),
              kind: 'date',
              cell: (line) => <time dateTime={line.at}>{recordTime(line.at)}</time>,
            },
          ]}
        />
        {log.before !== null && (
          <p>
            <Go to={`/log?before=${log.before}`}>{say('public.log.older')}</Go>
          </p>
        )}
      </Section>
    </Page>
  )
}

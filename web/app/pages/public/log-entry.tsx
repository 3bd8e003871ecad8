// One entry of the public log: what it is, its 34 bytes, what opens it, and its proof in the tree of the newest public fact.
import type { Route } from './+types/log-entry'
import { data } from 'react-router'
import { Facts } from '../../design/facts.tsx'
import { Go } from '../../design/go.tsx'
import { Page, PrintFoot, Section, StateBanner } from '../../design/page.tsx'
import { useSpeech } from '../../speech.tsx'
import { caseAddress } from './log-address.ts'
import { found, keptUntilChanged, loaderHeaders, naruOf } from './reading.ts'
import { nameOf, Words } from './saying.tsx'

export async function loader({ params, context, url }: Route.LoaderArgs) {
  const naru = naruOf(context)
  if (!/^(0|[1-9]\d{0,15})$/.test(params.index)) throw data(null, { status: 404 })
  const entry = found(await naru.read.published.readLogEntry(Number(params.index)))
  const { line } = entry
  const [names, view] = await Promise.all([
    naru.read.readNames([line?.by.organisation, line?.caseId]),
    line && line.kind !== 'organisation' ? naru.read.readCase(line.caseId) : null,
  ])
  const of =
    view?.kind === 'tender' && view.tender.content
      ? view.tender.content.title
      : (names.organisations[line?.caseId ?? ''] ?? null)
  return keptUntilChanged(
    naru,
    { origin: url.origin, entry, names, of, now: naru.now },
    'log',
    entry.index,
    entry.head.size,
  )
}

export const headers = loaderHeaders

/** Longest text of a logged object shown on the page; the whole stands in the feed. */
const longest = 20_000

export default function LogEntry({ loaderData }: Route.ComponentProps) {
  const { say, number, recordTime, has, language } = useSpeech()
  const { entry, names, of, now, origin } = loaderData
  const { line, head } = entry
  const to = line && caseAddress(line)
  const object = entry.object && JSON.stringify(entry.object.value, null, 2)
  return (
    <Page
      title={say('public.entry.title', { n: number(entry.index) })}
      trail={[{ to: '/log', text: say('public.log.title') }]}
      state={
        line ? (
          <StateBanner
            tone="success"
            word={has(`domain.fact.${line.type}`) ? say(`domain.fact.${line.type}`) : line.type}
          >
            <p>{say('public.entry.public')}</p>
          </StateBanner>
        ) : (
          <StateBanner tone="neutral" word={say('public.entry.sealed')}>
            <p>{say('public.entry.sealedMeaning')}</p>
          </StateBanner>
        )
      }
    >
      {line && (
        <Facts
          facts={[
            ...(to
              ? [
                  {
                    name: say('public.entry.case'),
                    value: <Go to={to}>{of ? <Words of={of} /> : line.caseId}</Go>,
                    note: <span className="code">{line.caseId}</span>,
                  },
                ]
              : []),
            { name: say('public.proof.when'), value: <time dateTime={line.at}>{recordTime(line.at)}</time> },
            {
              name: say('public.log.who'),
              value: line.by.organisation ? nameOf(names, line.by.organisation, language) : say('public.who.portal'),
            },
            {
              name: say('public.proof.hash'),
              value: <code className="hash">{line.hash}</code>,
              note: say('public.entry.hashMeaning'),
            },
          ]}
        />
      )}
      {entry.entry && (
        <Section id="bytes" title={say('public.entry.bytes')}>
          <p>{say('public.entry.bytesMeaning')}</p>
          <p>
            <code className="hash bytes">
              <span title={say('public.entry.version')}>{entry.entry.hex.slice(0, 2)}</span>{' '}
              <span title={say('public.entry.kind')}>{entry.entry.hex.slice(2, 4)}</span> {entry.entry.hex.slice(4)}
            </code>
          </p>
          <Facts
            facts={[
              { name: say('public.entry.version'), value: <code>{entry.entry.hex.slice(0, 2)}</code> },
              {
                name: say('public.entry.kind'),
                value: <code>{entry.entry.hex.slice(2, 4)}</code>,
                note: say(`public.kind.${entry.entry.kind}` as 'public.kind.act'),
              },
              {
                name: say('public.entry.commitment'),
                value: <code className="hash">{entry.entry.commitment}</code>,
                note: entry.object
                  ? say('public.entry.opens', { label: entry.object.label })
                  : say('public.entry.salted'),
              },
            ]}
          />
          {object && (
            <details>
              <summary>{say('public.entry.object')}</summary>
              <pre className="object">{object.length > longest ? `${object.slice(0, longest)}…` : object}</pre>
              {object.length > longest && line && (
                <a href={`/api/feed?after=${entry.index - 1}&limit=1`}>{say('public.entry.whole')}</a>
              )}
            </details>
          )}
        </Section>
      )}
      <Section id="proof" title={say('public.entry.proof')}>
        <p>{say('public.entry.proofMeaning', { n: number(head.size) })}</p>
        <Facts
          facts={[
            {
              name: say('public.entry.leaf'),
              value: <code className="hash">{entry.leafHash}</code>,
              note: say('public.entry.leafMeaning'),
            },
            {
              name: say('public.entry.path', { n: entry.path.length }),
              value:
                entry.path.length === 0 ? (
                  '—'
                ) : (
                  <ol className="path">
                    {entry.path.map((each, at) => (
                      <li key={`${at}-${each}`}>
                        <code className="hash">{each}</code>
                      </li>
                    ))}
                  </ol>
                ),
              note: say('public.entry.pathMeaning'),
            },
            {
              name: say('public.log.root'),
              value: <code className="hash">{head.root}</code>,
              note: say('public.entry.rootMeaning'),
            },
            { name: say('public.log.origin'), value: <code>{head.origin}</code> },
          ]}
        />
        <p>
          <Go to="/help/check">{say('public.proof.how')}</Go>
        </p>
      </Section>
      <p className="links no-print">
        {entry.index > 0 && <Go to={`/log/${entry.index - 1}`}>{say('public.entry.before')}</Go>}{' '}
        {entry.index + 1 < head.size && <Go to={`/log/${entry.index + 1}`}>{say('public.entry.after')}</Go>}
      </p>
      <PrintFoot
        caseNumber={line?.caseId ?? String(entry.index)}
        address={`${origin}/${language}/log/${entry.index}`}
        index={entry.index}
        now={now}
      />
    </Page>
  )
}

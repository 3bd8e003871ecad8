// The rules of the country on a day: each method with its steps, and every legal value with its versions, its article or its assumption.
import type { Route } from './+types/rules'
import { Button, TextField } from '../../design/form.tsx'
import { Facts } from '../../design/facts.tsx'
import { Banner, Empty, Page, PrintFoot, Section } from '../../design/page.tsx'
import { Table } from '../../design/table.tsx'
import { useSpeech } from '../../speech.tsx'
import { readDay, wallClock } from '../../../format.ts'
import { keptUntilChanged, loaderHeaders, naruOf } from './reading.ts'
import { basisWords, Source, valueWords } from './saying.tsx'
import { valueFact } from './tender/rules.tsx'

export function loader({ context, url }: Route.LoaderArgs) {
  const naru = naruOf(context)
  const { year, month, day } = wallClock(naru.now, naru.country.zone)
  const today = `${year}-${month}-${day}`
  const asked = url.searchParams.get('on') ?? ''
  const read = readDay(asked, naru.country.form)
  const on = read ?? today
  return keptUntilChanged(
    naru,
    {
      origin: url.origin,
      rules: naru.read.published.readRules(on),
      today,
      wrong: asked !== '' && read === undefined,
      now: naru.now,
    },
    'rules',
    on,
    today,
  )
}

export const headers = loaderHeaders

/** A value that serves several categories is said once; where each has its own, its name tells for which. */
const onePerKey = <Value extends { readonly key: string }>(values: readonly Value[]): readonly Value[] =>
  values.filter((each, at) => values.findIndex((other) => other.key === each.key) === at)

export default function Rules({ loaderData }: Route.ComponentProps) {
  const speech = useSpeech()
  const { say, date, has, number, language } = speech
  const { rules, today, wrong, now, origin } = loaderData
  const assumed = rules.values.filter((each) => each.versions.some((version) => 'assumed' in version.basis)).length
  const nameOfValue = (key: string) => (has(`pack.value.${key}`) ? say(`pack.value.${key}`) : key)
  return (
    <Page title={say('public.rules.title')} lead={say('public.rules.lead')}>
      <form method="get" action={`/${language}/rules`} className="inline-form no-print">
        <TextField
          name="on"
          label={say('public.rules.on')}
          hint={say('public.filter.dayForm', { day: date('2026-11-20') })}
          defaultValue={date(rules.day)}
          width={10}
          required={false}
        />
        <Button kind="secondary">{say('public.rules.show')}</Button>
      </form>
      {wrong && (
        <Banner tone="warn" title={say('public.rules.wrongDay')}>
          <p>{say('public.rules.shownFor', { day: date(today) })}</p>
        </Banner>
      )}
      <p>
        <strong>{say('public.rules.inForce', { day: date(rules.day) })}</strong>
      </p>
      {assumed > 0 && (
        <Banner tone="warn" title={say('public.rules.assumedTitle', { n: assumed })}>
          <p>{say(rules.mode === 'live' ? 'public.rules.assumedLive' : 'public.rules.assumedMeaning')}</p>
        </Banner>
      )}
      <nav className="contents no-print" aria-label={say('public.contents')}>
        <ul>
          {rules.methods.map((method) => (
            <li key={method.id}>
              <a href={`#${method.id}`}>{say(`pack.method.${method.id}.name`)}</a>
            </li>
          ))}
          <li>
            <a href="#values">{say('public.rules.values')}</a>
          </li>
        </ul>
      </nav>
      {rules.methods.length === 0 && <Empty title={say('public.rules.noMethod')} />}
      {rules.methods.map((method) => (
        <Section key={method.id} id={method.id} title={say(`pack.method.${method.id}.name`)}>
          <p>{say(`pack.method.${method.id}.summary`)}</p>
          <Facts
            facts={[
              ...(has(`pack.regime.${method.regime}`)
                ? [{ name: say('public.organisation.regime'), value: say(`pack.regime.${method.regime}`) }]
                : []),
              {
                name: say('public.rules.article'),
                value: <Source basis={method.article} />,
                note: say('public.rules.version', { n: method.version, day: date(method.from) }),
              },
              {
                name: say('public.rail.category'),
                value: method.categories.map((each) => say(`domain.category.${each}`)).join(', '),
              },
              ...onePerKey(method.ceilings).map((each) => valueFact(each, speech)),
              { name: say('public.rules.minimumBidders'), value: number(method.minimumBidders) },
            ]}
          />
          <ol className="governed">
            {method.steps.map((step) => (
              <li key={step.step}>
                <h3>{say(`pack.step.${step.step}.name`)}</h3>
                <p>{say(`pack.step.${step.step}.explanation`)}</p>
                <p className="note">
                  <Source basis={step.basis} />
                </p>
                {(step.values.length > 0 || step.groups || step.rule) && (
                  <Facts
                    facts={[
                      ...(step.rule
                        ? [{ name: say('public.rules.rule'), value: say(`domain.rule.${step.rule}`) }]
                        : []),
                      ...(step.groups
                        ? (['agency', 'guardians'] as const).map((group) => ({
                            name: say(`domain.group.${group}`),
                            value: say('public.holders.needed', {
                              k: step.groups?.[group].k ?? 0,
                              n: step.groups?.[group].n ?? 0,
                            }),
                          }))
                        : []),
                      ...onePerKey(step.values).map((each) => valueFact(each, speech)),
                    ]}
                  />
                )}
              </li>
            ))}
          </ol>
          {method.ifItFails.length > 0 && (
            <>
              <h3>{say('public.rules.ifItFails')}</h3>
              <Facts
                facts={method.ifItFails.map((each) => ({
                  name: say(`domain.next.${each.then}`),
                  value: say(`domain.when.${each.when}`),
                  note: <Source basis={each.basis} />,
                }))}
              />
            </>
          )}
        </Section>
      ))}
      <Section id="values" title={say('public.rules.values')}>
        <p>{say('public.rules.valuesMeaning')}</p>
        <Table
          caption={say('public.rules.values')}
          rows={rules.values.flatMap((each) =>
            each.versions.map((version, at) => ({ ...version, key: each.key, fixedBy: each.fixedBy, at })),
          )}
          rowKey={(row) => `${row.key}-${row.from}`}
          columns={[
            { key: 'name', head: say('public.rules.value'), names: true, cell: (row) => nameOfValue(row.key) },
            { key: 'from', head: say('public.rules.from'), kind: 'date', cell: (row) => date(row.from) },
            { key: 'value', head: say('public.rules.is'), cell: (row) => valueWords(speech, row.key, row.value) },
            { key: 'fixed', head: say('public.rules.fixedBy'), cell: (row) => say(`public.fixed.${row.fixedBy}`) },
            {
              key: 'basis',
              head: say('public.rules.article'),
              cell: (row) =>
                'law' in row.basis ? (
                  basisWords(speech, row.basis)
                ) : (
                  <>
                    <strong className="assumed">{say('public.assumed')}</strong> {basisWords(speech, row.basis)}
                  </>
                ),
            },
          ]}
        />
      </Section>
      <PrintFoot
        caseNumber={say('public.rules.title')}
        address={`${origin}/${language}/rules?on=${rules.day}`}
        now={now}
      />
    </Page>
  )
}

// How a tender is governed: the method's steps in order, each with its article or its assumption, and the key holders of both groups.
import type { Resolved } from '@naru/domain/pack.ts'
import { Facts } from '../../../design/facts.tsx'
import { Go } from '../../../design/go.tsx'
import { Banner, Section } from '../../../design/page.tsx'
import { useSpeech } from '../../../speech.tsx'
import { OrganisationLink, Source, valueWords, Written } from '../saying.tsx'
import type { TenderPage } from './case-page.ts'

/** The legal values that each step of the terms rests on. */
function valuesOf({ terms }: TenderPage, step: string): readonly Resolved<unknown>[] {
  const values: Readonly<Record<string, readonly (Resolved<unknown> | null)[]>> = {
    'base-amount': [terms.baseAmount],
    questions: [terms.questionsEnd],
    bids: [terms.bidPeriod, terms.afterAmendment, terms.withdrawal],
    review: [terms.review],
    award: [terms.award.parameters],
    standstill: [terms.standstill],
    contract: [terms.contractWithin, terms.ifNotSigned ?? null],
  }
  return (values[step] ?? []).filter((each) => each !== null)
}

/** One legal value: its name, what it is, and where it comes from. */
export function valueFact(
  value: Pick<Resolved<unknown>, 'key' | 'value' | 'basis'>,
  speech: ReturnType<typeof useSpeech>,
) {
  const name = `pack.value.${value.key}` as const
  return {
    name: speech.has(name) ? speech.say(name) : value.key,
    value: valueWords(speech, value.key, value.value),
    note: <Source basis={value.basis} />,
  }
}

/** Steps in the order of the method, with what each rests on. */
export function HowGoverned({ page }: { page: TenderPage }) {
  const speech = useSpeech()
  const { say, date, has } = speech
  const { terms, content, view } = page
  const { method } = terms
  const reason = `pack.method.${method.id}.reason`
  return (
    <Section
      id="rules"
      title={say('public.rules.governed')}
      aside={<Go to={`/rules?on=${terms.day}#${method.id}`}>{say('public.rules.all')}</Go>}
    >
      <p>{say('public.rules.copied', { day: date(terms.day) })}</p>
      {view.assumed.length > 0 && (
        <Banner tone="warn" title={say('public.rules.assumedTitle', { n: view.assumed.length })}>
          <p>{say('public.rules.assumedMeaning')}</p>
        </Banner>
      )}
      <Facts
        facts={[
          {
            name: say('public.rules.method'),
            value: say(`pack.method.${method.id}.name`),
            note: <Source basis={method.article} />,
          },
          {
            name: say('public.rules.why'),
            value: has(reason) ? say(`pack.method.${method.id}.reason`) : say(`domain.ground.${content.choice.ground}`),
            note: <Written language={content.language}>{content.choice.reason}</Written>,
          },
          ...(terms.ceiling ? [valueFact(terms.ceiling, speech)] : []),
          { name: say('public.rules.rule'), value: say(`domain.rule.${terms.award.rule}`) },
        ]}
      />
      <ol className="governed">
        {terms.steps.map(({ step, basis }) => (
          <li key={step}>
            <h3>{say(`pack.step.${step}.name`)}</h3>
            <p>{say(`pack.step.${step}.explanation`)}</p>
            <p className="note">
              <Source basis={basis} />
            </p>
            {valuesOf(page, step).length > 0 && (
              <Facts facts={valuesOf(page, step).map((each) => valueFact(each, speech))} />
            )}
          </li>
        ))}
      </ol>
      {terms.ifItFails.length > 0 && (
        <>
          <h3>{say('public.rules.ifItFails')}</h3>
          <Facts
            facts={terms.ifItFails.map((each) => ({
              name: say(`domain.next.${each.then}`),
              value: say(`domain.when.${each.when}`),
              note: <Source basis={each.basis} />,
            }))}
          />
        </>
      )}
    </Section>
  )
}

/** Who holds the keys: organisations, never the names of people. */
export function KeyHolders({ page }: { page: TenderPage }) {
  const { say, dateTime } = useSpeech()
  const { view, round } = page
  const window = page.terms.openingWindow
  return (
    <Section id="holders" title={say('public.holders.title')}>
      <p>{say('public.holders.meaning')}</p>
      {window?.value && (
        <p>
          {say('public.holders.window', { n: window.value.count })}{' '}
          {'assumed' in window.basis && say('public.holders.windowAssumed')}
        </p>
      )}
      <div className="two-columns">
        {view.tender.holders.map((group) => (
          <div key={group.name}>
            <h3>{say(`domain.group.${group.name}`)}</h3>
            <p>{say('public.holders.needed', { k: group.k, n: group.holders.length })}</p>
            <ol className="plain-list holders">
              {group.holders.map((holder) => {
                const posted = round.batches.find((each) => each.i === holder.i)
                return (
                  <li key={holder.i} value={holder.i}>
                    {say('public.holders.key', { n: holder.i })}{' '}
                    <OrganisationLink names={view.names} id={holder.organisation} />
                    {posted && (
                      <span className="note block">
                        {say('public.holders.posted')} <time dateTime={posted.at}>{dateTime(posted.at)}</time>
                      </span>
                    )}
                    {round.absent.includes(holder.i) && (
                      <span className="note block">{say('public.holders.absent')}</span>
                    )}
                  </li>
                )
              })}
            </ol>
          </div>
        ))}
      </div>
    </Section>
  )
}

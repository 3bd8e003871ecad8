// The opening, open to everyone: the sealed box, the key holders who have come, the bids as they turn over; complete and printable afterwards.
import { currentRound, tenderKeyOf } from '@naru/domain/tender/tender.ts'
import { sessionAt, windowEnds } from '@naru/domain/tender/attending.ts'
import { closesAt } from '@naru/domain/tender/opening.ts'
import { PageScript } from '../../design/page-script.tsx'
import { data } from 'react-router'
import type { Route } from './+types/opening'
import { Attempts } from '../../design/attempts.tsx'
import { ProofChip } from '../../design/chip.tsx'
import { Countdown, Facts } from '../../design/facts.tsx'
import { ButtonLink, Buttons } from '../../design/form.tsx'
import { Go } from '../../design/go.tsx'
import { Banner, Page, PrintFoot, Section, StateBanner } from '../../design/page.tsx'
import { useSpeech } from '../../speech.tsx'
import { placeOfAct } from '../../work/case-places.ts'
import { inWords, organisationName } from '../../work/names.ts'
import { naruOf } from '../../work/signed-in.ts'
import { Ranking } from '../../work/ranking.tsx'
import { readTender } from '../../work/preparation.ts'
import style from '../../work/work.css?url'

export const handle = { scripts: true }
export const links: Route.LinksFunction = () => [{ rel: 'stylesheet', href: style }]

export async function loader({ context, params }: Route.LoaderArgs) {
  const naru = naruOf(context)
  const view = await readTender(naru, params.caseId)
  const { tender, log, names } = view
  if (!tender.published || !tender.content) throw data(null, { status: 404 })
  const round = currentRound(tender)
  const session = round.opening ? null : sessionAt(tender, naru.now)
  const indexOf = (type: string, nth = -1): number | undefined => {
    const found = log.facts.filter((fact) => fact.type === type)
    return (nth < 0 ? found.at(-1) : found[nth])?.index ?? undefined
  }
  return {
    caseId: params.caseId,
    number: tender.published.number,
    title: tender.content.title,
    main: tender.content.language,
    currency: tender.published.terms.currency,
    stage: tender.stage,
    deadline: round.deadline,
    closesAt: closesAt(tender),
    closing: round.closing && {
      at: round.closing.at,
      count: round.closing.count,
      commitment: round.closing.commitment,
      index: indexOf('TenderClosed'),
    },
    stopped: round.stopped ?? null,
    until: session && windowEnds(tender, session),
    tkd: tenderKeyOf(tender, round.round)?.tkd ?? null,
    groups: tender.holders.map((group) => ({
      name: group.name,
      k: group.k,
      holders: group.holders.map((each) => ({
        i: each.i,
        organisation: each.organisation,
        came: session?.present.find((present) => present.i === each.i)?.at ?? null,
        posted: round.batches.find((batch) => batch.i === each.i)?.at ?? null,
        absent: round.absent.includes(each.i),
      })),
    })),
    opening: round.opening && {
      at: round.opening.at,
      bids: round.opening.bids,
      late: round.opening.lateAttempts,
      attempts: round.opening.attempts ?? null,
      wrong: round.opening.wrongShares,
      index: indexOf('OpeningRecorded'),
    },
    draws: round.draws.map(({ lot, reservePrice }) => ({ lot, reservePrice })),
    rankings: round.rankings,
    lots: tender.content.lots.map((lot) => ({ id: lot.id, title: lot.title })),
    names,
    // The first of these that is open to the reader.
    mayDo: (['attend-opening', 'post-shares'] as const).find((act) =>
      view.may.some((each) => each.act === act && each.open),
    ),
    newest: log.newest,
    now: naru.now,
  }
}

export default function Opening({ loaderData }: Route.ComponentProps) {
  const speech = useSpeech()
  const { say, language, dateTime, moment, recordTime, number, money } = speech
  const {
    caseId,
    title,
    main,
    currency,
    stage,
    deadline,
    closing,
    groups,
    opening,
    draws,
    rankings,
    lots,
    names,
    mayDo,
    stopped,
    until,
    now,
    newest,
  } = loaderData
  const sealed = closing?.count ?? 0
  return (
    <Page
      title={say('work.opening.title')}
      lead={inWords(title, language, main)}
      above={loaderData.number}
      trail={[{ to: `/tenders/${caseId}`, text: loaderData.number }]}
    >
      <div data-live={caseId} data-index={newest ?? -1} className="column">
        <StateBanner
          tone={opening ? 'success' : closing ? 'info' : 'neutral'}
          word={
            opening
              ? say('work.opening.opened', { when: dateTime(opening.at) })
              : closing
                ? say('work.opening.closed', { n: sealed })
                : say(stage === 'published' ? 'work.opening.before' : `domain.stage.${stage}`)
          }
        >
          <p>
            {opening
              ? say('work.opening.openedMeaning', {
                  n: new Set(opening.bids.filter((each) => each.status === 'valid').map((each) => each.bid)).size,
                })
              : closing
                ? say('work.opening.closedMeaning')
                : say('work.opening.beforeMeaning')}
          </p>
        </StateBanner>
        {stopped && !opening && (
          <Banner tone="danger" title={say('public.state.stopped')} live>
            <p>{say('public.state.stoppedMeaning', { n: stopped.bids, when: recordTime(stopped.at) })}</p>
          </Banner>
        )}
        {!closing && stage === 'published' && <Countdown until={deadline} now={now} />}
        {mayDo && (
          <Buttons>
            <ButtonLink to={placeOfAct(mayDo, caseId) ?? ''}>{say(`domain.act.${mayDo}`)}</ButtonLink>
          </Buttons>
        )}
        {closing && (
          <Section id="box" title={say('work.opening.box')} aside={<ProofChip index={closing.index} />}>
            <Facts
              facts={[
                { name: say('work.opening.sealed'), value: number(sealed) },
                { name: say('domain.moment.closed'), value: recordTime(closing.at) },
                {
                  name: say('work.opening.seal'),
                  value: <span className="hash">{closing.commitment}</span>,
                  note: say('work.opening.sealHint'),
                },
              ]}
            />
          </Section>
        )}
        <Section id="holders" title={say('work.opening.holders')}>
          {until && <p>{say('work.opening.window', { when: moment(until) })}</p>}
          {groups.map((group) => {
            const come = group.holders.filter((each) => each.posted ?? each.came).length
            return (
              <div key={group.name} className="column">
                <h3>
                  {say(`domain.group.${group.name}`)} · {say('work.opening.present', { n: come, k: group.k })}
                </h3>
                <ul className="slots">
                  {group.holders.map((each) => (
                    <li
                      key={each.i}
                      className="slot"
                      data-done={each.posted ? '' : undefined}
                      data-come={each.came ? '' : undefined}
                    >
                      <strong>{say('work.keys.number', { n: each.i })}</strong>
                      <span className="note">{organisationName(names, each.organisation, speech)}</span>
                      <span>
                        {each.posted
                          ? say('work.opening.posted', { when: recordTime(each.posted) })
                          : each.came
                            ? say('work.opening.came', { when: recordTime(each.came) })
                            : each.absent
                              ? say('work.opening.absent')
                              : say(
                                  opening
                                    ? 'work.opening.notNeeded'
                                    : closing
                                      ? 'work.opening.awaited'
                                      : 'work.opening.notYet',
                                )}
                      </span>
                    </li>
                  ))}
                </ul>
              </div>
            )
          })}
        </Section>
        {closing && (
          <Section id="bids" title={say('work.opening.bids')} aside={opening && <ProofChip index={opening.index} />}>
            <ul className="envelopes">
              {opening
                ? opening.bids.map((each) => (
                    <li
                      key={each.e}
                      id={`envelope-${each.index}-${each.lot}`}
                      className="envelope"
                      data-open=""
                      data-void={each.status === 'void' ? '' : undefined}
                    >
                      <strong>{organisationName(names, each.bidder, speech)}</strong>
                      {lots.length > 1 && (
                        <span className="note">
                          {say('work.lots.lot', { n: lots.findIndex((lot) => lot.id === each.lot) + 1 })}
                        </span>
                      )}
                      {each.price ? (
                        <span className="sum">{money({ amount: each.price.price, currency })}</span>
                      ) : (
                        <span>
                          {say('work.opening.void', { why: each.code ? say(`domain.void.${each.code}`) : '' })}
                        </span>
                      )}
                      {each.price?.picks && (
                        <span className="note">
                          {say('work.opening.picks', { picks: each.price.picks.join(', ') })}
                        </span>
                      )}
                      <span className="note">
                        <ProofChip index={each.index} />
                      </span>
                    </li>
                  ))
                : Array.from({ length: Math.min(sealed, 60) }, (_, at) => (
                    <li key={at} className="envelope">
                      <strong>{say('work.opening.envelope', { n: number(at + 1) })}</strong>
                      <span className="note">{say('work.opening.stillSealed')}</span>
                    </li>
                  ))}
            </ul>
            {!opening && sealed > 60 && <p className="note">{say('work.opening.more', { n: sealed - 60 })}</p>}
            {opening && (opening.late > 0 || opening.wrong.length > 0) && (
              <p className="note">
                {opening.late > 0 && say('work.opening.late', { n: opening.late })}{' '}
                {opening.wrong.length > 0 && say('work.opening.wrong', { numbers: opening.wrong.join(', ') })}
              </p>
            )}
          </Section>
        )}
        {opening?.attempts && (
          <Section id="attempts" title={say('attempts.title')}>
            <Attempts lines={opening.attempts} />
          </Section>
        )}
        {draws.map((draw) => (
          <Section key={draw.lot} id={`draw-${draw.lot}`} title={say('work.opening.reserve')}>
            <p className="reference">
              <strong>{money({ amount: draw.reservePrice, currency })}</strong>
            </p>
            <p>
              <Go to={`/tenders/${caseId}`}>{say('work.opening.draw')}</Go>
            </p>
          </Section>
        ))}
        {rankings.map((each) => (
          <Section
            key={each.lot}
            id={`ranking-${each.lot}`}
            title={
              lots.length > 1
                ? `${say('work.ranking.title')} · ${say('work.lots.lot', { n: lots.findIndex((lot) => lot.id === each.lot) + 1 })}`
                : say('work.ranking.title')
            }
          >
            <Ranking
              ranking={each.ranking}
              currency={currency}
              nameOf={(bid) =>
                organisationName(names, opening?.bids.find((one) => one.bid === bid)?.bidder ?? '', speech)
              }
            />
          </Section>
        ))}
      </div>
      <p className="live no-print" data-live-sign="" data-state="off">
        {say('work.opening.live')}
      </p>
      <noscript>
        <p className="no-print">
          <Go to={`/tenders/${caseId}/live`}>{say('work.opening.again')}</Go>
        </p>
      </noscript>
      <PrintFoot
        caseNumber={loaderData.number}
        address={`/tenders/${caseId}/live`}
        {...(newest !== null && { index: newest })}
        now={now}
      />
      <PageScript name="live" />
    </Page>
  )
}

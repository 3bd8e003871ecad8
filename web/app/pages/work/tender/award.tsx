// The award: the ranking and its reasons first, then an act that cannot be undone.
import { data } from 'react-router'
import type { Route } from './+types/award'
import { BasisNote } from '../../../design/chip.tsx'
import { ActForm, Button, Buttons, TextAreaField } from '../../../design/form.tsx'
import { Banner, Page, Section } from '../../../design/page.tsx'
import { reasonSentence, RefusalText } from '../../../sentences.tsx'
import { useSpeech } from '../../../speech.tsx'
import { actAndGo, idOfForm } from '../../../work/act.ts'
import { caseAt } from '../../../work/case-places.ts'
import { inWords, organisationName } from '../../../work/names.ts'
import { readTender } from '../../../work/preparation.ts'
import { Ranking } from '../../../work/ranking.tsx'
import { signedIn } from '../../../work/signed-in.ts'
import { errorsOf, Trouble } from '../../../work/trouble.tsx'

export async function loader({ context, url, params }: Route.LoaderArgs) {
  const naru = signedIn(context, url)
  const view = await readTender(naru, params.caseId)
  const { tender } = view
  const round = tender.rounds.at(-1)
  if (!tender.content || !tender.published || !round?.opening)
    throw data({ refused: 'openingIsNotComplete' }, { status: 409 })
  const may = view.may.find((each) => each.act === 'award-lot')
  return {
    caseId: params.caseId,
    title: tender.content.title,
    main: tender.content.language,
    lots: tender.content.lots.map((lot, at) => ({ id: lot.id, title: lot.title, at: at + 1 })),
    currency: tender.published.terms.currency,
    standstill: tender.published.terms.standstill,
    rankings: round.rankings,
    bids: round.opening.bids,
    awards: tender.awards,
    names: view.names,
    why: may && !may.open ? may.why : null,
  }
}

export async function action({ context, url, params, request }: Route.ActionArgs) {
  const naru = signedIn(context, url)
  const { caseId } = params
  const form = await request.formData()
  const text = (name: string) => String(form.get(name) ?? '').trim()
  const input = { award: idOfForm(form), lot: text('lot'), bid: text('bid'), reason: text('reason') }
  return actAndGo(naru, form, { caseId, act: 'award-lot', input, to: caseAt(caseId, 'award') })
}

export default function Award({ loaderData, actionData }: Route.ComponentProps) {
  const speech = useSpeech()
  const { say, language, money, moment } = speech
  const { caseId, title, main, lots, currency, standstill, rankings, bids, awards, names, why } = loaderData
  const errors = errorsOf(actionData?.why, speech)
  const nameOf = (bid: string) => organisationName(names, bids.find((each) => each.bid === bid)?.bidder ?? '', speech)
  const waiting = rankings.some((each) => each.ranking.winner && !awards.some((award) => award.lot === each.lot))
  const period = standstill?.value
  return (
    <Page
      title={say(waiting ? 'work.award.title' : 'work.award.done')}
      lead={waiting ? say('work.award.lead') : undefined}
      wrong={actionData !== undefined}
      trail={[
        { to: '/desk', text: say('work.nav.desk') },
        { to: caseAt(caseId), text: inWords(title, language, main) },
      ]}
    >
      <Trouble failed={actionData} errors={errors} />
      {why && waiting && (
        <Banner tone="warn" title={say('work.refused')}>
          <RefusalText refusal={why} />
        </Banner>
      )}
      {rankings.map((each) => {
        const lot = lots.find((one) => one.id === each.lot)
        const award = awards.find((one) => one.lot === each.lot)
        const winner = each.ranking.lines.find((line) => line.bid === each.ranking.winner)
        return (
          <Section
            key={each.lot}
            id={`lot-${each.lot}`}
            title={
              lots.length > 1
                ? `${say('work.lots.lot', { n: lot?.at ?? 1 })}: ${inWords(lot?.title, language, main)}`
                : say('work.ranking.title')
            }
          >
            <Ranking ranking={each.ranking} currency={currency} nameOf={nameOf} />
            {award ? (
              <Banner
                tone="success"
                title={say('work.award.made', {
                  name: organisationName(names, award.supplier, speech),
                  value: money(award.value),
                })}
              >
                <p className="prose">{award.reason}</p>
                {award.standstillUntil && (
                  <p>{say('work.award.standstill', { when: moment(award.standstillUntil) })}</p>
                )}
              </Banner>
            ) : winner ? (
              !why && (
                <ActForm act={`award-${each.lot}`}>
                  <input type="hidden" name="lot" value={each.lot} />
                  <input type="hidden" name="bid" value={winner.bid} />
                  <div>
                    <p>{say('work.award.will')}</p>
                    <ul>
                      <li>
                        {say('work.award.public', {
                          name: nameOf(winner.bid),
                          value: money({ amount: winner.price, currency }),
                        })}
                      </li>
                      {period && (
                        <li>
                          {say('work.award.period', { period: `${period.count} ${say(`domain.unit.${period.unit}`)}` })}{' '}
                          <BasisNote basis={standstill.basis} />
                        </li>
                      )}
                      <li>{say('work.award.final')}</li>
                    </ul>
                  </div>
                  <TextAreaField
                    name="reason"
                    label={say('work.award.reason')}
                    hint={say('work.award.reasonHint')}
                    rows={4}
                    maxLength={5000}
                    lang={main}
                    defaultValue={
                      actionData?.typed.one.lot === each.lot
                        ? actionData.typed.one.reason
                        : reasonSentence(winner, currency, speech)
                    }
                    errors={errors}
                  />
                  <Buttons>
                    <Button>{say('work.award.button', { name: nameOf(winner.bid) })}</Button>
                  </Buttons>
                </ActForm>
              )
            ) : (
              <p>{say('work.award.noWinner')}</p>
            )}
          </Section>
        )
      })}
    </Page>
  )
}

// The qualification review: the lowest bid first, its documents judged in points; the first that reaches the pass mark wins.
import { getBand } from '@naru/domain/award/qualification-review.ts'
import { data } from 'react-router'
import type { Route } from './+types/review'
import { Facts } from '../../../design/facts.tsx'
import { ActForm, Button, Buttons, TextAreaField, TextField } from '../../../design/form.tsx'
import { Banner, Page, Section } from '../../../design/page.tsx'
import { RefusalText } from '../../../sentences.tsx'
import { useSpeech } from '../../../speech.tsx'
import { actAndGo, isRefusal } from '../../../work/act.ts'
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
    throw data({ refused: 'stageHasNotCome' }, { status: 409 })
  const may = view.may.find((each) => each.act === 'record-review')
  const due = round.rankings.find((each) => each.ranking.next)
  const { terms } = tender.published
  const { kind } = tender.content
  const parameters = terms.award.parameters.value
  const value = tender.content.lots.find((lot) => lot.id === due?.lot)?.value.amount ?? '0'
  return {
    caseId: params.caseId,
    title: tender.content.title,
    main: tender.content.language,
    currency: terms.currency,
    due: due ? { lot: due.lot, bid: due.ranking.next ?? '' } : null,
    band:
      due && parameters
        ? getBand({ parameters, category: terms.category, estimatedValue: value, ...(kind && { kind }) })
        : null,
    rankings: round.rankings,
    bids: round.opening.bids,
    reviews: tender.reviews,
    reservePrice: round.draws[0]?.reservePrice ?? null,
    names: view.names,
    why: may && !may.open ? may.why : null,
  }
}

export async function action({ context, url, params, request }: Route.ActionArgs) {
  const naru = signedIn(context, url)
  const { caseId } = params
  const form = await request.formData()
  const text = (name: string) => String(form.get(name) ?? '').trim()
  const input = {
    lot: text('lot'),
    bid: text('bid'),
    points: text('points').replace(',', '.'),
    findings: text('findings'),
  }
  return actAndGo(naru, form, { caseId, act: 'record-review', input, to: caseAt(caseId, 'review') })
}

export default function Review({ loaderData, actionData }: Route.ComponentProps) {
  const speech = useSpeech()
  const { say, language, number, money } = speech
  const { caseId, title, main, currency, due, band, rankings, bids, reviews, reservePrice, names, why } = loaderData
  const errors = errorsOf(actionData?.why, speech)
  const range = actionData && isRefusal(actionData.why) && actionData.why.refused === 'scoreIsOutOfRange'
  const nameOf = (bid: string) => organisationName(names, bids.find((each) => each.bid === bid)?.bidder ?? '', speech)
  const line = rankings.find((each) => each.lot === due?.lot)?.ranking.lines.find((each) => each.bid === due?.bid)
  return (
    <Page
      title={say('work.review.title')}
      lead={say('work.review.lead')}
      wrong={actionData !== undefined}
      trail={[
        { to: '/desk', text: say('work.nav.desk') },
        { to: caseAt(caseId), text: inWords(title, language, main) },
      ]}
    >
      <Trouble failed={actionData} errors={errors} />
      {due && band && (
        <Section id="due" title={say('work.review.due', { name: nameOf(due.bid) })}>
          <Facts
            facts={[
              ...(line ? [{ name: say('work.ranking.price'), value: money({ amount: line.price, currency }) }] : []),
              ...(reservePrice
                ? [{ name: say('work.opening.reserve'), value: money({ amount: reservePrice, currency }) }]
                : []),
              ...(line?.numbers.ratePercent
                ? [{ name: say('work.review.rate'), value: `${number(line.numbers.ratePercent)} %` }]
                : []),
              ...(line?.numbers.pricePoints
                ? [{ name: say('work.review.pricePoints'), value: number(line.numbers.pricePoints) }]
                : []),
              { name: say('work.review.most'), value: number(band.otherPointsMax) },
              { name: say('work.review.pass'), value: number(band.passMark) },
            ]}
          />
          {!why && (
            <ActForm act="review">
              <input type="hidden" name="lot" value={due.lot} />
              <input type="hidden" name="bid" value={due.bid} />
              <TextField
                name="points"
                label={say('work.review.points')}
                hint={say('work.review.pointsHint', { most: number(band.otherPointsMax) })}
                inputMode="decimal"
                width={10}
                defaultValue={actionData?.typed.one.points ?? ''}
                errors={range ? [{ field: 'points', text: say('work.wrong.points') }] : errors}
              />
              <TextAreaField
                name="findings"
                label={say('work.review.findings')}
                hint={say('work.review.findingsHint')}
                rows={5}
                maxLength={5000}
                defaultValue={actionData?.typed.one.findings ?? ''}
                errors={errors}
              />
              <Buttons>
                <Button>{say('domain.act.record-review')}</Button>
              </Buttons>
            </ActForm>
          )}
        </Section>
      )}
      {!due && <Banner tone="info" title={say('work.review.none')} />}
      {due && why && (
        <Banner tone="info" title={say('work.refused')}>
          <RefusalText refusal={why} />
        </Banner>
      )}
      {reviews.length > 0 && (
        <Section id="done" title={say('work.review.done')}>
          <Facts
            facts={reviews.map((each) => ({
              name: nameOf(each.bid),
              value: say('work.criteria.points', { n: number(each.points) }),
              note: each.findings,
            }))}
          />
        </Section>
      )}
      {rankings.map((each) => (
        <Section key={each.lot} id={`ranking-${each.lot}`} title={say('work.ranking.title')}>
          <Ranking ranking={each.ranking} currency={currency} nameOf={nameOf} />
        </Section>
      ))}
    </Page>
  )
}

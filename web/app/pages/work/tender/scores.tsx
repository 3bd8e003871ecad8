// The evaluation: bids across, criteria down, one's own points only until every member has given theirs; then all, with the spread.
import { bidsToScore } from '@naru/domain/tender/two-stages.ts'
import { data, redirect } from 'react-router'
import type { Route } from './+types/scores'
import { Attachments } from '../../../design/attachments.tsx'
import { Facts } from '../../../design/facts.tsx'
import { ActForm, Button, Buttons } from '../../../design/form.tsx'
import { Banner, Page, Section } from '../../../design/page.tsx'
import { Table } from '../../../design/table.tsx'
import { RefusalText } from '../../../sentences.tsx'
import { useSpeech } from '../../../speech.tsx'
import { actAndGo, notAccepted } from '../../../work/act.ts'
import { caseAt } from '../../../work/case-places.ts'
import { inWords, organisationName } from '../../../work/names.ts'
import { readTender } from '../../../work/preparation.ts'
import { signedIn } from '../../../work/signed-in.ts'
import { errorsOf, Trouble } from '../../../work/trouble.tsx'

async function readScoring({ context, url, params }: Route.LoaderArgs | Route.ActionArgs) {
  const naru = signedIn(context, url)
  const { caseId } = params
  const view = await readTender(naru, caseId)
  const { tender } = view
  const may = view.may.find((each) => each.act === 'score-bids')
  if (may && !may.open && may.why.refused === 'declarationIsMissing')
    throw redirect(`/${naru.language}${caseAt(caseId, 'declaration')}`)
  if (!tender.content || !tender.published || tender.published.terms.evaluators === 0)
    throw data({ refused: 'stageHasNotCome' }, { status: 409 })
  const round = tender.rounds.at(-1)
  const valid = round ? bidsToScore(round) : []
  return { naru, caseId, view, content: tender.content, valid, may }
}

export async function loader(args: Route.LoaderArgs) {
  const { naru, caseId, view, content, valid, may } = await readScoring(args)
  const responses = (await naru.read.readResponses(caseId)) ?? []
  const { tender } = view
  const attachments = await naru.read.readAttachments(caseId)
  return {
    caseId,
    attachments,
    title: content.title,
    main: content.language,
    lots: content.lots.map((lot) => lot.id),
    criteria: content.criteria,
    bids: valid.map(({ bid, bidder, lot }) => ({ bid, bidder, lot })),
    responses: responses.map(({ bid, lot, responses: texts }) => ({
      bid,
      lot,
      texts: texts as Record<string, unknown>,
    })),
    names: view.names,
    scores: tender.scores,
    quality: tender.quality,
    expected: tender.published?.terms.evaluators ?? 0,
    why: may && !may.open ? may.why : null,
    mine: naru.visitor.person,
  }
}

const fieldOf = (bid: string, lot: string, criterion: string) => `${bid}/${lot}/${criterion}`

export async function action(args: Route.ActionArgs) {
  const { naru, caseId, content, valid } = await readScoring(args)
  const form = await args.request.formData()
  const cells = valid.flatMap(({ bid, lot }) => content.criteria.map((criterion) => ({ bid, lot, criterion })))
  const wrong: { path: string; code: string; facts?: Record<string, string> }[] = []
  const scores = cells.map(({ bid, lot, criterion }) => {
    const name = fieldOf(bid, lot, criterion.id)
    const points = String(form.get(name) ?? '')
      .trim()
      .replace(',', '.')
    const comment = String(form.get(`${name}/why`) ?? '').trim()
    if (!/^(0|[1-9][0-9]{0,2})(\.[0-9]{1,5})?$/.test(points)) wrong.push({ path: name, code: 'points' })
    else if (Number(points) > Number(criterion.points))
      wrong.push({ path: name, code: 'tooManyPoints', facts: { most: criterion.points } })
    if (!comment) wrong.push({ path: `${name}/why`, code: 'required' })
    return { bid, lot, criterion: criterion.id, points, comment }
  })
  if (wrong.length > 0) return notAccepted({ invalid: wrong.slice(0, 50) }, form)
  return actAndGo(naru, form, { caseId, act: 'score-bids', input: { scores }, to: caseAt(caseId, 'scores') })
}

export default function Scores({ loaderData, actionData }: Route.ComponentProps) {
  const speech = useSpeech()
  const { say, language, number } = speech
  const {
    caseId,
    attachments,
    title,
    main,
    lots,
    criteria,
    bids,
    responses,
    names,
    scores,
    quality,
    expected,
    why,
    mine,
  } = loaderData
  const errors = errorsOf(actionData?.why, speech)
  const own = scores.find((each) => each.evaluator === mine)
  const typed = actionData?.typed.one
  return (
    <Page
      title={say('work.scores.title')}
      lead={say(quality ? 'work.scores.done' : own ? 'work.scores.given' : 'work.scores.lead')}
      wrong={actionData !== undefined}
      wide
      trail={[
        { to: '/desk', text: say('work.nav.desk') },
        { to: caseAt(caseId), text: inWords(title, language, main) },
      ]}
    >
      <Trouble failed={actionData} errors={errors} />
      {quality ? (
        <Section id="all" title={say('work.scores.all')}>
          <Table
            caption={say('work.scores.all')}
            rows={quality}
            rowKey={(row) => `${row.bid}/${row.lot}`}
            columns={[
              {
                key: 'name',
                head: say('work.ranking.bidder'),
                names: true,
                cell: (row) => organisationName(names, bids.find((each) => each.bid === row.bid)?.bidder ?? '', speech),
              },
              ...criteria.map((criterion) => ({
                key: criterion.id,
                head: inWords(criterion.title, language, main),
                kind: 'number' as const,
                cell: (row: { bid: string; lot: string }) =>
                  spread(
                    scores.flatMap((each) =>
                      each.scores
                        .filter((one) => one.bid === row.bid && one.lot === row.lot && one.criterion === criterion.id)
                        .map((one) => one.points),
                    ),
                  ),
              })),
              { key: 'mean', head: say('work.scores.mean'), kind: 'number', cell: (row) => number(row.quality) },
            ]}
          />
          <p className="note">{say('work.scores.spread', { n: scores.length })}</p>
        </Section>
      ) : own ? (
        <Section id="own" title={say('work.scores.own')}>
          <Facts
            facts={own.scores.map((each) => ({
              name: `${organisationName(names, bids.find((bid) => bid.bid === each.bid)?.bidder ?? '', speech)} · ${inWords(criteria.find((one) => one.id === each.criterion)?.title, language, main)}`,
              value: number(each.points),
              note: each.comment,
            }))}
          />
          <p>{say('work.scores.waiting', { n: expected })}</p>
        </Section>
      ) : why ? (
        <Banner tone="info" title={say('work.refused')}>
          <RefusalText refusal={why} />
        </Banner>
      ) : (
        <ActForm act="score" className="wide">
          <Banner tone="info" title={say('work.scores.alone')} />
          {attachments.length > 0 && (
            <Section id="attachments" title={say('public.attachments')}>
              <Attachments
                caseId={caseId}
                attachments={attachments}
                of={(bid) => organisationName(names, bids.find((each) => each.bid === bid)?.bidder ?? '', speech)}
              />
            </Section>
          )}
          {lots.map((lot) => (
            <div key={lot} className="table-frame matrix">
              <table>
                <caption className={lots.length > 1 ? undefined : 'unseen'}>{say('work.lots.lot', { n: lot })}</caption>
                <thead>
                  <tr>
                    <th scope="col">{say('work.criteria.name')}</th>
                    {bids
                      .filter((each) => each.lot === lot)
                      .map((each) => (
                        <th key={each.bid} scope="col">
                          {organisationName(names, each.bidder, speech)}
                        </th>
                      ))}
                  </tr>
                </thead>
                <tbody>
                  {criteria.map((criterion) => (
                    <tr key={criterion.id}>
                      <th scope="row">
                        {inWords(criterion.title, language, main)}
                        <span className="unit">{say('work.criteria.points', { n: criterion.points })}</span>
                      </th>
                      {bids
                        .filter((each) => each.lot === lot)
                        .map((each) => {
                          const name = fieldOf(each.bid, lot, criterion.id)
                          const wrong = errors.some((error) => error.field === name || error.field === `${name}/why`)
                          const answer = responses.find((one) => one.bid === each.bid && one.lot === lot)?.texts[
                            criterion.id
                          ]
                          const label = `${organisationName(names, each.bidder, speech)}, ${inWords(criterion.title, language, main)}`
                          return (
                            <td key={each.bid} data-head={organisationName(names, each.bidder, speech)}>
                              <div className="field" data-wrong={wrong ? '' : undefined}>
                                {typeof answer === 'string' && <p className="prose note">{answer}</p>}
                                <input
                                  id={name}
                                  name={name}
                                  inputMode="decimal"
                                  autoComplete="off"
                                  defaultValue={typed?.[name] ?? ''}
                                  aria-label={say('work.scores.points', { what: label })}
                                  aria-invalid={errors.some((error) => error.field === name) || undefined}
                                />
                                <textarea
                                  id={`${name}/why`}
                                  name={`${name}/why`}
                                  rows={2}
                                  maxLength={2000}
                                  defaultValue={typed?.[`${name}/why`] ?? ''}
                                  placeholder={say('work.scores.why')}
                                  aria-label={say('work.scores.whyFor', { what: label })}
                                  aria-invalid={errors.some((error) => error.field === `${name}/why`) || undefined}
                                />
                              </div>
                            </td>
                          )
                        })}
                    </tr>
                  ))}
                </tbody>
              </table>
            </div>
          ))}
          <p>{say('work.scores.final')}</p>
          <Buttons>
            <Button>{say('domain.act.score-bids')}</Button>
          </Buttons>
        </ActForm>
      )}
    </Page>
  )
}

/** Points of all members for one cell: one number where they agree, else least and most. */
function spread(points: readonly string[]): string {
  const sorted = [...new Set(points)].sort((a, b) => Number(a) - Number(b))
  return sorted.length <= 1 ? (sorted[0] ?? '—') : `${sorted[0]}–${sorted.at(-1)}`
}

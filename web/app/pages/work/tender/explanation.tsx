// A price that is abnormally low: the bidder explains it, the buyer accepts the explanation or says why not. One page for both, and for whoever may read it.
import { data } from 'react-router'
import type { Route } from './+types/explanation'
import { BasisNote } from '../../../design/chip.tsx'
import { Facts } from '../../../design/facts.tsx'
import { ActForm, Button, Buttons, ChoiceField, TextAreaField } from '../../../design/form.tsx'
import { Banner, Page, Section } from '../../../design/page.tsx'
import { RefusalText } from '../../../sentences.tsx'
import { useSpeech } from '../../../speech.tsx'
import { actAndGo } from '../../../work/act.ts'
import { caseAt } from '../../../work/case-places.ts'
import { inWords, organisationName } from '../../../work/names.ts'
import { readTender } from '../../../work/preparation.ts'
import { signedIn } from '../../../work/signed-in.ts'
import { errorsOf, Trouble } from '../../../work/trouble.tsx'

export async function loader({ context, url, params }: Route.LoaderArgs) {
  const naru = signedIn(context, url)
  const view = await readTender(naru, params.caseId)
  const { tender } = view
  if (!tender.content || !tender.published) throw data({ refused: 'stageHasNotCome' }, { status: 409 })
  const mayOf = (act: string) => view.may.find((each) => each.act === act)
  const [explain, judge] = [mayOf('explain-price'), mayOf('judge-explanation')]
  const own = tender.explanations?.some((each) => each.supplier === naru.visitor.organisation) ?? false
  return {
    caseId: params.caseId,
    title: tender.content.title,
    main: tender.content.language,
    currency: tender.published.terms.currency,
    basis: tender.published.terms.abnormallyLow?.limits.basis ?? null,
    explanations: tender.explanations ?? [],
    names: view.names,
    own,
    mayExplain: explain?.open ?? false,
    mayJudge: judge?.open ?? false,
    why: own ? (explain && !explain.open ? explain.why : null) : judge && !judge.open ? judge.why : null,
  }
}

export async function action({ context, url, params, request }: Route.ActionArgs) {
  const naru = signedIn(context, url)
  const { caseId } = params
  const form = await request.formData()
  const text = (name: string) => String(form.get(name) ?? '').trim()
  const to = caseAt(caseId, 'explanation')
  if (form.get('act') === 'explain')
    return actAndGo(naru, form, { caseId, act: 'explain-price', input: { lot: text('lot'), text: text('text') }, to })
  const input = {
    lot: text('lot'),
    bid: text('bid'),
    accepted: text('accepted') === 'yes',
    reason: text('reason'),
  }
  return actAndGo(naru, form, { caseId, act: 'judge-explanation', input, to })
}

export default function ExplanationPage({ loaderData, actionData }: Route.ComponentProps) {
  const speech = useSpeech()
  const { say, language, money, moment, number } = speech
  const { caseId, title, main, currency, basis, explanations, names, own, mayExplain, mayJudge, why } = loaderData
  const errors = errorsOf(actionData?.why, speech)
  const sum = (amount: string) => money({ amount, currency })
  return (
    <Page
      title={say('work.explanation.title')}
      lead={say('work.explanation.lead')}
      above={inWords(title, language, main)}
      wrong={actionData !== undefined}
      trail={[
        { to: '/desk', text: say('work.nav.desk') },
        { to: own ? `/tenders/${caseId}` : caseAt(caseId), text: inWords(title, language, main) },
      ]}
    >
      <Trouble failed={actionData} errors={errors} />
      {explanations.map((each) => (
        <Section
          key={`${each.round}-${each.lot}-${each.bid}`}
          id={`explanation-${each.bid}`}
          title={organisationName(names, each.supplier, speech)}
        >
          <Facts
            facts={[
              { name: say('work.ranking.price'), value: sum(each.ground.price) },
              {
                name: say(each.ground.by === 'mean' ? 'work.explanation.mean' : 'work.explanation.nextPrice'),
                value: sum(each.ground.measure),
                note: say('work.explanation.limit', { percent: number(each.ground.percent) }),
              },
              { name: say('work.explanation.until'), value: moment(each.until) },
              ...(each.judged
                ? [
                    {
                      name: say('work.explanation.judged'),
                      value: say(each.judged.accepted ? 'work.explanation.accepted' : 'work.explanation.notAccepted'),
                      note: each.judged.reason,
                    },
                  ]
                : []),
            ]}
          />
          {basis && (
            <p className="note">
              <BasisNote basis={basis} />
            </p>
          )}
          {each.text && <p className="prose">{each.text}</p>}
          {!each.judged && own && mayExplain && each.text === null && (
            <ActForm act="explain">
              <input type="hidden" name="act" value="explain" />
              <input type="hidden" name="lot" value={each.lot} />
              <TextAreaField
                name="text"
                label={say('work.explanation.text')}
                hint={say('work.explanation.textHint')}
                rows={8}
                maxLength={10_000}
                defaultValue={actionData?.typed.one.text ?? ''}
                errors={errors}
              />
              <Buttons>
                <Button>{say('domain.act.explain-price')}</Button>
              </Buttons>
            </ActForm>
          )}
          {!each.judged && mayJudge && (
            <ActForm act="judge">
              <input type="hidden" name="lot" value={each.lot} />
              <input type="hidden" name="bid" value={each.bid} />
              <ChoiceField
                name="accepted"
                kind="radio"
                label={say('work.explanation.question')}
                choices={[
                  { value: 'yes', text: say('work.explanation.yes') },
                  { value: 'no', text: say('work.explanation.no') },
                ]}
                errors={errors}
              />
              <TextAreaField
                name="reason"
                label={say('work.explanation.reason')}
                rows={4}
                maxLength={5000}
                lang={main}
                defaultValue={actionData?.typed.one.reason ?? ''}
                errors={errors}
              />
              <Buttons>
                <Button>{say('domain.act.judge-explanation')}</Button>
              </Buttons>
            </ActForm>
          )}
        </Section>
      ))}
      {why && (
        <Banner tone="info" title={say('work.refused')}>
          <RefusalText refusal={why} />
        </Banner>
      )}
    </Page>
  )
}

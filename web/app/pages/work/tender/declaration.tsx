// A member of the committee declares interests before any proposal is shown; with a conflict, nothing is shown at all.
import type { Route } from './+types/declaration'
import { ActForm, Button, Buttons, ChoiceField, TextAreaField } from '../../../design/form.tsx'
import { Banner, Page } from '../../../design/page.tsx'
import { RefusalText } from '../../../sentences.tsx'
import { useSpeech } from '../../../speech.tsx'
import { actAndGo, wrongField } from '../../../work/act.ts'
import { caseAt } from '../../../work/case-places.ts'
import { inWords, organisationName } from '../../../work/names.ts'
import { readTender } from '../../../work/preparation.ts'
import { signedIn } from '../../../work/signed-in.ts'
import { errorsOf, Trouble } from '../../../work/trouble.tsx'

export async function loader({ context, url, params }: Route.LoaderArgs) {
  const naru = signedIn(context, url)
  const view = await readTender(naru, params.caseId)
  const { tender, names } = view
  const may = view.may.find((each) => each.act === 'declare-conflict')
  return {
    caseId: params.caseId,
    title: tender.content?.title ?? {},
    main: tender.language,
    // Only who bid, nothing of what was bid.
    bidders: [
      ...new Set(
        (tender.rounds.at(-1)?.technical ?? tender.rounds.at(-1)?.opening)?.bids.map((each) => each.bidder) ?? [],
      ),
    ],
    names,
    own: tender.conflicts.find((each) => each.person === naru.visitor.person) ?? null,
    why: may && !may.open ? may.why : null,
  }
}

export async function action({ context, url, params, request }: Route.ActionArgs) {
  const naru = signedIn(context, url)
  const { caseId } = params
  const form = await request.formData()
  const answer = form.get('none')
  if (answer !== 'yes' && answer !== 'no') return wrongField(form, 'none', 'choice')
  const none = answer === 'yes'
  const text = String(form.get('text') ?? '').trim() || null
  return actAndGo(naru, form, {
    caseId,
    act: 'declare-conflict',
    input: { none, text: none ? null : text },
    to: none ? caseAt(caseId, 'scores') : caseAt(caseId),
  })
}

export default function Declaration({ loaderData, actionData }: Route.ComponentProps) {
  const speech = useSpeech()
  const { say, language } = speech
  const { caseId, title, main, bidders, names, own, why } = loaderData
  const errors = errorsOf(actionData?.why, speech)
  return (
    <Page
      title={say('domain.act.declare-conflict')}
      lead={say('work.declare.lead')}
      wrong={actionData !== undefined}
      trail={[
        { to: '/desk', text: say('work.nav.desk') },
        { to: caseAt(caseId), text: inWords(title, language, main) },
      ]}
    >
      <Trouble failed={actionData} errors={errors} />
      {own && (
        <Banner
          tone={own.none ? 'success' : 'warn'}
          title={say(own.none ? 'work.declare.none' : 'work.declare.conflict')}
        />
      )}
      {why ? (
        <Banner tone="info" title={say('work.refused')}>
          <RefusalText refusal={why} />
        </Banner>
      ) : (
        <ActForm act="declare">
          <div>
            <p>{say('work.declare.bidders')}</p>
            <ul>
              {bidders.map((each) => (
                <li key={each}>{organisationName(names, each, speech)}</li>
              ))}
            </ul>
          </div>
          <ChoiceField
            name="none"
            label={say('work.declare.question')}
            hint={say('work.declare.hint')}
            chosen={actionData?.typed.all.none ?? []}
            choices={[
              { value: 'yes', text: say('work.declare.yes') },
              { value: 'no', text: say('work.declare.no') },
            ]}
            errors={errors}
          />
          <TextAreaField
            name="text"
            label={say('work.declare.text')}
            hint={say('work.declare.textHint')}
            optional
            rows={4}
            maxLength={2000}
            defaultValue={actionData?.typed.one.text ?? ''}
            errors={errors}
          />
          <Buttons>
            <Button>{say('work.declare.button')}</Button>
          </Buttons>
        </ActForm>
      )}
    </Page>
  )
}

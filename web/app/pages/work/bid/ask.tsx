// Asks a question: it is answered to all, and who asked is never published.
import type { Route } from './+types/ask'
import { ActForm, Button, Buttons, TextAreaField } from '../../../design/form.tsx'
import { Banner, Page, Section } from '../../../design/page.tsx'
import { RefusalText } from '../../../sentences.tsx'
import { useSpeech } from '../../../speech.tsx'
import { actAndGo, idOfForm } from '../../../work/act.ts'
import { caseAt } from '../../../work/case-places.ts'
import { inWords } from '../../../work/names.ts'
import { readTender } from '../../../work/preparation.ts'
import { signedIn } from '../../../work/signed-in.ts'
import { errorsOf, Trouble } from '../../../work/trouble.tsx'

export async function loader({ context, url, params }: Route.LoaderArgs) {
  const naru = signedIn(context, url)
  const view = await readTender(naru, params.caseId)
  const may = view.may.find((each) => each.act === 'ask-question')
  const { content, questions, language } = view.tender
  return {
    caseId: params.caseId,
    title: content?.title ?? {},
    main: language,
    why: may && !may.open ? may.why : null,
    until: may?.open ? may.until : null,
    own: questions.filter((each) => 'organisation' in each.by && each.by.organisation === naru.visitor.organisation),
    asked: url.searchParams.has('asked'),
  }
}

export async function action({ context, url, params, request }: Route.ActionArgs) {
  const naru = signedIn(context, url)
  const { caseId } = params
  const form = await request.formData()
  const input = { question: idOfForm(form), text: String(form.get('text') ?? '').trim() }
  return actAndGo(naru, form, { caseId, act: 'ask-question', input, to: `${caseAt(caseId, 'ask')}?asked=1` })
}

export default function Ask({ loaderData, actionData }: Route.ComponentProps) {
  const speech = useSpeech()
  const { say, language, moment, dateTime } = speech
  const { caseId, title, main, why, until, own, asked } = loaderData
  const errors = errorsOf(actionData?.why, speech)
  return (
    <Page
      title={say('domain.act.ask-question')}
      lead={say('work.ask.lead')}
      above={inWords(title, language, main)}
      wrong={actionData !== undefined}
      trail={[
        { to: '/desk', text: say('work.nav.desk') },
        { to: `/tenders/${caseId}`, text: inWords(title, language, main) },
      ]}
    >
      <Trouble failed={actionData} errors={errors} />
      {asked && !actionData && (
        <Banner tone="success" live title={say('work.ask.done')}>
          <p>{say('work.ask.doneNext')}</p>
        </Banner>
      )}
      {why ? (
        <Banner tone="warn" title={say('work.refused')}>
          <RefusalText refusal={why} />
        </Banner>
      ) : (
        <ActForm act="ask" action={`/${language}${caseAt(caseId, 'ask')}`}>
          <TextAreaField
            name="text"
            label={say('work.ask.question')}
            hint={until ? say('work.ask.until', { when: moment(until) }) : undefined}
            rows={6}
            maxLength={5000}
            defaultValue={actionData?.typed.one.text ?? ''}
            errors={errors}
          />
          <Buttons>
            <Button>{say('domain.act.ask-question')}</Button>
          </Buttons>
        </ActForm>
      )}
      {own.length > 0 && (
        <Section id="own" title={say('work.ask.own')}>
          <ul className="plain-list">
            {own.map((each) => (
              <li key={each.question}>
                <p className="prose">{'$personal' in each.text ? each.text.$personal : '—'}</p>
                <p className="note">
                  {dateTime(each.asked)} · {each.answer ? each.answer.answer : say('work.ask.waiting')}
                </p>
              </li>
            ))}
          </ul>
        </Section>
      )}
    </Page>
  )
}

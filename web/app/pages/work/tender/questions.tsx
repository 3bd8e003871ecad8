// Questions from suppliers: each is answered to all at once, in words that do not name who asked.
import type { Route } from './+types/questions'
import { ActForm, Button, Buttons, TextAreaField } from '../../../design/form.tsx'
import { Banner, Empty, Page, Section } from '../../../design/page.tsx'
import { RefusalText } from '../../../sentences.tsx'
import { useSpeech } from '../../../speech.tsx'
import { actAndGo } from '../../../work/act.ts'
import { caseAt } from '../../../work/case-places.ts'
import { inWords } from '../../../work/names.ts'
import { readTender } from '../../../work/preparation.ts'
import { signedIn } from '../../../work/signed-in.ts'
import { errorsOf, Trouble } from '../../../work/trouble.tsx'

export async function loader({ context, url, params }: Route.LoaderArgs) {
  const naru = signedIn(context, url)
  const view = await readTender(naru, params.caseId)
  const { tender } = view
  const may = view.may.find((each) => each.act === 'answer-question')
  return {
    caseId: params.caseId,
    title: tender.content?.title ?? {},
    main: tender.language,
    questions: tender.questions,
    why: may && !may.open ? may.why : null,
    until: may?.open ? may.until : null,
  }
}

export async function action({ context, url, params, request }: Route.ActionArgs) {
  const naru = signedIn(context, url)
  const { caseId } = params
  const form = await request.formData()
  const text = (name: string) => String(form.get(name) ?? '').trim()
  const input = { question: text('question'), text: text('text'), answer: text('answer') }
  return actAndGo(naru, form, { caseId, act: 'answer-question', input, to: caseAt(caseId, 'questions') })
}

export default function Questions({ loaderData, actionData }: Route.ComponentProps) {
  const speech = useSpeech()
  const { say, language, moment, dateTime } = speech
  const { caseId, title, main, questions, why, until } = loaderData
  const failedAt = actionData?.typed.one.question
  const errors = errorsOf(actionData?.why, speech)
  const open = questions.filter((each) => !each.answer)
  const answered = questions.filter((each) => each.answer)
  return (
    <Page
      title={say('work.questions.title')}
      lead={until ? say('work.questions.until', { when: moment(until) }) : undefined}
      wrong={actionData !== undefined}
      trail={[
        { to: '/desk', text: say('work.nav.desk') },
        { to: caseAt(caseId), text: inWords(title, language, main) },
      ]}
    >
      <Trouble failed={actionData} errors={errors} />
      {why && open.length > 0 && (
        <Banner tone="warn" title={say('work.refused')}>
          <RefusalText refusal={why} />
        </Banner>
      )}
      {open.length === 0 && <Empty title={say('work.questions.none')} />}
      {open.map((each) => {
        const asked = '$personal' in each.text ? each.text.$personal : ''
        const typed = failedAt === each.question ? actionData?.typed.one : undefined
        // Several forms stand on one page: only the one that was sent has the plain ids that the summary leads to.
        const named = (name: string) => (typed ? { errors } : { id: `${name}.${each.question}` })
        return (
          <Section
            key={each.question}
            id={`q-${each.question}`}
            title={say('work.questions.asked', { when: dateTime(each.asked) })}
          >
            <blockquote className="stamp prose">{asked}</blockquote>
            {!why && (
              <ActForm act={`answer-${each.question}`}>
                <input type="hidden" name="question" value={each.question} />
                <TextAreaField
                  name="text"
                  {...named('text')}
                  label={say('work.questions.public')}
                  hint={say('work.questions.publicHint')}
                  rows={3}
                  maxLength={5000}
                  defaultValue={typed?.text ?? asked}
                />
                <TextAreaField
                  name="answer"
                  {...named('answer')}
                  label={say('work.questions.answer')}
                  rows={5}
                  maxLength={5000}
                  defaultValue={typed?.answer ?? ''}
                />
                <p className="note">{say('work.questions.toAll')}</p>
                <Buttons>
                  <Button>{say('domain.act.answer-question')}</Button>
                </Buttons>
              </ActForm>
            )}
          </Section>
        )
      })}
      {answered.length > 0 && (
        <Section id="answered" title={say('work.questions.answered')}>
          <dl className="facts">
            {answered.map((each) => (
              <div key={each.question}>
                <dt className="prose">{each.answer?.text}</dt>
                <dd>
                  <div className="prose">{each.answer?.answer}</div>
                  <div className="note">{each.answer && dateTime(each.answer.at)}</div>
                </dd>
              </div>
            ))}
          </dl>
        </Section>
      )}
    </Page>
  )
}

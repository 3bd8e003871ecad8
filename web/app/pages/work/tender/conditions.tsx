// Who may bid, told before anything else; and, where points are given, what they are given for.
import type { Content } from '@naru/domain/tender/content.ts'
import type { Route } from './+types/conditions'
import { ActForm, Button, Buttons, SelectField, TextField } from '../../../design/form.tsx'
import { Empty, Section } from '../../../design/page.tsx'
import { useSpeech } from '../../../speech.tsx'
import { wrongField } from '../../../work/act.ts'
import { caseAt } from '../../../work/case-places.ts'
import { inWords } from '../../../work/names.ts'
import { languageTextIn, readPreparation, saveDraft, toldFirst } from '../../../work/preparation.ts'
import { DraftForm, failedOf, fieldsIn, LanguageFields, PreparingPage } from '../../../work/preparing-page.tsx'
import { errorsOf } from '../../../work/trouble.tsx'

const kinds = ['declaration', 'licence', 'experience', 'region', 'other'] as const

async function readConditions(args: Route.LoaderArgs | Route.ActionArgs) {
  const preparation = await readPreparation(args)
  const { draft, naru } = preparation
  const methods = draft.category
    ? await naru.read.chooseMethods({
        category: draft.category,
        value: { amount: draft.value || '0', currency: naru.country.currency },
      })
    : []
  return { preparation, scored: (methods.find((each) => each.method === draft.method)?.evaluators ?? 0) > 0 }
}

export async function loader(args: Route.LoaderArgs) {
  const { preparation, scored } = await readConditions(args)
  const { naru, caseId, draft, version } = preparation
  return { caseId, draft, version, scored, languages: naru.country.languages }
}

export async function action(args: Route.ActionArgs) {
  const { preparation } = await readConditions(args)
  const { draft, naru } = preparation
  const form = await args.request.formData()
  const told = toldFirst(preparation, form)
  if (told) return told
  const remove = String(form.get('remove') ?? '')
  const doing = form.get('do')
  if (remove) {
    const conditions = draft.conditions.filter((each) => `condition-${each.id}` !== remove)
    const criteria = draft.criteria.filter((each) => `criterion-${each.id}` !== remove)
    return saveDraft(preparation, form, { ...draft, conditions, criteria }, 'conditions', [])
  }
  if (doing === 'seen') return saveDraft(preparation, form, { ...draft, conditionsSeen: true }, '', [])
  if (doing === 'criterion') {
    const title = languageTextIn(form, 'criterion', naru.country.languages)
    const points = String(form.get('points') ?? '')
      .trim()
      .replace(',', '.')
    if (!title[draft.language]) return wrongField(form, `criterion.${draft.language}`, 'required')
    if (!/^[1-9][0-9]?(\.[0-9]{1,2})?$/.test(points)) return wrongField(form, 'points', 'points')
    const criterion = { id: freeId('c', draft.criteria), title, points }
    return saveDraft(preparation, form, { ...draft, criteria: [...draft.criteria, criterion] }, 'conditions', [])
  }
  const text = languageTextIn(form, 'text', naru.country.languages)
  const kind = kinds.find((each) => each === form.get('kind'))
  if (!kind) return wrongField(form, 'kind', 'choice')
  if (!text[draft.language]) return wrongField(form, `text.${draft.language}`, 'required')
  const condition: Content['conditions'][number] = { id: freeId('k', draft.conditions), kind, text }
  return saveDraft(preparation, form, { ...draft, conditions: [...draft.conditions, condition] }, 'conditions', [])
}

function freeId(letter: string, taken: readonly { readonly id: string }[]): string {
  let n = taken.length + 1
  while (taken.some((each) => each.id === `${letter}${n}`)) n += 1
  return `${letter}${n}`
}

export default function Conditions({ loaderData, actionData }: Route.ComponentProps) {
  const speech = useSpeech()
  const { say, language } = speech
  const { caseId, draft, version, scored, languages } = loaderData
  const errors = errorsOf(failedOf(actionData)?.why, speech)
  const condition = fieldsIn(actionData, draft, 'conditions')
  const criterion = fieldsIn(actionData, draft, 'criteria')
  const shared = { keepAt: caseAt(caseId, 'typed'), draft, version, answer: actionData }
  const hidden = <input type="hidden" name="version" value={version} />
  const list = (name: string, rows: readonly { id: string; text: string; note: string }[]) => (
    <ul className="plain-list">
      {rows.map((row) => (
        <li key={row.id}>
          {row.text} <span className="note">{row.note}</span>{' '}
          <ActForm act={`remove-${name}-${row.id}`} className="inline-form">
            {hidden}
            <button type="submit" className="plain" name="remove" value={`${name}-${row.id}`}>
              {say('work.remove')}
            </button>
          </ActForm>
        </li>
      ))}
    </ul>
  )
  return (
    <PreparingPage
      caseId={caseId}
      draft={draft}
      version={version}
      title={say('work.conditions.title')}
      lead={say('work.conditions.lead')}
      answer={actionData}
      errors={errors}
      after={
        <>
          {draft.conditions.length === 0 ? (
            <Empty title={say('work.conditions.none')} />
          ) : (
            list(
              'condition',
              draft.conditions.map((each) => ({
                id: each.id,
                text: inWords(each.text, language, draft.language),
                note: say(`domain.condition.${each.kind}`),
              })),
            )
          )}
          <Section id="add" title={say('work.conditions.add')}>
            <DraftForm
              act="condition"
              fields="conditions"
              {...shared}
              buttons={
                <Buttons>
                  <Button kind="secondary">{say('work.conditions.add')}</Button>
                </Buttons>
              }
            >
              <SelectField
                name="kind"
                label={say('work.conditions.kind')}
                choices={kinds.map((each) => ({ value: each, text: say(`domain.condition.${each}`) }))}
                {...condition('kind', kinds[0])}
                errors={errors}
              />
              <LanguageFields
                name="text"
                label={say('work.conditions.text')}
                hint={say('work.conditions.textHint')}
                languages={languages}
                main={draft.language}
                kept={{}}
                field={condition}
                errors={errors}
                rows={3}
                maxLength={1000}
              />
            </DraftForm>
          </Section>
          {scored && (
            <Section id="criteria" title={say('work.criteria.title')}>
              {list(
                'criterion',
                draft.criteria.map((each) => ({
                  id: each.id,
                  text: inWords(each.title, language, draft.language),
                  note: say('work.criteria.points', { n: each.points }),
                })),
              )}
              <DraftForm
                act="criterion"
                fields="criteria"
                {...shared}
                buttons={
                  <Buttons>
                    <Button kind="secondary">{say('work.criteria.add')}</Button>
                  </Buttons>
                }
              >
                <input type="hidden" name="do" value="criterion" />
                <LanguageFields
                  name="criterion"
                  label={say('work.criteria.name')}
                  languages={languages}
                  main={draft.language}
                  kept={{}}
                  field={criterion}
                  errors={errors}
                  maxLength={300}
                />
                <TextField
                  name="points"
                  label={say('work.criteria.most')}
                  inputMode="decimal"
                  width={4}
                  {...criterion('points', '')}
                  errors={errors}
                />
              </DraftForm>
            </Section>
          )}
          <ActForm act="seen">
            {hidden}
            <input type="hidden" name="do" value="seen" />
            <Buttons>
              <Button>{draft.conditions.length > 0 ? say('work.continue') : say('work.conditions.without')}</Button>
            </Buttons>
          </ActForm>
        </>
      }
    />
  )
}

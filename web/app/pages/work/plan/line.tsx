// One line of the plan: what, from which budget line, for how much at most, in which quarter.
import type { PlanLine } from '@naru/domain/plan/facts.ts'
import { categories, type Category } from '@naru/domain/pack.ts'
import { data, redirect } from 'react-router'
import type { Route } from './+types/line'
import { readAmount } from '../../../../format.ts'
import type { Language } from '../../../../words/say.ts'
import { Button, Buttons, ChoiceField, MoneyField, SelectField, TextField } from '../../../design/form.tsx'
import { Go } from '../../../design/go.tsx'
import { Banner, Page } from '../../../design/page.tsx'
import { useSpeech } from '../../../speech.tsx'
import { idOfForm, typedIn, wrongField } from '../../../work/act.ts'
import { inWords } from '../../../work/names.ts'
import { linesToEdit, mayWritePlan, type PlanDraft, readPlanWork } from '../../../work/plan-draft.ts'
import { languageTextIn, type Unseen } from '../../../work/preparation.ts'
import {
  type Answer,
  ConflictBanner,
  DraftForm,
  failedOf,
  fieldsIn,
  LanguageFields,
} from '../../../work/preparing-page.tsx'
import { errorsOf, Trouble } from '../../../work/trouble.tsx'
import { changedUnseen, partOfForm, sentIn, withTouched, withTyped } from '../../../work/typing.ts'

export async function loader(args: Route.LoaderArgs) {
  const { naru, id, state, draft, version } = await readPlanWork(args)
  mayWritePlan(naru)
  const line = linesToEdit(state, draft).find((each) => each.id === args.params.line) ?? null
  if (!line && args.params.line !== 'new') throw data(null, { status: 404 })
  const known = line
    ? (await naru.read.findClasses(line.classification)).filter((each) => each.code === line.classification)
    : []
  return {
    id,
    line,
    known,
    version,
    typing: { typed: draft?.typed, touched: draft?.touched },
    form: `lines/${args.params.line}`,
    year: state?.year ?? draft?.year ?? 0,
    languages: naru.country.languages,
    currency: naru.country.currency,
  }
}

export async function action(args: Route.ActionArgs) {
  const { naru, id, state, draft, version } = await readPlanWork(args)
  const { country } = naru
  const form = await args.request.formData()
  const text = (name: string) => String(form.get(name) ?? '').trim()
  if (text('do') === 'find')
    return data({
      found: text('search') ? await naru.read.findClasses(text('search').slice(0, 100)) : [],
      typed: typedIn(form),
    })
  mayWritePlan(naru)
  const sent = sentIn(form)
  const part = sent ? [partOfForm(sent.fields)] : []
  // Who sends a line that somebody else has changed meanwhile is told before anything in it is looked at.
  const newer = changedUnseen(draft ?? {}, part, sent?.version ?? version, sent?.tab ?? '')
  const told = (conflict: Unseen) => data({ conflict, typed: typedIn(form) }, { status: 409 })
  if (newer) return told({ at: newer.at, by: newer.name, version })
  const main = (country.languages[0] ?? 'en') as Language
  const title = languageTextIn(form, 'title', country.languages)
  const category = text('category')
  const classification = text('classification')
  const amount = readAmount(text('amount'), country.currency, country.form)
  const quarter = Number(text('quarter'))
  if (!title[main]) return wrongField(form, `title.${main}`, 'required')
  if (!categories.includes(category as Category)) return wrongField(form, 'category', 'choice')
  if (!classification) return wrongField(form, 'search', 'classification')
  if (!(await naru.read.findClasses(classification)).some((each) => each.code === classification))
    return wrongField(form, 'search', 'unknownClass', { code: classification })
  if (!text('code')) return wrongField(form, 'code', 'required')
  if (!text('source')) return wrongField(form, 'source', 'required')
  if (!amount || amount === '0') return wrongField(form, 'amount', 'amount')
  if (![1, 2, 3, 4].includes(quarter)) return wrongField(form, 'quarter', 'choice')
  const lines = linesToEdit(state, draft)
  const own = args.params.line === 'new' ? idOfForm(form) : args.params.line
  const line: PlanLine = {
    id: own,
    title,
    category: category as Category,
    classification,
    budgetLine: { code: text('code').slice(0, 60), source: text('source').slice(0, 120) },
    amount: { amount, currency: country.currency },
    quarter,
  }
  const changed = lines.some((each) => each.id === own)
    ? lines.map((each) => (each.id === own ? line : each))
    : [...lines, line]
  const touch = { version: version + 1, tab: sent?.tab ?? '', name: naru.visitor.name, at: naru.now }
  const plan: PlanDraft = { ...draft, year: state?.year ?? draft?.year ?? 0, lines: changed }
  const body = withTyped(withTouched(plan, part, touch), sent?.fields ?? '', null)
  const answer = await naru.read.saveDraft({ id, kind: 'plan', caseId: state ? id : null, version, body })
  if ('conflict' in answer) {
    const { updated, person, version: newest } = answer.conflict
    return told({ at: updated, by: (await naru.read.readColleagues())[person] ?? '', version: newest })
  }
  return redirect(`/${naru.language}/work/plans/${id}`)
}

export default function Line({ loaderData, actionData }: Route.ComponentProps) {
  const speech = useSpeech()
  const { say, language, amount } = speech
  const { id, line, known, version, typing, form, year, languages, currency } = loaderData
  const found = actionData && 'found' in actionData ? actionData.found : undefined
  const answer: Answer = actionData && 'found' in actionData ? { typed: actionData.typed } : actionData
  const failed = failedOf(answer)
  const errors = errorsOf(failed?.why, speech)
  const field = fieldsIn(answer, typing, form)
  const category = field('category', line?.category)
  const classification = field('classification', line?.classification)
  const chosen = classification.defaultValue
  const choices = [...(found ?? known)]
  if (chosen && !choices.some((each) => each.code === chosen)) choices.unshift({ code: chosen, names: {} })
  return (
    <Page
      title={say('work.plan.line')}
      wrong={failed !== undefined}
      trail={[
        { to: '/work/plans', text: say('work.nav.plans') },
        { to: `/work/plans/${id}`, text: say('work.desk.plan', { year: String(year) }) },
      ]}
    >
      <Trouble failed={failed} errors={errors} />
      <ConflictBanner answer={answer} />
      <DraftForm
        act="line"
        keepAt={`/work/plans/${id}/typed`}
        draft={typing}
        version={version}
        fields={form}
        answer={answer}
        buttons={
          <Buttons>
            <Button>{say('work.save')}</Button>
            <Go to={`/work/plans/${id}`}>{say('work.back')}</Go>
          </Buttons>
        }
      >
        <LanguageFields
          name="title"
          label={say('work.field.title')}
          languages={languages}
          main={languages[0] ?? 'en'}
          kept={line?.title ?? {}}
          field={field}
          errors={errors}
          maxLength={300}
        />
        <ChoiceField
          name="category"
          label={say('work.field.category')}
          chosen={[category.defaultValue]}
          theirs={category.theirs}
          choices={categories.map((each) => ({ value: each, text: say(`domain.category.${each}`) }))}
          errors={errors}
        />
        <TextField
          name="search"
          label={say('work.items.search')}
          hint={say('work.items.searchHint')}
          {...field('search', '')}
          optional={choices.length > 0}
          maxLength={100}
          errors={errors}
        />
        <Buttons>
          <Button kind="secondary" name="do" value="find">
            {say('work.items.find')}
          </Button>
        </Buttons>
        {found?.length === 0 && <Banner tone="warn" live title={say('work.items.notFound')} />}
        {choices.length > 0 && (
          <ChoiceField
            name="classification"
            theirs={classification.theirs}
            label={say('work.field.classification')}
            chosen={[chosen || (choices.length === 1 ? (choices[0]?.code ?? '') : '')]}
            choices={choices
              .slice(0, 12)
              .map((each) => ({ value: each.code, text: `${each.code} ${inWords(each.names, language)}` }))}
          />
        )}
        <div className="pairs">
          <TextField
            name="code"
            label={say('work.plan.code')}
            maxLength={60}
            {...field('code', line?.budgetLine.code)}
            errors={errors}
          />
          <TextField
            name="source"
            label={say('work.plan.source')}
            maxLength={120}
            {...field('source', line?.budgetLine.source)}
            errors={errors}
          />
        </div>
        <MoneyField
          name="amount"
          label={say('work.plan.amount')}
          currency={currency}
          {...field('amount', line ? amount(line.amount) : '')}
          errors={errors}
        />
        <SelectField
          name="quarter"
          label={say('work.plan.quarter')}
          {...field('quarter', line ? String(line.quarter) : '1')}
          choices={[1, 2, 3, 4].map((each) => ({ value: String(each), text: say('work.plan.quarterN', { n: each }) }))}
          errors={errors}
        />
      </DraftForm>
    </Page>
  )
}

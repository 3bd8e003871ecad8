// What is bought, in words: title, description, kind of purchase, expected value.
import type { Category } from '@naru/domain/pack.ts'
import { categories } from '@naru/domain/pack.ts'
import type { Route } from './+types/purchase'
import { readAmount } from '../../../../format.ts'
import type { CountrySettings } from '../../../context.ts'
import { ChoiceField, MoneyField, SelectField } from '../../../design/form.tsx'
import { useSpeech } from '../../../speech.tsx'
import { wrongField } from '../../../work/act.ts'
import { languageTextIn, readPreparation, saveDraft, toldFirst } from '../../../work/preparation.ts'
import { failedOf, fieldsIn, LanguageFields, PreparingPage } from '../../../work/preparing-page.tsx'
import { estimated, revalued } from '../../../work/tender-draft.ts'
import { errorsOf } from '../../../work/trouble.tsx'

/** The kinds that this country's law tells apart, with their category: they choose the row of its tables. */
const kindChoices = (kinds: CountrySettings['kinds']) =>
  categories.flatMap((category) => (kinds[category] ?? []).map((kind) => ({ category, kind })))

export async function loader(args: Route.LoaderArgs) {
  const { naru, caseId, draft, version } = await readPreparation(args)
  const { languages, currency, kinds } = naru.country
  return { caseId, draft, version, languages, currency, kinds: kindChoices(kinds) }
}

export async function action(args: Route.ActionArgs) {
  const preparation = await readPreparation(args)
  const { draft, naru } = preparation
  const { country } = naru
  const form = await args.request.formData()
  const told = toldFirst(preparation, form)
  if (told) return told
  const title = languageTextIn(form, 'title', country.languages)
  const description = languageTextIn(form, 'description', country.languages)
  const category = String(form.get('category') ?? '')
  const value = readAmount(String(form.get('value') ?? ''), country.currency, country.form)
  if (!title[draft.language]) return wrongField(form, `title.${draft.language}`, 'required')
  if (!description[draft.language]) return wrongField(form, `description.${draft.language}`, 'required')
  if (!categories.includes(category as Category)) return wrongField(form, 'category', 'choice')
  const kind = String(form.get('kind') ?? '') || undefined
  if (kind && !country.kinds[category as Category]?.includes(kind)) return wrongField(form, 'kind', 'choice')
  if (!value || value === '0') return wrongField(form, 'value', 'amount')
  // The values of lots stand until they are changed there; one lot simply follows.
  const lots = draft.lots.length === 1 && draft.lots[0] ? [{ ...draft.lots[0], value }] : draft.lots
  const changed = category !== draft.category || value !== estimated(draft)
  const change = {
    ...draft,
    title,
    description,
    category: category as Category,
    kind,
    value,
    lots,
  }
  const next = changed ? revalued(change) : change
  return saveDraft(preparation, form, next, next.method ? '' : 'method')
}

export default function Purchase({ loaderData, actionData }: Route.ComponentProps) {
  const speech = useSpeech()
  const { say, amount } = speech
  const { caseId, draft, version, languages, currency, kinds } = loaderData
  const errors = errorsOf(failedOf(actionData)?.why, speech)
  const field = fieldsIn(actionData, draft, 'purchase')
  const category = field('category', draft.category)
  const value = estimated(draft)
  return (
    <PreparingPage
      caseId={caseId}
      draft={draft}
      version={version}
      title={say('work.purchase.title')}
      fields="purchase"
      answer={actionData}
      errors={errors}
    >
      <LanguageFields
        name="title"
        label={say('work.field.title')}
        hint={say('work.purchase.titleHint')}
        languages={languages}
        main={draft.language}
        kept={draft.title}
        field={field}
        errors={errors}
        maxLength={300}
      />
      <LanguageFields
        name="description"
        label={say('work.field.description')}
        hint={say('work.purchase.descriptionHint')}
        languages={languages}
        main={draft.language}
        kept={draft.description}
        field={field}
        errors={errors}
        rows={5}
        maxLength={5000}
      />
      <ChoiceField
        name="category"
        label={say('work.field.category')}
        chosen={[category.defaultValue]}
        theirs={category.theirs}
        choices={categories.map((each) => ({ value: each, text: say(`domain.category.${each}`) }))}
        errors={errors}
      />
      {kinds.length > 0 && (
        <SelectField
          name="kind"
          label={say('work.purchase.kind')}
          hint={say('work.purchase.kindHint')}
          {...field('kind', draft.kind)}
          choices={[
            { value: '', text: say('work.purchase.kindOrdinary') },
            ...kinds.map(({ category: of, kind }) => ({
              value: kind,
              text: `${say(`domain.category.${of}`)}: ${say(`pack.kind.${kind}`)}`,
            })),
          ]}
          errors={errors}
          optional
        />
      )}
      <MoneyField
        name="value"
        label={say('work.field.value')}
        hint={say('work.purchase.valueHint')}
        currency={currency}
        {...field('value', value ? amount({ amount: value, currency }) : '')}
        errors={errors}
      />
    </PreparingPage>
  )
}

// One item of a lot: what, how much, in which unit, and its code, found by searching the classifier.
import { data, redirect } from 'react-router'
import type { Route } from './+types/item'
import { Button, ChoiceField, SelectField, TextField } from '../../../design/form.tsx'
import { Banner } from '../../../design/page.tsx'
import { useSpeech } from '../../../speech.tsx'
import { typedIn, wrongField } from '../../../work/act.ts'
import { inWords } from '../../../work/names.ts'
import { caseAt } from '../../../work/case-places.ts'
import { languageTextIn, readPreparation, readQuantity, saveDraft, toldFirst } from '../../../work/preparation.ts'
import { type Answer, failedOf, fieldsIn, LanguageFields, PreparingPage } from '../../../work/preparing-page.tsx'
import { errorsOf } from '../../../work/trouble.tsx'

async function readItem(args: Route.LoaderArgs | Route.ActionArgs) {
  const preparation = await readPreparation(args)
  const { draft, naru, caseId } = preparation
  const at = Number(args.params.lot) - 1
  const row = Number(args.params.item) - 1
  const lot = draft.lots[at]
  if (!lot) throw redirect(`/${naru.language}${caseAt(caseId, 'lots')}`)
  if (!Number.isInteger(row) || row < 0 || row > lot.items.length || row >= 2000) throw data(null, { status: 404 })
  return { preparation, at, row, lot, item: lot.items[row] }
}

export async function loader(args: Route.LoaderArgs) {
  const { preparation, at, row, item } = await readItem(args)
  const { naru, caseId, draft, version } = preparation
  const known = item
    ? (await naru.read.findClasses(item.classification)).filter((each) => each.code === item.classification)
    : []
  return {
    caseId,
    draft,
    version,
    at,
    row,
    item: item ?? null,
    known,
    languages: naru.country.languages,
    units: naru.read.units,
  }
}

export async function action(args: Route.ActionArgs) {
  const { preparation, at, row, lot, item } = await readItem(args)
  const { draft, naru } = preparation
  const form = await args.request.formData()
  const told = toldFirst(preparation, form)
  if (told) return told
  const searched = String(form.get('search') ?? '')
    .trim()
    .slice(0, 100)
  // Searching the classifier saves nothing: the page comes back with what was typed and what was found.
  if (form.get('do') === 'find')
    return data({ found: searched ? await naru.read.findClasses(searched) : [], typed: typedIn(form) })
  const description = languageTextIn(form, 'description', naru.country.languages)
  const quantity = readQuantity(String(form.get('quantity') ?? ''))
  const unit = String(form.get('unit') ?? '')
  const classification = String(form.get('classification') ?? '').trim()
  if (!description[draft.language]) return wrongField(form, `description.${draft.language}`, 'required')
  if (!classification) return wrongField(form, 'search', 'classification')
  const classes = await naru.read.findClasses(classification)
  if (!classes.some((each) => each.code === classification))
    return wrongField(form, 'search', 'unknownClass', { code: classification })
  if (!quantity) return wrongField(form, 'quantity', 'quantity')
  if (!naru.read.units.some((each) => each.code === unit)) return wrongField(form, 'unit', 'choice')
  let n = lot.items.length + 1
  while (lot.items.some((each) => each.id === `item-${n}`)) n += 1
  const changed = { id: item?.id ?? `item-${n}`, description, classification, quantity, unit }
  const items = item ? lot.items.map((each, k) => (k === row ? changed : each)) : [...lot.items, changed]
  return saveDraft(
    preparation,
    form,
    { ...draft, lots: draft.lots.map((each, k) => (k === at ? { ...each, items } : each)) },
    `lots/${at + 1}`,
  )
}

export default function Item({ loaderData, actionData }: Route.ComponentProps) {
  const speech = useSpeech()
  const { say, language, number } = speech
  const { caseId, draft, version, at, row, item, known, languages, units } = loaderData
  const found = actionData && 'found' in actionData ? actionData.found : undefined
  // A search brings the page back with what was typed, and saves nothing.
  const answer: Answer = actionData && 'found' in actionData ? { typed: actionData.typed } : actionData
  const form = `lots/${at + 1}/items/${row + 1}`
  const field = fieldsIn(answer, draft, form)
  const category = field('classification', item?.classification)
  const errors = errorsOf(failedOf(answer)?.why, speech)
  const chosen = category.defaultValue
  const choices = [...(found ?? known)]
  if (chosen && !choices.some((each) => each.code === chosen)) choices.unshift({ code: chosen, names: {} })
  return (
    <PreparingPage
      caseId={caseId}
      draft={draft}
      version={version}
      title={say('work.items.item', { n: row + 1 })}
      lead={say('work.lots.lot', { n: at + 1 })}
      fields={form}
      answer={answer}
      errors={errors}
    >
      <LanguageFields
        name="description"
        label={say('work.field.description')}
        hint={say('work.items.descriptionHint')}
        languages={languages}
        main={draft.language}
        kept={item?.description ?? {}}
        field={field}
        errors={errors}
        maxLength={500}
      />
      <TextField
        name="search"
        label={say('work.items.search')}
        hint={say('work.items.searchHint')}
        {...field('search', '')}
        errors={errors}
        optional={choices.length > 0}
        maxLength={100}
      />
      <div className="buttons">
        <Button kind="secondary" name="do" value="find">
          {say('work.items.find')}
        </Button>
      </div>
      {found?.length === 0 && <Banner tone="warn" live title={say('work.items.notFound')} />}
      {choices.length > 0 && (
        <ChoiceField
          name="classification"
          theirs={category.theirs}
          label={say('work.field.classification')}
          chosen={[chosen || (choices.length === 1 ? (choices[0]?.code ?? '') : '')]}
          choices={choices
            .slice(0, 12)
            .map((each) => ({ value: each.code, text: `${each.code} ${inWords(each.names, language)}` }))}
        />
      )}
      <div className="pairs">
        <TextField
          name="quantity"
          label={say('work.field.quantity')}
          inputMode="decimal"
          width={10}
          {...field('quantity', item ? number(item.quantity) : '')}
          errors={errors}
        />
        <SelectField
          name="unit"
          label={say('work.field.unit')}
          {...field('unit', item?.unit ?? 'H87')}
          choices={units.map((unit) => ({ value: unit.code, text: inWords(unit.names, language) }))}
          errors={errors}
        />
      </div>
    </PreparingPage>
  )
}

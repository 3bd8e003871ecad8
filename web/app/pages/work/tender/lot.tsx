// One lot: what it is called, which line of the plan pays for it, how much it is expected to cost, and its items.
import type { PlanLine } from '@naru/domain/plan/facts.ts'
import { data } from 'react-router'
import type { Route } from './+types/lot'
import { readAmount } from '../../../../format.ts'
import { ActForm, ButtonLink, Buttons, ChoiceField, MoneyField } from '../../../design/form.tsx'
import { Go } from '../../../design/go.tsx'
import { Banner, Empty, Section } from '../../../design/page.tsx'
import { Table } from '../../../design/table.tsx'
import { useSpeech } from '../../../speech.tsx'
import { unitAfter } from '../../../units.ts'
import { wrongField } from '../../../work/act.ts'
import { caseAt } from '../../../work/case-places.ts'
import { inWords } from '../../../work/names.ts'
import { languageTextIn, readPreparation, saveDraft, toldFirst } from '../../../work/preparation.ts'
import { failedOf, fieldsIn, LanguageFields, PreparingPage } from '../../../work/preparing-page.tsx'
import { estimated, type LotDraft, revalued } from '../../../work/tender-draft.ts'
import { errorsOf } from '../../../work/trouble.tsx'

async function readLot(args: Route.LoaderArgs | Route.ActionArgs) {
  const preparation = await readPreparation(args)
  const at = Number(args.params.lot) - 1
  const { draft, naru } = preparation
  if (!Number.isInteger(at) || at < 0 || at > draft.lots.length || at >= 200) throw data(null, { status: 404 })
  const first = at === 0 && draft.lots.length === 0
  const fresh: LotDraft = {
    id: nextId(draft.lots),
    title: first ? draft.title : {},
    planLine: null,
    value: first ? draft.value : '',
    items: [],
  }
  // The line that pays may be the demand agency's, where one organisation buys for another.
  const { demandAgency } = preparation.view.tender.parties
  const owners = [...new Set([naru.visitor.organisation, demandAgency])]
  const plans = (await Promise.all(owners.map((each) => naru.read.readPlans(each)))).flat()
  const views = await Promise.all(plans.map((plan) => naru.read.readCase(plan.plan)))
  const lines = views.flatMap((view) =>
    view?.kind === 'plan'
      ? (view.plan.published?.lines.map((line) => ({ plan: view.caseId, year: view.plan.year, line })) ?? [])
      : [],
  )
  return { preparation, at, lot: draft.lots[at] ?? fresh, lines }
}

/** Lots keep their ids for ever; a new one takes the next number that is free. */
const nextId = (lots: readonly { readonly id: string }[]): string => {
  let n = lots.length + 1
  while (lots.some((lot) => lot.id === String(n))) n += 1
  return String(n)
}

export async function loader(args: Route.LoaderArgs) {
  const { preparation, at, lot, lines } = await readLot(args)
  const { naru, caseId, draft, version } = preparation
  return {
    caseId,
    draft,
    version,
    at,
    lot,
    lines,
    languages: naru.country.languages,
    currency: naru.country.currency,
    units: naru.read.units,
  }
}

export async function action(args: Route.ActionArgs) {
  const { preparation, at, lot, lines } = await readLot(args)
  const { draft, naru } = preparation
  const { country } = naru
  const form = await args.request.formData()
  const told = toldFirst(preparation, form)
  if (told) return told
  const put = (changed: LotDraft) => ({
    ...draft,
    lots: at < draft.lots.length ? draft.lots.map((each, n) => (n === at ? changed : each)) : [...draft.lots, changed],
  })
  const remove = form.get('remove')
  if (typeof remove === 'string')
    return saveDraft(
      preparation,
      form,
      put({ ...lot, items: lot.items.filter((item) => item.id !== remove) }),
      `lots/${at + 1}`,
    )
  const title = languageTextIn(form, 'title', country.languages)
  const line = lines.find((each) => each.line.id === form.get('planLine'))
  const value = readAmount(String(form.get('value') ?? ''), country.currency, country.form)
  if (!title[draft.language]) return wrongField(form, `title.${draft.language}`, 'required')
  if (!line) return wrongField(form, 'planLine', 'choice')
  if (!value || value === '0') return wrongField(form, 'value', 'amount')
  const changed = put({ ...lot, title, planLine: { plan: line.plan, line: line.line.id }, value })
  const checked = estimated(changed) === estimated(draft) ? changed : revalued(changed)
  return saveDraft(preparation, form, checked, lot.items.length === 0 ? `lots/${at + 1}/items/1` : `lots/${at + 1}`)
}

export default function Lot({ loaderData, actionData }: Route.ComponentProps) {
  const speech = useSpeech()
  const { say, amount, money, language, number } = speech
  const { caseId, draft, version, at, lot, lines, languages, currency, units } = loaderData
  const errors = errorsOf(failedOf(actionData)?.why, speech)
  const form = `lots/${at + 1}`
  const field = fieldsIn(actionData, draft, form)
  const planLine = field('planLine', lot.planLine?.line)
  const exists = at < draft.lots.length
  const items = lot.items.map((item, n) => ({ ...item, n: n + 1 }))
  return (
    <PreparingPage
      caseId={caseId}
      draft={draft}
      version={version}
      title={say('work.lots.lot', { n: at + 1 })}
      fields={form}
      answer={actionData}
      errors={errors}
      after={
        exists && (
          <Section id="items" title={say('work.items')}>
            <Table
              caption={say('work.items')}
              rows={items}
              rowKey={(item) => item.id}
              empty={<Empty title={say('work.items.none')} />}
              columns={[
                { key: 'n', head: '№', kind: 'number', cell: (item) => number(item.n) },
                {
                  key: 'description',
                  head: say('work.field.description'),
                  names: true,
                  cell: (item) => (
                    <Go to={caseAt(caseId, `lots/${at + 1}/items/${item.n}`)}>
                      {inWords(item.description, language, draft.language)}
                    </Go>
                  ),
                },
                { key: 'class', head: say('work.field.classification'), cell: (item) => item.classification },
                {
                  key: 'quantity',
                  head: say('work.field.quantity'),
                  kind: 'number',
                  cell: (item) => number(item.quantity),
                },
                {
                  key: 'unit',
                  head: say('work.field.unit'),
                  cell: (item) => unitAfter(units, item.unit, item.quantity, language),
                },
                {
                  key: 'do',
                  head: say('work.remove'),
                  cell: (item) => (
                    <ActForm act={`remove-${item.id}`} className="inline-form">
                      <input type="hidden" name="version" value={version} />
                      <button type="submit" className="plain" name="remove" value={item.id}>
                        {say('work.remove')}
                      </button>
                    </ActForm>
                  ),
                },
              ]}
            />
            <Buttons>
              <ButtonLink
                kind={items.length === 0 ? 'primary' : 'secondary'}
                to={caseAt(caseId, `lots/${at + 1}/items/${items.length + 1}`)}
              >
                {say('work.items.add')}
              </ButtonLink>
              <ButtonLink kind="quiet" to={caseAt(caseId, 'lots')}>
                {say('work.lots.all')}
              </ButtonLink>
            </Buttons>
          </Section>
        )
      }
    >
      <LanguageFields
        name="title"
        label={say('work.field.title')}
        languages={languages}
        main={draft.language}
        kept={lot.title}
        field={field}
        errors={errors}
        maxLength={300}
      />
      {lines.length === 0 ? (
        <Banner tone="warn" title={say('domain.refusal.planIsNotPublished')} />
      ) : (
        <ChoiceField
          name="planLine"
          label={say('work.lots.planLine')}
          hint={say('work.lots.planLineHint')}
          chosen={[planLine.defaultValue]}
          theirs={planLine.theirs}
          choices={lines.map(({ line, year }) => ({
            value: line.id,
            text: inWords(line.title, language),
            hint: lineHint(line, year, say('work.lots.planned', { amount: money(line.amount) })),
          }))}
          errors={errors}
        />
      )}
      <MoneyField
        name="value"
        label={say('work.field.value')}
        hint={say('work.lots.valueHint')}
        currency={currency}
        {...field('value', lot.value ? amount({ amount: lot.value, currency }) : '')}
        errors={errors}
      />
    </PreparingPage>
  )
}

const lineHint = (line: PlanLine, year: number, planned: string) => `${year} · ${line.budgetLine.code} · ${planned}`

// Check your answers: the notice whole, as it will be approved and published; then it goes to the second person.
import type { Route } from './+types/check'
import { ActForm, Button, Buttons, ChoiceField } from '../../../design/form.tsx'
import { Go } from '../../../design/go.tsx'
import { Banner, Page, PrintFoot } from '../../../design/page.tsx'
import { useSpeech } from '../../../speech.tsx'
import { actAndGo, isRefusal } from '../../../work/act.ts'
import { caseAt } from '../../../work/case-places.ts'
import { inWords } from '../../../work/names.ts'
import { readPreparation } from '../../../work/preparation.ts'
import { contentOf, pageOfPath } from '../../../work/tender-draft.ts'
import { TenderAnswers } from '../../../work/tender-answers.tsx'
import { errorsOf, Trouble } from '../../../work/trouble.tsx'

export async function loader(args: Route.LoaderArgs) {
  const { naru, caseId, draft, view } = await readPreparation(args)
  const may = view.may.find((each) => each.act === 'prepare-tender')
  return {
    caseId,
    draft,
    of: { tender: view.tender, names: view.names },
    currency: naru.country.currency,
    units: naru.read.units,
    now: naru.now,
    open: may?.open ?? false,
    returned: view.tender.returned,
  }
}

export async function action(args: Route.ActionArgs) {
  const { naru, caseId, draft } = await readPreparation(args)
  const form = await args.request.formData()
  const confirmed = [...new Set([...draft.confirmed, ...form.getAll('confirmed').map(String)])]
  const content = contentOf({ ...draft, confirmed }, naru.country.currency)
  return actAndGo(naru, form, { caseId, act: 'prepare-tender', input: { content }, to: caseAt(caseId) })
}

export default function Check({ loaderData, actionData }: Route.ComponentProps) {
  const speech = useSpeech()
  const { say, language } = speech
  const { caseId, draft, of, currency, units, now, open, returned } = loaderData
  const why = actionData?.why
  const errors = errorsOf(why, speech)
  const untaken = Object.keys(draft.typed ?? {}).map((form) => (form === 'criteria' ? 'conditions' : form))
  const unconfirmed = why && isRefusal(why) && why.refused === 'amountNeedsConfirmation' ? why.facts?.line : undefined
  return (
    <Page
      title={say('work.check.title')}
      lead={say('work.check.lead')}
      above={inWords(draft.title, language, draft.language)}
      wrong={why !== undefined}
      trail={[
        { to: '/desk', text: say('work.nav.desk') },
        { to: caseAt(caseId), text: say('work.tender.tasks') },
      ]}
    >
      {why && !isRefusal(why) ? (
        <div className="error-summary" role="alert" tabIndex={-1}>
          <h2>{say('form.wrong')}</h2>
          <ul>
            {errors.map((error) => (
              <li key={error.field + error.text}>
                <Go to={caseAt(caseId, pageOfPath(error.field))}>{error.text}</Go>
              </li>
            ))}
          </ul>
        </div>
      ) : (
        <Trouble failed={actionData} errors={errors} />
      )}
      {returned && (
        <Banner tone="warn" title={say('work.check.returned')}>
          <p className="prose">{returned.reason}</p>
        </Banner>
      )}
      {untaken.length > 0 && (
        <Banner tone="warn" title={say('work.draft.untaken')}>
          <p>{say('work.draft.untakenNext')}</p>
          <ul>
            {untaken.map((page) => (
              <li key={page}>
                <Go to={caseAt(caseId, page)}>{pageTitle(page, say)}</Go>
              </li>
            ))}
          </ul>
        </Banner>
      )}
      <TenderAnswers draft={draft} currency={currency} units={units} of={of} caseId={caseId} />
      <ActForm act="prepare">
        {unconfirmed && (
          <ChoiceField
            name="confirmed"
            kind="checkbox"
            label={say('work.check.confirm')}
            choices={[{ value: `amount:${unconfirmed}`, text: say('work.check.confirmYes') }]}
          />
        )}
        {open && (
          <>
            <p>{say('work.check.next')}</p>
            <Buttons>
              <Button>{say('domain.act.prepare-tender')}</Button>
            </Buttons>
          </>
        )}
      </ActForm>
      <PrintFoot caseNumber={caseId} address={caseAt(caseId, 'check')} now={now} />
    </Page>
  )
}

/** What a page of the preparation is called in the task list. */
function pageTitle(page: string, say: ReturnType<typeof useSpeech>['say']): string {
  const [, lot, item] = /^lots\/(\d+)(?:\/items\/(\d+))?$/.exec(page) ?? []
  if (lot) return `${say('work.lots.lot', { n: lot })}${item ? ` · ${say('work.items.item', { n: item })}` : ''}`
  return say(`work.task.${page as 'purchase'}`)
}

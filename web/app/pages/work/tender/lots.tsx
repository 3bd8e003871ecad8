// The lots of a purchase: most have one; each is awarded by itself and tied to a line of the plan.
import { redirect } from 'react-router'
import type { Route } from './+types/lots'
import { ActForm, ButtonLink, Buttons } from '../../../design/form.tsx'
import { Go } from '../../../design/go.tsx'
import { Empty } from '../../../design/page.tsx'
import { Table } from '../../../design/table.tsx'
import { useSpeech } from '../../../speech.tsx'
import { caseAt } from '../../../work/case-places.ts'
import { inWords } from '../../../work/names.ts'
import { readPreparation, saveDraft } from '../../../work/preparation.ts'
import { PreparingPage } from '../../../work/preparing-page.tsx'

export async function loader(args: Route.LoaderArgs) {
  const { naru, caseId, draft, version } = await readPreparation(args)
  return { caseId, draft, version, currency: naru.country.currency }
}

export async function action(args: Route.ActionArgs) {
  const preparation = await readPreparation(args)
  const form = await args.request.formData()
  const { draft, naru, caseId } = preparation
  const remove = form.get('remove')
  if (typeof remove === 'string')
    return saveDraft(preparation, form, { ...draft, lots: draft.lots.filter((lot) => lot.id !== remove) }, 'lots')
  return redirect(`/${naru.language}${caseAt(caseId, `lots/${draft.lots.length + 1}`)}`)
}

export default function Lots({ loaderData, actionData }: Route.ComponentProps) {
  const { say, language, amount, currency: currencyWord, number } = useSpeech()
  const { caseId, draft, version, currency } = loaderData
  const rows = draft.lots.map((lot, at) => ({ ...lot, at: at + 1 }))
  return (
    <PreparingPage
      caseId={caseId}
      draft={draft}
      version={version}
      title={say('work.lots.title')}
      lead={say('work.lots.lead')}
      answer={actionData && 'conflict' in actionData ? actionData : undefined}
      errors={[]}
      after={
        <>
          {rows.length === 0 ? (
            <Empty title={say('work.lots.none')} />
          ) : (
            <Table
              caption={say('work.lots.title')}
              rows={rows}
              rowKey={(lot) => lot.id}
              columns={[
                { key: 'n', head: '№', kind: 'number', cell: (lot) => number(lot.at) },
                {
                  key: 'title',
                  head: say('work.field.title'),
                  names: true,
                  cell: (lot) => (
                    <Go to={caseAt(caseId, `lots/${lot.at}`)}>
                      {inWords(lot.title, language, draft.language) || say('work.lots.lot', { n: lot.at })}
                    </Go>
                  ),
                },
                { key: 'items', head: say('work.items'), kind: 'number', cell: (lot) => number(lot.items.length) },
                {
                  key: 'value',
                  head: say('work.field.value'),
                  unit: currencyWord(currency),
                  kind: 'money',
                  cell: (lot) => (lot.value ? amount({ amount: lot.value, currency }) : '—'),
                },
                {
                  key: 'do',
                  head: say('work.remove'),
                  cell: (lot) => (
                    <ActForm act={`remove-${lot.id}`} className="inline-form">
                      <input type="hidden" name="version" value={version} />
                      <button type="submit" className="plain" name="remove" value={lot.id}>
                        {say('work.remove')}
                      </button>
                    </ActForm>
                  ),
                },
              ]}
            />
          )}
          <Buttons>
            <ButtonLink
              kind={rows.length === 0 ? 'primary' : 'secondary'}
              to={caseAt(caseId, `lots/${rows.length + 1}`)}
            >
              {say('work.lots.add')}
            </ButtonLink>
            {rows.length > 0 && <ButtonLink to={caseAt(caseId)}>{say('work.continue')}</ButtonLink>}
          </Buttons>
        </>
      }
    />
  )
}

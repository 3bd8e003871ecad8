// Who opens the bids: people of the buyer and independent guardians, named before any key exists.
import { redirect } from 'react-router'
import type { Route } from './+types/holders'
import { ActForm, Button, Buttons, ChoiceField } from '../../../design/form.tsx'
import { Banner, Empty, Page } from '../../../design/page.tsx'
import type { NameableHolder } from '../../../read-api.ts'
import { useSpeech } from '../../../speech.tsx'
import { actAndGo } from '../../../work/act.ts'
import { caseAt } from '../../../work/case-places.ts'
import { inWords } from '../../../work/names.ts'
import { readPreparation } from '../../../work/preparation.ts'
import { estimated } from '../../../work/tender-draft.ts'
import { errorsOf, Trouble } from '../../../work/trouble.tsx'

async function readHolders(args: Route.LoaderArgs | Route.ActionArgs) {
  const preparation = await readPreparation(args)
  const { draft, naru, caseId } = preparation
  if (!draft.category || !draft.method) throw redirect(`/${naru.language}${caseAt(caseId, 'method')}`)
  if (draft.lots.length === 0) throw redirect(`/${naru.language}${caseAt(caseId, 'lots')}`)
  const [methods, people] = await Promise.all([
    naru.read.chooseMethods({
      category: draft.category,
      value: { amount: estimated(draft), currency: naru.country.currency },
    }),
    naru.read.nameableHolders(),
  ])
  const groups = methods.find((each) => each.method === draft.method)?.groups
  return { preparation, people: people.filter((each) => each.person !== naru.visitor.person), groups }
}

export async function loader(args: Route.LoaderArgs) {
  const { preparation, people, groups } = await readHolders(args)
  const { caseId, draft, view } = preparation
  const { holders, keyRecords } = view.tender
  const named = holders.flatMap((group) => group.holders.map((each) => each.person))
  return { caseId, title: draft.title, main: draft.language, people, groups, named, deposited: keyRecords.length > 0 }
}

export async function action(args: Route.ActionArgs) {
  const { preparation } = await readHolders(args)
  const { draft, naru, caseId } = preparation
  const form = await args.request.formData()
  const input = {
    method: draft.method,
    lots: draft.lots.map((lot) => lot.id),
    agency: form.getAll('agency').map(String),
    guardians: form.getAll('guardians').map(String),
  }
  return actAndGo(naru, form, { caseId, act: 'name-key-holders', input, to: caseAt(caseId) })
}

/** Who is ticked at first: people before programs, and of each institution one before any second. */
function proposed(own: readonly NameableHolder[], n: number): string[] {
  const people = own.toSorted((a, b) => Number(a.byProgram) - Number(b.byProgram))
  const one = people.filter((each, at) => people.findIndex((other) => other.organisation === each.organisation) === at)
  return [...new Set([...one, ...people])].slice(0, n).map((each) => each.person)
}

export default function Holders({ loaderData, actionData }: Route.ComponentProps) {
  const speech = useSpeech()
  const { say, language } = speech
  const { caseId, title, main, people, groups, named, deposited } = loaderData
  const errors = errorsOf(actionData?.why, speech, (path) => (path.startsWith('guardians') ? 'guardians' : 'agency'))
  return (
    <Page
      title={say('work.holders.title')}
      lead={say('work.holders.lead')}
      above={inWords(title, language, main)}
      wrong={actionData !== undefined}
      trail={[
        { to: '/desk', text: say('work.nav.desk') },
        { to: caseAt(caseId), text: say('work.tender.tasks') },
      ]}
    >
      <Trouble failed={actionData} errors={errors} />
      {deposited && <Banner tone="warn" title={say('work.holders.again')} />}
      <ActForm act="holders">
        {(['agency', 'guardians'] as const).map((group) => {
          const { k, n } = groups?.[group] ?? { k: 0, n: 0 }
          const own = people.filter((each) => each.group === group)
          const chosen = actionData?.typed.all[group] ?? (named.length > 0 ? named : proposed(own, n))
          return own.length === 0 ? (
            <Empty key={group} title={say('work.holders.nobody')} />
          ) : (
            <ChoiceField
              key={group}
              name={group}
              kind="checkbox"
              label={say(`domain.group.${group}`)}
              hint={say('work.holders.need', { n, k })}
              chosen={chosen}
              choices={own.map((each) => ({
                value: each.person,
                text: each.name,
                hint: `${inWords(each.organisationName, language)}${each.byProgram ? ` · ${say('work.holders.program')}` : ''}`,
              }))}
              errors={errors}
            />
          )
        })}
        <Buttons>
          <Button>{say('domain.act.name-key-holders')}</Button>
        </Buttons>
      </ActForm>
    </Page>
  )
}

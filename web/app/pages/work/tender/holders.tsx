// Who opens the bids: people of the buyer and independent guardians, named before any key exists.
import { redirect } from 'react-router'
import type { Route } from './+types/holders'
import { StatusChip } from '../../../design/chip.tsx'
import { ActForm, Button, Buttons, ChoiceField } from '../../../design/form.tsx'
import { Banner, Empty, Page, Section } from '../../../design/page.tsx'
import { Table } from '../../../design/table.tsx'
import { useSpeech } from '../../../speech.tsx'
import { actAndGo } from '../../../work/act.ts'
import { caseAt } from '../../../work/case-places.ts'
import { holderStates, proposedHolders } from '../../../work/holders.ts'
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
  const { holders, keyRecords, rehearsal } = view.tender
  const named = holders.flatMap((group) => group.holders.map((each) => each.person))
  const states = holderStates(holders, keyRecords, rehearsal?.answered ?? []).map((each) => ({
    ...each,
    name: people.find((one) => one.person === each.person)?.name ?? '',
  }))
  return {
    caseId,
    title: draft.title,
    main: draft.language,
    people,
    groups,
    named,
    states,
    deposited: keyRecords.length > 0,
  }
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

export default function Holders({ loaderData, actionData }: Route.ComponentProps) {
  const speech = useSpeech()
  const { say, language } = speech
  const { caseId, title, main, people, groups, named, states, deposited } = loaderData
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
      {states.length > 0 && (
        <Section id="states" title={say('work.holders.states')}>
          <p>{say('work.holders.statesLead')}</p>
          <Table
            caption={say('work.holders.states')}
            rows={states}
            rowKey={(each) => String(each.i)}
            columns={[
              {
                key: 'name',
                head: say('work.holders.holder'),
                names: true,
                cell: (each) => `${each.name || say('work.keys.number', { n: each.i })}`,
              },
              { key: 'i', head: '№', kind: 'number', cell: (each) => each.i },
              { key: 'group', head: say('work.holders.group'), cell: (each) => say(`domain.group.${each.group}`) },
              {
                key: 'state',
                head: say('work.holders.state'),
                cell: (each) => (
                  <StatusChip
                    word={say(`work.holders.state.${each.state}`)}
                    tone={each.state === 'proved' ? 'success' : each.state === 'fails' ? 'danger' : 'info'}
                  />
                ),
              },
            ]}
          />
        </Section>
      )}
      {deposited && <Banner tone="warn" title={say('work.holders.again')} />}
      <ActForm act="holders">
        {(['agency', 'guardians'] as const).map((group) => {
          const { k, n } = groups?.[group] ?? { k: 0, n: 0 }
          const own = people.filter((each) => each.group === group)
          const chosen = actionData?.typed.all[group] ?? (named.length > 0 ? named : proposedHolders(own, n))
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

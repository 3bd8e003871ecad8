// Begins a purchase: the prevailing language is fixed, everything else is written later.
import { redirect } from 'react-router'
import type { Route } from './+types/start'
import { isLanguage } from '../../../../words/say.ts'
import { ActForm, Button, Buttons, ChoiceField, SelectField } from '../../../design/form.tsx'
import { Page } from '../../../design/page.tsx'
import { useSpeech } from '../../../speech.tsx'
import { actAndGo, idOfForm, wrongField } from '../../../work/act.ts'
import { caseAt } from '../../../work/case-places.ts'
import { inWords } from '../../../work/names.ts'
import { LanguageName } from '../../../work/preparing-page.tsx'
import { sampleDraft } from '../../../work/sample.ts'
import { signedIn } from '../../../work/signed-in.ts'
import { emptyDraft } from '../../../work/tender-draft.ts'
import { errorsOf, Trouble } from '../../../work/trouble.tsx'

export async function loader({ context, url }: Route.LoaderArgs) {
  const { country, read, visitor } = signedIn(context, url)
  const plans = await read.readPlans(visitor.organisation)
  const searched = url.searchParams.get('buyers')?.trim() ?? ''
  const buyers = await read.findBuyers(searched)
  return {
    own: { id: visitor.organisation, name: visitor.organisationName },
    buyers: buyers.filter((each) => each.id !== visitor.organisation),
    searched,
    languages: country.languages,
    sandbox: country.mode === 'sandbox',
    planned: plans.some((plan) => plan.version !== null),
  }
}

export async function action({ context, request, url }: Route.ActionArgs) {
  const naru = signedIn(context, url)
  const form = await request.formData()
  const language = String(form.get('language') ?? '')
  if (!isLanguage(language)) return wrongField(form, 'language', 'choice')
  const caseId = idOfForm(form)
  const party = (name: string) => String(form.get(name) ?? '') || null
  const input = {
    buyer: party('buyer'),
    demandAgency: party('demandAgency'),
    payer: party('payer'),
    language,
    renoticeOf: null,
  }
  const answer = await actAndGo(naru, form, { caseId, act: 'start-tender', input, to: caseAt(caseId) })
  if (!(answer instanceof Response)) return answer
  const wanted = form.get('sample') === 'yes' ? await sampleDraft(naru, naru.visitor.organisation, language) : null
  const kept = await naru.read.readDraft(caseId)
  if (!kept)
    await naru.read.saveDraft({ id: caseId, kind: 'tender', caseId, version: 0, body: wanted ?? emptyDraft(language) })
  return redirect(answer.headers.get('Location') ?? `/${naru.language}/desk`)
}

/** Longer lists of organisations are searched. */
const most = 49
const parties = ['buyer', 'demandAgency', 'payer'] as const

export default function Start({ loaderData, actionData }: Route.ComponentProps) {
  const speech = useSpeech()
  const { say, language } = speech
  const { languages, sandbox, planned, own, buyers, searched } = loaderData
  const errors = errorsOf(actionData?.why, speech)
  const typed = actionData?.typed
  return (
    <Page
      title={say('work.start.title')}
      lead={say('work.start.lead')}
      wrong={actionData !== undefined}
      trail={[{ to: '/desk', text: say('work.nav.desk') }]}
    >
      <Trouble failed={actionData} errors={errors} />
      <ActForm act="start">
        <ChoiceField
          name="language"
          label={say('work.start.language')}
          hint={say('work.start.languageHint')}
          chosen={[typed?.one.language ?? language]}
          choices={languages.map((each) => ({ value: each, text: <LanguageName language={each} /> }))}
          errors={errors}
        />
        <details
          className="more"
          open={
            searched !== '' || parties.some((name) => errors.some((error) => error.field === name) || typed?.one[name])
          }
        >
          <summary>{say('work.start.parties')}</summary>
          <div>
            <p className="hint">{say('work.start.partiesHint', { entity: own.name })}</p>
            {(buyers.length >= most || searched) && (
              <p>
                <label htmlFor="buyers">{say('work.start.findBuyer')}</label>{' '}
                <input id="buyers" name="buyers" defaultValue={searched} form="find-buyers" maxLength={100} />{' '}
                <button type="submit" className="plain" form="find-buyers">
                  {say('work.items.find')}
                </button>
              </p>
            )}
            {parties.map((name) => (
              <SelectField
                key={name}
                name={name}
                label={say(`work.party.${name}`)}
                hint={say(`work.party.${name}Hint`)}
                defaultValue={typed?.one[name] ?? ''}
                choices={[
                  { value: '', text: say('work.party.own', { name: own.name }) },
                  ...buyers.map((each) => ({ value: each.id, text: inWords(each.name, language) })),
                ]}
                errors={errors}
                optional
              />
            ))}
          </div>
        </details>
        {sandbox && planned && (
          <ChoiceField
            name="sample"
            kind="checkbox"
            label={say('work.start.sample')}
            chosen={typed ? (typed.all.sample ?? []) : ['yes']}
            choices={[{ value: 'yes', text: say('work.start.sampleYes'), hint: say('work.start.sampleHint') }]}
          />
        )}
        <Buttons>
          <Button>{say('work.start.button')}</Button>
        </Buttons>
      </ActForm>
      <form id="find-buyers" method="get" />
    </Page>
  )
}

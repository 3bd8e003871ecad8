// The organisation: its people with their roles, and what it has delegated to other systems.
import { roles as allRoles } from '@naru/domain/actor.ts'
import { personalText } from '@naru/domain/personal.ts'
import { data, redirect } from 'react-router'
import type { Route } from './+types/organisation'
import { instantOf, readDay } from '../../../format.ts'
import { Facts } from '../../design/facts.tsx'
import { ActForm, Button, Buttons, ChoiceField, SelectField, TextField } from '../../design/form.tsx'
import { Banner, Empty, Page, Section } from '../../design/page.tsx'
import { Table } from '../../design/table.tsx'
import { useSpeech } from '../../speech.tsx'
import { actAndGo, idOfForm, typedIn, wrongField } from '../../work/act.ts'
import { secretOf } from '../../work/delegation.server.ts'
import { inWords } from '../../work/names.ts'
import { signedIn } from '../../work/signed-in.ts'
import { errorsOf, Trouble } from '../../work/trouble.tsx'

/** Acts that another system may be trusted with: those that need no second thought of a person. */
const delegable = [
  'prepare-plan',
  'start-tender',
  'prepare-tender',
  'answer-question',
  'submit-bid',
  'withdraw-bid',
  'ask-question',
  'draft-contract',
] as const

export async function loader({ context, url }: Route.LoaderArgs) {
  const naru = signedIn(context, url)
  const own = await naru.read.readOwnOrganisation()
  if (!own) throw data({ refused: 'notYourOrganisation' }, { status: 403 })
  return {
    organisation: own.id,
    profile: own.profile,
    members: own.members.map((each) => ({
      person: each.person,
      name: personalText(each.name) ?? '—',
      roles: each.roles,
    })),
    credentials: own.credentials.map(({ credential, label, acts, until, person }) => ({
      credential,
      label,
      acts,
      until,
      person,
    })),
    administrator: naru.visitor.roles.includes('administrator'),
    me: naru.visitor.person,
  }
}

export async function action({ context, url, request }: Route.ActionArgs) {
  const naru = signedIn(context, url)
  const form = await request.formData()
  const text = (name: string) => String(form.get(name) ?? '').trim()
  const caseId = naru.visitor.organisation
  const to = '/work/organisation'
  const [doing] = text('act').split('.')
  const roles = form.getAll('roles').map(String)
  if (doing === 'admit')
    return actAndGo(naru, form, {
      caseId,
      act: 'admit-person',
      input: { person: idOfForm(form), name: text('name'), roles },
      to,
    })
  if (doing === 'roles')
    return actAndGo(naru, form, { caseId, act: 'assign-roles', input: { person: text('person'), roles }, to })
  if (doing === 'dismiss')
    return actAndGo(naru, form, { caseId, act: 'dismiss-person', input: { person: text('person') }, to })
  if (doing === 'revoke')
    return actAndGo(naru, form, { caseId, act: 'revoke-credential', input: { credential: text('credential') }, to })
  if (doing === 'delegate') {
    const day = readDay(text('until'), naru.country.form)
    if (!day) return wrongField(form, 'until', 'format')
    const credential = idOfForm(form)
    const { secret, hash } = secretOf(text('formKey'))
    const input = {
      credential,
      person: text('person'),
      label: text('label'),
      acts: form.getAll('acts').map(String),
      secretHash: hash,
      until: instantOf(day, '23:59', naru.country.zone),
    }
    const answer = await actAndGo(naru, form, { caseId, act: 'delegate-credential', input, to })
    return answer instanceof Response ? data({ secret: `${credential}.${secret}`, typed: typedIn(form) }) : answer
  }
  return redirect(`/${naru.language}${to}`)
}

export default function Organisation({ loaderData, actionData }: Route.ComponentProps) {
  const speech = useSpeech()
  const { say, language, date, dateTime } = speech
  const { profile, members, credentials, administrator, me } = loaderData
  const failed = actionData && 'why' in actionData ? actionData : undefined
  const secret = actionData && 'secret' in actionData ? actionData.secret : undefined
  const errors = errorsOf(failed?.why, speech)
  const nameOf = (person: string) => members.find((each) => each.person === person)?.name ?? '—'
  const roleWords = (list: readonly string[]) => list.map((role) => say(`domain.role.${role}`)).join(', ') || '—'
  return (
    <Page
      title={inWords(profile.name, language)}
      wrong={failed !== undefined}
      trail={[{ to: '/desk', text: say('work.nav.desk') }]}
    >
      <Trouble failed={failed} errors={errors} />
      {secret && (
        <Banner tone="success" live title={say('work.org.secret')}>
          <p>
            <code>{secret}</code>
          </p>
          <p>{say('work.org.secretOnce')}</p>
        </Banner>
      )}
      <Facts
        facts={[
          {
            name: say('work.org.kinds'),
            value: profile.kinds.map((kind) => say(`domain.organisationKind.${kind}`)).join(', '),
          },
          {
            name: say('work.org.number'),
            value: profile.identifier ? `${profile.identifier.scheme} ${profile.identifier.id}` : '—',
          },
          { name: say('work.org.region'), value: profile.region },
        ]}
      />
      <Section id="people" title={say('work.org.people')}>
        <Table
          caption={say('work.org.people')}
          rows={members}
          rowKey={(each) => each.person}
          marked={(each) => each.person === me}
          columns={[
            { key: 'name', head: say('work.org.name'), names: true, cell: (each) => each.name },
            {
              key: 'roles',
              head: say('work.org.roles'),
              cell: (each) =>
                administrator ? (
                  <details className="more">
                    <summary>{roleWords(each.roles)}</summary>
                    <div>
                      <ActForm act={`roles.${each.person}`}>
                        <input type="hidden" name="person" value={each.person} />
                        <ChoiceField
                          name="roles"
                          kind="checkbox"
                          label={say('work.org.rolesOf', { name: each.name })}
                          chosen={each.roles}
                          choices={allRoles.map((role) => ({ value: role, text: say(`domain.role.${role}`) }))}
                        />
                        <Buttons>
                          <Button kind="secondary">{say('domain.act.assign-roles')}</Button>
                        </Buttons>
                      </ActForm>
                      {each.person !== me && (
                        <ActForm act={`dismiss.${each.person}`}>
                          <input type="hidden" name="person" value={each.person} />
                          <Buttons>
                            <Button kind="danger">{say('domain.act.dismiss-person')}</Button>
                          </Buttons>
                        </ActForm>
                      )}
                    </div>
                  </details>
                ) : (
                  roleWords(each.roles)
                ),
            },
          ]}
        />
        {administrator && (
          <details className="more" open={failed?.typed.one.act === 'admit'}>
            <summary>{say('domain.act.admit-person')}</summary>
            <div>
              <ActForm act="admit">
                <TextField
                  name="name"
                  label={say('work.org.name')}
                  maxLength={200}
                  defaultValue={failed?.typed.one.name ?? ''}
                  errors={errors}
                />
                <ChoiceField
                  name="roles"
                  kind="checkbox"
                  label={say('work.org.roles')}
                  chosen={failed?.typed.all.roles ?? []}
                  choices={allRoles.map((role) => ({ value: role, text: say(`domain.role.${role}`) }))}
                  errors={errors}
                />
                <Buttons>
                  <Button>{say('domain.act.admit-person')}</Button>
                </Buttons>
              </ActForm>
            </div>
          </details>
        )}
      </Section>
      <Section id="credentials" title={say('work.org.credentials')}>
        <p>{say('work.org.credentialsLead')}</p>
        <Table
          caption={say('work.org.credentials')}
          rows={credentials}
          rowKey={(each) => each.credential}
          empty={<Empty title={say('work.org.noCredentials')} />}
          columns={[
            { key: 'label', head: say('work.org.label'), names: true, cell: (each) => each.label },
            { key: 'person', head: say('work.org.for'), cell: (each) => nameOf(each.person) },
            {
              key: 'acts',
              head: say('work.org.acts'),
              cell: (each) => each.acts.map((act) => say(`domain.act.${act}`)).join(', '),
            },
            { key: 'until', head: say('work.org.until'), kind: 'date', cell: (each) => dateTime(each.until) },
            {
              key: 'do',
              head: say('domain.act.revoke-credential'),
              cell: (each) =>
                administrator && (
                  <ActForm act={`revoke.${each.credential}`} className="inline-form">
                    <button type="submit" className="plain" name="credential" value={each.credential}>
                      {say('domain.act.revoke-credential')}
                    </button>
                  </ActForm>
                ),
            },
          ]}
        />
        {administrator && (
          <details className="more" open={failed?.typed.one.act === 'delegate'}>
            <summary>{say('domain.act.delegate-credential')}</summary>
            <div>
              <ActForm act="delegate">
                <TextField
                  name="label"
                  label={say('work.org.label')}
                  hint={say('work.org.labelHint')}
                  maxLength={120}
                  defaultValue={failed?.typed.one.label ?? ''}
                  errors={errors}
                />
                <SelectField
                  name="person"
                  label={say('work.org.for')}
                  choices={members.map((each) => ({ value: each.person, text: each.name }))}
                  defaultValue={failed?.typed.one.person ?? me}
                  errors={errors}
                />
                <ChoiceField
                  name="acts"
                  kind="checkbox"
                  label={say('work.org.acts')}
                  chosen={failed?.typed.all.acts ?? []}
                  choices={delegable.map((act) => ({ value: act, text: say(`domain.act.${act}`) }))}
                  errors={errors}
                />
                <TextField
                  name="until"
                  label={say('work.org.until')}
                  hint={date('2027-03-31')}
                  width={10}
                  inputMode="numeric"
                  defaultValue={failed?.typed.one.until ?? ''}
                  errors={errors}
                />
                <Buttons>
                  <Button>{say('domain.act.delegate-credential')}</Button>
                </Buttons>
              </ActForm>
            </div>
          </details>
        )}
      </Section>
    </Page>
  )
}

// Signing in: with a passkey. In the sandbox one may become one of the fictional people instead; a live deployment has no such list.
import type { SandboxPerson } from '@naru/server/http/sandbox.ts'
import { redirect } from 'react-router'
import type { Route } from './+types/sign-in'
import { Go } from '../../design/go.tsx'
import { Empty, Page, Section } from '../../design/page.tsx'
import { useSpeech } from '../../speech.tsx'
import { CertificateForm } from '../../work/certificate-form.tsx'
import { inWords } from '../../work/names.ts'
import { PasskeyForm } from '../../work/passkey-form.tsx'
import { backTo, naruOf } from '../../work/signed-in.ts'
import style from '../../work/work.css?url'

/** The passkey is asked by a small script of this site. */
export const handle = { scripts: true, signing: true }

export const links: Route.LinksFunction = () => [{ rel: 'stylesheet', href: style }]

export async function loader({ context, url }: Route.LoaderArgs) {
  const { read, language } = naruOf(context)
  const back = backTo(url.searchParams.get('back'), '/desk')
  return {
    people: read.sandbox ? await read.sandbox.people() : null,
    back,
    then: `/${language}${back}`,
    service: read.signingService,
    // The same page at the address where passkeys work.
    place: {
      ...read.passkeyPlace,
      address: read.passkeyPlace.address && `${read.passkeyPlace.address}${url.pathname}${url.search}`,
    },
  }
}

export async function action({ context, request }: Route.ActionArgs) {
  const naru = naruOf(context)
  const form = await request.formData()
  const person = form.get('person')
  const cookie = typeof person === 'string' ? await naru.read.sandbox?.signIn(person) : null
  if (!cookie) return { unknown: true }
  return redirect(`/${naru.language}${backTo(form.get('back'), '/desk')}`, { headers: { 'Set-Cookie': cookie } })
}

const groups = ['buyer', 'supplier', 'guardian'] as const

export default function SignIn({ loaderData }: Route.ComponentProps) {
  const { say } = useSpeech()
  const { people, back, then, place, service } = loaderData
  const own = (
    <Section id="own" title={say('work.signIn.own')}>
      <p>{say('work.signIn.ownLead')}</p>
      <PasskeyForm
        place={place}
        does="sign-in"
        then={then}
        button={say('work.signIn.withPasskey')}
        kind={people ? 'secondary' : 'primary'}
      />
      <p>
        <Go to="/enrol">{say('work.signIn.withCode')}</Go>
      </p>
      <h3 id="certificate">{say('work.certificate.title')}</h3>
      <p>{say('work.certificate.lead')}</p>
      <CertificateForm service={service} sandbox={people !== null} then={then} />
    </Section>
  )
  if (!people) return <Page title={say('work.signIn.titleLive')}>{own}</Page>
  return (
    <Page title={say('work.signIn.title')} lead={say('work.signIn.lead')}>
      {people.length === 0 && (
        <Empty title={say('work.signIn.nobody')}>
          <p>{say('work.signIn.nobodyNext')}</p>
        </Empty>
      )}
      {groups.map((group) => {
        const own = people.filter((person) => person.kinds[0] === group)
        return (
          own.length > 0 && (
            <Section key={group} id={group} title={say(`work.signIn.${group}`)}>
              <People people={own} back={back} />
            </Section>
          )
        )
      })}
      {own}
    </Page>
  )
}

function People({ people, back }: { people: readonly SandboxPerson[]; back: string }) {
  const { say, language } = useSpeech()
  const organisations = [...new Set(people.map((person) => person.organisation))]
  return (
    <form method="post" className="wide people">
      <input type="hidden" name="back" value={back} />
      {organisations.map((organisation) => {
        const members = people.filter((person) => person.organisation === organisation)
        return (
          <div className="organisation" key={organisation}>
            <h3>{inWords(members[0]?.organisationName, language)}</h3>
            <ul className="members">
              {members.map((person) => (
                <li key={person.person}>
                  <button type="submit" className="person" name="person" value={person.person}>
                    <strong>{person.name}</strong>
                    <span className="note">{person.roles.map((role) => say(`domain.role.${role}`)).join(', ')}</span>
                  </button>
                </li>
              ))}
            </ul>
          </div>
        )
      })}
    </form>
  )
}

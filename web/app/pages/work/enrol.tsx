// The first passkey of a person: with the code that the operator of this site gave.
import type { Route } from './+types/enrol'
import { TextField } from '../../design/form.tsx'
import { Page } from '../../design/page.tsx'
import { useSpeech } from '../../speech.tsx'
import { PasskeyForm } from '../../work/passkey-form.tsx'
import { naruOf } from '../../work/signed-in.ts'
import style from '../../work/work.css?url'

export const handle = { scripts: true }

export const links: Route.LinksFunction = () => [{ rel: 'stylesheet', href: style }]

export function loader({ context, url }: Route.LoaderArgs) {
  const { read, language } = naruOf(context)
  const { here, address } = read.passkeyPlace
  return { place: { here, address: address && `${address}${url.pathname}` }, then: `/${language}/work/account` }
}

export default function Enrol({ loaderData }: Route.ComponentProps) {
  const { say } = useSpeech()
  const { place, then } = loaderData
  return (
    <Page
      title={say('work.enrol.title')}
      lead={say('work.enrol.lead')}
      trail={[{ to: '/sign-in', text: say('site.signIn') }]}
    >
      <PasskeyForm place={place} does="enrol" then={then} button={say('work.account.add')}>
        <TextField
          name="code"
          label={say('work.enrol.code')}
          hint={say('work.enrol.codeHint')}
          width={40}
          maxLength={60}
          autoComplete="one-time-code"
          autoCapitalize="characters"
          spellCheck={false}
        />
        <TextField
          name="name"
          label={say('work.account.name')}
          hint={say('work.account.nameHint')}
          width={40}
          maxLength={60}
          autoComplete="off"
        />
      </PasskeyForm>
    </Page>
  )
}

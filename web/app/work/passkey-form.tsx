// A form that asks the person's passkey: hidden until its script is there, with a sentence for every way in which it may go.
import type { ReactNode } from 'react'
import { PageScript } from '../design/page-script.tsx'
import { Button, Buttons } from '../design/form.tsx'
import { Banner } from '../design/page.tsx'
import { useSpeech } from '../speech.tsx'

/** Whether passkeys work where the reader is; `address` is where they do, or null where the site has no name at all. */
export interface PasskeyPlace {
  readonly here: boolean
  readonly address: string | null
}

/** The form. `does` names the deed in `web/scripts/passkey.ts`, `then` the address of the page that follows, with its language. */
export function PasskeyForm(props: {
  place: PasskeyPlace
  does: 'sign-in' | 'register' | 'enrol'
  then: string
  button: string
  kind?: 'primary' | 'secondary'
  children?: ReactNode
}) {
  const { say } = useSpeech()
  const { place, does, then, button, kind = 'primary' } = props
  if (!place.here)
    return (
      <Banner tone="info" title={say('work.passkey.elsewhere')}>
        <p>{place.address ? <a href={place.address}>{place.address}</a> : say('work.passkey.noName')}</p>
      </Banner>
    )
  return (
    <div data-script="passkey" data-does={does} data-then={then}>
      <form hidden noValidate>
        {props.children}
        <Buttons>
          <Button kind={kind}>{button}</Button>
        </Buttons>
      </form>
      <div aria-live="polite">
        <p data-says="off">{say('work.passkey.noScript')}</p>
        <p data-says="ready" hidden />
        <p data-says="unable" hidden>
          {say('work.passkey.unable')}
        </p>
        <p data-says="asking" hidden>
          {say('work.passkey.asking')}
        </p>
        <div data-says="cancelled" hidden className="banner" data-tone="warn">
          <p className="banner-title">{say('work.passkey.cancelled')}</p>
          <p>{say('work.passkey.cancelledNext')}</p>
        </div>
        <div data-says="refused" hidden className="banner" data-tone="danger">
          <p className="banner-title">{say('work.refused')}</p>
          <p data-detail="" />
        </div>
      </div>
      <PageScript name="passkey" />
    </div>
  )
}

// A key holder without a wallet: the keys are made in this browser and kept under a passkey or in a file of the person's own (web/key-client).
import type { KeysDuty } from '../../key-client/duty.ts'
import { Button, Buttons, ChoiceField, FileField, TextField } from '../design/form.tsx'
import { PageScript } from '../design/page-script.tsx'
import { Banner, Section } from '../design/page.tsx'
import { useSpeech } from '../speech.tsx'

const messages = ['passkey', 'working', 'save', 'posting', 'done'] as const
const faults = ['no-file', 'short', 'differ', 'wrong-file', 'no-prf', 'cancelled', 'sure'] as const

/**
 * The part of the page that does one step with the person's own keys. `how` is where they lie, null before the deposit; `place` whether this
 * is the address for which passkeys are made, and which one is.
 */
export function OwnKeys({
  duty,
  how,
  place,
}: {
  duty: KeysDuty
  how: 'passkey' | 'file' | null
  place: { readonly here: boolean; readonly address: string | null }
}) {
  const { say } = useSpeech()
  const { does } = duty
  const passphrase = (again: boolean) => (
    <>
      <TextField
        name="passphrase"
        type="password"
        label={say('work.ownKeys.passphrase')}
        hint={again ? say('work.ownKeys.passphraseHint') : undefined}
        autoComplete={again ? 'new-password' : 'current-password'}
        width={40}
      />
      {again && (
        <TextField
          name="again"
          type="password"
          label={say('work.ownKeys.again')}
          autoComplete="new-password"
          width={40}
        />
      )}
    </>
  )
  const elsewhere = !place.here && (how === 'passkey' || does === 'deposit-keys') && (
    <Banner tone="info" title={say('work.passkey.elsewhere')}>
      <p>{place.address ? <a href={place.address}>{place.address}</a> : say('work.passkey.noName')}</p>
    </Banner>
  )
  if (elsewhere && how === 'passkey' && does !== 'destroy-key')
    return (
      <Section id="own-keys" title={say(`domain.act.${does}`)}>
        {elsewhere}
      </Section>
    )
  return (
    <Section id="own-keys" title={say(does === 'deposit-keys' ? 'work.ownKeys.title' : `domain.act.${does}`)}>
      {does === 'deposit-keys' && <p>{say('work.ownKeys.lead')}</p>}
      {does === 'deposit-keys' && elsewhere}
      {does === 'destroy-key' && <p>{say('work.ownKeys.destroyLead')}</p>}
      <section data-script="keys" data-how={how ?? 'file'}>
        <p data-says="off">{say('work.keys.noScript')}</p>
        <form hidden noValidate>
          {does === 'deposit-keys' && (
            <div data-choice="">
              <ChoiceField
                name="how"
                label={say('work.ownKeys.where')}
                chosen={[place.here ? 'passkey' : 'file']}
                choices={[
                  {
                    value: 'passkey',
                    text: say('work.ownKeys.passkey'),
                    hint: say('work.ownKeys.passkeyHint'),
                    disabled: !place.here,
                  },
                  { value: 'file', text: say('work.ownKeys.file'), hint: say('work.ownKeys.fileHint') },
                ]}
              />
              <div data-how-part="file" className="stack" hidden>
                {passphrase(true)}
              </div>
            </div>
          )}
          {does !== 'deposit-keys' && does !== 'destroy-key' && how !== 'passkey' && (
            <>
              <FileField name="file" label={say('work.ownKeys.yourFile')} accept=".age" />
              {passphrase(false)}
            </>
          )}
          {does === 'destroy-key' && (
            <ChoiceField
              name="sure"
              kind="checkbox"
              label={say('work.ownKeys.sureLabel')}
              choices={[
                { value: 'yes', text: say(how === 'file' ? 'work.ownKeys.sureFile' : 'work.ownKeys.surePasskey') },
              ]}
            />
          )}
          <div aria-live="polite">
            {messages.map((each) => (
              <p key={each} data-says={each} hidden>
                {say(`work.ownKeys.says.${each}`)}
              </p>
            ))}
            <p data-says="ready" hidden>
              {say('work.ownKeys.says.ready')}
            </p>
            {faults.map((each) => (
              <div key={each} data-says={each} hidden className="banner" data-tone="danger">
                <p className="banner-title">{say(`work.ownKeys.says.${each}`)}</p>
              </div>
            ))}
            <div data-says="unwilling" hidden className="banner" data-tone="danger">
              <p className="banner-title">{say('work.ownKeys.says.unwilling')}</p>
              <p>{say('work.ownKeys.unwillingNext')}</p>
              <p className="note" data-detail="" />
            </div>
            <div data-says="refused" hidden className="banner" data-tone="danger">
              <p className="banner-title">{say('work.refused')}</p>
              <p data-detail="" />
            </div>
          </div>
          {does === 'deposit-keys' && (
            <p>
              {/* biome-ignore lint/a11y/useValidAnchor: its address is the file that this device makes */}
              <a data-file="" href="#own-keys" hidden>
                {say('work.ownKeys.download')}
              </a>
            </p>
          )}
          <Buttons>
            <Button
              kind={does === 'destroy-key' ? 'danger' : 'primary'}
              data-saved={does === 'deposit-keys' ? say('work.ownKeys.saved') : undefined}
            >
              {say(does === 'deposit-keys' ? 'work.ownKeys.make' : `domain.act.${does}`)}
            </Button>
          </Buttons>
        </form>
        <script
          type="application/json"
          data-keys=""
          dangerouslySetInnerHTML={{ __html: JSON.stringify(duty).replaceAll('<', '\\u003c') }}
        />
        <PageScript name="keys" />
      </section>
    </Section>
  )
}

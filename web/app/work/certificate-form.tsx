// Signing in with a certificate: at the remote signing service, with a key file on this device, or with a text that is signed elsewhere.
import { Button, Buttons, FileField, TextAreaField, TextField } from '../design/form.tsx'
import { PageScript } from '../design/page-script.tsx'
import { KeyFaults } from './key-faults.tsx'
import { useSpeech } from '../speech.tsx'

/** The form; `service` is the address of the remote signing service, null where there is none. `then` is the page that follows, with its language. */
export function CertificateForm({
  service,
  sandbox,
  then,
}: {
  service: string | null
  sandbox: boolean
  then: string
}) {
  const { say } = useSpeech()
  return (
    <div data-script="certificate" data-service={service} data-then={then}>
      <div data-needs-script="" hidden>
        {service && (
          <details className="more">
            <summary>{say('work.certificate.service')}</summary>
            <form data-does="service" noValidate>
              <TextField
                name="user"
                label={say('work.certificate.user')}
                hint={sandbox ? say('work.certificate.userHint') : undefined}
                width={40}
                autoComplete="username"
              />
              <TextField
                name="password"
                type="password"
                label={say('work.certificate.password')}
                width={20}
                autoComplete="current-password"
              />
              <TextField name="pin" type="password" label={say('work.certificate.pin')} width={10} autoComplete="off" />
              <Buttons>
                <Button kind="secondary">{say('work.certificate.sign')}</Button>
              </Buttons>
            </form>
          </details>
        )}
        <details className="more">
          <summary>{say('work.certificate.inFile')}</summary>
          <form data-does="file" noValidate>
            <FileField name="keyFile" label={say('work.key.pick')} hint={say('work.key.pickHint')} accept=".p12,.pfx" />
            <TextField
              name="passphrase"
              type="password"
              label={say('work.key.passphrase')}
              hint={say('work.key.passphraseHint')}
              width={20}
              autoComplete="off"
            />
            <Buttons>
              <Button kind="secondary">{say('work.certificate.sign')}</Button>
            </Buttons>
          </form>
        </details>
        <details className="more">
          <summary>{say('work.certificate.elsewhere')}</summary>
          <div>
            <p>{say('work.certificate.elsewhereLead')}</p>
            <form data-does="text">
              <Buttons>
                <Button kind="secondary">{say('work.certificate.text')}</Button>
              </Buttons>
            </form>
            <div data-after-text="" hidden>
              <pre data-text="" />
              <p>
                {/* biome-ignore lint/a11y/useValidAnchor: the script gives it the text to download */}
                <a href="#certificate" download="naru-sign-in.txt">
                  {say('work.certificate.download')}
                </a>
              </p>
              <form data-does="brought" noValidate>
                <FileField
                  name="file"
                  label={say('work.certificate.file')}
                  optional
                  accept=".p7s,.p7m,.pem,.der,.txt"
                />
                <TextAreaField name="signature" label={say('work.certificate.paste')} rows={4} optional />
                <Buttons>
                  <Button kind="secondary">{say('work.certificate.send')}</Button>
                </Buttons>
              </form>
            </div>
          </div>
        </details>
      </div>
      <div aria-live="polite">
        <p data-says="off">{say('work.certificate.noScript')}</p>
        <p data-says="ready" hidden />
        <p data-says="asking" hidden>
          {say('work.certificate.asking')}
        </p>
        <div data-says="refused" hidden className="banner" data-tone="danger">
          <p className="banner-title">{say('work.refused')}</p>
          <p data-detail="" />
        </div>
        <KeyFaults title={say('work.certificate.notSigned')} />
      </div>
      <PageScript name="certificate" />
    </div>
  )
}

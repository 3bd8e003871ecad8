// An official act that waits for the person's passkey: what is signed, and one button. The page's own form keeps what was typed.
import { PageScript } from '../design/page-script.tsx'
import { Button, Buttons } from '../design/form.tsx'
import { refusalSentence } from '../sentences.tsx'
import { useSpeech } from '../speech.tsx'
import { type Failed, isRefusal } from './act.ts'

/** First on the page. Its form repeats what was sent and adds the passkey's answer; a person who stops has lost nothing. */
export function ConfirmAct({ failed, confirm }: { failed: Failed; confirm: NonNullable<Failed['confirm']> }) {
  const speech = useSpeech()
  const { say, has } = speech
  const { why, typed } = failed
  const act = `domain.act.${confirm.act}` as const
  return (
    <section
      className="banner"
      data-tone={isRefusal(why) && why.refused === 'passkeyDoesNotFit' ? 'danger' : 'info'}
      data-script="confirm"
      role="alert"
      tabIndex={-1}
      // biome-ignore lint/a11y/noAutofocus: the page came back to ask this, as an error summary does
      autoFocus
    >
      <p className="banner-title">{say('work.confirm.title', { act: has(act) ? say(act) : confirm.act })}</p>
      {isRefusal(why) && <p>{refusalSentence(why, speech)}</p>}
      <details className="more">
        <summary>{say('work.confirm.signed')}</summary>
        <pre data-signed="" />
      </details>
      <form method="post" hidden>
        {Object.entries(typed.all).flatMap(([name, values]) =>
          name === 'assertion'
            ? []
            : values.map((value, at) => <input key={`${name}-${at}`} type="hidden" name={name} value={value} />),
        )}
        <input type="hidden" name="assertion" value="" />
        <Buttons>
          <Button>{say('work.confirm.do')}</Button>
        </Buttons>
      </form>
      <div aria-live="polite">
        <p data-says="off">{say('work.passkey.noScript')}</p>
        <p data-says="ready" hidden />
        <p data-says="asking" hidden>
          {say('work.passkey.asking')}
        </p>
        <p data-says="cancelled" hidden>
          {say('work.confirm.cancelled')}
        </p>
        <p data-says="another" hidden>
          {say('work.confirm.another')}
        </p>
        <p data-says="refused" hidden>
          <span data-detail="" />
        </p>
      </div>
      <p className="note">{say('work.kept')}</p>
      <script
        type="application/json"
        dangerouslySetInnerHTML={{ __html: JSON.stringify(confirm).replaceAll('<', '\\u003c') }}
      />
      <PageScript name="confirm" />
    </section>
  )
}

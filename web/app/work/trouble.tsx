// What the reader sees when a form was not accepted: why it was refused, or each field that is wrong.
import type { Invalid, Refusal } from '@naru/domain/refusal.ts'
import type { Speech } from '../../speech.ts'
import { ErrorSummary, type FieldError } from '../design/form.tsx'
import { Banner } from '../design/page.tsx'
import { RefusalText, sayFacts } from '../sentences.tsx'
import { useSpeech } from '../speech.tsx'
import { ConfirmAct } from './confirm-act.tsx'
import { type Failed, isRefusal } from './act.ts'

/** The wrong fields of an answer in words; `fieldOf` turns a path of the act's input into the name of a field on the page. */
export function errorsOf(
  why: Refusal | Invalid | undefined,
  speech: Speech,
  fieldOf: (path: string) => string = (path) => path,
): readonly FieldError[] {
  if (!why || isRefusal(why)) return []
  return why.invalid.map(({ path, code, facts }) => {
    const key = `domain.invalid.${code}` as const
    const own = `work.wrong.${code}` as never
    const known = [own, key].find((each) => speech.has(each))
    return { field: fieldOf(path), text: known ? sayFacts(speech, known, facts) : speech.say('work.wrong') }
  })
}

/** First on a page whose form was not accepted. */
export function Trouble({ failed, errors }: { failed: Failed | undefined; errors: readonly FieldError[] }) {
  const { say } = useSpeech()
  if (!failed) return null
  if (failed.confirm) return <ConfirmAct failed={failed} confirm={failed.confirm} />
  if (isRefusal(failed.why))
    return (
      <Banner tone="danger" live title={say('work.refused')}>
        <RefusalText refusal={failed.why} />
        <p className="note">{say('work.kept')}</p>
      </Banner>
    )
  return <ErrorSummary errors={errors} />
}

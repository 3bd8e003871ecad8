// What the reader sees when a form was not accepted: the sentence, the article, until or from when, and each field that is wrong.
import type { Invalid, Refusal } from '@naru/domain/refusal.ts'
import type { Speech } from '../../speech.ts'
import { BasisNote } from '../design/chip.tsx'
import { ErrorSummary, type FieldError } from '../design/form.tsx'
import { Banner } from '../design/page.tsx'
import { useSpeech } from '../speech.tsx'
import { type Failed, isRefusal } from './act.ts'

/** Facts of a refusal as people read them: sums with their currency, codes by their words. */
function factsInWords(refusal: Pick<Refusal, 'facts'>, speech: Speech): Record<string, string> {
  const facts = refusal.facts ?? {}
  const { currency } = facts
  const groups: Readonly<Record<string, string>> = { role: 'role', because: 'because', unit: 'unit', scan: 'scan' }
  return Object.fromEntries(
    Object.entries(facts).map(([name, value]) => {
      if (currency && ['planned', 'asked', 'ceiling'].includes(name) && /^\d+$/.test(value))
        return [name, speech.money({ amount: value, currency })]
      const key = `domain.${groups[name] ?? ''}.${value}` as const
      return [name, name in groups && speech.has(key) ? speech.say(key) : value]
    }),
  )
}

/** The sentence of a refusal. */
export const refusalSentence = (refusal: Refusal, speech: Speech): string => {
  const key = `domain.refusal.${refusal.refused}` as const
  return speech.has(key) ? speech.say(key, factsInWords(refusal, speech)) : speech.say('refusal.other')
}

/** Why something is not allowed, with its article and its times; for banners and for tasks that cannot start yet. */
export function RefusalText({ refusal }: { refusal: Refusal }) {
  const speech = useSpeech()
  return (
    <>
      <p>{refusalSentence(refusal, speech)}</p>
      {refusal.from && <p>{speech.say('refusal.from', { when: speech.moment(refusal.from) })}</p>}
      {refusal.until && <p>{speech.say('refusal.until', { when: speech.moment(refusal.until) })}</p>}
      {refusal.basis && (
        <p className="note">
          <BasisNote basis={refusal.basis} />
        </p>
      )}
    </>
  )
}

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
    const text = speech.has(own)
      ? speech.say(own, facts)
      : speech.has(key)
        ? speech.say(key, facts)
        : speech.say('work.wrong')
    return { field: fieldOf(path), text }
  })
}

/** First on a page whose form was not accepted. */
export function Trouble({ failed, errors }: { failed: Failed | undefined; errors: readonly FieldError[] }) {
  const { say } = useSpeech()
  if (!failed) return null
  if (isRefusal(failed.why))
    return (
      <Banner tone="danger" live title={say('work.refused')}>
        <RefusalText refusal={failed.why} />
        <p className="note">{say('work.kept')}</p>
      </Banner>
    )
  return <ErrorSummary errors={errors} />
}

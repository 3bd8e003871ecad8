// Refusals, wrong fields and reasons of rankings as sentences of the reader's language: the only place of the screens that says them.
import type { RankingLine } from '@naru/domain/award/rules.ts'
import type { Refusal } from '@naru/domain/refusal.ts'
import { spokenFacts } from '@naru/domain/spoken.ts'
import type { MessageKey, Speech } from '../speech.ts'
import { BasisNote } from './design/chip.tsx'
import { useSpeech } from './speech.tsx'

/** The facts of a sentence of `domain/words`: sums with their currency (`currency` where the facts name none), codes in words. */
function spoken(speech: Speech, facts: Readonly<Record<string, string>> = {}, currency = '') {
  const word = (key: string) => (speech.has(`domain.${key}`) ? speech.say(`domain.${key}`) : undefined)
  const money = (amount: string, code: string) => speech.money({ amount, currency: code })
  return spokenFacts(facts, { word, money }, currency)
}

/** Says a sentence of `domain/words` with its facts. Numbers stay as they are: they may be codes. */
export const sayFacts = (speech: Speech, key: MessageKey, facts?: Readonly<Record<string, string>>): string =>
  speech.say(key, spoken(speech, facts))

/** The sentence of a refusal; a code without words is said in general terms. */
export function refusalSentence(
  refusal: Pick<Refusal, 'facts'> & { readonly refused: string },
  speech: Speech,
): string {
  const key = `domain.refusal.${refusal.refused}` as const
  return speech.has(key) ? sayFacts(speech, key, refusal.facts) : speech.say('refusal.other')
}

/** Why a bid stands where it stands in a ranking of prices in `currency`: all its figures are sums or points. */
export function reasonSentence(line: RankingLine, currency: string, speech: Speech): string {
  const counted = (text: string) => (/^\d+(\.\d+)?$/.test(text) ? speech.number(text) : text)
  const figures = Object.entries(spoken(speech, { price: line.price, ...line.numbers }, currency))
  return speech.say(
    `domain.reason.${line.reason}`,
    Object.fromEntries(figures.map(([name, text]) => [name, counted(text)])),
  )
}

/** Why something is not allowed, with its article and its times; for banners and for tasks that cannot start yet. */
export function RefusalText({ refusal }: { refusal: Omit<Refusal, 'refused'> & { readonly refused: string } }) {
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

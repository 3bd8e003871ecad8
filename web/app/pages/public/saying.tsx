// How the public pages say what a case carries: texts in several languages, names, articles, periods, legal values.
import { inLanguage, type LanguageText } from '@naru/domain/text.ts'
import { parameterSentences } from '@naru/domain/award/parameter-words.ts'
import type { AwardParameters } from '@naru/domain/award/parameters.ts'
import type { Names } from '@naru/server/read/case.ts'
import type { Period } from '@naru/domain/time.ts'
import type { Money, Speech } from '../../../speech.ts'
import type { Basis } from '../../design/chip.tsx'
import { Go } from '../../design/go.tsx'
import { useSpeech } from '../../speech.tsx'
import { digitsOf } from '../../../format.ts'

/** A text of the record in the reader's language; where it has none, in the language it has, marked as such for readers of the screen. */
export function Words({ of, prevailing }: { of: LanguageText; prevailing?: string }) {
  const { language } = useSpeech()
  const text = inLanguage(of, language, prevailing ?? '')
  const own = of[language as keyof LanguageText]
  if (own !== undefined) return text
  const spoken = Object.entries(of).find(([, each]) => each === text)?.[0]
  return <span lang={spoken}>{text}</span>
}

/** Text that an officer wrote in the prevailing language of the case. */
export function Written({ children, language }: { children: string; language: string }) {
  const speech = useSpeech()
  const lines = children.split(/\n+/)
  return (
    <span lang={speech.language === language ? undefined : language} className="written">
      {lines.map((line, at) => (
        <span key={`${at}-${line}`}>
          {at > 0 && <br />}
          {line}
        </span>
      ))}
    </span>
  )
}

/** The name of an organisation by its id, in the reader's language. */
export const nameOf = (names: Names, id: string, language: string): string =>
  inLanguage((names.organisations[id] ?? {}) as LanguageText, language, '')

/** An organisation's name that leads to its page. */
export function OrganisationLink({ names, id }: { names: Names; id: string }) {
  const { language, say } = useSpeech()
  const name = nameOf(names, id, language)
  return name ? (
    <Go to={`/organisations/${id}`}>{name}</Go>
  ) : (
    <span className="quiet">{say('public.organisation.unknown')}</span>
  )
}

/** An article or an assumption in the reader's language, as the country's words have it. */
export function basisWords({ say, has }: Speech, basis: Basis): string {
  const text = 'law' in basis ? basis.law : basis.assumed
  return has(`pack.basis.${text}`) ? say(`pack.basis.${text}`) : text
}

/** The rule's source in full: the article, or the badge “assumed” with the reason and where the assumption comes from. */
export function Source({ basis }: { basis: Basis }) {
  const speech = useSpeech()
  const { say } = speech
  if ('law' in basis) return <span className="basis">{basisWords(speech, basis)}</span>
  return (
    <span className="source">
      <strong className="assumed">{say('public.assumed')}</strong>{' '}
      <span className="basis">
        {basisWords(speech, basis)} {say(`domain.basis.${basis.from}`)}.
      </span>
    </span>
  )
}

export const periodWords = ({ say }: Speech, period: Period): string =>
  say(`public.period.${period.unit}`, { n: period.count })

const isPeriod = (value: object): value is Period => 'unit' in value && 'count' in value
const isMoney = (value: object): value is Money => 'amount' in value && 'currency' in value

/** A legal value in words: a period, a sum, what may be withdrawn, the figures of an award rule. */
export function valueWords(speech: Speech, key: string, value: unknown): string {
  const { say, money, number } = speech
  if (value === null || value === undefined) return say('public.value.none')
  if (typeof value === 'number')
    return key.includes('draw') ? say('public.value.range', { percent: percentOf(number, value) }) : number(value)
  if (typeof value === 'string')
    return say(key.endsWith('.not-signed') ? `domain.notSigned.${value}` : `domain.withdrawal.${value}`)
  if (typeof value !== 'object') return String(value)
  if (isPeriod(value)) return periodWords(speech, value)
  if (isMoney(value)) return money(value)
  return parameterWords(speech, value as AwardParameters)
}

/** Parts per million as percent: 30000 → `3`. */
const percentOf = (number: Speech['number'], ppm: number): string => number(String(ppm / 10_000))

const parameterWords = ({ say, number }: Speech, parameters: AwardParameters): string =>
  parameterSentences(parameters)
    .map(({ key, facts }) =>
      say(`domain.${key}`, Object.fromEntries(Object.entries(facts).map(([name, value]) => [name, number(value)]))),
    )
    .join(' ')

/** A sum in whole units as decimal text (`480000.5`), as the list keeps it, in smallest units. */
export function sumOf(value: string | null, currency: string | null): Money | null {
  if (value === null || currency === null) return null
  const [whole = '0', decimals = ''] = value.split('.')
  const digits = digitsOf(currency)
  return { amount: BigInt(whole + decimals.padEnd(digits, '0').slice(0, digits)).toString(), currency }
}

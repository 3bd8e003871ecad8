// Says a message: fills placeholders and plurals of an ICU MessageFormat subset, the same in browser, server, mail and PDF.

/** The four languages of the interface, in the order the switcher shows them. */
export const languages = ['ky', 'ru', 'en', 'ko'] as const
export type Language = (typeof languages)[number]

export const isLanguage = (text: string | undefined): text is Language => languages.includes(text as Language)

/** What may fill a placeholder. A plural takes a number (or a bigint). */
export type Filling = Readonly<Record<string, string | number | bigint>>

/** Messages of one language by key: `{"bids.count": "{n, plural, one {# bid} other {# bids}}"}`. */
export type Catalogue = Readonly<Record<string, string>>

export type PluralForm = 'one' | 'few' | 'many' | 'other'

/** The plural forms a language needs for whole numbers (CLDR); a message with a plural gives exactly these. */
export const pluralForms: Readonly<Record<Language, readonly PluralForm[]>> = {
  ky: ['one', 'other'],
  ru: ['one', 'few', 'many', 'other'],
  en: ['one', 'other'],
  ko: ['other'],
}

/** The form a whole number takes (CLDR cardinal rules). Fractions take `other`. */
export function pluralForm(language: Language, count: number | bigint): PluralForm {
  if (typeof count === 'number' && !Number.isInteger(count)) return 'other'
  const n = count < 0 ? -BigInt(count) : BigInt(count)
  if (language === 'ko') return 'other'
  if (language !== 'ru') return n === 1n ? 'one' : 'other'
  const tens = n % 100n
  const ones = n % 10n
  if (ones === 1n && tens !== 11n) return 'one'
  if (ones >= 2n && ones <= 4n && (tens < 12n || tens > 14n)) return 'few'
  return 'many'
}

/** A message taken apart: text, a placeholder, or a plural with a message per form. */
export type Part =
  | string
  | { readonly name: string }
  | { readonly plural: string; readonly forms: Readonly<Partial<Record<PluralForm | `=${number}`, readonly Part[]>>> }

const taken = new Map<string, readonly Part[]>()

/** Takes a message apart. Throws a SyntaxError that names the message when a brace or a form is missing. */
export function takeApart(message: string): readonly Part[] {
  const known = taken.get(message)
  if (known) return known
  const [parts, end] = readParts(message, 0, undefined)
  if (end !== message.length) throw new SyntaxError(`stray } in message: ${message}`)
  taken.set(message, parts)
  return parts
}

function readParts(message: string, start: number, plural: string | undefined): [readonly Part[], number] {
  const parts: Part[] = []
  let text = ''
  let at = start
  const flush = () => {
    if (text) parts.push(text)
    text = ''
  }
  while (at < message.length && message[at] !== '}') {
    const sign = message[at]
    if (sign === '#' && plural) {
      flush()
      parts.push({ name: plural })
      at += 1
    } else if (sign === '{') {
      flush()
      const simple = /^\{\s*(\w+)\s*\}/.exec(message.slice(at))
      const counted = /^\{\s*(\w+)\s*,\s*plural\s*,/.exec(message.slice(at))
      if (simple?.[1]) {
        parts.push({ name: simple[1] })
        at += simple[0].length
      } else if (counted?.[1]) {
        const [forms, end] = readForms(message, at + counted[0].length, counted[1])
        parts.push({ plural: counted[1], forms })
        at = end
      } else throw new SyntaxError(`unknown placeholder in message: ${message}`)
    } else {
      text += sign
      at += 1
    }
  }
  flush()
  return [parts, at]
}

function readForms(message: string, start: number, name: string): [Record<string, readonly Part[]>, number] {
  const forms: Record<string, readonly Part[]> = {}
  let at = start
  for (;;) {
    const space = /^\s*/.exec(message.slice(at))?.[0].length ?? 0
    at += space
    if (message[at] === '}') break
    const form = /^(one|few|many|other|=\d+)\s*\{/.exec(message.slice(at))
    if (!form?.[1]) throw new SyntaxError(`plural without forms in message: ${message}`)
    const [parts, end] = readParts(message, at + form[0].length, name)
    if (message[end] !== '}') throw new SyntaxError(`unclosed form in message: ${message}`)
    forms[form[1]] = parts
    at = end + 1
  }
  if (!forms.other) throw new SyntaxError(`plural without "other" in message: ${message}`)
  return [forms, at + 1]
}

/**
 * Fills a message. Numbers inside a plural are grouped by `number` (the country's form).
 * A placeholder that nobody fills stays visible as `{name}`: a gap is seen, never silently dropped.
 */
export function fill(
  language: Language,
  message: string,
  filling: Filling = {},
  number = String as (n: number | bigint) => string,
): string {
  return join(takeApart(message), language, filling, number)
}

function join(
  parts: readonly Part[],
  language: Language,
  filling: Filling,
  number: (n: number | bigint) => string,
): string {
  let text = ''
  for (const part of parts) {
    if (typeof part === 'string') text += part
    else if ('name' in part) {
      const value = filling[part.name]
      text += value === undefined ? `{${part.name}}` : typeof value === 'string' ? value : number(value)
    } else {
      const count = filling[part.plural]
      const whole = typeof count === 'string' ? Number(count) : (count ?? 0)
      const forms = part.forms
      const chosen = forms[`=${Number(whole)}`] ?? forms[pluralForm(language, whole)] ?? forms.other ?? []
      text += join(chosen, language, filling, number)
    }
  }
  return text
}

/** Makes nested JSON flat: `{"a": {"b": "x"}}` becomes `{"a.b": "x"}`, under a prefix where one is given. */
export function flatten(words: unknown, prefix = ''): Record<string, string> {
  const flat: Record<string, string> = {}
  for (const [key, value] of Object.entries(words as Record<string, unknown>)) {
    const path = prefix ? `${prefix}.${key}` : key
    if (typeof value === 'string') flat[path] = value
    else if (value && typeof value === 'object') Object.assign(flat, flatten(value, path))
  }
  return flat
}

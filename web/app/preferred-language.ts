// Which language a reader wants when the address names none.
import { isLanguage, type Language } from '../words/say.ts'

/** The cookie's language, else the best of Accept-Language among those offered, else the first offered. */
export function preferredLanguage(headers: Headers, offered: readonly Language[]): Language {
  const kept = /(?:^|;\s*)language=(\w+)/.exec(headers.get('Cookie') ?? '')?.[1]
  if (isLanguage(kept) && offered.includes(kept)) return kept
  const wanted = (headers.get('Accept-Language') ?? '')
    .slice(0, 500)
    .split(',')
    .map((part) => {
      const [tag = '', ...rest] = part.trim().toLowerCase().split(';')
      const weight = /^\s*q=([\d.]+)/.exec(rest.join(';'))?.[1]
      return { tag: tag.split('-')[0] ?? '', weight: weight === undefined ? 1 : Number(weight) }
    })
    .filter(({ weight }) => weight > 0)
    .sort((a, b) => b.weight - a.weight)
  for (const { tag } of wanted) if (isLanguage(tag) && offered.includes(tag)) return tag
  return offered[0] ?? 'en'
}

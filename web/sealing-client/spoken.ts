// The words of the sealing client's own pages, in the reader's language: chosen by the address, else by the browser, changed on the page.
import en from './words/en.json' with { type: 'json' }
import ko from './words/ko.json' with { type: 'json' }
import ky from './words/ky.json' with { type: 'json' }
import ru from './words/ru.json' with { type: 'json' }

const catalogues: Readonly<Record<Spoken, Readonly<Record<string, string>>>> = { ky, ru, en, ko }
type Spoken = 'ky' | 'ru' | 'en' | 'ko'
const isSpoken = (text: string | null): text is Spoken => text !== null && Object.hasOwn(catalogues, text)

let language: Spoken = 'en'
export const languageNow = (): Spoken => language
export const say = (key: string): string => catalogues[language][key] ?? key

/** A text that stands in several languages, in the reader's or else in the tender's own. */
export const inOwnLanguage = (text: Readonly<Record<string, string>>, own: string): string =>
  text[language] ?? text[own] ?? Object.values(text)[0] ?? ''

/** An element of the page. Throws when the page has none of this id. */
export function element<T extends HTMLElement>(id: string): T {
  const found = document.getElementById(id)
  if (!found) throw new Error(`no element ${id}`)
  return found as T
}

export function made(tag: string, text: string, kind = ''): HTMLElement {
  const one = document.createElement(tag)
  one.textContent = text
  if (kind !== '') one.className = kind
  return one
}

/** Fills the page with words now and whenever another language is chosen; `then` says again what the page says by itself. */
export function speak(then: () => void): void {
  const asked = new URLSearchParams(location.search).get('l')
  const own = navigator.languages.map((each) => each.slice(0, 2)).find(isSpoken)
  language = isSpoken(asked) ? asked : (own ?? 'en')
  const select = element<HTMLSelectElement>('language')
  select.value = language
  const fill = (): void => {
    document.documentElement.lang = language
    for (const place of document.querySelectorAll<HTMLElement>('[data-say]'))
      place.textContent = say(place.dataset.say ?? '')
    document.title = `Naru: ${document.querySelector('h1')?.textContent ?? ''}`
    then()
  }
  select.addEventListener('change', () => {
    if (isSpoken(select.value)) language = select.value
    fill()
  })
  fill()
}

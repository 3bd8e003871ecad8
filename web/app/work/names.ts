// Names and texts of several languages as one reader sees them.
import type { Speech } from '../../speech.ts'

type InLanguages = Readonly<Partial<Record<string, string>>>

/** A text in the reader's language, else in the case's own, else in any. */
export const inWords = (text: InLanguages | null | undefined, language: string, prevailing = ''): string =>
  text?.[language] ?? text?.[prevailing] ?? Object.values(text ?? {})[0] ?? ''

/** The name of an organisation of a view. */
export const organisationName = (
  names: { readonly organisations: Readonly<Record<string, InLanguages>> },
  id: string,
  speech: Pick<Speech, 'language'>,
): string => inWords(names.organisations[id], speech.language) || id.slice(0, 8)

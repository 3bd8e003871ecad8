// Text in several languages, as the case publishes it; the prevailing language of the case must be among them.
import { z } from 'zod'

export const languageSchema = z.enum(['ky', 'ru', 'en', 'ko'])
export type Language = z.infer<typeof languageSchema>

/** Trimmed text of a bounded length; control characters are refused so that nothing typed can hide in a document. */
export const textSchema = (longest: number) =>
  z
    .string()
    .trim()
    .min(1)
    .max(longest)
    // biome-ignore lint/suspicious/noControlCharactersInRegex: these are what is refused
    .refine((value) => !/[\u0000-\u0008\u000b\u000c\u000e-\u001f\u007f]/.test(value), { error: 'controlCharacters' })
    .refine((value) => value.isWellFormed(), { error: 'controlCharacters' })

/** The same text in one or more languages. */
export const languageTextSchema = (longest: number) =>
  z
    .partialRecord(languageSchema, textSchema(longest))
    .refine((value) => Object.keys(value).length > 0, { error: 'required' })
export type LanguageText = Partial<Record<Language, string>>

/** The text in the reader's language, else in the prevailing one, else in any. */
export const inLanguage = (text: LanguageText, wanted: string, prevailing: string): string =>
  text[wanted as Language] ?? text[prevailing as Language] ?? Object.values(text)[0] ?? ''

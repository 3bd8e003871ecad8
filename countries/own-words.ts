// Terms of a country in a language that the screens do not speak: methods, steps and documents as its law and portals call them. Everything else falls back to the country's first screen language.
import mongolian from './mn/own-words/mn.json' with { type: 'json' }
import { toCyrillic } from './uz/cyrillic.ts'
import uzbek from './uz/own-words/uz.json' with { type: 'json' }

type Terms = Readonly<Record<string, string>>

/** By country and language tag; Uzbek has one catalogue in Latin script, the Cyrillic one follows from it. A native legal editor has not read them. */
export const ownWords = {
  uz: {
    'uz-Latn': uzbek as Terms,
    'uz-Cyrl': Object.fromEntries(Object.entries(uzbek).map(([key, text]) => [key, toCyrillic(text)])) as Terms,
  },
  mn: { mn: mongolian as Terms },
} as const

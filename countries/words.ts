// The words of each country: methods, steps, values, reasons and documents, flat by key, in every interface language.
import type { Basis } from '@naru/domain/refusal.ts'
import type { CountryName } from './packs.ts'
import fictiaEn from './fictia/words/en.json' with { type: 'json' }
import fictiaKo from './fictia/words/ko.json' with { type: 'json' }
import fictiaKy from './fictia/words/ky.json' with { type: 'json' }
import fictiaRu from './fictia/words/ru.json' with { type: 'json' }
import intEn from './int/words/en.json' with { type: 'json' }
import intKo from './int/words/ko.json' with { type: 'json' }
import intKy from './int/words/ky.json' with { type: 'json' }
import intRu from './int/words/ru.json' with { type: 'json' }
import kgEn from './kg/words/en.json' with { type: 'json' }
import kgKo from './kg/words/ko.json' with { type: 'json' }
import kgKy from './kg/words/ky.json' with { type: 'json' }
import kgRu from './kg/words/ru.json' with { type: 'json' }
import krEn from './kr/words/en.json' with { type: 'json' }
import krKo from './kr/words/ko.json' with { type: 'json' }
import krKy from './kr/words/ky.json' with { type: 'json' }
import krRu from './kr/words/ru.json' with { type: 'json' }
import mnEn from './mn/words/en.json' with { type: 'json' }
import mnKo from './mn/words/ko.json' with { type: 'json' }
import mnKy from './mn/words/ky.json' with { type: 'json' }
import mnRu from './mn/words/ru.json' with { type: 'json' }
import uzEn from './uz/words/en.json' with { type: 'json' }
import uzKo from './uz/words/ko.json' with { type: 'json' }
import uzKy from './uz/words/ky.json' with { type: 'json' }
import uzRu from './uz/words/ru.json' with { type: 'json' }

/** The interface languages every country has words in. */
export const languages = ['ky', 'ru', 'en', 'ko'] as const
export type Language = (typeof languages)[number]

/**
 * Sentences by key, e.g. `method.kg-quotation.name`, `step.bids.explanation`, `value.kg.standstill`, `document.contractDraft`,
 * and `basis.` followed by the citation or reason as the law files write it.
 */
export type CountryWords = Readonly<Record<string, string>>

/** Words by country and language; every language of a country has the same keys. */
export const words: Readonly<Record<CountryName, Readonly<Record<Language, CountryWords>>>> = {
  fictia: { ky: fictiaKy, ru: fictiaRu, en: fictiaEn, ko: fictiaKo },
  kg: { ky: kgKy, ru: kgRu, en: kgEn, ko: kgKo },
  kr: { ky: krKy, ru: krRu, en: krEn, ko: krKo },
  uz: { ky: uzKy, ru: uzRu, en: uzEn, ko: uzKo },
  mn: { ky: mnKy, ru: mnRu, en: mnEn, ko: mnKo },
  int: { ky: intKy, ru: intRu, en: intEn, ko: intKo },
}

/** An article, or the reason for an assumption, in the reader's language; as it stands in the law file where it has no words. */
export function basisInWords(basis: Basis, known: CountryWords): string {
  const text = 'law' in basis ? basis.law : basis.assumed
  return known[`basis.${text}`] ?? text
}

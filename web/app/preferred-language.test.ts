import { expect, it } from 'vitest'
import { preferredLanguage } from './preferred-language.ts'

const offered = ['ky', 'ru', 'en', 'ko'] as const
const ask = (accept?: string, cookie?: string) =>
  preferredLanguage(
    new Headers({ ...(accept && { 'Accept-Language': accept }), ...(cookie && { Cookie: cookie }) }),
    offered,
  )

it('keeps what the reader chose before', () => expect(ask('ko', 'a=1; language=ru')).toBe('ru'))
it('ignores a chosen language that is not offered', () => expect(ask('ko', 'language=xx')).toBe('ko'))
it('takes the browser by weight, not by order', () => expect(ask('fr, ru;q=0.5, en-GB;q=0.8')).toBe('en'))
it('leaves out languages of weight zero', () => expect(ask('ru;q=0, ko;q=0.1')).toBe('ko'))
it('falls to the first language of the country', () => expect(ask('fr-FR')).toBe('ky'))
it('survives nonsense', () => expect(ask(';;q=,,=;q=x')).toBe('ky'))

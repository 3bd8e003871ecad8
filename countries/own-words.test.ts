// A country's own terms name only what the country has, all its methods and steps among them, each in its own script.
import { expect, it } from 'vitest'
import { ownWords } from './own-words.ts'
import { packs } from './packs.ts'
import { words } from './words.ts'

it.each(['uz', 'mn'] as const)('%s', (country) => {
  const needed = [
    'country.name',
    ...packs[country].regimes.map((each) => `regime.${each.id}`),
    ...packs[country].methods.flatMap((each) => [
      `method.${each.id}.name`,
      ...each.steps.map(({ step }) => `step.${step}.name`),
    ]),
  ]
  for (const [language, terms] of Object.entries(ownWords[country])) {
    const keys = Object.keys(terms)
    expect(
      keys.filter((key) => !(key in words[country].en)),
      language,
    ).toEqual([])
    expect(
      needed.filter((key) => !terms[key]?.trim()),
      language,
    ).toEqual([])
    const script = language === 'uz-Latn' ? /^[^А-яЁё]+$/ : /^[^A-Za-z]+$/
    for (const [key, text] of Object.entries(terms)) expect(text, key).toMatch(script)
  }
})

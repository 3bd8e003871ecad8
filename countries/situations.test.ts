// Plays every situation of every country and checks the article it cites; a legal value that no situation touches fails.
import { readdirSync, readFileSync } from 'node:fs'
import { describe, expect, it } from 'vitest'
import { parse } from 'yaml'
import { type CountryName, packs } from './packs.ts'
import { answer, citationsOf, nearMissOf, type Situation, situationSchema } from './situations.ts'

const folder = (country: string) => new URL(`./${country}/situations/`, import.meta.url)
const situationsOf = (country: string): Situation[] =>
  readdirSync(folder(country))
    .filter((file) => file.endsWith('.yaml'))
    .flatMap((file) => situationSchema.array().parse(parse(readFileSync(new URL(file, folder(country)), 'utf8'))))

describe.each(Object.keys(packs) as CountryName[])('situations of %s', (country) => {
  const pack = packs[country]
  const situations = situationsOf(country)

  it.each(situations.map((each) => [each.situation, each] as const))('%s', (_name, situation) => {
    expect(answer(pack, situation.given, situation.expect)).toEqual(situation.expect)
    const near = nearMissOf(situation)
    expect(answer(pack, near, situation.nearMiss.expect)).toEqual(situation.nearMiss.expect)
    expect(citationsOf(situation, pack)).toContain(situation.article)
  })

  it('are at least twelve, and each name is used once', () => {
    expect(situations.length).toBeGreaterThanOrEqual(12)
    expect(new Set(situations.map((each) => each.situation)).size).toBe(situations.length)
  })

  it('touch every legal value', () => {
    const touched = new Set(situations.flatMap((each) => each.tests))
    expect(pack.values.map((each) => each.key).filter((key) => !touched.has(key))).toEqual([])
  })

  it('change something in every near miss', () => {
    for (const { situation, given, nearMiss } of situations) {
      const changed = Object.entries(nearMiss.but).some(
        ([key, value]) => JSON.stringify(value) !== JSON.stringify(given[key as keyof typeof given]),
      )
      expect(changed, situation).toBe(true)
    }
  })
})

// docs/starting-a-country.md leads from the copy to a country whose situations hold: the page is walked as it stands, in a folder of its own.
import { execFileSync } from 'node:child_process'
import { cpSync, mkdirSync, mkdtempSync, readdirSync, readFileSync, rmSync, symlinkSync, writeFileSync } from 'node:fs'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { afterAll, beforeAll, expect, it, vi } from 'vitest'
import { packs } from './packs.ts'

// Each look at the country is a program of its own; on a busy machine several of them take longer than a test may.
vi.setConfig({ testTimeout: 120_000, hookTimeout: 60_000 })

const here = import.meta.dirname
const page = readFileSync(join(here, '..', 'docs', 'starting-a-country.md'), 'utf8')
const home = mkdtempSync(join(tmpdir(), 'naru-country-'))
const countries = join(home, 'countries')
const country = join(countries, 'xx')

/** A block of code of the page that holds a text. */
function block(language: string, text: string): string {
  const found = [...page.matchAll(/```(\w*)\n([\s\S]*?)```/g)].find(
    ([, written, code]) => written === language && code?.includes(text),
  )
  if (!found?.[2]) throw new Error(`the page shows no ${language} with ${text}`)
  return found[2]
}

const edit = (file: string, change: (text: string) => string): void => {
  const text = readFileSync(file, 'utf8')
  const changed = change(text)
  if (changed === text) throw new Error(`nothing changed in ${file}`)
  writeFileSync(file, changed)
}
const filesOf = (folder: string): string[] =>
  readdirSync(folder, { recursive: true, withFileTypes: true })
    .filter((each) => each.isFile())
    .map((each) => join(each.parentPath, each.name))

/** What the walker prints: faults of the pack, then each situation as answered and as expected, and what none of them touches. */
const walker = `
import { readdirSync, readFileSync } from 'node:fs'
import { isDeepStrictEqual } from 'node:util'
import { parse } from 'yaml'
import { packFaults } from './check.ts'
import { packs } from './packs.ts'
import { answer, citationsOf, nearMissOf, situationSchema } from './situations.ts'
import { words } from './words.ts'
const folder = new URL('./xx/situations/', import.meta.url)
const situations = readdirSync(folder).flatMap((file) => situationSchema.array().parse(parse(readFileSync(new URL(file, folder), 'utf8'))))
const holds = (given, expected) => {
  try {
    return isDeepStrictEqual(answer(pack, given, expected), expected)
  } catch {
    return false
  }
}
const pack = packs.xx
const touched = new Set(situations.flatMap((each) => each.tests))
console.log(JSON.stringify({
  faults: packFaults(pack),
  wrong: situations.filter((each) => !holds(each.given, each.expect) || !holds(nearMissOf(each), each.nearMiss.expect)).map((each) => each.situation),
  uncited: situations.filter((each) => !citationsOf(each, pack).includes(each.article)).map((each) => each.situation),
  count: situations.length,
  untouched: pack.values.map((each) => each.key).filter((key) => !touched.has(key)),
  name: words.xx.en['country.name'],
  ids: pack.methods.map((each) => each.id),
}))
`
interface Walked {
  readonly faults: readonly { readonly key: string }[]
  readonly wrong: readonly string[]
  readonly uncited: readonly string[]
  readonly count: number
  readonly untouched: readonly string[]
  readonly name: string
  readonly ids: readonly string[]
}
const walk = (): Walked =>
  JSON.parse(execFileSync(process.execPath, [join(countries, 'walk.ts')], { encoding: 'utf8' })) as Walked

beforeAll(() => {
  mkdirSync(countries)
  symlinkSync(join(here, '..', 'node_modules'), join(home, 'node_modules'))
  cpSync(here, countries, {
    recursive: true,
    filter: (from) => !/node_modules|dist-types|\.test\.ts$/.test(from),
  })
  // "Copy countries/fictia to countries/<cc>, write <cc> wherever the copy says fictia"
  cpSync(join(countries, 'fictia'), country, { recursive: true })
  for (const file of filesOf(country)) {
    const text = readFileSync(file, 'utf8')
    writeFileSync(file, text.replaceAll('fictia', 'xx'))
  }
  // "Then name the country in packs.ts, words.ts and outage.ts"
  edit(join(countries, 'packs.ts'), (text) =>
    text
      .replace("import { fictia } from './fictia/pack.ts'", (line) => `${line}\nimport { xx } from './xx/pack.ts'`)
      .replace('{ fictia,', '{ fictia, xx,'),
  )
  edit(join(countries, 'words.ts'), (text) =>
    text
      .replaceAll(/import fictia(\w\w) from '\.\/fictia\/.*\n/g, (line) => line + line.replaceAll('fictia', 'xx'))
      .replace(/ {2}fictia: .*\n/, (line) => line + line.replaceAll('fictia', 'xx')),
  )
  edit(join(countries, 'outage.ts'), (text) => `${text}\nexport const xxOutage = fictiaOutage\n`)
  writeFileSync(join(countries, 'walk.ts'), walker)
})
afterAll(() => rmSync(home, { recursive: true, force: true }))

it('the copy is a country: whole, every situation of Fictia holds under the new name', () => {
  const walked = walk()
  expect(walked).toMatchObject({ faults: [], wrong: [], uncited: [], untouched: [], name: 'Fictia' })
  expect(walked.ids).toEqual(packs.fictia.methods.map((each) => each.id.replace('fictia', 'xx')))
  expect(walked.count).toBeGreaterThanOrEqual(12)
})

it('the legal value and the situation of the page, put where it says, hold', () => {
  const before = walk().count
  const value = block('ts', "'xx.standstill'")
  edit(join(country, 'law', 'periods.ts'), (text) =>
    text.replace(/export const standstill = [\s\S]*?\n\]\)\n/, () => value),
  )
  // "Every situation that counted with Fictia's number now fails by its name: count it anew, or take it away."
  const failing = walk()
  const named = new Set([...failing.wrong, ...failing.uncited])
  expect(named.size).toBeGreaterThan(0)
  for (const file of filesOf(join(country, 'situations')))
    writeFileSync(
      file,
      readFileSync(file, 'utf8')
        .split(/(?=^- situation: )/m)
        .filter((each) => ![...named].some((name) => each.startsWith(`- situation: ${name}\n`)))
        .join(''),
    )
  const left = walk()
  expect(left).toMatchObject({ wrong: [], uncited: [], count: before - named.size })
  expect(left.untouched).toContain('xx.standstill')
  writeFileSync(join(country, 'situations', 'standstill.yaml'), block('yaml', 'xx.standstill'))
  const after = walk()
  expect(after).toMatchObject({ faults: [], wrong: [], uncited: [], count: left.count + 1 })
  expect(after.untouched).toEqual(left.untouched.filter((key) => key !== 'xx.standstill'))
})

it('a change of law is one appended entry and one situation, as the page says; the day before stays', () => {
  edit(join(country, 'law', 'periods.ts'), (text) =>
    text.replace(
      /('xx\.standstill', 'award', \[\n.*\n)/,
      (head) =>
        `${head}  { from: '2027-01-01', value: workingDays(3), law: 'Procurement Law, art. 31(2), as amended' },\n`,
    ),
  )
  writeFileSync(
    join(country, 'situations', 'amended.yaml'),
    `- situation: A notice on the day of the amendment
  tests: [xx.standstill]
  article: Procurement Law, art. 31(2), as amended
  given: { method: xx-open, category: goods, value: 80 000, day: 2027-01-01, decided: 2027-02-01 11:00 }
  expect: { contractFrom: 2027-02-05 00:00 }
  consequence: Three working days.
  nearMiss:
    but: { day: 2026-12-31 }
    expect: { contractFrom: 2027-02-09 00:00 }
    because: A notice of the day before keeps five working days.
`,
  )
  expect(walk()).toMatchObject({ faults: [], wrong: [], uncited: [] })
})

it('a fault that a stranger makes is named by its key', () => {
  edit(join(country, 'law', 'periods.ts'), (text) => text.replace("law: 'Procurement Law, art. 31(2)' }", "law: '' }"))
  expect(walk().faults).toMatchObject([{ key: 'xx.standstill', fault: expect.stringContaining('neither an article') }])
})

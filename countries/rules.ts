// Writes RULES.md as text: each article with the file that holds it and the situations that test it, and every value that has no article.
import type { Method } from '@naru/domain/method.ts'
import type { OutageRule, Shift } from '@naru/domain/outage.ts'
import { type Dated, type Pack, resolve } from '@naru/domain/pack.ts'
import type { Basis } from '@naru/domain/refusal.ts'
import type { Situation } from './situations.ts'

/** One country as the generator sees it: the pack, its English words, its situations with their files, and where a name stands in the sources. */
export interface CountrySource {
  readonly pack: Pack
  readonly words: Readonly<Record<string, string>>
  readonly situations: readonly { readonly file: string; readonly situation: Situation }[]
  readonly fileOf: (name: string) => string
}

const cell = (text: string): string => text.replaceAll('|', '\\|').replaceAll('\n', ' ')
const row = (...cells: readonly string[]): string => `| ${cells.map(cell).join(' | ')} |`
const table = (head: readonly string[], rows: readonly string[]): readonly string[] =>
  rows.length === 0 ? ['None.'] : [row(...head), row(...head.map(() => '---')), ...rows]

/** A legal value in a few words: a period, a sum, a choice, or what an award rule reads. */
export function valueInWords(value: unknown): string {
  if (value === null) return 'none'
  if (typeof value !== 'object') return String(value)
  if ('unit' in value && 'count' in value) {
    const unit = { hours: 'hours', calendarDays: 'calendar days', workingDays: 'working days' }[String(value.unit)]
    const words = unit ?? String(value.unit)
    return `${String(value.count)} ${value.count === 1 ? words.slice(0, -1) : words}`
  }
  if ('amount' in value && 'currency' in value)
    return `${String(value.amount)} smallest units of ${String(value.currency)}`
  if ('bands' in value && Array.isArray(value.bands)) return `table of ${value.bands.length} rows`
  return Object.entries(value)
    .map(([name, part]) => `${name} ${typeof part === 'object' ? JSON.stringify(part) : String(part)}`)
    .join(', ')
}

const tested = (source: CountrySource, name: string): string =>
  source.situations
    .filter(({ situation }) => situation.tests.includes(name))
    .map(({ file, situation }) => `[${situation.situation}](${file})`)
    .join('; ') || 'none'

const link = (file: string): string => `[${file.slice(file.lastIndexOf('/') + 1)}](${file})`

function lawRows(source: CountrySource, value: Dated<unknown>): readonly string[] {
  return value.entries.flatMap((entry) =>
    'law' in entry
      ? [
          row(
            entry.law,
            source.words[`value.${value.key}`] ?? value.key,
            valueInWords(entry.value),
            entry.from,
            link(source.fileOf(value.key)),
            tested(source, value.key),
          ),
        ]
      : [],
  )
}

function assumedRows(source: CountrySource, value: Dated<unknown>): readonly string[] {
  return value.entries.flatMap((entry) => {
    if ('law' in entry) return []
    const taken = resolve(value, entry.from, 'sandbox')
    const basis = taken.basis
    const from = 'assumed' in basis ? basis.from : ''
    return [
      row(
        `\`${value.key}\``,
        source.words[`value.${value.key}`] ?? value.key,
        entry.why,
        `${valueInWords(taken.value)} (${from}: ${entry.candidates.find((each) => each.from === from)?.source ?? ''})`,
        entry.from,
        link(source.fileOf(value.key)),
        tested(source, value.key),
      ),
    ]
  })
}

const inWords = (basis: Basis): string => ('law' in basis ? basis.law : `${basis.assumed} (assumed: ${basis.from})`)

const methodLines = (source: CountrySource, method: Method): readonly string[] => [
  `#### ${source.words[`method.${method.id}.name`] ?? method.id}`,
  '',
  `\`${method.id}\` version ${method.version}, from ${method.from}, ${link(source.fileOf(method.id))}. ${inWords(method.article)}`,
  '',
  ...method.steps.map((each) => `- ${source.words[`step.${each.step}.name`] ?? each.step}: ${inWords(each.basis)}`),
  ...method.ifItFails.map(
    (each) =>
      `- If it fails (${each.when}): ${source.words[`failure.${each.then}.name`] ?? each.then}: ${inWords(each.basis)}`,
  ),
  '',
  `Situations: ${tested(source, method.id)}`,
  '',
]

/** The outage rule in words: where a deadline goes when the submission path was down. */
function outageInWords(rule: OutageRule): string {
  const hours = ({ deadline, opening }: Shift): string => `${deadline} hours (opening ${opening})`
  return [
    `an outage of at most ${rule.shortMinutes} minutes: recovery notice + ${hours(rule.short)}`,
    `a longer one: recovery notice + ${hours(rule.long)}`,
    `a deadline within ${rule.afterMinutes} minutes after the recovery: + ${hours(rule.after)}`,
    `beyond ${rule.office.from}-${rule.office.until} or on a closed day: ${rule.resume} of the next working day`,
  ].join('; ')
}

const outageLines = (source: CountrySource): readonly string[] =>
  source.pack.outage.entries.map((entry) => {
    const file = link('countries/outage.ts')
    if ('law' in entry)
      return `- ${outageInWords(entry.value)}. ${entry.law}, from ${entry.from}, ${file}. Tests: [outage.test.ts](countries/outage.test.ts)`
    const { value, basis } = resolve(source.pack.outage, entry.from, 'sandbox')
    const words = value === null ? 'none' : outageInWords(value)
    const from = 'assumed' in basis ? basis.from : ''
    return `- Assumed (${from}), live mode moves nothing: ${words}. ${entry.why} From ${entry.from}, ${file}. Tests: [outage.test.ts](countries/outage.test.ts)`
  })

const countryLines = (source: CountrySource): readonly string[] => {
  const { pack, words } = source
  const assumed = pack.values.flatMap((value) => assumedRows(source, value))
  return [
    `## ${words['country.name'] ?? pack.country}`,
    '',
    ...pack.regimes.map((each) => `- ${words[`regime.${each.id}`] ?? each.id}`),
    '',
    '### Values with an article',
    '',
    ...table(
      ['Article', 'Value', 'Says', 'From', 'File', 'Situations'],
      pack.values.flatMap((value) => lawRows(source, value)).toSorted(),
    ),
    '',
    `### Assumed values: ${assumed.length}`,
    '',
    'The law could not be read for these. Live mode has no value and refuses to publish; the sandbox takes the one shown and says so.',
    '',
    ...table(['Key', 'Value', 'What is missing', 'Taken in the sandbox', 'From', 'File', 'Situations'], assumed),
    '',
    '### When the submission path was down',
    '',
    ...outageLines(source),
    '',
    '### Methods',
    '',
    ...pack.methods.flatMap((method) => methodLines(source, method)),
  ]
}

/** The whole of RULES.md. */
export const rulesText = (sources: readonly CountrySource[]): string =>
  `${[
    '# Rules',
    '',
    'Written by `npm run rules` from the countries; do not edit. Article → file → the situations that test it. What the law leaves open or',
    'could not be read stands under "Assumed values" with the reason. A value that changes gets a new line with its day; old cases keep theirs.',
    '',
    ...sources.flatMap(countryLines),
  ]
    .join('\n')
    .trimEnd()}\n`

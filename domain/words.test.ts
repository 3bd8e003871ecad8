import { globSync, readFileSync } from 'node:fs'
import { join } from 'node:path'
import { voidCodes } from '@naru/sealing/core.ts'
import { describe, expect, it } from 'vitest'
import { roles } from './actor.ts'
import { withdrawalGrounds } from './award/after-award.ts'
import { parameterWords } from './award/parameter-words.ts'
import { awardRuleNames, rankingReasons } from './award/rules.ts'
import { acts, factTypes } from './catalogue.ts'
import type { FailureStep } from './method.ts'
import { organisationKinds } from './organisation/facts.ts'
import { categories } from './pack.ts'
import { type Basis, refusalCodes } from './refusal.ts'
import type { Moment } from './schedule.ts'
import type { CloseStatus } from './sealing-port.ts'
import { spokenFacts } from './spoken.ts'
import { attemptKinds } from './tender/attempts.ts'
import { conditionSchema, documentSchema, methodChoiceSchema } from './tender/content.ts'
import { failureReasons } from './tender/facts.ts'
import type { Stage } from './tender/tender.ts'
import type { MethodVerdict } from './terms.ts'
import type { Period } from './time.ts'

const languages = ['ky', 'ru', 'en', 'ko'] as const
type Words = Readonly<Record<string, string>>
const words = Object.fromEntries(
  languages.map((language) => [
    language,
    JSON.parse(readFileSync(join(import.meta.dirname, 'words', `${language}.json`), 'utf8')),
  ]),
) as Record<(typeof languages)[number], Words>

// A union that gains or loses a member does not compile here until the table says so.
const every = <Member extends string>(table: Record<Member, true>): string[] => Object.keys(table)
const moments = every<Moment>({
  published: true,
  'questions-end': true,
  amended: true,
  deadline: true,
  closed: true,
  'opened-technical': true,
  opened: true,
  evaluated: true,
  ranked: true,
  awarded: true,
  'award-withdrawn': true,
  'standstill-end': true,
  'contract-due': true,
  contracted: true,
  failed: true,
  cancelled: true,
})
const stages = every<Stage>({
  preparing: true,
  approved: true,
  published: true,
  closed: true,
  opened: true,
  ranked: true,
  awarded: true,
  failed: true,
  cancelled: true,
})
const closeStatuses = every<CloseStatus>({
  live: true,
  superseded: true,
  withdrawn: true,
  late: true,
  duplicate: true,
  orphaned: true,
  cancelled: true,
})
const next = every<FailureStep['then']>({
  're-bid': true,
  're-notice': true,
  'private-contract': true,
  'new-tender': true,
})
const when = every<FailureStep['when']>({
  'no-winner': true,
  'no-bidder': true,
  'too-few-bidders': true,
  'renotice-failed': true,
  any: true,
})
const because = every<MethodVerdict['because']>({
  default: true,
  'within-ceiling': true,
  'above-ceiling': true,
  'below-least': true,
  category: true,
  unconfirmed: true,
})
const units = every<Period['unit']>({ hours: true, calendarDays: true, workingDays: true })
const assumedFrom = every<Extract<Basis, { assumed: string }>['from']>({
  'observed-practice': true,
  'repealed-law': true,
  'international-default': true,
  design: true,
})

const root = join(import.meta.dirname, '..')
const sources = globSync(['domain/**/*.ts', 'server/**/*.ts'], { cwd: root })
  .filter((file) => !/dist-types|node_modules|\.test\.ts$/.test(file))
  .map((file) => readFileSync(join(root, file), 'utf8'))

/** Codes of invalid input that the sources give: `code: 'x'` beside a path, messages of schemas, and the table of the edge. */
function invalidCodes(): string[] {
  const codes = new Set<string>()
  for (const source of sources) {
    for (const [, given] of source.matchAll(/path(?:: (?:'[^']*'|`[^`]*`|\w+))?,\s*code: ([^,}\n]*)/g))
      for (const [, code] of (given ?? '').matchAll(/'([a-zA-Z]+)'/g)) if (code) codes.add(code)
    for (const [, code] of source.matchAll(/'invalid\.([a-zA-Z]+)'/g)) if (code) codes.add(code)
    for (const [, code] of source.matchAll(/error: '(controlCharacters|required)' \}/g)) if (code) codes.add(code)
  }
  // The edge names what never reaches a schema.
  codes.add('tooLarge')
  codes.add('tooMany')
  const edge = readFileSync(join(root, 'server/http/input.ts'), 'utf8')
  const table = /const codes[^{]*\{([^}]*)\}/.exec(edge)?.[1] ?? ''
  for (const [, code] of table.matchAll(/: '([a-zA-Z]+)'/g)) if (code) codes.add(code)
  return [...codes]
}

/** Statuses of the public list, as the search accepts them. */
function statuses(): string[] {
  const search = readFileSync(join(root, 'server/read/search.ts'), 'utf8')
  const list = /status: z\.enum\(\[([^\]]*)\]/.exec(search)?.[1] ?? ''
  return [...list.matchAll(/'([a-z]+)'/g)].map(([, status]) => status ?? '')
}

const expected = (): string[] => [
  ...refusalCodes.map((code) => `refusal.${code}`),
  ...invalidCodes().map((code) => `invalid.${code}`),
  ...[...roles, 'platform', 'legal-officer'].map((role) => `role.${role}`),
  ...acts.map((act) => `act.${act.name}`),
  ...Object.keys(factTypes).map((type) => `fact.${type}`),
  ...moments.map((moment) => `moment.${moment}`),
  ...stages.flatMap((stage) => [`stage.${stage}`, `stage.${stage}.meaning`]),
  ...statuses().map((status) => `status.${status}`),
  ...rankingReasons.map((reason) => `reason.${reason}`),
  ...voidCodes.map((code) => `void.${code}`),
  ...closeStatuses.map((status) => `closeStatus.${status}`),
  ...categories.map((category) => `category.${category}`),
  ...documentSchema.shape.kind.options.map((kind) => `documentKind.${kind}`),
  ...conditionSchema.shape.kind.options.map((kind) => `condition.${kind}`),
  ...methodChoiceSchema.shape.ground.options.map((ground) => `ground.${ground}`),
  ...because.map((verdict) => `because.${verdict}`),
  ...failureReasons.map((reason) => `failure.${reason}`),
  ...next.map((step) => `next.${step}`),
  ...when.map((condition) => `when.${condition}`),
  ...['law', ...assumedFrom].map((from) => `basis.${from}`),
  ...['clean', 'infected', 'not-scanned'].map((scan) => `scan.${scan}`),
  ...units.map((unit) => `unit.${unit}`),
  ...['agency', 'guardians'].map((group) => `group.${group}`),
  ...organisationKinds.map((kind) => `organisationKind.${kind}`),
  ...['drafted', 'consented', 'declined', 'concluded'].map((stage) => `contractStage.${stage}`),
  ...parameterWords,
  ...awardRuleNames.map((rule) => `rule.${rule}`),
  ...['until-deadline', 'none'].map((rule) => `withdrawal.${rule}`),
  ...['next-ranked', 'tender-fails'].map((rule) => `notSigned.${rule}`),
  ...withdrawalGrounds.map((ground) => `awardWithdrawn.${ground}`),
  ...attemptKinds.map((kind) => `attempt.${kind}`),
  'admission.registered-supplier',
]

const placeholders = (sentence: string): string[] =>
  [...sentence.matchAll(/\{(\w+)\}/g)].map(([, name]) => name ?? '').sort()

describe('words of the domain', () => {
  it.each(languages)(
    'LNG-01: every code, act, fact, role, moment, stage and reason has words in %s, and nothing else has',
    (language) => {
      expect(Object.keys(words[language]).sort()).toEqual([...new Set(expected())].sort())
    },
  )

  it('keep the same placeholders in every language', () => {
    for (const [key, english] of Object.entries(words.en))
      for (const language of languages)
        expect(placeholders(words[language][key] ?? ''), `${language} ${key}`).toEqual(placeholders(english))
  })

  it('are filled, trimmed, and in their own letters', () => {
    const letters = { ky: /[а-яёңөү]/i, ru: /[а-яё]/i, en: /[a-z]/i, ko: /[가-힣]/ }
    for (const language of languages)
      for (const [key, sentence] of Object.entries(words[language])) {
        expect(sentence, `${language} ${key}`).toMatch(letters[language])
        expect(sentence, `${language} ${key}`).toBe(sentence.trim())
        if (language === 'ru' || language === 'ky')
          expect(sentence, `${language} ${key}`).not.toMatch(/[a-z][а-яёңөү]|[а-яёңөү][a-z]/i)
      }
    // Kyrgyz that never uses its own letters would be Russian.
    const own = Object.values(words.ky).filter((sentence) => /[ңөү]/i.test(sentence)).length
    expect(own / Object.keys(words.ky).length).toBeGreaterThan(0.6)
  })

  it('end a refusal and an invalid field as a sentence', () => {
    for (const language of languages)
      for (const [key, sentence] of Object.entries(words[language]))
        if (/^(refusal|invalid|fact|reason|void|failure)\./.test(key))
          expect(sentence, `${language} ${key}`).toMatch(/[.»)]$/)
  })

  it('use only facts that the acts give', () => {
    const given = new Set(
      sources.flatMap((source) =>
        [...source.matchAll(/facts: \{([^}]*)\}/g)].flatMap(([, inner]) =>
          [...(inner ?? '').matchAll(/(\w+)/g)].map(([, name]) => name ?? ''),
        ),
      ),
    )
    for (const more of ['most', 'names', 'seconds']) given.add(more)
    for (const [key, sentence] of Object.entries(words.en))
      if (/^(refusal|invalid)\./.test(key))
        for (const name of placeholders(sentence)) expect(given, `${key} {${name}}`).toContain(name)
  })
})

describe('facts in a sentence', () => {
  const speaker = {
    word: (key: string) => words.ru[key],
    money: (amount: string, currency: string) => `<${amount} ${currency}>`,
  }
  it('say sums in their currency and codes in words', () => {
    const facts = {
      planned: '100000',
      asked: '250000',
      currency: 'KGS',
      role: 'approver',
      unit: 'workingDays',
      count: '3',
      because: 'above-ceiling',
    }
    expect(spokenFacts(facts, speaker)).toEqual({
      planned: '<100000 KGS>',
      asked: '<250000 KGS>',
      currency: 'KGS',
      role: 'Утверждающее лицо',
      unit: 'рабочих дней',
      count: '3',
      because: 'стоимость выше его предела',
    })
  })
  it('name an act where a credential lacks it, and leave what has no words', () => {
    expect(
      spokenFacts({ role: 'publish-tender', scan: 'elsewhere', price: '12', ratePercent: '88.75' }, speaker, 'KRW'),
    ).toEqual({
      role: 'Опубликовать объявление',
      scan: 'elsewhere',
      price: '<12 KRW>',
      ratePercent: '88.75',
    })
  })
})

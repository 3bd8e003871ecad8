// What every country must hold before it may be started: sound steps, words, calendars, identifiers; and that a change of law is one line.
import { describe, expect, it } from 'vitest'
import type { AwardParameters } from '@naru/domain/award/parameters.ts'
import { getBand } from '@naru/domain/award/qualification-review.ts'
import { awardRules, rank } from '@naru/domain/award/rules.ts'
import { kindsOf } from '@naru/domain/method.ts'
import { entryOn, type Pack, resolve } from '@naru/domain/pack.ts'
import { demand, lawfulMethods, resolveTerms, type Terms, unconfirmedValues } from '@naru/domain/terms.ts'
import { calendarSchema, isWorkingDay, periodSchema, shiftDay } from '@naru/domain/time.ts'
import { expectedDays } from './calendar.ts'
import year2026 from './kg/calendar/2026.json' with { type: 'json' }
import year2027 from './kg/calendar/2027.json' with { type: 'json' }
import { innDayExists } from './kg/numbers.ts'
import { stateReview } from './kr/law/qualification.ts'
import { businessNumberHolds } from './kr/numbers.ts'
import { okpoHolds } from './okpo.ts'
import { type CountryName, countryNames, packs } from './packs.ts'
import { valuesOf } from './values.ts'
import { basisInWords, languages, words } from './words.ts'

const day = '2026-11-23'
const purchase = (pack: Pack, amount: string, category: 'goods' | 'works' | 'services' = 'goods') => ({
  category,
  estimatedValue: { amount, currency: pack.currency },
  renotice: false,
})

/** Every citation and every reason for an assumption that a reader may meet, on any day, in the sandbox. */
const basesOf = (pack: Pack): readonly string[] =>
  [
    ...pack.methods.flatMap((each) => [
      each.article,
      ...each.steps.map((step) => step.basis),
      ...each.ifItFails.map((step) => step.basis),
    ]),
    ...pack.values.flatMap((value) => value.entries.map((entry) => resolve(value, entry.from, 'sandbox').basis)),
  ].map((basis) => ('law' in basis ? basis.law : basis.assumed))

describe.each(countryNames)('%s', (name: CountryName) => {
  const pack: Pack = packs[name]

  it('has an open tender and a quotation in its first regime', () => {
    const families = pack.methods.filter((each) => each.regime === pack.regimes[0]?.id).map((each) => each.family)
    expect(families).toContain('open')
    expect(families).toContain('quotation')
  })

  it('has methods with their own ids, known regimes, and steps in the order of a tender', () => {
    const order = [
      'plan',
      'approval',
      'base-amount',
      'questions',
      'bids',
      'opening',
      'draw',
      'evaluation',
      'review',
      'award',
      'abnormally-low',
      'standstill',
      'contract',
    ]
    expect(new Set(pack.methods.map((each) => each.id)).size).toBe(pack.methods.length)
    for (const method of pack.methods) {
      expect(pack.regimes.map((each) => each.id)).toContain(method.regime)
      const places = method.steps.map((each) => order.indexOf(each.step))
      expect(places, method.id).toEqual([...new Set(places)].toSorted((a, b) => a - b))
      expect(places).not.toContain(-1)
      for (const must of ['plan', 'approval', 'bids', 'opening', 'award', 'contract'])
        expect(
          method.steps.map((each) => each.step),
          method.id,
        ).toContain(must)
      for (const limits of [method.ceiling ?? [], method.least ?? []])
        expect(limits.every((each) => method.categories.includes(each.category))).toBe(true)
      expect(method.ifItFails.length).toBeGreaterThan(0)
    }
  })

  it('asks for the steps that its award rules need', () => {
    for (const method of pack.methods) {
      const steps = method.steps.map((each) => each.step)
      const award = method.steps.find((each) => each.step === 'award')
      if (!award) throw new Error(`${method.id} has no award`)
      for (const { from } of award.parameters.entries) {
        const parameters = resolve<AwardParameters>(award.parameters, from, 'sandbox').value
        expect(steps.includes('draw'), method.id).toBe(parameters?.ceiling === 'reserve-price')
        expect(steps.includes('draw')).toBe(steps.includes('base-amount'))
      }
      const { needs } = awardRules[award.rule]
      for (const step of ['evaluation', 'review'] as const)
        expect(steps.includes(step), `${method.id} ${step}`).toBe(needs.includes(step))
      const bids = method.steps.find((each) => each.step === 'bids')
      expect(bids?.sealed.includes('tech')).toBe(steps.includes('evaluation'))
    }
  })

  it('lists its values in ascending days, each with an article or with candidates that say where they come from', () => {
    expect(pack.values).toEqual(valuesOf(pack.methods, pack.besides))
    for (const value of pack.values) {
      const days = value.entries.map((each) => each.from)
      expect(days, value.key).toEqual([...new Set(days)].toSorted())
      for (const entry of value.entries) {
        if ('law' in entry) {
          expect(entry.law.length, value.key).toBeGreaterThan(10)
          continue
        }
        expect(entry.why.length, value.key).toBeGreaterThan(20)
        for (const each of entry.candidates) expect(each.source.length, value.key).toBeGreaterThan(20)
        expect(resolve(value, entry.from, 'live').value).toBeNull()
        expect(resolve(value, entry.from, 'sandbox').value).not.toBeNull()
      }
      if (value.key.includes('notice') || value.key.includes('minimum'))
        expect(periodSchema.safeParse(resolve(value, day, 'sandbox').value).success).toBe(true)
    }
  })

  it('resolves every method for every category on the first day of its law, now, and in the last known year', () => {
    for (const method of pack.methods)
      for (const category of method.categories)
        for (const on of [method.from > '2026-01-01' ? method.from : '2026-01-01', day, '2027-12-30']) {
          const terms = resolveTerms(pack, method, purchase(pack, '1000', category), on, 'sandbox')
          expect(calendarSchema.safeParse(terms.calendar).success).toBe(true)
          expect(JSON.parse(JSON.stringify(terms))).toEqual(terms)
        }
  })

  it('lets no next in rank win where a review comes after the opening: the places say nothing there', () => {
    for (const method of pack.methods) {
      const reviewed = method.steps.some((step) => step.step === 'review')
      for (const step of method.steps)
        if (step.step === 'contract' && reviewed)
          expect(resolve(step.ifNotSigned, day, 'sandbox').value, method.id).toBe('tender-fails')
    }
  })

  it('has a word for every method, step, failure, regime, reason and value in all four languages (LNG-01)', () => {
    const keys = new Set([
      'country.name',
      ...pack.regimes.map((each) => `regime.${each.id}`),
      ...pack.methods.flatMap((each) => [
        `method.${each.id}.name`,
        `method.${each.id}.summary`,
        `method.${each.id}.reason`,
      ]),
      ...pack.methods.flatMap((each) =>
        each.steps.flatMap(({ step }) => [`step.${step}.name`, `step.${step}.explanation`]),
      ),
      ...pack.methods.flatMap((each) =>
        each.ifItFails.flatMap(({ then }) => [`failure.${then}.name`, `failure.${then}.explanation`]),
      ),
      ...Object.values(kindsOf(pack.methods)).flatMap((kinds) => (kinds ?? []).map((each) => `kind.${each}`)),
      ...pack.values.map((each) => `value.${each.key}`),
      ...['default', 'within-ceiling', 'above-ceiling', 'category', 'unconfirmed'].map((each) => `because.${each}`),
      ...(pack.methods.some((each) => each.least) ? ['because.below-least'] : []),
      ...basesOf(pack).map((each) => `basis.${each}`),
    ])
    for (const language of languages) {
      const known = words[name][language]
      expect(
        [...keys].filter((key) => !known[key]?.trim()),
        language,
      ).toEqual([])
      expect(
        Object.keys(known).filter((key) => !keys.has(key) && !key.startsWith('document.')),
        language,
      ).toEqual([])
      expect(Object.keys(known).toSorted(), language).toEqual(Object.keys(words[name].en).toSorted())
    }
  })

  it('writes each language in its own script', () => {
    for (const [key, text] of Object.entries(words[name].ko)) expect(text, key).toMatch(/[가-힣]/)
    for (const [key, text] of Object.entries(words[name].en))
      if (key.startsWith('basis.')) expect(`basis.${text}`).toBe(key)
    for (const language of ['ky', 'ru'] as const)
      for (const [key, text] of Object.entries(words[name][language]))
        expect(text, `${language} ${key}`).toMatch(/[А-Яа-яЁё]/)
    expect(Object.values(words[name].ky).join(' ')).toMatch(/[ңөү]/)
    expect(Object.values(words[name].ru).join(' ')).not.toMatch(/[ңөү]/)
  })

  it('knows its classifier, units and languages', () => {
    const codes = pack.classifier.codes.map((each) => each.code)
    expect(new Set(codes).size).toBe(codes.length)
    expect(codes.length).toBeGreaterThan(20)
    for (const each of pack.classifier.codes)
      expect(each.names[pack.defaultLanguage] ?? each.names.ru, each.code).toBeTruthy()
    for (const unit of pack.units)
      for (const language of languages) expect(unit.names[language], unit.code).toBeTruthy()
    expect([...pack.languages].toSorted()).toEqual([...languages].toSorted())
    expect(pack.languages[0]).toBe(pack.defaultLanguage)
  })

  it('has a test prefix for its ocids, not the one of a publisher', () => {
    expect(pack.ocidPrefix).toMatch(/^ocds-t3st[a-z0-9]{2}$/)
  })

  it('gives every stage and serial of a day a number of its own', () => {
    const numbers = (['plan', 'notice', 'contract'] as const).flatMap((stage) =>
      [1, 2, 10, 999].flatMap((serial) => [
        pack.tenderNumber('2026-01-11', serial, stage),
        pack.tenderNumber('2026-11-01', serial, stage),
      ]),
    )
    expect(new Set(numbers).size).toBe(numbers.length)
  })

  it('accepts the examples of its identifiers', () => {
    for (const each of pack.identifiers) {
      expect(each.example, each.scheme).toMatch(each.pattern)
      if (each.check) expect(each.check.holds(each.example), each.scheme).toBe(true)
    }
  })
})

it('a basis is written in the language of the reader, and as it stands where it has no words', () => {
  expect(basisInWords({ law: 'State Contracts Enforcement Decree, art. 35(1)' }, words.kr.ko)).toBe(
    '국가계약법 시행령 제35조 제1항',
  )
  expect(basisInWords({ law: 'Law of a test, art. 1' }, words.kg.ru)).toBe('Law of a test, art. 1')
  expect(basisInWords({ assumed: 'Who prepares does not approve.', from: 'design' }, words.kg.ky)).toBe(
    'Даярдаган адам бекитпейт.',
  )
})

describe('numbers as the portals write them', () => {
  it('Korea: thirteen characters, stage in the middle', () => {
    expect(packs.kr.tenderNumber('2026-11-23', 7, 'notice')).toBe('R26BK11230007')
    expect(packs.kr.tenderNumber('2026-11-23', 7, 'contract')).toBe('R26TA11230007')
    expect(packs.kr.tenderNumber('2026-11-23', 7, 'plan')).toMatch(/^R26DD[0-9]{8}$/)
  })

  it('Kyrgyz Republic: begins with the day, as 15042711006 of 27 April 2015', () => {
    expect(packs.kg.tenderNumber('2015-04-27', 11_006, 'notice')).toBe('15042711006')
  })
})

describe('calendars', () => {
  const openDays = (pack: Pack, year: number) => {
    let count = 0
    for (let at = `${year}-01-01`; at.startsWith(`${year}`); at = shiftDay(at, 1))
      if (isWorkingDay(at, pack.calendarOn(at))) count += 1
    return count
  }

  it('have 247 working days in 2026 in the Kyrgyz Republic and 246 in Korea', () => {
    expect(openDays(packs.kg, 2026)).toBe(247)
    expect(openDays(packs.kr, 2026)).toBe(246)
  })

  it('close ten days on end in May in the Kyrgyz Republic', () => {
    const calendar = packs.kg.calendarOn('2026-04-01')
    const run = [...Array(12).keys()].map((n) => shiftDay('2026-04-30', n)).map((each) => isWorkingDay(each, calendar))
    expect(run).toEqual([true, ...Array(10).fill(false), true])
  })

  it('say which feasts are not announced yet', () => {
    expect(expectedDays([year2026, year2027])).toEqual(['2027-03-09', '2027-05-16'])
  })

  it('count by the weekend alone beyond the known years, and say so', () => {
    const calendar = packs.kg.calendarOn('2031-05-01')
    expect(calendar.version).toContain('no calendar of 2031')
    expect(calendar.closed).toEqual([])
    expect(packs.kg.calendarOn('2027-01-01').version).not.toContain('KG 2026')
  })
})

describe('identifiers, by the published vectors', () => {
  it('ОКПО', () => {
    expect(['29693656', '22383800'].map(okpoHolds)).toEqual([true, true])
    expect(['29693655', '22383801', '92693656'].map(okpoHolds)).toEqual([false, false, false])
  })

  it('ИНН and ПИН: shape and day, never a check digit', () => {
    const inn = packs.kg.identifiers.find((each) => each.scheme === 'KG-INN')
    const accepts = (id: string) => Boolean(inn?.pattern.test(id) && inn.check?.holds(id))
    expect(accepts('01207199510092')).toBe(true)
    expect(
      ['1207199510092', '001207199510092', '21207199510092', '03202199510092', '01213199510092'].map(accepts),
    ).toEqual([false, false, false, false, false])
    expect([innDayExists('02902199610092'), innDayExists('02902199510092')]).toEqual([true, false])
    const pin = packs.kg.identifiers.find((each) => each.scheme === 'KG-PIN')
    expect(pin?.of).toBe('sole-trader')
    expect(pin?.pattern.test('01207199510092')).toBe(false)
  })

  it('business numbers only warn', () => {
    expect(['1168200276', '1348672683'].map(businessNumberHolds)).toEqual([true, true])
    expect(['7288600316', '1008608983'].map(businessNumberHolds)).toEqual([false, false])
    for (const each of packs.kr.identifiers) expect(each.check?.otherwise).toBe('warn')
  })
})

describe('live mode', () => {
  it('publishes in Fictia and refuses every Kyrgyz method, naming what was not read', () => {
    for (const method of packs.fictia.methods)
      for (const category of method.categories)
        expect(
          unconfirmedValues(resolveTerms(packs.fictia, method, purchase(packs.fictia, '100', category), day, 'live')),
        ).toEqual([])
    for (const method of packs.kg.methods) {
      const missing = unconfirmedValues(resolveTerms(packs.kg, method, purchase(packs.kg, '100'), day, 'live'))
      expect(missing.length).toBeGreaterThan(5)
      for (const each of missing) expect(each.value).toBeNull()
    }
  })

  it('finds no lawful method whose limit is null', () => {
    const verdicts = lawfulMethods(packs.kg, 'budget', purchase(packs.kg, '100'), day, 'live')
    expect(verdicts.filter((each) => !each.lawful).map((each) => [each.method.id, each.because])).toEqual([
      ['kg-quotation', 'unconfirmed'],
    ])
  })
})

describe('a change of law is one line and one situation (base of State works 88 → 90 on 2026-01-30)', () => {
  const method = packs.kr.methods.find((each) => each.id === 'kr-state-open')
  if (!method) throw new Error('the State open tender is missing')
  const on = (noticed: string) =>
    resolveTerms(packs.kr, method, purchase(packs.kr, '1500000000', 'works'), noticed, 'sandbox')
  const replay = (terms: Terms) =>
    rank(terms.award.rule, {
      bids: [
        { bid: 'low', index: 0, price: '867450', reviewed: '30' },
        { bid: 'high', index: 1, price: '900000', reviewed: '30' },
      ],
      parameters: demand(terms.award.parameters),
      category: 'works',
      estimatedValue: '1500000000',
      budget: '1100000',
      reservePrice: '1000000',
      baseAmount: '1000000',
      netCost: '800000',
      lot: (tied) => tied,
    })

  it('the table has one line for each change, and only the base of works changes on that day', () => {
    const [before, after] = ['2026-01-29', '2026-01-30'].map(
      (each) => resolve(stateReview, each, 'live').value?.bands ?? [],
    )
    expect(after?.map((band, at) => ({ ...band, base: before?.[at]?.base }))).toEqual(before)
    expect(
      after
        ?.filter((band, at) => band.base !== before?.[at]?.base)
        .every((band) => band.category === 'works' && band.base === '90'),
    ).toBe(true)
    expect(entryOn(stateReview, '2026-01-29')?.from).toBe('2025-01-01')
  })

  it('a case noticed before keeps its terms: stored and read back after the change, it has the same winner', () => {
    const stored: Terms = JSON.parse(JSON.stringify(on('2026-01-20')))
    const later = on('2026-02-10')
    expect(
      getBand({ parameters: demand(stored.award.parameters), category: 'works', estimatedValue: '1500000000' }).base,
    ).toBe('88')
    expect(
      getBand({ parameters: demand(later.award.parameters), category: 'works', estimatedValue: '1500000000' }).base,
    ).toBe('90')
    expect(replay(stored)).toEqual(replay(on('2026-01-20')))
    expect(replay(stored).winner).toBe('low')
    expect(replay(later).winner).toBe('high')
    expect(replay(later).lines.find((each) => each.bid === 'low')?.reason).toBe('below-floor')
  })

  it('a line appended for the future changes no day before it', () => {
    const [first] = stateReview.entries
    if (!first || !('law' in first)) throw new Error('the first table is missing')
    const amended = {
      ...stateReview,
      entries: [...stateReview.entries, { ...first, from: '2027-01-01', law: 'a law to come' }],
    }
    for (const each of ['2025-01-01', '2026-01-29', '2026-01-30', '2026-05-26', '2026-12-31'])
      expect(resolve(amended, each, 'live')).toEqual(resolve(stateReview, each, 'live'))
    expect(resolve(amended, '2027-01-01', 'live').basis).toEqual({ law: 'a law to come' })
  })
})

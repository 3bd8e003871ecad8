// Every code has its sentence in every language, with the same figures in it.
import { describe, expect, it } from 'vitest'
import { failures, Findings, obstacles, tellings, warnings } from './finding.ts'
import { linesOf, sentenceOf } from './tell.ts'
import en from './words/en.json' with { type: 'json' }
import ko from './words/ko.json' with { type: 'json' }
import ky from './words/ky.json' with { type: 'json' }
import ru from './words/ru.json' with { type: 'json' }

const languages: Readonly<Record<string, Readonly<Record<string, string>>>> = { en, ko, ky, ru }

describe('the words of the verdict', () => {
  it('has a sentence for every code in every language, with the same figures', () => {
    const figures = (words: string | undefined) => (words?.match(/\{\w+\}/g) ?? []).sort()
    for (const words of Object.values(languages)) {
      expect(Object.keys(words).sort()).toEqual(Object.keys(en).sort())
      for (const [key, sentence] of Object.entries(en))
        expect([key, figures(words[key])]).toEqual([key, figures(sentence)])
      for (const code of [...failures, ...warnings, ...tellings, ...obstacles]) expect(words[code]).toBeTruthy()
    }
  })

  it('puts figures in and leaves nothing where there is none', () => {
    const findings = new Findings()
    findings.add('fileUnknown', 'x')
    findings.add('statusMismatch', 'rounds/1.json', { index: 7, is: 'live', should: 'late' })
    expect(findings.list.map((each) => sentenceOf(each, en))).toEqual([
      'A file does not belong here.',
      'Bid 7 is listed as live; by the rule it is late.',
    ])
    expect(linesOf(findings.verdict('x'), ru)[0]).toBe('Не подтверждено.')
  })
})

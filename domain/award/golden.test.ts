// Results of every version of every award rule, frozen: a version that a published case may name gives the same ranking for ever.
import { readFileSync } from 'node:fs'
import { describe, expect, it } from 'vitest'
import type { AwardRuleName } from './parameters.ts'
import { awardRuleNames, type Ranking, type RankingInput, rank } from './rules.ts'

interface Frozen {
  readonly input: Omit<RankingInput, 'lot'>
  readonly ranking: Ranking
}
const frozen = (rule: AwardRuleName): readonly Frozen[] =>
  JSON.parse(readFileSync(new URL(`./golden/${rule}.json`, import.meta.url), 'utf8'))

describe.each(awardRuleNames)('%s', (rule) => {
  it.each(frozen(rule).map((each, at) => [at, each] as const))('result %i is unchanged', (_at, { input, ranking }) => {
    expect(rank(rule, { ...input, lot: (tied) => tied.toReversed() })).toEqual(ranking)
  })
})

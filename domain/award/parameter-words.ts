// The parameters of award rules as sentences of `domain/words`, so that screens, notices and documents say them alike.
import type { AwardParameters } from './parameters.ts'

/** Figures, each with a sentence of its own; `{n}` is the figure. */
const figures = [
  'floorPercent',
  'pricePoints',
  'qualityPoints',
  'qualityMinimum',
  'featuresPercent',
  'eligiblePercent',
  'dropHighestPercent',
  'dropLowestPercent',
  'slope',
  'belowMeanPercent',
  'belowNextPercent',
]

/** Choices, each value of which has a sentence. */
const choices: Readonly<Record<string, readonly string[]>> = {
  ceiling: ['budget', 'reserve-price', 'none'],
  priceFormula: ['proportional', 'damped'],
  priceMeasure: ['estimated-value', 'reserve-price'],
}

/** Every key that `parameterSentences` may answer. */
export const parameterWords: readonly string[] = [
  ...figures.map((name) => `parameter.${name}`),
  ...Object.entries(choices).flatMap(([name, values]) => values.map((value) => `parameter.${name}.${value}`)),
  'parameter.bands',
  'parameter.netCost',
]

export interface ParameterSentence {
  readonly key: `parameter.${string}`
  readonly facts: Readonly<Record<string, string>>
}

/** What the law gives an award rule, in the order in which it is best read. */
export function parameterSentences(parameters: AwardParameters): readonly ParameterSentence[] {
  const given = new Map<string, unknown>(Object.entries(parameters))
  const chosen = Object.keys(choices).flatMap((name): ParameterSentence[] => {
    const value = given.get(name)
    return typeof value === 'string' ? [{ key: `parameter.${name}.${value}`, facts: {} }] : []
  })
  const counted = figures.flatMap((name): ParameterSentence[] => {
    const value = given.get(name)
    return typeof value === 'string' ? [{ key: `parameter.${name}`, facts: { n: value } }] : []
  })
  const table: ParameterSentence[] =
    'bands' in parameters ? [{ key: 'parameter.bands', facts: { n: parameters.bands.length.toString() } }] : []
  const netCost: ParameterSentence[] =
    'netCost' in parameters && parameters.netCost
      ? [{ key: 'parameter.netCost', facts: { n: parameters.netCost.percent } }]
      : []
  return [...chosen, ...counted, ...table, ...netCost]
}

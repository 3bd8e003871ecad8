// Facts of refusals and numbers of rankings, made ready to stand in a sentence: sums with their currency, codes as words.

/** How a reader's language says things: the words of a key of `domain/words` (undefined where it has none), and a sum. */
export interface Speaker {
  readonly word: (key: string) => string | undefined
  readonly money: (amount: string, currency: string) => string
}

const sums = new Set([
  'planned',
  'asked',
  'ceiling',
  'price',
  'best',
  'lowest',
  'floorPrice',
  'netCostLeast',
  'divided',
  'measure',
  'balanced',
])
const coded: Readonly<Record<string, readonly string[]>> = {
  role: ['role', 'act'],
  scan: ['scan'],
  unit: ['unit'],
  because: ['because'],
}

/**
 * `facts` as a sentence shows them. Sums are whole numbers of smallest units in `facts.currency`, or in `currency` where the facts name none;
 * roles, scan states, units and verdicts become words; everything else stays as it is.
 */
export function spokenFacts(
  facts: Readonly<Record<string, string>>,
  speaker: Speaker,
  currency = '',
): Readonly<Record<string, string>> {
  const inCurrency = facts.currency ?? currency
  return Object.fromEntries(
    Object.entries(facts).map(([name, value]) => {
      if (sums.has(name) && inCurrency && /^\d+$/.test(value)) return [name, speaker.money(value, inCurrency)]
      const said = coded[name]?.map((prefix) => speaker.word(`${prefix}.${value}`)).find((each) => each !== undefined)
      return [name, said ?? value]
    }),
  )
}

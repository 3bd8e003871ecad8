// Under a storm many callers want the same kind of thing done at once: what comes while a round is under way waits and goes in the next one,
// together. Nobody waits for company: alone, a caller's round begins at once.

export interface Gathering<Item> {
  /** Most items of one round. */
  readonly together: number
  /** Rounds that may be under way at a time. */
  readonly atOnce: number
  /** Names of which no two items of one round may share any. */
  readonly apart?: (item: Item) => readonly string[]
}

/** `work` does one round and answers in the order of its items; when it throws, every caller of the round gets the error. */
export function gather<Item, Answer>(
  work: (items: readonly Item[]) => Promise<readonly Answer[]>,
  { together, atOnce, apart = () => [] }: Gathering<Item>,
): { ask(item: Item): Promise<Answer>; readonly idle: boolean } {
  interface Waiting {
    readonly item: Item
    readonly resolve: (answer: Answer) => void
    readonly reject: (error: unknown) => void
  }
  let waiting: Waiting[] = []
  let under = 0

  const take = (): Waiting[] => {
    const taken: Waiting[] = []
    const left: Waiting[] = []
    const names = new Set<string>()
    for (const each of waiting) {
      const own = taken.length < together ? apart(each.item) : []
      if (taken.length >= together || own.some((name) => names.has(name))) left.push(each)
      else {
        for (const name of own) names.add(name)
        taken.push(each)
      }
    }
    waiting = left
    return taken
  }
  const begin = (): void => {
    while (under < atOnce && waiting.length > 0) {
      under += 1
      void round(take())
    }
  }
  const round = async (taken: readonly Waiting[]): Promise<void> => {
    try {
      const answers = await work(taken.map((each) => each.item))
      if (answers.length !== taken.length) throw new Error('a round answered not each of its items')
      for (const [n, each] of taken.entries()) each.resolve(answers[n] as Answer)
    } catch (error) {
      for (const each of taken) each.reject(error)
    } finally {
      under -= 1
      begin()
    }
  }
  return {
    ask: (item) =>
      new Promise((resolve, reject) => {
        waiting.push({ item, resolve, reject })
        begin()
      }),
    get idle() {
      return under === 0 && waiting.length === 0
    },
  }
}

// Collects the dated values that a country's methods rest on, so that none can be forgotten in RULES.md or in the tests.
import type { Method } from '@naru/domain/method.ts'
import type { Dated } from '@naru/domain/pack.ts'

const isDated = (value: unknown): value is Dated<unknown> =>
  typeof value === 'object' && value !== null && 'key' in value && 'entries' in value && 'fixedBy' in value

function collect(value: unknown, into: Map<string, Dated<unknown>>): void {
  if (isDated(value)) {
    const other = into.get(value.key)
    if (other && other !== value) throw new RangeError(`two values are called ${value.key}`)
    into.set(value.key, value)
  } else if (Array.isArray(value)) for (const each of value) collect(each, into)
  else if (typeof value === 'object' && value !== null) for (const each of Object.values(value)) collect(each, into)
}

/** Every dated value of the methods, then those besides, each once, in the order in which they are named. Throws a RangeError when two share a key. */
export function valuesOf(
  methods: readonly Method[],
  besides: readonly Dated<unknown>[] = [],
): readonly Dated<unknown>[] {
  const found = new Map<string, Dated<unknown>>()
  collect([methods, besides], found)
  return [...found.values()]
}

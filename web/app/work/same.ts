// Whether two JSON values are the same, whatever the order of their members: a database may write them in another order.

/** Deep equality of JSON values. */
export function same(a: unknown, b: unknown): boolean {
  if (a === b) return true
  if (
    typeof a !== 'object' ||
    typeof b !== 'object' ||
    a === null ||
    b === null ||
    Array.isArray(a) !== Array.isArray(b)
  )
    return false
  const [left, right] = [Object.entries(a), Object.entries(b)]
  const members = b as Readonly<Record<string, unknown>>
  return left.length === right.length && left.every(([key, value]) => key in members && same(value, members[key]))
}

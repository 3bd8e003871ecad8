// Personal values: a fact carries only a commitment; value and salt lie apart and may be erased (house.md, personal data).
import { z } from 'zod'

/** A personal value on its way into a fact (`$personal`), or as the fact carries it (`$commitment`), or after erasure. */
export type Personal = { readonly $personal: string } | { readonly $commitment: string } | { readonly $erased: true }

export const personal = (value: string): Personal => ({ $personal: value })

export const personalSchema = z.custom<Personal>((value) => {
  if (typeof value !== 'object' || value === null) return false
  const keys = Object.keys(value)
  return keys.length === 1 && ['$personal', '$commitment', '$erased'].includes(keys[0] ?? '')
})

/** The text if it is at hand, else null (never loaded, or erased). */
export const personalText = (value: Personal | undefined | null): string | null =>
  value && '$personal' in value ? value.$personal : null

/**
 * Calls `replace` on every personal value inside a JSON value and returns the JSON value with the answers in place; what holds none is
 * returned as it is, which is nearly all of a sealed bid.
 */
export function mapPersonal(value: unknown, replace: (each: Personal) => Personal): unknown {
  if (typeof value !== 'object' || value === null) return value
  if (Array.isArray(value)) {
    let made: unknown[] | null = null
    for (let n = 0; n < value.length; n += 1) {
      const inner = mapPersonal(value[n], replace)
      if (inner !== value[n]) {
        made ??= [...value]
        made[n] = inner
      }
    }
    return made ?? value
  }
  if ('$personal' in value || '$commitment' in value || '$erased' in value) return replace(value as Personal)
  const members = value as Record<string, unknown>
  let made: Record<string, unknown> | null = null
  for (const name of Object.keys(members)) {
    const inner = mapPersonal(members[name], replace)
    if (inner !== members[name]) {
      made ??= { ...members }
      made[name] = inner
    }
  }
  return made ?? value
}

// JSON as OCDS exchanges it, and the few questions that are asked of it everywhere here.

export type Json = string | number | boolean | null | readonly Json[] | JsonObject
export interface JsonObject {
  readonly [key: string]: Json
}

/** JSON in the making: what is undefined is left out in the end. */
export type Loose = Json | undefined | readonly Loose[] | LooseObject
export interface LooseObject {
  readonly [key: string]: Loose
}

/** An OCDS release: only the fields that every release has are named. */
export interface Release extends JsonObject {
  readonly ocid: string
  readonly id: string
  readonly date: string
  readonly tag: readonly string[]
  readonly initiationType: string
}

export const isObject = (value: unknown): value is JsonObject =>
  typeof value === 'object' && value !== null && !Array.isArray(value)

/** The object at a key, or an empty one. */
export const objectAt = (value: JsonObject | undefined, key: string): JsonObject => {
  const found = value?.[key]
  return isObject(found) ? found : {}
}

/** The objects of an array at a key; anything else in it is left out. */
export const objectsAt = (value: JsonObject | undefined, key: string): readonly JsonObject[] => {
  const found = value?.[key]
  return Array.isArray(found) ? found.filter(isObject) : []
}

/** The text at a key, trimmed; undefined for anything else and for nothing but blanks. */
export const textAt = (value: JsonObject | undefined, key: string): string | undefined => {
  const found = value?.[key]
  return typeof found === 'string' && found.trim() !== '' ? found.trim() : undefined
}

/** Whether two JSON values say the same; the order of keys does not count. */
export function sameJson(a: Json | undefined, b: Json | undefined): boolean {
  if (a === b) return true
  if (Array.isArray(a)) return Array.isArray(b) && a.length === b.length && a.every((each, at) => sameJson(each, b[at]))
  if (!isObject(a) || !isObject(b)) return false
  const keys = Object.keys(a)
  return keys.length === Object.keys(b).length && keys.every((key) => key in b && sameJson(a[key], b[key]))
}

/**
 * The value without what OCDS does not want: undefined members, empty strings, empty objects, empty arrays.
 * Null stays: it removes a field in merging. Undefined when nothing is left.
 */
export function withoutEmpty(value: Loose): Json | undefined {
  if (value === undefined || value === '') return undefined
  if (isList(value)) {
    const kept = value.map(withoutEmpty).filter((each) => each !== undefined)
    return kept.length > 0 ? kept : undefined
  }
  if (typeof value !== 'object' || value === null) return value
  const kept = Object.entries(value).flatMap(([key, inner]) => {
    const left = withoutEmpty(inner)
    return left === undefined ? [] : [[key, left] as const]
  })
  return kept.length > 0 ? Object.fromEntries(kept) : undefined
}

const isList = (value: Loose): value is readonly Loose[] => Array.isArray(value)

/** An object literal with optional members, emptied of what is not there. */
export const compact = (value: LooseObject): JsonObject => {
  const left = withoutEmpty(value)
  return isObject(left) ? left : {}
}

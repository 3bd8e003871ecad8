// What a release must say so that merging it onto what was said before gives what holds now.
import { isObject, type Json, type JsonObject, sameJson } from './json.ts'
import rules from './schema/merge-rules.json' with { type: 'json' }

const isWhole = (path: string, value: readonly Json[]): boolean =>
  (rules as Record<string, string>)[path] === 'whole' || !value.every(isObject)

/** Objects whose identifier is given again whenever anything in them changes, since the schema requires it. */
const alwaysNamed = ['tender']

/**
 * The members of `after` that differ from `before`. Lists with ids give each changed entry whole, so that a release reads well alone;
 * what is no longer there is set to null leaf by leaf (an entry of a list keeps its id: merging can empty an entry, never drop it).
 * Undefined when nothing changed.
 */
export function difference(before: JsonObject, after: JsonObject, path = ''): JsonObject | undefined {
  const changed: Record<string, Json> = {}
  for (const key of new Set([...Object.keys(before), ...Object.keys(after)])) {
    const change = changeOf(before[key], after[key], path === '' ? key : `${path}/${key}`)
    if (change !== undefined) changed[key] = change
  }
  if (Object.keys(changed).length === 0) return undefined
  return alwaysNamed.includes(path) && after.id !== undefined ? { id: after.id, ...changed } : changed
}

function changeOf(before: Json | undefined, after: Json | undefined, path: string): Json | undefined {
  if (sameJson(before, after)) return undefined
  if (after === undefined) return before === undefined ? undefined : gone(before, path)
  if (isObject(after)) return difference(isObject(before) ? before : {}, after, path)
  if (Array.isArray(after) && !isWhole(path, after))
    return changedItems(itemsOf(before), after as readonly JsonObject[], path)
  return after
}

const itemsOf = (value: Json | undefined): readonly JsonObject[] =>
  Array.isArray(value) ? (value as readonly JsonObject[]) : []

function changedItems(before: readonly JsonObject[], after: readonly JsonObject[], path: string): Json {
  const kept = after.flatMap((item) => {
    const former = before.find((each) => each.id === item.id)
    if (sameJson(former, item)) return []
    return [former ? { ...item, ...removed(former, item, path) } : item]
  })
  const dropped = before.filter((item) => !after.some((each) => each.id === item.id) && Object.keys(item).length > 1)
  return [...kept, ...dropped.map((item) => gone(item, path) as JsonObject)]
}

/** Only what went away inside an entry that is given whole. */
function removed(former: JsonObject, item: JsonObject, path: string): JsonObject {
  const out: Record<string, Json> = {}
  for (const [key, was] of Object.entries(former)) {
    const inner = `${path}/${key}`
    const is = item[key]
    if (is === undefined) {
      const emptied = gone(was, inner)
      if (emptied !== undefined) out[key] = emptied
    } else if (isObject(was) && isObject(is)) {
      const deeper = removed(was, is, inner)
      if (Object.keys(deeper).length > 0) out[key] = { ...is, ...deeper }
    } else if (Array.isArray(was) && Array.isArray(is) && !isWhole(inner, was) && !isWhole(inner, is)) {
      const items = is as readonly JsonObject[]
      const dropped = itemsOf(was).filter((each) => !items.some((other) => other.id === each.id))
      const shrunk = items.map((each) => {
        const earlier = itemsOf(was).find((other) => other.id === each.id)
        return earlier ? { ...each, ...removed(earlier, each, inner) } : each
      })
      out[key] = [...shrunk, ...dropped.map((each) => gone(each, inner) as JsonObject)]
    }
  }
  return out
}

function gone(value: Json, path: string): Json | undefined {
  if (isObject(value)) {
    const out: Record<string, Json> = {}
    for (const [key, inner] of Object.entries(value)) {
      const emptied = key === 'id' ? inner : gone(inner, `${path}/${key}`)
      if (emptied !== undefined) out[key] = emptied
    }
    return out
  }
  if (Array.isArray(value) && !isWhole(path, value)) return value.map((each) => gone(each, path) as Json)
  return Array.isArray(value) && value.some(isObject) ? undefined : null
}

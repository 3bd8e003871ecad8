// Merging releases into a compiled and a versioned release, by the rules that the release schema with its extensions gives.
// The order of precedence and every corner agrees with the public reference implementations (OCDS 1.1 merging, ocdsmerge).
import { isObject, type Json, type JsonObject, type Release, sameJson } from './json.ts'
import rules from './schema/merge-rules.json' with { type: 'json' }

/** Thrown when two releases cannot be merged: a path is a plain value in one and an object or list in another. */
export class CannotMerge extends Error {}

/** One former value of a field in a versioned release. */
interface Version {
  readonly releaseID: Json
  readonly releaseDate: Json
  readonly releaseTag: Json
  readonly value: Json
}

/** What a merge came to; `warnings` name paths where one release held an id twice, or null where an object stood. */
export interface Merged {
  readonly merged: JsonObject
  readonly warnings: readonly string[]
}

type Node =
  | { readonly kind: 'value'; versions: Version[] }
  | { readonly kind: 'object'; members: Map<string, Node> }
  | { readonly kind: 'list'; items: Map<string, Item> }
interface Item {
  readonly id: Json | undefined
  readonly members: Map<string, Node>
}

const ruleAt = (path: string): string | undefined => (rules as Record<string, string>)[path]

/** Whether an array is replaced as a whole: the schema says so, or what it holds cannot be told apart by id. */
const isWhole = (path: string, value: readonly Json[]): boolean => ruleAt(path) === 'whole' || !value.every(isObject)

class Merging {
  readonly root = new Map<string, Node>()
  readonly warnings: string[] = []
  private readonly versioned: boolean
  private unnamed = 0
  private release: Omit<Version, 'value'> = { releaseID: null, releaseDate: null, releaseTag: null }

  constructor(versioned: boolean) {
    this.versioned = versioned
  }

  add(release: JsonObject): void {
    const { id = null, date = null, tag = null } = release
    this.release = { releaseID: id, releaseDate: date, releaseTag: tag }
    for (const [key, value] of Object.entries(release))
      if (key !== 'ocid' && ruleAt(key) !== 'omit') this.put(this.root, key, value, key)
  }

  private put(members: Map<string, Node>, key: string, value: Json, path: string): void {
    if (ruleAt(path) === 'omit') return
    if (isObject(value) && ruleAt(path) !== 'whole') {
      const entries = Object.entries(value)
      if (entries.length === 0) return
      const node = this.nodeAt(members, key, 'object', path)
      for (const [inner, each] of entries) this.put(node.members, inner, each, `${path}/${inner}`)
      return
    }
    if (Array.isArray(value) && !isWhole(path, value)) {
      if (value.length > 0) this.putItems(this.nodeAt(members, key, 'list', path), value, path)
      return
    }
    this.putValue(members, key, value, path)
  }

  private putItems(list: Extract<Node, { kind: 'list' }>, values: readonly JsonObject[], path: string): void {
    const seen = new Set<string>()
    for (const value of values) {
      const { id } = value
      const named = typeof id === 'string' || typeof id === 'number'
      const key = named ? `${typeof id} ${id}` : `unnamed ${this.unnamed++}`
      if (seen.has(key)) this.warnings.push(`${path}: the id ${String(id)} stands twice in one release`)
      seen.add(key)
      const item = list.items.get(key) ?? { id: named ? id : undefined, members: new Map<string, Node>() }
      list.items.set(key, item)
      for (const [inner, each] of Object.entries(value))
        if (!named || inner !== 'id') this.put(item.members, inner, each, `${path}/${inner}`)
    }
  }

  private putValue(members: Map<string, Node>, key: string, value: Json, path: string): void {
    const before = members.get(key)
    if (before && before.kind !== 'value') {
      if (value !== null) throw new CannotMerge(`${path} is a plain value here and was none before`)
      this.warnings.push(`${path}: null stands where there was more than a plain value; it removes nothing`)
      return
    }
    const version = { ...this.release, value }
    if (!this.versioned || !before) members.set(key, { kind: 'value', versions: [version] })
    else if (!sameJson(before.versions.at(-1)?.value, value)) before.versions.push(version)
  }

  private nodeAt<Kind extends 'object' | 'list'>(members: Map<string, Node>, key: string, kind: Kind, path: string) {
    let node = members.get(key)
    if (node?.kind === 'value' && node.versions.every((each) => each.value === null)) node = undefined
    if (!node) {
      node = kind === 'object' ? { kind: 'object', members: new Map() } : { kind: 'list', items: new Map() }
      members.set(key, node)
    }
    if (node.kind !== kind) throw new CannotMerge(`${path} is a ${kind} here and was a ${node.kind} before`)
    return node as Extract<Node, { kind: Kind }>
  }

  result(): JsonObject {
    return this.write(this.root) ?? {}
  }

  /** What was gathered; undefined where no plain value ever arrived. An object whose values are all null by now stays, empty. */
  private write(members: Map<string, Node>): JsonObject | undefined {
    const entries: [string, Json][] = []
    let values = 0
    for (const [key, node] of members) {
      if (node.kind === 'value') {
        values += 1
        const value = this.versioned ? (node.versions as unknown as Json) : node.versions[0]?.value
        if (value !== undefined && value !== null) entries.push([key, value])
        continue
      }
      const inner = node.kind === 'object' ? this.write(node.members) : this.writeItems(node.items)
      if (inner !== undefined) entries.push([key, inner])
    }
    return values + entries.length > 0 ? Object.fromEntries(entries) : undefined
  }

  private writeItems(items: Map<string, Item>): Json | undefined {
    const written = [...items.values()].flatMap(({ id, members }) => {
      const inner = this.write(members)
      if (id !== undefined) return [{ id, ...inner }]
      return inner === undefined ? [] : [inner]
    })
    return written.length > 0 ? written : undefined
  }
}

/** Releases in the order of merging: by date as text, releases of one date as they came; without a date first. */
export const inOrder = <R extends JsonObject>(releases: readonly R[]): readonly R[] => {
  const dateOf = (release: R): string => (typeof release.date === 'string' ? release.date : '')
  return releases.toSorted((a, b) => (dateOf(a) < dateOf(b) ? -1 : dateOf(a) > dateOf(b) ? 1 : 0))
}

function mergeAll(releases: readonly JsonObject[], versioned: boolean) {
  const merging = new Merging(versioned)
  const ordered = inOrder(releases)
  for (const release of ordered) merging.add(release)
  return { merging, last: ordered.at(-1) ?? {} }
}

/** The compiled release: the last value of every field. Throws CannotMerge; of no releases it is empty. */
export function compileReleases(releases: readonly JsonObject[]): Merged {
  const { merging, last } = mergeAll(releases, false)
  const { ocid = null, date = null } = last
  const head = { tag: ['compiled'], id: `${String(ocid)}-${String(date)}`, ...(date !== null && { date }), ocid }
  return { merged: { ...head, ...merging.result() }, warnings: merging.warnings }
}

/** The versioned release: every value a field ever had, with the release that gave it. Throws CannotMerge. */
export function versionReleases(releases: readonly JsonObject[]): Merged {
  const { merging, last } = mergeAll(releases, true)
  return { merged: { ocid: last.ocid ?? null, ...merging.result() }, warnings: merging.warnings }
}

/** A release of a record as the record links to it. */
export const linkTo = (release: Release, packageUri: string): JsonObject => ({
  url: `${packageUri}#${release.id}`,
  date: release.date,
  tag: release.tag,
})

// What people type into a draft before they save it, form by form, and who changed which part last: nobody writes over another unseen.
import type { Typed } from './act.ts'
import { same } from './same.ts'

/** Who changed a part of a draft last, at which version, from which page on a screen. */
export interface Touch {
  readonly version: number
  /** One page as it was rendered: two tabs of one person are two. */
  readonly tab: string
  readonly name: string
  readonly at: string
}

/** The fields of one form as they stand on somebody's screen, not yet taken into the draft. */
export interface TypedFields {
  readonly fields: Readonly<Record<string, string>>
  readonly name: string
  readonly at: string
}

/** What a draft keeps beside its content. */
export interface Typing {
  readonly typed?: Readonly<Record<string, TypedFields>> | undefined
  readonly touched?: Readonly<Record<string, Touch>> | undefined
}

/** One form that is sent: which, from which version of the draft, from which page. */
export interface Sent {
  readonly fields: string
  readonly version: number
  readonly tab: string
}

const mostTouched = 300
const mostTyped = 60
const longestTyped = 40_000

/** The name of a form as a part of its draft. */
export const partOfForm = (fields: string): string => `form:${fields}`

/** Reads which form was sent, and from which page; null for a form that names none. */
export function sentIn(form: FormData): Sent | null {
  const fields = String(form.get('fields') ?? '')
  const version = Number(form.get('version') ?? Number.NaN)
  const [tab = ''] = String(form.get('formKey') ?? '').split('.')
  return /^[a-z0-9/-]{1,60}$/.test(fields) && Number.isSafeInteger(version) && version >= 0 && tab.length <= 60
    ? { fields, version, tab }
    : null
}

const technical = new Set(['formKey', 'act', 'version', 'fields', 'do', 'remove'])

/** What a person typed in a form; null when it is more than a form of this site holds. */
export function fieldsTyped({ one }: Typed): Readonly<Record<string, string>> | null {
  const fields = Object.entries(one).filter(([name]) => !technical.has(name))
  const length = fields.reduce((sum, [name, value]) => sum + name.length + value.length, 0)
  return fields.length <= 200 && length <= longestTyped ? Object.fromEntries(fields) : null
}

/** The parts of a draft's content that differ between two versions. */
export const partsChanged = (before: object, after: object): readonly string[] => {
  const [old, fresh] = [before, after] as readonly Readonly<Record<string, unknown>>[]
  return [...new Set([...Object.keys(before), ...Object.keys(after)])].filter(
    (part) => part !== 'typed' && part !== 'touched' && !same(old?.[part], fresh?.[part]),
  )
}

/** The newest change of one of these parts that this page has not seen and did not make itself, or null. */
export const changedUnseen = (draft: Typing, parts: readonly string[], seen: number, tab: string): Touch | null =>
  parts
    .flatMap((part) => draft.touched?.[part] ?? [])
    .filter((touch) => touch.version > seen && touch.tab !== tab)
    .toSorted((a, b) => b.version - a.version)[0] ?? null

/** A draft in which a form stands as it is being typed; or who was first, or null for what no form of this site sends. */
export function typeInto<Draft extends Typing>(
  draft: Draft,
  version: number,
  form: FormData,
  typed: Typed,
  by: Pick<Touch, 'name' | 'at'>,
): { readonly body: Draft } | { readonly newer: Touch } | null {
  const sent = sentIn(form)
  const fields = fieldsTyped(typed)
  if (!sent || !fields) return null
  const part = partOfForm(sent.fields)
  const newer = changedUnseen(draft, [part], sent.version, sent.tab)
  if (newer) return { newer }
  const touch: Touch = { version: version + 1, tab: sent.tab, ...by }
  return { body: withTyped(withTouched(draft, [part], touch), sent.fields, { fields, ...by }) }
}

/** A draft with its changed parts marked; the oldest marks are dropped when there are too many. */
export function withTouched<Draft extends Typing>(draft: Draft, parts: readonly string[], touch: Touch): Draft {
  const marked = { ...draft.touched, ...Object.fromEntries(parts.map((part) => [part, touch])) }
  const newest = Object.entries(marked)
    .toSorted(([, a], [, b]) => b.version - a.version)
    .slice(0, mostTouched)
  return { ...draft, touched: Object.fromEntries(newest) }
}

/** A draft in which a form stands as it was typed, or, with null, is taken in and stands no more. */
export function withTyped<Draft extends Typing>(draft: Draft, fields: string, typed: TypedFields | null): Draft {
  const { [fields]: _, ...others } = draft.typed ?? {}
  const kept = Object.entries(others)
    .toSorted(([, a], [, b]) => b.at.localeCompare(a.at))
    .slice(0, mostTyped - 1)
  return { ...draft, typed: { ...Object.fromEntries(kept), ...(typed && { [fields]: typed }) } }
}

// What the public list says of a process that another publisher ran: read from a compiled release of any quality, guessing nothing.
import { isObject, type Json, type JsonObject, objectAt, objectsAt, textAt } from './json.ts'
import { CannotMerge, compileReleases, inOrder } from './merge.ts'

/** One line of the public list. Amounts are decimal text in major units; instants ISO 8601 in UTC. */
export interface ListedCase {
  readonly title: string
  readonly language: string
  readonly buyer: string
  readonly buyerId: string | null
  readonly number: string | null
  readonly status: 'planned' | 'closed' | 'awarded' | 'contracted' | 'failed' | 'cancelled' | 'complete' | 'unknown'
  readonly category: 'goods' | 'works' | 'services' | null
  readonly method: 'open' | 'selective' | 'limited' | 'direct' | null
  readonly methodDetails: string | null
  readonly classification: string | null
  readonly value: string | null
  readonly currency: string | null
  readonly awardValue: string | null
  readonly supplier: string | null
  readonly published: string | null
  readonly deadline: string | null
  /** Everything a search should find it by. Contact points are left out. */
  readonly text: string
}

/** How the compiled release was come by, where something was in the way. */
export interface Compiled {
  readonly compiled: JsonObject
  readonly note: 'cannotMerge' | null
}

/**
 * The state of a process from all that was published of it: the newest compiled release with every later release merged onto it, or all
 * releases merged. Where merging is impossible, the newest compiled release, or the newest release, stands alone. Undefined for nothing.
 */
export function compileFound(compiled: readonly JsonObject[], releases: readonly JsonObject[]): Compiled | undefined {
  const newest = inOrder(compiled).at(-1)
  const base = newest && withoutHead(newest)
  const later = newest ? releases.filter((each) => textOf(each.date) > textOf(newest.date)) : releases
  const last = inOrder(releases).at(-1)
  if (!base && !last) return undefined
  if (base && newest && later.length === 0) return { compiled: newest, note: null }
  try {
    return { compiled: compileReleases(base ? [base, ...later] : later).merged, note: null }
  } catch (error) {
    if (!(error instanceof CannotMerge)) throw error
    return { compiled: (newest ?? last) as JsonObject, note: 'cannotMerge' }
  }
}

const textOf = (value: Json | undefined): string => (typeof value === 'string' ? value : '')
/** A compiled release as the first release of a merge; its tag says nothing there. */
const withoutHead = ({ tag: _, ...rest }: JsonObject): JsonObject => rest

const oneOf = <Code extends string>(codes: readonly Code[], value: string | undefined): Code | null =>
  codes.find((each) => each === value) ?? null

/** Reads the line of the list. `now` is an instant: a deadline that has passed closes a tender. */
export function listedCase(compiled: JsonObject, now: string): ListedCase {
  const tender = { ...objectAt(objectAt(compiled, 'planning'), 'tender'), ...objectAt(compiled, 'tender') }
  const planning = objectAt(compiled, 'planning')
  const budget = objectAt(planning, 'budget')
  const awards = objectsAt(compiled, 'awards')
  const contracts = objectsAt(compiled, 'contracts')
  const items = [
    ...objectsAt(tender, 'items'),
    ...[...awards, ...contracts].flatMap((each) => objectsAt(each, 'items')),
  ]
  const parties = objectsAt(compiled, 'parties')
  const buyer = buyerOf(compiled, tender, parties)
  const title =
    textAt(tender, 'title') ??
    textAt(compiled, 'title') ??
    textAt(tender, 'description') ??
    first(awards, 'title') ??
    first(contracts, 'title') ??
    textAt(budget, 'description') ??
    textAt(planning, 'rationale') ??
    textAt(budget, 'project') ??
    first(contracts, 'description') ??
    first(items, 'description') ??
    first(
      items.map((each) => objectAt(each, 'classification')),
      'description',
    ) ??
    textAt(compiled, 'ocid') ??
    ''
  const deadline = instantOf(objectAt(tender, 'tenderPeriod').endDate)
  const active = awards.filter((each) => !['cancelled', 'unsuccessful'].includes(textOf(each.status)))
  const value =
    sumOf([objectAt(tender, 'value')]) ??
    sumOf(active.map((each) => objectAt(each, 'value'))) ??
    sumOf(contracts.map((each) => objectAt(each, 'value'))) ??
    sumOf([objectAt(budget, 'amount')])
  const awardValue =
    sumOf(active.map((each) => objectAt(each, 'value'))) ?? sumOf(contracts.map((each) => objectAt(each, 'value')))
  const suppliers = [...new Set([...active, ...contracts].flatMap((each) => suppliersOf(each, parties)))]
  const words = [
    ...[compiled, tender, planning, budget].flatMap((each) =>
      translations(each, ['title', 'description', 'rationale', 'project']),
    ),
    ...[...awards, ...contracts, ...objectsAt(tender, 'lots')].flatMap((each) =>
      translations(each, ['title', 'description']),
    ),
    ...items.flatMap((each) => [...translations(each, ['description']), ...classWords(each)]),
    ...suppliers,
  ]
  return {
    title: clean(title, 500),
    language: languageOf(compiled),
    buyer: clean(buyer.name, 300),
    buyerId: buyer.id === undefined ? null : clean(buyer.id, 200),
    number: numberOf(tender),
    status: statusOf(compiled, tender, { awards: active, contracts, deadline, now }),
    category: oneOf(['goods', 'works', 'services'], textAt(tender, 'mainProcurementCategory')),
    method: oneOf(['open', 'selective', 'limited', 'direct'], textAt(tender, 'procurementMethod')),
    methodDetails: nullable(textAt(tender, 'procurementMethodDetails') ?? textAt(tender, 'procurementMethod'), 300),
    classification: nullable(
      items.map((each) => idText(objectAt(each, 'classification').id)).find((each) => each !== undefined),
      60,
    ),
    value: value?.amount ?? null,
    currency: value?.currency ?? awardValue?.currency ?? null,
    awardValue:
      awardValue && awardValue.currency === (value?.currency ?? awardValue.currency) ? awardValue.amount : null,
    supplier: nullable(suppliers.join(', '), 500),
    published:
      instantOf(tender.datePublished) ??
      instantOf(objectAt(tender, 'tenderPeriod').startDate) ??
      instantOf(first(contracts, 'dateSigned')) ??
      instantOf(compiled.date),
    deadline,
    text: clean(
      [textOf(compiled.ocid), numberOf(tender) ?? '', buyer.name, buyer.id ?? '', ...new Set(words)].join(' \n '),
      20_000,
    ),
  }
}

function buyerOf(
  compiled: JsonObject,
  tender: JsonObject,
  parties: readonly JsonObject[],
): { name: string; id: string | undefined } {
  const candidates = [
    objectAt(compiled, 'buyer'),
    objectAt(tender, 'procuringEntity'),
    ...['buyer', 'procuringEntity'].flatMap((role) =>
      parties.filter((each) => Array.isArray(each.roles) && each.roles.includes(role)),
    ),
  ]
  for (const each of candidates) {
    const id = idText(each.id) ?? idText(objectAt(each, 'identifier').id)
    const name = textAt(each, 'name') ?? nameOf(id, parties) ?? textAt(objectAt(each, 'identifier'), 'legalName')
    if (name !== undefined) return { name, id }
  }
  return { name: '', id: undefined }
}

const nameOf = (id: string | undefined, parties: readonly JsonObject[]): string | undefined =>
  id === undefined
    ? undefined
    : first(
        parties.filter((each) => idText(each.id) === id),
        'name',
      )

/** Names of the suppliers of an award or contract; OCDS 1.0 has some as one object. */
function suppliersOf(holder: JsonObject, parties: readonly JsonObject[]): readonly string[] {
  const given = [
    ...objectsAt(holder, 'suppliers'),
    ...(isObject(holder.suppliers) ? [holder.suppliers] : []),
    ...(isObject(holder.supplier) ? [holder.supplier] : []),
  ]
  return given.flatMap((each) => textAt(each, 'name') ?? nameOf(idText(each.id), parties) ?? [])
}

/** Text under a key and its translations (title, title_ru). */
const translations = (value: JsonObject, keys: readonly string[]): readonly string[] =>
  Object.entries(value).flatMap(([key, inner]) =>
    typeof inner === 'string' && keys.some((each) => key === each || key.startsWith(`${each}_`)) ? [inner] : [],
  )

const classWords = (item: JsonObject): readonly string[] =>
  [objectAt(item, 'classification'), ...objectsAt(item, 'additionalClassifications')].flatMap((each) => [
    idText(each.id) ?? '',
    ...translations(each, ['description']),
  ])

const first = (values: readonly JsonObject[], key: string): string | undefined =>
  values.map((each) => textAt(each, key)).find((each) => each !== undefined)

const idText = (value: Json | undefined): string | undefined =>
  typeof value === 'number'
    ? String(value)
    : typeof value === 'string' && value.trim() !== ''
      ? value.trim()
      : undefined

const numberOf = (tender: JsonObject): string | null => {
  const id = textAt(tender, 'tenderID') ?? idText(tender.id)
  return id !== undefined && id.length <= 60 ? clean(id, 60) : null
}

/** Two or three letters in lower case; `und` where the publisher does not say. */
const languageOf = (compiled: JsonObject): string => {
  const given = textOf(compiled.language).toLowerCase().split(/[-_]/)[0] ?? ''
  return /^[a-z]{2,3}$/.test(given) ? given : 'und'
}

/** The sum of amounts above nothing in one currency, as decimal text; undefined where there is none or currencies differ. */
function sumOf(values: readonly JsonObject[]): { amount: string; currency: string | null } | undefined {
  const given = values.flatMap((each) => {
    const amount =
      typeof each.amount === 'string' && /^\s*\d+(\.\d+)?\s*$/.test(each.amount) ? Number(each.amount) : each.amount
    if (typeof amount !== 'number' || !Number.isFinite(amount) || amount <= 0 || amount >= 1e18) return []
    const currency = textOf(each.currency).trim().toUpperCase()
    return [{ amount, currency: /^[A-Z]{3}$/.test(currency) ? currency : null }]
  })
  const [one] = given
  if (!one || given.some((each) => each.currency !== one.currency)) return undefined
  // Sums of decimals as the publisher wrote them: added in ten-thousandths, so that 0.1 + 0.2 is 0.3.
  const total = given.reduce((sum, each) => sum + BigInt(each.amount.toFixed(4).replace('.', '')), 0n)
  const text = total.toString().padStart(5, '0')
  return { amount: `${text.slice(0, -4)}.${text.slice(-4)}`.replace(/\.?0+$/, ''), currency: one.currency }
}

/** An instant in UTC from what publishers write: a date, a date and time with or without an offset (then UTC). Null for other text. */
export function instantOf(value: Json | undefined): string | null {
  const [, day, time = 'T00:00:00', offset = 'Z'] =
    /^(\d{4}-\d\d-\d\d)(?:[T ](\d\d:\d\d(?::\d\d)?(?:[.,]\d+)?)\s*(Z|z|[+-]\d\d:?\d\d)?)?$/.exec(
      textOf(value).trim(),
    ) ?? []
  if (day === undefined) return null
  const clock = time.startsWith('T') ? time : `T${time.replace(',', '.').replace(/(\.\d{9})\d+$/, '$1')}`
  try {
    const instant = Temporal.Instant.from(`${day}${clock}${offset.toUpperCase()}`)
    const text = instant.toString({ fractionalSecondDigits: 3 })
    return text >= '1970' && text < '2200' && text.length === 24 ? text : null
  } catch {
    return null
  }
}

interface Standing {
  readonly awards: readonly JsonObject[]
  readonly contracts: readonly JsonObject[]
  readonly deadline: string | null
  readonly now: string
}

/** Only OCDS codes are read; a publisher's own words say nothing here, then what has been published decides. */
function statusOf(
  compiled: JsonObject,
  tender: JsonObject,
  { awards, contracts, deadline, now }: Standing,
): ListedCase['status'] {
  const status = textAt(tender, 'status')
  if (status === 'cancelled' || status === 'withdrawn') return 'cancelled'
  if (status === 'unsuccessful') return 'failed'
  if (contracts.some((each) => textOf(each.status) !== 'cancelled')) return 'contracted'
  if (awards.length > 0) return 'awarded'
  if (status === 'complete') return 'complete'
  if (status === 'planned' || status === 'planning') return 'planned'
  if (deadline !== null && deadline < now) return 'closed'
  return !isObject(compiled.tender) && isObject(compiled.planning) ? 'planned' : 'unknown'
}

const nullable = (text: string | undefined, longest: number): string | null =>
  text === undefined || text === '' ? null : clean(text, longest)

/** Text that a database keeps and a screen shows: well formed, without control characters, not endless. */
const clean = (text: string, longest: number): string =>
  text
    .toWellFormed()
    .replace(/[\p{Cc}--[\t\n\r]]/gv, ' ')
    .trim()
    .slice(0, longest)
    .toWellFormed()

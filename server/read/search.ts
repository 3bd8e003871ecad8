// The public search: filters in the address, one query, forgiving of case and of the letters that a keyboard lacks.
import { daySchema } from '@naru/domain/time.ts'
import { sql } from 'kysely'
import { z } from 'zod'
import type { Deployment } from '../deployment.ts'

const word = z.string().trim().max(200)

/** What may be asked; an unreadable filter is dropped and named, so that an old address still gives a list. */
export const searchFields = {
  q: word,
  status: z.enum([
    'open',
    'closed',
    'opened',
    'ranked',
    'awarded',
    'contracted',
    'failed',
    'cancelled',
    'planned',
    'complete',
    'unknown',
  ]),
  category: z.enum(['goods', 'works', 'services']),
  method: z.enum(['open', 'selective', 'limited', 'direct']),
  buyer: word,
  classification: z.string().trim().max(20),
  source: z.string().trim().max(60),
  from: daySchema,
  to: daySchema,
  min: z.coerce.number().min(0).max(1e15),
  max: z.coerce.number().min(0).max(1e15),
  sort: z.enum(['newest', 'deadline', 'value']),
  page: z.coerce.number().int().min(1).max(10_000),
} as const
export type SearchQuery = { [Name in keyof typeof searchFields]?: z.output<(typeof searchFields)[Name]> }

export interface SearchRow {
  readonly caseId: string
  readonly source: string
  readonly ocid: string
  readonly number: string | null
  readonly title: Readonly<Record<string, string>>
  readonly buyer: string
  readonly buyerId: string | null
  readonly status: string
  readonly category: string | null
  readonly method: string | null
  readonly classification: string | null
  readonly value: string | null
  readonly currency: string | null
  readonly publishedAt: string | null
  readonly deadline: string | null
  readonly supplier: string | null
}
export interface SearchResult {
  readonly total: number
  readonly page: number
  readonly pages: number
  readonly rows: readonly SearchRow[]
  readonly dropped: readonly string[]
}

export const pageSize = 20

/** Reads a query from an address; what cannot be read is named in `dropped`. */
export function readSearchQuery(given: URLSearchParams): { query: SearchQuery; dropped: string[] } {
  const query: Record<string, unknown> = {}
  const dropped: string[] = []
  for (const [name, schema] of Object.entries(searchFields)) {
    const value = given.get(name)
    if (value === null || value.trim() === '') continue
    const parsed = schema.safeParse(value)
    if (parsed.success && !String(parsed.data).includes('\u0000')) query[name] = parsed.data
    else dropped.push(name)
  }
  return { query: query as SearchQuery, dropped }
}

/** One page of the public list. Every word of `q` must stand somewhere in the text. */
export async function searchTenders(
  deployment: Deployment,
  query: SearchQuery,
  dropped: readonly string[] = [],
  size = pageSize,
): Promise<SearchResult> {
  const page = query.page ?? 1
  let wanted = deployment.database.db.selectFrom('listing')
  for (const term of (query.q ?? '').split(/\s+/).filter(Boolean).slice(0, 12)) {
    const like = `%${term.replace(/[\\%_]/g, '\\$&')}%`
    wanted = wanted.where(sql<boolean>`folded like folded(${like})`)
  }
  if (query.status) wanted = wanted.where('status', '=', query.status)
  if (query.category) wanted = wanted.where('category', '=', query.category)
  if (query.method) wanted = wanted.where('method', '=', query.method)
  if (query.source) wanted = wanted.where('source', '=', query.source)
  if (query.buyer)
    wanted = wanted.where((or) =>
      or.or([
        or('buyer_id', '=', query.buyer as string),
        sql<boolean>`folded(buyer_name) like folded(${`%${query.buyer?.replace(/[\\%_]/g, '\\$&')}%`})`,
      ]),
    )
  if (query.classification)
    wanted = wanted.where('classification', 'like', `${query.classification.replace(/[\\%_]/g, '\\$&')}%`)
  if (query.from) wanted = wanted.where('published_at', '>=', query.from)
  if (query.to) wanted = wanted.where(sql<boolean>`published_at < ${query.to}::date + 1`)
  if (query.min !== undefined) wanted = wanted.where('value_amount', '>=', String(query.min))
  if (query.max !== undefined) wanted = wanted.where('value_amount', '<=', String(query.max))
  const counted = await wanted.select((select) => select.fn.countAll<string>().as('total')).executeTakeFirstOrThrow()
  const ordered =
    query.sort === 'deadline'
      ? wanted.orderBy(sql`deadline asc nulls last`)
      : query.sort === 'value'
        ? wanted.orderBy(sql`value_amount desc nulls last`)
        : wanted.orderBy(sql`published_at desc nulls last`)
  const rows = await ordered
    .orderBy('case_id')
    .selectAll()
    .limit(size)
    .offset((page - 1) * size)
    .execute()
  const total = Number(counted.total)
  return {
    total,
    page,
    pages: Math.max(1, Math.ceil(total / size)),
    dropped,
    rows: rows.map((row) => ({
      caseId: row.case_id,
      source: row.source,
      ocid: row.ocid,
      number: row.number,
      title: row.title,
      buyer: row.buyer_name,
      buyerId: row.buyer_id,
      status: row.status,
      category: row.category,
      method: row.method,
      classification: row.classification,
      value: row.value_amount,
      currency: row.currency,
      publishedAt: row.published_at,
      deadline: row.deadline,
      supplier: row.supplier_name,
    })),
  }
}

// The public search as a table for spreadsheets: the same query, every row, cells that no spreadsheet takes for a formula.
import type { FastifyInstance } from 'fastify'
import type { Deployment } from '../deployment.ts'
import { readSearchQuery, searchTenders, type SearchRow } from '../read/search.ts'

/** Most rows of one table; beyond, the feed and the bulk files serve better. */
export const mostRows = 5_000

/**
 * One cell (RFC 4180). A text that begins with = + - @, a tab or a return gets an apostrophe before it, so that a spreadsheet shows it
 * and does not run it (OWASP, CSV injection); numbers of ours are never negative.
 */
export function csvCell(value: string | null): string {
  const text = value ?? ''
  const inert = /^[=+\-@\t\r]/.test(text) ? `'${text}` : text
  return /[",\r\n]/.test(inert) ? `"${inert.replaceAll('"', '""')}"` : inert
}

const columns: readonly (readonly [string, (row: SearchRow, language: string) => string | null])[] = [
  ['ocid', (row) => row.ocid],
  ['number', (row) => row.number],
  ['title', (row, language) => row.title[language] ?? Object.values(row.title)[0] ?? ''],
  ['buyer', (row) => row.buyer],
  ['status', (row) => row.status],
  ['category', (row) => row.category],
  ['method', (row) => row.method],
  ['classification', (row) => row.classification],
  ['value', (row) => row.value],
  ['currency', (row) => row.currency],
  ['published', (row) => row.publishedAt],
  ['deadline', (row) => row.deadline],
  ['supplier', (row) => row.supplier],
  ['source', (row) => row.source],
  ['case', (row) => row.caseId],
]

/** Rows as CSV with a head, lines ended by CRLF; titles in a language, else in the one they have. */
export const csvOf = (rows: readonly SearchRow[], language: string): string =>
  `${[columns.map(([name]) => name), ...rows.map((row) => columns.map(([, cell]) => csvCell(cell(row, language))))].map((cells) => cells.join(',')).join('\r\n')}\r\n`

/** Registers `GET /api/cases.csv`: the query of `/api/cases` without pages; a total above the limit is told in a header. */
export function registerCsv(app: FastifyInstance, deployment: Deployment): void {
  app.get('/api/cases.csv', async (request, reply) => {
    const address = new URL(request.url, 'http://naru.invalid').searchParams
    const { query, dropped } = readSearchQuery(address)
    const found = await searchTenders(deployment, { ...query, page: 1 }, dropped, mostRows)
    return reply
      .header('content-type', 'text/csv; charset=utf-8')
      .header('content-disposition', 'attachment; filename="tenders.csv"')
      .header('x-total-count', String(found.total))
      .send(`\ufeff${csvOf(found.rows, address.get('language') ?? deployment.pack.defaultLanguage)}`)
  })
}

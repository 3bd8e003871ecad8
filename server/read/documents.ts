// The generated documents of a case: a list for pages, and the bytes of one. Only facts that anyone may read make documents.
import type { Language } from '@naru/countries/words.ts'
import { idSchema } from '@naru/domain/id.ts'
import type { Deployment } from '../deployment.ts'
import type { DocumentKind } from '../documents/material.ts'

/** One document of a case. `sha256` is in hex, `size` in bytes; `at` is the moment of the fact it was made from. */
export interface CaseDocument {
  readonly id: string
  readonly kind: DocumentKind
  readonly language: Language
  /** The legal number it goes by: the contract's, else the notice's. */
  readonly number: string
  readonly name: string
  readonly at: string
  readonly index: number
  readonly pages: number
  readonly size: number
  readonly sha256: string
  readonly address: string
}

interface Row {
  readonly id: string
  readonly case_id: string
  readonly kind: DocumentKind
  readonly language: Language
  readonly number: string
  readonly at: string
  readonly log_index: string
  readonly nth: string
  readonly pages: number
  readonly size: number
  readonly sha256: string
}

const columns = `d.id, d.case_id, d.kind, d.language, d.number, d.log_index, d.pages, d.size, d.sha256, f.at,
  (select count(distinct o.log_index) from case_document o where o.case_id = d.case_id and o.kind = d.kind and o.number = d.number and o.log_index <= d.log_index) as nth`
// The log entry says again whether its fact is public: a document is never shown by mistake of its maker.
const source = `case_document d join log_entry e on e.index = d.log_index and e.public and e.stream = d.stream and e.seq = d.seq
  join current c on c.stream = d.stream join fact f on f.year = c.year and f.stream = d.stream and f.seq = d.seq`

/** `20261122-0007-notice-ky.pdf`; from the second of its kind on with its place: `…-amendment-2-ky.pdf`. */
const nameOf = ({ number, kind, nth, language }: Row): string =>
  `${number.replace(/[^\p{L}\p{N}]+/gu, '-').replace(/^-|-$/g, '')}-${kind}${Number(nth) > 1 ? `-${nth}` : ''}-${language}.pdf`

const shown = (row: Row): CaseDocument => ({
  id: row.id,
  kind: row.kind,
  language: row.language,
  number: row.number,
  name: nameOf(row),
  at: row.at,
  index: Number(row.log_index),
  pages: row.pages,
  size: row.size,
  sha256: row.sha256,
  address: `/api/cases/${row.case_id}/documents/${row.id}`,
})

/** The documents of a case in log order, the prevailing language first; none for a case that is not public. */
export async function readDocuments(deployment: Deployment, caseId: string): Promise<readonly CaseDocument[]> {
  if (!idSchema.safeParse(caseId).success) return []
  const { rows } = await deployment.database.pool.query<Row>({
    name: 'read_documents',
    text: `select ${columns} from ${source} where d.case_id = $1 order by d.log_index, d.language = 'en', d.language`,
    values: [caseId],
  })
  return rows.map(shown)
}

/** One document with its bytes, or null. */
export async function findCaseDocument(
  deployment: Deployment,
  caseId: string,
  id: string,
): Promise<(CaseDocument & { readonly bytes: Buffer }) | null> {
  if (!idSchema.safeParse(caseId).success || !idSchema.safeParse(id).success) return null
  const { rows } = await deployment.database.pool.query<Row & { bytes: Buffer }>({
    name: 'find_case_document',
    text: `select ${columns}, d.bytes from ${source} where d.case_id = $1 and d.id = $2`,
    values: [caseId, id],
  })
  const [row] = rows
  return row ? { ...shown(row), bytes: row.bytes } : null
}

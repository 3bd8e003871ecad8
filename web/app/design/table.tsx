// Tables: real ones, with scoped heads, sums to the right and the currency once in the head.
import type { ReactNode } from 'react'
import { useSpeech } from '../speech.tsx'
import { Go } from './go.tsx'

export interface Column<Row> {
  readonly key: string
  readonly head: string
  /** Under the head, quieter: the currency of a column of sums. */
  readonly unit?: string
  /** `number` and `money` stand to the right with equal digits. */
  readonly kind?: 'text' | 'number' | 'money' | 'date'
  /** The column that names the row: its cells are heads. */
  readonly names?: boolean
  readonly cell: (row: Row) => ReactNode
}

/** On a phone each row becomes a block whose cells carry their column's head. `empty` says why there are no rows. */
export function Table<Row>(props: {
  caption: string
  showCaption?: boolean
  columns: readonly Column<Row>[]
  rows: readonly Row[]
  rowKey: (row: Row) => string
  /** Last row, for sums. */
  foot?: ReactNode
  empty?: ReactNode
  /** Rows marked as the reader's own or as chosen. */
  marked?: (row: Row) => boolean
}) {
  if (props.rows.length === 0 && props.empty) return props.empty
  return (
    <div className="table-frame">
      <table>
        <caption className={props.showCaption ? undefined : 'unseen'}>{props.caption}</caption>
        <thead>
          <tr>
            {props.columns.map((column) => (
              <th key={column.key} scope="col" data-kind={column.kind}>
                {column.head}
                {column.unit && <span className="unit">{column.unit}</span>}
              </th>
            ))}
          </tr>
        </thead>
        <tbody>
          {props.rows.map((row) => (
            <tr key={props.rowKey(row)} data-marked={props.marked?.(row) ? '' : undefined}>
              {props.columns.map((column) =>
                column.names ? (
                  <th key={column.key} scope="row">
                    {column.cell(row)}
                  </th>
                ) : (
                  <td
                    key={column.key}
                    data-kind={column.kind}
                    data-head={column.unit ? `${column.head}, ${column.unit}` : column.head}
                  >
                    {/* One box, so that on a phone the cell stands whole beside its head. */}
                    <div>{column.cell(row)}</div>
                  </td>
                ),
              )}
            </tr>
          ))}
        </tbody>
        {props.foot && <tfoot>{props.foot}</tfoot>}
      </table>
    </div>
  )
}

/** Pages of a list. `address` makes the address of a page, without the language. */
export function Pagination({
  page,
  pages,
  address,
}: {
  page: number
  pages: number
  address: (page: number) => string
}) {
  const { say, number } = useSpeech()
  if (pages <= 1) return null
  const near = [...new Set([1, page - 1, page, page + 1, pages])].filter((each) => each >= 1 && each <= pages)
  return (
    <nav className="pagination" aria-label={say('pages.name')}>
      {page > 1 && (
        <Go to={address(page - 1)} rel="prev">
          {say('pages.before')}
        </Go>
      )}
      <ol>
        {near.map((each, at) => (
          <li key={each} data-gap={at > 0 && each - (near[at - 1] ?? 0) > 1 ? '' : undefined}>
            {each === page ? (
              <span aria-current="page">{number(each)}</span>
            ) : (
              <Go to={address(each)} aria-label={say('pages.page', { n: number(each) })}>
                {number(each)}
              </Go>
            )}
          </li>
        ))}
      </ol>
      {page < pages && (
        <Go to={address(page + 1)} rel="next">
          {say('pages.after')}
        </Go>
      )}
    </nav>
  )
}

/** Filters that are on: each says what it keeps and can be taken off alone. */
export function FiltersOn({
  filters,
  clear,
}: {
  filters: readonly { key: string; words: string; without: string }[]
  clear: string
}) {
  const { say } = useSpeech()
  if (filters.length === 0) return null
  return (
    <div className="filters-on">
      <p className="unseen">{say('filters.on')}</p>
      <ul>
        {filters.map((filter) => (
          <li key={filter.key}>
            <Go to={filter.without} className="filter">
              {filter.words} <span aria-hidden="true">×</span>
              <span className="unseen">{say('filters.remove')}</span>
            </Go>
          </li>
        ))}
      </ul>
      <Go to={clear}>{say('filters.clear')}</Go>
    </div>
  )
}

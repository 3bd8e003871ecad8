// A document before it is set in type: what stands on it, block by block, as data. The template gives it its looks and knows no procurement.

/** A text, with its language where it is not the document's own. Never markup: the template shows every sign as it stands. */
export type Inline = string | { readonly text: string; readonly language: string }

/** One line of a list of facts: its name, what it is (a line each), and a smaller note under it. */
export interface FactLine {
  readonly name: string
  readonly value: readonly Inline[]
  readonly note?: readonly Inline[]
}

export interface Column {
  readonly head: string
  /** Text stands at the start, figures at the end. */
  readonly align?: 'start' | 'end'
  /** Share of the width left over; without it a column is as wide as its widest word. */
  readonly share?: number
}

export type Block =
  | { readonly kind: 'heading'; readonly level: 1 | 2; readonly text: Inline }
  | { readonly kind: 'paragraph'; readonly text: Inline; readonly tone?: 'note' }
  | { readonly kind: 'facts'; readonly facts: readonly FactLine[] }
  | {
      readonly kind: 'table'
      readonly columns: readonly Column[]
      readonly rows: readonly (readonly (readonly Inline[])[])[]
      /** Rows that stand out, by their place from 0. */
      readonly marked?: readonly number[]
    }
  | { readonly kind: 'banner'; readonly title: string; readonly text: readonly Inline[] }
  | {
      readonly kind: 'changes'
      readonly head: readonly [string, string, string]
      readonly rows: readonly ChangedField[]
    }

/** One field of two versions: its name, and its text in parts that were kept, struck or added; struck ones show in the old version, added ones in the new. */
export interface ChangedField {
  readonly name: string
  readonly parts: readonly { readonly kind: 'same' | 'struck' | 'added'; readonly text: string }[]
}

/** A whole document. `made` is the moment of its fact; nothing in it depends on when or where it is set. */
export interface Sheet {
  readonly language: string
  readonly country: string
  /** What a reader of PDF shows in its window: sort, number and subject in one line. */
  readonly title: string
  /** What sort of document it is: the heading. */
  readonly sort: string
  /** What the case is about: under the heading. */
  readonly subject: string
  readonly publisher: string
  readonly made: {
    readonly year: number
    readonly month: number
    readonly day: number
    readonly hour: number
    readonly minute: number
    readonly second: number
  }
  /** A line on top of every page, or null. */
  readonly band: string | null
  /** At the foot of every page; `{n}` and `{all}` in `page` are filled by the template. */
  readonly foot: { readonly left: string; readonly page: string; readonly proof: string }
  readonly blocks: readonly Block[]
  /** The last section: where the fact stands in the log. It is never divided between pages, so it must be short. */
  readonly proof: readonly Block[]
  /** The file fact.json that is attached: what it is, and its text. */
  readonly attached: { readonly description: string; readonly text: string }
}

// What an author has written so far: the notice in pieces, kept as a draft, and turned into the content that the act takes.
import type { Category } from '@naru/domain/pack.ts'
import type { Content, TenderDocument } from '@naru/domain/tender/content.ts'
import type { LanguageText } from '@naru/domain/text.ts'
import type { Language } from '../../words/say.ts'
import type { Typing } from './typing.ts'

export interface ItemDraft {
  readonly id: string
  readonly description: LanguageText
  readonly classification: string
  readonly quantity: string
  readonly unit: string
}
export interface LotDraft {
  readonly id: string
  readonly title: LanguageText
  readonly planLine: { readonly plan: string; readonly line: string } | null
  /** Smallest units; empty while not given. */
  readonly value: string
  readonly items: readonly ItemDraft[]
}
/** A draft of a notice: like the content, with holes. */
export interface TenderDraft extends Typing {
  readonly language: Language
  readonly title: LanguageText
  readonly description: LanguageText
  readonly category: Category | ''
  /** The kind that the law's tables tell apart within a category; none for the ordinary kind. */
  readonly kind?: string | undefined
  /** The estimated value in smallest units as first given; once lots have values their sum counts. */
  readonly value: string
  readonly method: string
  readonly ground: Content['choice']['ground']
  readonly reason: string
  readonly lots: readonly LotDraft[]
  readonly conditions: Content['conditions']
  readonly criteria: Content['criteria']
  readonly documents: readonly TenderDocument[]
  readonly deadline: string
  readonly delivery: Content['delivery']
  readonly paymentTerms: string
  readonly confirmed: readonly string[]
  /** Whether the page of conditions was answered, be it with none. */
  readonly conditionsSeen: boolean
  readonly documentsSeen: boolean
}

export const emptyDraft = (language: Language): TenderDraft => ({
  language,
  title: {},
  description: {},
  category: '',
  value: '',
  method: '',
  ground: 'default',
  reason: '',
  lots: [],
  conditions: [],
  criteria: [],
  documents: [],
  deadline: '',
  delivery: { place: '', by: '', terms: '' },
  paymentTerms: '',
  confirmed: [],
  conditionsSeen: false,
  documentsSeen: false,
})

/** The draft that a prepared or published content makes. */
export const draftOf = (content: Content): TenderDraft => ({
  ...emptyDraft(content.language),
  ...content,
  method: content.choice.method,
  ground: content.choice.ground,
  reason: content.choice.reason,
  value: sumOfLots(content.lots.map((lot) => lot.value.amount)),
  lots: content.lots.map((lot) => ({ ...lot, value: lot.value.amount })),
  conditionsSeen: true,
  documentsSeen: true,
})

const sumOfLots = (values: readonly string[]): string =>
  values.reduce((sum, value) => sum + BigInt(value || '0'), 0n).toString()

/** The estimated value of the purchase: the sum of the lots, or what was first given. */
export const estimated = (draft: TenderDraft): string =>
  draft.lots.length > 0 && draft.lots.every((lot) => lot.value)
    ? sumOfLots(draft.lots.map((lot) => lot.value))
    : draft.value

/** A draft of another value: another method may be lawful now, and what was said of the old amount is not said of the new. */
export const revalued = (draft: TenderDraft): TenderDraft => ({ ...draft, method: '', deadline: '', confirmed: [] })

/** The content as `prepare-tender` takes it. Holes stay holes: the act names each in its answer. */
export function contentOf(draft: TenderDraft, currency: string): unknown {
  const {
    title,
    description,
    language,
    category,
    lots,
    conditions,
    criteria,
    documents,
    deadline,
    delivery,
    paymentTerms,
    confirmed,
  } = draft
  return {
    title,
    description,
    language,
    category,
    ...(draft.kind && { kind: draft.kind }),
    choice: { method: draft.method, ground: draft.ground, reason: draft.reason },
    lots: lots.map((lot) => ({
      id: lot.id,
      title: lot.title,
      planLine: lot.planLine ?? { plan: '', line: '' },
      value: { amount: lot.value, currency },
      items: lot.items,
    })),
    conditions,
    criteria,
    documents,
    deadline,
    delivery,
    paymentTerms,
    confirmed,
  }
}

/** The page of the preparation on which a path of the content is answered. */
export function pageOfPath(path: string): string {
  const [, first = '', second = '', third = '', fourth = ''] =
    /^content\.([^.]+)\.?([^.]*)\.?([^.]*)\.?([^.]*)/.exec(path) ?? []
  if (['title', 'description', 'category', 'kind'].includes(first)) return 'purchase'
  if (first === 'choice') return 'method'
  if (first === 'lots')
    return third === 'items' && fourth
      ? `lots/${Number(second) + 1}/items/${Number(fourth) + 1}`
      : second
        ? `lots/${Number(second) + 1}`
        : 'lots'
  if (first === 'documents') return 'documents'
  if (first === 'conditions' || first === 'criteria') return 'conditions'
  if (first === 'deadline') return 'deadline'
  return 'delivery'
}

export const taskStates = ['done', 'begun', 'todo', 'blocked'] as const

/** How far each part of the preparation is. */
export function progressOf(draft: TenderDraft) {
  const main = draft.language
  const purchase = [draft.title[main], draft.description[main], draft.category, estimated(draft)]
  const lotIsDone = (lot: LotDraft) =>
    Boolean(lot.title[main] && lot.planLine && lot.value) &&
    lot.items.length > 0 &&
    lot.items.every((item) => item.description[main] && item.classification && item.quantity && item.unit)
  const delivery = [draft.delivery.place, draft.delivery.by, draft.delivery.terms, draft.paymentTerms]
  const part = (answers: readonly unknown[]) =>
    answers.every(Boolean) ? 'done' : answers.some(Boolean) ? 'begun' : 'todo'
  return {
    purchase: part(purchase),
    method: draft.method ? 'done' : part(purchase) === 'done' ? 'todo' : 'blocked',
    lots: draft.lots.length === 0 ? 'todo' : draft.lots.every(lotIsDone) ? 'done' : 'begun',
    documents: draft.documentsSeen ? 'done' : 'todo',
    conditions: draft.conditionsSeen ? 'done' : 'todo',
    delivery: part(delivery),
    deadline: draft.deadline ? 'done' : draft.method ? 'todo' : 'blocked',
  } as const
}

// What differs between two versions of a notice, field by field, in words that the difference component can strike and add.
import type { Content } from '@naru/domain/tender/content.ts'
import type { Speech } from '../../speech.ts'
import { inWords } from './names.ts'

export interface ContentChange {
  readonly name: string
  readonly before: string
  readonly after: string
}

/** All fields that an amendment changed, in the order of the notice. */
export function contentChanges(before: Content, after: Content, speech: Speech): readonly ContentChange[] {
  const { say, moment, language } = speech
  const words = (text: Content['title']) => inWords(text, language, before.language)
  const lots = (content: Content) =>
    content.lots
      .flatMap((lot) => lot.items.map((item) => `${words(item.description)}: ${item.quantity} ${item.unit}`))
      .join('; ')
  const rows: readonly (readonly [string, (content: Content) => string])[] = [
    [say('work.field.title'), (content) => words(content.title)],
    [say('work.field.description'), (content) => words(content.description)],
    [say('work.items'), lots],
    [say('work.conditions.title'), (content) => content.conditions.map((each) => words(each.text)).join('; ')],
    [
      say('work.documents.title'),
      (content) =>
        content.documents
          .map((each) => `${each.title} (${say('work.documents.version', { n: each.version })})`)
          .join('; '),
    ],
    [say('work.field.place'), (content) => content.delivery.place],
    [say('work.field.by'), (content) => content.delivery.by],
    [say('work.field.terms'), (content) => content.delivery.terms],
    [say('work.field.payment'), (content) => content.paymentTerms],
    [say('domain.moment.deadline'), (content) => moment(content.deadline)],
  ]
  return rows
    .map(([name, of]) => ({ name, before: of(before), after: of(after) }))
    .filter((each) => each.before !== each.after)
}

// What differs between two versions of a notice, field by field, as texts that can be compared word by word.
import type { Content } from '@naru/domain/tender/content.ts'
import { inLanguage } from '@naru/domain/text.ts'
import type { Speech } from '../../../../speech.ts'
import { unitAfter, type Units } from '../../../units.ts'

export interface FieldChange {
  readonly name: string
  readonly before: string
  readonly after: string
}

/** Each field of a notice as one text, in the reader's words; the order is that of the tender's page. */
function fieldsOf(content: Content, speech: Speech, units: Units): Map<string, string> {
  const { say, money, moment, number, size, language } = speech
  const text = (value: Parameters<typeof inLanguage>[0]) => inLanguage(value, language, content.language)
  const fields = new Map<string, string>([
    [say('domain.moment.deadline'), moment(content.deadline)],
    [say('public.changes.name'), text(content.title)],
    [say('public.purchase.title'), text(content.description)],
  ])
  for (const [at, lot] of content.lots.entries()) {
    const name = say('public.lot', { n: at + 1 })
    fields.set(name, `${text(lot.title)} ${say('public.purchase.lotValue')} ${money(lot.value)}`)
    for (const item of lot.items)
      fields.set(
        `${name} · ${item.id}`,
        `${text(item.description)} (${item.classification}) ${number(item.quantity)} ${unitAfter(units, item.unit, item.quantity, language)}`,
      )
  }
  for (const each of content.conditions)
    fields.set(
      `${say('public.conditions.title')} · ${say(`domain.condition.${each.kind}`)} ${each.id}`,
      text(each.text),
    )
  for (const each of content.criteria)
    fields.set(`${say('public.criteria.title')} · ${each.id}`, `${text(each.title)} ${number(each.points)}`)
  for (const each of content.documents)
    fields.set(
      `${say('public.documents.name')} · ${each.title}`,
      `${say('public.documents.version')} ${each.version}, ${size(each.size)}, SHA-256 ${each.sha256.slice(0, 16)}`,
    )
  fields.set(say('public.purchase.place'), content.delivery.place)
  fields.set(say('public.purchase.by'), content.delivery.by)
  fields.set(say('public.purchase.terms'), content.delivery.terms)
  fields.set(say('public.purchase.payment'), content.paymentTerms)
  return fields
}

/** The fields that differ, those of the new version first in its order, then what was dropped. */
export function contentChanges(before: Content, after: Content, speech: Speech, units: Units): FieldChange[] {
  const [old, fresh] = [fieldsOf(before, speech, units), fieldsOf(after, speech, units)]
  const names = [...fresh.keys(), ...[...old.keys()].filter((name) => !fresh.has(name))]
  return names
    .map((name) => ({ name, before: old.get(name) ?? '', after: fresh.get(name) ?? '' }))
    .filter((change) => change.before !== change.after)
}

// What differs between two versions of a notice: field by field, and inside a field word by word.
import type { Content } from '@naru/domain/tender/content.ts'
import { lotName, type Material } from './material.ts'
import type { ChangedField, Inline } from './sheet.ts'
import type { Speech } from './speech.ts'

type Part = ChangedField['parts'][number]

/** Products of word counts up to which texts are compared word by word; beyond, the old is struck and the new added whole. */
const mostSteps = 1_000_000

/** Words with the space after them; a number with its inner spaces and marks is one word. */
const wordsOf = (text: string): readonly string[] => text.match(/\d+(?:[\u00a0.,:]\d+)*\S*\s*|\S+\s*|\s+/g) ?? []

/** The parts kept, struck and added between two texts, by the longest common subsequence of their words. */
export function compareTexts(before: string, after: string): readonly Part[] {
  const [old, fresh] = [wordsOf(before), wordsOf(after)]
  const parts: Part[] = []
  const put = (kind: Part['kind'], text: string | undefined): void => {
    const last = parts.at(-1)
    if (!text) return
    if (last?.kind === kind) parts[parts.length - 1] = { kind, text: last.text + text }
    else parts.push({ kind, text })
  }
  if (old.length * fresh.length > mostSteps) {
    put('struck', before)
    put('added', after)
    return parts
  }
  // longest[i][j]: how many words the rest of the old from i and of the new from j have in common, in order.
  const longest = Array.from({ length: old.length + 1 }, () => new Uint32Array(fresh.length + 1))
  const reach = (i: number, j: number): number => longest[i]?.[j] ?? 0
  for (let i = old.length - 1; i >= 0; i -= 1)
    for (let j = fresh.length - 1; j >= 0; j -= 1) {
      const row = longest[i]
      if (row) row[j] = old[i] === fresh[j] ? reach(i + 1, j + 1) + 1 : Math.max(reach(i + 1, j), reach(i, j + 1))
    }
  let [i, j] = [0, 0]
  while (i < old.length || j < fresh.length)
    if (i < old.length && j < fresh.length && old[i] === fresh[j]) {
      put('same', old[i])
      i += 1
      j += 1
    } else if (j >= fresh.length || (i < old.length && reach(i + 1, j) >= reach(i, j + 1))) {
      put('struck', old[i])
      i += 1
    } else {
      put('added', fresh[j])
      j += 1
    }
  return parts
}

/** Every field of a notice as one text by its name, in the order of the notice. */
function fieldsOf(material: Material, content: Content, speech: Speech): ReadonlyMap<string, string> {
  const { say } = speech
  const text = (value: Parameters<Speech['text']>[0]): string => flat(speech.text(value))
  const within: Material = { ...material, tender: { ...material.tender, content } }
  const fields: [string, string][] = [
    [say('document.date.deadline'), speech.moment(content.deadline)],
    [say('document.field.title'), text(content.title)],
    [say('document.purchase.description'), text(content.description)],
    [say('document.purchase.category'), speech.domain(`category.${content.category}`)],
    [say('document.rules.why'), speech.plain(content.choice.reason)],
  ]
  for (const [at, lot] of content.lots.entries()) {
    const name = say('document.lot', { n: at + 1 })
    fields.push([name, `${lotName(within, lot.id, speech)}, ${speech.money(lot.value)}`])
    for (const item of lot.items)
      fields.push([
        `${name}, ${say('document.field.item', { id: speech.plain(item.id) })}`,
        `${text(item.description)}, ${speech.plain(item.classification)}, ${speech.number(item.quantity)} ${speech.unit(item.unit, item.quantity)}`,
      ])
  }
  for (const each of content.conditions)
    fields.push([`${speech.domain(`condition.${each.kind}`)} (${each.id})`, text(each.text)])
  for (const each of content.criteria)
    fields.push([`${say('document.criterion')} (${each.id})`, `${text(each.title)}: ${speech.number(each.points)}`])
  for (const each of content.documents)
    fields.push([
      speech.plain(each.title),
      `${speech.domain(`documentKind.${each.kind}`)}, ${say('document.documents.version')} ${each.version}, ${speech.size(each.size)}, SHA-256 ${each.sha256.slice(0, 32)} ${each.sha256.slice(32)}`,
    ])
  const { delivery } = content
  fields.push(
    [say('document.delivery.place'), speech.plain(delivery.place)],
    [say('document.delivery.by'), speech.day(delivery.by)],
    [say('document.delivery.terms'), speech.plain(delivery.terms)],
    [say('document.delivery.payment'), speech.plain(content.paymentTerms)],
  )
  return new Map(fields)
}

const flat = (value: Inline): string => (typeof value === 'string' ? value : value.text)

/** The fields that differ: those of the new version in its order, then those that were dropped. */
export function changedFields(
  material: Material,
  before: Content,
  after: Content,
  speech: Speech,
): readonly ChangedField[] {
  const [old, fresh] = [fieldsOf(material, before, speech), fieldsOf(material, after, speech)]
  return [...fresh.keys(), ...[...old.keys()].filter((name) => !fresh.has(name))].flatMap((name) => {
    const [was, is] = [old.get(name) ?? '', fresh.get(name) ?? '']
    return was === is ? [] : [{ name, parts: compareTexts(was, is) }]
  })
}

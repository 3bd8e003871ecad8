// The contract as it was concluded: its parties, its lines, what is delivered when and paid how.
import type { ContractText } from '@naru/domain/contract/facts.ts'
import { lotName, type Material, partyLine } from './material.ts'
import { deliveryLines } from './notice.ts'
import type { Block } from './sheet.ts'
import type { Speech } from './speech.ts'

/** The body of ContractConcluded. */
export interface ConcludedBody {
  readonly number: string
  readonly version: number
  readonly text: ContractText
  readonly concludedAt: string
}

/** The blocks of a concluded contract. */
export function contractBlocks(material: Material, speech: Speech): readonly Block[] {
  const { say } = speech
  const { version, text, concludedAt } = material.facts[0].fact.body as ConcludedBody
  const unit = speech.currency(text.value.currency)
  return [
    {
      kind: 'facts',
      facts: [
        {
          name: say('document.contract.concluded'),
          value: [speech.recordTime(concludedAt)],
          note: [say('document.contract.steps', { version })],
        },
        ...(material.tender.published
          ? [{ name: say('document.contract.notice'), value: [speech.plain(material.tender.published.number)] }]
          : []),
        ...((material.tender.content?.lots.length ?? 0) > 1
          ? [{ name: say('document.lotName'), value: [lotName(material, text.lot, speech)] }]
          : []),
      ],
    },
    { kind: 'heading', level: 1, text: say('document.section.parties') },
    {
      kind: 'facts',
      facts: [
        partyLine(material, say('document.party.buyer'), text.buyer, speech),
        ...(text.payer === text.buyer ? [] : [partyLine(material, say('document.party.payer'), text.payer, speech)]),
        partyLine(material, say('document.party.supplier'), text.supplier, speech),
      ],
    },
    { kind: 'heading', level: 1, text: say('document.section.contractSubject') },
    {
      kind: 'table',
      columns: [
        { head: say('document.item.number'), align: 'end' },
        { head: say('document.item.what'), share: 1 },
        { head: say('document.item.quantity'), align: 'end' },
        { head: say('document.item.unit') },
        { head: `${say('document.item.unitPrice')}, ${unit}`, align: 'end' },
        { head: `${say('document.item.amount')}, ${unit}`, align: 'end' },
      ],
      rows: text.lines.map((line, at) => [
        [String(at + 1)],
        [speech.text(line.description)],
        [speech.number(line.quantity)],
        [speech.unit(line.unit, line.quantity)],
        [speech.amount(line.unitPrice.amount, line.unitPrice.currency)],
        [speech.amount(line.amount.amount, line.amount.currency)],
      ]),
    },
    { kind: 'facts', facts: [{ name: say('document.contract.value'), value: [speech.money(text.value)] }] },
    { kind: 'heading', level: 1, text: say('document.section.delivery') },
    { kind: 'facts', facts: deliveryLines(text, speech) },
    ...(text.special
      ? ([
          { kind: 'heading', level: 1, text: say('document.contract.special') },
          ...speech.written(text.special).map((line) => ({ kind: 'paragraph' as const, text: line })),
        ] as const)
      : []),
  ]
}

// A direct award and a withdrawn one as documents: whose, why, and each price, from a small case written by hand.
import { packs } from '@naru/countries/packs.ts'
import { expect, test } from 'vitest'
import { composeSheet } from './compose.ts'
import type { Material } from './material.ts'
import type { Block } from './sheet.ts'

const supplier = '11111111-1111-4111-8111-111111111111'
const buyer = '22222222-2222-4222-8222-222222222222'
const at = '2026-10-06T01:02:03.000Z'
const award = {
  award: 'a1',
  at,
  lot: 'L1',
  bid: null,
  supplier,
  value: { amount: '75000000', currency: 'KGS' },
  // 150 × 5,000.00
  offer: [{ id: 'coal', unitPrice: '500000', amount: '75000000' }],
  reason: 'Повторное объявление не состоялось.',
  standstillUntil: null,
}
const material = (kind: 'direct-award' | 'award-withdrawn', type: string, body: object, more: object) =>
  ({
    pack: packs.kg,
    mode: 'sandbox',
    log: 'log.invalid',
    site: 'https://naru.example',
    kind,
    organisations: new Map([[supplier, { name: { ru: 'ОсОО Альфа' }, identifier: null }]]),
    facts: [
      { index: 5, hash: 'h', fact: { stream: 's', seq: 9, caseId: 'c', type, at, by: { platform: 'clock' }, body } },
    ],
    tender: {
      ocid: 'ocds-1',
      parties: { procuringEntity: buyer, buyer, demandAgency: buyer, payer: buyer },
      published: { number: '26-1' },
      content: {
        title: { ru: 'Уголь' },
        language: 'ru',
        lots: [
          {
            id: 'L1',
            title: { ru: 'Уголь' },
            value: { amount: '80000000', currency: 'KGS' },
            items: [{ id: 'coal', description: { ru: 'Уголь каменный' }, quantity: '150', unit: 'TNE' }],
          },
        ],
      },
      rounds: [],
      ...more,
    },
  }) as unknown as Material

const factsOf = (blocks: readonly Block[]) =>
  new Map(
    blocks.flatMap((block) => (block.kind === 'facts' ? block.facts.map((each) => [each.name, each.value]) : [])) as [
      string,
      readonly unknown[],
    ][],
  )

test('a direct award names supplier, ground, sum and each price; in every language of the case', () => {
  const made = material('direct-award', 'DirectAwardMade', { award: 'a1' }, { awards: [award] })
  const { blocks, title } = composeSheet(made, 'ru')
  expect(title).toContain('Уведомление о выборе поставщика без конкурса 26-1')
  const facts = factsOf(blocks)
  expect(facts.get('Поставщик')).toEqual(['ОсОО Альфа'])
  expect(facts.get('Основание')).toEqual(['Повторное объявление не состоялось.'])
  const table = blocks.find((block) => block.kind === 'table')
  expect(table?.rows).toHaveLength(1)
  const [row] = table?.rows ?? []
  expect(row?.[1]).toEqual(['Уголь каменный'])
  expect(row?.[4]?.join()).toMatch(/^5\s000,00$/)
  expect(row?.[5]?.join()).toMatch(/^750\s000,00$/)
  expect(composeSheet(made, 'en').title).toContain('Notice of an award without competition')
})

test('a withdrawn award is found although it stands no more, with the ground on which it ended', () => {
  const body = { award: 'a1', lot: 'L1', supplier, ground: 'contract-declined', reason: 'Отказ от договора.' }
  const withdrawn = { ...award, withdrawn: { at, ground: 'contract-declined', reason: 'Отказ от договора.' } }
  const made = material('award-withdrawn', 'AwardWithdrawn', body, { awards: [], withdrawnAwards: [withdrawn] })
  const facts = factsOf(composeSheet(made, 'ru').blocks)
  expect(facts.get('Прежний победитель')).toEqual(['ОсОО Альфа'])
  expect(facts.get('Что произошло')).toEqual(['Победитель отказался от договора.'])
  expect(facts.get('Основание')).toEqual(['Отказ от договора.'])
  const lost = material('award-withdrawn', 'AwardWithdrawn', body, { awards: [], withdrawnAwards: [] })
  expect(() => composeSheet(lost, 'ru')).toThrow('not in the case')
})

// The descriptor: what it is made of, every rule it refuses, and that its hash depends on every member.
import { describe, expect, it, vi } from 'vitest'
import { fromBase64, toBase64 } from './bytes.ts'
import {
  contextOf,
  type Descriptor,
  descriptorHash,
  descriptorOf,
  keyRecordHash,
  parseClass,
  parseDescriptor,
  parseKeyRecord,
} from './descriptor.ts'
import { Malformed } from './malformed.ts'
import { rehearsedBytes, rehearseRound } from './rehearsal.ts'

// A laden machine takes its time; these tests are about bytes, not speed.
vi.setConfig({ testTimeout: 120_000 })

const round = rehearseRound('descriptor')
const good = round.descriptor

describe('descriptor', () => {
  it('holds the key records in the order of groups and numbers', () => {
    expect(parseDescriptor(JSON.parse(JSON.stringify(good)))).toEqual(good)
    expect(good.groups.map((group) => group.o.map(([i]) => i))).toEqual([
      [1, 2, 3],
      [4, 5, 6],
    ])
    expect(good.records).toEqual(round.records.map((record) => toBase64(keyRecordHash(record))))
    expect(
      descriptorOf(
        { tender: good.tender, round: 1, classes: good.classes, groups: good.groups },
        [...round.records].reverse(),
      ),
    ).toEqual(good)
  })

  const group = (n: number): Descriptor['groups'][number] =>
    structuredClone(good.groups[n] ?? { name: '', k: 0, o: [] })
  const pk = good.groups[0]?.o[0]?.[1] ?? ''
  const compressed = toBase64(Uint8Array.from([2, ...fromBase64(pk).slice(1, 33)]))
  const offCurve = toBase64(fromBase64(pk).map((byte, n) => (n === 64 ? byte ^ 1 : byte)))
  it.each<[string, object]>([
    ['an unknown member', { extra: 1 }],
    ['a missing member', { suite: undefined }],
    ['another version', { v: 2 }],
    ['another suite', { suite: 2 }],
    ['round 0', { round: 0 }],
    ['one group only', { groups: [group(0)], records: good.records.slice(0, 3) }],
    ['no spare member', { groups: [{ ...group(0), k: 3 }, group(1)] }],
    ['k = 0', { groups: [{ ...group(0), k: 0 }, group(1)] }],
    ['numbers not ascending', { groups: [{ ...group(0), o: group(0).o.toReversed() }, group(1)] }],
    [
      'a person in two groups',
      { groups: [group(0), { ...group(1), o: [[3, group(1).o[0]?.[1]], ...group(1).o.slice(1)] }] },
    ],
    ['a key held twice', { groups: [group(0), { ...group(1), o: [[4, pk], ...group(1).o.slice(1)] }] }],
    ['a compressed key', { groups: [{ ...group(0), o: [[1, compressed], ...group(0).o.slice(1)] }, group(1)] }],
    ['a key off the curve', { groups: [{ ...group(0), o: [[1, offCurve], ...group(0).o.slice(1)] }, group(1)] }],
    ['two groups of one name', { groups: [group(0), { ...group(1), name: group(0).name }] }],
    ['a record too few', { records: good.records.slice(1) }],
    ['no price class', { classes: ['draw', 'tech'] }],
    ['a class twice', { classes: ['price', 'price'] }],
    ['a strange class', { classes: ['price', 'cost'] }],
    ['a lot of the draw', { classes: ['price', 'draw/1'] }],
  ])('refuses %s', (_, change) => {
    const changed: Record<string, unknown> = { ...good, ...change }
    for (const [name, member] of Object.entries(changed)) if (member === undefined) delete changed[name]
    expect(() => parseDescriptor(changed)).toThrow(Malformed)
  })

  it('allows one group only where the caller says so, and 1 of 2', () => {
    const small = rehearseRound('small', [{ k: 1, n: 2 }])
    expect(() => parseDescriptor(small.descriptor)).toThrow(Malformed)
    expect(parseDescriptor(small.descriptor, 1)).toEqual(small.descriptor)
  })

  it('refuses so many quorums that a malformed bid would make the opening slow', () => {
    expect(() =>
      rehearseRound('many', [
        { k: 6, n: 12 },
        { k: 6, n: 12 },
      ]),
    ).toThrow('quorums')
  })

  it('refuses records of another tender, round or group', () => {
    const [first, ...rest] = round.records
    if (first === undefined) throw new Error('no record')
    const terms = { tender: good.tender, round: 1, classes: good.classes, groups: good.groups }
    for (const change of [{ tender: 'x' }, { round: 2 }, { group: 'x' }]) {
      expect(() => descriptorOf(terms, [{ ...first, ...change }, ...rest])).toThrow(Malformed)
    }
  })

  it('reads classes', () => {
    expect(parseClass('price')).toEqual({ kind: 'price', lot: null })
    expect(parseClass('tech/lot-2')).toEqual({ kind: 'tech', lot: 'lot-2' })
    for (const bad of ['', 'price/', 'price/a/b', 'Price', 'price/ä', 7, null])
      expect(() => parseClass(bad)).toThrow(Malformed)
  })

  it('reads key records strictly', () => {
    const [record] = round.records
    expect(parseKeyRecord({ ...record })).toEqual(record)
    for (const change of [{ i: 0 }, { i: 256 }, { pk: compressed }, { cert: '' }, { v: 2 }, { more: 1 }]) {
      expect(() => parseKeyRecord({ ...record, ...change })).toThrow(Malformed)
    }
  })
})

it('ctx differs by tender keys, class and bidder, and does not know group names', () => {
  const [bc, other] = [rehearsedBytes('bc'), rehearsedBytes('other')]
  const ctx = contextOf(round.recipients, 'price', bc)
  expect(contextOf(round.recipients, 'tech', bc)).not.toEqual(ctx)
  expect(contextOf(round.recipients, 'price', other)).not.toEqual(ctx)
  expect(contextOf({ ...round.recipients, tkd: other }, 'price', bc)).not.toEqual(ctx)
  expect(round.recipients.groups[0]).not.toHaveProperty('name')
  expect(descriptorHash({ ...good, round: 2 })).not.toEqual(descriptorHash(good))
})

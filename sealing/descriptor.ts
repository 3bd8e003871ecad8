// Key records and the tender key descriptor: to whom the bids of one round are sealed.
import { type Base64, fromBase64, toBase64, utf8 } from './bytes.ts'
import { blindedCurve, type Curve, checkPublicKey, tabledCurve } from './curve.ts'
import { H, HO } from './hash.ts'
import { Malformed } from './malformed.ts'
import { asArray, asBytes, asInteger, asObject, asOneOf, asText } from './shape.ts'

/** What a class of envelope holds: the price, the technical part, its confidential files, or an officer's draw salt. */
export type ClassKind = 'price' | 'tech' | 'conf' | 'draw'

/** One key holder's deposit for one round of a tender; `group` is the group's name, `i` the person's number in the tender. */
export type KeyRecord = {
  v: 1
  tender: string
  round: number
  officer: string
  group: string
  i: number
  /** 65-byte uncompressed P-256 key, made for this round only. */
  pk: Base64
  /** SHA-256 of the DER certificate that signs the record; null where a sandbox session signs it. */
  cert: Base64 | null
}

/** A group of key holders of which any k must act; o = [person number, public key], ascending by number. */
export type Group = { name: string; k: number; o: [number, Base64][] }

/** Tender key descriptor (TKD), published before the notice and never changed after the first sealed bid. */
export type Descriptor = {
  v: 1
  tender: string
  round: number
  suite: 1
  /** Class names, e.g. ["draw", "price"] or ["tech/1", "price/1", "price/2"]; their order is the order of envelopes and shares. */
  classes: string[]
  groups: Group[]
  /** Commitments of the key records, one per person in the order of the groups. */
  records: Base64[]
}

const CLASS = /^(?:draw|(price|tech|conf)(?:\/([A-Za-z0-9._-]{1,64}))?)$/
// More combinations would let malformed bids make the search for R slow; 5 of 9 in two groups is 15,876.
const MOST_COMBINATIONS = 100_000

/** The kind and lot of a class name ("price/7" is the price of lot 7). Throws `Malformed`. */
export function parseClass(cls: unknown, path = 'cls'): { kind: ClassKind; lot: string | null } {
  const match = typeof cls === 'string' ? CLASS.exec(cls) : null
  if (match === null) throw new Malformed(path, 'not a class of envelope')
  return match[1] === undefined ? { kind: 'draw', lot: null } : { kind: match[1] as ClassKind, lot: match[2] ?? null }
}

function publicKeyOf(value: unknown, path: string): Base64 {
  const pk = asBytes(value, path, 65)
  checkPublicKey(fromBase64(pk), path)
  return pk
}

/** A key record from parsed JSON. Throws `Malformed`. */
export function parseKeyRecord(value: unknown): KeyRecord {
  const o = asObject(value, 'keyrec', ['v', 'tender', 'round', 'officer', 'group', 'i', 'pk', 'cert'])
  return {
    v: asOneOf(o['v'], 'keyrec.v', [1]),
    tender: asText(o['tender'], 'keyrec.tender'),
    round: asInteger(o['round'], 'keyrec.round', 1, 1000),
    officer: asText(o['officer'], 'keyrec.officer'),
    group: asText(o['group'], 'keyrec.group'),
    i: asInteger(o['i'], 'keyrec.i', 1, 255),
    pk: publicKeyOf(o['pk'], 'keyrec.pk'),
    cert: o['cert'] === null ? null : asBytes(o['cert'], 'keyrec.cert', 32),
  }
}

/** The record's commitment and at once the challenge its holder signs: HO("keyrec", record). */
export function keyRecordHash(record: KeyRecord): Uint8Array {
  return HO('keyrec', record)
}

function combinations(n: number, k: number): number {
  let count = 1
  for (let j = 1; j <= k; j += 1) count = (count * (n - k + j)) / j
  return count
}

function parseGroup(value: unknown, path: string): Group {
  const o = asObject(value, path, ['name', 'k', 'o'])
  const people = asArray(o['o'], `${path}.o`, 255).map((entry, n): [number, Base64] => {
    const at = `${path}.o[${n}]`
    const pair = asArray(entry, at, 2)
    if (pair.length !== 2) throw new Malformed(at, 'not [number, key]')
    return [asInteger(pair[0], `${at}[0]`, 1, 255), publicKeyOf(pair[1], `${at}[1]`)]
  })
  const k = asInteger(o['k'], `${path}.k`, 1, 254)
  if (people.length < k + 1) throw new Malformed(path, 'a group needs at least one member more than k')
  for (let n = 1; n < people.length; n += 1) {
    if ((people[n]?.[0] ?? 0) <= (people[n - 1]?.[0] ?? 0)) throw new Malformed(`${path}.o`, 'not ascending by number')
  }
  return { name: asText(o['name'], `${path}.name`), k, o: people }
}

/**
 * A descriptor from parsed JSON, with the rules: every group has a spare member, a person and a key stand once, groups have distinct names,
 * at least `leastGroups` groups (two; one only below the value a country configures), classes are distinct and one of them is a price.
 * Throws `Malformed`.
 */
export function parseDescriptor(value: unknown, leastGroups: 1 | 2 = 2): Descriptor {
  const o = asObject(value, 'tkd', ['v', 'tender', 'round', 'suite', 'classes', 'groups', 'records'])
  const classes = asArray(o['classes'], 'tkd.classes', 1000).map((cls, n) => {
    parseClass(cls, `tkd.classes[${n}]`)
    return cls as string
  })
  if (new Set(classes).size !== classes.length) throw new Malformed('tkd.classes', 'a class stands twice')
  if (!classes.some((cls) => parseClass(cls).kind === 'price')) throw new Malformed('tkd.classes', 'no price class')
  const groups = asArray(o['groups'], 'tkd.groups', 16).map((group, g) => parseGroup(group, `tkd.groups[${g}]`))
  if (groups.length < leastGroups) throw new Malformed('tkd.groups', `fewer than ${leastGroups} groups`)
  const people = groups.flatMap((group) => group.o)
  if (new Set(groups.map((group) => group.name)).size !== groups.length)
    throw new Malformed('tkd.groups', 'a name stands twice')
  if (new Set(people.map(([i]) => i)).size !== people.length) throw new Malformed('tkd.groups', 'a person stands twice')
  if (new Set(people.map(([, pk]) => pk)).size !== people.length)
    throw new Malformed('tkd.groups', 'a key stands twice')
  if (groups.reduce((product, group) => product * combinations(group.o.length, group.k), 1) > MOST_COMBINATIONS) {
    throw new Malformed('tkd.groups', `more than ${MOST_COMBINATIONS} quorums`)
  }
  const records = asArray(o['records'], 'tkd.records', 4080).map((record, n) =>
    asBytes(record, `tkd.records[${n}]`, 32),
  )
  if (records.length !== people.length) throw new Malformed('tkd.records', 'not one record per person')
  return {
    v: asOneOf(o['v'], 'tkd.v', [1]),
    tender: asText(o['tender'], 'tkd.tender'),
    round: asInteger(o['round'], 'tkd.round', 1, 1000),
    suite: asOneOf(o['suite'], 'tkd.suite', [1]),
    classes,
    groups,
    records,
  }
}

/** The descriptor that these key records make; person numbers decide the order within a group. Throws `Malformed` if a rule is broken. */
export function descriptorOf(
  terms: { tender: string; round: number; classes: readonly string[]; groups: readonly { name: string; k: number }[] },
  records: readonly KeyRecord[],
  leastGroups: 1 | 2 = 2,
): Descriptor {
  for (const record of records) {
    if (record.tender !== terms.tender || record.round !== terms.round)
      throw new Malformed('keyrec', 'of another tender or round')
    if (!terms.groups.some((group) => group.name === record.group)) throw new Malformed('keyrec.group', 'no such group')
  }
  const members = terms.groups.map((group) =>
    records.filter((record) => record.group === group.name).sort((a, b) => a.i - b.i),
  )
  return parseDescriptor(
    {
      v: 1,
      tender: terms.tender,
      round: terms.round,
      suite: 1,
      classes: [...terms.classes],
      groups: terms.groups.map((group, g) => ({
        name: group.name,
        k: group.k,
        o: (members[g] ?? []).map((record) => [record.i, record.pk]),
      })),
      records: members.flat().map((record) => toBase64(keyRecordHash(record))),
    },
    leastGroups,
  )
}

/** tkd = HO("tkd", descriptor): also the commitment of its log entry. */
export function descriptorHash(descriptor: Descriptor): Uint8Array {
  return HO('tkd', descriptor)
}

/** One person to whom a share is sealed: number i, 0-based group g, 1-based position x in the group, public key (65 bytes). */
export type Recipient = { readonly i: number; readonly g: number; readonly x: number; readonly pk: Uint8Array }

/** What sealing and opening need of a descriptor, decoded once: its hash, thresholds per group, and the people in descriptor order. */
export type Recipients = {
  readonly tkd: Uint8Array
  readonly thresholds: readonly number[]
  readonly people: readonly Recipient[]
  /** The groups as they stand in ctx: without names. */
  readonly groups: readonly { readonly k: number; readonly o: readonly (readonly [number, Base64])[] }[]
  readonly curve: Curve
}

/** Recipients from a descriptor's hash and its groups; keys are checked to be points. `curve` does the arithmetic. Throws `Malformed`. */
export function recipientsFrom(
  tkd: Uint8Array,
  groups: readonly { readonly k: number; readonly o: readonly (readonly [number, Base64])[] }[],
  curve: Curve = blindedCurve,
): Recipients {
  const people = groups.flatMap((group, g) =>
    group.o.map(([i, key], n): Recipient => {
      const pk = fromBase64(key)
      checkPublicKey(pk, `groups[${g}].o[${n}]`)
      return { i, g, x: n + 1, pk }
    }),
  )
  return {
    tkd,
    thresholds: groups.map((group) => group.k),
    people,
    groups: groups.map((group) => ({ k: group.k, o: group.o })),
    curve,
  }
}

/** Recipients of a descriptor. */
export function recipientsOf(descriptor: Descriptor, curve: Curve = blindedCurve): Recipients {
  return recipientsFrom(descriptorHash(descriptor), descriptor.groups, curve)
}

/** JavaScript arithmetic with tables for a descriptor's keys: for opening many bids of the round where no faster one is at hand. */
export function tabledKeys(descriptor: Descriptor): Curve {
  return tabledCurve(descriptor.groups.flatMap((group) => group.o.map(([, pk]) => fromBase64(pk))))
}

/** ctx = HO("ctx", {tkd, cls, groups, bc}): binds an envelope to descriptor, class, key holders and bidder. */
export function contextOf(recipients: Recipients, cls: string, bc: Uint8Array): Uint8Array {
  return HO('ctx', { tkd: toBase64(recipients.tkd), cls, groups: recipients.groups, bc: toBase64(bc) })
}

/** bc = H("bidder", bidderSalt, bidderId): names the bidder in a header without showing who it is. For draw salts the id is "officer/" + i. */
export function bidderCommitment(bidderSalt: Uint8Array, bidderId: string): Uint8Array {
  return H('bidder', bidderSalt, utf8(bidderId))
}

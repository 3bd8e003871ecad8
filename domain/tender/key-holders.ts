// The key holders of a tender: named before any key exists, their public keys for every round, and the salts of a draw.
import { z } from 'zod'
import { type ActContext, act } from '../act.ts'
import { envelopeSchema } from '../bid/acts.ts'
import type { NewFact } from '../history.ts'
import { bytes32Schema, idSchema } from '../id.ts'
import { findStep } from '../method.ts'
import { type Refusal, refuse } from '../refusal.ts'
import type { KeyRecord } from '../sealing-port.ts'
import { envelopeClasses } from './content.ts'
import type { holderGroupSchema } from './facts.ts'
import { beforePublication, tenderFact } from './starting.ts'
import { holderByPerson, type TenderState } from './tender.ts'

/** How many rounds the holders deposit keys for when a tender is prepared: the first and two re-bids (protocol §2.3). */
export const roundsPrepared = 3

function distinctPeople(
  tender: TenderState,
  groups: readonly z.output<typeof holderGroupSchema>[],
  context: ActContext,
): Refusal | null {
  const people = groups.flatMap((group) => group.holders.map((each) => each.person))
  if (new Set(people).size !== people.length) return refuse('keyHoldersMustBeDistinct')
  const preparer = tender.prepared?.by ?? tender.startedBy
  if (
    people.some((person) => 'person' in preparer && preparer.person === person) ||
    (context.actor.kind === 'person' && people.includes(context.actor.person))
  )
    return refuse('authorMayNotHoldKey')
  const approver = tender.approved?.by
  return approver && 'person' in approver && people.includes(approver.person) ? refuse('approverMayNotOpen') : null
}

/**
 * Names the key holders of both groups, before any key exists. Each group keeps a spare (n ≥ k+1), one person appears once, guardians come
 * from outside the buying agency, and nobody who prepares or approves holds a key.
 */
export const nameKeyHolders = act({
  name: 'name-key-holders',
  noun: 'tender',
  by: ['author'],
  input: z.strictObject({
    method: z.string().max(60),
    lots: z
      .array(z.string().regex(/^[A-Za-z0-9-]{1,40}$/))
      .min(1)
      .max(200),
    agency: z.array(idSchema).min(1).max(20),
    guardians: z.array(idSchema).min(1).max(20),
  }),
  lock: 'exclusive',
  needs: ['named-people'],
  may: beforePublication,
  decide: (context, input) => {
    const { tender, pack } = context
    const chosen = pack.methods.find((each) => each.id === input.method)
    if (!tender) return refuse('caseDoesNotExist')
    if (!chosen || chosen.regime !== tender.regime) return { invalid: [{ path: 'method', code: 'unknownMethod' }] }
    const opening = findStep(chosen, 'opening')
    const bids = findStep(chosen, 'bids')
    if (!opening || !bids) return { invalid: [{ path: 'method', code: 'unknownMethod' }] }
    const invalid: { path: string; code: string; facts?: Record<string, string> }[] = []
    let i = 0
    const groups = (['agency', 'guardians'] as const).map((name) => {
      const { k, n } = opening[name]
      if (input[name].length < n) invalid.push({ path: name, code: 'tooFewHolders', facts: { n: String(n) } })
      const holders = input[name].map((person, at) => {
        i += 1
        const known = context.people.get(person)
        const inside = known?.organisation === tender.parties.procuringEntity
        if (!known?.roles.includes('key-holder') || inside !== (name === 'agency'))
          invalid.push({ path: `${name}.${at}`, code: 'notAHolder' })
        return { i, person, organisation: known?.organisation ?? person }
      })
      return { name, k, holders }
    })
    if (invalid.length > 0) return { invalid }
    const same = distinctPeople(tender, groups, context)
    if (same) return same
    const classes = envelopeClasses(
      bids.sealed,
      input.lots.map((id) => ({ id })),
    )
    return [tenderFact(context, 'KeyHoldersNamed', { groups, classes, draw: findStep(chosen, 'draw') !== undefined })]
  },
})

const keyRecordSchema = z.strictObject({
  v: z.literal(1),
  tender: idSchema,
  round: z.int().min(1).max(roundsPrepared),
  officer: idSchema,
  group: z.enum(['agency', 'guardians']),
  i: z.int().min(1).max(255),
  pk: z.string().max(100),
  cert: bytes32Schema.nullable(),
})

/** A key holder deposits a public key for each of the three rounds; the last holder's deposit fixes the tender keys and seals the probes. */
export const depositKeys = act({
  name: 'deposit-keys',
  noun: 'tender',
  by: ['key-holder'],
  input: z.strictObject({ records: z.array(keyRecordSchema).length(roundsPrepared) }),
  lock: 'exclusive',
  needs: ['random'],
  may: (context) => {
    const { tender, actor } = context
    if (!tender) return refuse('caseDoesNotExist')
    if (actor.kind !== 'person' || !holderByPerson(tender, actor.person)) return refuse('youHoldNoKey')
    if (tender.published || tender.ended) return refuse('stageHasPassed')
    return tender.keyRecords.some((each) => each.officer === actor.person) ? refuse('keyAlreadyDeposited') : null
  },
  decide: (context, { records }) => {
    const { tender, actor, sealing } = context
    if (!tender || actor.kind !== 'person') return refuse('caseDoesNotExist')
    const holder = holderByPerson(tender, actor.person)
    if (!holder) return refuse('youHoldNoKey')
    const used = new Set(tender.keyRecords.map((each) => each.pk))
    for (const [at, record] of records.entries()) {
      const right =
        record.tender === tender.id &&
        record.officer === actor.person &&
        record.i === holder.i &&
        record.group === holder.group.name &&
        record.round === at + 1
      if (!right) return { invalid: [{ path: `records.${at}`, code: 'notYourRecord' }] }
      if (used.has(record.pk) || !sealing.isPublicKey(record.pk))
        return { invalid: [{ path: `records.${at}.pk`, code: 'publicKey' }] }
      used.add(record.pk)
    }
    const facts: NewFact[] = records.map((record) => tenderFact(context, 'KeyRecordDeposited', { record }))
    const all: KeyRecord[] = [...tender.keyRecords, ...records]
    const expected = tender.holders.reduce((sum, group) => sum + group.holders.length, 0)
    if (all.length < expected * roundsPrepared) return facts
    const probes: NewFact[] = []
    for (let round = 1; round <= roundsPrepared; round += 1) {
      const ofRound = all.filter((each) => each.round === round).sort((a, b) => a.i - b.i)
      const tenderKey = {
        v: 1 as const,
        tender: tender.id,
        round,
        suite: 1 as const,
        classes: tender.needsSalts ? ['draw', ...tender.classes] : tender.classes,
        groups: tender.holders.map((group) => ({
          name: group.name,
          k: group.k,
          o: ofRound.filter((each) => each.group === group.name).map((each) => [each.i, each.pk] as const),
        })),
        records: ofRound.map((each) => sealing.commitment('keyrec', each)),
      }
      facts.push(tenderFact(context, 'TenderKeyFixed', { round, tenderKey, tkd: sealing.commitment('tkd', tenderKey) }))
      probes.push(tenderFact(context, 'RehearsalSealed', sealing.sealProbe(tenderKey, context.random)))
    }
    return [...facts, ...probes]
  },
})

/**
 * A key holder opens the probe of every round and answers with the shares, before the notice appears (SEA-04). A key that opens nothing is
 * recorded as well: the publication then waits until it does, or until other holders are named.
 */
export const rehearseOpening = act({
  name: 'rehearse-opening',
  noun: 'tender',
  by: ['key-holder'],
  input: z.strictObject({
    shares: z.array(z.tuple([bytes32Schema, z.union([bytes32Schema, z.literal('bad')])])).length(roundsPrepared),
  }),
  lock: 'exclusive',
  needs: ['holder-names'],
  may: (context) => {
    const { tender, actor } = context
    if (!tender) return refuse('caseDoesNotExist')
    const holder = actor.kind === 'person' ? holderByPerson(tender, actor.person) : null
    if (!holder) return refuse('youHoldNoKey')
    if (tender.published || tender.ended) return refuse('stageHasPassed')
    if (!tender.rehearsal) return refuse('stageHasNotCome')
    return tender.rehearsal.answered.some((each) => each.i === holder.i && each.opens)
      ? refuse('keyAlreadyProved')
      : null
  },
  decide: (context, { shares }) => {
    const { tender, actor, sealing } = context
    const holder = tender && actor.kind === 'person' ? holderByPerson(tender, actor.person) : null
    if (!tender?.rehearsal || !holder) return refuse('youHoldNoKey')
    let opens = true
    for (const [at, probe] of tender.rehearsal.probes.entries()) {
      const [e, share] = shares[at] ?? ['', 'bad']
      if (e !== probe.e) return { invalid: [{ path: `shares.${at}`, code: 'notYourRecord' }] }
      opens &&= sealing.probeAnswerHolds(probe, holder.i, share)
    }
    // A key that failed is recorded once; what still fails adds nothing.
    if (!opens && tender.rehearsal.answered.some((each) => each.i === holder.i))
      return rehearsalRefusal(context, tender) ?? refuse('nothingChanged')
    return [tenderFact(context, 'RehearsalAnswered', { i: holder.i, opens, shares })]
  },
})

/** Why the notice may not appear yet: whose key does not open the probe, or who has not proved it. Names, where they are known. */
export function rehearsalRefusal(context: ActContext, tender: TenderState): Refusal | null {
  const answers = new Map(tender.rehearsal?.answered.map((each) => [each.i, each.opens]))
  const holders = tender.holders.flatMap((group) => group.holders)
  const named = (of: typeof holders) =>
    of.map(({ i, person }) => `${context.people.get(person)?.name ?? ''} (№ ${i})`.trim()).join(', ')
  const failed = holders.filter(({ i }) => answers.get(i) === false)
  if (failed.length > 0) return refuse('keyDoesNotOpen', { facts: { holders: named(failed) } })
  const missing = holders.filter(({ i }) => !answers.has(i))
  return missing.length > 0 ? refuse('rehearsalIsMissing', { facts: { holders: named(missing) } }) : null
}

/** For a method with a draw each holder seals 32 random bytes per round to both groups, before the notice (protocol §4.2 a). */
export const sealSalts = act({
  name: 'seal-salts',
  noun: 'tender',
  by: ['key-holder'],
  input: z.strictObject({
    salts: z
      .array(
        z.strictObject({
          round: z.int().min(1).max(roundsPrepared),
          bidderSalt: bytes32Schema,
          e: bytes32Schema,
          envelope: envelopeSchema,
        }),
      )
      .length(roundsPrepared),
  }),
  lock: 'exclusive',
  needs: [],
  may: (context) => {
    const { tender, actor } = context
    if (!tender) return refuse('caseDoesNotExist')
    const holder = actor.kind === 'person' ? holderByPerson(tender, actor.person) : null
    if (!holder) return refuse('youHoldNoKey')
    if (tender.published || tender.ended) return refuse('stageHasPassed')
    if (!tender.needsSalts || tender.tenderKeys.length === 0) return refuse('stageHasNotCome')
    return tender.salts.some((each) => each.i === holder.i) ? refuse('keyAlreadyDeposited') : null
  },
  decide: (context, { salts }) => {
    const { tender, actor, sealing } = context
    const holder = tender && actor.kind === 'person' ? holderByPerson(tender, actor.person) : null
    if (!tender || !holder) return refuse('youHoldNoKey')
    const facts: NewFact[] = []
    for (const [at, salt] of salts.entries()) {
      const key = tender.tenderKeys.find((each) => each.round === salt.round)
      if (!key || salt.round !== at + 1) return { invalid: [{ path: `salts.${at}.round`, code: 'notYourRecord' }] }
      const wrong = sealing.checkSalt({
        tenderKey: key.tenderKey,
        i: holder.i,
        bidderSalt: salt.bidderSalt,
        envelope: salt.envelope,
      })
      if (wrong || sealing.commitment('envelope', salt.envelope.header) !== salt.e)
        return { invalid: [{ path: `salts.${at}`, code: 'malformedEnvelope', facts: { code: wrong ?? 'e' } }] }
      facts.push(tenderFact(context, 'SaltSealed', { ...salt, i: holder.i }))
    }
    return facts
  },
})

export const keyHolderActs = [nameKeyHolders, depositKeys, rehearseOpening, sealSalts]

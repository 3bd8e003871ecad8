// From the start of a tender to the approval of its notice: key holders and their keys, content, second person, base amount, salts.
import { z } from 'zod'
import { type ActContext, act } from '../act.ts'
import { envelopeSchema } from '../bid/acts.ts'
import type { NewFact } from '../history.ts'
import { bytes32Schema, idSchema } from '../id.ts'
import { findStep, type Method } from '../method.ts'
import { amountSchema, moneySchema } from '../money.ts'
import { type Invalid, type Refusal, refuse } from '../refusal.ts'
import type { KeyRecord } from '../sealing-port.ts'
import { languageSchema, textSchema } from '../text.ts'
import { lawfulMethods } from '../terms.ts'
import { dayOf } from '../time.ts'
import { type Content, contentSchema, envelopeClasses, estimatedValue } from './content.ts'
import { holderGroupSchema, partiesSchema } from './facts.ts'
import { holderByPerson, type TenderState } from './tender.ts'

export const tenderFact = (context: ActContext, type: string, body: unknown): NewFact => ({
  kind: 'tender',
  id: context.caseId,
  type,
  body,
})

/** How many rounds the holders deposit keys for when a tender is prepared: the first and two re-bids (protocol §2.3). */
export const roundsPrepared = 3

/** The case must exist and the actor must belong to its procuring entity. */
export function ownTender(context: ActContext): Refusal | null {
  if (!context.tender) return refuse('caseDoesNotExist')
  if (context.actor.kind !== 'person') return refuse('notSignedIn')
  return context.actor.organisation === context.tender.parties.procuringEntity ? null : refuse('notYourCase')
}

const isPerson = (by: { person: string } | object, context: ActContext): boolean =>
  context.actor.kind === 'person' && 'person' in by && by.person === context.actor.person

function beforePublication(context: ActContext): Refusal | null {
  const foreign = ownTender(context)
  if (foreign) return foreign
  return context.tender?.published || context.tender?.ended ? refuse('stageHasPassed') : null
}

/** Opens the file of a purchase: who buys for whom, under which regime, in which prevailing language. */
export const startTender = act({
  name: 'start-tender',
  noun: 'tender',
  by: ['author'],
  input: z.strictObject({
    buyer: idSchema.nullable(),
    demandAgency: idSchema.nullable(),
    payer: idSchema.nullable(),
    language: languageSchema,
    renoticeOf: z.strictObject({ caseId: idSchema, ocid: z.string().max(100) }).nullable(),
  }),
  lock: 'exclusive',
  needs: ['earlier'],
  may: (context) => {
    if (context.tender) return refuse('alreadyExists')
    return context.organisation?.profile.kinds.includes('buyer')
      ? null
      : refuse('roleIsMissing', { facts: { role: 'author' } })
  },
  decide: (context, input) => {
    const { actor, organisation, pack } = context
    if (actor.kind !== 'person' || !organisation) return refuse('notSignedIn')
    const own = actor.organisation
    const repeated = checkRenotice(context, input.renoticeOf)
    if (repeated) return repeated
    const parties = {
      procuringEntity: own,
      buyer: input.buyer ?? own,
      demandAgency: input.demandAgency ?? own,
      payer: input.payer ?? own,
    }
    const regime = organisation.profile.regime ?? pack.regimes[0]?.id
    if (!regime || !pack.regimes.some((each) => each.id === regime))
      return { invalid: [{ path: 'regime', code: 'unknownRegime' }] }
    const ocid = `${pack.ocidPrefix}-${context.caseId}`
    return [
      tenderFact(context, 'TenderStarted', {
        ocid,
        parties: partiesSchema.parse(parties),
        regime,
        language: input.language,
        renoticeOf: input.renoticeOf,
      }),
    ]
  },
})

/** A re-notice repeats a tender of the same entity that failed, where its terms let a re-notice follow; it has a shorter period, so it must be one. */
function checkRenotice(context: ActContext, of: { caseId: string; ocid: string } | null): Refusal | Invalid | null {
  if (!of) return null
  const { earlier, actor } = context
  if (!earlier || earlier.ocid !== of.ocid) return { invalid: [{ path: 'renoticeOf.caseId', code: 'format' }] }
  if (actor.kind !== 'person' || earlier.parties.procuringEntity !== actor.organisation) return refuse('notYourCase')
  if (earlier.stage !== 'failed') return refuse('stageHasNotCome')
  return earlier.published?.terms.ifItFails.some((each) => each.then === 're-notice')
    ? null
    : refuse('nextStepIsNotLawful')
}

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

/** A key holder deposits a public key for each of the three rounds; the last holder's deposit fixes the tender keys. */
export const depositKeys = act({
  name: 'deposit-keys',
  noun: 'tender',
  by: ['key-holder'],
  input: z.strictObject({ records: z.array(keyRecordSchema).length(roundsPrepared) }),
  lock: 'exclusive',
  needs: [],
  may: (context) => {
    const { tender, actor } = context
    if (!tender) return refuse('caseDoesNotExist')
    if (actor.kind !== 'person' || !holderByPerson(tender, actor.person)) return refuse('youHoldNoKey')
    if (tender.published) return refuse('stageHasPassed')
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
    const facts = records.map((record) => tenderFact(context, 'KeyRecordDeposited', { record }))
    const all: KeyRecord[] = [...tender.keyRecords, ...records]
    const expected = tender.holders.reduce((sum, group) => sum + group.holders.length, 0)
    if (all.length < expected * roundsPrepared) return facts
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
    }
    return facts
  },
})

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
    if (tender.published) return refuse('stageHasPassed')
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

/** Checks the content against plan, classifier, documents and method; the same check serves the form and the approval. */
export function checkContent(context: ActContext, content: Content): Refusal | Invalid | null {
  const { tender, pack, plan, now } = context
  if (!tender) return refuse('caseDoesNotExist')
  const invalid: { path: string; code: string; facts?: Record<string, string> }[] = []
  if (!content.title[content.language]) invalid.push({ path: `title.${content.language}`, code: 'required' })
  if (!content.description[content.language])
    invalid.push({ path: `description.${content.language}`, code: 'required' })
  const lotIds = content.lots.map((lot) => lot.id)
  if (new Set(lotIds).size !== lotIds.length) invalid.push({ path: 'lots', code: 'twice' })
  for (const [at, lot] of content.lots.entries()) {
    if (lot.value.currency !== pack.currency)
      invalid.push({ path: `lots.${at}.value.currency`, code: 'currency', facts: { currency: pack.currency } })
    const itemIds = new Set(lot.items.map((item) => item.id))
    if (itemIds.size !== lot.items.length) invalid.push({ path: `lots.${at}.items`, code: 'twice' })
    for (const [row, item] of lot.items.entries()) {
      if (!pack.classifier.codes.some((each) => each.code === item.classification))
        invalid.push({
          path: `lots.${at}.items.${row}.classification`,
          code: 'unknownClass',
          facts: { code: item.classification },
        })
      if (!pack.units.some((each) => each.code === item.unit))
        invalid.push({ path: `lots.${at}.items.${row}.unit`, code: 'unknownUnit' })
    }
  }
  for (const [at, document] of content.documents.entries()) {
    const stored = context.documents.get(document.upload)
    // Publishing opens the file to everyone, so it must be the buyer's own: another's upload is as if it were not there.
    const own =
      stored?.organisation === tender.parties.procuringEntity || stored?.organisation === tender.parties.demandAgency
    if (!stored || !own || stored.sha256 !== document.sha256 || stored.size !== document.size)
      invalid.push({ path: `documents.${at}`, code: 'notUploaded' })
    else if (stored.scan !== 'clean')
      return refuse('documentIsNotClean', { facts: { document: document.title, scan: stored.scan } })
  }
  if (content.deadline <= now) invalid.push({ path: 'deadline', code: 'mustBeLater' })
  if (invalid.length > 0) return { invalid }
  if (!plan) return refuse('planIsMissing')
  if (plan.organisation !== tender.parties.procuringEntity && plan.organisation !== tender.parties.demandAgency)
    return refuse('planIsMissing')
  if (!plan.published) return refuse('planIsNotPublished')
  const asked = new Map<string, bigint>()
  for (const lot of content.lots) {
    if (lot.planLine.plan !== plan.id) return refuse('planLineIsMissing', { facts: { lot: lot.id } })
    asked.set(lot.planLine.line, (asked.get(lot.planLine.line) ?? 0n) + BigInt(lot.value.amount))
  }
  for (const [line, sum] of asked) {
    const planned = plan.published.lines.find((each) => each.id === line)
    if (!planned) return refuse('planLineIsMissing', { facts: { line } })
    if (sum > BigInt(planned.amount.amount))
      return refuse('budgetIsExceeded', {
        facts: { line, planned: planned.amount.amount, asked: sum.toString(), currency: planned.amount.currency },
      })
    if (sum * 10n < BigInt(planned.amount.amount) && !content.confirmed.includes(`amount:${line}`))
      return refuse('amountNeedsConfirmation', {
        facts: { line, planned: planned.amount.amount, asked: sum.toString(), currency: planned.amount.currency },
      })
  }
  return checkMethod(context, tender, content)
}

/** The method chosen must be lawful for the purchase; a ground other than the rules' own verdict needs its code and words. */
function checkMethod(context: ActContext, tender: TenderState, content: Content): Refusal | Invalid | null {
  const { pack, now, mode } = context
  const purchase = {
    category: content.category,
    estimatedValue: estimatedValue(content),
    renotice: tender.renoticeOf !== null,
  }
  const verdicts = lawfulMethods(pack, tender.regime, purchase, dayOf(now, pack.zone), mode)
  const verdict = verdicts.find((each) => each.method.id === content.choice.method)
  if (!verdict) return { invalid: [{ path: 'choice.method', code: 'unknownMethod' }] }
  if (verdict.because === 'unconfirmed' && verdict.ceiling)
    return refuse('valueIsUnconfirmed', { basis: verdict.ceiling.basis, facts: { values: verdict.ceiling.key } })
  if (!verdict.lawful)
    return refuse('methodIsNotLawful', {
      basis: verdict.ceiling?.basis ?? verdict.method.article,
      facts: { because: verdict.because, ceiling: verdict.ceiling?.value?.amount ?? '', currency: pack.currency },
    })
  if (findStep(verdict.method, 'evaluation') && content.criteria.length === 0)
    return { invalid: [{ path: 'criteria', code: 'required' }] }
  const bids = findStep(verdict.method, 'bids')
  const classes = bids ? envelopeClasses(bids.sealed, content.lots) : []
  if (tender.holders.length > 0 && classes.join() !== tender.classes.join()) return refuse('keyHoldersAreMissing')
  return null
}

export const findMethod = (context: ActContext, id: string): Method | undefined =>
  context.pack.methods.find((each) => each.id === id)

/** Hands the finished content to the second person. */
export const prepareTender = act({
  name: 'prepare-tender',
  noun: 'tender',
  by: ['author'],
  input: z.strictObject({ content: contentSchema }),
  lock: 'exclusive',
  needs: ['plan', 'documents'],
  may: beforePublication,
  decide: (context, { content }) => {
    const { tender } = context
    if (!tender) return refuse('caseDoesNotExist')
    if (content.language !== tender.language) return { invalid: [{ path: 'language', code: 'languageIsFixed' }] }
    const wrong = checkContent(context, content)
    if (wrong) return wrong
    if (
      tender.prepared &&
      !tender.returned &&
      context.sealing.digest(tender.prepared.content) === context.sealing.digest(content)
    )
      return refuse('nothingChanged')
    return [tenderFact(context, 'TenderPrepared', { version: (tender.prepared?.version ?? 0) + 1, content })]
  },
})

/** Who prepared it may neither approve nor return it, nor may a key holder. */
function secondPerson(context: ActContext): Refusal | null {
  const early = beforePublication(context)
  if (early) return early
  const { tender, actor } = context
  if (!tender?.prepared || tender.approved || tender.returned) return refuse('stageHasNotCome')
  if (isPerson(tender.prepared.by, context) || isPerson(tender.startedBy, context))
    return refuse('preparerMayNotApprove')
  if (actor.kind === 'person' && holderByPerson(tender, actor.person)) return refuse('approverMayNotOpen')
  return null
}

export const approveTender = act({
  name: 'approve-tender',
  noun: 'tender',
  by: ['approver'],
  input: z.strictObject({ version: z.int() }),
  lock: 'exclusive',
  needs: ['plan', 'documents'],
  may: secondPerson,
  decide: (context, { version }) => {
    const prepared = context.tender?.prepared
    if (!prepared) return refuse('stageHasNotCome')
    if (prepared.version !== version) return refuse('someoneElseWasFirst')
    return checkContent(context, prepared.content) ?? [tenderFact(context, 'TenderApproved', { version })]
  },
})

export const returnTender = act({
  name: 'return-tender',
  noun: 'tender',
  by: ['approver'],
  input: z.strictObject({ version: z.int(), reason: textSchema(2000) }),
  lock: 'exclusive',
  needs: [],
  may: secondPerson,
  decide: (context, input) =>
    context.tender?.prepared?.version === input.version
      ? [tenderFact(context, 'TenderReturned', input)]
      : refuse('someoneElseWasFirst'),
})

/** The finance officer alone sets the base amount of a lot from which the preliminary prices are made (KR, koneps.md §1.2, §2.1). */
export const setBaseAmount = act({
  name: 'set-base-amount',
  noun: 'tender',
  by: ['finance-officer'],
  input: z.strictObject({
    lot: z.string().max(40),
    amount: moneySchema,
    aValue: amountSchema.optional(),
    sources: textSchema(2000),
    confirmed: z.boolean(),
  }),
  lock: 'exclusive',
  needs: ['plan'],
  may: (context) => {
    const early = beforePublication(context)
    if (early) return early
    const { tender } = context
    if (!tender?.prepared || !tender.needsSalts) return refuse('stageHasNotCome')
    return isPerson(tender.prepared.by, context) ? refuse('baseAmountIsNotYours') : null
  },
  decide: (context, { lot, amount, aValue, sources, confirmed }) => {
    const wanted = context.tender?.prepared?.content.lots.find((each) => each.id === lot)
    if (!wanted) return { invalid: [{ path: 'lot', code: 'unknownLot' }] }
    if (amount.currency !== wanted.value.currency)
      return { invalid: [{ path: 'amount.currency', code: 'currency', facts: { currency: wanted.value.currency } }] }
    const planned = context.plan?.published?.lines.find((each) => each.id === wanted.planLine.line)
    if (planned && BigInt(amount.amount) > BigInt(planned.amount.amount))
      return refuse('budgetIsExceeded', {
        facts: { line: planned.id, planned: planned.amount.amount, asked: amount.amount, currency: amount.currency },
      })
    const far =
      BigInt(amount.amount) * 2n < BigInt(wanted.value.amount) ||
      BigInt(amount.amount) > BigInt(wanted.value.amount) * 2n
    if (far && !confirmed)
      return refuse('amountNeedsConfirmation', {
        facts: { planned: wanted.value.amount, asked: amount.amount, currency: amount.currency },
      })
    if (aValue && BigInt(aValue) >= BigInt(amount.amount))
      return { invalid: [{ path: 'aValue', code: 'tooLong', facts: { most: amount.amount } }] }
    return [tenderFact(context, 'BaseAmountSet', { lot, amount, sources, ...(aValue && { aValue }) })]
  },
})

export const preparingActs = [
  startTender,
  nameKeyHolders,
  depositKeys,
  sealSalts,
  prepareTender,
  approveTender,
  returnTender,
  setBaseAmount,
]

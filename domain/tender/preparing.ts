// From the content of a notice to its approval: checked against plan, classifier and method, approved by a second person; the base amount.
import { z } from 'zod'
import { type ActContext, act } from '../act.ts'
import { compare, fraction, plus, readDecimal } from '../award/fraction.ts'
import { type AwardParameters, criteriaTotal } from '../award/parameters.ts'
import { findStep, kindsOf, type Method } from '../method.ts'
import { amountSchema, moneySchema } from '../money.ts'
import { type Mode, resolve } from '../pack.ts'
import { type Invalid, type Refusal, refuse } from '../refusal.ts'
import { lawfulMethods } from '../terms.ts'
import { textSchema } from '../text.ts'
import { type Day, dayOf } from '../time.ts'
import { type Content, contentSchema, envelopeClasses, estimatedValue } from './content.ts'
import { beforePublication, isPerson, tenderFact } from './starting.ts'
import { holderByPerson, type TenderState } from './tender.ts'

/** Checks the content against plan, classifier, documents and method; the same check serves the form and the approval. */
export function checkContent(context: ActContext, content: Content): Refusal | Invalid | null {
  const { tender, pack, plan, now } = context
  if (!tender) return refuse('caseDoesNotExist')
  const invalid: { path: string; code: string; facts?: Record<string, string> }[] = []
  if (!content.title[content.language]) invalid.push({ path: `title.${content.language}`, code: 'required' })
  if (!content.description[content.language])
    invalid.push({ path: `description.${content.language}`, code: 'required' })
  if (content.kind !== undefined && !kindsOf(pack.methods)[content.category]?.includes(content.kind))
    invalid.push({ path: 'kind', code: 'choice' })
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
  const uneven = checkPoints(verdict.method, content, dayOf(now, pack.zone), mode)
  if (uneven) return uneven
  const bids = findStep(verdict.method, 'bids')
  const classes = bids ? envelopeClasses(bids.sealed, content.lots) : []
  if (tender.holders.length > 0 && classes.join() !== tender.classes.join()) return refuse('keyHoldersAreMissing')
  return null
}

/** The points of the criteria must add up to what the award rule gives for quality: more could not be ranked, less would mislead. */
function checkPoints(method: Method, { criteria }: Content, day: Day, mode: Mode): Invalid | null {
  const award = findStep(method, 'award')
  const parameters = award && resolve<AwardParameters>(award.parameters, day, mode).value
  const total = parameters ? criteriaTotal(parameters) : null
  if (total === null) return null
  const sum = criteria.reduce((all, each) => plus(all, readDecimal(each.points)), fraction(0n))
  return compare(sum, readDecimal(total)) === 0
    ? null
    : { invalid: [{ path: 'criteria', code: 'mustAddUp', facts: { n: total } }] }
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
  needs: ['plan', 'documents', 'law'],
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
  needs: ['plan', 'documents', 'law'],
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
    netCost: amountSchema.optional(),
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
  decide: (context, { lot, amount, aValue, netCost, sources, confirmed }) => {
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
    for (const [path, part] of Object.entries({ aValue, netCost }))
      if (part && BigInt(part) >= BigInt(amount.amount))
        return {
          invalid: [{ path, code: 'mustBeBelow', facts: { asked: amount.amount, currency: amount.currency } }],
        }
    const parts = { ...(aValue && { aValue }), ...(netCost && { netCost }) }
    return [tenderFact(context, 'BaseAmountSet', { lot, amount, sources, ...parts })]
  },
})

export const preparingActs = [prepareTender, approveTender, returnTender, setBaseAmount]

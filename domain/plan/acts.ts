// What may be done with an annual plan: prepare a version, return or approve it as a second person, publish it.
import { z } from 'zod'
import { type ActContext, act } from '../act.ts'
import type { NewFact } from '../history.ts'
import { refuse } from '../refusal.ts'
import { textSchema } from '../text.ts'
import { planLineSchema } from './facts.ts'

const fact = (context: ActContext, type: string, body: unknown): NewFact => ({
  kind: 'plan',
  id: context.caseId,
  type,
  body,
})

/** Another organisation's plan is not open to this actor. */
function ownPlan(context: ActContext) {
  if (context.actor.kind !== 'person') return refuse('notSignedIn')
  if (context.plan && context.plan.organisation !== context.actor.organisation) return refuse('notYourOrganisation')
  return null
}

/** Prepares the first or the next version of the year's plan; lines whose tenders have begun may not vanish or shrink below them. */
export const preparePlan = act({
  name: 'prepare-plan',
  noun: 'plan',
  by: ['planner'],
  input: z.strictObject({ year: z.int().min(2020).max(2100), lines: z.array(planLineSchema).min(1).max(5000) }),
  lock: 'exclusive',
  needs: [],
  may: ownPlan,
  decide: (context, { year, lines }) => {
    if (context.actor.kind !== 'person') return refuse('notSignedIn')
    const ids = new Set<string>()
    for (const [at, line] of lines.entries()) {
      if (ids.has(line.id)) return { invalid: [{ path: `lines.${at}.id`, code: 'twice' }] }
      ids.add(line.id)
      if (line.amount.currency !== context.pack.currency)
        return {
          invalid: [
            { path: `lines.${at}.amount.currency`, code: 'currency', facts: { currency: context.pack.currency } },
          ],
        }
      if (!context.pack.classifier.codes.some((each) => each.code === line.classification))
        return {
          invalid: [{ path: `lines.${at}.classification`, code: 'unknownClass', facts: { code: line.classification } }],
        }
    }
    if (context.plan && context.plan.year !== year) return { invalid: [{ path: 'year', code: 'yearIsFixed' }] }
    const dropped = context.plan?.published?.lines.find((line) => !ids.has(line.id))
    if (dropped) return { invalid: [{ path: 'lines', code: 'publishedLineDropped', facts: { line: dropped.id } }] }
    const version = Math.max(context.plan?.published?.version ?? 0, context.plan?.pending?.version ?? 0) + 1
    const ocid = context.plan?.ocid ?? `${context.pack.ocidPrefix}-plan-${context.caseId}`
    return [fact(context, 'PlanPrepared', { ocid, organisation: context.actor.organisation, year, version, lines })]
  },
})

/** A version waits for a second person: whoever prepared it neither approves nor returns it. */
function secondPerson(context: ActContext) {
  const pending = context.plan?.pending
  if (!pending || pending.approved) return refuse('stageHasNotCome')
  const foreign = ownPlan(context)
  if (foreign) return foreign
  if (context.actor.kind === 'person' && 'person' in pending.by && pending.by.person === context.actor.person)
    return refuse('preparerMayNotApprove')
  return null
}

export const approvePlan = act({
  name: 'approve-plan',
  noun: 'plan',
  by: ['plan-approver'],
  input: z.strictObject({}),
  lock: 'exclusive',
  needs: [],
  may: secondPerson,
  decide: (context) => [fact(context, 'PlanApproved', { version: context.plan?.pending?.version })],
})

export const returnPlan = act({
  name: 'return-plan',
  noun: 'plan',
  by: ['plan-approver'],
  input: z.strictObject({ reason: textSchema(2000) }),
  lock: 'exclusive',
  needs: [],
  may: secondPerson,
  decide: (context, { reason }) => [fact(context, 'PlanReturned', { version: context.plan?.pending?.version, reason })],
})

/** Publishes the approved version; from then on tenders may be tied to its lines (PLN-01). */
export const publishPlan = act({
  name: 'publish-plan',
  noun: 'plan',
  by: ['planner', 'plan-approver'],
  input: z.strictObject({}),
  lock: 'exclusive',
  needs: [],
  may: (context) => ownPlan(context) ?? (context.plan?.pending?.approved ? null : refuse('stageHasNotCome')),
  decide: (context) => {
    const plan = context.plan
    if (!plan?.pending) return refuse('stageHasNotCome')
    const { ocid, organisation, year } = plan
    return [
      fact(context, 'PlanPublished', {
        ocid,
        organisation,
        year,
        version: plan.pending.version,
        lines: plan.pending.lines,
      }),
    ]
  },
})

export const planActs = [preparePlan, approvePlan, returnPlan, publishPlan]

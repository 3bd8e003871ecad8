// My desk: the cases of the visitor by what they need: now, from others, or nothing more.
import type { ActContext } from '@naru/domain/act.ts'
import type { PersonActor } from '@naru/domain/actor.ts'
import { holderByPerson, type TenderState } from '@naru/domain/tender/tender.ts'
import { type May, mayOf } from '@naru/domain/may.ts'
import type { PlanState } from '@naru/domain/plan/plan.ts'
import type { ContractState } from '@naru/domain/contract/contract.ts'
import { type CaseRow, contextOf } from '../context.ts'
import type { Deployment } from '../deployment.ts'
import { readNow } from '../time.ts'

/** One case on the desk. `acts` are open to the visitor now; those that a case waits for come first. */
export interface DeskLine {
  readonly caseId: string
  readonly kind: 'tender' | 'plan'
  readonly title: Readonly<Record<string, string>>
  readonly stage: string
  /** Whether every award has its contract concluded. */
  readonly concluded: boolean
  readonly number: string | null
  readonly deadline: string | null
  readonly group: 'needs-you' | 'waiting' | 'over'
  readonly acts: readonly Extract<May, { open: true }>[]
}

/** Acts that a case waits for. What may always be done (cancel, ask, amend) is open without being needed. */
const needed = new Set([
  'name-key-holders',
  'deposit-keys',
  'rehearse-opening',
  'seal-salts',
  'prepare-tender',
  'approve-tender',
  'set-base-amount',
  'publish-tender',
  'answer-question',
  'approve-amendment',
  'attend-opening',
  'post-shares',
  'declare-conflict',
  'score-bids',
  'record-review',
  'explain-price',
  'judge-explanation',
  'award-lot',
  'withdraw-award',
  'start-rebid',
  'draft-contract',
  'consent-to-contract',
  'confirm-contract',
  'approve-plan',
  'publish-plan',
])

const isDone = (name: string, context: ActContext): boolean => {
  const { tender, actor } = context
  // Interests may be declared anew, but once declared nothing waits for it.
  if (name === 'declare-conflict')
    return actor.kind === 'person' && (tender?.conflicts ?? []).some((each) => each.person === actor.person)
  if (name === 'name-key-holders') return (tender?.holders.length ?? 0) > 0
  if (name === 'prepare-tender') return tender?.prepared !== null && tender?.returned === null
  if (name === 'set-base-amount') return (tender?.baseAmounts.length ?? 0) > 0
  if (name === 'publish-tender') return (tender?.tenderKeys.length ?? 0) === 0
  return false
}

/** The newest 200 cases that concern the visitor, those that need something first. */
export async function readDesk(deployment: Deployment, actor: PersonActor): Promise<readonly DeskLine[]> {
  const now = await readNow(deployment)
  const { rows } = await deployment.database.pool.query<CaseRow>(
    `with mine as (
        select case_id from current where owner = $1 and kind in ('tender', 'plan', 'bid', 'contract')
        union select case_id from current where kind = 'tender' and state::jsonb->'holders' @> jsonb_build_array(jsonb_build_object('holders',
          jsonb_build_array(jsonb_build_object('person', $2::text))))
      ), newest as (
        select m.case_id from mine m join current c on c.case_id = m.case_id and c.kind in ('tender', 'plan') group by m.case_id order by max(c.year) desc limit 200)
      select $3::timestamptz as now, c.stream, c.kind, c.case_id as answer, c.state from newest n join current c on c.case_id = n.case_id
      where c.kind in ('tender', 'plan', 'contract') or (c.kind = 'bid' and c.owner = $1)`,
    [actor.organisation, actor.person, now],
  )
  const own = await deployment.database.pool.query<CaseRow>(
    `select naru_now() as now, stream, kind, state from current where stream = $1`,
    [`organisation:${actor.organisation}`],
  )
  const byCase = new Map<string, CaseRow[]>()
  for (const row of rows) byCase.set(row.answer ?? '', [...(byCase.get(row.answer ?? '') ?? []), row])
  const lines = [...byCase].map(([caseId, states]) =>
    lineOf(contextOf(deployment, caseId, actor, [...states, ...own.rows.map((row) => ({ ...row, now }))]), actor),
  )
  const order = { 'needs-you': 0, waiting: 1, over: 2 }
  return lines
    .filter((line) => line !== null)
    .sort((a, b) => order[a.group] - order[b.group] || (a.deadline ?? '9').localeCompare(b.deadline ?? '9'))
}

/** The acts that a case waits for and that are open to the context's actor. */
export const neededActs = (context: ActContext): DeskLine['acts'] =>
  mayOf(context, context.tender ? ['tender', 'bid', 'contract'] : ['plan'])
    .filter((each) => each.open)
    .filter((each) => needed.has(each.act) && !isDone(each.act, context))

function lineOf(context: ActContext, actor: PersonActor): DeskLine | null {
  const { tender, plan, caseId } = context
  const acts = neededActs(context)
  if (tender) return tenderLine(caseId, tender, context.contracts, acts, actor)
  return plan ? planLine(caseId, plan, acts) : null
}

function tenderLine(
  caseId: string,
  tender: TenderState,
  contracts: readonly ContractState[],
  acts: DeskLine['acts'],
  actor: PersonActor,
): DeskLine | null {
  const mine = tender.parties.procuringEntity === actor.organisation
  if (!tender.published && !mine && !holderByPerson(tender, actor.person)) return null
  const concluded =
    tender.awards.length > 0 &&
    tender.awards.every((award) => contracts.some((each) => each.text.award === award.award && each.concluded))
  const over = concluded || tender.stage === 'cancelled' || tender.stage === 'failed'
  return {
    caseId,
    kind: 'tender',
    title: tender.content?.title ?? tender.prepared?.content.title ?? {},
    stage: tender.stage,
    concluded,
    number: tender.published?.number ?? null,
    deadline: tender.rounds.at(-1)?.deadline ?? null,
    group: acts.length > 0 ? 'needs-you' : over ? 'over' : 'waiting',
    acts,
  }
}

function planLine(caseId: string, plan: PlanState, acts: DeskLine['acts']): DeskLine {
  const stage = plan.pending ? (plan.pending.approved ? 'approved' : 'prepared') : 'published'
  return {
    caseId,
    kind: 'plan',
    title: {},
    stage,
    concluded: false,
    number: String(plan.year),
    deadline: null,
    group: acts.length > 0 ? 'needs-you' : plan.published ? 'over' : 'waiting',
    acts,
  }
}

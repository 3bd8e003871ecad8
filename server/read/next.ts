// Who acts next on a case: every person of the sandbox for whom an act that the case waits for is open.
import type { PersonActor, Role } from '@naru/domain/actor.ts'
import type { May } from '@naru/domain/may.ts'
import { type CaseRow, contextOf } from '../context.ts'
import type { Deployment } from '../deployment.ts'
import type { ContractState } from '@naru/domain/contract/contract.ts'
import type { TenderState } from '@naru/domain/tender/tender.ts'
import { neededActs } from './desk.ts'

/** A person and the acts that wait for them. */
export interface NextPerson {
  readonly person: string
  readonly name: string
  readonly organisation: string
  readonly organisationName: Readonly<Record<string, string>>
  readonly acts: readonly Extract<May, { open: true }>[]
}

/** Everyone who has to do something about a tender or plan now. Only the sandbox asks: it tells nobody's secrets, but names people. */
export async function readNextPeople(deployment: Deployment, caseId: string): Promise<readonly NextPerson[]> {
  const { pool } = deployment.database
  const cases = await pool.query<CaseRow & { owner: string | null }>(
    `select naru_now() as now, stream, kind, owner, state from current where case_id = $1 and kind in ('tender', 'plan', 'contract', 'bid')`,
    [caseId],
  )
  if (cases.rows.length === 0) return []
  const people = await pool.query<{ person: string; name: string; organisation: string; roles: Role[]; state: string }>(
    `select m.person, p.name, m.organisation, m.roles, c.state from membership m join person p on p.id = m.person
     join current c on c.stream = 'organisation:' || m.organisation order by p.name limit 500`,
  )
  return people.rows.flatMap((row) => {
    const actor: PersonActor = { kind: 'person', person: row.person, organisation: row.organisation, roles: row.roles }
    const rows = cases.rows.filter((each) => each.kind !== 'bid' || each.owner === row.organisation)
    const own = {
      ...rows[0],
      now: cases.rows[0]?.now ?? '',
      stream: `organisation:${row.organisation}`,
      kind: 'organisation',
      state: row.state,
    } as CaseRow
    const acts = neededActs(contextOf(deployment, caseId, actor, [...rows, own]))
    const { profile } = JSON.parse(row.state) as { profile: { name: Record<string, string> } }
    return acts.length > 0
      ? [{ person: row.person, name: row.name, organisation: row.organisation, organisationName: profile.name, acts }]
      : []
  })
}

/** How far a case of the sandbox is, whoever asks. */
export interface Peek {
  readonly tender: TenderState
  /** Whether every awarded lot has its contract. */
  readonly concluded: boolean
}

/** Reads a tender past its standing, for the guided walk of the sandbox alone. Null where there is none. */
export async function peekAtTender(deployment: Deployment, caseId: string): Promise<Peek | null> {
  const { rows } = await deployment.database.pool.query<{ kind: string; state: string }>(
    `select kind, state from current where case_id = $1 and kind in ('tender', 'contract')`,
    [caseId],
  )
  const found = rows.find((row) => row.kind === 'tender')
  if (!found) return null
  const tender = JSON.parse(found.state) as TenderState
  const contracts = rows.filter((row) => row.kind === 'contract').map((row) => JSON.parse(row.state) as ContractState)
  const concluded =
    tender.awards.length > 0 &&
    tender.awards.every((award) => contracts.some((each) => each.text.award === award.award && each.concluded))
  return { tender, concluded }
}

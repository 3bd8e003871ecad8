// An organisation's public page: who it is, and its tenders.
import type { PersonActor } from '@naru/domain/actor.ts'
import type { OrganisationState } from '@naru/domain/organisation/organisation.ts'
import type { Deployment } from '../deployment.ts'
import { resolvePersonal } from './case.ts'
import { type SearchResult, searchTenders } from './search.ts'

export interface OrganisationPage {
  readonly id: string
  readonly profile: OrganisationState['profile']
  readonly tenders: SearchResult
  readonly won: readonly {
    readonly caseId: string
    readonly title: Readonly<Record<string, string>>
    readonly value: string | null
    readonly currency: string | null
  }[]
}

/** What anyone may read of an organisation, or null. */
export async function readOrganisation(deployment: Deployment, id: string): Promise<OrganisationPage | null> {
  const row = await deployment.database.db
    .selectFrom('current')
    .select('state')
    .where('stream', '=', `organisation:${id}`)
    .executeTakeFirst()
  if (!row) return null
  const { profile } = JSON.parse(row.state) as OrganisationState
  const tenders = await searchTenders(deployment, { buyer: id })
  const won = await deployment.database.pool.query<{
    case_id: string
    title: Record<string, string>
    award_amount: string | null
    currency: string | null
  }>(
    `select l.case_id, l.title, l.award_amount, l.currency from current c join listing l on l.case_id = c.case_id
     where c.kind = 'contract' and c.owner = $1 and c.stage = 'concluded' order by l.published_at desc limit 50`,
    [id],
  )
  return {
    id,
    profile,
    tenders,
    won: won.rows.map((each) => ({
      caseId: each.case_id,
      title: each.title,
      value: each.award_amount,
      currency: each.currency,
    })),
  }
}

/** Organisations registered as buyers whose name in any language holds a text: at most `most`, in the order of their names. */
export async function findBuyers(
  deployment: Deployment,
  text: string,
  most: number,
): Promise<{ readonly id: string; readonly name: Readonly<Record<string, string>> }[]> {
  const { rows } = await deployment.database.pool.query<{ id: string; name: Record<string, string> }>(
    `select o.id, o.name from (
       select state::jsonb->>'id' as id, state::jsonb->'profile'->'name' as name, state::jsonb->'profile'->'kinds' as kinds
       from current where kind = 'organisation') as o
     where o.kinds ? 'buyer'
       and exists (select from jsonb_each_text(o.name) as each where strpos(lower(each.value), lower($1)) > 0)
     order by o.name::text limit $2`,
    [text, most],
  )
  return rows
}

/** The visitor's own organisation with the names of its people, or null. */
export async function readOwnOrganisation(
  deployment: Deployment,
  actor: PersonActor,
): Promise<OrganisationState | null> {
  const row = await deployment.database.db
    .selectFrom('current')
    .select('state')
    .where('stream', '=', `organisation:${actor.organisation}`)
    .executeTakeFirst()
  return row ? ((await resolvePersonal(deployment, JSON.parse(row.state))) as OrganisationState) : null
}

/** Names of the people of the visitor's organisation by id. */
export async function readColleagues(deployment: Deployment, actor: PersonActor): Promise<Record<string, string>> {
  const { rows } = await deployment.database.pool.query<{ id: string; name: string }>(
    'select p.id, p.name from membership m join person p on p.id = m.person where m.organisation = $1',
    [actor.organisation],
  )
  return Object.fromEntries(rows.map((row) => [row.id, row.name]))
}

/** The organisation that is registered as a supplier under a number of its scheme, or null. */
export async function findSupplier(deployment: Deployment, number: string): Promise<string | null> {
  const { rows } = await deployment.database.pool.query<{ state: string }>(
    `select state from current where kind = 'organisation' and state::jsonb->'profile'->'identifier'->>'id' = $1
     and state::jsonb->'profile'->'kinds' ? 'supplier' limit 1`,
    [number],
  )
  return rows[0] ? (JSON.parse(rows[0].state) as OrganisationState).id : null
}

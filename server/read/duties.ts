// What a key holder's program asks for again and again: the tenders that name its person, and what each waits for from it.
import type { PersonActor } from '@naru/domain/actor.ts'
import { mayOf } from '@naru/domain/may.ts'
import { type CaseRow, contextOf } from '../context.ts'
import type { Deployment } from '../deployment.ts'

const asked = new Set([
  'deposit-keys',
  'rehearse-opening',
  'seal-salts',
  'attend-opening',
  'post-shares',
  'destroy-key',
])

export interface Duties {
  readonly person: string
  readonly organisation: string
  readonly cases: readonly { readonly case: string; readonly due: readonly string[] }[]
}

/** The cases in which something is due now, the newest 500 that name the person looked at. */
export async function readDuties(deployment: Deployment, actor: PersonActor): Promise<Duties> {
  const { rows } = await deployment.database.pool.query<CaseRow>(
    `select naru_now() as now, stream, kind, case_id as answer, state from current
     where kind = 'tender' and (state::jsonb -> 'holders') @> jsonb_build_array(jsonb_build_object('holders',
       jsonb_build_array(jsonb_build_object('person', $1::text)))) order by year desc limit 500`,
    [actor.person],
  )
  const cases = rows.map((row) => {
    const context = contextOf(deployment, row.answer ?? '', actor, [row])
    const open = mayOf(context, ['tender']).filter((each) => each.open && asked.has(each.act))
    return { case: row.answer ?? '', due: open.map((each) => each.act) }
  })
  const { person, organisation } = actor
  return { person, organisation, cases: cases.filter((each) => each.due.length > 0) }
}

// Who may do what, as a matrix made from the catalogue of acts: every act against every role (SEC-01); and that nobody approves their own work (SEC-03).
import { describe, expect, test } from 'vitest'
import { type ActContext, roleRefusal } from './act.ts'
import { type Actor, type Role, roles } from './actor.ts'
import { acts } from './catalogue.ts'
import { isRefusal } from './refusal.ts'
import { approveTender } from './tender/preparing.ts'
import type { TenderState } from './tender/tender.ts'

const id = (n: number) => `00000000-0000-4000-8000-${String(n).padStart(12, '0')}`
const person = (n: number, held: readonly Role[]): Actor & { kind: 'person' } => ({
  kind: 'person',
  person: id(n),
  organisation: id(100),
  roles: held,
})

describe('SEC-01: every act is closed to whom it does not name', () => {
  test.each(acts.map((each) => [each.name, each] as const))('%s', (_, act) => {
    expect(roleRefusal(act, { kind: 'anyone' })).not.toBeNull()
    for (const role of roles) {
      const open = act.by === 'anyone-signed-in' || (act.by !== 'platform' && act.by.includes(role))
      expect([role, roleRefusal(act, person(1, [role])) === null]).toEqual([role, open])
    }
    // A person whom nobody gave a role, and one with every role, who is still not the portal itself.
    expect(roleRefusal(act, person(1, [])) === null).toBe(act.by === 'anyone-signed-in')
    expect(roleRefusal(act, person(1, roles)) === null).toBe(act.by !== 'platform')
  })
})

test('SEC-03: who prepared, who began and who holds a key may not approve; another approver may', () => {
  const by = (n: number) => ({ person: id(n), organisation: id(100) })
  const tender = {
    stage: 'preparing',
    parties: { procuringEntity: id(100), buyer: id(100), demandAgency: id(100), payer: id(100) },
    startedBy: by(1),
    prepared: { version: 1, by: by(2) },
    approved: null,
    returned: null,
    published: null,
    holders: [{ name: 'agency', k: 1, holders: [{ i: 1, person: id(3), organisation: id(100) }] }],
  } as unknown as TenderState
  const may = (n: number) => {
    const refused = approveTender.may({ tender, actor: person(n, ['approver']) } as unknown as ActContext)
    return refused && isRefusal(refused) ? refused.refused : null
  }
  expect([1, 2, 3, 4].map(may)).toEqual(['preparerMayNotApprove', 'preparerMayNotApprove', 'approverMayNotOpen', null])
})

// What may be done with the law of a deployment: the operator names legal officers, and they confirm assumed values. No code is touched.
import { z } from 'zod'
import { type ActContext, act } from '../act.ts'
import type { NewFact } from '../history.ts'
import { moneySchema } from '../money.ts'
import type { UnconfirmedEntry } from '../pack.ts'
import { refuse } from '../refusal.ts'
import { periodSchema } from '../time.ts'
import { confirmedValueSchema, officerSchema } from './facts.ts'
import { lawCase, unreadEntry } from './law.ts'

const fact = (type: string, body: unknown): NewFact => ({ kind: 'law', id: lawCase, type, body })
const ownCase = (context: ActContext) => (context.caseId === lawCase ? null : refuse('caseDoesNotExist'))

const holds = (context: ActContext, officer: z.infer<typeof officerSchema>): boolean =>
  (context.law?.officers ?? []).some(
    (each) => each.person === officer.person && each.organisation === officer.organisation,
  )

/** The operator names who may confirm values: a person acting for an organisation, from its own machine only. */
export const nameLegalOfficer = act({
  name: 'name-legal-officer',
  noun: 'law',
  by: 'platform',
  input: officerSchema,
  lock: 'exclusive',
  needs: [],
  may: ownCase,
  decide: (context, officer) =>
    holds(context, officer) ? refuse('alreadyExists') : [fact('LegalOfficerNamed', officer)],
})

/** The operator takes that right back; what was confirmed stays. */
export const releaseLegalOfficer = act({
  name: 'release-legal-officer',
  noun: 'law',
  by: 'platform',
  input: officerSchema,
  lock: 'exclusive',
  needs: [],
  may: ownCase,
  decide: (context, officer) =>
    holds(context, officer) ? [fact('LegalOfficerReleased', officer)] : refuse('nothingChanged'),
})

const inOrder = (value: unknown): unknown =>
  Array.isArray(value)
    ? value.map(inOrder)
    : typeof value === 'object' && value !== null
      ? Object.fromEntries(
          Object.entries(value)
            .toSorted(([one], [other]) => (one < other ? -1 : 1))
            .map(([name, part]) => [name, inOrder(part)]),
        )
      : value
const same = (one: unknown, other: unknown): boolean => JSON.stringify(inOrder(one)) === JSON.stringify(inOrder(other))

const shareSchema = z.strictObject({
  percent: z.string().regex(/^(0|[1-9][0-9]?|100)(\.[0-9]{1,4})?$/),
  of: z.enum(['bid-price', 'planned-amount', 'contract-price']),
  bound: z.enum(['least', 'most', 'exactly']),
})

/**
 * Whether a value may stand in the place of an entry: one of its candidates as it is, or another length of time, sum or share where the
 * candidates are such. Rules of award and choices are only confirmed as a candidate has them: another one is a change of the pack.
 */
function fits(entry: UnconfirmedEntry<unknown>, value: unknown): boolean {
  if (entry.candidates.some((each) => same(each.value, value))) return true
  const [{ value: candidate }] = entry.candidates
  const money = moneySchema.safeParse(candidate)
  if (money.success) {
    const given = moneySchema.safeParse(value)
    return given.success && given.data.currency === money.data.currency
  }
  if (periodSchema.safeParse(candidate).success) return periodSchema.safeParse(value).success
  const isShare = typeof candidate === 'object' && candidate !== null && 'percent' in candidate
  return isShare && shareSchema.safeParse(value).success
}

/** A legal officer gives an assumed value its article, signed with a passkey; from then on live mode publishes with it. */
export const confirmValue = act({
  name: 'confirm-value',
  noun: 'law',
  by: 'anyone-signed-in',
  input: confirmedValueSchema,
  lock: 'exclusive',
  needs: [],
  may: (context) => {
    const refused = ownCase(context)
    if (refused) return refused
    const { actor } = context
    // An officer acts in person: no other system confirms law with a delegated credential.
    return actor.kind === 'person' && !actor.credential && holds(context, actor)
      ? null
      : refuse('roleIsMissing', { facts: { role: 'legal-officer' } })
  },
  decide: (context, confirmed) => {
    const entry = unreadEntry(context.pack, confirmed.key, confirmed.from)
    if (!entry) return { invalid: [{ path: 'key', code: 'choice' }] }
    if (!fits(entry, confirmed.value)) return { invalid: [{ path: 'value', code: 'format' }] }
    if (confirmed.law.length < 10) return { invalid: [{ path: 'law', code: 'format' }] }
    const before = context.law?.confirmed.find((each) => each.key === confirmed.key && each.from === confirmed.from)
    if (before && before.law === confirmed.law && same(before.value, confirmed.value)) return refuse('nothingChanged')
    return [fact('ValueConfirmed', confirmed)]
  },
})

export const lawActs = [nameLegalOfficer, releaseLegalOfficer, confirmValue] as const

// The key holders of a tender on their buyer's page: whom the form proposes, and how far each is on the way to a key that is proven to open.
import type { Rehearsal, TenderState } from '@naru/domain/tender/tender.ts'
import type { NameableHolder } from '../read-api.ts'

/** Who is ticked at first: people before programs, and of each institution one before any second. */
export function proposedHolders(
  own: readonly Pick<NameableHolder, 'person' | 'organisation' | 'byProgram'>[],
  n: number,
): string[] {
  const people = own.toSorted((a, b) => Number(a.byProgram) - Number(b.byProgram))
  const one = people.filter((each, at) => people.findIndex((other) => other.organisation === each.organisation) === at)
  return [...new Set([...one, ...people])].slice(0, n).map((each) => each.person)
}

/** Named, has deposited keys, has proved that they open, or answered the rehearsal with a key that does not. */
export type HolderState = 'named' | 'deposited' | 'proved' | 'fails'

/** Every holder in the order of the groups, with how far they are. */
export const holderStates = (
  holders: TenderState['holders'],
  keyRecords: readonly { readonly officer: string }[],
  answered: Rehearsal['answered'],
): { i: number; person: string; group: 'agency' | 'guardians'; state: HolderState }[] =>
  holders.flatMap((group) =>
    group.holders.map(({ i, person }) => {
      const answer = answered.find((each) => each.i === i)
      const deposited = keyRecords.some((each) => each.officer === person)
      const state = answer ? (answer.opens ? 'proved' : 'fails') : deposited ? 'deposited' : 'named'
      return { i, person, group: group.name, state }
    }),
  )

// Whom the form of key holders proposes, and what it says of each who was named.
import { describe, expect, it } from 'vitest'
import { holderStates, proposedHolders } from './holders.ts'

const person = (name: string, organisation: string, byProgram = false) => ({ person: name, organisation, byProgram })

describe('the key holders that the form ticks at first', () => {
  it('are of different institutions, as far as there are so many', () => {
    const own = [person('a1', 'A'), person('a2', 'A'), person('b1', 'B'), person('c1', 'C')]
    expect(proposedHolders(own, 3)).toEqual(['a1', 'b1', 'c1'])
    expect(proposedHolders(own, 4)).toEqual(['a1', 'b1', 'c1', 'a2'])
  })

  it('are people before programs, also of the same institution', () => {
    const own = [person('program', 'A', true), person('someone', 'A'), person('other program', 'B', true)]
    expect(proposedHolders(own, 1)).toEqual(['someone'])
    expect(proposedHolders(own, 2)).toEqual(['someone', 'other program'])
  })

  it('are nobody twice, and never more than are asked for', () => {
    const own = [person('a1', 'A'), person('a2', 'A')]
    expect(proposedHolders(own, 5)).toEqual(['a1', 'a2'])
    expect(proposedHolders([], 2)).toEqual([])
  })
})

describe('SEA-04: how far each key holder is', () => {
  const holders = [
    {
      name: 'agency' as const,
      k: 1,
      holders: [1, 2, 3, 4].map((i) => ({ i, person: `p${i}`, organisation: 'O' })),
    },
  ]

  it('named, deposited, proved, or with a key that does not open', () => {
    const at = '2026-01-01T00:00:00.000Z'
    const states = holderStates(
      holders,
      [{ officer: 'p2' }, { officer: 'p3' }, { officer: 'p4' }],
      [
        { i: 3, opens: true, at },
        { i: 4, opens: false, at },
      ],
    )
    expect(states.map((each) => each.state)).toEqual(['named', 'deposited', 'proved', 'fails'])
  })
})

// States kept by the hash of their head: sent once, shared without being changed, forgotten by size, and never lost to a reading under way.
import { expect, test } from 'vitest'
import { knownStates, type StateRow } from './known-states.ts'

const row = (stream: string, head: number, state: unknown): StateRow => ({
  stream,
  kind: stream.split(':')[0] ?? '',
  hash: Buffer.alloc(32, head),
  state: state === null ? null : JSON.stringify(state),
})

test('a state that was read is named by its head and needs no text again', () => {
  const known = knownStates()
  expect(known.of(['tender:a']).hashes).toEqual([])
  const first = known.of([]).stateOf(row('tender:a', 1, { stage: 'published' }))
  const again = known.of(['tender:a', 'tender:b'])
  expect(again.hashes).toEqual([Buffer.alloc(32, 1)])
  expect(again.stateOf(row('tender:a', 1, null))).toBe(first)
})

test('another head brings another state; a head that was not named needs its text', () => {
  const known = knownStates()
  known.of([]).stateOf(row('tender:a', 1, { stage: 'published' }))
  const reading = known.of(['tender:a'])
  expect(known.of([]).stateOf(row('tender:a', 2, { stage: 'closed' }))).toEqual({ stage: 'closed' })
  // What was named stays at hand for the reading that named it, though a newer state took its place meanwhile.
  expect(reading.stateOf(row('tender:a', 1, null))).toEqual({ stage: 'published' })
  expect(() => reading.stateOf(row('tender:a', 3, null))).toThrow('never known')
})

test('a shared state cannot be changed; bids are not kept; the least used go first', () => {
  const known = knownStates(60)
  const state = known.of([]).stateOf(row('plan:a', 1, { lines: [{ id: '1' }] })) as { lines: { id: string }[] }
  expect(() => state.lines.push({ id: '2' })).toThrow(TypeError)
  expect(() => Object.assign(state.lines[0] as object, { id: '2' })).toThrow(TypeError)
  known.of([]).stateOf(row('bid:b', 2, { versions: [] }))
  expect(known.of(['bid:b']).hashes).toEqual([])
  known.of([]).stateOf(row('plan:c', 3, { lines: [{ id: '3' }] }))
  known.of(['plan:a']).stateOf(row('plan:a', 1, null))
  known.of([]).stateOf(row('plan:d', 4, { lines: [{ id: '4' }] }))
  expect(['plan:a', 'plan:c', 'plan:d'].filter((stream) => known.of([stream]).hashes.length > 0)).toEqual([
    'plan:a',
    'plan:d',
  ])
})

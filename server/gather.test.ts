// What comes while a round is under way goes together in the next one, in order, apart where it must be, and no fault is anybody else's.
import { expect, test } from 'vitest'
import { gather } from './gather.ts'

/** A gathering whose rounds wait until they are let go; `rounds` are the items of each. */
function held(options: { together: number; atOnce: number; apart?: (item: string) => readonly string[] }) {
  const rounds: (readonly string[])[] = []
  const gates: { go: () => void; break: (error: Error) => void }[] = []
  const { ask } = gather<string, string>((items) => {
    rounds.push(items)
    return new Promise((resolve, reject) =>
      gates.push({ go: () => resolve(items.map((each) => each.toUpperCase())), break: reject }),
    )
  }, options)
  const settled = () => new Promise((resume) => setImmediate(resume))
  return { rounds, gates, ask, settled }
}

test('alone at once, then whoever waits together, at most so many, in the order they came', async () => {
  const { rounds, gates, ask, settled } = held({ together: 3, atOnce: 1 })
  const answers = ['a', 'b', 'c', 'd', 'e'].map(ask)
  expect(rounds).toEqual([['a']])
  gates[0]?.go()
  await settled()
  expect(rounds).toEqual([['a'], ['b', 'c', 'd']])
  gates[1]?.go()
  await settled()
  gates[2]?.go()
  expect(await Promise.all(answers)).toEqual(['A', 'B', 'C', 'D', 'E'])
  expect(rounds).toEqual([['a'], ['b', 'c', 'd'], ['e']])
})

test('items that share a name never meet in a round; the later one waits, the others do not wait for it', async () => {
  const { rounds, gates, ask, settled } = held({ together: 4, atOnce: 1, apart: (item) => [item[0] ?? ''] })
  const answers = ['x', 'a1', 'a2', 'b1', 'a3'].map(ask)
  for (let n = 0; n < 4; n += 1) {
    gates[n]?.go()
    await settled()
  }
  expect(rounds).toEqual([['x'], ['a1', 'b1'], ['a2'], ['a3']])
  expect(await Promise.all(answers)).toEqual(['X', 'A1', 'A2', 'B1', 'A3'])
})

test('a round that fails fails its own callers; the next one goes on', async () => {
  const { gates, ask, settled } = held({ together: 2, atOnce: 1 })
  const [first, second, third] = ['a', 'b', 'c'].map((each) => ask(each).catch((error: Error) => error.message))
  gates[0]?.break(new Error('broken'))
  await settled()
  gates[1]?.go()
  expect(await Promise.all([first, second, third])).toEqual(['broken', 'B', 'C'])
})

test('two rounds at once where two may be', async () => {
  const { rounds, gates, ask, settled } = held({ together: 8, atOnce: 2 })
  const answers = ['a', 'b', 'c', 'd'].map(ask)
  expect(rounds).toEqual([['a'], ['b']])
  gates[1]?.go()
  await settled()
  expect(rounds).toEqual([['a'], ['b'], ['c', 'd']])
  gates[0]?.go()
  gates[2]?.go()
  expect(await Promise.all(answers)).toEqual(['A', 'B', 'C', 'D'])
})

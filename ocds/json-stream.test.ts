// The cutter gives the same pieces however the bytes arrive, keeps them exact, and goes on behind what is broken.
import fc from 'fast-check'
import { expect, test } from 'vitest'
import { PackageCutter, type Piece, StreamCutter } from './json-stream.ts'

const decode = (bytes: Uint8Array) => new TextDecoder().decode(bytes)
const shown = (piece: Piece) => {
  if (piece.kind === 'end') return 'end'
  if (piece.kind === 'left-out') return `${piece.why} ${piece.where}`
  const name = piece.kind === 'item' ? `${piece.list}[]` : piece.kind === 'member' ? piece.key : 'root'
  return `${name}: ${decode(piece.bytes)}`
}

function cut(text: string | Uint8Array, options: { limit?: number; lines?: boolean; chunk?: number } = {}): string[] {
  const { limit = 1000, lines = false, chunk = 1000 } = options
  const bytes = typeof text === 'string' ? new TextEncoder().encode(text) : text
  const cutter = new StreamCutter({ limit, lines })
  const pieces: string[] = []
  for (let at = 0; at < bytes.length; at += chunk)
    pieces.push(...[...cutter.push(bytes.subarray(at, at + chunk))].map(shown))
  pieces.push(...[...cutter.end()].map(shown))
  return pieces
}

const document =
  '{"uri": "a\\"}]", "releases": [ {"id": 1, "t": "{[\\\\"}, null ,{"id":2} ], "n": 12 ,"publisher": {"name":"Ө"}}'

test('small values come whole, byte for byte, one after the other, in lists and behind a byte order mark', () => {
  expect(cut(`\ufeff${document}\n\n {"ocid":"x"}`)).toEqual([`root: ${document}`, 'root: {"ocid":"x"}'])
  expect(cut('[{"a":1}, {"a":[2]}]')).toEqual(['root: {"a":1}', 'root: {"a":[2]}'])
  expect(cut('')).toEqual([])
})

test('a value beyond the limit comes in members and items', () => {
  expect(cut(document, { limit: 60 })).toEqual([
    'uri: "a\\"}]"',
    'releases[]: {"id": 1, "t": "{[\\\\"}',
    'releases[]: null',
    'releases[]: {"id":2}',
    'n: 12',
    'publisher: {"name":"Ө"}',
    'end',
  ])
})

test('a member or an item beyond the limit is left out and named; the others come', () => {
  const long = 'x'.repeat(80)
  expect(cut(`{"releases":[{"id":"${long}"},{"id":2}],"more":"${long}","uri":"u"}`, { limit: 60 })).toEqual([
    'tooLarge releases[0]',
    'releases[]: {"id":2}',
    'tooLarge more',
    'uri: "u"',
    'end',
  ])
})

test('a broken line costs that line only', () => {
  const lines = ['{"a":1}', '{"b":', '{"c":"text', 'word', '{"d":4}', '{"e":[}']
  expect(cut(`${lines.join('\n')}\n`, { lines: true })).toEqual([
    'root: {"a":1}',
    'broken line 2',
    'broken line 3',
    'broken line 4',
    'root: {"d":4}',
    'broken line 6',
  ])
})

test('a stream that ends inside a value says so and keeps what came before', () => {
  expect(cut('{"a":1}\n{"b":[1,2')).toEqual(['root: {"a":1}', 'broken line 2'])
  expect(cut('{"releases":[{"id":1},{"id":2', { limit: 10 })).toEqual(['releases[]: {"id":1}', 'broken line 1', 'end'])
})

test('the pieces do not depend on how the bytes arrive', () => {
  fc.assert(
    fc.property(
      fc.array(fc.record({ uri: fc.string(), releases: fc.array(fc.jsonValue()), last: fc.jsonValue() }), {
        maxLength: 4,
      }),
      fc.integer({ min: 1, max: 40 }),
      fc.integer({ min: 1, max: 200 }),
      fc.boolean(),
      (roots, chunk, limit, lines) => {
        const text = roots.map((each) => JSON.stringify(each)).join('\n')
        expect(cut(text, { chunk, limit, lines })).toEqual(cut(text, { limit, lines, chunk: 100_000 }))
        expect(cut(text, { limit: 1_000_000, lines, chunk })).toEqual(
          roots.map((each) => `root: ${JSON.stringify(each)}`),
        )
      },
    ),
  )
})

test('the entries of a list, put together again, are the list', () => {
  fc.assert(
    fc.property(fc.array(fc.jsonValue()), fc.integer({ min: 1, max: 20 }), (releases, chunk) => {
      const bytes = new TextEncoder().encode(JSON.stringify({ before: 1, releases, after: [2] }, null, 1))
      const cutter = new PackageCutter(1_000_000)
      const pieces: Piece[] = []
      for (let at = 0; at < bytes.length; at += chunk) pieces.push(...cutter.push(bytes.subarray(at, at + chunk)))
      const items = pieces.flatMap((each) => (each.kind === 'item' ? [JSON.parse(decode(each.bytes))] : []))
      expect(JSON.stringify(items)).toBe(JSON.stringify(releases))
      expect(pieces.filter((each) => each.kind === 'member').map(shown)).toHaveLength(2)
    }),
  )
})

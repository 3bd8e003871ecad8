// Tiles: the paths and the example of the tlog-tiles text, and a tree read back from tiles alone.
import { describe, expect, it, vi } from 'vitest'
import { BadForm } from './encoding.ts'
import { consistencyProof, inclusionProof, leafHash, readerOf, rootAt } from './merkle.ts'
import {
  bundleContents,
  parseBundle,
  parseTilePath,
  type Tile,
  tileContents,
  tilePath,
  tileReader,
  tilesAdded,
} from './tile.ts'

// A laden machine takes its time; these tests are about bytes, not speed.
vi.setConfig({ testTimeout: 120_000 })

describe('paths', () => {
  it('have three-digit groups, x before all but the last, and a width where partial', () => {
    expect(tilePath({ level: 0, index: 1_234_067, width: 256 })).toBe('tile/0/x001/x234/067')
    expect(tilePath({ level: 1, index: 5, width: 17 })).toBe('tile/1/005.p/17')
    expect(tilePath({ level: 'entries', index: 1000, width: 256 })).toBe('tile/entries/x001/000')
  })

  it('read back, and only in this form', () => {
    const tiles: Tile[] = [
      { level: 0, index: 0, width: 256 },
      { level: 63, index: 999, width: 1 },
      { level: 'entries', index: 123_456_789, width: 255 },
    ]
    for (const tile of tiles) expect(parseTilePath(tilePath(tile))).toEqual(tile)
    for (const bad of [
      'tile/0/1',
      'tile/00/001',
      'tile/64/001',
      'tile/0/001.p/0',
      'tile/0/001.p/256',
      'tile/0/x000/001',
      'tile/0/001/',
      '/tile/0/001',
      'tile/0/001.p/01',
      'tile/../001',
      'tile/0/x001/x234/067/000',
    ]) {
      expect(parseTilePath(bad)).toBeNull()
    }
    for (const bad of [
      { level: 64, index: 0, width: 1 },
      { level: 0, index: -1, width: 1 },
      { level: 0, index: 0, width: 257 },
    ]) {
      expect(() => tilePath(bad)).toThrow(BadForm)
    }
  })
})

describe('tiles of a tree', () => {
  it('of 70,000 leaves are those of the text’s example', () => {
    const tiles = tilesAdded(0, 70_000)
    const of = (level: number | 'entries') => tiles.filter((tile) => tile.level === level)
    expect(of(0)).toHaveLength(274)
    expect(of(0).at(-1)).toEqual({ level: 0, index: 273, width: 112 })
    expect(of('entries')).toHaveLength(274)
    expect(of(1)).toEqual([
      { level: 1, index: 0, width: 256 },
      { level: 1, index: 1, width: 17 },
    ])
    expect(of(2)).toEqual([{ level: 2, index: 0, width: 1 }])
    expect(tilesAdded(0, 256).map(tilePath)).toEqual(['tile/0/000', 'tile/entries/000', 'tile/1/000.p/1'])
    expect(tilesAdded(255, 257).map(tilePath)).toEqual([
      'tile/0/000',
      'tile/entries/000',
      'tile/0/001.p/1',
      'tile/entries/001.p/1',
      'tile/1/000.p/1',
    ])
    expect(tilesAdded(7, 7)).toEqual([])
    expect(tilesAdded(0, 0)).toEqual([])
  })

  it('are enough to read root and proofs, written batch by batch', () => {
    const leaves = Array.from({ length: 66_000 }, (_, n) => leafHash(Uint8Array.of(n >> 16, n >> 8, n)))
    const read = readerOf(leaves)
    const files = new Map<string, Uint8Array>()
    for (const [before, size] of [
      [0, 1],
      [1, 300],
      [300, 65_536],
      [65_536, 66_000],
    ] as const) {
      for (const tile of tilesAdded(before, size))
        if (tile.level !== 'entries') files.set(`${tile.level}/${tile.index}`, tileContents(read, tile))
      const tiles = tileReader((level, index) => files.get(`${level}/${index}`) ?? new Uint8Array(0))
      expect(rootAt(tiles, size)).toEqual(rootAt(read, size))
      expect(inclusionProof(tiles, size - 1, size)).toEqual(inclusionProof(read, size - 1, size))
      expect(consistencyProof(tiles, before, size)).toEqual(consistencyProof(read, before, size))
      expect(() => rootAt(tiles, size + 1)).toThrow('too narrow')
    }
  })
})

describe('bundles', () => {
  it('are entries behind their lengths', () => {
    const entries = [Uint8Array.of(7, 8, 9), new Uint8Array(34), new Uint8Array(0)]
    const bytes = bundleContents(entries)
    expect(Array.from(bytes.slice(0, 7))).toEqual([0, 3, 7, 8, 9, 0, 34])
    expect(parseBundle(bytes)).toEqual(entries)
    expect(() => parseBundle(bytes.slice(0, -2).slice(0, 20))).toThrow(BadForm)
    expect(() => parseBundle(Uint8Array.of(0))).toThrow(BadForm)
    expect(() => bundleContents([new Uint8Array(65_536)])).toThrow(BadForm)
    expect(() => tileContents(() => new Uint8Array(32), { level: 'entries', index: 0, width: 1 })).toThrow(BadForm)
  })
})

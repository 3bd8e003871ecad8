// Tiles of C2SP tlog-tiles: the tree as files of up to 256 hashes, and bundles of entries; paths, contents, and reading a tree from them.
import { BadForm, joined } from './encoding.ts'
import { type NodeReader, nodeHash } from './merkle.ts'

/** Hashes in a full tile (height 8). */
export const TILE_WIDTH = 256

/** A tile: level L (each covers 8 tree levels), index N, and its width, 256 where it is full. "entries" is the level of bundles. */
export type Tile = { readonly level: number | 'entries'; readonly index: number; readonly width: number }

function indexPath(index: number): string {
  if (!Number.isSafeInteger(index) || index < 0) throw new BadForm('not a tile index')
  const digits = String(index)
  const groups = digits.padStart(Math.ceil(digits.length / 3) * 3, '0').match(/[0-9]{3}/g) ?? []
  return groups.map((group, n) => (n < groups.length - 1 ? `x${group}` : group)).join('/')
}

/** The path under the log's prefix: "tile/0/x001/x234/067", with ".p/W" where partial. Throws `BadForm`. */
export function tilePath(tile: Tile): string {
  const { level, index, width } = tile
  if (level !== 'entries' && (!Number.isInteger(level) || level < 0 || level > 63))
    throw new BadForm('not a tile level')
  if (!Number.isInteger(width) || width < 1 || width > TILE_WIDTH) throw new BadForm('not a tile width')
  return `tile/${level}/${indexPath(index)}${width === TILE_WIDTH ? '' : `.p/${width}`}`
}

/** The tile that a path names; null for anything that is not exactly such a path. */
export function parseTilePath(path: string): Tile | null {
  const match = /^tile\/(entries|0|[1-9][0-9]?)\/((?:x[0-9]{3}\/)*[0-9]{3})(?:\.p\/([1-9][0-9]{0,2}))?$/.exec(path)
  if (match === null) return null
  const level = match[1] === 'entries' ? ('entries' as const) : Number(match[1])
  const index = Number((match[2] ?? '').replace(/[x/]/g, ''))
  const width = match[3] === undefined ? TILE_WIDTH : Number(match[3])
  const tile = { level, index, width }
  if ((level !== 'entries' && level > 63) || width > TILE_WIDTH || !Number.isSafeInteger(index)) return null
  return tilePath(tile) === path ? tile : null
}

/** The tiles, bundles included, that a tree of `size` has and one of `before` had not: what a sequencer writes at a new checkpoint. */
export function tilesAdded(before: number, size: number): Tile[] {
  const tiles: Tile[] = []
  for (let level = 0; level < 64; level += 1) {
    const [old, now] = [Math.floor(before / TILE_WIDTH ** level), Math.floor(size / TILE_WIDTH ** level)]
    if (now === 0) break
    if (old === now) continue
    for (let index = Math.floor(old / TILE_WIDTH); index * TILE_WIDTH < now; index += 1) {
      const width = Math.min(TILE_WIDTH, now - index * TILE_WIDTH)
      tiles.push({ level, index, width })
      if (level === 0) tiles.push({ level: 'entries', index, width })
    }
  }
  return tiles
}

/** The bytes of a hash tile: its hashes one after the other. Throws `BadForm` for a bundle. */
export function tileContents(read: NodeReader, tile: Tile): Uint8Array {
  const { level, index, width } = tile
  if (level === 'entries') throw new BadForm('a bundle is made of entries')
  return joined(Array.from({ length: width }, (_, n) => read(8 * level, index * TILE_WIDTH + n)))
}

/** The bytes of an entry bundle: each entry behind its length as two bytes, big-endian. */
export function bundleContents(entries: readonly Uint8Array[]): Uint8Array {
  return joined(
    entries.flatMap((entry) => {
      if (entry.length > 0xffff) throw new BadForm('an entry longer than 65,535 bytes')
      return [Uint8Array.of(entry.length >> 8, entry.length & 255), entry]
    }),
  )
}

/** The entries of a bundle. Throws `BadForm` where a length does not fit. */
export function parseBundle(bytes: Uint8Array): Uint8Array[] {
  const entries: Uint8Array[] = []
  for (let at = 0; at < bytes.length; ) {
    const length = ((bytes[at] ?? 0) << 8) | (bytes[at + 1] ?? 0)
    if (at + 2 + length > bytes.length) throw new BadForm('a bundle that ends within an entry')
    entries.push(bytes.slice(at + 2, at + 2 + length))
    at += 2 + length
  }
  return entries
}

/**
 * A reader over tiles. `tileAt` gives the bytes of tile (level, index), full or as wide as it is; nodes within a tile are hashed from it.
 * Throws `BadForm` where the tile is too narrow.
 */
export function tileReader(tileAt: (level: number, index: number) => Uint8Array): NodeReader {
  return (level, index) => {
    const [tileLevel, height] = [Math.floor(level / 8), level % 8]
    const first = index * 2 ** height
    const bytes = tileAt(tileLevel, Math.floor(first / TILE_WIDTH))
    const start = (first % TILE_WIDTH) * 32
    let hashes: Uint8Array[] = Array.from({ length: 2 ** height }, (_, n) =>
      bytes.slice(start + 32 * n, start + 32 * n + 32),
    )
    if (hashes.some((hash) => hash.length !== 32)) throw new BadForm(`tile ${tileLevel}/${index} is too narrow`)
    while (hashes.length > 1) {
      const below = hashes
      hashes = Array.from({ length: below.length / 2 }, (_, n) =>
        nodeHash(below[2 * n] ?? new Uint8Array(32), below[2 * n + 1] ?? new Uint8Array(32)),
      )
    }
    return hashes[0] ?? new Uint8Array(32)
  }
}

// A growing Merkle tree in memory: every node of every level, 32 bytes each, so that roots and proofs of any size it ever had are read from it.
import { type NodeReader, nodeHash } from './merkle.ts'

/** A tree that only grows. Nodes once there never change, so a size remembered from earlier stays readable. */
export class Tree {
  readonly #levels: Uint8Array[][] = [[]]

  /** Adds a leaf hash (32 bytes). */
  append(leaf: Uint8Array): void {
    let hash = leaf
    for (let level = 0; ; level += 1) {
      const row = (this.#levels[level] ??= [])
      row.push(hash)
      if (row.length % 2 === 1) return
      hash = nodeHash(row[row.length - 2] as Uint8Array, hash)
    }
  }

  get size(): number {
    return this.#levels[0]?.length ?? 0
  }

  readonly read: NodeReader = (level, index) => {
    const node = this.#levels[level]?.[index]
    if (!node) throw new RangeError(`no node ${level}/${index}`)
    return node
  }
}

// What a probe makes of its answers, and the bytes that it signs.
import { createHash } from 'node:crypto'

/** From when until when the path was down, ms. */
export type Span = { readonly from: number; readonly until: number }

const least = 2

/** Follows answers in order of time. `saw` gives the span of an outage when the first good answer ends it; fewer than two bad answers are none. */
export function openWatch(): { saw(up: boolean, at: number): Span | null } {
  let from = 0
  let bad = 0
  return {
    saw: (up, at) => {
      if (!up) {
        if (bad === 0) from = at
        bad += 1
        return null
      }
      const ended = bad >= least ? { from, until: at } : null
      bad = 0
      return ended
    },
  }
}

const label = 'eproc/v1/outage-finding'

/** HO("outage-finding", finding): SHA-256(u8(length of the label) || label || u32(length) || JCS), for findings of plain text and whole numbers. */
export function signedBytes(finding: Readonly<Record<string, string | number>>): Uint8Array {
  const sorted = Object.fromEntries(Object.entries(finding).sort(([a], [b]) => (a < b ? -1 : 1)))
  const text = Buffer.from(JSON.stringify(sorted), 'utf8')
  const length = Buffer.alloc(4)
  length.writeUInt32BE(text.length)
  return createHash('sha256').update(Uint8Array.of(label.length)).update(label).update(length).update(text).digest()
}

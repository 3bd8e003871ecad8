// Log entries: 34 bytes each, a version, a kind and a 32-byte commitment, so that the log itself never holds an object.
import { BadForm } from './encoding.ts'

/** What an entry commits to, by its kind byte. */
export const entryKinds = {
  sealed: 0x01,
  keyrec: 0x02,
  tkd: 0x03,
  notice: 0x04,
  amendment: 0x05,
  qa: 0x06,
  salt: 0x07,
  close: 0x08,
  batch: 0x09,
  opening: 0x0a,
  draw: 0x0b,
  award: 0x0c,
  contract: 0x0d,
  act: 0x0e,
  explain: 0x0f,
  trust: 0x10,
  evaluation: 0x11,
  eligibility: 0x12,
  token: 0x13,
} as const
export type EntryKind = keyof typeof entryKinds

/** Length of every entry in bytes. */
export const ENTRY_LENGTH = 34

const VERSION = 0x01
const kindOfByte = new Map(Object.entries(entryKinds).map(([kind, byte]) => [byte as number, kind as EntryKind]))

/** The entry 0x01 || kind || commitment (32 bytes). Throws `BadForm`. */
export function makeEntry(kind: EntryKind, commitment: Uint8Array): Uint8Array {
  if (commitment.length !== 32) throw new BadForm('a commitment has 32 bytes')
  const entry = new Uint8Array(ENTRY_LENGTH)
  entry.set([VERSION, entryKinds[kind]])
  entry.set(commitment, 2)
  return entry
}

/** Kind and commitment of an entry. Throws `BadForm` for another length, version or an unknown kind. */
export function parseEntry(entry: Uint8Array): { kind: EntryKind; commitment: Uint8Array } {
  if (entry.length !== ENTRY_LENGTH) throw new BadForm('an entry has 34 bytes')
  if (entry[0] !== VERSION) throw new BadForm('an entry of another version')
  const kind = kindOfByte.get(entry[1] ?? 0)
  if (kind === undefined) throw new BadForm('an entry of an unknown kind')
  return { kind, commitment: entry.slice(2) }
}

// Commitments of the public objects and of the sealed and official entries: the 32 bytes behind each log entry.
import { H, HO } from './hash.ts'
import { canonical } from './jcs.ts'

/** Objects whose commitment is HO(label, object): the label is the object's name in the protocol. */
export type ObjectLabel =
  | 'keyrec'
  | 'tkd'
  | 'notice'
  | 'amendment'
  | 'qa'
  | 'envelope'
  | 'close'
  | 'batch'
  | 'opening'
  | 'draw'
  | 'award'
  | 'contract'
  | 'explain'
  | 'trust'
  | 'evaluation'
  | 'eligibility'
  | 'token'
  | 'attempt-report'

/** HO(label, object), 32 bytes. Throws `Malformed` if the object has no canonical form. */
export function commitmentOf(label: ObjectLabel, object: unknown): Uint8Array {
  return HO(label, object)
}

/** Commitment of a bid's or withdrawal's entry: H("leaf/sealed", leafSalt, M), 32 bytes each. */
export function sealedCommitment(leafSalt: Uint8Array, m: Uint8Array): Uint8Array {
  return H('leaf/sealed', leafSalt, m)
}

/** Commitment of an official action's entry: H("leaf/act", salt, canonical event); deleting salt and event erases it. */
export function actCommitment(salt: Uint8Array, event: unknown): Uint8Array {
  return H('leaf/act', salt, canonical(event))
}

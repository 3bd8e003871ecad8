// Cosignatures (C2SP tlog-cosignature, cosignature/v1 with Ed25519): a witness's dated word that a checkpoint continues all it saw before.
import { ed25519 } from '@noble/curves/ed25519.js'
import {
  type KeyType,
  keyId,
  type NoteKey,
  type NoteSigner,
  parseNote,
  parseVerifierKey,
  signatureLine,
  verifierKey,
} from './checkpoint.ts'
import { BadForm, joined, same } from './encoding.ts'

/** A verified cosignature: whose it is and its time in seconds since 1970 UTC. */
export type Cosignature = { readonly key: NoteKey; readonly time: number }

const COSIGNER: KeyType = 0x04
const LENGTH = 8 + 64
const utf8 = new TextEncoder()

/** A cosigner's key as one line of text: name+keyid in hex+base64(0x04 || public key). */
export const cosignerKey = (key: NoteKey): string => verifierKey(key, COSIGNER)

/** The key of such a line. Throws `BadForm`. */
export const parseCosignerKey = (text: string): NoteKey => parseVerifierKey(text, COSIGNER)

/** What a cosigner signs: a header line, its time in seconds, and the whole text of the checkpoint. Throws `BadForm`. */
export function cosignedMessage(checkpointText: string, time: number): Uint8Array {
  if (!Number.isSafeInteger(time) || time < 0) throw new BadForm('not a time in seconds')
  if (!checkpointText.endsWith('\n')) throw new BadForm('a checkpoint ends with a newline')
  return utf8.encode(`cosignature/v1\ntime ${time}\n${checkpointText}`)
}

/** The signature line with which a witness cosigns a checkpoint's text at a time (seconds since 1970 UTC). */
export function cosign(checkpointText: string, signer: NoteSigner, time: number): string {
  const dated = new Uint8Array(8)
  const signature = signer.sign(cosignedMessage(checkpointText, time))
  new DataView(dated.buffer).setBigUint64(0, BigInt(time))
  return signatureLine(signer, joined([dated, signature]), COSIGNER)
}

/**
 * The cosignatures of known keys on a note, in its order. Lines of unknown keys are ignored; of one key the first line counts; a counting line
 * that does not verify makes the whole note refused. Throws `BadForm`.
 */
export function readCosignatures(note: string, keys: readonly NoteKey[]): Cosignature[] {
  const { text, signatures } = parseNote(note)
  const found = new Map<NoteKey, Cosignature>()
  for (const { name, keyId: id, signature } of signatures) {
    const key = keys.find((candidate) => candidate.name === name && same(keyId(candidate, COSIGNER), id))
    if (key === undefined || found.has(key)) continue
    if (signature.length !== LENGTH) throw new BadForm(`a cosignature of ${name} has another length`)
    const seconds = new DataView(signature.buffer, signature.byteOffset, 8).getBigUint64(0)
    if (seconds > BigInt(Number.MAX_SAFE_INTEGER)) throw new BadForm(`the time of ${name} is beyond all times`)
    const time = Number(seconds)
    let holds = false
    try {
      holds = ed25519.verify(signature.slice(8), cosignedMessage(text, time), key.publicKey, { zip215: false })
    } catch {
      holds = false
    }
    if (!holds) throw new BadForm(`the cosignature of ${name} does not verify`)
    found.set(key, { key, time })
  }
  return [...found.values()]
}

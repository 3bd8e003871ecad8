// Checkpoints (C2SP tlog-checkpoint) as signed notes (C2SP signed-note) with Ed25519: the log's signed statement of its size and root.
import { ed25519 } from '@noble/curves/ed25519.js'
import { sha256 } from './digest.ts'
import { BadForm, fromBase64, joined, parseDecimal, same, toBase64 } from './encoding.ts'

/** Origin of the log, number of leaves, root (32 bytes), and extension lines, of which we write none. */
export type Checkpoint = { origin: string; size: number; root: Uint8Array; extensions: string[] }

/** A key that signs notes: its name and its 32-byte Ed25519 public key. */
export type NoteKey = { name: string; publicKey: Uint8Array }

/** What signs a note: a key and its signing (64 bytes over the note's text), here or in a KMS. */
export type NoteSigner = NoteKey & { sign(message: Uint8Array): Uint8Array }

/** One signature line: the key id is four bytes. */
export type NoteSignature = { name: string; keyId: Uint8Array; signature: Uint8Array }

/** The type byte of a key in ids and verifier keys: a plain signature over the note, or a cosignature/v1 (cosignature.ts). */
export type KeyType = 0x01 | 0x04

const ED25519 = 0x01
const MOST_NOTE = 1_000_000
const MOST_SIGNATURES = 64
const utf8 = new TextEncoder()

function checkName(name: string): void {
  if (name === '' || /[\s+\p{White_Space}]/u.test(name)) throw new BadForm('not a key name')
}

/** Key id: the first four bytes of SHA-256(name || 0x0A || type || public key). */
export function keyId(key: NoteKey, type: KeyType = ED25519): Uint8Array {
  checkName(key.name)
  if (key.publicKey.length !== 32) throw new BadForm('an Ed25519 key has 32 bytes')
  return sha256(joined([utf8.encode(key.name), Uint8Array.of(0x0a, type), key.publicKey])).slice(0, 4)
}

/** The key as one line of text: name+keyid in hex+base64(type || public key). */
export function verifierKey(key: NoteKey, type: KeyType = ED25519): string {
  const id = Array.from(keyId(key, type), (byte) => byte.toString(16).padStart(2, '0')).join('')
  return `${key.name}+${id}+${toBase64(joined([Uint8Array.of(type), key.publicKey]))}`
}

/** The key of such a line. Throws `BadForm`, also where the id does not belong to the key or the type is another. */
export function parseVerifierKey(text: string, type: KeyType = ED25519): NoteKey {
  const match = /^([^+]+)\+([0-9a-f]{8})\+(.+)$/.exec(text)
  const bytes = fromBase64(match?.[3] ?? '')
  if (match === null || bytes.length !== 33 || bytes[0] !== type)
    throw new BadForm('not an Ed25519 verifier key of this type')
  const key = { name: match[1] ?? '', publicKey: bytes.slice(1) }
  if (verifierKey(key, type) !== text) throw new BadForm('a verifier key with another id')
  return key
}

/** A signer with a 32-byte Ed25519 secret key in memory (RFC 8032). */
export function signerWith(name: string, secretKey: Uint8Array): NoteSigner {
  return {
    name,
    publicKey: ed25519.getPublicKey(secretKey),
    sign: (message) => ed25519.sign(message, secretKey),
  }
}

/** The text of a checkpoint: origin, size, root in base64, each on its line. Throws `BadForm`. */
export function checkpointText(checkpoint: Omit<Checkpoint, 'extensions'>): string {
  const { origin, size, root } = checkpoint
  // oxlint-disable-next-line no-control-regex
  if (origin === '' || /[\u0000-\u001f]/.test(origin) || !origin.isWellFormed()) throw new BadForm('not an origin')
  if (!Number.isSafeInteger(size) || size < 0) throw new BadForm('not a tree size')
  if (root.length !== 32) throw new BadForm('a root has 32 bytes')
  return `${origin}\n${size}\n${toBase64(root)}\n`
}

/** A checkpoint from its text. Throws `BadForm`. */
export function parseCheckpointText(text: string): Checkpoint {
  if (!text.endsWith('\n')) throw new BadForm('a checkpoint ends with a newline')
  const [origin, size, root, ...extensions] = text.slice(0, -1).split('\n')
  if (origin === undefined || origin === '' || size === undefined || root === undefined) {
    throw new BadForm('a checkpoint has at least three lines')
  }
  if (extensions.includes('')) throw new BadForm('an empty extension line')
  const bytes = fromBase64(root)
  if (bytes.length !== 32) throw new BadForm('a root has 32 bytes')
  return { origin, size: parseDecimal(size), root: bytes, extensions }
}

/** A note: the text (ending in a newline), an empty line, and a signature line per signer. */
export function signNote(text: string, signers: readonly NoteSigner[]): string {
  if (!text.endsWith('\n')) throw new BadForm('a note text ends with a newline')
  const lines = signers.map((signer) => signatureLine(signer, signer.sign(utf8.encode(text))))
  return `${text}\n${lines.join('')}`
}

/** The signature line of a key for a signature made elsewhere (64 bytes; a cosignature has its time before them). */
export function signatureLine(key: NoteKey, signature: Uint8Array, type: KeyType = ED25519): string {
  return `\u2014 ${key.name} ${toBase64(joined([keyId(key, type), signature]))}\n`
}

/** Text and signatures of a note, without judging the signatures. Throws `BadForm`. */
export function parseNote(note: string): { text: string; signatures: NoteSignature[] } {
  if (note.length > MOST_NOTE) throw new BadForm('a note too long')
  // oxlint-disable-next-line no-control-regex
  if (/[\u0000-\u0009\u000b-\u001f]/.test(note) || !note.isWellFormed())
    throw new BadForm('control characters in a note')
  const split = note.lastIndexOf('\n\n')
  if (split < 0 || !note.endsWith('\n')) throw new BadForm('a note without signatures')
  const lines = note.slice(split + 2, -1).split('\n')
  if (lines.length > MOST_SIGNATURES) throw new BadForm('too many signatures')
  return {
    text: note.slice(0, split + 1),
    signatures: lines.map((line) => {
      const match = /^\u2014 ([^ ]+) ([^ ]+)$/.exec(line)
      if (match === null) throw new BadForm('not a signature line')
      const name = match[1] ?? ''
      checkName(name)
      const bytes = fromBase64(match[2] ?? '')
      if (bytes.length < 5) throw new BadForm('a signature too short')
      return { name, keyId: bytes.slice(0, 4), signature: bytes.slice(4) }
    }),
  }
}

/**
 * The note's text if it is signed by known keys: lines of unknown keys are ignored, a line of a known key that does not verify makes the
 * whole note refused, and at least one must verify. Gives the names that signed. Throws `BadForm`.
 */
export function openNote(note: string, keys: readonly NoteKey[]): { text: string; signedBy: string[] } {
  const { text, signatures } = parseNote(note)
  const message = utf8.encode(text)
  const signedBy = new Set<string>()
  for (const { name, keyId: id, signature } of signatures) {
    const key = keys.find((candidate) => candidate.name === name && same(keyId(candidate), id))
    if (key === undefined) continue
    let holds = false
    try {
      holds = ed25519.verify(signature, message, key.publicKey, { zip215: false })
    } catch {
      holds = false
    }
    if (!holds) throw new BadForm(`the signature of ${name} does not verify`)
    signedBy.add(name)
  }
  if (signedBy.size === 0) throw new BadForm('no signature by a known key')
  return { text, signedBy: [...signedBy] }
}

/** A signed checkpoint of the log: its key's name is the origin. */
export function signCheckpoint(checkpoint: Omit<Checkpoint, 'origin' | 'extensions'>, signer: NoteSigner): string {
  return signNote(checkpointText({ origin: signer.name, ...checkpoint }), [signer])
}

/** The checkpoint of a note that the log's own key signed; its origin must be the key's name. Throws `BadForm`. */
export function openCheckpoint(note: string, logKey: NoteKey): Checkpoint {
  const checkpoint = parseCheckpointText(openNote(note, [logKey]).text)
  if (checkpoint.origin !== logKey.name) throw new BadForm('a checkpoint of another log')
  return checkpoint
}

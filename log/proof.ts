// Proofs for keeping (C2SP tlog-proof): one text file that shows, without a connection, that an entry is in the log.
import { type Checkpoint, type NoteKey, openCheckpoint } from './checkpoint.ts'
import { BadForm, fromBase64, parseDecimal, toBase64 } from './encoding.ts'
import { inclusionHolds, leafHash } from './merkle.ts'
import { openWitnessed, type Policy, type Witnessed } from './policy.ts'

/** A proof: optional extra data (not authenticated by the proof), 0-based index, inclusion hashes from the leaf up, the checkpoint's note. */
export type LogProof = { extra: Uint8Array | null; index: number; path: Uint8Array[]; checkpoint: string }

const HEAD = 'c2sp.org/tlog-proof@v1'
const MOST_PATH = 64
const MOST_PROOF = 2_000_000

/** The text of a proof, for a file with the ending .tlog-proof. */
export function proofText(proof: LogProof): string {
  const { extra, index, path, checkpoint } = proof
  const lines = [HEAD, ...(extra === null ? [] : [`extra ${toBase64(extra)}`]), `index ${index}`, ...path.map(toBase64)]
  return `${lines.join('\n')}\n\n${checkpoint}`
}

/** A proof from its text, its form only. Throws `BadForm`. */
export function parseProof(text: string): LogProof {
  if (text.length > MOST_PROOF) throw new BadForm('a proof too long')
  const split = text.indexOf('\n\n')
  if (split < 0) throw new BadForm('a proof without a checkpoint')
  const lines = text.slice(0, split).split('\n')
  if (lines.shift() !== HEAD) throw new BadForm('not a log proof')
  const extra = lines[0]?.startsWith('extra ') ? fromBase64((lines.shift() ?? '').slice('extra '.length)) : null
  const index = lines.shift()
  if (index === undefined || !index.startsWith('index ')) throw new BadForm('a proof without an index')
  if (lines.length > MOST_PATH) throw new BadForm('a proof with too many hashes')
  const path = lines.map((line) => {
    const hash = fromBase64(line)
    if (hash.length !== 32) throw new BadForm('a hash has 32 bytes')
    return hash
  })
  return { extra, index: parseDecimal(index.slice('index '.length)), path, checkpoint: text.slice(split + 2) }
}

/**
 * The proof's index, checkpoint and extra data if the log's key signed the checkpoint and the entry (34 bytes) stands at the index under
 * its root. Throws `BadForm` where anything does not hold.
 */
export function openProof(
  text: string,
  entry: Uint8Array,
  logKey: NoteKey,
): { index: number; checkpoint: Checkpoint; extra: Uint8Array | null } {
  const proof = parseProof(text)
  const checkpoint = openCheckpoint(proof.checkpoint, logKey)
  if (!inclusionHolds(leafHash(entry), proof.index, checkpoint.size, proof.path, checkpoint.root)) {
    throw new BadForm('the entry is not at this place of the log')
  }
  return { index: proof.index, checkpoint, extra: proof.extra }
}

/**
 * Like `openProof`, but under a policy: the checkpoint must be one that the policy accepts, with its quorum of witnesses. Gives who cosigned it
 * when. Throws `BadForm` where anything does not hold.
 */
export function openWitnessedProof(
  text: string,
  entry: Uint8Array,
  policy: Policy,
): { index: number; witnessed: Witnessed; extra: Uint8Array | null } {
  const proof = parseProof(text)
  const witnessed = openWitnessed(proof.checkpoint, policy)
  const { size, root } = witnessed.checkpoint
  if (!inclusionHolds(leafHash(entry), proof.index, size, proof.path, root)) {
    throw new BadForm('the entry is not at this place of the log')
  }
  return { index: proof.index, witnessed, extra: proof.extra }
}

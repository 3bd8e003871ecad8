// The witness's one decision (C2SP tlog-witness, add-checkpoint): cosign a checkpoint that continues the newest one it cosigned, or say why not.
import { type NoteKey, type NoteSigner, openNote, parseCheckpointText, parseNote } from '@naru/log/checkpoint.ts'
import { cosign } from '@naru/log/cosignature.ts'
import { BadForm, fromBase64, parseDecimal, same } from '@naru/log/encoding.ts'
import { consistencyHolds, emptyRoot } from '@naru/log/merkle.ts'
import type { HeadStore } from './store.ts'

/** An answer in HTTP's terms. */
export interface Answer {
  readonly status: 200 | 400 | 403 | 404 | 409 | 422
  readonly type: 'text/plain' | 'text/x.tlog.size'
  readonly body: string
}

const MOST_PROOF = 63
const said = (status: Answer['status'], body: string): Answer => ({ status, type: 'text/plain', body })

/** A request's parts: the old size, the consistency proof, the note. Throws `BadForm`. */
export function parseRequest(body: string): { old: number; proof: Uint8Array[]; note: string } {
  const split = body.indexOf('\n\n')
  if (split < 0) throw new BadForm('no empty line')
  const [first = '', ...lines] = body.slice(0, split).split('\n')
  if (!first.startsWith('old ')) throw new BadForm('no old size')
  if (lines.length > MOST_PROOF) throw new BadForm('too many proof lines')
  const proof = lines.map((line) => {
    const hash = fromBase64(line)
    if (hash.length !== 32) throw new BadForm('a hash has 32 bytes')
    return hash
  })
  return { old: parseDecimal(first.slice('old '.length)), proof, note: body.slice(split + 2) }
}

/**
 * Judges one request, and keeps the new head before it answers. It has to run alone: nothing may come between its look at the newest head and its
 * keeping of the next. `now` is in seconds since 1970 UTC; a cosignature is never dated before the one before it. Throws only where the store fails.
 */
export function addCheckpoint(
  body: string,
  logs: readonly NoteKey[],
  signer: NoteSigner,
  store: HeadStore,
  now: number,
): Answer {
  let request: ReturnType<typeof parseRequest>
  let text: string
  let checkpoint: ReturnType<typeof parseCheckpointText>
  try {
    request = parseRequest(body)
    text = parseNote(request.note).text
    checkpoint = parseCheckpointText(text)
  } catch (error) {
    if (error instanceof BadForm) return said(400, `${error.message}\n`)
    throw error
  }
  const { origin, size, root } = checkpoint
  const keys = logs.filter((each) => each.name === origin)
  if (keys.length === 0) return said(404, 'unknown log\n')
  try {
    openNote(request.note, keys)
  } catch (error) {
    if (error instanceof BadForm) return said(403, `${error.message}\n`)
    throw error
  }
  if (request.old > size) return said(400, 'the old size is larger than the checkpoint\n')
  const newest = store.newest(origin)
  if (request.old !== (newest?.size ?? 0)) {
    return { status: 409, type: 'text/x.tlog.size', body: `${newest?.size ?? 0}\n` }
  }
  const before = newest?.root ?? emptyRoot()
  if (request.old === size && newest && !same(before, root)) return said(409, 'another root at this size\n')
  if (!consistencyHolds(request.old, size, before, root, request.proof)) {
    return said(422, 'the consistency proof does not hold\n')
  }
  const time = Math.max(now, newest?.time ?? 0)
  store.keep(origin, { size, root, time })
  return { status: 200, type: 'text/plain', body: cosign(text, signer, time) }
}

// Asking a witness to cosign (C2SP tlog-witness, add-checkpoint): one request, one more where it names another size, and its line verified.
import type { NoteKey } from '@naru/log/checkpoint.ts'
import { readCosignatures } from '@naru/log/cosignature.ts'
import { BadForm, parseDecimal, toBase64 } from '@naru/log/encoding.ts'

/** A witness as the log asks it: its name in the policy, its key, and the prefix of its address. */
export interface WitnessAddress {
  readonly name: string
  readonly key: NoteKey
  readonly url: string
}

/** A checkpoint signed by the log, and the consistency proof to it from any smaller size. */
export interface Asked {
  readonly note: string
  readonly size: number
  readonly proofFrom: (size: number) => readonly Uint8Array[]
}

/** A witness holds another history than the log shows it, or a longer one: the log was forked or set back. Nothing mends that by itself. */
export class AnotherHistory extends Error {}

const longestAnswer = 64 * 1024

/**
 * The witness's cosignature line for the checkpoint, verified under its key. `known` is the size that it is thought to have cosigned last; where
 * it names another one it is asked once more from there. Throws `AnotherHistory`, or an error that says why there is no cosignature this time.
 */
export async function askWitness(
  witness: WitnessAddress,
  asked: Asked,
  known: number,
  patienceMs: number,
): Promise<string> {
  const signal = AbortSignal.timeout(patienceMs)
  let from = Math.min(known, asked.size)
  for (let again = false; ; again = true) {
    const proof = asked.proofFrom(from).map((hash) => `${toBase64(hash)}\n`)
    const response = await fetch(new URL('add-checkpoint', witness.url.replace(/\/*$/, '/')), {
      method: 'POST',
      body: `old ${from}\n${proof.join('')}\n${asked.note}`,
      redirect: 'error',
      signal,
    })
    const text = await limited(response)
    if (response.status === 200) return verifiedLine(witness, asked.note, text)
    if (response.status === 409 && response.headers.get('content-type')?.startsWith('text/x.tlog.size')) {
      const size = sizeIn(text)
      if (size === null) throw new Error(`${witness.name} names no size`)
      if (size > asked.size)
        throw new AnotherHistory(`${witness.name} has cosigned ${size} entries, the log has ${asked.size}`)
      if (again || size === from) throw new Error(`${witness.name} does not stay with its size`)
      from = size
      continue
    }
    if (response.status === 422 || response.status === 409)
      throw new AnotherHistory(`${witness.name} does not find its history in the log: ${text.trim()}`)
    throw new Error(`${witness.name} answered ${response.status}`)
  }
}

/** The line of the witness's own key; lines of other keys are left out. Throws where its own does not verify. */
function verifiedLine(witness: WitnessAddress, note: string, lines: string): string {
  for (const line of lines.split('\n').slice(0, -1))
    if (readCosignatures(`${note}${line}\n`, [witness.key]).length === 1) return `${line}\n`
  throw new Error(`${witness.name} answered without its cosignature`)
}

function sizeIn(text: string): number | null {
  try {
    return parseDecimal(text.replace(/\n$/, ''))
  } catch (error) {
    if (error instanceof BadForm) return null
    throw error
  }
}

async function limited(response: Response): Promise<string> {
  const parts: Uint8Array[] = []
  let size = 0
  for await (const part of response.body ?? []) {
    size += part.length
    if (size > longestAnswer) throw new Error('too long an answer')
    parts.push(part)
  }
  return Buffer.concat(parts).toString('utf8')
}

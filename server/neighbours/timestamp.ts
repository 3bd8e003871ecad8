// Time-stamp authorities: the port, and its client of RFC 3161 over HTTP (section 3.4).
//
// What comes back is believed only after the strict check: imprint, nonce, policy, the authority's own root. Everything else throws, and
// whoever asked tries again or the other authority; nothing about a bid waits for a time-stamp.
import { randomBytes } from 'node:crypto'
import type { TimestampTrust } from '@naru/sealing/signatures/timestamp.ts'
import { checkToken, readTimestampResponse, timestampRequest } from '@naru/sealing/signatures/timestamp.ts'

/** An authority as the sequencer asks it. */
export interface TimestampAuthority {
  readonly name: string
  /** A token over the message (its imprint is the message's SHA-256), and its genTime in ms. Throws on refusal, bad answer, silence. */
  stamp(message: Uint8Array): Promise<{ token: Uint8Array; genTime: number }>
}

/** Where an authority is and what it is believed with. */
export interface AuthorityAddress {
  readonly name: string
  readonly url: string
  readonly trust: TimestampTrust
  /** The policy that is asked for; the authority's own where absent. */
  readonly policy?: string
  /** How long an answer may take, ms. */
  readonly patienceMs?: number
}

const defaultPatience = 5_000
const longestAnswer = 128 * 1024

/** An authority by its address. */
export function timestampAuthority(address: AuthorityAddress): TimestampAuthority {
  const { name, url, trust, policy, patienceMs = defaultPatience } = address
  return {
    name,
    stamp: async (message) => {
      const nonce = randomBytes(16)
      // The first bit is zero and the second set, so that the integer has neither a sign nor zeros in front.
      nonce[0] = ((nonce[0] ?? 0) & 0x3f) | 0x40
      const response = await fetch(url, {
        method: 'POST',
        headers: { 'content-type': 'application/timestamp-query', accept: 'application/timestamp-reply' },
        body: new Uint8Array(timestampRequest(message, nonce, policy)),
        redirect: 'error',
        signal: AbortSignal.timeout(patienceMs),
      })
      if (!response.ok) throw new Error(`${name} answered ${response.status}`)
      const kind = response.headers.get('content-type')?.split(';')[0]
      if (kind !== 'application/timestamp-reply') throw new Error(`${name} answered with ${kind}`)
      const token = readTimestampResponse(await readLimited(response, name))
      const { genTime } = checkToken(token, message, trust, { nonce })
      return { token, genTime }
    },
  }
}

async function readLimited(response: Response, name: string): Promise<Uint8Array> {
  const parts: Uint8Array[] = []
  let size = 0
  for await (const part of response.body ?? []) {
    size += part.length
    if (size > longestAnswer) throw new Error(`${name} answered too much`)
    parts.push(part)
  }
  return new Uint8Array(Buffer.concat(parts))
}

// Sends encrypted segments of attachments: in any order, again after a dropped line, only what is not there yet.
import type { SegmentPlace } from '@naru/sealing/bid.ts'
import { toBase64 } from '@naru/sealing/bytes.ts'
import type { HeaderFile } from '@naru/sealing/envelope.ts'

/** What was refused, in the words of the answer. Going on with the same bytes would be refused again. */
export class Refused extends Error {}

/** Where segments go and how its sender proves who they are. */
export interface Line {
  readonly address: string
  readonly caseId: string
  readonly headers: Readonly<Record<string, string>>
  /** Told that the line is down (true) or up again (false). */
  readonly down?: (is: boolean) => void
}

const wait = (ms: number) => new Promise((resolve) => setTimeout(resolve, ms))

/** Asks until there is an answer: a dropped line, a server that starts anew or has had too much at once is waited for, up to ten seconds between two tries. */
async function ask(line: Line, path: string, init: RequestInit): Promise<Response> {
  for (let tries = 0; ; tries += 1) {
    let response: Response | null = null
    try {
      response = await fetch(`${line.address}${path}`, { ...init, headers: { ...line.headers, ...init.headers } })
    } catch {
      // The line is down.
    }
    if (response?.status === 429) {
      await wait(Math.min(10, Number(response.headers.get('retry-after') ?? 1)) * 1000)
      continue
    }
    if (response && response.status < 500) {
      if (tries > 0) line.down?.(false)
      return response
    }
    line.down?.(true)
    await wait(Math.min(10_000, 250 * 2 ** Math.min(tries, 6)))
  }
}

async function reasonOf(response: Response): Promise<string> {
  const body = (await response.json().catch(() => ({}))) as { sentence?: string; fields?: { sentence: string }[] }
  return body.sentence ?? body.fields?.map((each) => each.sentence).join(' ') ?? String(response.status)
}

/**
 * Begins to send an attachment, or goes on with one that was begun before. `known` are leaves of segments that this device made; it grows
 * with every segment before it is sent. A segment that is there but not known here is taken back and sent anew. Throws `Refused`.
 */
export async function beginSending(
  line: Line,
  announced: Omit<HeaderFile, 'root'>,
  known: Record<number, string>,
  arrived: (bytes: number) => void,
): Promise<SegmentPlace> {
  const begun = await ask(line, `/api/cases/${line.caseId}/attachments`, {
    method: 'POST',
    headers: { 'content-type': 'application/json' },
    body: JSON.stringify(announced),
  })
  if (begun.status !== 201) throw new Refused(await reasonOf(begun))
  const { id, have } = (await begun.json()) as { id: string; have: Readonly<Record<string, string>> }
  for (const [s, leaf] of Object.entries(have))
    if (known[Number(s)] !== leaf) await ask(line, `/api/uploads/${id}/segments/${s}`, { method: 'DELETE' })
  for (const s of Object.keys(known)) if (have[s] !== known[Number(s)]) delete known[Number(s)]
  const leaves = { ...known }
  return {
    leaves,
    store: async (s, segment, leaf) => {
      const told = toBase64(leaf)
      // Noted before it is sent: what arrives while its answer is lost is known again after a reload, and not sent twice.
      known[s] = told
      arrived(0)
      for (let tries = 0; ; tries += 1) {
        const answer = await ask(line, `/api/uploads/${id}/segments/${s}`, {
          method: 'PUT',
          headers: { 'content-type': 'application/octet-stream', 'segment-hash': told },
          body: segment as Uint8Array<ArrayBuffer>,
        })
        if (answer.status === 204) break
        // Damaged on the way: sent again, a few times.
        if (answer.status !== 422 || tries >= 4) throw new Refused(await reasonOf(answer))
      }
      arrived(segment.length)
    },
  }
}

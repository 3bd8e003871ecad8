// A typed client of the public HTTP interface: what a browser page, another system or a story sends.
import { createHash, randomUUID } from 'node:crypto'
import type { PlanView, TenderView } from '@naru/domain/view.ts'
import type { SegmentPlace } from '@naru/sealing/bid.ts'
import { toBase64 } from '@naru/sealing/bytes.ts'
import type { HeaderFile } from '@naru/sealing/envelope.ts'
import type { ActInputs, ActName } from './acts.ts'

/** What is told of an attachment before its segments come. */
export type Announced = Omit<HeaderFile, 'root'>

/** Why something was not done: an answer of the law or of the input check, as a value. */
export type Trouble =
  | {
      readonly kind: 'refused'
      readonly status: number
      readonly code: string
      readonly sentence: string
      readonly basis?: unknown
      readonly from?: string
      readonly until?: string
      readonly facts?: Readonly<Record<string, string>>
    }
  | {
      readonly kind: 'invalid'
      readonly status: 422
      readonly fields: readonly { readonly path: string; readonly code: string; readonly sentence: string }[]
    }
  | { readonly kind: 'too-large' | 'too-many'; readonly status: number }

/** What was done: the facts it made and, for a sealed bid, the operator's signed promise. `text` is the answer byte for byte. */
export interface Done {
  readonly case: string
  readonly act: string
  readonly at: string
  readonly facts: readonly {
    readonly stream: string
    readonly seq: number
    readonly type: string
    readonly hash: string
  }[]
  readonly promise?: {
    readonly body: {
      readonly m: string
      readonly entry: string
      readonly time: number
      readonly log: string
      readonly v: 1
    }
    readonly sig: string
  }
  readonly text: string
}

/** A public fact with its place in the log. */
export interface PublicFact {
  readonly index: number
  readonly caseId: string
  readonly type: string
  readonly at: string
  readonly hash: string
  readonly body: unknown
}

/** An upload that is complete. */
export interface Upload {
  readonly upload: string
  readonly sha256: string
  readonly size: number
  readonly mediaType: string
}

/** Every request of one reader: a signed-in person, a delegated credential, or anyone. */
export interface Reader {
  /** Does an act; the answer is a value in either case. `key` repeats an earlier request. */
  readonly act: <Name extends ActName>(
    caseId: string,
    name: Name,
    input: ActInputs[Name],
    key?: string,
  ) => Promise<Done | Trouble>
  /** Does an act that must succeed. Throws an error that tells the refusal otherwise. */
  readonly mustAct: <Name extends ActName>(
    caseId: string,
    name: Name,
    input: ActInputs[Name],
    key?: string,
  ) => Promise<Done>
  readonly view: (caseId: string) => Promise<TenderView>
  readonly viewPlan: (caseId: string) => Promise<PlanView>
  readonly history: (caseId: string) => Promise<readonly PublicFact[]>
  readonly get: (path: string) => Promise<{ readonly status: number; readonly body: unknown }>
  readonly upload: (file: {
    readonly name: string
    readonly type: string
    readonly bytes: Uint8Array
    readonly piece?: number
  }) => Promise<Upload>
  /** Begins to send an attachment of a bid; `known` are leaves of segments that the sender made before. */
  readonly attach: (
    caseId: string,
    announced: Announced,
    known?: Readonly<Record<number, string>>,
  ) => Promise<SegmentPlace & { readonly id: string }>
  readonly raw: (
    method: string,
    path: string,
    body?: unknown,
    headers?: Readonly<Record<string, string>>,
  ) => Promise<Response>
}

export const isDone = (answer: Done | Trouble): answer is Done => 'facts' in answer && 'text' in answer

/** The words of a trouble for an error or a log line. */
export const troubleInWords = (trouble: Trouble): string =>
  trouble.kind === 'refused'
    ? `${trouble.status} ${trouble.code}: ${trouble.sentence}${trouble.from ? ` (from ${trouble.from})` : ''}${trouble.until ? ` (until ${trouble.until})` : ''}${trouble.facts ? ` ${JSON.stringify(trouble.facts)}` : ''}`
    : trouble.kind === 'invalid'
      ? `422 ${trouble.fields.map((each) => `${each.path}: ${each.code} ${each.sentence ?? ''}`).join('; ')}`
      : `${trouble.status} ${trouble.kind}`

async function troubleOf(response: Response, text: string): Promise<Trouble> {
  const { status } = response
  if (status === 413) return { kind: 'too-large', status }
  if (status === 429) return { kind: 'too-many', status }
  if (status >= 500 || !text.startsWith('{'))
    throw new Error(`${response.url} answered ${status}: ${text.slice(0, 300)}`)
  const body = JSON.parse(text) as { error?: string } & Record<string, unknown>
  if (body.error === 'invalid') return { kind: 'invalid', status: 422, fields: body.fields as never }
  if (body.error !== 'refused') throw new Error(`${response.url} answered ${status}: ${text.slice(0, 300)}`)
  const { error: _, ...rest } = body
  return { kind: 'refused', status, ...rest } as Trouble
}

/** Has an official act confirmed: from what the server asks to what the passkey answered, as JSON. */
export type ConfirmAct = (asked: Readonly<Record<string, unknown>>) => Promise<unknown>

/**
 * A reader at an address. `headers` carries the session's cookie or a credential; none for the public. `confirm` is asked where an act needs the
 * person's passkey.
 */
export function readerAt(
  url: string,
  headers: Readonly<Record<string, string>> = {},
  confirm: ConfirmAct | null = null,
): Reader {
  const raw: Reader['raw'] = async (method, path, body, more = {}) => {
    for (let tries = 1; ; tries += 1) {
      const response = await fetch(`${url}${path}`, {
        method,
        redirect: 'manual',
        headers: { ...headers, ...(body !== undefined && { 'content-type': 'application/json' }), ...more },
        ...(body !== undefined && { body: JSON.stringify(body) }),
      })
      if (response.status !== 429 || tries === 5) return response
      // Who is told to wait waits, and sends the same again.
      await new Promise((resume) => setTimeout(resume, 1000 * Number(response.headers.get('retry-after') ?? 1)))
    }
  }

  const act: Reader['act'] = async (caseId, name, input, key = randomUUID()) => {
    const post = async (more: Readonly<Record<string, string>> = {}) => {
      const response = await raw('POST', `/api/cases/${caseId}/acts/${name}`, input, {
        'idempotency-key': key,
        ...more,
      })
      return { response, text: await response.text() }
    }
    let { response, text } = await post()
    if (confirm && response.status === 409 && text.includes('"passkeyIsDemanded"')) {
      const intent = await raw('POST', `/api/cases/${caseId}/intents`, { act: name, input })
      if (!intent.ok) return troubleOf(intent, await intent.text())
      const answer = await confirm({ ...((await intent.json()) as object), caseId, act: name })
      const assertion = Buffer.from(JSON.stringify(answer)).toString('base64url')
      ;({ response, text } = await post({ 'passkey-assertion': assertion }))
    }
    return response.status === 200 ? { ...(JSON.parse(text) as Omit<Done, 'text'>), text } : troubleOf(response, text)
  }

  const get: Reader['get'] = async (path) => {
    const response = await raw('GET', path)
    const text = await response.text()
    return { status: response.status, body: text.startsWith('{') || text.startsWith('[') ? JSON.parse(text) : text }
  }

  const must = async <T>(path: string): Promise<T> => {
    const { status, body } = await get(path)
    if (status !== 200) throw new Error(`GET ${path} answered ${status}: ${JSON.stringify(body).slice(0, 500)}`)
    return body as T
  }

  return {
    act,
    mustAct: async (caseId, name, input, key) => {
      const answer = await act(caseId, name, input, key)
      if (!isDone(answer)) throw new Error(`${name} on ${caseId}: ${troubleInWords(answer)}`)
      return answer
    },
    view: (caseId) => must(`/api/cases/${caseId}`),
    viewPlan: (caseId) => must(`/api/cases/${caseId}`),
    history: async (caseId) => (await must<{ items: readonly PublicFact[] }>(`/api/cases/${caseId}/history`)).items,
    get,
    raw,
    upload: (file) => uploadByTus(url, headers, file),
    attach: async (caseId, announced, known = {}) => {
      const begun = await raw('POST', `/api/cases/${caseId}/attachments`, announced)
      const text = await begun.text()
      if (begun.status !== 201) throw new Error(troubleInWords(await troubleOf(begun, text)))
      const { id, have } = JSON.parse(text) as { id: string; have: Record<number, string> }
      const leaves: Record<number, string> = {}
      for (const [s, leaf] of Object.entries(have)) {
        // A segment whose leaf is not known here was not made here, or its making is forgotten: it is sent anew.
        if (known[Number(s)] === leaf) leaves[Number(s)] = leaf
        else await raw('DELETE', `/api/uploads/${id}/segments/${s}`)
      }
      return {
        id,
        leaves,
        store: async (s, segment, leaf) => {
          const answer = await fetch(`${url}/api/uploads/${id}/segments/${s}`, {
            method: 'PUT',
            headers: { ...headers, 'content-type': 'application/octet-stream', 'segment-hash': toBase64(leaf) },
            body: segment as Uint8Array<ArrayBuffer>,
          })
          if (answer.status !== 204) throw new Error(troubleInWords(await troubleOf(answer, await answer.text())))
        },
      }
    },
  }
}

/** Uploads a file by tus 1.0 in pieces, and waits until its scan has a verdict. Throws where the server refuses. */
async function uploadByTus(
  url: string,
  headers: Readonly<Record<string, string>>,
  { name, type, bytes, piece = 4 * 1024 * 1024 }: { name: string; type: string; bytes: Uint8Array; piece?: number },
): Promise<Upload> {
  const sha256 = createHash('sha256').update(bytes).digest('hex')
  const metadata = Object.entries({ filename: name, filetype: type, sha256 })
    .map(([key, value]) => `${key} ${Buffer.from(value).toString('base64')}`)
    .join(',')
  const tus = { ...headers, 'tus-resumable': '1.0.0' }
  const made = await fetch(`${url}/api/uploads`, {
    method: 'POST',
    headers: { ...tus, 'upload-length': String(bytes.length), 'upload-metadata': metadata },
  })
  if (made.status !== 201)
    throw new Error(`POST /api/uploads answered ${made.status}: ${(await made.text()).slice(0, 200)}`)
  const place = new URL(made.headers.get('location') ?? '', url).pathname
  // The same bytes are not sent twice: the server says from where to go on.
  for (let at = Number(made.headers.get('upload-offset') ?? 0); at < bytes.length; at += piece) {
    const sent = await fetch(`${url}${place}`, {
      method: 'PATCH',
      headers: { ...tus, 'upload-offset': String(at), 'content-type': 'application/offset+octet-stream' },
      body: new Uint8Array(bytes.subarray(at, at + piece)),
    })
    if (sent.status !== 204)
      throw new Error(`PATCH ${place} answered ${sent.status}: ${(await sent.text()).slice(0, 200)}`)
  }
  const upload = place.split('/').at(-1) ?? ''
  await waitFor(async () => {
    const state = (await (await fetch(`${url}/api/uploads/${upload}/state`, { headers })).json()) as {
      scan?: string
      state?: string
    }
    return (state.scan ?? state.state) === 'not-scanned' ? undefined : true
  }, `the scan of ${name}`)
  return { upload, sha256, size: bytes.length, mediaType: type }
}

/** Asks again, a little later each time, until there is an answer; for what the program does after an act. Throws after `within` ms. */
export async function waitFor<T>(ask: () => Promise<T | undefined>, what: string, within = 30_000): Promise<T> {
  const until = Date.now() + within
  for (let pause = 15; ; pause = Math.min(pause * 1.5, 500)) {
    const answer = await ask()
    if (answer !== undefined) return answer
    if (Date.now() > until) throw new Error(`waited ${within} ms in vain for ${what}`)
    await new Promise((resume) => setTimeout(resume, pause))
  }
}

/** Signs a sandbox person in; the reader carries the session. */
export async function signIn(
  url: string,
  person: string,
  confirm: ConfirmAct | null = null,
): Promise<Reader & { readonly cookie: string }> {
  const response = await readerAt(url).raw('POST', '/sandbox/sign-in', { person })
  if (response.status !== 200) throw new Error(`sign-in answered ${response.status}: ${await response.text()}`)
  const { session } = (await response.json()) as { session: string }
  const cookie = `naru_session=${session}`
  return { ...readerAt(url, { cookie, 'accept-language': 'en' }, confirm), cookie }
}

/** The sandbox's clock: `now` is the sandbox's, `real` the machine's. */
export async function readClock(url: string): Promise<{ readonly now: string; readonly real: string }> {
  return (await (await readerAt(url).raw('GET', '/sandbox/clock')).json()) as { now: string; real: string }
}

/** Moves the sandbox's clock to an instant; one that came by itself meanwhile is left alone. Throws on any other answer. */
export async function moveClock(url: string, to: string): Promise<void> {
  const response = await readerAt(url).raw('POST', '/sandbox/clock', { to })
  if (response.ok) return
  const why = await response.text()
  const came = response.status === 409 && (JSON.parse(why) as { code?: string }).code === 'stageHasPassed'
  if (!came || (await readClock(url)).now < to) throw new Error(`the clock answered ${response.status}: ${why}`)
}

// SEC-01: every resource of the API against every reader at every stage of a case, asked of a running server. The expected answers stand in
// authorisation-table.ts; what is not listed there must be refused, and a route that is not listed there fails the test.
import { createHash, randomBytes, randomUUID } from 'node:crypto'
import { acts } from '@naru/domain/catalogue.ts'
import { announceAttachment } from '@naru/sealing/attachment.ts'
import { afterAll, beforeAll, describe, expect, test } from 'vitest'
import { z } from 'zod'
import {
  actsOnOthers,
  actsOpen,
  caseReads,
  gives,
  otherReads,
  type Reader,
  readers,
  type Row,
  secrets,
  type Stage,
  stages,
  writes,
} from './authorisation-table.ts'
import { type AuthorisationWorld, documentOf, makeAuthorisationWorld } from './authorisation-world.ts'
import type { OpenApi } from './http/openapi.ts'

let all: AuthorisationWorld
const nowhere = randomUUID()
/** What was read of a case by each reader, for the words that only some may meet. */
const met = new Map<string, string>()
beforeAll(async () => {
  all = await makeAuthorisationWorld(null)
}, 300_000)
afterAll(() => all?.end())

const cells = stages.flatMap((stage) => readers.map((reader) => ({ stage, reader })))
const refusing = new Set([401, 403, 404, 405, 409, 410])

/** Many questions at once, a few at a time. */
async function each<T>(list: readonly T[], ask: (one: T) => Promise<string | null>): Promise<string[]> {
  const differing: string[] = []
  let next = 0
  const lane = async () => {
    for (let one = list[next++]; one !== undefined; one = list[next++]) {
      const told = await ask(one)
      if (told) differing.push(told)
    }
  }
  await Promise.all(Array.from({ length: 12 }, lane))
  return differing.sort()
}

/** Where a cell differs from its row: what was to be given and what came. */
const differs = (where: string, { stage, reader }: { stage: Stage; reader: Reader }, wanted: boolean, came: string) =>
  `${where} · ${stage} · ${reader}: ${wanted ? 'is to be given' : 'is to be refused'}, came ${came}`

const json = { 'content-type': 'application/json' }

function addressOf(path: string, caseId: string, m: string, index: number): string {
  return path
    .replace('{case}', caseId)
    .replace('{id}', documentOf(caseId))
    .replace('{ocid}', `${all.world.deployment.pack.ocidPrefix}-${caseId}`)
    .replace('{index}/{class}/{place}', `${index}/tech/0`)
    .replace('{s}', '1')
    .concat(/receipt|second-device/.test(path) ? `?m=${encodeURIComponent(m)}` : '')
}

test('SEC-01: the table lists every route, and no other', async () => {
  const { paths } = (await (await all.ask('anyone', 'GET', '/api/openapi.json')).json()) as OpenApi
  const described = Object.entries(paths).flatMap(([path, methods]) =>
    Object.keys(methods).map((method) => `${method.toUpperCase()} ${path}`),
  )
  const listed = [...Object.keys(caseReads), ...Object.keys(otherReads)].map((path) => `GET ${path}`)
  const wanted = described.filter((each) => !each.includes('/acts/')).sort()
  expect([...listed, ...Object.keys(writes)].filter((each) => each !== 'GET /health').sort()).toEqual(wanted)
  const named = [...Object.keys(actsOpen), ...Object.keys(actsOnOthers)]
  expect(named.filter((name) => !acts.some((act) => act.name === name))).toEqual([])
})

describe('SEC-01: reading', () => {
  test('each route of a case gives what it holds to those alone who are listed', async () => {
    const { pool } = all.world.deployment.database
    const { rows } = await pool.query<{ case_id: string; index: string }>(
      'select case_id, index from opened_attachment',
    )
    const attached = new Map(rows.map((row) => [row.case_id, Number(row.index)]))
    // A reader's second device is read once it was opened.
    for (const { caseId, bid } of Object.values(all.cases))
      if (bid)
        await all.ask('bidder', 'POST', `/api/cases/${caseId}/bid/second-device`, {
          headers: json,
          body: JSON.stringify({ m: bid.m }),
        })
    // A bundle is made anew for each that asks, so a few ask for it.
    const asked = (path: string, reader: Reader) =>
      !path.endsWith('.zip') || ['anyone', 'author', 'rival'].includes(reader)
    const questions = Object.entries(caseReads).flatMap(([path, row]) =>
      cells.filter(({ reader }) => asked(path, reader)).map((cell) => ({ path, row, ...cell })),
    )
    const absent = new Map<string, Promise<string>>()
    const ofNowhere = (path: string, reader: Reader) => {
      const key = `${path} ${reader}`
      const asking =
        absent.get(key) ?? all.ask(reader, 'GET', addressOf(path, nowhere, nowhere, 0)).then((answer) => answer.text())
      absent.set(key, asking)
      return asking
    }
    const differing = await each(questions, async ({ path, row, stage, reader }) => {
      const { caseId, bid } = all.cases[stage]
      const m = bid?.m ?? createHash('sha256').update(caseId).digest('base64')
      const answer = await all.ask(reader, 'GET', addressOf(path, caseId, m, attached.get(caseId) ?? 0))
      const text = await answer.text()
      met.set(`${stage} ${reader}`, `${met.get(`${stage} ${reader}`) ?? ''}${text}`)
      const given = answer.ok && (path.includes('{id}') || text !== (await ofNowhere(path, reader)))
      const wanted = gives(row, stage, reader)
      if (given === wanted && (given || answer.ok || refusing.has(answer.status))) return null
      return differs(path, { stage, reader }, wanted, `${answer.status} ${text.slice(0, 160)}`)
    })
    expect(differing).toEqual([])
  }, 300_000)

  test('words that only some may meet stand in no answer of the others', async () => {
    const differing = cells.flatMap((cell) => {
      const read = met.get(`${cell.stage} ${cell.reader}`) ?? ''
      return Object.entries(all.cases[cell.stage].secrets).flatMap(([what, words]) => {
        const wanted = gives(secrets[what] as Row, cell.stage, cell.reader)
        return read.includes(words) === wanted ? [] : [differs(what, cell, wanted, wanted ? 'nothing' : words)]
      })
    })
    expect(differing).toEqual([])
  })
})

/** A value that fits a JSON Schema as zod writes it. */
function sample(schema: Record<string, unknown>): unknown {
  const {
    type,
    enum: choices,
    const: only,
    anyOf,
    oneOf,
    pattern,
    format,
    properties,
    items,
    minItems = 0,
  } = schema as {
    type?: string
    enum?: unknown[]
    const?: unknown
    anyOf?: Record<string, unknown>[]
    oneOf?: Record<string, unknown>[]
    pattern?: string
    format?: string
    properties?: Record<string, Record<string, unknown>>
    items?: Record<string, unknown>
    minItems?: number
    required?: string[]
  }
  if (only !== undefined) return only
  if (choices) return choices[0]
  const [first] = anyOf ?? oneOf ?? []
  if (first) return sample(first)
  if (type === 'object') {
    const {
      required = [],
      additionalProperties,
      propertyNames,
    } = schema as { required?: string[]; additionalProperties?: unknown; propertyNames?: Record<string, unknown> }
    const known = Object.fromEntries(required.map((name) => [name, sample(properties?.[name] ?? {})]))
    return propertyNames && additionalProperties && required.length === 0
      ? { [String(sample(propertyNames))]: sample(additionalProperties as Record<string, unknown>) }
      : known
  }
  const { prefixItems } = schema as { prefixItems?: Record<string, unknown>[] }
  if (prefixItems) return prefixItems.map(sample)
  if (type === 'array') return Array.from({ length: minItems }, () => sample(items ?? {}))
  if (type === 'integer' || type === 'number') return (schema.minimum as number | undefined) ?? 1
  if (type === 'boolean') return false
  if (type === 'null') return null
  const { minLength = 0, maxLength = Number.MAX_SAFE_INTEGER } = schema as { minLength?: number; maxLength?: number }
  const words = [
    nowhere,
    '2027-01-01T00:00:00.000Z',
    '2027-01-01',
    randomBytes(32).toString('base64'),
    randomBytes(16).toString('base64'),
    randomBytes(24).toString('base64'),
    randomBytes(65).toString('base64'),
    '0'.repeat(64),
    'en',
    'FI',
    'KGS',
    'L1',
    '1',
    'a',
    'AAAA',
    'some words that are long enough',
  ]
  const fits = (text: string) =>
    text.length >= minLength && text.length <= maxLength && (!pattern || new RegExp(pattern, 'u').test(text))
  return format === 'uuid' ? nowhere : (words.find(fits) ?? '')
}

/** An input that fits the act's schema and does nothing in particular. */
function inputOf(act: (typeof acts)[number]): unknown {
  const made = sample(z.toJSONSchema(act.input, { io: 'input', unrepresentable: 'any' }) as Record<string, unknown>)
  return made
}

describe('SEC-01: acting', () => {
  test('what a case says that a reader may do is what the table says', async () => {
    const differing = await each(cells, async ({ stage, reader }) => {
      const answer = await all.ask(reader, 'GET', `/api/cases/${all.cases[stage].caseId}`)
      if (!answer.ok) return null
      const { may } = (await answer.json()) as { may: { act: string; open: boolean }[] }
      const open = may.filter((one) => one.open).map((one) => one.act)
      const wanted = Object.keys(actsOpen).filter((name) => gives(actsOpen[name] as Row, stage, reader))
      return open.toSorted().join() === wanted.toSorted().join()
        ? null
        : `${stage} · ${reader}: open [${open.toSorted()}], to be open [${wanted.toSorted()}]`
    })
    expect(differing).toEqual([])
  })

  test('every other act is refused to every reader at every stage, and leaves nothing', async () => {
    const { pool } = all.world.deployment.database
    const count = async () => (await pool.query('select count(*)::int as facts from fact')).rows[0]
    const before = await count()
    const questions = acts.flatMap((act, place) => {
      const input = JSON.stringify(inputOf(act))
      const known = ['organisation', 'plan', 'log', 'law'].includes(act.noun)
      // Who has none of the act's roles is refused for that, whatever the stage: those are asked at one stage each, all others at every one.
      return readers.flatMap((reader, nth) => {
        const { roles = [] } = all.people[reader] ?? {}
        const held =
          act.by !== 'platform' && (act.by === 'anyone-signed-in' || act.by.some((role) => roles.includes(role)))
        const at = known ? stages.slice(0, 1) : held ? stages : stages.slice((nth + place) % stages.length).slice(0, 1)
        return at.map((stage) => ({ act, input, stage, reader, known }))
      })
    })
    const differing = await each(questions, async ({ act, input, stage, reader, known }) => {
      const row = (known ? actsOnOthers : actsOpen)[act.name] ?? {}
      if (gives(row, stage, reader)) return null
      const caseId =
        act.noun === 'organisation'
          ? (all.people.author?.organisation ?? '')
          : act.noun === 'plan'
            ? all.plan
            : act.noun === 'log' || act.noun === 'law'
              ? nowhere
              : all.cases[stage].caseId
      const answer = await all.ask(reader, 'POST', `/api/cases/${caseId}/acts/${act.name}`, {
        headers: { ...json, 'idempotency-key': randomUUID() },
        body: input,
      })
      const text = await answer.text()
      const code = refusing.has(answer.status) && !answer.ok ? (JSON.parse(text) as { code?: string }).code : undefined
      const wanted =
        reader === 'anyone' || reader === 'operator'
          ? act.by === 'platform'
            ? code === 'caseDoesNotExist'
            : answer.status === 401
          : code !== undefined
      return wanted ? null : differs(act.name, { stage, reader }, false, `${answer.status} ${text.slice(0, 200)}`)
    })
    expect(differing).toEqual([])
    expect(await count()).toEqual(before)
  }, 240_000)
})

/** What somebody has made that belongs to no case: the author's draft and file, the bidder's attachment, the administrator's webhook. */
interface OwnThings {
  readonly draft: string
  readonly file: string
  readonly attachment: string
  readonly webhook: string
  readonly session: string
}

const announced = () => announceAttachment(randomBytes(32), randomBytes(32), randomBytes(32).toString('base64'), 100)
const tus = { 'tus-resumable': '1.0.0' }

async function makeThings(): Promise<OwnThings> {
  const made = async (reader: Reader, method: string, path: string, body: unknown, headers = {}) => {
    const answer = await all.ask(reader, method, path, {
      headers: { ...(body === undefined ? {} : json), ...headers },
      ...(body !== undefined && { body: JSON.stringify(body) }),
    })
    expect([path, answer.status, answer.ok]).toEqual([path, answer.status, true])
    return (await answer.json()) as Record<string, unknown>
  }
  const draft = randomUUID()
  await made('author', 'PUT', `/api/drafts/${draft}`, draftBody(0))
  const length = {
    'upload-length': '5',
    'upload-metadata': `filename ${btoa('plan.txt')},filetype ${btoa('text/plain')}`,
  }
  const file = await made('author', 'POST', '/api/uploads', undefined, { ...tus, ...length })
  await all.ask('author', 'PATCH', `/api/uploads/${String(file.id)}`, {
    headers: { ...tus, 'upload-offset': '0', 'content-type': 'application/offset+octet-stream' },
    body: 'words',
  })
  await all.world.deployment.database.pool.query(`update upload set scan = 'clean' where id = $1`, [file.id])
  const attachment = await made('bidder', 'POST', `/api/cases/${all.cases.published.caseId}/attachments`, announced())
  const webhook = await made('administrator', 'POST', '/api/webhooks', { address: 'http://127.0.0.1:9/told' })
  const { sessions } = (await made('author', 'GET', '/api/me/sessions', undefined)) as {
    sessions: { handle: string }[]
  }
  return {
    draft,
    file: String(file.id),
    attachment: String(attachment.id),
    webhook: String((webhook.webhook as { id?: string } | undefined)?.id ?? webhook.id),
    session: sessions[0]?.handle ?? '',
  }
}

const draftBody = (version: number) => ({ version, kind: 'tender', case: null, body: { title: 'Not ready yet' } })

describe('SEC-01: what belongs to no case', () => {
  let things: OwnThings
  beforeAll(async () => {
    things = await makeThings()
  })
  const stage = 'published' as const

  /** The address of what was made, by route, and what an answer that gives it holds. */
  const placeOf = (path: string): { address: string; holds: string | null } => {
    const { draft, file, attachment, webhook, session } = things
    const [id, holds] = path.includes('/drafts')
      ? [draft, draft]
      : path.includes('/segments') || path.includes('/progress')
        ? [attachment, path.includes('/progress') ? 'tender' : attachment]
        : path.includes('/webhooks')
          ? [webhook, webhook]
          : path.includes('/sessions')
            ? [session, null]
            : path.includes('/uploads')
              ? [file, file]
              : ['nothing', null]
    const address = path
      .replace('{id}', id)
      .replace('{upload}', file)
      .replace('{outage}', nowhere)
      .replace('{s}', '1')
      .replace('{case}', all.cases.published.caseId)
    return { address, holds: path === '/health' ? 'alarms' : path.includes('/documents/') ? 'words' : holds }
  }

  test('each is read by those alone who are listed', async () => {
    const questions = Object.entries(otherReads).flatMap(([path, row]) =>
      readers.map((reader) => ({ path, row, reader })),
    )
    const differing = await each(questions, async ({ path, row, reader }) => {
      const { address, holds } = placeOf(path)
      const answer = await all.ask(reader, 'GET', address)
      if (path === '/api/events') await answer.body?.cancel()
      const text = path === '/api/events' ? '' : await answer.text()
      const given =
        (answer.ok || (path === '/health' && answer.status === 503)) && (holds === null || text.includes(holds))
      const wanted = gives(row, stage, reader)
      if (given === wanted && (given || answer.ok || refusing.has(answer.status))) return null
      return differs(path, { stage, reader }, wanted, `${answer.status} ${text.slice(0, 160)}`)
    })
    expect(differing).toEqual([])
  })

  test('and changed by those alone; who may, comes last, so that the others had something to change', async () => {
    const { bid } = all.cases.published
    const created = { clientDataJSON: 'AAAA', attestationObject: 'AAAA', transports: [] }
    const bodies: Readonly<Record<string, unknown>> = {
      'POST /api/cases/{case}/intents': { act: 'cancel-tender', input: { reason: 'No longer needed.' } },
      'POST /api/cases/{case}/documents/{id}/signatures': { pdf: btoa('%PDF') },
      'POST /api/cases/{case}/bid/second-device': { m: bid?.m },
      'POST /api/cases/{case}/sealed': { index: 0, m: bid?.m, leafSalt: randomBytes(32).toString('base64') },
      'PUT /api/cases/{case}/holder-key': { how: 'file', wrapped: null },
      'POST /api/webhooks': { address: 'http://127.0.0.1:9/told' },
      'POST /api/webhooks/{id}/replay': { after: 0 },
      'PATCH /api/webhooks/{id}': { paused: true },
      'PUT /api/drafts/{id}': draftBody(1),
      'POST /sandbox/people': { person: randomUUID(), name: 'Somebody' },
      'POST /sandbox/legal-officer': { person: randomUUID(), organisation: randomUUID() },
      'POST /sandbox/sign-in': { person: all.people.planner?.person },
      'POST /sandbox/clock': { by: 0 },
      'POST /api/enrol/options': { code: 'XXXX-XXXX-XXXX-XXXX' },
      'PUT /api/me/passkeys/{id}': { name: 'Mine' },
      'POST /api/me/passkeys': {
        name: 'Mine',
        response: { id: 'AAAA', rawId: 'AAAA', type: 'public-key', response: created, clientExtensionResults: {} },
      },
    }
    // What ends a session or a thing comes after what needs it.
    const late = (route: string) =>
      [/^DELETE/, /^DELETE .*sessions/, /sign-(in|out)$/].findLastIndex((each) => each.test(route))
    const differing: string[] = []
    for (const route of Object.keys(writes).toSorted((a, b) => late(a) - late(b))) {
      const row = writes[route] as Row
      const [method = '', path = ''] = route.split(' ')
      const place = path.includes('documents/{id}')
        ? path.replace('{id}', documentOf(all.cases.published.caseId))
        : path
      const { address } = placeOf(place)
      const inOrder = readers.toSorted((a, b) => Number(gives(row, stage, a)) - Number(gives(row, stage, b)))
      let deleted = false
      for (const reader of inOrder) {
        const isFile = path.startsWith('/api/uploads') && !path.includes('/segments')
        const body = path.endsWith('/attachments') ? announced() : bodies[route]
        const headers = isFile
          ? method === 'PATCH'
            ? { ...tus, 'upload-offset': '0', 'content-type': 'application/offset+octet-stream' }
            : path.endsWith('/form')
              ? { 'content-type': 'multipart/form-data; boundary=x' }
              : { ...tus, 'upload-length': '5' }
          : method === 'PUT' && path.includes('/segments')
            ? { 'content-type': 'application/octet-stream' }
            : body !== undefined || (method === 'POST' && !/sign-out/.test(path))
              ? json
              : {}
        const sent =
          body !== undefined
            ? JSON.stringify(body)
            : method === 'POST' && !isFile && headers === json
              ? '{}'
              : undefined
        const answer = await all.ask(reader, method, address, {
          headers,
          ...(sent !== undefined && { body: sent }),
          ...(path.endsWith('/form') && {
            body: '--x\r\nContent-Disposition: form-data; name="file"; filename="a.txt"\r\nContent-Type: text/plain\r\n\r\nwords\r\n--x--\r\n',
          }),
          ...(method === 'PATCH' && isFile && { body: 'words' }),
          ...(method === 'PUT' && path.includes('/segments') && { body: 'words' }),
        })
        const text = await answer.text()
        // Let in: done, or refused for what was sent and not for who sent it.
        const given =
          answer.status < 500 &&
          (answer.ok || ![401, 403, 404, 410].includes(answer.status)) &&
          !/"code":"(notSignedIn|roleIsMissing|signInIsNotFresh|stageHas)/.test(text)
        const wanted = gives(row, stage, reader)
        // What is deleted is gone for whoever comes after.
        const gone = method === 'DELETE' && wanted && answer.status === 404 && deleted
        deleted ||= method === 'DELETE' && given
        if (given !== wanted && !gone)
          differing.push(differs(route, { stage, reader }, wanted, `${answer.status} ${text.slice(0, 160)}`))
      }
    }
    expect(differing).toEqual([])
  }, 60_000)
})

// Uploads and downloads over real HTTP: resumed after a drop, checked by content, scanned, open to all once a notice names them.
import { createHash, randomBytes, randomUUID } from 'node:crypto'
import { existsSync, readdirSync } from 'node:fs'
import { connect } from 'node:net'
import { join } from 'node:path'
import { Readable } from 'node:stream'
import type { FastifyInstance } from 'fastify'
import { afterAll, beforeAll, describe, expect, test, vi } from 'vitest'
import type { PersonActor } from '@naru/domain/actor.ts'
import { clearAbandoned, cleanName, receiveFile } from '../files/receive.ts'
import { startScanner } from '../neighbours/scan.ts'
import { startScanCounterpart } from '../neighbours/scan-counterpart.ts'
import { startSequencer } from '../sequencer.ts'
import { makeWorld, type World } from '../test-world.ts'
import { buildApp } from './app.ts'
import { dispositionOf, readRange } from './documents.ts'
import { readMetadata } from './uploads.ts'

let world: World
let app: FastifyInstance
let url: string
let cookies: { author: string; approver: string; supplier: string }

beforeAll(async () => {
  world = await makeWorld()
  app = await buildApp(world.deployment, {
    publicOrigin: 'http://naru.invalid',
    screens: null,
    sequencer: null,
    clock: null,
    quiet: true,
  })
  url = await app.listen({ host: '127.0.0.1', port: 0 })
  const cookieOf = async (actor: PersonActor): Promise<string> => {
    const answer = await app.inject({
      method: 'POST',
      url: '/sandbox/sign-in',
      payload: { person: actor.person, organisation: actor.organisation },
    })
    return `naru_session=${answer.json<{ session: string }>().session}`
  }
  const [supplier] = world.suppliers
  cookies = {
    author: await cookieOf(world.author),
    approver: await cookieOf(world.approver),
    supplier: await cookieOf(supplier as PersonActor),
  }
})
afterAll(async () => {
  await app.close()
  await world.end()
})

const tus = (cookie = cookies.author) => ({ cookie, 'tus-resumable': '1.0.0' })
const metadata = (values: Record<string, string>) =>
  Object.entries(values)
    .map(([key, value]) => `${key} ${Buffer.from(value).toString('base64')}`)
    .join(',')
const hashOf = (bytes: Uint8Array) => createHash('sha256').update(bytes).digest('hex')
const text = (length: number) =>
  Buffer.from(
    randomBytes(Math.ceil(length / 2))
      .toString('hex')
      .slice(0, length),
  )

async function begin(
  bytes: Uint8Array,
  more: { name?: string; type?: string; sha256?: string; cookie?: string; length?: number } = {},
) {
  const values = {
    filename: more.name ?? 'Спецификация № 1.txt',
    filetype: more.type ?? 'text/plain',
    ...(more.sha256 && { sha256: more.sha256 }),
  }
  const answer = await fetch(`${url}/api/uploads`, {
    method: 'POST',
    headers: {
      ...tus(more.cookie),
      'upload-length': String(more.length ?? bytes.length),
      'upload-metadata': metadata(values),
      'accept-language': 'ru',
    },
  })
  return {
    answer,
    place: `${url}${answer.headers.get('location') ?? ''}`,
    id: (answer.headers.get('location') ?? '').split('/').at(-1) ?? '',
  }
}
const send = (place: string, offset: number, bytes: Uint8Array, headers: Record<string, string> = {}) =>
  fetch(place, {
    method: 'PATCH',
    headers: {
      ...tus(),
      'upload-offset': String(offset),
      'content-type': 'application/offset+octet-stream',
      'accept-language': 'ru',
      ...headers,
    },
    body: new Uint8Array(bytes),
  })
const offsetOf = async (place: string) =>
  Number((await fetch(place, { method: 'HEAD', headers: tus() })).headers.get('upload-offset'))
const stateOf = async (id: string, cookie = cookies.author) =>
  fetch(`${url}/api/uploads/${id}/state`, { headers: { cookie } })
const whole = async (bytes: Uint8Array, name = `${randomUUID()}.txt`, type = 'text/plain') => {
  const { place, id } = await begin(bytes, { name, type })
  const sent = await send(place, 0, bytes)
  return { sent, id, place }
}
const firstFault = async (answer: Response) =>
  ((await answer.json()) as { fields: { code: string; sentence: string }[] }).fields[0]

describe('tus 1.0.0', () => {
  test('tells what it can do', async () => {
    const answer = await fetch(`${url}/api/uploads`, { method: 'OPTIONS' })
    expect(answer.status).toBe(204)
    expect(answer.headers.get('tus-version')).toBe('1.0.0')
    expect(answer.headers.get('tus-extension')).toBe('creation,termination,checksum')
    expect(answer.headers.get('tus-max-size')).toBe(String(200 * 1024 * 1024))
  })

  test('refuses another version of the protocol and strangers', async () => {
    expect(
      (await fetch(`${url}/api/uploads`, { method: 'POST', headers: { cookie: cookies.author, 'upload-length': '5' } }))
        .status,
    ).toBe(412)
    expect((await begin(text(5), { cookie: 'naru_session=nobody' })).answer.status).toBe(401)
  })

  test('receives a file in pieces, answers offsets, and hashes it', async () => {
    const bytes = text(300_000)
    const { answer, place, id } = await begin(bytes, { sha256: hashOf(bytes) })
    expect(answer.status).toBe(201)
    expect(await offsetOf(place)).toBe(0)
    expect((await send(place, 0, bytes.subarray(0, 100_000))).headers.get('upload-offset')).toBe('100000')
    expect(await offsetOf(place)).toBe(100_000)
    const wrong = await send(place, 50_000, bytes.subarray(50_000))
    expect([wrong.status, wrong.headers.get('upload-offset')]).toEqual([409, '100000'])
    const last = await send(place, 100_000, bytes.subarray(100_000))
    expect([last.status, last.headers.get('upload-offset')]).toEqual([204, '300000'])
    expect(await (await stateOf(id)).json()).toMatchObject({
      name: 'Спецификация № 1.txt',
      size: 300_000,
      received: 300_000,
      sha256: hashOf(bytes),
      mediaType: 'text/plain',
      scan: 'not-scanned',
      complete: true,
    })
  })

  test('goes on where a broken connection ended', async () => {
    const bytes = text(200_000)
    const { place, id } = await begin(bytes)
    const { hostname, port, pathname } = new URL(place)
    await new Promise<void>((resolve) => {
      const socket = connect(Number(port), hostname, () => {
        socket.write(
          `PATCH ${pathname} HTTP/1.1\r\nHost: x\r\nCookie: ${cookies.author}\r\nTus-Resumable: 1.0.0\r\nUpload-Offset: 0\r\nContent-Type: application/offset+octet-stream\r\nContent-Length: 200000\r\n\r\n`,
        )
        socket.write(bytes.subarray(0, 70_000), () => setTimeout(() => socket.destroy(), 50))
      })
      socket.on('close', () => resolve())
    })
    let offset = 0
    for (let tries = 0; offset === 0 && tries < 100; tries += 1) {
      offset = await offsetOf(place)
      if (offset === 0) await new Promise((next) => setTimeout(next, 20))
    }
    expect(offset).toBeGreaterThan(0)
    expect(offset).toBeLessThanOrEqual(70_000)
    expect((await send(place, offset, bytes.subarray(offset))).status).toBe(204)
    expect(await (await stateOf(id)).json()).toMatchObject({ sha256: hashOf(bytes) })
  })

  test('a program that starts anew in between hashes the file all the same', async () => {
    const bytes = text(100_000)
    const { place, id } = await begin(bytes, { sha256: hashOf(bytes) })
    await send(place, 0, bytes.subarray(0, 40_000))
    // A second copy of the module knows nothing of the running hash of the first, as after a restart.
    vi.resetModules()
    const anew = await import('../files/receive.ts')
    const done = await anew.appendPiece(world.deployment, world.author, id, {
      offset: 40_000,
      source: Readable.from([bytes.subarray(40_000)]),
    })
    expect(done).toMatchObject({ state: { sha256: hashOf(bytes), received: 100_000 } })
  })

  test('a newer piece ends an older one whose sender hangs', async () => {
    const bytes = text(50_000)
    const { place, id } = await begin(bytes)
    const { hostname, port, pathname } = new URL(place)
    const socket = connect(Number(port), hostname, () =>
      socket.write(
        `PATCH ${pathname} HTTP/1.1\r\nHost: x\r\nCookie: ${cookies.author}\r\nTus-Resumable: 1.0.0\r\nUpload-Offset: 0\r\nContent-Type: application/offset+octet-stream\r\nContent-Length: 50000\r\n\r\n`,
      ),
    )
    socket.on('error', () => {})
    socket.write(bytes.subarray(0, 10_000))
    await new Promise((next) => setTimeout(next, 100))
    const offered = await send(place, 0, bytes)
    const offset = offered.status === 409 ? Number(offered.headers.get('upload-offset')) : 50_000
    if (offered.status === 409) expect((await send(place, offset, bytes.subarray(offset))).status).toBe(204)
    expect(await (await stateOf(id)).json()).toMatchObject({ sha256: hashOf(bytes) })
    socket.destroy()
  })

  test('checks a piece by its checksum and keeps nothing of a damaged one', async () => {
    const bytes = text(20_000)
    const { place } = await begin(bytes)
    const sum = (part: Uint8Array) => `sha256 ${createHash('sha256').update(part).digest('base64')}`
    expect((await send(place, 0, bytes, { 'upload-checksum': sum(text(5)) })).status).toBe(460)
    expect(await offsetOf(place)).toBe(0)
    expect((await send(place, 0, bytes, { 'upload-checksum': 'md5 AAAA' })).status).toBe(422)
    expect((await send(place, 0, bytes, { 'upload-checksum': sum(bytes) })).status).toBe(204)
  })

  test('the same content is not sent twice inside an organisation; another organisation learns nothing of it', async () => {
    const bytes = text(1000)
    const sha256 = hashOf(bytes)
    const first = await begin(bytes, { sha256 })
    await send(first.place, 0, bytes)
    const again = await begin(bytes, { sha256, cookie: cookies.approver })
    expect([again.answer.status, again.answer.headers.get('upload-offset'), again.id]).toEqual([201, '1000', first.id])
    const elsewhere = await begin(bytes, { sha256, cookie: cookies.supplier })
    expect([elsewhere.answer.status, elsewhere.answer.headers.get('upload-offset')]).toEqual([201, '0'])
    expect(elsewhere.id).not.toBe(first.id)
    expect((await stateOf(first.id, cookies.supplier)).status).toBe(404)
    expect((await fetch(first.place, { method: 'HEAD', headers: tus(cookies.supplier) })).status).toBe(404)
    expect((await send(first.place, 0, bytes, { cookie: cookies.supplier })).status).toBe(404)
  })

  test('an unfinished upload can be ended, a finished one stays; what nobody finishes is forgotten after a week', async () => {
    const bytes = text(9000)
    const { place, id } = await begin(bytes)
    await send(place, 0, bytes.subarray(0, 5000))
    const filesBefore = stored().length
    expect((await fetch(place, { method: 'DELETE', headers: tus() })).status).toBe(204)
    expect((await stateOf(id)).status).toBe(404)
    expect(stored().length).toBe(filesBefore - 1)
    const done = await whole(text(50))
    expect((await fetch(done.place, { method: 'DELETE', headers: tus() })).status).toBe(409)
    const left = await begin(bytes)
    await send(left.place, 0, bytes.subarray(0, 5000))
    await world.deployment.database.pool.query(
      `update upload set created = created - interval '8 days' where id = $1`,
      [left.id],
    )
    expect(await clearAbandoned(world.deployment)).toBe(1)
    expect((await stateOf(left.id)).status).toBe(404)
  })
})

const stored = (): string[] => {
  const folder = join(world.deployment.dataFolder, 'files')
  return existsSync(folder)
    ? readdirSync(folder, { recursive: true })
        .map(String)
        .filter((name) => name.length > 10)
    : []
}

describe('what is refused, each with its own sentence', () => {
  test('an empty file, a file too large, a kind that is not accepted, a name that is none', async () => {
    const empty = await begin(Buffer.alloc(0))
    expect(empty.answer.status).toBe(422)
    expect(await firstFault(empty.answer)).toMatchObject({
      code: 'fileIsEmpty',
      sentence: expect.stringContaining('пуст'),
    })
    const large = await begin(text(1), { length: 200 * 1024 * 1024 + 1 })
    expect(large.answer.status).toBe(413)
    expect(await firstFault(large.answer)).toMatchObject({
      code: 'fileIsTooLarge',
      sentence: expect.stringContaining('200 мегабайт'),
    })
    const program = await begin(text(10), { name: 'setup.exe', type: 'application/x-msdownload' })
    expect(await firstFault(program.answer)).toMatchObject({
      code: 'fileTypeIsNotAccepted',
      sentence: expect.stringContaining('.exe'),
    })
    expect(
      await firstFault((await begin(text(10), { name: 'setup.exe', type: 'application/pdf' })).answer),
    ).toMatchObject({ code: 'fileTypeDiffers' })
    expect(await firstFault((await begin(text(10), { name: 'a\u0000b.txt' })).answer)).toMatchObject({ code: 'format' })
    expect(await firstFault((await begin(text(10), { sha256: 'abc' })).answer)).toMatchObject({ code: 'format' })
  })

  test('content that is not what the name says, and nothing of it is kept', async () => {
    const before = stored().length
    const fakes: [string, string, Buffer][] = [
      ['plan.pdf', 'application/pdf', text(6000)],
      ['notes.txt', 'text/plain', Buffer.concat([Buffer.from('MZ\u0090\u0000', 'latin1'), randomBytes(6000)])],
      ['photo.png', 'image/png', Buffer.from('%PDF-1.7 and more')],
      [
        'letter.docx',
        'application/vnd.openxmlformats-officedocument.wordprocessingml.document',
        zip({ 'xl/workbook.xml': '<x/>' }),
      ],
    ]
    for (const [name, type, bytes] of fakes) {
      const { sent, id } = await whole(bytes, name, type)
      expect(sent.status, name).toBe(422)
      expect((await firstFault(sent))?.code, name).toBe('fileTypeDiffers')
      expect((await stateOf(id)).status, name).toBe(404)
    }
    expect(stored().length).toBe(before)
  })

  test('a container locked with a password', async () => {
    const locked = await whole(zip({ 'a.txt': 'x' }, true), 'a.zip', 'application/zip')
    expect((await firstFault(locked.sent))?.code).toBe('fileIsLocked')
    const office = Buffer.concat([Buffer.from('d0cf11e0a1b11ae1', 'hex'), Buffer.alloc(6000)])
    const sheet = await whole(
      office,
      'prices.xlsx',
      'application/vnd.openxmlformats-officedocument.spreadsheetml.sheet',
    )
    expect((await firstFault(sheet.sent))?.code).toBe('fileIsLocked')
  })

  test('bytes that differ from the hash the sender gave, and more bytes than were announced', async () => {
    const bytes = text(500)
    const { place } = await begin(bytes, { sha256: hashOf(text(500)) })
    expect((await firstFault(await send(place, 0, bytes)))?.code).toBe('fileHashDiffers')
    const short = await begin(bytes, { length: 100 })
    expect((await send(short.place, 0, bytes)).status).toBe(422)
    expect(await offsetOf(short.place)).toBe(0)
  })

  test('accepts honest files of each family', async () => {
    const honest: [string, string, Buffer][] = [
      ['a.pdf', 'application/pdf', Buffer.from('%PDF-1.7\n%âãÏÓ\n1 0 obj')],
      ['b.docx', '', zip({ '[Content_Types].xml': '<x/>', 'word/document.xml': '<x/>' })],
      ['c.xlsx', 'application/octet-stream', zip({ 'xl/workbook.xml': '<x/>' })],
      ['d.hwp', 'application/x-hwp', Buffer.concat([Buffer.from('d0cf11e0a1b11ae1', 'hex'), Buffer.alloc(600)])],
      ['e.csv', 'application/vnd.ms-excel', Buffer.from('наименование;цена\r\nбумага;12\r\n')],
      ['f.png', 'image/png', Buffer.concat([Buffer.from('89504e470d0a1a0a', 'hex'), randomBytes(100)])],
      ['g.dwg', 'image/vnd.dwg', Buffer.concat([Buffer.from('AC1032'), randomBytes(100)])],
    ]
    for (const [name, type, bytes] of honest) expect((await whole(bytes, name, type)).sent.status, name).toBe(204)
  })
})

describe('a form without script', () => {
  const post = (file: File | null, more: Record<string, string> = {}, headers: Record<string, string> = {}) => {
    const form = new FormData()
    if (file) form.set('file', file)
    for (const [key, value] of Object.entries(more)) form.set(key, value)
    return fetch(`${url}/api/uploads/form`, {
      method: 'POST',
      headers: { cookie: cookies.author, ...headers },
      body: form,
      redirect: 'manual',
    })
  }
  test('takes a file and answers its state, or leads back to the page', async () => {
    const bytes = text(2000)
    const answer = await post(new File([new Uint8Array(bytes)], 'форма.txt', { type: 'text/plain' }))
    expect(answer.status).toBe(201)
    expect(await answer.json()).toMatchObject({ name: 'форма.txt', sha256: hashOf(bytes), size: 2000 })
    const back = await post(new File([new Uint8Array(bytes)], 'форма.txt', { type: 'text/plain' }), {
      back: '/ru/tenders?x=1',
    })
    expect(back.status).toBe(303)
    expect(back.headers.get('location')).toMatch(/^\/ru\/tenders\?x=1&upload=[0-9a-f-]{36}$/)
    const wrong = await post(new File(['MZ'], 'x.exe'), { back: '/ru/tenders' })
    expect(wrong.headers.get('location')).toBe('/ru/tenders?fault=fileTypeIsNotAccepted')
  })
  test('leads nowhere else, and refuses nothing, strangers and empty files', async () => {
    for (const back of ['//evil.example/', 'https://evil.example/', '/\\evil.example'])
      expect((await post(new File(['abc'], 'a.txt', { type: 'text/plain' }), { back })).status).toBe(201)
    expect((await firstFault(await post(null)))?.code).toBe('required')
    expect((await firstFault(await post(new File([], 'a.txt', { type: 'text/plain' }))))?.code).toBe('fileIsEmpty')
    expect((await post(new File(['abc'], 'a.txt'), {}, { cookie: '' })).status).toBe(401)
    const broken = await fetch(`${url}/api/uploads/form`, {
      method: 'POST',
      headers: { cookie: cookies.author, 'content-type': 'multipart/form-data; boundary=x' },
      body: 'no form',
    })
    expect(broken.status).toBe(422)
  })
})

describe('downloads', () => {
  test('DOC-01: closed until scanned clean and named by a notice; then the same bytes for everyone, whole or in ranges', async () => {
    const bytes = text(10_000)
    const { id } = await whole(bytes, 'Техническая спецификация (1).txt')
    const get = (headers: Record<string, string> = {}, method = 'GET') =>
      fetch(`${url}/api/documents/${id}`, { headers, method })
    expect((await get({ cookie: cookies.author })).status).toBe(409)
    const counterpart = await startScanCounterpart()
    const scanner = startScanner(world.deployment, { host: '127.0.0.1', port: counterpart.port }, 3_600_000)
    await scanner.run()
    await scanner.stop()
    await counterpart.stop()
    expect((await get({ cookie: cookies.author })).status).toBe(200)
    expect((await get({ cookie: cookies.author })).headers.get('cache-control')).toBe('private, no-cache')
    expect((await get()).status).toBe(404)
    expect((await get({ cookie: cookies.supplier })).status).toBe(404)

    const sequencer = await startSequencer(world.deployment, { intervalMs: 3_600_000 })
    const caseId = await world.publishTender()
    await sequencer.run()
    const { content } = await world.tender(caseId)
    if (!content) throw new Error('not published')
    const document = {
      id: randomUUID(),
      upload: id,
      version: 1,
      title: 'Specification',
      kind: 'technicalSpecifications',
      language: 'en',
      sha256: hashOf(bytes),
      size: bytes.length,
      mediaType: 'text/plain',
    }
    const theirs = await receiveFile(
      world.deployment,
      world.suppliers[0] as PersonActor,
      { name: 'theirs.txt', mediaType: 'text/plain' },
      Readable.from([bytes.subarray(5)]),
    )
    if (!('id' in theirs)) throw new Error('not received')
    await world.deployment.database.pool.query(`update upload set scan = 'clean' where id = $1`, [theirs.id])
    const stolen = { ...document, upload: theirs.id, sha256: theirs.sha256, size: theirs.size }
    const longer = new Date(Date.parse(content.deadline) + 10 * 86_400_000).toISOString()
    const refused = await world.act(world.author, caseId, 'propose-amendment', {
      reason: 'Not ours.',
      content: { ...content, deadline: longer, documents: [stolen] },
    })
    expect(!refused.done && refused.why).toEqual({ invalid: [{ path: 'documents.0', code: 'notUploaded' }] })
    const later = new Date(Date.parse(content.deadline) + 10 * 86_400_000).toISOString()
    await world.done(world.author, caseId, 'propose-amendment', {
      reason: 'A specification was added.',
      content: { ...content, deadline: later, documents: [document] },
    })
    expect((await get()).status).toBe(404)
    await world.done(world.approver, caseId, 'approve-amendment', { amendment: 1 })
    await sequencer.stop()

    const open = await get()
    expect(open.status).toBe(200)
    expect(Buffer.from(await open.arrayBuffer()).equals(bytes)).toBe(true)
    expect(open.headers.get('etag')).toBe(`"${hashOf(bytes)}"`)
    expect(open.headers.get('x-content-type-options')).toBe('nosniff')
    expect(open.headers.get('content-disposition')).toBe(
      `attachment; filename="___________ ____________ (1).txt"; filename*=UTF-8''${encodeURIComponent('Техническая спецификация (1).txt').replace(/[()]/g, (sign) => (sign === '(' ? '%28' : '%29'))}`,
    )
    expect((await get({ 'if-none-match': `W/"${hashOf(bytes)}"` })).status).toBe(304)
    const part = await get({ range: 'bytes=100-199' })
    expect([part.status, part.headers.get('content-range')]).toEqual([206, 'bytes 100-199/10000'])
    expect(Buffer.from(await part.arrayBuffer()).equals(bytes.subarray(100, 200))).toBe(true)
    expect(Buffer.from(await (await get({ range: 'bytes=-5' })).arrayBuffer()).equals(bytes.subarray(9995))).toBe(true)
    expect((await get({ range: 'bytes=20000-' })).status).toBe(416)
    expect((await get({ range: 'bytes=0-5', 'if-range': '"other"' })).status).toBe(200)
    const head = await get({}, 'HEAD')
    expect([head.status, head.headers.get('content-length')]).toEqual([200, '10000'])
    const accepted = await get({ 'accept-encoding': 'gzip', range: 'bytes=0-9' })
    expect(accepted.headers.get('content-encoding')).toBeNull()
  })

  test('what is no document answers 404, never 500', async () => {
    for (const odd of [randomUUID(), 'x', '%00', '..%2f..%2fetc%2fpasswd']) {
      const { status } = await fetch(`${url}/api/documents/${odd}`)
      expect([400, 404], odd).toContain(status)
    }
  })
})

describe('small parts', () => {
  test.each([
    ['bytes=0-0', { start: 0, end: 0 }],
    ['bytes=5-', { start: 5, end: 9 }],
    ['bytes=-3', { start: 7, end: 9 }],
    ['bytes=-30', { start: 0, end: 9 }],
    ['bytes=3-99', { start: 3, end: 9 }],
    ['bytes=10-', 'unsatisfiable'],
    ['bytes=-0', 'unsatisfiable'],
    ['bytes=5-2', null],
    ['bytes=0-1,3-4', null],
    ['items=0-1', null],
    [undefined, null],
  ])('a range %s of ten bytes', (header, range) => expect(readRange(header, 10)).toEqual(range))

  test('names of files cannot break out', () => {
    expect(cleanName('C:\\Users\\me\\план.pdf')).toBe('план.pdf')
    expect(cleanName('../../etc/passwd')).toBe('passwd')
    expect(cleanName('invoice\u202efdp.exe')).toBe('invoicefdp.exe')
    expect(cleanName('..')).toBeNull()
    expect(cleanName('a\r\nSet-Cookie: x')).toBeNull()
    expect(cleanName('a'.repeat(201))).toBeNull()
    expect(dispositionOf('a"b\\c%41\'.txt')).toBe(
      `attachment; filename="a_b_c_41'.txt"; filename*=UTF-8''a%22b%5Cc%2541%27.txt`,
    )
  })

  test('metadata is read, and what is no base64 left out', () => {
    expect(readMetadata('filename 0L8udHh0, broken !!!,empty')).toEqual({ filename: 'п.txt', empty: '' })
    expect(readMetadata(undefined)).toEqual({})
  })
})

/** A stored ZIP container by hand (APPNOTE 4.3): local headers, table, end. `locked` sets the flag of a password. */
function zip(entries: Record<string, string>, locked = false): Buffer {
  const locals: Buffer[] = []
  const table: Buffer[] = []
  let at = 0
  for (const [name, content] of Object.entries(entries)) {
    const local = Buffer.alloc(30)
    local.writeUInt32LE(0x04034b50, 0)
    local.writeUInt16LE(locked ? 1 : 0, 6)
    local.writeUInt32LE(content.length, 18)
    local.writeUInt32LE(content.length, 22)
    local.writeUInt16LE(name.length, 26)
    const whole = Buffer.concat([local, Buffer.from(name), Buffer.from(content)])
    const entry = Buffer.alloc(46)
    entry.writeUInt32LE(0x02014b50, 0)
    entry.writeUInt16LE(locked ? 1 : 0, 8)
    entry.writeUInt32LE(content.length, 20)
    entry.writeUInt32LE(content.length, 24)
    entry.writeUInt16LE(name.length, 28)
    entry.writeUInt32LE(at, 42)
    table.push(entry, Buffer.from(name))
    locals.push(whole)
    at += whole.length
  }
  const contents = Buffer.concat(table)
  const end = Buffer.alloc(22)
  end.writeUInt32LE(0x06054b50, 0)
  end.writeUInt16LE(Object.keys(entries).length, 8)
  end.writeUInt16LE(Object.keys(entries).length, 10)
  end.writeUInt32LE(contents.length, 12)
  end.writeUInt32LE(at, 16)
  return Buffer.concat([...locals, contents, end])
}

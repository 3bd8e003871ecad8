// A witness's answers one by one as the specification words them, its memory over a restart and a torn line, and the program itself.
import { type ChildProcess, spawn } from 'node:child_process'
import { appendFileSync, mkdtempSync, readFileSync, rmSync, statSync, writeFileSync } from 'node:fs'
import { createServer } from 'node:http'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { createInterface } from 'node:readline'
import { parseNote, signCheckpoint, signerWith, verifierKey } from '@naru/log/checkpoint.ts'
import { parseCosignerKey, readCosignatures } from '@naru/log/cosignature.ts'
import { toBase64 } from '@naru/log/encoding.ts'
import { consistencyProof, leafHash, readerOf, rootAt } from '@naru/log/merkle.ts'
import fc from 'fast-check'
import { afterEach, beforeEach, describe, expect, it } from 'vitest'
import { addCheckpoint } from './cosigner.ts'
import { type HeadStore, openStore } from './store.ts'
import { clockFrom } from './time.ts'

const log = signerWith('proc.example/log', new Uint8Array(32).fill(1))
const witness = signerWith('witness.example/w1', new Uint8Array(32).fill(2))
const leaves = (seed: number) =>
  readerOf(Array.from({ length: 40 }, (_, n) => leafHash(Uint8Array.of(n < 20 ? 0 : seed, n))))
const [tree, fork] = [leaves(0), leaves(1)]

const noteAt = (size: number, read = tree, signer = log) => signCheckpoint({ size, root: rootAt(read, size) }, signer)
const asking = (old: number, size: number, read = tree, note = noteAt(size, read)) =>
  `old ${old}\n${consistencyProof(read, old, size)
    .map((hash) => `${toBase64(hash)}\n`)
    .join('')}\n${note}`

let folder: string
let store: HeadStore
beforeEach(() => {
  folder = mkdtempSync(join(tmpdir(), 'naru-witness-'))
  store = openStore(folder)
})
afterEach(() => rmSync(folder, { recursive: true, force: true }))
const ask = (body: string, now = 1000) => addCheckpoint(body, [log], witness, store, now)

describe('a request', () => {
  it('is cosigned when it is the first, the next, or the same again', () => {
    for (const [old, size] of [
      [0, 3],
      [3, 3],
      [3, 17],
      [17, 32],
    ] as const) {
      const answer = ask(asking(old, size), 1000 + size)
      expect(answer.status, answer.body).toBe(200)
      expect(readCosignatures(noteAt(size) + answer.body, [witness])).toEqual([{ key: witness, time: 1000 + size }])
    }
  })

  it('is answered 404 for a log it does not know, 403 for a note that log did not sign', () => {
    const stranger = signerWith('other.example/log', new Uint8Array(32).fill(3))
    expect(ask(asking(0, 3, tree, noteAt(3, tree, stranger))).status).toBe(404)
    const thief = signerWith(log.name, new Uint8Array(32).fill(4))
    expect(ask(asking(0, 3, tree, noteAt(3, tree, thief))).status).toBe(403)
    expect(ask(asking(0, 3, tree, noteAt(3).replace(/.{3}=\n$/, 'AAA=\n'))).status).toBe(403)
  })

  it('is answered 409 with its size where the old size is not the newest cosigned', () => {
    expect(ask(asking(0, 5)).status).toBe(200)
    for (const body of [asking(0, 9), asking(4, 9), asking(0, 5)])
      expect(ask(body)).toEqual({ status: 409, type: 'text/x.tlog.size', body: '5\n' })
    expect(ask(`old 9\n\n${noteAt(5)}`).status).toBe(400)
  })

  it('is answered 409 for another root at the same size, 422 for a proof that does not hold', () => {
    expect(ask(asking(0, 25)).status).toBe(200)
    expect(ask(asking(25, 25, fork))).toMatchObject({ status: 409, type: 'text/plain' })
    expect(ask(asking(25, 30, fork)).status).toBe(422)
    expect(ask(asking(25, 30, tree, noteAt(30, fork))).status).toBe(422)
    expect(ask(`old 25\n\n${noteAt(30)}`).status).toBe(422)
    expect(ask(`old 25\n${toBase64(new Uint8Array(32))}\n\n${noteAt(25)}`).status).toBe(422)
    expect(ask(asking(25, 30)).status).toBe(200)
    // A rollback is a smaller size than the newest: the witness names its own, and there is no proof from there downwards.
    expect(ask(asking(20, 25)).body).toBe('30\n')
    expect(ask(`old 30\n\n${noteAt(25)}`).status).toBe(400)
  })

  it.each([
    '',
    'old 0\n',
    `${noteAt(3)}`,
    `old 00\n\n${noteAt(3)}`,
    `old -1\n\n${noteAt(3)}`,
    `old  0\n\n${noteAt(3)}`,
    `old 0\nAAAA\n\n${noteAt(3)}`,
    `old 0\n${`${toBase64(new Uint8Array(32))}\n`.repeat(64)}\n${noteAt(3)}`,
    `old 0\n\n${noteAt(3).replace('\n3\n', '\n03\n')}`,
    `old 0\n\nproc.example/log\n`,
  ])('out of form is answered 400 (%#)', (body) => {
    expect(ask(body).status).toBe(400)
    expect(store.newest(log.name)).toBeNull()
  })

  it('whatever its bytes are, is answered and never cosigned by chance', () => {
    const right = asking(0, 7)
    fc.assert(
      fc.property(fc.nat(right.length - 1), fc.string({ minLength: 1, maxLength: 2 }), (at, text) => {
        const body = right.slice(0, at) + text + right.slice(at + text.length)
        const { status } = ask(body)
        // A stranger's signature line may be added; nothing else may change.
        if (status === 200) expect(body.includes(noteAt(7).split('\n\n')[0] as string)).toBe(true)
        else expect([400, 403, 404, 409, 422]).toContain(status)
      }),
      { numRuns: 200 },
    )
  })

  it('is never dated before the one before it', () => {
    ask(asking(0, 3), 2000)
    const answer = ask(asking(3, 4), 1500)
    expect(readCosignatures(noteAt(4) + answer.body, [witness])[0]?.time).toBe(2000)
  })
})

describe('the memory', () => {
  it('outlasts a restart, and a line torn by a crash is cut away', () => {
    ask(asking(0, 3))
    ask(asking(3, 12))
    store.close()
    appendFileSync(join(folder, 'heads'), '1003 30 abcd')
    store = openStore(folder)
    expect(store.newest(log.name)).toEqual({ size: 12, root: rootAt(tree, 12), time: 1000 })
    expect(ask(asking(12, 13)).status).toBe(200)
    store.close()
    store = openStore(folder)
    expect(store.newest(log.name)?.size).toBe(13)
    expect(readFileSync(join(folder, 'heads'), 'utf8').split('\n')).toHaveLength(4)
  })

  it('that is damaged is no memory', () => {
    writeFileSync(join(folder, 'heads'), '1000 three abcd proc.example/log\n')
    expect(() => openStore(folder)).toThrow('not a head')
  })

  it('is written anew when it has grown long, and says the same', () => {
    const line = `1 1 ${toBase64(new Uint8Array(32))} other.example/log\n`
    writeFileSync(join(folder, 'heads'), line.repeat(Math.ceil((4 * 1024 * 1024) / line.length)))
    store = openStore(folder)
    ask(asking(0, 5))
    expect(statSync(join(folder, 'heads')).size).toBeLessThan(1000)
    store.close()
    store = openStore(folder)
    expect([store.newest(log.name)?.size, store.newest('other.example/log')?.size]).toEqual([5, 1])
  })
})

it('a clock without its time service says nothing, and never goes back', async () => {
  expect(await clockFrom('http://127.0.0.1:1/')()).toBeNull()
  let now = '2026-05-01T00:00:10.900Z'
  const service = createServer((_, response) => response.end(JSON.stringify({ now })))
  await new Promise<void>((resolve) => service.listen(0, '127.0.0.1', resolve))
  const address = service.address()
  const clock = clockFrom(`http://127.0.0.1:${typeof address === 'object' ? address?.port : 0}/`)
  expect(await clock()).toBe(Date.parse('2026-05-01T00:00:10Z') / 1000)
  now = '2026-04-01T00:00:00Z'
  expect(await clock()).toBe(Date.parse('2026-05-01T00:00:10Z') / 1000)
  now = 'soon'
  expect(await clock()).toBeNull()
  service.closeAllConnections()
  service.close()
})

describe('the program', () => {
  let child: ChildProcess | null = null
  afterEach(() => void child?.kill('SIGKILL'))

  async function start(): Promise<{ key: string; send: (path: string, body: string) => Promise<Response> }> {
    const words = ['--folder', folder, '--name', 'witness.example/w1', '--log', verifierKey(log), '--sandbox']
    child = spawn(process.execPath, [join(import.meta.dirname, 'main.ts'), ...words], {
      stdio: ['ignore', 'pipe', 'inherit'],
    })
    const lines = createInterface({ input: child.stdout as NodeJS.ReadableStream })
    const [line] = await new Promise<[string]>((resolve) => lines.once('line', (said) => resolve([said])))
    const [, key = '', port] = line.split(' ')
    return {
      key,
      send: (path, body) => fetch(`http://127.0.0.1:${port}${path}`, { method: 'POST', body }),
    }
  }

  it('keeps its key and its memory over kill -9, and shows its faults in a sandbox', async () => {
    store.close()
    const first = await start()
    const key = parseCosignerKey(first.key)
    const answer = await first.send('/add-checkpoint', asking(0, 21))
    expect(answer.status).toBe(200)
    const { text } = parseNote(noteAt(21))
    expect(text).toContain('\n21\n')
    const [cosignature] = readCosignatures(noteAt(21) + (await answer.text()), [key])
    expect(Math.abs((cosignature?.time ?? 0) - Date.now() / 1000)).toBeLessThan(60)
    expect(statSync(join(folder, 'key.pem')).mode & 0o777).toBe(0o600)
    const gone = new Promise((resolve) => child?.once('close', resolve))
    child?.kill('SIGKILL')
    await gone

    const second = await start()
    expect(second.key).toBe(first.key)
    const conflict = await second.send('/w1/add-checkpoint', asking(0, 22, fork))
    expect([conflict.status, conflict.headers.get('content-type'), await conflict.text()]).toEqual([
      409,
      'text/x.tlog.size',
      '21\n',
    ])
    expect((await second.send('/add-checkpoint', asking(21, 24, fork))).status).toBe(422)
    expect((await second.send('/fault', 'refuse')).status).toBe(200)
    expect((await second.send('/add-checkpoint', asking(21, 22))).status).toBe(503)
    await second.send('/fault', 'alter')
    const altered = await (await second.send('/add-checkpoint', asking(21, 22))).text()
    expect(() => readCosignatures(noteAt(22) + altered, [key])).toThrow()
    await second.send('/fault', 'down')
    await expect(second.send('/add-checkpoint', asking(22, 23))).rejects.toThrow()
    expect((await second.send('/fault', 'nonsense')).status).toBe(400)
    await second.send('/fault', 'none')
    expect((await second.send('/add-checkpoint', asking(22, 23))).status).toBe(200)
    expect((await second.send('/elsewhere', '')).status).toBe(404)
  })
})

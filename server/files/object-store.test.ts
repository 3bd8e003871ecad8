// Both stores keep the same promises; the object store also under every fault of a store that speaks real S3 and checks the signatures itself.
import { randomBytes } from 'node:crypto'
import { mkdtempSync, rmSync } from 'node:fs'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { afterAll, afterEach, beforeAll, describe, expect, test } from 'vitest'
import {
  type ObjectStoreCounterpart,
  signatureOf,
  startObjectStore,
  trialCredentials,
} from '../neighbours/object-store-counterpart.ts'
import { objectStore } from './object-store.ts'
import { readPlace } from './place.ts'
import {
  fileAt,
  folderStore,
  gathered,
  newStorageKey,
  OtherBytes,
  readWhole,
  type Store,
  StoreIsDown,
} from './store.ts'

let counterpart: ObjectStoreCounterpart
let old: ObjectStoreCounterpart
let folder: string
/** Small, so that many files are quickly joined; S3's own size is used where memory is looked at. */
const pieceBytes = 65_536
const stores = new Map<string, Store>()
const placeAt = (url: string, patienceMs = 5_000) => ({
  endpoint: url,
  bucket: 'naru',
  prefix: 'kg/live/',
  region: 'eu-central-1',
  credentials: trialCredentials,
  patienceMs,
})

beforeAll(async () => {
  counterpart = await startObjectStore({ smallestPart: pieceBytes })
  old = await startObjectStore({ conditions: false })
  folder = mkdtempSync(join(tmpdir(), 'naru-store-'))
  stores.set('a folder', folderStore(folder))
  stores.set('an object store', objectStore({ ...placeAt(counterpart.url), pieceBytes }))
  stores.set('an object store that knows no conditions', objectStore(placeAt(old.url)))
})
afterEach(() => counterpart.fault('none'))
afterAll(async () => {
  await counterpart.stop()
  await old.stop()
  rmSync(folder, { recursive: true, force: true })
})

async function* chunks(bytes: Uint8Array, length = 10_000): AsyncGenerator<Uint8Array> {
  for (let at = 0; at < bytes.length; at += length) yield bytes.subarray(at, at + length)
}
const gather = async (store: Store, path: string, range?: { start: number; end: number }) =>
  gathered(store.read(path, range))

// Amazon S3 API Reference, "Authenticating Requests: Using the Authorization Header", example GET Object.
test('the counterpart makes the signature of Amazon’s own example', () => {
  const headers = {
    host: 'examplebucket.s3.amazonaws.com',
    range: 'bytes=0-9',
    'x-amz-content-sha256': 'e3b0c44298fc1c149afbf4c8996fb92427ae41e4649b934ca495991b7852b855',
    'x-amz-date': '20130524T000000Z',
  }
  const signed = ['host', 'range', 'x-amz-content-sha256', 'x-amz-date']
  const request = { method: 'GET', path: '/test.txt', query: new URLSearchParams(), headers, signed }
  const secret = 'wJalrXUtnFEMI/K7MDENG/bPxRfiCYEXAMPLEKEY'
  expect(signatureOf(request, { date: '20130524T000000Z', region: 'us-east-1', secret })).toBe(
    'f0e8bdb87c964420e857bd35b5d6ed310bd44f0170aba48dd91039c6036bdb41',
  )
})

describe.each(['a folder', 'an object store', 'an object store that knows no conditions'])('%s', (name) => {
  const here = (): Store => stores.get(name) as Store

  test('keeps what is written once, takes the same again, and refuses other bytes', async () => {
    const path = 'log/tile/0/x001/234.p/7'
    await here().keep(path, Buffer.from('tile'))
    await here().keep(path, Buffer.from('tile'))
    await expect(here().keep(path, Buffer.from('rile'))).rejects.toThrow(OtherBytes)
    expect((await readWhole(here(), path))?.toString()).toBe('tile')
    expect(await readWhole(here(), 'log/tile/0/999')).toBeNull()
  })

  test('replaces only what its writer has seen', async () => {
    const seen: (string | null)[] = []
    const write = (text: string | null) =>
      here().replace('log/checkpoint', (present) => {
        seen.push(present?.toString() ?? null)
        return text === null ? null : Buffer.from(text)
      })
    await write('1')
    await write('2')
    await write(null)
    expect(seen).toEqual([null, '1', '2'])
    expect((await readWhole(here(), 'log/checkpoint'))?.toString()).toBe('2')
  })

  test('a file comes in pieces, is read whole and by range, and is taken away with all that belongs to it', async () => {
    const bytes = randomBytes(2 * pieceBytes + 12_345)
    const path = fileAt(newStorageKey())
    const cut = pieceBytes + 777
    const told: number[] = []
    const first = await here().writeSegment(path, 0, chunks(bytes.subarray(0, cut)), (done) => told.push(done))
    expect(told.at(-1)).toBe(cut)
    // A second attempt at the same offset that nobody counted, and then the one that counts.
    await here().writeSegment(path, cut, chunks(randomBytes(500)), () => {})
    const second = await here().writeSegment(path, cut, chunks(bytes.subarray(cut)), () => {})
    const pieces = [...second, ...first]
    await here().finish(path, bytes.length, pieces)
    await here().finish(path, bytes.length, pieces)
    expect(await here().size(path)).toBe(bytes.length)
    expect((await gather(here(), path)).equals(bytes)).toBe(true)
    const range = { start: pieceBytes - 3, end: pieceBytes + 9 }
    expect((await gather(here(), path, range)).equals(bytes.subarray(range.start, range.end + 1))).toBe(true)
    const listed: string[] = []
    for await (const each of here().list('files')) listed.push(each)
    expect(listed).toContain(path)
    await here().remove(path)
    await here().remove(path)
    expect(await here().size(path)).toBeNull()
    await expect(gather(here(), path)).rejects.toMatchObject({ code: 'ENOENT' })
  })

  test('a file that was cut off is cut at its length', async () => {
    const path = fileAt(newStorageKey())
    const pieces = await here().writeSegment(path, 0, chunks(Buffer.from('0123456789')), () => {})
    await here().finish(path, 4, pieces)
    expect((await gather(here(), path)).toString()).toBe('0123')
  })
})

describe('an object store that fails', () => {
  const store = () => stores.get('an object store') as Store

  test('holds no more of a file in memory than a piece, and leaves no pieces', async () => {
    const usual = objectStore(placeAt(old.url))
    old.asked.largestBody = 0
    async function* large(): AsyncGenerator<Uint8Array> {
      for (let n = 0; n < 40; n += 1) yield randomBytes(1024 * 1024)
    }
    const path = fileAt(newStorageKey())
    const pieces = await usual.writeSegment(path, 0, large(), () => {})
    await usual.finish(path, 40 * 1024 * 1024, pieces)
    expect(old.asked.largestBody).toBe(8 * 1024 * 1024)
    expect(await usual.size(path)).toBe(40 * 1024 * 1024)
    expect([...old.objects.keys()].filter((name) => name.includes('pieces/'))).toEqual([])
  })

  test.each(['slow-down', 'down', 'lost-answer'] as const)(
    'bears "%s" that passes, and does nothing twice',
    async (fault) => {
      const path = `log/tile/0/${fault}`
      counterpart.fault(fault, 2)
      await store().keep(path, Buffer.from('once'))
      counterpart.fault(fault, 2)
      expect((await readWhole(store(), path))?.toString()).toBe('once')
      counterpart.fault(fault, 1)
      await store().replace('log/checkpoint', () => Buffer.from(fault))
      expect((await readWhole(store(), 'log/checkpoint'))?.toString()).toBe(fault)
      const file = fileAt(newStorageKey())
      const bytes = randomBytes(pieceBytes + 10)
      counterpart.fault(fault, 1)
      await store().finish(file, bytes.length, await store().writeSegment(file, 0, chunks(bytes), () => {}))
      // The fault falls on each request of the joining in turn: size, begin, read and send each part, complete, size, list, take away.
      for (let spared = 0; spared < 12; spared += 1) {
        counterpart.objects.delete(`naru/kg/live/${file}`)
        const again = await store().writeSegment(file, 0, chunks(bytes), () => {})
        counterpart.fault(fault, 1, spared)
        await store().finish(file, bytes.length, again)
        counterpart.fault('none')
        expect(await store().size(file)).toBe(bytes.length)
      }
      expect((await gather(store(), file)).equals(bytes)).toBe(true)
    },
  )

  test.each(['slow-down', 'down', 'refuse', 'delay 60000'] as const)(
    'says that it is down where "%s" does not pass, and nothing is there',
    async (fault) => {
      const hasty = objectStore(placeAt(counterpart.url, 50))
      await hasty.keep(`log/before-${fault}`, Buffer.from('x'))
      counterpart.fault(fault)
      const path = `log/tile/1/${fault.replace(/ .*/, '')}`
      await expect(hasty.keep(path, Buffer.from('late'))).rejects.toThrow(StoreIsDown)
      await expect(readWhole(hasty, 'log/checkpoint')).rejects.toThrow(StoreIsDown)
      await expect(hasty.look()).rejects.toThrow(StoreIsDown)
      await expect(hasty.writeSegment(fileAt(newStorageKey()), 0, chunks(randomBytes(9)), () => {})).rejects.toThrow(
        StoreIsDown,
      )
      counterpart.fault('none')
      expect(await readWhole(hasty, path)).toBeNull()
      await hasty.look()
    },
  )

  test('a read that breaks off goes on where it was', async () => {
    const path = fileAt(newStorageKey())
    const bytes = randomBytes(300_000)
    await store().keep(path, bytes)
    counterpart.fault('cut-body', 2)
    expect((await gather(store(), path)).equals(bytes)).toBe(true)
    counterpart.fault('cut-body')
    await expect(gather(store(), path)).rejects.toThrow(StoreIsDown)
  })

  test('a late request of a writer that was overtaken changes nothing', async () => {
    const [slow, quick] = [objectStore(placeAt(counterpart.url)), objectStore(placeAt(counterpart.url))]
    await quick.replace('log/checkpoint', () => Buffer.from('5'))
    const newer = (text: string) => (present: Buffer | null) =>
      Number(present ?? 0) > Number(text) ? null : Buffer.from(text)
    let overtaken = false
    await slow.replace('log/checkpoint', (present) => {
      // Between what it read and what it writes, another writes.
      if (!overtaken) counterpart.objects.set('naru/kg/live/log/checkpoint', Buffer.from('9'))
      overtaken = true
      return newer('6')(present)
    })
    expect((await readWhole(quick, 'log/checkpoint'))?.toString()).toBe('9')
  })

  test('a wrong key or a missing bucket is told as such', async () => {
    const credentials = { ...trialCredentials, secretAccessKey: 'another' }
    await expect(objectStore({ ...placeAt(counterpart.url), credentials }).look()).rejects.toThrow(
      /SignatureDoesNotMatch/,
    )
    await expect(objectStore({ ...placeAt(counterpart.url), bucket: 'absent' }).look()).rejects.toThrow(
      /no bucket absent/,
    )
    await expect(
      objectStore({ ...placeAt(counterpart.url), bucket: 'absent' }).keep('log/x', Buffer.from('x')),
    ).rejects.toThrow(/no bucket absent/)
  })
})

test('the settings name a store or say what is wrong', () => {
  const keys = { AWS_ACCESS_KEY_ID: 'a', AWS_SECRET_ACCESS_KEY: 'b' }
  expect(readPlace({})).toBeNull()
  expect(readPlace({ FILES: 's3://naru/kg/live', FILES_REGION: 'eu-west-1', ...keys })).toMatchObject({
    endpoint: 'https://s3.eu-west-1.amazonaws.com',
    bucket: 'naru',
    prefix: 'kg/live/',
  })
  expect(() => readPlace({ FILES: '/srv/files', ...keys })).toThrow(/s3:\/\/bucket\/prefix/)
  expect(() => readPlace({ FILES: 's3://naru/../x', ...keys })).toThrow(/s3:\/\/bucket\/prefix/)
  expect(() => readPlace({ FILES: 's3://naru', FILES_ENDPOINT: 'http://x/y', ...keys })).toThrow(/FILES_ENDPOINT/)
  expect(() => readPlace({ FILES: 's3://naru' })).toThrow(/credentials/)
})

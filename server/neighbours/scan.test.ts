// The scanner's client and loop against the counterpart, with every fault: only one plain OK makes a file clean.
import { randomUUID } from 'node:crypto'
import { createServer } from 'node:net'
import { afterAll, beforeAll, describe, expect, test } from 'vitest'
import { receiveFile } from '../files/receive.ts'
import { makeWorld, type World } from '../test-world.ts'
import { readVerdict, scanBytes, scannerAnswers, startScanner } from './scan.ts'
import { type ScanCounterpart, spawnScanCounterpart, startScanCounterpart } from './scan-counterpart.ts'

async function* pieces(...parts: readonly (string | Uint8Array)[]): AsyncGenerator<Uint8Array> {
  for (const part of parts) yield typeof part === 'string' ? Buffer.from(part, 'latin1') : part
}
// The standard test string of eicar.org, in two halves.
const eicar = ['X5O!P%@AP[4\\PZX54(P^)7CC)7}$', 'EICAR-STANDARD-ANTIVIRUS-TEST-FILE!$H+H*'] as const

let counterpart: ScanCounterpart
const here = () => ({ host: '127.0.0.1', port: counterpart.port, patienceMs: 300 })
beforeAll(async () => {
  counterpart = await startScanCounterpart({ streamMaxLength: 1024 * 1024 })
})
afterAll(() => counterpart.stop())

describe('the client of clamd', () => {
  test('tells clean bytes from the EICAR string, also across two chunks', async () => {
    expect(await scanBytes(here(), pieces('nothing bad'))).toEqual({ clean: true })
    expect(await scanBytes(here(), pieces('before ', eicar[0], eicar[1], ' after'))).toEqual({
      clean: false,
      virus: 'Eicar-Test-Signature',
    })
    expect(await scannerAnswers(here())).toBe(true)
  })

  test('speaks INSTREAM byte for byte: command, length in network order, chunk, zero length', async () => {
    const seen: Buffer[] = []
    const server = createServer((socket) => {
      socket.on('data', (part) => {
        seen.push(part as Buffer)
        if (Buffer.concat(seen).subarray(-4).equals(Buffer.alloc(4))) socket.end('stream: OK\0')
      })
    })
    await new Promise<void>((ready) => server.listen(0, '127.0.0.1', ready))
    const { port } = server.address() as { port: number }
    await scanBytes({ host: '127.0.0.1', port }, pieces('abc', 'de'))
    expect(Buffer.concat(seen).toString('latin1')).toBe('zINSTREAM\0\0\0\0\u0003abc\0\0\0\u0002de\0\0\0\0')
    server.close()
  })

  test.each(['refuse', 'delay 2000', 'repeat', 'alter', 'drop', 'down'] as const)(
    'fails closed under the fault "%s" and recovers',
    async (fault) => {
      await counterpart.fault(fault)
      await expect(scanBytes(here(), pieces('nothing bad'))).rejects.toThrow()
      await counterpart.fault('none')
      expect(await scanBytes(here(), pieces('nothing bad'))).toEqual({ clean: true })
    },
  )

  test('does not take a stream that is too long for clean', async () => {
    await expect(scanBytes(here(), pieces(Buffer.alloc(700_000), Buffer.alloc(700_000)))).rejects.toThrow(/size limit/)
  })

  test.each([
    ['', 'no answer'],
    ['stream: OK\0stream: OK\0', 'more than once'],
    ['stream: OK FOUND\0 stream', 'more than once'],
    ['OK\0', 'answered: OK'],
    ['stream: OKAY\0', 'answered'],
    ['stream: x y FOUND\0', 'answered'],
  ])('refuses the answer %j', (answer, why) => expect(() => readVerdict(answer)).toThrow(why))
})

test('the counterpart runs as a process of its own, takes faults over its protocol, and ends when told', async () => {
  const own = await spawnScanCounterpart()
  const address = { host: '127.0.0.1', port: own.port, patienceMs: 2000 }
  expect(await scannerAnswers(address)).toBe(true)
  expect(await scanBytes(address, pieces(...eicar))).toEqual({ clean: false, virus: 'Eicar-Test-Signature' })
  await own.stop()
  expect(await scannerAnswers(address)).toBe(false)
})

describe('the loop', () => {
  let world: World
  beforeAll(async () => {
    world = await makeWorld()
  })
  afterAll(() => world.end())

  const stored = async (text: string) => {
    const received = await receiveFile(
      world.deployment,
      world.author,
      { name: `${randomUUID()}.txt`, mediaType: 'text/plain' },
      pieces(text),
    )
    if (!('id' in received)) throw new Error(JSON.stringify(received))
    return received.id
  }
  const scanOf = async (id: string) =>
    await world.deployment.database.db
      .selectFrom('upload')
      .select(['scan', 'scan_note'])
      .where('id', '=', id)
      .executeTakeFirstOrThrow()

  test('scans what is whole; while the scanner is down everything stays "not scanned" and is tried again', async () => {
    const clean = await stored(`clean ${randomUUID()}`)
    const bad = await stored(`${eicar[0]}${eicar[1]}`)
    await counterpart.fault('alter')
    const scanner = startScanner(world.deployment, here(), 3_600_000)
    await scanner.run()
    expect((await scanOf(clean)).scan).toBe('not-scanned')
    expect((await scanOf(clean)).scan_note).toContain('the scanner answered')
    expect((await scanOf(bad)).scan).toBe('not-scanned')
    await counterpart.fault('none')
    // The wait after a failure is over.
    await world.deployment.database.pool.query('update upload set scan_next_try = clock_timestamp()')
    expect(await scanner.run()).toBe(2)
    expect(await scanOf(clean)).toEqual({ scan: 'clean', scan_note: null })
    expect(await scanOf(bad)).toEqual({ scan: 'infected', scan_note: 'Eicar-Test-Signature' })
    await scanner.stop()
  })
})

// Time-stamp authorities over HTTP: the client against the sandbox's counterpart with every fault, and OpenSSL on both sides of it.
import { execFileSync } from 'node:child_process'
import { mkdtempSync, readFileSync, rmSync, writeFileSync } from 'node:fs'
import { createServer } from 'node:http'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { readTimestampResponse } from '@naru/sealing/signatures/timestamp.ts'
import { anchorsOf, trustRoot } from '@naru/sealing/signatures/trust-list.ts'
import { afterAll, beforeAll, describe, expect, test } from 'vitest'
import type { Counterpart } from './counterpart.ts'
import { timestampAuthority } from './timestamp.ts'
import { readAuthorities, startSandboxAuthorities } from './timestamp-authorities.ts'
import { sandboxStampPolicy, startTimestampCounterpart } from './timestamp-counterpart.ts'

const folder = mkdtempSync(join(tmpdir(), 'naru-time-'))
const genTime = Date.UTC(2026, 10, 22, 9, 0, 0, 120)
const message = new Uint8Array(32).fill(7)
let counterpart: Counterpart
let root: Uint8Array

const authority = (more: { policy?: string; url?: string } = {}) =>
  timestampAuthority({
    name: 'Time',
    url: counterpart.url,
    trust: { anchors: anchorsOf([trustRoot('Time', root, ['tsa'])]), policies: [sandboxStampPolicy] },
    patienceMs: 400,
    ...more,
  })

beforeAll(async () => {
  counterpart = await startTimestampCounterpart({ folder: join(folder, 'one'), name: 'One', now: async () => genTime })
  root = new Uint8Array(await (await fetch(`${counterpart.url}/root.der`)).arrayBuffer())
})
afterAll(async () => {
  await counterpart.stop()
  rmSync(folder, { recursive: true, force: true })
})

const opensslThere = (() => {
  try {
    return execFileSync('openssl', ['version'], { stdio: 'pipe' }).toString().startsWith('OpenSSL')
  } catch {
    console.warn('openssl is not installed: tokens are not compared with it')
    return false
  }
})()

describe('the client', () => {
  test('gets a token with the time of the authority', async () => {
    const { token, genTime: at } = await authority({ policy: sandboxStampPolicy }).stamp(message)
    expect(at).toBe(genTime)
    expect(token.length).toBeGreaterThan(500)
  })

  test.each([
    ['refuse', /status 2/],
    ['alter', /./],
    ['delay 2000', /timeout|aborted/i],
    ['down', /fetch failed/],
  ] as const)('throws when the authority does this: %s', async (fault, why) => {
    await fetch(`${counterpart.url}/fault`, { method: 'POST', body: fault })
    try {
      await expect(authority().stamp(message)).rejects.toThrow(why)
    } finally {
      counterpart.fault('none')
    }
  })

  test('throws when the authority repeats an answer of an earlier request, since the nonce is another', async () => {
    await authority().stamp(message)
    counterpart.fault('repeat')
    await expect(authority().stamp(message)).rejects.toThrow('nonce')
    counterpart.fault('none')
    await authority().stamp(message)
  })

  test('throws for another policy, another media type and another root', async () => {
    await expect(authority({ policy: '2.999.77' }).stamp(message)).rejects.toThrow('status 2')
    await expect(authority({ url: `${counterpart.url}/root.der` }).stamp(message)).rejects.toThrow('404')
    const other = await startTimestampCounterpart({
      folder: join(folder, 'two'),
      name: 'Two',
      now: async () => genTime,
    })
    await expect(authority({ url: other.url }).stamp(message)).rejects.toThrow('path')
    await other.stop()
    const page = createServer((_, response) => response.writeHead(200, { 'content-type': 'text/html' }).end('hello'))
    await new Promise<void>((resolve) => page.listen(0, '127.0.0.1', resolve))
    const bound = page.address()
    const url = `http://127.0.0.1:${typeof bound === 'object' && bound ? bound.port : 0}`
    await expect(authority({ url }).stamp(message)).rejects.toThrow('text/html')
    page.close()
  })

  test('an authority without a clock refuses rather than guess', async () => {
    const lost = await startTimestampCounterpart({
      folder: join(folder, 'lost'),
      name: 'Lost',
      now: () => Promise.reject(new Error('no clock')),
    })
    await expect(authority({ url: lost.url }).stamp(message)).rejects.toThrow('status 2')
    await lost.stop()
  })
})

test('the sandbox brings up two authorities as processes with roots of their own, which keep them over a restart', async () => {
  const clock = createServer((_, response) => response.end(JSON.stringify({ now: new Date(genTime).toISOString() })))
  await new Promise<void>((resolve) => clock.listen(0, '127.0.0.1', resolve))
  const bound = clock.address()
  const address = `http://127.0.0.1:${typeof bound === 'object' && bound ? bound.port : 0}`
  const first = await startSandboxAuthorities(folder, address)
  expect(new Set(first.roots.map((each) => each.cert)).size).toBe(2)
  for (const each of first.authorities) expect((await each.stamp(message)).genTime).toBe(genTime)
  await first.stop()
  await expect(first.authorities[0]?.stamp(message)).rejects.toThrow()
  const second = await startSandboxAuthorities(folder, address)
  expect(second.roots).toEqual(first.roots)
  await second.stop()
  clock.close()
})

test('the settings name authorities in a file; fewer than two different roots are refused', () => {
  const pem = `-----BEGIN CERTIFICATE-----\n${Buffer.from(root).toString('base64').replace(/.{64}/g, '$&\n')}\n-----END CERTIFICATE-----\n`
  writeFileSync(join(folder, 'root.pem'), pem)
  const file = join(folder, 'authorities.json')
  const one = { name: 'One', url: 'https://tsa.example/', root: 'root.pem', policies: ['1.2.3'] }
  writeFileSync(file, JSON.stringify([one, { ...one, name: 'Two' }]))
  expect(() => readAuthorities(file)).toThrow('two authorities with different roots')
  writeFileSync(file, JSON.stringify([{ ...one, root: 'absent.pem' }]))
  expect(() => readAuthorities(file)).toThrow('The root of the time-stamp authority One')
  writeFileSync(
    file,
    JSON.stringify([one, { ...one, name: 'Two', root: join('counterparts', 'time-1', 'root.crt.der') }]),
  )
  const read = readAuthorities(file)
  expect(read.authorities.map((each) => each.name)).toEqual(['One', 'Two'])
  expect(read.listed[0]).toEqual({ name: 'One', url: 'https://tsa.example/', policies: ['1.2.3'] })
})

describe.skipIf(!opensslThere)('OpenSSL', () => {
  const openssl = (...words: string[]) => execFileSync('openssl', words, { cwd: folder, stdio: 'pipe' }).toString()

  test('openssl ts makes a request that the counterpart answers, and verifies the answer', async () => {
    writeFileSync(join(folder, 'message'), message)
    writeFileSync(join(folder, 'root.der'), root)
    openssl('x509', '-inform', 'DER', '-in', 'root.der', '-out', 'root.pem')
    openssl(
      'ts',
      '-query',
      '-data',
      'message',
      '-sha256',
      '-cert',
      '-tspolicy',
      sandboxStampPolicy,
      '-out',
      'query.tsq',
    )
    const response = await fetch(counterpart.url, {
      method: 'POST',
      headers: { 'content-type': 'application/timestamp-query' },
      body: readFileSync(join(folder, 'query.tsq')),
    })
    const answer = Buffer.from(await response.arrayBuffer())
    writeFileSync(join(folder, 'answer.tsr'), answer)
    expect(openssl('ts', '-verify', '-queryfile', 'query.tsq', '-in', 'answer.tsr', '-CAfile', 'root.pem')).toContain(
      'Verification: OK',
    )
    expect(openssl('ts', '-reply', '-in', 'answer.tsr', '-text')).toContain('Nov 22 09:00:00.12 2026 GMT')
    answer[Math.floor(answer.length * 0.7)] = (answer[Math.floor(answer.length * 0.7)] ?? 0) ^ 1
    writeFileSync(join(folder, 'answer.tsr'), answer)
    expect(() =>
      openssl('ts', '-verify', '-queryfile', 'query.tsq', '-in', 'answer.tsr', '-CAfile', 'root.pem'),
    ).toThrow()
  })

  test('openssl ts verifies the token that our client got', async () => {
    const { token } = await authority().stamp(message)
    writeFileSync(join(folder, 'token.der'), token)
    writeFileSync(join(folder, 'message'), message)
    expect(
      openssl('ts', '-verify', '-data', 'message', '-in', 'token.der', '-token_in', '-CAfile', 'root.pem'),
    ).toContain('Verification: OK')
  })

  test('a token made by openssl ts with RSA keys is accepted by our check, and not over another message', async () => {
    writeFileSync(
      join(folder, 'tsa.cnf'),
      `[tsa]\ndefault_tsa = it\n[it]\nserial = ${folder}/serial\ncrypto_device = builtin\nsigner_digest = sha256\ndefault_policy = 1.2.3.4\nother_policies = 1.2.3.4\ndigests = sha256\naccuracy = secs:1\nordering = no\ntsa_name = no\ness_cert_id_chain = no\ness_cert_id_alg = sha256\n[ext]\nkeyUsage = critical,digitalSignature\nextendedKeyUsage = critical,timeStamping\n[ca]\nbasicConstraints = critical,CA:TRUE\nkeyUsage = critical,keyCertSign,cRLSign\n`,
    )
    writeFileSync(join(folder, 'serial'), '01\n')
    writeFileSync(join(folder, 'message'), message)
    openssl(
      'req',
      '-x509',
      '-newkey',
      'rsa:2048',
      '-nodes',
      '-keyout',
      'ca.key',
      '-out',
      'ca.crt',
      '-subj',
      '/CN=OpenSSL Root',
      '-days',
      '30',
      '-config',
      'tsa.cnf',
      '-extensions',
      'ca',
    )
    openssl(
      'req',
      '-newkey',
      'rsa:2048',
      '-nodes',
      '-keyout',
      'tsa.key',
      '-out',
      'tsa.csr',
      '-subj',
      '/CN=OpenSSL Time',
      '-config',
      'tsa.cnf',
    )
    openssl(
      'x509',
      '-req',
      '-in',
      'tsa.csr',
      '-CA',
      'ca.crt',
      '-CAkey',
      'ca.key',
      '-set_serial',
      '77',
      '-days',
      '20',
      '-extfile',
      'tsa.cnf',
      '-extensions',
      'ext',
      '-out',
      'tsa.crt',
    )
    openssl('x509', '-in', 'ca.crt', '-outform', 'DER', '-out', 'ca.der')
    const openRoot = new Uint8Array(readFileSync(join(folder, 'ca.der')))
    // An authority that asks openssl for every stamp: the client sees nothing but RFC 3161.
    const server = createServer(async (request, response) => {
      const parts: Buffer[] = []
      for await (const part of request) parts.push(part as Buffer)
      writeFileSync(join(folder, 'in.tsq'), Buffer.concat(parts))
      openssl(
        'ts',
        '-reply',
        '-queryfile',
        'in.tsq',
        '-inkey',
        'tsa.key',
        '-signer',
        'tsa.crt',
        '-config',
        'tsa.cnf',
        '-section',
        'it',
        '-out',
        'out.tsr',
      )
      response
        .writeHead(200, { 'content-type': 'application/timestamp-reply' })
        .end(readFileSync(join(folder, 'out.tsr')))
    })
    await new Promise<void>((resolve) => server.listen(0, '127.0.0.1', resolve))
    const bound = server.address()
    const url = `http://127.0.0.1:${typeof bound === 'object' && bound ? bound.port : 0}`
    const ask = (certificate: Uint8Array) =>
      timestampAuthority({
        name: 'OpenSSL',
        url,
        trust: { anchors: anchorsOf([trustRoot('OpenSSL', certificate, ['tsa'])]), policies: ['1.2.3.4'] },
        policy: '1.2.3.4',
      }).stamp(message)
    const { genTime: at } = await ask(openRoot)
    expect(Math.abs(at - Date.now())).toBeLessThan(60_000)
    await expect(ask(root)).rejects.toThrow('path')
    server.close()
    expect(() => readTimestampResponse(readFileSync(join(folder, 'ca.der')))).toThrow()
  })
})

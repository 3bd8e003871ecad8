// The sandbox's certificate authority and remote signing service: a person signs by the CSC API, and what revocation then says.
import { execFileSync } from 'node:child_process'
import { createServer, type Server } from 'node:http'
import { mkdtempSync, readdirSync, readFileSync, rmSync, writeFileSync } from 'node:fs'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { checkCades, signCades, trustOf } from '@naru/sealing/signatures/cades.ts'
import { readCertificate } from '@naru/sealing/signatures/certificate.ts'
import { type AskService, listCredentials, remoteSigner } from '@naru/sealing/signatures/remote-signing.ts'
import { secondOpinion } from '@naru/sealing/signatures/second-opinion.ts'
import { trustList, trustRoot } from '@naru/sealing/signatures/trust-list.ts'
import { afterAll, beforeAll, expect, test } from 'vitest'
import { startAuthorityCounterpart } from './authority-counterpart.ts'
import type { Counterpart } from './counterpart.ts'
import { openRevocation } from './revocation.ts'
import { startSigningCounterpart } from './signing-counterpart.ts'

const folder = mkdtempSync(join(tmpdir(), 'naru-signing-'))
const person = '7d9c1c5e-6a0b-4a53-9a1e-0c7f2f6f1a11'
const organisation = '2b1f0d8c-1111-4222-8333-444455556666'
let at = Date.UTC(2026, 10, 22, 9, 0, 0)
const content = new TextEncoder().encode('{"bid":1}')
let authority: Counterpart
let signing: Counterpart
let portal: Server
let root: Uint8Array

beforeAll(async () => {
  portal = createServer((_, response) =>
    response.end(
      JSON.stringify({
        people: [
          { person, name: 'Айгүл', organisation },
          { person, name: 'Айгүл', organisation: null },
        ],
      }),
    ),
  )
  await new Promise<void>((resolve) => portal.listen(0, '127.0.0.1', resolve))
  const bound = portal.address()
  authority = await startAuthorityCounterpart({ folder: join(folder, 'authority'), now: async () => at })
  signing = await startSigningCounterpart({
    folder: join(folder, 'signing'),
    authority: authority.url,
    portal: `http://127.0.0.1:${typeof bound === 'object' && bound ? bound.port : 0}`,
    origins: ['http://portal.example'],
  })
  root = new Uint8Array(await (await fetch(`${authority.url}/root.der`)).arrayBuffer())
})
afterAll(async () => {
  await authority.stop()
  await signing.stop()
  portal.close()
  rmSync(folder, { recursive: true, force: true })
})

async function signedIn(): Promise<AskService> {
  const login = await fetch(`${signing.url}/csc/v2/auth/login`, {
    method: 'POST',
    headers: { authorization: `Basic ${Buffer.from(`${person}:sandbox`).toString('base64')}` },
  })
  const { access_token: token } = (await login.json()) as { access_token: string }
  return async (method, body) => {
    const response = await fetch(`${signing.url}/csc/v2/${method}`, {
      method: 'POST',
      headers: { authorization: `Bearer ${token}`, 'content-type': 'application/json' },
      body: JSON.stringify(body),
    })
    if (!response.ok) throw new Error(`${response.status} ${await response.text()}`)
    return response.json()
  }
}
const trust = () =>
  trustOf(
    trustList({
      version: 1,
      roots: [trustRoot('Sandbox', root, ['sign'])],
      promiseKeys: [],
      policy: '',
      timestampAuthorities: [],
      clientReleases: [],
    }),
  )
const signed = async () => {
  const ask = await signedIn()
  const [credential] = await listCredentials(ask)
  if (!credential) throw new Error('no credential')
  return {
    credential,
    der: await signCades(remoteSigner(ask, credential, '0000'), content, at, credential.certificates.slice(1)),
  }
}
const evidenceOf = async (der: Uint8Array) => {
  const { signer, certificates } = (await import('@naru/sealing/signatures/cades.ts')).readCades(der)
  const path = [signer, ...certificates.filter((each) => each !== signer), readCertificate(root)]
  const desk = openRevocation({
    crls: new Map([[readCertificate(root).serial, `${authority.url}/crl/root`]]),
    patienceMs: 500,
  })
  return desk.ask(path, { since: at, now: at, hurried: false })
}

test('a person signs with a key that stays at the service; the signature names person and organisation', async () => {
  const { der, credential } = await signed()
  const evidence = await evidenceOf(der)
  expect(evidence.ocsp.length).toBe(1)
  const told = await checkCades({ der, content, trust: trust(), at, revocation: evidence, secondOpinion })
  expect(told.subject).toEqual({ person, organisation, name: 'Айгүл' })
  // The same key and certificate the next time.
  expect((await signed()).credential.id).toBe(credential.id)
})

test('the service signs nothing but the hash that was authorised, once, with the PIN', async () => {
  const ask = await signedIn()
  const [credential] = await listCredentials(ask)
  if (!credential) throw new Error('no credential')
  await expect(signCades(remoteSigner(ask, credential, '1111'), content, at)).rejects.toThrow('invalid_pin')
  const hash = Buffer.alloc(32, 1).toString('base64')
  const other = Buffer.alloc(32, 2).toString('base64')
  const base = { credentialID: credential.id, hashAlgorithmOID: '2.16.840.1.101.3.4.2.1' }
  const authorise = () =>
    ask('credentials/authorize', {
      ...base,
      numSignatures: 1,
      hashes: [hash],
      authData: [{ id: 'PIN', value: '0000' }],
    }) as Promise<{ SAD: string }>
  const sign = (SAD: string, hashes: string[]) =>
    ask('signatures/signHash', { ...base, SAD, hashes, signAlgo: '1.2.840.10045.4.3.2' })
  const { SAD } = await authorise()
  await expect(sign(SAD, [other])).rejects.toThrow('SAD')
  await sign(SAD, [hash])
  await expect(sign(SAD, [hash])).rejects.toThrow('SAD')
  signing.fault('refuse')
  await expect(authorise()).rejects.toThrow('access_denied')
  signing.fault('none')
})

test('nobody without a session, and no page of another site, is answered', async () => {
  const list = (headers: Record<string, string>) =>
    fetch(`${signing.url}/csc/v2/credentials/list`, { method: 'POST', headers, body: '{}' })
  expect((await list({})).status).toBe(401)
  expect((await list({ authorization: 'Bearer guess' })).status).toBe(401)
  expect((await list({ origin: 'http://evil.example' })).status).toBe(403)
  const asked = await fetch(`${signing.url}/csc/v2/credentials/list`, {
    method: 'OPTIONS',
    headers: { origin: 'http://portal.example' },
  })
  expect(asked.headers.get('access-control-allow-origin')).toBe('http://portal.example')
})

test('OCSP down: the list stands in; both down: nothing is known, and the check says so', async () => {
  const { der } = await signed()
  authority.fault('refuse')
  const none = await evidenceOf(der)
  expect(none).toEqual({ crls: [], ocsp: [] })
  await expect(checkCades({ der, content, trust: trust(), at, revocation: none })).rejects.toThrow('revocation-unknown')
  authority.fault('none')
  const whole = await evidenceOf(der)
  await checkCades({ der, content, trust: trust(), at, revocation: whole })
  const lists = { crls: [...whole.crls], ocsp: [] }
  for (const name of ['root', 'issuing'])
    lists.crls.push(new Uint8Array(await (await fetch(`${authority.url}/crl/${name}`)).arrayBuffer()))
  await checkCades({ der, content, trust: trust(), at, revocation: lists, secondOpinion })
})

test('openssl reads the lists and asks the responder', async () => {
  const { credential } = await signed()
  const run = (...words: string[]) => execFileSync('openssl', words, { cwd: folder, stdio: 'pipe' }).toString()
  try {
    run('version')
  } catch {
    console.warn('openssl is not installed: CRL and OCSP are not compared with it')
    return
  }
  writeFileSync(join(folder, 'root.der'), root)
  writeFileSync(join(folder, 'issuing.der'), credential.certificates[1] ?? root)
  writeFileSync(join(folder, 'person.der'), credential.certificates[0] ?? root)
  writeFileSync(
    join(folder, 'issuing.crl'),
    new Uint8Array(await (await fetch(`${authority.url}/crl/issuing`)).arrayBuffer()),
  )
  for (const name of ['root', 'issuing', 'person'])
    run('x509', '-inform', 'DER', '-in', `${name}.der`, '-out', `${name}.pem`)
  expect(run('crl', '-inform', 'DER', '-in', 'issuing.crl', '-noout', '-nextupdate')).toContain('Nov 23 09:00:00 2026')
  const moment = String(at / 1000)
  expect(run('verify', '-attime', moment, '-CAfile', 'root.pem', '-untrusted', 'issuing.pem', 'person.pem')).toContain(
    'OK',
  )
  run('ocsp', '-issuer', 'issuing.pem', '-cert', 'person.pem', '-reqout', 'ask.der')
  const answer = await fetch(`${authority.url}/ocsp`, { method: 'POST', body: readFileSync(join(folder, 'ask.der')) })
  writeFileSync(join(folder, 'answer.der'), new Uint8Array(await answer.arrayBuffer()))
  const said = run(
    'ocsp',
    '-respin',
    'answer.der',
    '-issuer',
    'issuing.pem',
    '-cert',
    'person.pem',
    '-CAfile',
    'root.pem',
    '-verify_other',
    'issuing.pem',
    '-attime',
    moment,
    '-no_nonce',
    '-validity_period',
    '999999999',
  )
  expect(said).toContain('good')
})

test('a revoked certificate: signed before it counts, signed after it does not', async () => {
  const { der, credential } = await signed()
  at += 60_000
  const serial = readCertificate(credential.certificates[0] ?? root).serial
  const revoked = await fetch(`${authority.url}/revoke`, { method: 'POST', body: JSON.stringify({ serial }) })
  expect(revoked.status).toBe(200)
  const evidence = await evidenceOf(der)
  await expect(checkCades({ der, content, trust: trust(), at, revocation: evidence })).rejects.toThrow('revoked')
  await checkCades({ der, content, trust: trust(), at: at - 60_000, revocation: evidence })
  // The authority remembers after a restart.
  await authority.stop()
  const again = await startAuthorityCounterpart({ folder: join(folder, 'authority'), now: async () => at })
  expect(new Uint8Array(await (await fetch(`${again.url}/root.der`)).arrayBuffer())).toEqual(root)
  const list = await fetch(`${again.url}/crl/issuing`)
  expect(Buffer.from(await list.arrayBuffer()).toString('hex')).toContain(serial)
  await again.stop()
})

test('the keys of people lie at the service alone', () => {
  expect(readdirSync(join(folder, 'signing')).length).toBe(1)
  expect(readdirSync(join(folder, 'authority')).join()).not.toContain(person)
})

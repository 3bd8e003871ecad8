// REG-03: signing in with a certificate: the text of this site, signed by a listed, valid and unrevoked certificate of a person and organisation of here.
import { generateKeyPairSync, randomUUID } from 'node:crypto'
import { mkdtempSync, rmSync } from 'node:fs'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { fromBase64, toBase64, utf8 } from '@naru/sealing/bytes.ts'
import { signCades } from '@naru/sealing/signatures/cades.ts'
import { readCertificate } from '@naru/sealing/signatures/certificate.ts'
import type { Signer } from '@naru/sealing/signatures/signed-content.ts'
import { trustRoot } from '@naru/sealing/signatures/trust-list.ts'
import type { FastifyInstance } from 'fastify'
import { afterAll, beforeAll, expect, test } from 'vitest'
import { openCertificates } from '../certificates.ts'
import { buildApp } from '../http/app.ts'
import { startAuthorityCounterpart } from '../neighbours/authority-counterpart.ts'
import type { Counterpart } from '../neighbours/counterpart.ts'
import { ecdsaKey, spkiOf } from '../neighbours/sandbox-key.ts'
import { makeWorld, type World } from '../test-world.ts'
import { readNow } from '../time.ts'

const folder = mkdtempSync(join(tmpdir(), 'naru-sign-in-'))
const origin = 'https://naru.example'
let world: World
let authority: Counterpart
let app: FastifyInstance
const now = async (): Promise<number> => (world ? Date.parse(await readNow(world.deployment)) : Date.now())

beforeAll(async () => {
  authority = await startAuthorityCounterpart({ folder, now })
  const root = new Uint8Array(await (await fetch(`${authority.url}/root.der`)).arrayBuffer())
  const certificates = openCertificates({
    roots: [trustRoot('People', root, ['sign'])],
    authorities: [],
    sources: { crls: new Map([[readCertificate(root).serial, `${authority.url}/crl/root`]]), patienceMs: 500 },
  })
  world = await makeWorld('fictia', 'sandbox', certificates)
  app = await buildApp(world.deployment, {
    publicOrigin: origin,
    screens: null,
    sequencer: null,
    clock: null,
    quiet: true,
  })
})
afterAll(async () => {
  await app.close()
  await world.end()
  await authority.stop()
  rmSync(folder, { recursive: true, force: true })
})

interface Key {
  readonly signer: Signer
  readonly chain: readonly Uint8Array[]
  readonly serial: string
}
async function keyOf(person: string, organisation: string): Promise<Key> {
  const { privateKey, publicKey } = generateKeyPairSync('ec', { namedCurve: 'P-256' })
  const response = await fetch(`${authority.url}/certificates`, {
    method: 'POST',
    body: JSON.stringify({ spki: toBase64(spkiOf(publicKey)), person, organisation, name: 'Somebody' }),
  })
  const issued = (await response.json()) as { certificate: string; chain: string[]; serial: string }
  const signer = { ...ecdsaKey(privateKey), certificate: fromBase64(issued.certificate) }
  return { signer, chain: issued.chain.map((each) => fromBase64(each)), serial: issued.serial }
}
const ask = async () =>
  (await app.inject({ method: 'POST', url: '/api/sign-in/certificate/options', payload: {} })).json<{
    challenge: string
    text: string
  }>()
async function send(challenge: string, der: Uint8Array | string) {
  const payload = { challenge, der: typeof der === 'string' ? der : toBase64(der) }
  const answer = await app.inject({ method: 'POST', url: '/api/sign-in/certificate', payload })
  const body = answer.json<{ code?: string; facts?: { code: string }; person?: string }>()
  return { status: answer.statusCode, body, code: body.facts?.code, cookie: String(answer.headers['set-cookie'] ?? '') }
}
async function signInWith(key: Key, change: (text: string) => string = (text) => text, at?: number) {
  const { challenge, text } = await ask()
  return send(challenge, await signCades(key.signer, utf8(change(text)), at ?? (await now()), key.chain))
}

test('a person of here signs the text and is in, once; the session says how', async () => {
  const { person, organisation } = world.author
  const key = await keyOf(person, organisation)
  const { challenge, text } = await ask()
  expect(text).toMatch(/^naru-sign-in@v1\nhttps:\/\/naru\.example\n[A-Za-z0-9+/]{43}=\n20\d\d-[\d-]*T[\d:.]*Z\n$/)
  const der = await signCades(key.signer, utf8(text), await now(), key.chain)
  const first = await send(challenge, der)
  expect(first).toMatchObject({ status: 200, body: { person, organisation } })
  const sessions = await app.inject({ url: '/api/me/sessions', headers: { cookie: first.cookie.split(';')[0] ?? '' } })
  expect(sessions.json<{ sessions: unknown[] }>().sessions).toMatchObject([{ method: 'certificate', own: true }])
  expect(await send(challenge, der)).toMatchObject({ status: 401, code: 'challenge', cookie: '' })
})

test('what does not fit signs nobody in: another site’s text, a foreign or unknown person, an old signature, a revoked certificate, a silent authority', async () => {
  const { person, organisation } = world.approver
  const key = await keyOf(person, organisation)
  const evil = (text: string) => text.replace(origin, 'https://evil.example')
  expect(await signInWith(key, evil)).toMatchObject({ status: 401, code: 'message-digest' })
  expect((await signInWith(key, (text) => `${text} `)).code).toBe('message-digest')
  expect((await signInWith(key, undefined, (await now()) - 3_600_000)).code).toBe('signing-time')
  const stranger = await keyOf(randomUUID(), organisation)
  expect((await signInWith(stranger)).code).toBe('subject')
  const elsewhere = await keyOf(person, (world.suppliers[0] as World['author']).organisation)
  expect((await signInWith(elsewhere)).code).toBe('subject')
  const { challenge } = await ask()
  expect((await send(challenge, 'MAA=')).code).toBe('signature-form')
  expect((await send('AAAA', 'MAA=')).code).toBe('challenge')
  expect((await send('!', '!')).code).toBe('signature-form')

  expect((await signInWith(key)).status).toBe(200)
  authority.fault('down')
  expect((await signInWith(key)).status).toBe(401)
  authority.fault('none')
  await fetch(`${authority.url}/revoke`, { method: 'POST', body: JSON.stringify({ serial: key.serial }) })
  expect((await signInWith(key)).code).toBe('revoked')
})

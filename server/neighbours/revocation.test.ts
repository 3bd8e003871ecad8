// Lists that serve thousands: fetched once, never longer than they last, never older than the full check wants, never somebody else's.
import { generateKeyPairSync, type KeyObject } from 'node:crypto'
import { createServer, type Server } from 'node:http'
import { canonical } from '@naru/sealing/jcs.ts'
import { toBase64 } from '@naru/sealing/bytes.ts'
import { checkCades, signCades } from '@naru/sealing/signatures/cades.ts'
import { type Certificate, readCertificate } from '@naru/sealing/signatures/certificate.ts'
import { attributeTypes, issueCertificate, issueCrl, nameOf } from '@naru/sealing/signatures/issue.ts'
import { readCrl } from '@naru/sealing/signatures/revocation.ts'
import { trustRoot } from '@naru/sealing/signatures/trust-list.ts'
import { afterAll, beforeAll, beforeEach, expect, test } from 'vitest'
import { openCertificates } from '../certificates.ts'
import { openRevocation } from './revocation.ts'
import { ecdsaKey, newSerial, spkiOf } from './sandbox-key.ts'

const minute = 60_000
const at = Date.UTC(2026, 5, 1)
const validity = { from: at - 365 * 24 * 60 * minute, until: at + 365 * 24 * 60 * minute }
const rootName = nameOf([attributeTypes.commonName, 'Root'])
const newKey = () => generateKeyPairSync('ec', { namedCurve: 'P-256' })
const rootKey = newKey()

let server: Server
let address = ''
let served: Uint8Array | null = null
let fetches = 0
let root: Certificate

const listBy = (
  key: KeyObject,
  { number = 1, from = at - minute, next = at + 24 * 60 * minute, revoked = [] as readonly Certificate[] } = {},
) =>
  issueCrl(
    {
      issuer: rootName,
      number,
      from,
      next,
      revoked: revoked.map(({ serialDer }) => ({ serialDer, at: at - 1000, reason: 1 })),
    },
    ecdsaKey(key),
  )

async function certificateOf(subject: { person: string; organisation: string }, ocsp?: string) {
  const { privateKey, publicKey } = newKey()
  const der = await issueCertificate(
    {
      serial: newSerial(),
      subject: nameOf(
        [attributeTypes.organisationIdentifier, subject.organisation],
        [attributeTypes.serialNumber, subject.person],
      ),
      issuer: rootName,
      spki: spkiOf(publicKey),
      ...validity,
      uses: ['contentCommitment'],
      crl: address,
      ...(ocsp && { ocsp }),
    },
    ecdsaKey(rootKey.privateKey),
  )
  return { certificate: readCertificate(der), signer: { ...ecdsaKey(privateKey), certificate: der } }
}
const somebody = (n = 0) => ({ person: `person-${n}`, organisation: `firm-${n}` })

beforeAll(async () => {
  server = createServer((_request, response) => {
    fetches += 1
    if (served) response.end(Buffer.from(served))
    else response.writeHead(503).end()
  })
  await new Promise<void>((listening) => server.listen(0, '127.0.0.1', listening))
  const bound = server.address()
  address = `http://127.0.0.1:${typeof bound === 'object' && bound ? bound.port : 0}/list`
  root = readCertificate(
    await issueCertificate(
      {
        serial: newSerial(),
        subject: rootName,
        issuer: rootName,
        spki: spkiOf(rootKey.publicKey),
        ...validity,
        authority: { pathLength: 0 },
        uses: ['keyCertSign', 'cRLSign'],
      },
      ecdsaKey(rootKey.privateKey),
    ),
  )
})
afterAll(() => new Promise<void>((closed) => void server.close(() => closed())))
beforeEach(async () => {
  served = await listBy(rootKey.privateKey)
  fetches = 0
})
const hurried = (now: number, since = now - minute) => ({ since, now, hurried: true })

test('one list is fetched for all certificates of its issuer, and again when it is older than asked for or has run out', async () => {
  const desk = openRevocation({ patienceMs: 500 })
  const { certificate } = await certificateOf(somebody())
  const ask = async (asking: Parameters<typeof desk.ask>[1]) => (await desk.ask([certificate, root], asking)).crls
  const found = await Promise.all(Array.from({ length: 20 }, () => ask(hurried(at))))
  expect(found.map((each) => each.length)).toEqual(Array.from({ length: 20 }, () => 1))
  expect(fetches).toBe(1)
  await ask(hurried(at + minute))
  expect(fetches).toBe(1)
  await ask(hurried(at + minute + 1))
  expect(fetches).toBe(2)
  // A full check: not a list from before the signature's moment.
  served = await listBy(rootKey.privateKey, { number: 2, next: at + 10 * minute, revoked: [certificate] })
  const [newest] = await ask({ since: at + 2 * minute, now: at + 2 * minute, hurried: false })
  expect(fetches).toBe(3)
  expect(readCrl(newest as Uint8Array).revoked.has(certificate.serial)).toBe(true)
  // Run out, though it was fetched late enough.
  await ask(hurried(at + 10 * minute + 1, at))
  expect(fetches).toBe(4)
})

test('a list of somebody else is as none and is not held; an older one does not bring a revoked certificate back', async () => {
  const desk = openRevocation({ patienceMs: 500 })
  const { certificate } = await certificateOf(somebody())
  const path = [certificate, root]
  const forged = { from: at, next: at + 365 * 24 * 60 * minute, number: 99 }
  served = await listBy(newKey().privateKey, forged)
  expect(await desk.ask(path, hurried(at))).toEqual({ crls: [], ocsp: [] })
  served = await listBy(rootKey.privateKey, { from: at, number: 2, revoked: [certificate] })
  const [right] = (await desk.ask(path, hurried(at))).crls
  expect(readCrl(right as Uint8Array).number).toBe(2n)
  served = await listBy(rootKey.privateKey, { from: at - minute, number: 1 })
  const [still] = (await desk.ask(path, { since: at + 2 * minute, now: at + 2 * minute, hurried: false })).crls
  expect(readCrl(still as Uint8Array).number).toBe(2n)
  expect(fetches).toBe(3)
})

test('who is in a hurry does not wait twice for a silent issuer; a full check asks it again', async () => {
  const desk = openRevocation({ patienceMs: 500 })
  const { certificate } = await certificateOf(somebody(), address)
  const path = [certificate, root]
  served = null
  await desk.ask(path, hurried(at))
  const asked = fetches
  expect(await desk.ask(path, hurried(at))).toEqual({ crls: [], ocsp: [] })
  expect(fetches).toBe(asked)
  served = await listBy(rootKey.privateKey)
  expect((await desk.ask(path, { since: at, now: at, hurried: false })).crls.length).toBe(1)
})

test('certificates never seen before cost one list together; one that is revoked meanwhile is taken and found by the full check, and by the next list', async () => {
  const book = openCertificates({ roots: [trustRoot('Root', root.der, ['sign'])], authorities: [] })
  const content = canonical({ bid: 1 })
  const people = await Promise.all(
    Array.from({ length: 12 }, async (_, n) => {
      const { certificate, signer } = await certificateOf(somebody(n))
      return { ...somebody(n), certificate, der: await signCades(signer, content, at) }
    }),
  )
  const judged = async (n: number, now: number) => {
    const { der, person, organisation } = people[n] as (typeof people)[number]
    expect(book.knows(der)).toBe(false)
    await book.admit(der, now)
    return book.judge(der, content, { person, organisation, at: now })
  }
  expect(await Promise.all([0, 1, 2, 3, 4, 5, 6, 7, 8, 9].map((n) => judged(n, at)))).toEqual(Array(10).fill(null))
  expect(fetches).toBe(1)
  const [, , , , , , , , , , late, last] = people as [(typeof people)[number], ...typeof people]
  served = await listBy(rootKey.privateKey, {
    number: 2,
    from: at,
    revoked: [late, last].flatMap((each) => each?.certificate ?? []),
  })
  expect(await judged(10, at + 1000)).toBe(null)
  expect(fetches).toBe(1)
  const der = late?.der ?? new Uint8Array()
  const revocation = await book.evidence(der, at + 1000)
  expect(fetches).toBe(2)
  await expect(checkCades({ der, content, trust: book.trust, at: at + 1000, revocation })).rejects.toThrow('revoked')
  expect(await judged(11, at + 2000)).toBe('revoked')
})

test('full checks that are made together share the list that is fetched when all have their time-stamps', async () => {
  const book = openCertificates({ roots: [trustRoot('Root', root.der, ['sign'])], authorities: [] })
  const content = canonical({ bid: 1 })
  const { signer } = await certificateOf(somebody())
  const der = await signCades(signer, content, at)
  for (const moment of [at, at + 10, at + 20]) await book.evidence(der, moment, 'cades', at + 30)
  expect(fetches).toBe(1)
  await book.evidence(der, at + 31, 'cades', at + 40)
  expect(fetches).toBe(2)
})

test('what was asked at sign-in is enough for the bids of the session', async () => {
  const book = openCertificates({ roots: [trustRoot('Root', root.der, ['sign'])], authorities: [] })
  const { signer } = await certificateOf(somebody())
  const [text, bid] = [canonical({ text: 1 }), canonical({ bid: 1 })]
  const signIn = await signCades(signer, text, at)
  const revocation = await book.evidence(signIn, at)
  await checkCades({ der: signIn, content: text, trust: book.trust, at, revocation })
  await book.admit(signIn, at, revocation)
  expect(fetches).toBe(1)
  const signed = await signCades(signer, bid, at + minute)
  expect(toBase64(signed)).not.toBe(toBase64(signIn))
  expect(book.knows(signed)).toBe(true)
  expect(book.judge(signed, bid, { ...somebody(), at: at + minute })).toBe(null)
  expect(fetches).toBe(1)
})

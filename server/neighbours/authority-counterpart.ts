// The certificate authority of the sandbox: a process with a root, an issuing authority and an OCSP responder, whose keys the server never sees.
// `node server/neighbours/authority-counterpart.ts --folder F [--clock URL] [--port N]` prints `authority-counterpart <url>`.
//
// GET /root.der, /issuing.der · GET /crl/root, /crl/issuing · POST /ocsp (RFC 6960) · POST /certificates {spki, person, organisation, name,
// email?} answers {certificate, chain} · GET /key-files/<any>.p12?person=&organisation=&name= makes a key, certifies it and gives both as a key file
// whose passphrase is `sandbox` (nothing of the key stays here) · POST /revoke {serial, reason?} · POST /fault as counterpart.ts says; `refuse` is OCSP's tryLater.
// It issues to whoever asks: its certificates are worth nothing outside a sandbox, and live mode does not know its root.
import { generateKeyPairSync } from 'node:crypto'
import { existsSync, mkdirSync, readFileSync, renameSync, writeFileSync } from 'node:fs'
import { join } from 'node:path'
import { fileURLToPath } from 'node:url'
import { parseArgs } from 'node:util'
import { fromHex, toBase64 } from '@naru/sealing/bytes.ts'
import { extendedUses, readCertificate } from '@naru/sealing/signatures/certificate.ts'
import { type Der, der, expectTag, inside, oidOf, readDer, sequence, tags } from '@naru/sealing/signatures/der.ts'
import {
  attributeTypes,
  issueCertificate,
  issueCrl,
  issueOcsp,
  nameOf,
  type OcspStatus,
} from '@naru/sealing/signatures/issue.ts'
import { namesCertificate } from '@naru/sealing/signatures/revocation.ts'
import { z } from 'zod'
import { announce, clockOf, type Counterpart, serveCounterpart, spawnCounterpart } from './counterpart.ts'
import { newSerial, ownKey, sandboxValidity } from './sandbox-key.ts'

/** The policy of people's certificates in the sandbox. */
export const sandboxPersonPolicy = '2.999.1.1'

const hour = 3_600_000

/** What the authority remembers: certificates by serial, revoked ones with when (ms) and why (RFC 5280 section 5.3.1). */
interface Register {
  readonly issued: Record<string, string>
  readonly revoked: Record<string, { at: number; reason: number }>
  lists: number
}

const wishSchema = z.strictObject({
  spki: z.base64(),
  person: z.string().min(1).max(64),
  organisation: z.string().min(1).max(64),
  name: z.string().min(1).max(64),
})
const revokeSchema = z.strictObject({
  serial: z.string().regex(/^[0-9a-f]{2,40}$/),
  reason: z.int().min(0).max(10).default(1),
})

/** Starts the authority in this process. `now` gives its time, ms. */
export async function startAuthorityCounterpart(options: {
  readonly folder: string
  readonly now: () => Promise<number>
  readonly port?: number
}): Promise<Counterpart> {
  const { folder, now } = options
  const called = (name: string) =>
    nameOf([attributeTypes.organisation, 'Sandbox Certificates'], [attributeTypes.commonName, name])
  const rootName = called('Sandbox Root')
  const issuingName = called('Sandbox Issuing 1')
  const root = await ownKey(folder, 'root', () => ({
    subject: rootName,
    issuer: rootName,
    authority: { pathLength: 1 },
    uses: ['keyCertSign', 'cRLSign'],
  }))
  const issuing = await ownKey(
    folder,
    'issuing',
    () => ({ subject: issuingName, issuer: rootName, authority: { pathLength: 0 }, uses: ['keyCertSign', 'cRLSign'] }),
    root,
  )
  const responder = await ownKey(
    folder,
    'responder',
    () => ({
      subject: called('Sandbox Responder'),
      issuer: issuingName,
      uses: ['digitalSignature'],
      extended: [extendedUses.ocspSigning],
      noCheck: true,
    }),
    issuing,
  )
  const issuer = readCertificate(issuing.certificate)
  const responderCertificate = readCertificate(responder.certificate)
  const register = openRegister(folder)
  let url = ''

  const list = async (of: 'root' | 'issuing'): Promise<Uint8Array> => {
    const at = Math.floor((await now()) / 1000) * 1000
    register.value.lists += 1
    register.save()
    const revoked = Object.entries(of === 'issuing' ? register.value.revoked : {}).map(([serial, each]) => ({
      serialDer: der(tags.integer, fromHex(serial)),
      ...each,
    }))
    const wish = {
      issuer: of === 'root' ? rootName : issuingName,
      number: register.value.lists,
      from: at,
      next: at + 24 * hour,
      revoked,
    }
    return issueCrl(wish, of === 'root' ? root : issuing)
  }

  const issue = async (asked: unknown) => {
    const wish = wishSchema.parse(asked)
    const certificate = await issueCertificate(
      {
        serial: newSerial(),
        subject: nameOf(
          [attributeTypes.organisationIdentifier, wish.organisation],
          [attributeTypes.serialNumber, wish.person],
          [attributeTypes.commonName, wish.name],
        ),
        issuer: issuingName,
        spki: new Uint8Array(Buffer.from(wish.spki, 'base64')),
        ...sandboxValidity,
        uses: ['contentCommitment'],
        policies: [sandboxPersonPolicy],
        crl: `${url}/crl/issuing`,
        ocsp: `${url}/ocsp`,
      },
      issuing,
    )
    const { serial } = readCertificate(certificate)
    register.value.issued[serial] = toBase64(certificate)
    register.save()
    return { serial, certificate: toBase64(certificate), chain: [toBase64(issuing.certificate)] }
  }

  /** A key made here and handed over with its certificate, as authorities do that make their customers' keys. */
  const keyFile = async (asked: URLSearchParams): Promise<Uint8Array> => {
    const { privateKey, publicKey } = generateKeyPairSync('ec', { namedCurve: 'P-256' })
    const spki = publicKey.export({ format: 'der', type: 'spki' }).toString('base64')
    const { certificate, chain } = await issue({ ...Object.fromEntries(asked), spki })
    // The library behind it is large, and this program comes up at every start of a sandbox.
    const { makeKeyFile } = await import('@naru/sealing/signatures/make-key-file.ts')
    return makeKeyFile({
      pkcs8: new Uint8Array(privateKey.export({ format: 'der', type: 'pkcs8' })),
      certificates: [certificate, ...chain].map((each) => new Uint8Array(Buffer.from(each, 'base64'))),
      passphrase: 'sandbox',
    })
  }

  const revoke = async (body: Buffer) => {
    const { serial, reason } = revokeSchema.parse(JSON.parse(body.toString('utf8')))
    if (!register.value.issued[serial]) return false
    register.value.revoked[serial] ??= { at: Math.floor((await now()) / 1000) * 1000, reason }
    register.save()
    return true
  }

  const ocsp = async (body: Buffer): Promise<Uint8Array> => {
    const asked = readOcspRequest(body)
    const serialPart = expectTag(inside(asked.id, 'id')[3], 'id', tags.integer)
    const serial = Buffer.from(serialPart.value).toString('hex')
    const known = register.value.issued[serial]
    const mine =
      known && namesCertificate(asked.id, readCertificate(new Uint8Array(Buffer.from(known, 'base64'))), issuer)
    const revoked = register.value.revoked[serial]
    const status: OcspStatus = !mine ? 'unknown' : (revoked ?? 'good')
    const at = await now()
    const wish = { id: asked.id.bytes, status, at, next: at + hour, responder: responderCertificate }
    return issueOcsp({ ...wish, ...(asked.nonce && { nonce: asked.nonce }) }, responder)
  }

  const json = (body: unknown, status = 200) => ({ status, type: 'application/json', body: JSON.stringify(body) })
  const counterpart = await serveCounterpart(options.port ?? 0, async ({ method, path, body, request, refusing }) => {
    if (method === 'GET' && path === '/root.der') return { type: 'application/pkix-cert', body: root.certificate }
    if (method === 'GET' && path === '/issuing.der') return { type: 'application/pkix-cert', body: issuing.certificate }
    if (refusing && path === '/ocsp')
      return { type: 'application/ocsp-response', body: sequence(der(tags.enumerated, Uint8Array.of(3))) }
    if (refusing) return { status: 503, type: 'text/plain', body: 'refused' }
    if (method === 'GET' && path === '/crl/root') return { type: 'application/pkix-crl', body: await list('root') }
    if (method === 'GET' && path === '/crl/issuing')
      return { type: 'application/pkix-crl', body: await list('issuing') }
    try {
      if (method === 'GET' && /^\/key-files\/[\w-]+\.p12$/.test(path)) {
        const { searchParams } = new URL(request.url ?? '/', 'http://authority.invalid')
        return { type: 'application/x-pkcs12', body: await keyFile(searchParams) }
      }
      if (method !== 'POST') return null
      if (path === '/ocsp') return { type: 'application/ocsp-response', body: await ocsp(body) }
      if (path === '/certificates') return json(await issue(JSON.parse(body.toString('utf8'))), 201)
      if (path === '/revoke') return (await revoke(body)) ? json({}) : json({ error: 'unknown' }, 404)
    } catch (error) {
      return json({ error: 'malformed', why: String((error as Error).message).slice(0, 300) }, 422)
    }
    return null
  })
  url = counterpart.url
  return counterpart
}

/** The first CertID of an OCSPRequest and its nonce. */
function readOcspRequest(bytes: Uint8Array): { id: Der; nonce: Uint8Array | null } {
  const [tbs] = inside(readDer(bytes, 'request', 'any'), 'request')
  const parts = inside(tbs, 'request')
  const requests = parts.find((each) => each.tag === tags.sequence)
  const [first] = inside(requests, 'request')
  const [id] = inside(first, 'request')
  const extensions = parts.find((each) => each.tag === 0xa2)
  let nonce: Uint8Array | null = null
  for (const each of extensions ? inside(inside(extensions, 'request', 0xa2)[0], 'request') : []) {
    const [type, ...rest] = inside(each, 'request')
    const octets = expectTag(rest.at(-1), 'request', tags.octetString)
    if (oidOf(type, 'request') === '1.3.6.1.5.5.7.48.1.2')
      nonce = expectTag(readDer(octets.value, 'request'), 'request', tags.octetString).value
  }
  return { id: expectTag(id, 'request', tags.sequence), nonce }
}

function openRegister(folder: string): { value: Register; save: () => void } {
  mkdirSync(folder, { recursive: true, mode: 0o700 })
  const file = join(folder, 'register.json')
  const value: Register = existsSync(file)
    ? (JSON.parse(readFileSync(file, 'utf8')) as Register)
    : { issued: {}, revoked: {}, lists: 0 }
  return {
    value,
    save: () => {
      writeFileSync(`${file}.new`, JSON.stringify(value), { mode: 0o600 })
      renameSync(`${file}.new`, file)
    },
  }
}

const script = fileURLToPath(import.meta.url)

/** Starts the authority as a process of its own. `clock` is the address of the sandbox's time. */
export const spawnAuthorityCounterpart = (options: { folder: string; clock?: string; port?: number }) =>
  spawnCounterpart(script, 'authority-counterpart', [
    '--folder',
    options.folder,
    ...(options.clock ? ['--clock', options.clock] : []),
    '--port',
    String(options.port ?? 0),
  ])

if (process.argv[1] === script) {
  const { values } = parseArgs({
    options: {
      folder: { type: 'string', default: '.data/authority' },
      clock: { type: 'string' },
      port: { type: 'string', default: '0' },
    },
  })
  announce(
    'authority-counterpart',
    await startAuthorityCounterpart({ folder: values.folder, now: clockOf(values.clock), port: Number(values.port) }),
  )
}

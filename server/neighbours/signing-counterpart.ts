// The remote signing service of the sandbox: a process that keeps people's signing keys and speaks the CSC API v2 (Cloud Signature Consortium).
// `node server/neighbours/signing-counterpart.ts --folder F --authority URL --portal URL [--origin O].. [--port N]` prints
// `signing-counterpart <url>`.
//
// POST /csc/v2/info · /csc/v2/auth/login (Basic person:sandbox) · /csc/v2/credentials/list · /credentials/info · /credentials/authorize
// (PIN 0000, gives an SAD for exactly these hashes, once) · /signatures/signHash. ECDSA P-256 with SHA-256; signatures in DER, base64.
// A person's key is made at the first listing, with a certificate of the sandbox's authority for the organisation that the portal names.
import { createPrivateKey, generateKeyPairSync, randomBytes, timingSafeEqual } from 'node:crypto'
import { existsSync, mkdirSync, readFileSync, renameSync, writeFileSync } from 'node:fs'
import { join } from 'node:path'
import { fileURLToPath } from 'node:url'
import { parseArgs } from 'node:util'
import { toBase64 } from '@naru/sealing/bytes.ts'
import { readCertificate } from '@naru/sealing/signatures/certificate.ts'
import { signDigest } from '@naru/sealing/signatures/remote-signing.ts'
import { z } from 'zod'
import {
  announce,
  type Counterpart,
  type CounterpartAnswer,
  serveCounterpart,
  spawnCounterpart,
} from './counterpart.ts'
import { spkiOf } from './sandbox-key.ts'

/** The PIN of every key of the sandbox. */
export const sandboxPin = '0000'
const password = 'sandbox'
const sadLifeMs = 60_000
const tokenLifeMs = 8 * 3_600_000
const ecdsaSha256 = '1.2.840.10045.4.3.2'
const sha256 = '2.16.840.1.101.3.4.2.1'

interface Credential {
  readonly id: string
  readonly person: string
  readonly organisation: string
  readonly name: string
  /** PKCS#8 in base64; leaves this process never. */
  readonly key: string
  readonly certificate: string
  readonly chain: readonly string[]
}

const listSchema = z.object({ userID: z.string().optional(), credentialInfo: z.boolean().optional() })
const infoSchema = z.object({
  credentialID: z.string(),
  certificates: z.enum(['none', 'single', 'chain']).default('single'),
})
const hashesSchema = z.array(z.base64()).min(1).max(20)
const authorizeSchema = z.object({
  credentialID: z.string(),
  numSignatures: z.int().min(1).max(20),
  hashes: hashesSchema,
  hashAlgorithmOID: z.string(),
  authData: z.array(z.object({ id: z.string(), value: z.string() })).min(1),
})
const signSchema = z.object({
  credentialID: z.string(),
  SAD: z.string(),
  hashes: hashesSchema,
  hashAlgorithmOID: z.string(),
  signAlgo: z.string(),
})

/** Starts the service in this process. */
export async function startSigningCounterpart(options: {
  readonly folder: string
  readonly authority: string
  readonly portal: string
  readonly origins?: readonly string[]
  readonly port?: number
}): Promise<Counterpart> {
  const { folder, authority, portal } = options
  mkdirSync(folder, { recursive: true, mode: 0o700 })
  const sessions = new Map<string, { person: string; until: number }>()
  const sads = new Map<string, { credential: string; hashes: Set<string>; left: number; until: number }>()
  const enrolling = new Map<string, Promise<Credential[]>>()

  const fileOf = (person: string): string => join(folder, `${person}.json`)
  const read = (person: string): Credential[] =>
    existsSync(fileOf(person)) ? (JSON.parse(readFileSync(fileOf(person), 'utf8')) as Credential[]) : []

  /** The person's credentials, one per organisation that the portal knows the person in. */
  async function enrol(person: string): Promise<Credential[]> {
    const response = await fetch(`${portal}/sandbox/people`, { signal: AbortSignal.timeout(5_000) })
    const { people } = (await response.json()) as {
      people: readonly { person: string; name: string; organisation: string | null }[]
    }
    const held = read(person)
    const missing = people.filter(
      (each) =>
        each.person === person && each.organisation && !held.some((own) => own.organisation === each.organisation),
    )
    for (const { name, organisation } of missing) {
      const { privateKey, publicKey } = generateKeyPairSync('ec', { namedCurve: 'P-256' })
      const answer = await fetch(`${authority}/certificates`, {
        method: 'POST',
        body: JSON.stringify({
          spki: Buffer.from(spkiOf(publicKey)).toString('base64'),
          person,
          organisation,
          name: name.slice(0, 64),
        }),
        signal: AbortSignal.timeout(5_000),
      })
      if (!answer.ok) throw new Error(`the authority answered ${answer.status}`)
      const issued = (await answer.json()) as { serial: string; certificate: string; chain: string[] }
      held.push({
        id: issued.serial,
        person,
        organisation: organisation ?? '',
        name,
        key: privateKey.export({ format: 'der', type: 'pkcs8' }).toString('base64'),
        certificate: issued.certificate,
        chain: issued.chain,
      })
    }
    if (missing.length > 0) {
      writeFileSync(`${fileOf(person)}.new`, JSON.stringify(held), { mode: 0o600 })
      renameSync(`${fileOf(person)}.new`, fileOf(person))
    }
    return held
  }
  const credentialsOf = (person: string): Promise<Credential[]> => {
    const known = enrolling.get(person) ?? enrol(person).finally(() => enrolling.delete(person))
    enrolling.set(person, known)
    return known
  }

  const json = (body: unknown, status = 200): CounterpartAnswer => ({
    status,
    type: 'application/json',
    body: JSON.stringify(body),
  })
  const wrong = (error: string, description: string, status = 400) =>
    json({ error, error_description: description }, status)

  function login(header: string | undefined): CounterpartAnswer {
    const [person = '', given = ''] = Buffer.from(/^Basic (.+)$/.exec(header ?? '')?.[1] ?? '', 'base64')
      .toString('utf8')
      .split(':')
    if (!/^[0-9a-f-]{36}$/.test(person) || given !== password)
      return wrong('authentication_error', 'unknown person or password')
    const token = randomBytes(24).toString('base64url')
    sessions.set(token, { person, until: Date.now() + tokenLifeMs })
    return json({ access_token: token, token_type: 'Bearer', expires_in: tokenLifeMs / 1000 })
  }

  const shown = (each: Credential, certificates: 'none' | 'single' | 'chain') => {
    const { issuer: _, serial } = readCertificate(new Uint8Array(Buffer.from(each.certificate, 'base64')))
    return {
      description: `${each.name}, ${each.organisation}`,
      key: { status: 'enabled', algo: [ecdsaSha256], len: 256, curve: '1.2.840.10045.3.1.7' },
      cert: {
        status: 'valid',
        certificates:
          certificates === 'none' ? [] : [each.certificate, ...(certificates === 'chain' ? each.chain : [])],
        serialNumber: serial,
        subjectDN: `CN=${each.name}, serialNumber=${each.person}, organizationIdentifier=${each.organisation}`,
      },
      auth: {
        mode: 'explicit',
        expression: 'PIN',
        objects: [{ type: 'Password', id: 'PIN', format: 'N', label: 'PIN' }],
      },
      SCAL: '2',
      multisign: 20,
    }
  }

  async function serve(
    path: string,
    person: string,
    body: unknown,
    refusing: boolean,
  ): Promise<CounterpartAnswer | null> {
    const own = await credentialsOf(person)
    const credential = (id: string): Credential | undefined => own.find((each) => each.id === id)
    switch (path) {
      case '/csc/v2/credentials/list': {
        const { credentialInfo } = listSchema.parse(body)
        const infos = own.map((each) => ({ credentialID: each.id, ...shown(each, 'chain') }))
        return json({ credentialIDs: own.map((each) => each.id), ...(credentialInfo && { credentialInfos: infos }) })
      }
      case '/csc/v2/credentials/info': {
        const asked = infoSchema.parse(body)
        const found = credential(asked.credentialID)
        return found
          ? json(shown(found, asked.certificates))
          : wrong('invalid_request', 'Invalid parameter credentialID')
      }
      case '/csc/v2/credentials/authorize': {
        const asked = authorizeSchema.parse(body)
        if (!credential(asked.credentialID)) return wrong('invalid_request', 'Invalid parameter credentialID')
        if (refusing) return wrong('access_denied', 'The person did not agree', 403)
        if (asked.hashAlgorithmOID !== sha256) return wrong('invalid_request', 'Invalid parameter hashAlgorithmOID')
        const pin = asked.authData.find((each) => each.id === 'PIN')?.value ?? ''
        if (!samePin(pin)) return wrong('invalid_pin', 'The PIN is invalid')
        const sad = randomBytes(24).toString('base64url')
        const hashes = new Set(asked.hashes)
        if (hashes.size > asked.numSignatures) return wrong('invalid_request', 'more hashes than signatures')
        sads.set(sad, {
          credential: asked.credentialID,
          hashes,
          left: asked.numSignatures,
          until: Date.now() + sadLifeMs,
        })
        return json({ SAD: sad, expiresIn: sadLifeMs / 1000 })
      }
      case '/csc/v2/signatures/signHash': {
        const asked = signSchema.parse(body)
        const found = credential(asked.credentialID)
        const sad = sads.get(asked.SAD)
        const fits =
          found &&
          sad &&
          sad.credential === found.id &&
          sad.until >= Date.now() &&
          sad.left >= asked.hashes.length &&
          asked.hashes.every((each) => sad.hashes.has(each))
        if (!fits) return wrong('invalid_request', 'Invalid parameter SAD')
        if (asked.hashAlgorithmOID !== sha256 || asked.signAlgo !== ecdsaSha256)
          return wrong('invalid_request', 'Invalid parameter signAlgo')
        if (asked.hashes.some((each) => Buffer.from(each, 'base64').length !== 32))
          return wrong('invalid_request', 'Invalid parameter hashes')
        sads.delete(asked.SAD)
        const key = createPrivateKey({ key: Buffer.from(found.key, 'base64'), format: 'der', type: 'pkcs8' })
        const { d = '' } = key.export({ format: 'jwk' })
        const secret = new Uint8Array(Buffer.from(d, 'base64url'))
        const digests = asked.hashes.map((each) => new Uint8Array(Buffer.from(each, 'base64')))
        return json({ signatures: digests.map((each) => toBase64(signDigest(secret, each))) })
      }
      default:
        return null
    }
  }

  const origins = new Set(options.origins ?? [])
  return serveCounterpart(
    options.port ?? 0,
    async ({ method, path, body, request, refusing }) => {
      if (method === 'GET' && path === '/') return json({ signing: 'sandbox' })
      if (method !== 'POST') return null
      if (path === '/csc/v2/info') return json(about)
      if (path === '/csc/v2/auth/login') return login(request.headers.authorization)
      const token = /^Bearer (\S+)$/.exec(request.headers.authorization ?? '')?.[1] ?? ''
      const session = sessions.get(token)
      if (!session || session.until < Date.now()) return wrong('invalid_token', 'sign in first', 401)
      try {
        return await serve(path, session.person, JSON.parse(body.toString('utf8') || '{}'), refusing)
      } catch (error) {
        if (error instanceof z.ZodError || error instanceof SyntaxError)
          return wrong('invalid_request', error.message.slice(0, 300))
        throw error
      }
    },
    origins,
  )
}

const samePin = (given: string): boolean =>
  given.length === sandboxPin.length && timingSafeEqual(Buffer.from(given), Buffer.from(sandboxPin))

const about = {
  specs: '2.0.0.2',
  name: 'Naru sandbox signing',
  logo: '',
  region: 'XF',
  lang: 'en',
  description: 'Keys of invented people; worth nothing outside the sandbox.',
  authType: ['basic'],
  methods: ['auth/login', 'credentials/list', 'credentials/info', 'credentials/authorize', 'signatures/signHash'],
}

const script = fileURLToPath(import.meta.url)

/** Starts the service as a process of its own. `origins` are the sites whose pages may speak to it. */
export const spawnSigningCounterpart = (options: {
  folder: string
  authority: string
  portal: string
  origins?: readonly string[]
}) =>
  spawnCounterpart(script, 'signing-counterpart', [
    '--folder',
    options.folder,
    '--authority',
    options.authority,
    '--portal',
    options.portal,
    ...(options.origins ?? []).flatMap((each) => ['--origin', each]),
  ])

if (process.argv[1] === script) {
  const { values } = parseArgs({
    options: {
      folder: { type: 'string', default: '.data/signing' },
      authority: { type: 'string', default: '' },
      portal: { type: 'string', default: '' },
      origin: { type: 'string', multiple: true, default: [] },
      port: { type: 'string', default: '0' },
    },
  })
  const { folder, authority, portal, origin, port } = values
  announce(
    'signing-counterpart',
    await startSigningCounterpart({ folder, authority, portal, origins: origin, port: Number(port) }),
  )
}

// A time-stamp authority of the sandbox: a process with its own root, key and folder that speaks RFC 3161 over HTTP and reads the sandbox's clock.
// `node server/neighbours/timestamp-counterpart.ts --folder F --name N [--clock URL] [--port N]` prints `timestamp-counterpart <url>`.
//
// `POST /` takes application/timestamp-query; `GET /root.der` gives the root that the trust list names; `POST /fault` as counterpart.ts says.
import { fileURLToPath } from 'node:url'
import { parseArgs } from 'node:util'
import { readDigest } from '@naru/sealing/signatures/algorithms.ts'
import { extendedUses } from '@naru/sealing/signatures/certificate.ts'
import { inside, integerOf, oidOf, readDer, tags } from '@naru/sealing/signatures/der.ts'
import { attributeTypes, issueToken, nameOf, stampAnswer } from '@naru/sealing/signatures/issue.ts'
import { announce, clockOf, type Counterpart, serveCounterpart, spawnCounterpart } from './counterpart.ts'
import { newSerial, ownKey } from './sandbox-key.ts'

/** The policy that the sandbox's authorities stamp under: an OID of the arc for examples (2.999). */
export const sandboxStampPolicy = '2.999.1.3'

const asn1 = 'application/timestamp-reply'
const failures = {
  badAlg: 0,
  badRequest: 2,
  badDataFormat: 5,
  timeNotAvailable: 14,
  unacceptedPolicy: 15,
  systemFailure: 25,
}

/** Starts an authority in this process. `now` gives its time, ms. */
export async function startTimestampCounterpart(options: {
  readonly folder: string
  readonly name: string
  readonly now: () => Promise<number>
  readonly port?: number
}): Promise<Counterpart> {
  const { folder, name, now } = options
  const rootName = nameOf([attributeTypes.organisation, name], [attributeTypes.commonName, `${name} Root`])
  const root = await ownKey(folder, 'root', () => ({
    subject: rootName,
    issuer: rootName,
    authority: { pathLength: 0 },
    uses: ['keyCertSign', 'cRLSign'],
  }))
  const unit = await ownKey(
    folder,
    'unit',
    () => ({
      subject: nameOf([attributeTypes.organisation, name], [attributeTypes.commonName, `${name} Unit 1`]),
      issuer: rootName,
      uses: ['digitalSignature', 'contentCommitment'],
      extended: [extendedUses.timeStamping],
      extendedCritical: true,
    }),
    root,
  )

  const stamp = async (query: Uint8Array): Promise<Uint8Array> => {
    let asked: ReturnType<typeof readQuery>
    try {
      asked = readQuery(query)
    } catch {
      return stampAnswer({ failure: failures.badDataFormat })
    }
    if (typeof asked === 'number') return stampAnswer({ failure: asked })
    let genTime: number
    try {
      genTime = await now()
    } catch {
      return stampAnswer({ failure: failures.timeNotAvailable })
    }
    const wish = { policy: sandboxStampPolicy, imprint: asked.imprint, serial: newSerial(), genTime, accuracyMs: 500 }
    const signer = { certificate: unit.certificate, algorithm: unit.algorithm, sign: unit.sign }
    return stampAnswer(await issueToken({ ...wish, ...(asked.nonce && { nonce: asked.nonce }) }, signer, []))
  }

  return serveCounterpart(options.port ?? 0, async ({ method, path, body, request, refusing }) => {
    if (method === 'GET' && path === '/root.der') return { type: 'application/pkix-cert', body: root.certificate }
    if (method !== 'POST' || path !== '/') return null
    if (request.headers['content-type'] !== 'application/timestamp-query')
      return { type: 'text/plain', status: 415, body: 'application/timestamp-query is wanted' }
    return { type: asn1, body: refusing ? stampAnswer({ failure: failures.systemFailure }) : await stamp(body) }
  })
}

/** The imprint and nonce of a TimeStampReq as they stand, or the failure bit. Throws `Malformed`. */
function readQuery(bytes: Uint8Array): { imprint: Uint8Array; nonce: Uint8Array | null } | number {
  const parts = inside(readDer(bytes, 'query'), 'query')
  if (integerOf(parts.shift(), 'query.version') !== 1n) return failures.badRequest
  const imprint = parts.shift()
  const [digestPart, hashed] = inside(imprint, 'query.imprint')
  let length: number
  try {
    length = { sha256: 32, sha384: 48, sha512: 64 }[readDigest(digestPart, 'query.imprint')]
  } catch {
    return failures.badAlg
  }
  if (hashed?.tag !== tags.octetString || hashed.value.length !== length || !imprint) return failures.badDataFormat
  if (parts[0]?.tag === tags.oid && oidOf(parts.shift(), 'query.policy') !== sandboxStampPolicy)
    return failures.unacceptedPolicy
  const nonce = parts[0]?.tag === tags.integer ? (parts.shift()?.bytes ?? null) : null
  if (parts[0]?.tag === tags.boolean) parts.shift()
  return parts.length > 0 ? failures.badRequest : { imprint: imprint.bytes, nonce }
}

const script = fileURLToPath(import.meta.url)

/** Starts an authority as a process of its own. `clock` is the address of the sandbox's time. */
export const spawnTimestampCounterpart = (options: { folder: string; name: string; clock?: string; port?: number }) =>
  spawnCounterpart(script, 'timestamp-counterpart', [
    '--folder',
    options.folder,
    '--name',
    options.name,
    ...(options.clock ? ['--clock', options.clock] : []),
    '--port',
    String(options.port ?? 0),
  ])

if (process.argv[1] === script) {
  const { values } = parseArgs({
    options: {
      folder: { type: 'string', default: '.data/timestamp' },
      name: { type: 'string', default: 'Sandbox Time' },
      clock: { type: 'string' },
      port: { type: 'string', default: '0' },
    },
  })
  const { folder, name, clock, port } = values
  announce(
    'timestamp-counterpart',
    await startTimestampCounterpart({ folder, name, now: clockOf(clock), port: Number(port) }),
  )
}

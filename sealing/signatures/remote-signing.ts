// Signing with a key that lies at a remote signing service, by the CSC API v2: list, info, authorise these hashes, sign them.
import { p256 } from '@noble/curves/nist.js'
import { fromBase64, toBase64 } from '../bytes.ts'
import { Malformed } from '../malformed.ts'
import { type AlgorithmName, digestNameOf, digestOf, digestOids } from './algorithms.ts'
import type { Signer } from './signed-content.ts'

/** How the service is reached: posts JSON to a method such as `credentials/list` and answers its JSON; throws on refusal. */
export type AskService = (method: string, body: unknown) => Promise<unknown>

/** A credential of the signed-in person: its id, and certificates from the person's up. */
export type RemoteCredential = {
  readonly id: string
  readonly certificates: readonly Uint8Array[]
  readonly algorithm: AlgorithmName
}

const algorithms: Record<string, AlgorithmName> = {
  '1.2.840.10045.4.3.2': 'ecdsa-p256-sha256',
  '1.2.840.10045.4.3.3': 'ecdsa-p384-sha384',
  '1.2.840.113549.1.1.11': 'rsa-pkcs1-sha256',
}

const record = (value: unknown, path: string): Record<string, unknown> => {
  if (typeof value !== 'object' || value === null) throw new Malformed(path, 'not an object')
  return value as Record<string, unknown>
}
const texts = (value: unknown, path: string): string[] => {
  if (!Array.isArray(value) || !value.every((each) => typeof each === 'string')) throw new Malformed(path, 'not texts')
  return value
}

/** The credentials of the person that have a key we can use. Throws `Malformed` for an answer that is no CSC answer. */
export async function listCredentials(ask: AskService): Promise<RemoteCredential[]> {
  const list = record(await ask('credentials/list', {}), 'credentials/list')
  const found: RemoteCredential[] = []
  for (const id of texts(list['credentialIDs'], 'credentialIDs')) {
    const info = record(await ask('credentials/info', { credentialID: id, certificates: 'chain' }), 'credentials/info')
    const { status, algo } = record(info['key'], 'key')
    const { certificates } = record(info['cert'], 'cert')
    const algorithm = texts(algo, 'key.algo')
      .map((each) => algorithms[each])
      .find((each) => each !== undefined)
    if (status !== 'enabled' || !algorithm) continue
    found.push({
      id,
      algorithm,
      certificates: texts(certificates, 'cert.certificates').map((each) => fromBase64(each, 'certificate')),
    })
  }
  return found
}

/** Signs with the credential; `pin` authorises exactly the one hash that is signed. */
export function remoteSigner(ask: AskService, credential: RemoteCredential, pin: string): Signer {
  const { id, algorithm, certificates } = credential
  const [certificate] = certificates
  if (!certificate) throw new Malformed('certificates', 'none')
  const signAlgo = Object.keys(algorithms).find((each) => algorithms[each] === algorithm)
  return {
    certificate,
    algorithm,
    sign: async (message) => {
      const digest = digestNameOf(algorithm)
      const hashes = [toBase64(digestOf(digest, message))]
      const hashAlgorithmOID = digestOids[digest]
      const authorised = record(
        await ask('credentials/authorize', {
          credentialID: id,
          numSignatures: 1,
          hashes,
          hashAlgorithmOID,
          authData: [{ id: 'PIN', value: pin }],
        }),
        'credentials/authorize',
      )
      const answer = record(
        await ask('signatures/signHash', {
          credentialID: id,
          SAD: authorised['SAD'],
          hashes,
          hashAlgorithmOID,
          signAlgo,
        }),
        'signatures/signHash',
      )
      return fromBase64(texts(answer['signatures'], 'signatures')[0] ?? '', 'signature')
    },
  }
}

/** The service's side: ECDSA P-256 over a digest of 32 bytes as it stands, in DER. Node's own signing always hashes first. */
export const signDigest = (secretKey: Uint8Array, digest: Uint8Array): Uint8Array =>
  p256.sign(digest, secretKey, { prehash: false, lowS: false, format: 'der' })

// Private signing keys as files of their own (PKCS#8 PEM, Ed25519, readable by their owner alone), never in the database.
import { createPrivateKey, createPublicKey, generateKeyPairSync, type KeyObject, sign } from 'node:crypto'
import { closeSync, fsyncSync, mkdirSync, openSync, readFileSync, writeSync } from 'node:fs'
import { dirname } from 'node:path'
import { CannotStart } from './database/cannot-start.ts'

/** A key that signs: its 32-byte public key, and Ed25519 (RFC 8032) over a message. */
export interface SigningKey {
  readonly publicKey: Uint8Array
  readonly sign: (message: Uint8Array) => Uint8Array
}

/** The 32 bytes of an Ed25519 public key, of the private key's pair or its own. */
export const rawPublicKey = (key: KeyObject): Uint8Array => {
  const { x } = (key.type === 'public' ? key : createPublicKey(key)).export({ format: 'jwk' }) as { x: string }
  return new Uint8Array(Buffer.from(x, 'base64url'))
}

/** The key in a file, or null where there is no file. Throws CannotStart where the file holds something else. */
export function readKeyFile(path: string): SigningKey | null {
  let pem: string
  try {
    pem = readFileSync(path, 'utf8')
  } catch (error) {
    const { code } = error as { code?: string }
    if (code === 'ENOENT') return null
    throw new CannotStart(`The key file ${path} cannot be read (${code}).`)
  }
  let key: KeyObject
  try {
    key = createPrivateKey(pem)
  } catch {
    throw new CannotStart(`The key file ${path} holds no private key in PEM form.`)
  }
  if (key.asymmetricKeyType !== 'ed25519') throw new CannotStart(`The key file ${path} does not hold an Ed25519 key.`)
  return { publicKey: rawPublicKey(key), sign: (message) => new Uint8Array(sign(null, message, key)) }
}

/**
 * Writes a private key (PKCS#8 DER; a new one where none is given) to a file that is not there yet, and answers what the file then holds:
 * where two programs start at once, the first one's key counts. The file is on the disk when this returns.
 */
export function makeKeyFile(path: string, der?: Uint8Array): SigningKey {
  const key = der
    ? createPrivateKey({ key: Buffer.from(der), format: 'der', type: 'pkcs8' })
    : generateKeyPairSync('ed25519').privateKey
  mkdirSync(dirname(path), { recursive: true, mode: 0o700 })
  try {
    const file = openSync(path, 'wx', 0o600)
    try {
      writeSync(file, key.export({ format: 'pem', type: 'pkcs8' }) as string)
      fsyncSync(file)
    } finally {
      closeSync(file)
    }
  } catch (error) {
    if ((error as { code?: string }).code !== 'EEXIST') throw error
  }
  const written = readKeyFile(path)
  if (!written) throw new CannotStart(`The key file ${path} could not be written.`)
  return written
}

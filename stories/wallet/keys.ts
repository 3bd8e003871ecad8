// The private keys of the sandbox's key holders: one P-256 key per tender, round and person, encrypted in a folder of the wallet's own.
import { createCipheriv, createDecipheriv, createHash, randomBytes, scryptSync } from 'node:crypto'
import { existsSync, mkdirSync, readdirSync, readFileSync, renameSync, rmSync, writeFileSync } from 'node:fs'
import { join } from 'node:path'
import { fromBase64, toBase64 } from '@naru/sealing/bytes.ts'
import { deriveKeyPair } from '@naru/sealing/hpke.ts'

/** What a key is for. */
export interface KeyPlace {
  readonly person: string
  readonly tender: string
  readonly round: number
}

export interface KeyStore {
  /** The public key of a place; made on first use and the same ever after. 65 bytes in base64. */
  readonly publicKey: (place: KeyPlace) => string
  /** Lends the private scalar to a computation of this process; undefined where no key was made. */
  readonly withSecret: <T>(place: KeyPlace, use: (secretKey: Uint8Array) => T) => T | undefined
  /** The public key of a log as this wallet first learnt it: what is told later does not change it. */
  readonly pinned: (log: string, told: string) => string
  /** What was pinned under a name, or null where nothing is. */
  readonly pinnedBefore: (log: string) => string | null
  /** Destroys one key; false where there was none. */
  readonly destroyOne: (place: KeyPlace) => boolean
  /** Destroys every key of a tender; what was sealed to it and never opened stays sealed for ever. */
  readonly destroy: (tender: string) => number
}

interface Kept {
  readonly place: KeyPlace
  readonly pk: string
  readonly nonce: string
  readonly wrapped: string
}

/**
 * Opens the key store of a folder. The keys lie under AES-256-GCM with a key that scrypt makes of the passphrase and the folder's own
 * salt; the place is authenticated with them, so that a file cannot stand in for another. Throws when the passphrase is another one.
 */
export function openKeys(folder: string, passphrase: string): KeyStore {
  const keys = join(folder, 'keys')
  mkdirSync(keys, { recursive: true, mode: 0o700 })
  const wrapping = wrappingKey(folder, passphrase)
  const fileOf = ({ person, tender, round }: KeyPlace) =>
    join(keys, `${tender}.${createHash('sha256').update(`${person}/${round}`).digest('hex').slice(0, 24)}.json`)
  const pinFile = (log: string) =>
    join(folder, `log-${createHash('sha256').update(log).digest('hex').slice(0, 24)}.key`)
  const placeBytes = (place: KeyPlace) => Buffer.from(JSON.stringify([place.person, place.tender, place.round]))

  const make = (place: KeyPlace): string => {
    const { secretKey, publicKey } = deriveKeyPair(randomBytes(32))
    const nonce = randomBytes(12)
    const cipher = createCipheriv('aes-256-gcm', wrapping, nonce).setAAD(placeBytes(place))
    const wrapped = Buffer.concat([cipher.update(secretKey), cipher.final(), cipher.getAuthTag()])
    secretKey.fill(0)
    const kept: Kept = {
      place,
      pk: toBase64(publicKey),
      nonce: nonce.toString('base64'),
      wrapped: wrapped.toString('base64'),
    }
    writeWhole(fileOf(place), JSON.stringify(kept))
    return kept.pk
  }
  const find = (place: KeyPlace): Kept | undefined => {
    const file = fileOf(place)
    return existsSync(file) ? (JSON.parse(readFileSync(file, 'utf8')) as Kept) : undefined
  }

  return {
    publicKey: (place) => find(place)?.pk ?? make(place),
    withSecret: (place, use) => {
      const kept = find(place)
      if (!kept) return undefined
      const secret = unwrap(wrapping, kept, placeBytes(place))
      return use(secret)
    },
    pinnedBefore: (log) => (existsSync(pinFile(log)) ? readFileSync(pinFile(log), 'utf8') : null),
    pinned: (log, told) => {
      const file = pinFile(log)
      if (!existsSync(file)) writeWhole(file, told)
      return readFileSync(file, 'utf8')
    },
    destroyOne: (place) => {
      const file = fileOf(place)
      if (!existsSync(file)) return false
      rmSync(file)
      return true
    },
    destroy: (tender) => {
      const files = readdirSync(keys).filter((name) => name.startsWith(`${tender}.`))
      for (const name of files) rmSync(join(keys, name))
      return files.length
    },
  }
}

function unwrap(wrapping: Uint8Array, kept: Kept, place: Uint8Array): Uint8Array {
  const bytes = fromBase64(kept.wrapped)
  const decipher = createDecipheriv('aes-256-gcm', wrapping, fromBase64(kept.nonce))
    .setAAD(place)
    .setAuthTag(bytes.subarray(-16))
  return new Uint8Array(Buffer.concat([decipher.update(bytes.subarray(0, -16)), decipher.final()]))
}

/** The folder remembers its salt and a proof of the passphrase, never the passphrase. */
function wrappingKey(folder: string, passphrase: string): Uint8Array {
  const file = join(folder, 'wallet.json')
  const known = existsSync(file)
    ? (JSON.parse(readFileSync(file, 'utf8')) as { salt: string; proof: string })
    : undefined
  const salt = known ? Buffer.from(known.salt, 'base64') : randomBytes(16)
  const made = scryptSync(passphrase, salt, 64, { N: 2 ** 14, r: 8, p: 1 })
  const proof = made.subarray(32).toString('base64')
  if (known && known.proof !== proof) throw new Error(`The wallet in ${folder} was made with another passphrase.`)
  if (!known) writeWhole(file, JSON.stringify({ salt: salt.toString('base64'), proof }))
  return made.subarray(0, 32)
}

function writeWhole(file: string, text: string): void {
  writeFileSync(`${file}.new`, text, { mode: 0o600 })
  renameSync(`${file}.new`, file)
}

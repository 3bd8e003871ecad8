// A guardian's keys: one P-256 key per tender and round, each in a file of its own (0600), wrapped by a passphrase where one is given.
import { createCipheriv, createDecipheriv, randomBytes, scryptSync } from 'node:crypto'
import {
  closeSync,
  existsSync,
  fsyncSync,
  mkdirSync,
  openSync,
  readFileSync,
  renameSync,
  rmSync,
  writeSync,
} from 'node:fs'
import { join } from 'node:path'
import { fromBase64, toBase64 } from '@naru/sealing/bytes.ts'
import { deriveKeyPair } from '@naru/sealing/hpke.ts'

/** What a key is for. */
export interface KeyPlace {
  readonly tender: string
  readonly round: number
}

export interface Keys {
  /** The public key of a place, 65 bytes in base64; made on first use and the same ever after. Throws after `destroy`. */
  publicKey(place: KeyPlace): string
  /** Lends the private scalar to a computation; null where no key is kept. The bytes are overwritten when it is done. */
  use<T>(place: KeyPlace, compute: (secretKey: Uint8Array) => Promise<T>): Promise<T | null>
  /** Deletes a key for good; what was sealed to it can never be opened with this guardian's help. */
  destroy(place: KeyPlace): void
  /** The hash of the descriptor that this guardian took its place in; null before it saw one. */
  descriptor(place: KeyPlace): string | null
  /** Keeps that hash; what is kept never changes. */
  keepDescriptor(place: KeyPlace, tkd: string): void
}

interface Kept {
  readonly pk: string
  /** The scalar in base64, or wrapped: 12-byte nonce, ciphertext, 16-byte tag. */
  readonly key: string | null
  readonly wrapped: boolean
  readonly tkd: string | null
}

const placeForm = /^[0-9a-f-]{36}$/

/**
 * Opens the key store of a folder. With a passphrase the keys lie under AES-256-GCM with a key that scrypt makes of it and the folder's salt; the
 * place is authenticated with them, so that no file can stand in for another. Throws where the passphrase is another than before.
 */
export function openKeys(folder: string, passphrase: string | null): Keys {
  const keys = join(folder, 'keys')
  mkdirSync(keys, { recursive: true, mode: 0o700 })
  const wrapping = passphrase === null ? null : wrappingKey(folder, passphrase)
  if (!wrapping && existsSync(join(folder, 'passphrase.json')))
    throw new Error(`The keys in ${folder} are wrapped: give the passphrase in NARU_GUARDIAN_PASSPHRASE.`)
  const fileOf = ({ tender, round }: KeyPlace): string => {
    if (!placeForm.test(tender) || !Number.isSafeInteger(round) || round < 1) throw new Error('not a place of a key')
    return join(keys, `${tender}.${round}.json`)
  }
  const read = (place: KeyPlace): Kept | null => {
    const file = fileOf(place)
    return existsSync(file) ? (JSON.parse(readFileSync(file, 'utf8')) as Kept) : null
  }
  const write = (place: KeyPlace, kept: Kept): void => writeWhole(fileOf(place), JSON.stringify(kept))
  const nameOf = ({ tender, round }: KeyPlace): Buffer => Buffer.from(JSON.stringify([tender, round]))

  const wrap = (place: KeyPlace, secret: Uint8Array): string => {
    if (!wrapping) return toBase64(secret)
    const nonce = randomBytes(12)
    const cipher = createCipheriv('aes-256-gcm', wrapping, nonce).setAAD(nameOf(place))
    return Buffer.concat([nonce, cipher.update(secret), cipher.final(), cipher.getAuthTag()]).toString('base64')
  }
  const unwrap = (place: KeyPlace, kept: Kept): Uint8Array => {
    const bytes = fromBase64(kept.key ?? '')
    if (!kept.wrapped) return bytes
    if (!wrapping) throw new Error('a wrapped key and no passphrase')
    const decipher = createDecipheriv('aes-256-gcm', wrapping, bytes.subarray(0, 12))
      .setAAD(nameOf(place))
      .setAuthTag(bytes.subarray(-16))
    return new Uint8Array(Buffer.concat([decipher.update(bytes.subarray(12, -16)), decipher.final()]))
  }

  return {
    publicKey: (place) => {
      const kept = read(place)
      if (kept?.key) return kept.pk
      if (kept) throw new Error('this key was destroyed')
      const { secretKey, publicKey } = deriveKeyPair(randomBytes(32))
      const pk = toBase64(publicKey)
      write(place, { pk, key: wrap(place, secretKey), wrapped: wrapping !== null, tkd: null })
      secretKey.fill(0)
      return pk
    },
    use: async (place, compute) => {
      const kept = read(place)
      if (!kept?.key) return null
      const secret = unwrap(place, kept)
      try {
        return await compute(secret)
      } finally {
        secret.fill(0)
      }
    },
    destroy: (place) => {
      const kept = read(place)
      if (!kept?.key) return
      const file = fileOf(place)
      // The old bytes are written over before the name goes: the file then says only that there was a key.
      const handle = openSync(file, 'r+')
      writeSync(handle, ' '.repeat(readFileSync(file).length), 0)
      fsyncSync(handle)
      closeSync(handle)
      rmSync(file)
      write(place, { ...kept, key: null })
    },
    descriptor: (place) => read(place)?.tkd ?? null,
    keepDescriptor: (place, tkd) => {
      const kept = read(place)
      if (!kept) throw new Error('no key was made for this round')
      if (kept.tkd === null) write(place, { ...kept, tkd })
      else if (kept.tkd !== tkd) throw new Error('another descriptor is kept for this round')
    },
  }
}

/** The folder remembers its salt and a proof of the passphrase, never the passphrase. */
function wrappingKey(folder: string, passphrase: string): Uint8Array {
  const file = join(folder, 'passphrase.json')
  const known = existsSync(file) ? (JSON.parse(readFileSync(file, 'utf8')) as { salt: string; proof: string }) : null
  const salt = known ? Buffer.from(known.salt, 'base64') : randomBytes(16)
  const made = scryptSync(passphrase, salt, 64, { N: 2 ** 15, r: 8, p: 1, maxmem: 2 ** 26 })
  const proof = made.subarray(32).toString('base64')
  if (known && known.proof !== proof) throw new Error(`The keys in ${folder} were wrapped with another passphrase.`)
  if (!known) writeWhole(file, JSON.stringify({ salt: salt.toString('base64'), proof }))
  return made.subarray(0, 32)
}

/** Writes a file so that it is there whole or not at all, and on the disk when this returns. */
export function writeWhole(file: string, text: string): void {
  const handle = openSync(`${file}.new`, 'w', 0o600)
  writeSync(handle, text)
  fsyncSync(handle)
  closeSync(handle)
  renameSync(`${file}.new`, file)
}

// Keys in a file of the holder's own, in the format of age (age-encryption.org/v1) under a passphrase: any age program opens it as well.
import { Decrypter, Encrypter } from 'age-encryption'

/** log2 of scrypt's cost: 64 MiB and about half a second, so that a phone manages it too. */
const workFactor = 16
/** The shortest passphrase that is taken, in characters. */
export const shortestPassphrase = 16

/** The bytes as an age file; they are overwritten. */
export async function lockFile(bytes: Uint8Array, passphrase: string, cost = workFactor): Promise<Uint8Array> {
  const age = new Encrypter()
  age.setPassphrase(passphrase)
  age.setScryptWorkFactor(cost)
  try {
    return await age.encrypt(bytes)
  } finally {
    bytes.fill(0)
  }
}

/** The bytes in an age file. Throws where the passphrase is another one or the file is none. */
export async function openFile(file: Uint8Array, passphrase: string): Promise<Uint8Array> {
  const age = new Decrypter()
  age.addPassphrase(passphrase)
  return age.decrypt(file, 'uint8array')
}

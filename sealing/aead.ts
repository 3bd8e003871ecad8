// AES in Galois/Counter Mode with a nonce of 12 bytes and a tag of 16 behind the ciphertext (NIST SP 800-38D).
import { gcm } from '@noble/ciphers/aes.js'

/** Encryption and decryption under a key of 16 or 32 bytes; `open` throws where the ciphertext is not authentic. */
export type Gcm = {
  seal(key: Uint8Array, nonce: Uint8Array, aad: Uint8Array, plaintext: Uint8Array): Uint8Array
  open(key: Uint8Array, nonce: Uint8Array, aad: Uint8Array, ciphertext: Uint8Array): Uint8Array
}

let used: Gcm = {
  seal: (key, nonce, aad, plaintext) => gcm(key, nonce, aad).encrypt(plaintext),
  open: (key, nonce, aad, ciphertext) => gcm(key, nonce, aad).decrypt(ciphertext),
}

/** Takes a host's own cipher from now on; it must give the same bytes (platform.test.ts). Without it the room's is JavaScript. */
export function useGcm(given: Gcm): void {
  used = given
}

/** The ciphertext with its tag. */
export const gcmSeal: Gcm['seal'] = (key, nonce, aad, plaintext) => used.seal(key, nonce, aad, plaintext)

/** The plaintext; throws where the ciphertext is not authentic. */
export const gcmOpen: Gcm['open'] = (key, nonce, aad, ciphertext) => used.open(key, nonce, aad, ciphertext)

// P-256 by WebCrypto for sealing: native, constant-time, and many times faster than JavaScript; asynchronous, so it works ahead of the sealing.
import { concat, fromHex, toHex } from './bytes.ts'
import type { Curve } from './curve.ts'

// PrivateKeyInfo (RFC 5958) of an ECPrivateKey (RFC 5915) on prime256v1 without its public key, up to the 32 bytes of the scalar.
const PKCS8 = fromHex('3041020100301306072a8648ce3d020106082a8648ce3d030107042730250201010420')
const P256 = { name: 'ECDH', namedCurve: 'P-256' } as const

const fromUrl = (text: string): Uint8Array =>
  Uint8Array.from(atob(text.replaceAll('-', '+').replaceAll('_', '/')), (letter) => letter.charCodeAt(0))

/**
 * A curve that already knows the public keys of the given scalars and what each shares with the given public keys, computed by WebCrypto;
 * anything else it leaves to `otherwise`. Where the platform does not take a scalar alone, all is left to `otherwise`.
 */
export async function webCurve(
  pairs: readonly { secretKey: Uint8Array; publicKey: Uint8Array }[],
  otherwise: Curve,
): Promise<Curve> {
  const { subtle } = globalThis.crypto
  const own = new Map<string, Uint8Array>()
  const shared = new Map<string, Uint8Array>()
  const nameOf = (secretKey: Uint8Array, publicKey: Uint8Array): string => `${toHex(secretKey)} ${toHex(publicKey)}`
  try {
    await Promise.all(
      pairs.map(async ({ secretKey, publicKey }) => {
        const der = concat(PKCS8, secretKey) as Uint8Array<ArrayBuffer>
        const key = await subtle.importKey('pkcs8', der, P256, true, ['deriveBits'])
        const { x = '', y = '' } = await subtle.exportKey('jwk', key)
        own.set(toHex(secretKey), concat(Uint8Array.of(4), fromUrl(x), fromUrl(y)))
        const other = await subtle.importKey('raw', publicKey as Uint8Array<ArrayBuffer>, P256, false, [])
        const bits = await subtle.deriveBits({ name: 'ECDH', public: other }, key, 256)
        shared.set(nameOf(secretKey, publicKey), new Uint8Array(bits))
      }),
    )
  } catch {
    return otherwise
  }
  return {
    publicKey: (secretKey) => own.get(toHex(secretKey)) ?? otherwise.publicKey(secretKey),
    sharedX: (secretKey, publicKey) =>
      shared.get(nameOf(secretKey, publicKey)) ?? otherwise.sharedX(secretKey, publicKey),
  }
}

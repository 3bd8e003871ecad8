// Keys under a passkey: its PRF output (WebAuthn Level 3) makes the key that wraps them, and never leaves this page. Without the passkey nobody unwraps them.
import { concat, fromBase64, toBase64, utf8 } from '@naru/sealing/bytes.ts'

/** What the portal keeps for the holder; nothing of it is secret. */
export interface WrappedRing {
  readonly v: 1
  /** The passkey's id, base64url. */
  readonly credential: string
  /** 32 random bytes: the input of the passkey's PRF and the salt of the key derivation. */
  readonly salt: string
  readonly nonce: string
  readonly ciphertext: string
}

/** The browser or the passkey has no PRF, so it cannot wrap anything. */
export class NoPrf extends Error {}

const label = 'naru/holder-keys/v1'

const base64url = (bytes: Uint8Array): string =>
  toBase64(bytes).replaceAll('+', '-').replaceAll('/', '_').replaceAll('=', '')
const fromBase64url = (text: string): Uint8Array => {
  const plain = text.replaceAll('-', '+').replaceAll('_', '/')
  return fromBase64(plain.padEnd(Math.ceil(plain.length / 4) * 4, '='))
}
const own = (bytes: Uint8Array): Uint8Array<ArrayBuffer> => new Uint8Array(bytes)

/** The wrapping key of a passkey's PRF output: HKDF-SHA-256 under the label, bound to the place; the output is overwritten. */
async function wrappingKey(prf: Uint8Array, salt: Uint8Array, place: string): Promise<CryptoKey> {
  const { subtle } = crypto
  const raw = own(prf)
  try {
    const ikm = await subtle.importKey('raw', raw, 'HKDF', false, ['deriveKey'])
    return await subtle.deriveKey(
      { name: 'HKDF', hash: 'SHA-256', salt: own(salt), info: own(concat(utf8(label), Uint8Array.of(0), utf8(place))) },
      ikm,
      { name: 'AES-GCM', length: 256 },
      false,
      ['encrypt', 'decrypt'],
    )
  } finally {
    prf.fill(0)
    raw.fill(0)
  }
}

interface PrfResults {
  readonly prf?: { readonly enabled?: boolean; readonly results?: { readonly first?: BufferSource } }
}

const prfOf = (credential: PublicKeyCredential): Uint8Array | null => {
  const first = (credential.getClientExtensionResults() as PrfResults).prf?.results?.first
  if (!first) return null
  return first instanceof ArrayBuffer ? new Uint8Array(first) : new Uint8Array(first.buffer)
}

/** Asks one of the given passkeys, or any of this site where none is given, for its PRF of the salt. The person is verified. */
async function askPasskey(salt: Uint8Array, ids: readonly string[]): Promise<{ id: string; prf: Uint8Array }> {
  const credential = (await navigator.credentials.get({
    publicKey: {
      challenge: crypto.getRandomValues(new Uint8Array(32)),
      allowCredentials: ids.map((id) => ({ type: 'public-key', id: own(fromBase64url(id)) })),
      userVerification: 'required',
      extensions: { prf: { eval: { first: own(salt) } } } as AuthenticationExtensionsClientInputs,
    },
  })) as PublicKeyCredential | null
  const prf = credential && prfOf(credential)
  if (!credential || !prf) throw new NoPrf('this passkey cannot wrap keys')
  return { id: base64url(new Uint8Array(credential.rawId)), prf }
}

/** Makes a passkey for wrapping keys alone; it signs nobody in. Answers its id in base64url. */
async function makePasskey(name: string): Promise<string> {
  const credential = (await navigator.credentials.create({
    publicKey: {
      challenge: crypto.getRandomValues(new Uint8Array(32)),
      rp: { name: document.title.slice(0, 60) || 'Naru' },
      user: { id: crypto.getRandomValues(new Uint8Array(16)), name, displayName: name },
      pubKeyCredParams: [
        { type: 'public-key', alg: -7 },
        { type: 'public-key', alg: -257 },
      ],
      authenticatorSelection: { residentKey: 'required', userVerification: 'required' },
      extensions: { prf: {} } as AuthenticationExtensionsClientInputs,
    },
  })) as PublicKeyCredential | null
  if (!credential || (credential.getClientExtensionResults() as PrfResults).prf?.enabled === false)
    throw new NoPrf('this passkey cannot wrap keys')
  return base64url(new Uint8Array(credential.rawId))
}

/** Wraps bytes under a passkey; they are overwritten. `ids` are the person's passkeys that have a PRF; `make` asks for a new one instead. */
export async function lockWithPasskey(
  bytes: Uint8Array,
  place: string,
  passkey: { readonly ids: readonly string[] } | { readonly make: string },
): Promise<WrappedRing> {
  const plain = own(bytes)
  bytes.fill(0)
  try {
    const salt = crypto.getRandomValues(new Uint8Array(32))
    const ids = 'make' in passkey ? [await makePasskey(passkey.make)] : passkey.ids
    const { id, prf } = await askPasskey(salt, ids)
    const key = await wrappingKey(prf, salt, place)
    const nonce = crypto.getRandomValues(new Uint8Array(12))
    const sealed = await crypto.subtle.encrypt(
      { name: 'AES-GCM', iv: nonce, additionalData: own(utf8(`${place} ${id}`)) },
      key,
      plain,
    )
    return {
      v: 1,
      credential: id,
      salt: toBase64(salt),
      nonce: toBase64(nonce),
      ciphertext: toBase64(new Uint8Array(sealed)),
    }
  } finally {
    plain.fill(0)
  }
}

/** Unwraps with the passkey that wrapped. Throws where the person or the passkey is another, or what was kept was changed. */
export async function openWithPasskey(wrapped: WrappedRing, place: string): Promise<Uint8Array> {
  const salt = fromBase64(wrapped.salt)
  const { id, prf } = await askPasskey(salt, [wrapped.credential])
  const key = await wrappingKey(prf, salt, place)
  const plain = await crypto.subtle.decrypt(
    { name: 'AES-GCM', iv: own(fromBase64(wrapped.nonce)), additionalData: own(utf8(`${place} ${id}`)) },
    key,
    own(fromBase64(wrapped.ciphertext)),
  )
  return new Uint8Array(plain)
}

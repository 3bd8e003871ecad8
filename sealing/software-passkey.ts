// A passkey in software (WebAuthn level 3, sections 6 and 7), for the sandbox's wallet and for tests: real ones live in people's devices.
import { ed25519 } from '@noble/curves/ed25519.js'
import { p256 } from '@noble/curves/nist.js'
import type { WrittenAssertion } from './assertion.ts'
import { concat, toBase64, u16, u32, utf8 } from './bytes.ts'
import { sha256 } from './hash.ts'

/** A passkey: random id, secret scalar or seed of 32 bytes, the uses so far (0 for one that never counts). */
export interface SoftwarePasskey {
  readonly id: Uint8Array
  readonly secret: Uint8Array
  readonly algorithm: -7 | -8
  readonly counter: number
}

/** What a page asks with: the challenge (32 bytes), its own address, the relying party. `flags` only for tests of refusals. */
export interface Asked {
  readonly challenge: Uint8Array
  readonly origin: string
  readonly rpId: string
  readonly flags?: number
}

const presentAndVerified = 0x05
const attested = 0x40

/** Bytes as base64url without padding, as WebAuthn's JSON carries them. */
export const toBase64url = (bytes: Uint8Array): string =>
  toBase64(bytes).replaceAll('+', '-').replaceAll('/', '_').replaceAll('=', '')

/** Bytes in CBOR, up to 65,535 of them; with a short head below 256. */
function cborBytes(bytes: Uint8Array, kind = 0x40): Uint8Array {
  const { length } = bytes
  const head = length < 24 ? [kind + length] : length < 256 ? [kind + 24, length] : [kind + 25, ...u16(length)]
  return concat(Uint8Array.from(head), bytes)
}
const cborText = (text: string): Uint8Array => cborBytes(utf8(text), 0x60)

/** The COSE_Key of a passkey. */
export function publicKeyOf({ algorithm, secret }: Pick<SoftwarePasskey, 'algorithm' | 'secret'>): Uint8Array {
  if (algorithm === -8)
    return concat(Uint8Array.of(0xa4, 1, 1, 3, 0x27, 0x20, 6, 0x21), cborBytes(ed25519.getPublicKey(secret)))
  const point = p256.getPublicKey(secret, false)
  return concat(
    Uint8Array.of(0xa5, 1, 2, 3, 0x26, 0x20, 1, 0x21),
    cborBytes(point.slice(1, 33)),
    Uint8Array.of(0x22),
    cborBytes(point.slice(33)),
  )
}

const clientData = (type: string, { challenge, origin }: Asked): Uint8Array =>
  utf8(JSON.stringify({ type, challenge: toBase64url(challenge), origin, crossOrigin: false }))

/** What `navigator.credentials.create` would answer, as JSON: without attestation. */
export function createdBy(passkey: SoftwarePasskey, asked: Asked): Record<string, unknown> {
  const data = concat(
    sha256(utf8(asked.rpId)),
    Uint8Array.of((asked.flags ?? presentAndVerified) | attested),
    u32(passkey.counter),
    new Uint8Array(16),
    u16(passkey.id.length),
    passkey.id,
    publicKeyOf(passkey),
  )
  const attestation = concat(
    Uint8Array.of(0xa3),
    cborText('fmt'),
    cborText('none'),
    cborText('attStmt'),
    Uint8Array.of(0xa0),
    cborText('authData'),
    cborBytes(data),
  )
  const id = toBase64url(passkey.id)
  return {
    id,
    rawId: id,
    type: 'public-key',
    response: {
      clientDataJSON: toBase64url(clientData('webauthn.create', asked)),
      attestationObject: toBase64url(attestation),
      transports: ['internal'],
    },
    clientExtensionResults: {},
  }
}

/** An assertion over a challenge; the caller counts the use. */
export function assertionOf(passkey: SoftwarePasskey, asked: Asked) {
  const authenticatorData = concat(
    sha256(utf8(asked.rpId)),
    Uint8Array.of(asked.flags ?? presentAndVerified),
    u32(passkey.counter),
  )
  const clientDataJSON = clientData('webauthn.get', asked)
  const message = concat(authenticatorData, sha256(clientDataJSON))
  const signature =
    passkey.algorithm === -8
      ? ed25519.sign(message, passkey.secret)
      : p256.sign(message, passkey.secret, { format: 'der', lowS: false })
  return { authenticatorData, clientDataJSON, signature }
}

/** What `navigator.credentials.get` would answer, as JSON. `handle` is the user handle that was given when the passkey was made. */
export function assertedBy(passkey: SoftwarePasskey, asked: Asked, handle?: Uint8Array): Record<string, unknown> {
  const { authenticatorData, clientDataJSON, signature } = assertionOf(passkey, asked)
  const id = toBase64url(passkey.id)
  return {
    id,
    rawId: id,
    type: 'public-key',
    response: {
      authenticatorData: toBase64url(authenticatorData),
      clientDataJSON: toBase64url(clientDataJSON),
      signature: toBase64url(signature),
      ...(handle && { userHandle: toBase64url(handle) }),
    },
    clientExtensionResults: {},
  }
}

/** An assertion's bytes in base64, as facts carry them. */
export const writtenAssertion = (passkey: SoftwarePasskey, asked: Asked): WrittenAssertion => {
  const made = assertionOf(passkey, asked)
  return {
    authenticatorData: toBase64(made.authenticatorData),
    clientDataJSON: toBase64(made.clientDataJSON),
    signature: toBase64(made.signature),
  }
}

// What a passkey signs (WebAuthn level 3, section 7.2): the check that server, verifier and browser make of the same bytes.
import { concat, equalBytes, fromBase64, utf8 } from './bytes.ts'
import { readCoseKey } from './cose-key.ts'
import { sha256 } from './hash.ts'
import { Untrusted } from './signatures/certificate.ts'

/** A passkey's answer to a challenge; all members are bytes. */
export interface Assertion {
  readonly authenticatorData: Uint8Array
  readonly clientDataJSON: Uint8Array
  readonly signature: Uint8Array
}

/** What it must fit: `challenge` of 32 bytes, the name of the relying party, the addresses whose pages may ask, the COSE key. */
export interface Expected {
  readonly challenge: Uint8Array
  readonly rpId: string
  readonly origins: readonly string[]
  readonly publicKey: Uint8Array
}

/** What the passkey said of itself. */
export interface CheckedAssertion {
  readonly counter: number
  readonly backupEligible: boolean
  readonly backedUp: boolean
  readonly origin: string
}

const flag = { present: 0x01, verified: 0x04, eligible: 0x08, backedUp: 0x10, attested: 0x40, extended: 0x80 }

const base64url = (bytes: Uint8Array): string =>
  btoa(String.fromCharCode(...bytes))
    .replaceAll('+', '-')
    .replaceAll('/', '_')
    .replaceAll('=', '')

function readClientData(bytes: Uint8Array): Readonly<Record<string, unknown>> {
  try {
    const value: unknown = JSON.parse(new TextDecoder('utf-8', { fatal: true, ignoreBOM: true }).decode(bytes))
    if (typeof value === 'object' && value !== null && !Array.isArray(value)) return value as Record<string, unknown>
  } catch {}
  throw new Untrusted('client-data', 'clientDataJSON is no object in JSON')
}

/**
 * Checks an assertion with user verification. Throws `Untrusted` with the code of the first fault: `client-data`, `type`, `challenge`, `origin`,
 * `cross-origin`, `form` (authenticatorData), `rp`, `user-present`, `user-verified`, `backup-state`, `signature`; `Malformed` for a key that is none.
 */
export function checkAssertion(assertion: Assertion, expected: Expected): CheckedAssertion {
  const { authenticatorData: data, clientDataJSON, signature } = assertion
  const client = readClientData(clientDataJSON)
  if (client.type !== 'webauthn.get') throw new Untrusted('type', `type is ${String(client.type)}`)
  if (client.challenge !== base64url(expected.challenge)) throw new Untrusted('challenge', 'another challenge')
  const { origin } = client
  if (typeof origin !== 'string' || !expected.origins.includes(origin))
    throw new Untrusted('origin', `origin is ${String(origin)}`)
  // A page of another site must not frame the one that asks.
  if ((client.crossOrigin ?? false) !== false || client.topOrigin !== undefined)
    throw new Untrusted('cross-origin', 'asked inside a page of another site')
  if (data.length < 37) throw new Untrusted('form', 'authenticatorData is too short')
  const flags = data[32] ?? 0
  if ((flags & flag.attested) !== 0 || data.length > 37 !== ((flags & flag.extended) !== 0))
    throw new Untrusted('form', 'authenticatorData is not that of an assertion')
  if (!equalBytes(data.subarray(0, 32), sha256(utf8(expected.rpId))))
    throw new Untrusted('rp', 'made for another relying party')
  if ((flags & flag.present) === 0) throw new Untrusted('user-present', 'nobody was there')
  if ((flags & flag.verified) === 0) throw new Untrusted('user-verified', 'the person was not verified')
  const backupEligible = (flags & flag.eligible) !== 0
  const backedUp = (flags & flag.backedUp) !== 0
  if (backedUp && !backupEligible) throw new Untrusted('backup-state', 'backed up without being eligible')
  const key = readCoseKey(expected.publicKey)
  if (!key.holds(concat(data, sha256(clientDataJSON)), signature))
    throw new Untrusted('signature', 'the signature does not hold')
  const counter = new DataView(data.buffer, data.byteOffset).getUint32(33)
  return { counter, backupEligible, backedUp, origin }
}

/** Whether a counter may follow another: it grows, or the passkey does not count (both are 0). One that stays or goes back is a copy's. */
export const counterFollows = (before: number, now: number): boolean => now > before || (before === 0 && now === 0)

/** An assertion as facts and the API carry it, in base64. */
export interface WrittenAssertion {
  readonly authenticatorData: string
  readonly clientDataJSON: string
  readonly signature: string
}

/** The bytes of a written assertion. Throws `Malformed` where one is not canonical base64. */
export const readAssertion = (written: WrittenAssertion): Assertion => ({
  authenticatorData: fromBase64(written.authenticatorData, 'authenticatorData'),
  clientDataJSON: fromBase64(written.clientDataJSON, 'clientDataJSON'),
  signature: fromBase64(written.signature, 'signature'),
})

// Base64 and byte order as the log's text formats need them, and the error for text or bytes that do not have their form.

/** Input that is not in the form the log's formats demand. */
export class BadForm extends Error {
  constructor(reason: string) {
    super(reason)
    this.name = 'BadForm'
  }
}

/** Padded standard base64 (RFC 4648 section 4). */
export function toBase64(bytes: Uint8Array): string {
  let binary = ''
  for (const byte of bytes) binary += String.fromCharCode(byte)
  return btoa(binary)
}

/** The bytes of canonical base64. Throws `BadForm` for anything that encodes differently. */
export function fromBase64(text: string): Uint8Array {
  let binary: string
  try {
    binary = atob(text)
  } catch {
    throw new BadForm('not base64')
  }
  if (btoa(binary) !== text) throw new BadForm('not canonical base64')
  return Uint8Array.from(binary, (character) => character.charCodeAt(0))
}

/** All parts, one after the other. */
export function joined(parts: readonly Uint8Array[]): Uint8Array {
  const whole = new Uint8Array(parts.reduce((length, part) => length + part.length, 0))
  let at = 0
  for (const part of parts) {
    whole.set(part, at)
    at += part.length
  }
  return whole
}

/** Whether two byte strings are the same. */
export function same(a: Uint8Array, b: Uint8Array): boolean {
  return a.length === b.length && a.every((byte, n) => byte === b[n])
}

/** A non-negative safe integer in ASCII decimal without leading zeros. Throws `BadForm`. */
export function parseDecimal(text: string): number {
  const value = Number(text)
  if (!/^(0|[1-9][0-9]*)$/.test(text) || !Number.isSafeInteger(value)) throw new BadForm('not a decimal number')
  return value
}

// For whom passkeys are made: the name of the public address. A number is no name, so a sandbox on this machine is called localhost.
import type { Mode } from '@naru/domain/pack.ts'

/** What a passkey is bound to: `id` is the name, `origins` the addresses whose pages may use it. */
export interface RelyingParty {
  readonly id: string
  readonly origins: readonly string[]
}

const isNumber = (host: string): boolean => /^[\d.]+$/.test(host) || host.startsWith('[')
const isLoopback = (host: string): boolean => host.startsWith('127.') || host === '[::1]'

/** The same place under its name, where a sandbox's public address is this machine's number; else null. */
export function nameOfLoopback(publicOrigin: string, mode: Mode): string | null {
  const { hostname, protocol, port } = new URL(publicOrigin)
  return mode === 'sandbox' && isLoopback(hostname) ? `${protocol}//localhost${port && `:${port}`}` : null
}

/** The relying party of a public address, or null where it is a number: browsers make passkeys for names only. */
export function relyingPartyOf(publicOrigin: string, mode: Mode): RelyingParty | null {
  const { hostname, origin } = new URL(publicOrigin)
  if (!isNumber(hostname)) return { id: hostname, origins: [origin] }
  const named = nameOfLoopback(publicOrigin, mode)
  return named ? { id: 'localhost', origins: [named] } : null
}

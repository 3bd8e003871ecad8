// For whom passkeys are made: the name of the public address. A number is no name, so a sandbox on this machine is called localhost.

/** What a passkey is bound to: `id` is the name, `origins` the addresses whose pages may use it. */
export interface RelyingParty {
  readonly id: string
  readonly origins: readonly string[]
}

const isNumber = (host: string): boolean => /^[\d.]+$/.test(host) || host.startsWith('[')
const isLoopback = (host: string): boolean => host.startsWith('127.') || host === '[::1]'

/** The same place under its name, where a sandbox's public address is this machine's number; else null. */
export function nameOfLoopback(publicOrigin: string, sandbox: boolean): string | null {
  const { hostname, protocol, port } = new URL(publicOrigin)
  return sandbox && isLoopback(hostname) ? `${protocol}//localhost${port && `:${port}`}` : null
}

/** The relying party of a public address, or null where it is a number: browsers make passkeys for names only. */
export function relyingPartyOf(publicOrigin: string, sandbox: boolean): RelyingParty | null {
  const { hostname, origin } = new URL(publicOrigin)
  if (!isNumber(hostname)) return { id: hostname, origins: [origin] }
  const named = nameOfLoopback(publicOrigin, sandbox)
  return named ? { id: 'localhost', origins: [named] } : null
}

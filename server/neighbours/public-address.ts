// Which addresses the portal may call for others: public servers by https. Nothing inside the operator's network (no SSRF).
import { lookup as resolve } from 'node:dns'
import type { LookupAddress, LookupOptions } from 'node:dns'
import { BlockList, isIP } from 'node:net'
import type { Mode } from '@naru/domain/pack.ts'

/** Networks that are not the public internet (IANA special-purpose address registries, RFC 6890). */
// Two lists: Node reads an IPv4 address as ::ffff:0:0/96 too.
const inside4 = new BlockList()
const inside6 = new BlockList()
for (const [network, prefix] of [
  ['0.0.0.0', 8],
  ['10.0.0.0', 8],
  ['100.64.0.0', 10],
  ['127.0.0.0', 8],
  ['169.254.0.0', 16],
  ['172.16.0.0', 12],
  ['192.0.0.0', 24],
  ['192.0.2.0', 24],
  ['192.88.99.0', 24],
  ['192.168.0.0', 16],
  ['198.18.0.0', 15],
  ['198.51.100.0', 24],
  ['203.0.113.0', 24],
  ['224.0.0.0', 4],
  ['240.0.0.0', 4],
] as const)
  inside4.addSubnet(network, prefix, 'ipv4')
// Of IPv6 only global unicast (2000::/3) is public, less what inside it is documentation, transition or benchmarking.
for (const [network, prefix] of [
  ['::', 3],
  ['4000::', 2],
  ['8000::', 1],
  ['2001::', 23],
  ['2001:db8::', 32],
  ['2002::', 16],
  ['3fff::', 20],
] as const)
  inside6.addSubnet(network, prefix, 'ipv6')

/** Whether an IP address lies in the public internet. */
export function isPublicAddress(address: string): boolean {
  const family = isIP(address)
  if (family === 0) return false
  return family === 4 ? !inside4.check(address, 'ipv4') : !inside6.check(address, 'ipv6')
}

const loopback = new Set(['127.0.0.1', '[::1]', 'localhost'])

/** Whether an address may be subscribed: https to a public server; in a sandbox also http(s) to this very machine. */
export function mayCall(address: string, mode: Mode): boolean {
  if (!URL.canParse(address) || address.length > 2000) return false
  const { protocol, hostname, username, password } = new URL(address)
  if (username || password) return false
  if (mode === 'sandbox' && (protocol === 'http:' || protocol === 'https:') && loopback.has(hostname)) return true
  if (protocol !== 'https:') return false
  const bare = hostname.replace(/^\[(.*)\]$/, '$1')
  if (isIP(bare)) return isPublicAddress(bare)
  return bare.includes('.') && !/(^|\.)(localhost|local|internal|home\.arpa|lan|intranet)\.?$/.test(bare)
}

type Found = (error: NodeJS.ErrnoException | null, address: string | LookupAddress[], family?: number) => void

/**
 * Resolves a name for a connection and refuses when any of its addresses is not public, so that a name that is changed after the
 * subscription leads nowhere: the address that was checked is the one connected to. `open` allows this machine in a sandbox.
 */
export const publicLookup =
  (open: boolean) =>
  (hostname: string, options: LookupOptions, done: Found): void => {
    resolve(hostname, { ...options, all: true }, (error, addresses) => {
      if (error) return done(error, [])
      const found = addresses as unknown as LookupAddress[]
      const bad = found.find(({ address }) => !(isPublicAddress(address) || (open && /^(127\.|::1$)/.test(address))))
      if (bad || found.length === 0)
        return done(Object.assign(new Error(`${hostname} is not a public address`), { code: 'ENOTPUBLIC' }), [])
      if (options.all) return done(null, found)
      const [first] = found
      return done(null, first?.address ?? '', first?.family)
    })
  }

// Revocation, asked for at the addresses that the certificates name (RFC 6960, RFC 5280): OCSP first and the list as the way out; before a deadline the
// other way round, since one list of an issuer serves all its certificates.
import { randomBytes } from 'node:crypto'
import { toHex } from '@naru/sealing/bytes.ts'
import { type Certificate, sameName } from '@naru/sealing/signatures/certificate.ts'
import {
  isListOf,
  keepCrl,
  ocspRequest,
  readOcsp,
  type RevocationEvidence,
} from '@naru/sealing/signatures/revocation.ts'

export interface RevocationSources {
  /** Lists by the serial of their issuer's certificate, for issuers whose certificates name none (a root never does for itself). */
  readonly crls?: ReadonlyMap<string, string>
  /** In place of what a certificate names, where the answer is elsewhere: the sandbox's authority listens on another port after a restart. */
  readonly elsewhere?: (address: string) => string
  /** Whether an address may be called at all: nothing inside the operator's network. */
  readonly mayCall?: (address: string) => boolean
  readonly patienceMs?: number
}

/** How evidence is asked for. Times by the deployment's clock, ms. */
export interface Asking {
  /** A list counts that was fetched at or after this; an older one is fetched again. */
  readonly since: number
  readonly now: number
  /** Before a deadline: lists come first, since one serves thousands of certificates, and who was silent just now is not waited for again. */
  readonly hurried: boolean
}

/** Whoever is asked about certificates, with the lists that were fetched: each serves all certificates of its issuer, and all who ask while it is fetched. */
export interface RevocationDesk {
  /**
   * What the issuers of a path (leaf first, root last) say of each certificate. Silence, refusal and answers that cannot be read leave the
   * evidence empty for that certificate; whether it is enough, and whose signature it bears, is for the check to decide.
   */
  ask(path: readonly Certificate[], asking: Asking): Promise<RevocationEvidence>
}

interface Held {
  readonly bytes: Uint8Array
  readonly asked: number
  readonly from: number
  readonly next: number
}

const mostBytes = 4 * 1024 * 1024
const mostLists = 200
/** So long after a silence nobody in a hurry asks there again, by this machine's clock. */
const quietMs = 10_000
/** A list from further in the future than clocks may differ is used once and not held. */
const aheadMs = 300_000

export function openRevocation(sources: RevocationSources = {}): RevocationDesk {
  const held = new Map<string, Held>()
  const fetching = new Map<string, { readonly asked: number; readonly list: Promise<Uint8Array | null> }>()
  const silent = new Map<string, number>()

  const isQuiet = (address: string): boolean => performance.now() - (silent.get(address) ?? -quietMs) < quietMs
  const noteSilence = (address: string, was: boolean): void => {
    if (!was) silent.delete(address)
    else if (silent.size < mostLists) silent.set(address, performance.now())
  }

  async function fetchList(address: string, issuer: Certificate, now: number): Promise<Uint8Array | null> {
    const bytes = await call(address, sources, { method: 'GET' })
    noteSilence(address, bytes === null)
    if (!bytes) return null
    try {
      const { from, next } = keepCrl(bytes)
      // A list that somebody else slipped in must not stand in the way of the issuer's own.
      if (!isListOf(bytes, issuer)) return null
      const before = held.get(address)
      // Mirrors differ: the newer of two lists is the one that knows more.
      const older = before && before.from > from && before.next >= now
      const newest = older ? { ...before, asked: now } : { bytes, asked: now, from, next }
      held.delete(address)
      if (held.size >= mostLists) held.delete(held.keys().next().value ?? '')
      if (from <= now + aheadMs) held.set(address, newest)
      return newest.bytes
    } catch {
      return null
    }
  }

  async function listFrom(
    address: string,
    issuer: Certificate,
    { since, now, hurried }: Asking,
  ): Promise<Uint8Array | null> {
    const have = held.get(address)
    if (have && have.asked >= since && have.next >= now && isListOf(have.bytes, issuer)) return have.bytes
    const name = `${issuer.serial} ${address}`
    const under = fetching.get(name)
    if (under && under.asked >= since) return under.list
    if (hurried && isQuiet(address)) return null
    const list = fetchList(address, issuer, now).finally(() => {
      if (fetching.get(name)?.list === list) fetching.delete(name)
    })
    fetching.set(name, { asked: now, list })
    return list
  }

  async function askOne(
    certificate: Certificate,
    issuer: Certificate,
    asking: Asking,
  ): Promise<Partial<RevocationEvidence>> {
    const answer = async () => {
      for (const address of certificate.ocsp) {
        if (asking.hurried && isQuiet(address)) continue
        const ocsp = await askOcsp(certificate, issuer, address, sources)
        noteSilence(address, ocsp === null)
        if (ocsp) return { ocsp: [ocsp] }
      }
      return null
    }
    const list = async () => {
      const named = sources.crls?.get(issuer.serial)
      for (const address of [...certificate.crls, ...(named ? [named] : [])]) {
        const crl = await listFrom(address, issuer, asking)
        if (crl) return { crls: [crl] }
      }
      return null
    }
    const [first, second] = asking.hurried ? [list, answer] : [answer, list]
    return (await first()) ?? (await second()) ?? {}
  }

  return {
    ask: async (path, asking) => {
      const found = await Promise.all(
        path.slice(0, -1).map((certificate) => {
          const issuer = path.find((each) => sameName(each.subject, certificate.issuer) && each !== certificate)
          return issuer ? askOne(certificate, issuer, asking) : {}
        }),
      )
      return {
        crls: [...new Set(found.flatMap((each: Partial<RevocationEvidence>) => each.crls ?? []))],
        ocsp: found.flatMap((each: Partial<RevocationEvidence>) => each.ocsp ?? []),
      }
    },
  }
}

async function askOcsp(
  certificate: Certificate,
  issuer: Certificate,
  address: string,
  sources: RevocationSources,
): Promise<Uint8Array | null> {
  const nonce = new Uint8Array(randomBytes(16))
  const bytes = await call(address, sources, {
    method: 'POST',
    headers: { 'content-type': 'application/ocsp-request' },
    body: Buffer.from(ocspRequest(certificate, issuer, nonce)),
  })
  try {
    const answer = bytes && readOcsp(bytes)
    // A responder may leave the nonce away (RFC 6960 section 4.4.1), but never give that of somebody else.
    if (!answer || (answer.nonce && toHex(answer.nonce) !== toHex(nonce))) return null
    return answer.statements.some((each) => !each.unknown) ? bytes : null
  } catch {
    return null
  }
}

async function call(address: string, sources: RevocationSources, init: RequestInit): Promise<Uint8Array | null> {
  const { elsewhere = (same) => same, mayCall = () => true, patienceMs = 3_000 } = sources
  const target = elsewhere(address)
  if (!mayCall(target)) return null
  try {
    const response = await fetch(target, { ...init, redirect: 'error', signal: AbortSignal.timeout(patienceMs) })
    if (!response.ok) return null
    const parts: Uint8Array[] = []
    let size = 0
    for await (const part of response.body ?? []) {
      size += part.length
      if (size > mostBytes) return null
      parts.push(part)
    }
    return new Uint8Array(Buffer.concat(parts))
  } catch {
    return null
  }
}

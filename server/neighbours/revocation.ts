// Revocation, asked for: OCSP first and the list as the way out, at the addresses that the certificates name (RFC 6960, RFC 5280).
import { randomBytes } from 'node:crypto'
import { toHex } from '@naru/sealing/bytes.ts'
import { type Certificate, sameName } from '@naru/sealing/signatures/certificate.ts'
import { ocspRequest, readCrl, readOcsp, type RevocationEvidence } from '@naru/sealing/signatures/revocation.ts'

export interface RevocationSources {
  /** Lists by the serial of their issuer's certificate, for issuers whose certificates name none (a root never does for itself). */
  readonly crls?: ReadonlyMap<string, string>
  /** In place of what a certificate names, where the answer is elsewhere: the sandbox's authority listens on another port after a restart. */
  readonly elsewhere?: (address: string) => string
  /** Whether an address may be called at all: nothing inside the operator's network. */
  readonly mayCall?: (address: string) => boolean
  readonly patienceMs?: number
}

const mostBytes = 4 * 1024 * 1024

/**
 * What the issuers of a path (leaf first, root last) say of each certificate. Silence, refusal and answers that cannot be read leave the
 * evidence empty for that certificate; whether it is enough, and whose signature it bears, is for the check to decide.
 */
export async function readRevocation(
  path: readonly Certificate[],
  sources: RevocationSources = {},
): Promise<RevocationEvidence> {
  const found = await Promise.all(
    path.slice(0, -1).map(async (certificate) => {
      const issuer = path.find((each) => sameName(each.subject, certificate.issuer) && each !== certificate)
      if (!issuer) return { crls: [], ocsp: [] }
      for (const address of certificate.ocsp) {
        const answer = await askOcsp(certificate, issuer, address, sources)
        if (answer) return { crls: [], ocsp: [answer] }
      }
      const named = sources.crls?.get(issuer.serial)
      for (const address of [...certificate.crls, ...(named ? [named] : [])]) {
        const list = await fetchCrl(address, sources)
        if (list) return { crls: [list], ocsp: [] }
      }
      return { crls: [], ocsp: [] }
    }),
  )
  return { crls: found.flatMap((each) => each.crls), ocsp: found.flatMap((each) => each.ocsp) }
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

async function fetchCrl(address: string, sources: RevocationSources): Promise<Uint8Array | null> {
  const bytes = await call(address, sources, { method: 'GET' })
  try {
    if (bytes) readCrl(bytes)
    return bytes
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

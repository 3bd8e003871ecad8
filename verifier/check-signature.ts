// The bidder's signature in full (protocol §10): path, key usage, algorithms and revocation as of its time, and that it binds this bidder.
import { equalBytes, fromBase64 } from '@naru/sealing/bytes.ts'
import { canonical } from '@naru/sealing/jcs.ts'
import { Malformed } from '@naru/sealing/malformed.ts'
import { manifestHash } from '@naru/sealing/manifest.ts'
import { parseSignature } from '@naru/sealing/signature.ts'
import { checkCades, type SecondOpinion, signatureValueOf } from '@naru/sealing/signatures/cades.ts'
import { Untrusted } from '@naru/sealing/signatures/certificate.ts'
import { readCrl, readOcsp } from '@naru/sealing/signatures/revocation.ts'
import type { Bundle, BundledBid } from './bundle.ts'
import type { InForce } from './check-trust.ts'
import type { Findings } from './finding.ts'

/** What was found of a bid's signature: nothing against it, the code of its first fault, or why it could not be decided. */
export type SignatureFinding =
  | { readonly kind: 'holds' | 'sandbox-session' }
  | { readonly kind: 'fault' | 'undecided'; readonly code: string }

/** Checks one signature by the trust list in force; null where there is none of this bid. `opinion` asks a second program, where the host has one. */
export async function checkSignature(
  findings: Findings,
  at: string,
  bid: BundledBid,
  bundle: Pick<Bundle, 'evidence' | 'mode'>,
  inForce: InForce | null,
  opinion?: SecondOpinion,
): Promise<SignatureFinding | null> {
  const { manifest } = bid
  let der: Uint8Array
  try {
    const signature = parseSignature(bid.signature, manifestHash(manifest))
    if (signature.kind === 'sandbox-session') {
      if (bundle.mode === 'live') findings.add('sandboxSignature', at)
      return { kind: 'sandbox-session' }
    }
    der = fromBase64(signature.der)
  } catch (error) {
    if (!(error instanceof Malformed)) throw error
    findings.add('signatureMismatch', at, { reason: error.message })
    return null
  }
  try {
    const value = signatureValueOf(der)
    if (bid.raised && !equalBytes(signatureValueOf(bid.raised), value)) {
      findings.add('signatureMismatch', at, { reason: 'raised from another signature' })
      return null
    }
    if (!inForce) return { kind: 'undecided', code: 'trust' }
    const given = bid.evidence.flatMap((name) => bundle.evidence.get(name) ?? [])
    if (given.length < bid.evidence.length) findings.add('fileMissing', at, { reason: 'evidence' })
    const told = await checkCades({
      der: bid.raised ?? der,
      content: canonical(manifest),
      trust: inForce.trust,
      at: bid.promise?.body.time ?? 0,
      // Answers and lists are told apart by their readers.
      revocation: { crls: given.filter(isReadBy(readCrl)), ocsp: given.filter(isReadBy(readOcsp)) },
      ...(opinion && { secondOpinion: opinion }),
    })
    findings.count('signatures')
    if (opinion) findings.count('secondOpinions')
    // The person is not public; the organisation is the bidder.
    return told.subject.organisation === manifest.bidderId ? { kind: 'holds' } : { kind: 'fault', code: 'subject' }
  } catch (error) {
    if (error instanceof Malformed) return { kind: 'fault', code: 'form' }
    if (!(error instanceof Untrusted)) throw error
    return { kind: error.code === 'revocation-unknown' ? 'undecided' : 'fault', code: error.code }
  }
}

const isReadBy =
  (read: (bytes: Uint8Array) => unknown) =>
  (bytes: Uint8Array): boolean => {
    try {
      read(bytes)
      return true
    } catch (error) {
      if (error instanceof Malformed || error instanceof Untrusted) return false
      throw error
    }
  }

/** Holds what was found against what the eligibility entry says of a live bid, and tells what is doubtful. */
export function compareSignature(
  findings: Findings,
  at: string,
  found: SignatureFinding,
  live: { readonly admitted: boolean; readonly reason: string } | null,
  /** Whether a second program was asked: without it, what that one alone refused cannot be judged. */
  asked: boolean,
): void {
  const stated = live && !live.admitted && live.reason.startsWith('signature:') ? live.reason.slice(10) : null
  const code = 'code' in found ? found.code : ''
  if (found.kind === 'undecided') findings.add('signatureUndecided', at, { code })
  else if (found.kind === 'fault') {
    if (!live) findings.add('signatureWeak', at, { code })
    else if (live.admitted) findings.add('signatureFault', at, { code })
  } else if (stated === 'second-opinion' && !asked) findings.add('signatureUndecided', at, { code: stated })
  else if (stated !== null) findings.add('signatureRefused', at, { code: stated })
}

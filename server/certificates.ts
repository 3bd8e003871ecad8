// Certificates of people: looked at once, remembered with an end, and then enough for the quick check of every bid.
//
// The way of a bid pays for a strict reading and one signature in OpenSSL (0.3 ms measured); path and revocation are found at the first use, and again when
// what was found has run out. The full check of every signature follows in the background (after/signatures.ts).
import { Malformed } from '@naru/sealing/malformed.ts'
import { checkCadesForm, fingerprintOf, readCades, subjectOf, type Trust } from '@naru/sealing/signatures/cades.ts'
import { allows, type Certificate, findPath, Untrusted } from '@naru/sealing/signatures/certificate.ts'
import { checkRevocation, readCrl, readOcsp, type RevocationEvidence } from '@naru/sealing/signatures/revocation.ts'
import { anchorsOf, type TrustedAuthority, type TrustRoot } from '@naru/sealing/signatures/trust-list.ts'
import { readRevocation, type RevocationSources } from './neighbours/revocation.ts'

/** Whose signatures and time-stamps count here: what the trust list says, and where revocation is asked. */
export interface TrustSetting {
  readonly roots: readonly TrustRoot[]
  readonly authorities: readonly TrustedAuthority[]
  readonly sources?: RevocationSources
  /** Where people sign whose keys lie at a remote service (CSC API v2); absent where each has their own. */
  readonly signingService?: string
  /** Where the sandbox's authority gives invented key files; absent in a live deployment. */
  readonly keyFiles?: string
}

export interface CertificateBook {
  readonly trust: Trust
  readonly setting: TrustSetting
  /** Finds path and revocation of the signer's certificate as of `at` (ms) and remembers them. Never throws for what it finds. */
  admit(der: Uint8Array, at: number): Promise<void>
  /** Whether the signer's certificate was looked at and that has not run out, as far as this program knows the time. */
  knows(der: Uint8Array): boolean
  /**
   * The quick check: form, signature, known certificate, and its person and organisation. Null when right, else a code; `notLookedAt` asks for
   * `admit` and another try.
   */
  judge(der: Uint8Array, content: Uint8Array, by: { person: string; organisation: string; at: number }): string | null
  /** The evidence for a signature's path as of `at`: what is remembered while it lasts, else asked for anew. */
  evidence(der: Uint8Array, at: number, form?: 'cades' | 'pades'): Promise<RevocationEvidence>
}

/** The code of the quick check for a certificate that was never looked at, or too long ago. */
export const notLookedAt = 'certificate-not-looked-at'

interface Known {
  readonly fault: string | null
  /** Until when the finding counts, by the deployment's clock, ms. */
  readonly until: number
  readonly path: readonly Certificate[]
  readonly evidence: RevocationEvidence
}

const mostKnown = 20_000
/** A finding without evidence, or a fault, is asked about again after this: the neighbour may be back, the person may have a new certificate. */
const shortMs = 60_000
const longestMs = 3_600_000

export function openCertificates(setting: TrustSetting): CertificateBook {
  const anchors = anchorsOf(setting.roots)
  const policies = setting.authorities.flatMap((each) => each.policies)
  const trust: Trust = { sign: anchors, timestamps: { anchors, ...(policies.length > 0 && { policies }) } }
  const known = new Map<string, Known>()
  const asking = new Map<string, Promise<Known>>()
  // Seen times of the deployment's clock: it moves forward only.
  let latest = 0

  async function look(der: Uint8Array, at: number): Promise<Known> {
    const none = { crls: [], ocsp: [] }
    let path: readonly Certificate[] = []
    try {
      const it = readCades(der)
      const found = findPath(it.signer, it.certificates, trust.sign, 'sign', at)
      path = found.path
      if (!allows(found.anchor, it.algorithm, it.signer.key, at))
        throw new Untrusted('algorithm', `${it.algorithm} is not allowed`)
      const evidence = await readRevocation(path, setting.sources)
      try {
        checkRevocation(path, found.anchor, evidence, at)
      } catch (error) {
        // A silent issuer does not keep a bid out: it is taken, and the full check decides as of its time (protocol §6.3).
        if (!(error instanceof Untrusted) || error.code !== 'revocation-unknown') throw error
        return { fault: null, until: at + shortMs, path, evidence }
      }
      const ends = [at + longestMs, ...path.map((each) => each.until), ...endsOf(evidence)]
      return { fault: null, until: Math.min(...ends), path, evidence }
    } catch (error) {
      if (error instanceof Untrusted) return { fault: error.code, until: at + shortMs, path, evidence: none }
      if (error instanceof Malformed) return { fault: 'signature-form', until: at + shortMs, path, evidence: none }
      throw error
    }
  }

  const fingerprintIn = (der: Uint8Array): string | null => {
    try {
      return fingerprintOf(readCades(der).signer.der)
    } catch {
      return null
    }
  }

  async function admit(der: Uint8Array, at: number): Promise<void> {
    latest = Math.max(latest, at)
    const fingerprint = fingerprintIn(der)
    if (!fingerprint) return
    const found = known.get(fingerprint)
    if (found && found.until > at) return
    const looking = asking.get(fingerprint) ?? look(der, at).finally(() => asking.delete(fingerprint))
    asking.set(fingerprint, looking)
    const made = await looking
    if (known.size >= mostKnown) known.delete(known.keys().next().value ?? '')
    known.set(fingerprint, made)
  }

  return {
    trust,
    setting,
    admit,
    knows: (der) => {
      const found = known.get(fingerprintIn(der) ?? '')
      return found !== undefined && found.until > latest
    },
    judge: (der, content, by) => {
      latest = Math.max(latest, by.at)
      try {
        const { signer } = checkCadesForm(der, content)
        const found = known.get(fingerprintOf(signer.der))
        if (!found || found.until <= by.at) return notLookedAt
        if (found.fault) return found.fault
        if (by.at < signer.from || by.at > signer.until) return 'validity'
        const { person, organisation } = subjectOf(signer)
        return person === by.person && organisation === by.organisation ? null : 'subject'
      } catch (error) {
        if (error instanceof Untrusted) return error.code
        if (error instanceof Malformed) return error.message
        throw error
      }
    },
    evidence: async (der, at, form = 'cades') => {
      const fingerprint = fingerprintIn(der)
      const found = fingerprint ? known.get(fingerprint) : undefined
      const lasts =
        found && found.until > Math.max(at, latest) && found.evidence.crls.length + found.evidence.ocsp.length > 0
      if (lasts) return found.evidence
      const it = readCades(der, form)
      const { path } = findPath(it.signer, it.certificates, trust.sign, 'sign', at)
      return readRevocation(path, setting.sources)
    },
  }
}

const endsOf = (evidence: RevocationEvidence): number[] => [
  ...evidence.crls.map((each) => readCrl(each).next),
  ...evidence.ocsp.flatMap((each) =>
    readOcsp(each).statements.map((statement) => statement.next ?? statement.from + shortMs),
  ),
]

// Certificates of people: looked at once, remembered with an end, and then enough for the quick check of every bid.
//
// The way of a bid pays for a strict reading and one signature in OpenSSL (0.3 ms measured); path and revocation are found at the first use, and again when
// what was found has run out. The full check of every signature follows in the background (after/signatures.ts).
import { toBase64 } from '@naru/sealing/bytes.ts'
import { signatureHoldsElsewhere } from '@naru/sealing/platform.ts'
import { Malformed } from '@naru/sealing/malformed.ts'
import {
  type CadesForm,
  checkReadCades,
  fingerprintOf,
  readCades,
  subjectOf,
  type Trust,
} from '@naru/sealing/signatures/cades.ts'
import { allows, findPath, Untrusted } from '@naru/sealing/signatures/certificate.ts'
import { checkRevocation, keepCrl, readOcsp, type RevocationEvidence } from '@naru/sealing/signatures/revocation.ts'
import { anchorsOf, type TrustedAuthority, type TrustRoot } from '@naru/sealing/signatures/trust-list.ts'
import { openRevocation, type RevocationSources } from './neighbours/revocation.ts'

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
  /**
   * Finds path and revocation of the signer's certificate as of `at` (ms) and remembers them. Never throws for what it finds. `evidence` is taken where it
   * was just asked for, as at sign-in, so that the first bid of a session asks nobody.
   */
  admit(der: Uint8Array, at: number, evidence?: RevocationEvidence): Promise<void>
  /** Finds out on another thread whether the signature holds, so that `judge`, which has to answer at once, does not. */
  checkAhead(der: Uint8Array): Promise<void>
  /** Whether the signer's certificate was looked at and that has not run out, as far as this program knows the time. */
  knows(der: Uint8Array): boolean
  /**
   * The quick check: form, signature, known certificate, and its person and organisation. Null when right, else a code; `notLookedAt` asks for
   * `admit` and another try.
   */
  judge(der: Uint8Array, content: Uint8Array, by: { person: string; organisation: string; at: number }): string | null
  /**
   * The evidence for a signature's path as of `at`, asked for no earlier than then; `silent` where an issuer gave none. `now` is the time of asking, where it
   * is known to be later: a list that is fetched for one then serves all whose moment is not after it.
   */
  evidence(
    der: Uint8Array,
    at: number,
    form?: 'cades' | 'pades',
    now?: number,
  ): Promise<RevocationEvidence & { readonly silent: boolean }>
  /** The evidence that is remembered of a signature's certificate and has not run out as of `at`; empty where there is none. */
  remembered(der: Uint8Array, at: number): RevocationEvidence
}

/** The code of the quick check for a certificate that was never looked at, or too long ago. */
export const notLookedAt = 'certificate-not-looked-at'

interface Known {
  readonly fault: string | null
  /** Until when the finding counts, by the deployment's clock, ms. */
  readonly until: number
  readonly evidence: RevocationEvidence
}

const mostKnown = 20_000
/** A finding without evidence, or a fault, is asked about again after this: the neighbour may be back, the person may have a new certificate. */
const shortMs = 60_000
const longestMs = 3_600_000
/** A bid is read when its certificate is looked for, and again when it is judged, soon after. */
const mostForms = 256
/** What an issuer's list may be old, by the time since it was fetched, when a certificate is first looked at; the full check asks anew. */
const listMs = 60_000

/** A signature that was read; `holds` is whether its signature over its attributes does, once that was found out beforehand. */
interface Form {
  readonly it: CadesForm
  readonly fingerprint: string
  holds?: boolean
}

const noEvidence: RevocationEvidence = { crls: [], ocsp: [] }

export function openCertificates(setting: TrustSetting): CertificateBook {
  const anchors = anchorsOf(setting.roots)
  const policies = setting.authorities.flatMap((each) => each.policies)
  const trust: Trust = { sign: anchors, timestamps: { anchors, ...(policies.length > 0 && { policies }) } }
  const desk = openRevocation(setting.sources)
  const known = new Map<string, Known>()
  const asking = new Map<string, Promise<Known>>()
  const forms = new Map<string, Form>()
  // Seen times of the deployment's clock: it moves forward only.
  let latest = 0

  /** Reads a signature once. Throws as `readCades` does. */
  function formOf(der: Uint8Array, form: 'cades' | 'pades' = 'cades'): Form {
    const name = `${form} ${toBase64(der)}`
    const found = forms.get(name)
    if (found) return found
    const it = readCades(Uint8Array.from(der), form)
    const made: Form = { it, fingerprint: fingerprintOf(it.signer.der) }
    if (forms.size >= mostForms) forms.delete(forms.keys().next().value ?? '')
    forms.set(name, made)
    return made
  }

  async function look(it: CadesForm, at: number, given?: RevocationEvidence): Promise<Known> {
    try {
      const { path, anchor } = findPath(it.signer, it.certificates, trust.sign, 'sign', at)
      if (!allows(anchor, it.algorithm, it.signer.key, at))
        throw new Untrusted('algorithm', `${it.algorithm} is not allowed`)
      const evidence = given ?? (await desk.ask(path, { since: at - listMs, now: at, hurried: true }))
      try {
        checkRevocation(path, anchor, evidence, at)
      } catch (error) {
        // A silent issuer does not keep a bid out: it is taken, and the full check decides as of its time (protocol §6.3).
        if (!(error instanceof Untrusted) || error.code !== 'revocation-unknown') throw error
        return { fault: null, until: at + shortMs, evidence }
      }
      const ends = [at + longestMs, ...path.map((each) => each.until), ...endsOf(evidence)]
      return { fault: null, until: Math.min(...ends), evidence }
    } catch (error) {
      if (error instanceof Untrusted) return { fault: error.code, until: at + shortMs, evidence: noEvidence }
      if (error instanceof Malformed) return { fault: 'signature-form', until: at + shortMs, evidence: noEvidence }
      throw error
    }
  }

  const readQuietly = (der: Uint8Array, form?: 'cades' | 'pades') => {
    try {
      return formOf(der, form)
    } catch {
      return null
    }
  }

  async function admit(der: Uint8Array, at: number, evidence?: RevocationEvidence): Promise<void> {
    latest = Math.max(latest, at)
    const read = readQuietly(der)
    if (!read) return
    const { it, fingerprint } = read
    const found = known.get(fingerprint)
    if (found && found.until > at && !evidence) return
    const looking = evidence
      ? look(it, at, evidence)
      : (asking.get(fingerprint) ?? look(it, at).finally(() => asking.delete(fingerprint)))
    if (!evidence) asking.set(fingerprint, looking)
    const made = await looking
    known.delete(fingerprint)
    if (known.size >= mostKnown) known.delete(known.keys().next().value ?? '')
    known.set(fingerprint, made)
  }

  return {
    trust,
    setting,
    admit,
    checkAhead: async (der) => {
      const read = readQuietly(der)
      if (!read) return
      const { algorithm, signer, signedBytes, signature } = read.it
      read.holds ??= await signatureHoldsElsewhere(algorithm, signer.key, signedBytes, signature)
    },
    knows: (der) => {
      const found = known.get(readQuietly(der)?.fingerprint ?? '')
      return found !== undefined && found.until > latest
    },
    judge: (der, content, by) => {
      latest = Math.max(latest, by.at)
      try {
        const { it, fingerprint, holds } = formOf(der)
        const { signer } = checkReadCades(it, content, holds)
        const found = known.get(fingerprint)
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
    evidence: async (der, at, form = 'cades', now = at) => {
      const { it } = formOf(der, form)
      const { path } = findPath(it.signer, it.certificates, trust.sign, 'sign', at)
      const found = await desk.ask(path, { since: at, now: Math.max(at, latest, now), hurried: false })
      return { ...found, silent: found.crls.length + found.ocsp.length < path.length - 1 }
    },
    remembered: (der, at) => {
      const found = known.get(readQuietly(der)?.fingerprint ?? '')
      return found && found.until > Math.max(at, latest) ? found.evidence : noEvidence
    },
  }
}

const endsOf = (evidence: RevocationEvidence): number[] => [
  ...evidence.crls.map((each) => keepCrl(each).next),
  ...evidence.ocsp.flatMap((each) =>
    readOcsp(each).statements.map((statement) => statement.next ?? statement.from + shortMs),
  ),
]

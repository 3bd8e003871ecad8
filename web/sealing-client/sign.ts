// Signs a sealed bid on its way out with the bidder's certificate: its key lies in a file on the device (PKCS#12), or at a remote signing service (CSC API v2).
import { toBase64 } from '@naru/sealing/bytes.ts'
import { canonical } from '@naru/sealing/jcs.ts'
import { signCades, subjectOf } from '@naru/sealing/signatures/cades.ts'
import { findPath, readCertificate, Untrusted } from '@naru/sealing/signatures/certificate.ts'
import { attributeTypes } from '@naru/sealing/signatures/issue.ts'
import type { KeyFile, KeyFileFault } from '@naru/sealing/signatures/key-file.ts'
import { type AskService, listCredentials, remoteSigner } from '@naru/sealing/signatures/remote-signing.ts'
import type { Signer } from '@naru/sealing/signatures/signed-content.ts'
import { anchorsOf, type TrustList } from '@naru/sealing/signatures/trust-list.ts'
import type { BidPage, Pending } from './device.ts'

/** Why nothing was signed, for the reader's words; `service` is told in the service's own. */
export type SigningFault =
  | KeyFileFault
  | 'none'
  | 'service'
  | 'not-yet'
  | 'expired'
  | 'organisation'
  | 'person'
  | 'use'
  | 'untrusted'

/** A bid that was not signed: nothing was sent. */
export class NotSigned extends Error {
  readonly fault: SigningFault

  constructor(fault: SigningFault, detail: string) {
    super(detail)
    this.fault = fault
  }
}

/** Where the key is: at the service (the `pin` releases it for exactly one hash), or in a file that was opened on this device. */
export type SigningKey =
  | { readonly kind: 'service'; readonly service: string; readonly password: string; readonly pin: string }
  | { readonly kind: 'file'; readonly file: KeyFile; readonly trust: TrustList | null }

/** The submission with a CAdES signature over its manifest in the place of the session's word. `at` in ms. Throws `NotSigned`. */
export async function signPending(page: BidPage, pending: Pending, key: SigningKey, at: number): Promise<Pending> {
  try {
    const { signer, chain } = key.kind === 'file' ? fromFile(page, key, at) : await fromService(page, key)
    const body = JSON.parse(pending.body) as { submission: { manifest: unknown } }
    const der = await signCades(signer, canonical(body.submission.manifest), at, chain)
    return { ...pending, body: JSON.stringify({ ...body, signature: { kind: 'cades', der: toBase64(der) } }) }
  } catch (error) {
    if (error instanceof NotSigned) throw error
    throw new NotSigned('service', error instanceof Error ? error.message : String(error))
  }
}

interface Ready {
  readonly signer: Signer
  readonly chain: readonly Uint8Array[]
}

/** The key of a file, if its certificate is one with which this person may sign for this bidder now. */
function fromFile(
  page: BidPage,
  { file, trust }: { readonly file: KeyFile; readonly trust: TrustList | null },
  at: number,
): Ready {
  const { certificate, chain, signer } = file
  const { person, organisation } = subjectOf(certificate)
  const day = (ms: number) => new Date(ms).toISOString().slice(0, 10)
  if (at < certificate.from) throw new NotSigned('not-yet', day(certificate.from))
  if (at > certificate.until) throw new NotSigned('expired', day(certificate.until))
  if (organisation !== page.bidder) throw new NotSigned('organisation', organisation ?? '—')
  if (person !== page.person) throw new NotSigned('person', person ?? '—')
  if (!certificate.uses?.has('contentCommitment')) throw new NotSigned('use', [...(certificate.uses ?? [])].join(', '))
  if (trust) {
    try {
      const pool = chain.map((each) => readCertificate(each))
      findPath(certificate, pool, anchorsOf(trust.roots), 'sign', at)
    } catch (error) {
      if (error instanceof Untrusted) throw new NotSigned('untrusted', error.message)
      throw error
    }
  }
  return { signer, chain }
}

/** The person's way to the service: signed in there, each method posts JSON. The sandbox's service takes every person's id with one password. */
async function signIn(service: string, person: string, password: string): Promise<AskService> {
  const post = async (method: string, authorization: string, body: unknown): Promise<unknown> => {
    const response = await fetch(`${service}/csc/v2/${method}`, {
      method: 'POST',
      headers: { 'content-type': 'application/json', authorization },
      body: JSON.stringify(body),
    })
    const answer = (await response.json()) as { error?: string; error_description?: string }
    if (!response.ok)
      throw new NotSigned('service', answer.error_description ?? answer.error ?? String(response.status))
    return answer
  }
  const { access_token: token } = (await post('auth/login', `Basic ${btoa(`${person}:${password}`)}`, {})) as {
    access_token: string
  }
  return (method, body) => post(method, `Bearer ${token}`, body)
}

async function fromService(
  page: BidPage,
  { service, password, pin }: { readonly service: string; readonly password: string; readonly pin: string },
): Promise<Ready> {
  const ask = await signIn(service, page.person, password)
  const credential = (await listCredentials(ask)).find(({ certificates: [own] }) =>
    own ? readCertificate(own).attributes.get(attributeTypes.organisationIdentifier)?.includes(page.bidder) : false,
  )
  if (!credential) throw new NotSigned('no-certificate', page.bidder)
  return { signer: remoteSigner(ask, credential, pin), chain: credential.certificates.slice(1) }
}

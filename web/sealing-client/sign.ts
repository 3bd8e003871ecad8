// Signs a sealed bid on its way out: with the bidder's certificate whose key lies at a remote signing service (CSC API v2).
import { toBase64 } from '@naru/sealing/bytes.ts'
import { canonical } from '@naru/sealing/jcs.ts'
import { signCades } from '@naru/sealing/signatures/cades.ts'
import { readCertificate } from '@naru/sealing/signatures/certificate.ts'
import { attributeTypes } from '@naru/sealing/signatures/issue.ts'
import { type AskService, listCredentials, remoteSigner } from '@naru/sealing/signatures/remote-signing.ts'
import type { BidPage, Pending } from './device.ts'

/** What the signing service did not do, in its own words. */
export class NotSigned extends Error {}

/** The person's way to the service: signed in there, each method posts JSON. The sandbox's service takes every person's id with one password. */
async function signIn(service: string, person: string): Promise<AskService> {
  const post = async (method: string, authorization: string, body: unknown): Promise<unknown> => {
    const response = await fetch(`${service}/csc/v2/${method}`, {
      method: 'POST',
      headers: { 'content-type': 'application/json', authorization },
      body: JSON.stringify(body),
    })
    const answer = (await response.json()) as { error?: string; error_description?: string }
    if (!response.ok) throw new NotSigned(answer.error_description ?? answer.error ?? String(response.status))
    return answer
  }
  const { access_token: token } = (await post('auth/login', `Basic ${btoa(`${person}:sandbox`)}`, {})) as {
    access_token: string
  }
  return (method, body) => post(method, `Bearer ${token}`, body)
}

/**
 * The submission with a CAdES signature over its manifest in the place of the session's word. `pin` releases the key for exactly this hash.
 * Throws `NotSigned` when the service refuses or has no certificate for the organisation.
 */
export async function signPending(page: BidPage, pending: Pending, pin: string): Promise<Pending> {
  if (page.signing === null) return pending
  try {
    return await signAt(page.signing, page, pending, pin)
  } catch (error) {
    throw error instanceof NotSigned ? error : new NotSigned(error instanceof Error ? error.message : String(error))
  }
}

async function signAt(service: string, page: BidPage, pending: Pending, pin: string): Promise<Pending> {
  const body = JSON.parse(pending.body) as { submission: { manifest: unknown } }
  const ask = await signIn(service, page.person)
  const credential = (await listCredentials(ask)).find(({ certificates: [own] }) =>
    own ? readCertificate(own).attributes.get(attributeTypes.organisationIdentifier)?.includes(page.bidder) : false,
  )
  if (!credential) throw new NotSigned('no certificate')
  const at = Math.round(page.now + performance.now())
  const der = await signCades(
    remoteSigner(ask, credential, pin),
    canonical(body.submission.manifest),
    at,
    credential.certificates.slice(1),
  )
  return { ...pending, body: JSON.stringify({ ...body, signature: { kind: 'cades', der: toBase64(der) } }) }
}

// A bidder's signature: a certificate whose key lies at the sandbox's remote signing service (CSC API v2), as it would at a national one.
import { toBase64 } from '@naru/sealing/bytes.ts'
import { canonical } from '@naru/sealing/jcs.ts'
import { signCades } from '@naru/sealing/signatures/cades.ts'
import { readCertificate } from '@naru/sealing/signatures/certificate.ts'
import { attributeTypes } from '@naru/sealing/signatures/issue.ts'
import {
  type AskService,
  listCredentials,
  type RemoteCredential,
  remoteSigner,
} from '@naru/sealing/signatures/remote-signing.ts'

/** Signs canonical objects for people of the sandbox. */
export interface Signing {
  /** A detached CAdES-B signature over the object's canonical bytes, as the act takes it. `at` in ms. */
  readonly sign: (
    who: { person: string; organisation: string },
    object: unknown,
    at: number,
  ) => Promise<{ kind: 'cades'; der: string }>
}

const password = 'sandbox'
const pin = '0000'

/** The sandbox's signing service by its address. People sign in once; their certificates are remembered. */
export function signingAt(url: string): Signing {
  const sessions = new Map<string, Promise<{ ask: AskService; credentials: RemoteCredential[] }>>()

  async function signIn(person: string) {
    const login = await fetch(`${url}/csc/v2/auth/login`, {
      method: 'POST',
      headers: { authorization: `Basic ${btoa(`${person}:${password}`)}` },
    })
    if (!login.ok) throw new Error(`the signing service: ${login.status} ${await login.text()}`)
    const { access_token: token } = (await login.json()) as { access_token: string }
    const ask: AskService = async (method, body) => {
      const response = await fetch(`${url}/csc/v2/${method}`, {
        method: 'POST',
        headers: { 'content-type': 'application/json', authorization: `Bearer ${token}` },
        body: JSON.stringify(body),
      })
      if (!response.ok) throw new Error(`the signing service: ${response.status} ${await response.text()}`)
      return response.json()
    }
    return { ask, credentials: await listCredentials(ask) }
  }

  return {
    sign: async ({ person, organisation }, object, at) => {
      const session = sessions.get(person) ?? signIn(person)
      sessions.set(person, session)
      session.catch(() => sessions.delete(person))
      const { ask, credentials } = await session
      const credential = credentials.find(({ certificates: [own] }) =>
        own
          ? readCertificate(own).attributes.get(attributeTypes.organisationIdentifier)?.includes(organisation)
          : false,
      )
      if (!credential) throw new Error(`${person} has no certificate for ${organisation}`)
      const signer = remoteSigner(ask, credential, pin)
      const der = await signCades(signer, canonical(object), at, credential.certificates.slice(1))
      return { kind: 'cades', der: toBase64(der) }
    },
  }
}

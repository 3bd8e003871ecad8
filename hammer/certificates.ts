// A certificate authority of the hammer's own, so that each of thousands of bidders signs with a key and a certificate of their own: the
// program under load believes its root (SIGNATURE_ROOTS) and fetches its revocation list like any other.
import { createPrivateKey, generateKeyPairSync, type KeyObject, randomBytes, sign } from 'node:crypto'
import { mkdtempSync, rmSync, writeFileSync } from 'node:fs'
import { createServer } from 'node:http'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { toBase64, utf8 } from '@naru/sealing/bytes.ts'
import { canonical } from '@naru/sealing/jcs.ts'
import { signCades } from '@naru/sealing/signatures/cades.ts'
import { attributeTypes, issueCertificate, issueCrl, type IssuerKey, nameOf } from '@naru/sealing/signatures/issue.ts'
import { inParallel, lineTo } from './line.ts'
import type { Bidder } from './seal-many.ts'

/** A bidder's certificate (DER) and its key (PKCS#8 DER). */
export interface OwnCertificate {
  readonly certificate: Uint8Array
  readonly key: Uint8Array
}
export interface Authority {
  /** PKCS#8 DER of the root's key. */
  readonly key: Uint8Array
  readonly crl: string
  /** The file for SIGNATURE_ROOTS. */
  readonly roots: string
  stop(): void
}

const year = 365 * 86_400_000
const validity = { from: Date.now() - year, until: Date.now() + year }
const rootName = nameOf([attributeTypes.organisation, 'Hammer'], [attributeTypes.commonName, 'Hammer Root'])

const ecdsa = (key: KeyObject): IssuerKey => ({
  algorithm: 'ecdsa-p256-sha256',
  sign: (message) => new Uint8Array(sign('sha256', message, key)),
})
const newSerial = (): Uint8Array => new Uint8Array([0x40, ...randomBytes(15)])
const spkiOf = (key: KeyObject): Uint8Array => new Uint8Array(key.export({ format: 'der', type: 'spki' }))

/** Makes the authority; its list is served on the loopback until it is stopped. */
export async function startAuthority(): Promise<Authority> {
  const { privateKey, publicKey } = generateKeyPairSync('ec', { namedCurve: 'P-256' })
  const root = await issueCertificate(
    {
      serial: newSerial(),
      subject: rootName,
      issuer: rootName,
      spki: spkiOf(publicKey),
      ...validity,
      authority: { pathLength: 0 },
      uses: ['keyCertSign', 'cRLSign'],
    },
    ecdsa(privateKey),
  )
  const list = Buffer.from(
    await issueCrl(
      { issuer: rootName, number: 1, from: validity.from, next: validity.until, revoked: [] },
      ecdsa(privateKey),
    ),
  )
  const server = createServer((_request, response) => response.end(list))
  await new Promise<void>((listening) => server.listen(0, '127.0.0.1', listening))
  const bound = server.address()
  const crl = `http://127.0.0.1:${typeof bound === 'object' && bound ? bound.port : 0}/crl`
  const folder = mkdtempSync(join(tmpdir(), 'naru-hammer-ca-'))
  writeFileSync(join(folder, 'root.der'), root)
  const roots = join(folder, 'roots.json')
  writeFileSync(roots, JSON.stringify([{ name: 'Hammer', root: 'root.der', crl }]))
  return {
    key: new Uint8Array(privateKey.export({ format: 'der', type: 'pkcs8' })),
    crl,
    roots,
    stop: () => {
      server.close()
      rmSync(folder, { recursive: true, force: true })
    },
  }
}

/** A key and a certificate for each, by this authority. */
export async function issueFor(
  { key, crl }: Authority,
  bidders: readonly { readonly person: string; readonly organisation: string }[],
): Promise<OwnCertificate[]> {
  const root = ecdsa(createPrivateKey({ key: Buffer.from(key), format: 'der', type: 'pkcs8' }))
  const issue = async (person: string, organisation: string): Promise<OwnCertificate> => {
    const { privateKey, publicKey } = generateKeyPairSync('ec', { namedCurve: 'P-256' })
    const certificate = await issueCertificate(
      {
        serial: newSerial(),
        subject: nameOf(
          [attributeTypes.organisationIdentifier, organisation],
          [attributeTypes.serialNumber, person],
          [attributeTypes.commonName, 'Bidder'],
        ),
        issuer: rootName,
        spki: spkiOf(publicKey),
        ...validity,
        uses: ['contentCommitment'],
        crl,
      },
      root,
    )
    return { certificate, key: new Uint8Array(privateKey.export({ format: 'der', type: 'pkcs8' })) }
  }
  return Promise.all(bidders.map(({ person, organisation }) => issue(person, organisation)))
}

const signedBy = async ({ key, certificate }: OwnCertificate, content: Uint8Array, at: number): Promise<string> => {
  const own = ecdsa(createPrivateKey({ key: Buffer.from(key), format: 'der', type: 'pkcs8' }))
  return toBase64(await signCades({ ...own, certificate }, content, at))
}

/** The signature of an act over an object's canonical bytes (CAdES-B). */
export const signWith = async (own: OwnCertificate, object: unknown): Promise<{ kind: 'cades'; der: string }> => ({
  kind: 'cades',
  der: await signedBy(own, canonical(object), Date.now()),
})

/** Signs each bidder in with its certificate, so that its path is known before the storm. The sessions it had serve its bids. */
export async function signInWith(url: string, bidders: readonly Bidder[], connections: number): Promise<void> {
  const line = lineTo(url, connections)
  const post = async (path: string, body: unknown): Promise<Record<string, string>> => {
    const headers = { 'content-type': 'application/json' }
    const answer = await line.fire({ method: 'POST', path, headers, body: Buffer.from(JSON.stringify(body)) })
    if (answer.status !== 200) throw new Error(`${path} answered ${answer.status}: ${answer.body.toString()}`)
    return JSON.parse(answer.body.toString()) as Record<string, string>
  }
  const since = performance.now()
  await inParallel(bidders, connections, async ({ signs }) => {
    if (!signs) return
    const { challenge, text = '' } = await post('/api/sign-in/certificate/options', {})
    // The sandbox's clock is another than ours: the text says until when it may be signed.
    const at = Date.parse(text.split('\n')[3] ?? '') - 60_000
    await post('/api/sign-in/certificate', { challenge, der: await signedBy(signs, utf8(text), at) })
  })
  line.close()
  console.log(
    `${bidders.length} signed in with their certificates in ${((performance.now() - since) / 1000).toFixed(0)} s`,
  )
}

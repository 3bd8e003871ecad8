// Keys and roots of the sandbox's counterparts: made once in the counterpart's own folder, P-256, and never known to the server.
import { createPrivateKey, createPublicKey, generateKeyPairSync, type KeyObject, randomBytes, sign } from 'node:crypto'
import { existsSync, mkdirSync, readFileSync, renameSync, writeFileSync } from 'node:fs'
import { join } from 'node:path'
import { type CertificateWish, type IssuerKey, issueCertificate } from '@naru/sealing/signatures/issue.ts'

/** A private key of this process with its certificate. */
export interface OwnKey extends IssuerKey {
  readonly spki: Uint8Array
  readonly certificate: Uint8Array
}

/** From when and until when the sandbox's certificates are valid: its clock begins before today and may be moved far ahead. */
export const sandboxValidity = { from: Date.UTC(2020, 0, 1), until: Date.UTC(2049, 0, 1) }

/** ECDSA P-256 with SHA-256 over a message, as CMS and X.509 carry it. */
export const ecdsaKey = (key: KeyObject): IssuerKey => ({
  algorithm: 'ecdsa-p256-sha256',
  sign: (message) => new Uint8Array(sign('sha256', message, key)),
})

/** A positive serial number of 16 octets. */
export const newSerial = (): Uint8Array => {
  const serial = randomBytes(16)
  serial[0] = ((serial[0] ?? 0) & 0x3f) | 0x40
  return new Uint8Array(serial)
}

/** The DER SubjectPublicKeyInfo of a key pair's public half. */
export const spkiOf = (key: KeyObject): Uint8Array => new Uint8Array(key.export({ format: 'der', type: 'spki' }))

/**
 * The key of a name in the folder, made at the first start with the certificate that `wish` asks for; without an issuer it signs itself.
 * A folder that holds the key without its certificate is begun anew.
 */
export async function ownKey(
  folder: string,
  name: string,
  wish: (spki: Uint8Array) => Omit<CertificateWish, 'serial' | 'spki' | 'from' | 'until'>,
  issuer?: IssuerKey,
): Promise<OwnKey> {
  mkdirSync(folder, { recursive: true, mode: 0o700 })
  const keyFile = join(folder, `${name}.key.der`)
  const certificateFile = join(folder, `${name}.crt.der`)
  if (existsSync(keyFile) && existsSync(certificateFile)) {
    const key = createPrivateKey({ key: readFileSync(keyFile), format: 'der', type: 'pkcs8' })
    const certificate = new Uint8Array(readFileSync(certificateFile))
    const spki = spkiOf(createPublicKey(key))
    return { ...ecdsaKey(key), spki, certificate }
  }
  const { privateKey, publicKey } = generateKeyPairSync('ec', { namedCurve: 'P-256' })
  const spki = spkiOf(publicKey)
  const certificate = await issueCertificate(
    { serial: newSerial(), spki, ...sandboxValidity, ...wish(spki) },
    issuer ?? ecdsaKey(privateKey),
  )
  writeWhole(keyFile, privateKey.export({ format: 'der', type: 'pkcs8' }))
  writeWhole(certificateFile, certificate)
  return { ...ecdsaKey(privateKey), spki, certificate }
}

function writeWhole(file: string, bytes: Uint8Array): void {
  writeFileSync(`${file}.new`, bytes, { mode: 0o600 })
  renameSync(`${file}.new`, file)
}

// Opening a PKCS#12 file (.p12, .pfx; RFC 7292) on the bidder's device: pkijs reads and decrypts it, the key is then held by the platform and cannot be taken out.
// Loaded only where somebody chooses such a file: pkijs is larger than all the rest of the sealing client.
import { type AsnType, fromBER } from 'asn1js'
import {
  type AuthenticatedSafe,
  type CertBag,
  EncryptedContentInfo,
  EncryptedData,
  PFX,
  type PKCS8ShroudedKeyBag,
  PrivateKeyInfo,
  type SafeBag,
} from 'pkijs'
import type { AlgorithmName } from './algorithms.ts'
import { digestNameOf, signatureHolds } from './algorithms.ts'
import { type Certificate, readCertificate } from './certificate.ts'
import { integer, sequence } from './der.ts'
import type { Signer } from './signed-content.ts'

/**
 * Why a file gives no key: it is no such file; the passphrase is wrong; it is encrypted by an older method (PBE of PKCS#12 itself, SEED and others than
 * PBES2 with AES); it holds no key, no certificate of the key, or a key of a kind that is not used here.
 */
export type KeyFileFault = 'form' | 'passphrase' | 'encryption' | 'no-key' | 'no-certificate' | 'key-kind'

export class KeyFileRefused extends Error {
  readonly fault: KeyFileFault

  constructor(fault: KeyFileFault, detail: string) {
    super(detail)
    this.fault = fault
  }
}

/** A key that signs but cannot be read, its certificate, and the authorities that stood beside it. */
export interface KeyFile {
  readonly signer: Signer
  readonly certificate: Certificate
  readonly chain: readonly Uint8Array[]
}

const longest = 1024 * 1024
/** Beyond this somebody wants to keep the device busy: OpenSSL writes 2,048, careful programs some hundred thousand. */
const mostRounds = 10_000_000
const bagTypes = {
  key: '1.2.840.113549.1.12.10.1.1',
  shroudedKey: '1.2.840.113549.1.12.10.1.2',
  certificate: '1.2.840.113549.1.12.10.1.3',
} as const
const pbes2 = '1.2.840.113549.1.5.13'
const encryptedData = '1.2.840.113549.1.7.6'

const buffer = (bytes: Uint8Array): ArrayBuffer => Uint8Array.from(bytes).buffer

/** Opens the file with its passphrase. Throws `KeyFileRefused`. */
export async function openKeyFile(bytes: Uint8Array, passphrase: string): Promise<KeyFile> {
  const bags = await readBags(bytes, passphrase)
  const keys = bags.filter(({ bagId }) => bagId === bagTypes.key || bagId === bagTypes.shroudedKey)
  if (keys.length === 0) throw new KeyFileRefused('no-key', 'no private key')
  const certificates = bags
    .filter(({ bagId }) => bagId === bagTypes.certificate)
    .flatMap(({ bagValue }) => certificateOf(bagValue as CertBag))
  for (const bag of keys) {
    const info = await privateKeyOf(bag, passphrase)
    const { key, algorithm } = await importKey(info)
    const own = await findCertificate(key, algorithm, certificates)
    if (!own) continue
    const chain = certificates.filter((each) => each !== own && each.authority).map((each) => each.der)
    return {
      certificate: own,
      chain,
      signer: { certificate: own.der, algorithm, sign: (message) => signWith(key, algorithm, message) },
    }
  }
  throw new KeyFileRefused('no-certificate', 'no certificate of the key')
}

/** The bags of all parts of the file, decrypted where they are encrypted; keys stay wrapped. */
async function readBags(bytes: Uint8Array, passphrase: string): Promise<SafeBag[]> {
  if (bytes.length > longest) throw new KeyFileRefused('form', 'longer than 1 MiB')
  const password = buffer(new TextEncoder().encode(passphrase))
  const pfx = read(() => {
    const { offset, result } = fromBER(buffer(bytes))
    if (offset === -1) throw new Error('not ASN.1')
    return new PFX({ schema: result })
  })
  if ((pfx.macData?.iterations ?? 1) > mostRounds) throw new KeyFileRefused('form', 'too many rounds')
  // An empty passphrase has two spellings in this format; neither is a secret.
  if (passphrase === '') throw new KeyFileRefused('passphrase', 'empty')
  try {
    await pfx.parseInternalValues({ password, checkIntegrity: pfx.macData !== undefined })
  } catch (error) {
    const said = messageOf(error)
    if (said.includes('Integrity')) throw new KeyFileRefused('passphrase', said)
    throw new KeyFileRefused(said.includes('hashing algorithm') ? 'encryption' : 'form', said)
  }
  const safe = pfx.parsedValue?.authenticatedSafe as AuthenticatedSafe | undefined
  if (!safe) throw new KeyFileRefused('form', 'no contents')
  for (const part of safe.safeContents)
    if (part.contentType === encryptedData)
      // A structure is read once only by this library, so a copy is looked at.
      mustBeKnown(
        read(() => {
          const { result } = fromBER((part.content as AsnType).toBER(false))
          return new EncryptedData({ schema: result }).encryptedContentInfo.contentEncryptionAlgorithm
        }),
      )
  try {
    await safe.parseInternalValues({ safeContents: safe.safeContents.map(() => ({ password })) })
  } catch (error) {
    throw decryptionFault(error, pfx.macData !== undefined)
  }
  const contents = (safe.parsedValue?.safeContents ?? []) as { value: { safeBags: SafeBag[] } }[]
  return contents.flatMap(({ value }) => value.safeBags)
}

function mustBeKnown({ algorithmId }: { readonly algorithmId: string }): void {
  if (algorithmId !== pbes2) throw new KeyFileRefused('encryption', algorithmId)
}

/** Where a check value held, a wrong passphrase is out of the question: then the cipher itself is not known here. */
const decryptionFault = (error: unknown, checked: boolean): KeyFileRefused => {
  const said = messageOf(error)
  return new KeyFileRefused(checked || /unsupported|unknown|recognized/i.test(said) ? 'encryption' : 'passphrase', said)
}

function certificateOf(bag: CertBag): Certificate[] {
  const value = bag.certValue as { valueBlock?: { valueHexView?: Uint8Array } } | undefined
  const der = value?.valueBlock?.valueHexView
  if (!der) return []
  try {
    return [readCertificate(Uint8Array.from(der))]
  } catch {
    // One that our reader does not take is not the key's: the signature would be refused with it.
    return []
  }
}

async function privateKeyOf(bag: SafeBag, passphrase: string): Promise<PrivateKeyInfo> {
  if (bag.bagId === bagTypes.key) return bag.bagValue as PrivateKeyInfo
  const wrapped = bag.bagValue as PKCS8ShroudedKeyBag
  mustBeKnown(wrapped.encryptionAlgorithm)
  const encrypted = new EncryptedData({
    encryptedContentInfo: new EncryptedContentInfo({
      contentEncryptionAlgorithm: wrapped.encryptionAlgorithm,
      encryptedContent: wrapped.encryptedData,
    }),
  })
  try {
    const password = buffer(new TextEncoder().encode(passphrase))
    return PrivateKeyInfo.fromBER(await encrypted.decrypt({ password }))
  } catch (error) {
    throw decryptionFault(error, false)
  }
}

const curves: Record<string, { curve: 'P-256' | 'P-384'; algorithm: AlgorithmName }> = {
  '1.2.840.10045.3.1.7': { curve: 'P-256', algorithm: 'ecdsa-p256-sha256' },
  '1.3.132.0.34': { curve: 'P-384', algorithm: 'ecdsa-p384-sha384' },
}

/** Hands the key to the platform, from where it cannot be read again. */
async function importKey(info: PrivateKeyInfo): Promise<{ key: CryptoKey; algorithm: AlgorithmName }> {
  const { algorithmId, algorithmParams } = info.privateKeyAlgorithm
  const pkcs8 = info.toSchema().toBER(false)
  const importAs = async (how: EcKeyImportParams | RsaHashedImportParams, algorithm: AlgorithmName) => {
    try {
      return { key: await crypto.subtle.importKey('pkcs8', pkcs8, how, false, ['sign']), algorithm }
    } catch (error) {
      throw new KeyFileRefused('key-kind', messageOf(error))
    }
  }
  if (algorithmId === '1.2.840.113549.1.1.1')
    return importAs({ name: 'RSASSA-PKCS1-v1_5', hash: 'SHA-256' }, 'rsa-pkcs1-sha256')
  const named = algorithmId === '1.2.840.10045.2.1' ? String(algorithmParams?.valueBlock ?? '') : ''
  const found = curves[named]
  if (!found) throw new KeyFileRefused('key-kind', named || algorithmId)
  return importAs({ name: 'ECDSA', namedCurve: found.curve }, found.algorithm)
}

const probe = new TextEncoder().encode('Whether this key and this certificate belong together.')

/** The certificate whose public key the private one signs for; what stands beside them in the file is not asked. */
async function findCertificate(
  key: CryptoKey,
  algorithm: AlgorithmName,
  certificates: readonly Certificate[],
): Promise<Certificate | null> {
  const signature = await signWith(key, algorithm, probe)
  return certificates.find((each) => signatureHolds(algorithm, each.key, probe, signature)) ?? null
}

async function signWith(key: CryptoKey, algorithm: AlgorithmName, message: Uint8Array): Promise<Uint8Array> {
  const hash = `SHA-${digestNameOf(algorithm).slice(3)}`
  if (algorithm.startsWith('rsa'))
    return new Uint8Array(await crypto.subtle.sign('RSASSA-PKCS1-v1_5', key, buffer(message)))
  const raw = new Uint8Array(await crypto.subtle.sign({ name: 'ECDSA', hash }, key, buffer(message)))
  const half = raw.length / 2
  return sequence(integer(numberOf(raw.subarray(0, half))), integer(numberOf(raw.subarray(half))))
}

const numberOf = (bytes: Uint8Array): bigint => bytes.reduce((sum, byte) => sum * 256n + BigInt(byte), 0n)

function read<T>(act: () => T): T {
  try {
    return act()
  } catch (error) {
    throw new KeyFileRefused('form', messageOf(error))
  }
}

const messageOf = (error: unknown): string => (error instanceof Error ? error.message : String(error))

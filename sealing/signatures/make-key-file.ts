// Writing a PKCS#12 file as a certificate authority hands it out: the key under PBES2 (PBKDF2 with SHA-256, AES-256-CBC), the whole under a check value.
import { fromBER, OctetString } from 'asn1js'
import {
  AuthenticatedSafe,
  CertBag,
  Certificate,
  PFX,
  PKCS8ShroudedKeyBag,
  PrivateKeyInfo,
  SafeBag,
  SafeContents,
} from 'pkijs'

const buffer = (bytes: Uint8Array): ArrayBuffer => Uint8Array.from(bytes).buffer
const rounds = 100_000
/** The check value is computed in JavaScript where the file is opened; as many rounds as OpenSSL writes. */
const checkRounds = 2048

/** The file's bytes. `pkcs8` is the key, `certificates` begin with the key's own. */
export async function makeKeyFile(wish: {
  readonly pkcs8: Uint8Array
  readonly certificates: readonly Uint8Array[]
  readonly passphrase: string
}): Promise<Uint8Array> {
  const password = buffer(new TextEncoder().encode(wish.passphrase))
  const encryption = {
    password,
    // The library takes an iv here and makes another of its own for each part.
    contentEncryptionAlgorithm: { name: 'AES-CBC', length: 256, iv: new Uint8Array(16) },
    hmacHashAlgorithm: 'SHA-256',
    iterationCount: rounds,
  }
  const shrouded = new PKCS8ShroudedKeyBag({ parsedValue: PrivateKeyInfo.fromBER(buffer(wish.pkcs8)) })
  await shrouded.makeInternalValues(encryption)
  const bags = (all: SafeBag[]) => new SafeContents({ safeBags: all })
  const safe = new AuthenticatedSafe({
    parsedValue: {
      safeContents: [
        { privacyMode: 0, value: bags([new SafeBag({ bagId: '1.2.840.113549.1.12.10.1.2', bagValue: shrouded })]) },
        { privacyMode: 1, value: bags(wish.certificates.map(certificateBag)) },
      ],
    },
  })
  await safe.makeInternalValues({ safeContents: [{}, encryption] })
  const pfx = new PFX({ parsedValue: { integrityMode: 0, authenticatedSafe: safe } })
  await pfx.makeInternalValues({
    password,
    iterations: checkRounds,
    pbkdf2HashAlgorithm: 'SHA-256',
    hmacHashAlgorithm: 'SHA-256',
  })
  return new Uint8Array(pfx.toSchema().toBER(false))
}

function certificateBag(der: Uint8Array): SafeBag {
  const value = new CertBag({ parsedValue: new Certificate({ schema: fromBER(buffer(der)).result }) })
  value.certId = '1.2.840.113549.1.9.22.1'
  value.certValue = new OctetString({ valueHex: buffer(der) })
  return new SafeBag({ bagId: '1.2.840.113549.1.12.10.1.3', bagValue: value })
}

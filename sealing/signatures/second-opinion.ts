// The second program that looks at a signature: pkijs, with its own reader, WebCrypto and its path engine (PKITS). Never on the way of a bid,
// and never on pages of the public: it costs 20 ms a signature and some 300 KB.
import { fromBER, type AsnType } from 'asn1js'
import {
  BasicOCSPResponse,
  Certificate,
  CertificateChainValidationEngine,
  CertificateRevocationList,
  ContentInfo,
  OCSPResponse,
  SignedData,
} from 'pkijs'
import type { SecondOpinion } from './cades.ts'
import { Untrusted } from './certificate.ts'

const buffer = (bytes: Uint8Array): ArrayBuffer => Uint8Array.from(bytes).buffer

const schemaOf = (bytes: Uint8Array): AsnType => {
  const { offset, result } = fromBER(buffer(bytes))
  if (offset === -1) throw new Untrusted('second-opinion', 'pkijs cannot read the structure')
  return result
}

const certificateOf = (bytes: Uint8Array): Certificate => new Certificate({ schema: schemaOf(bytes) })

/**
 * Asks pkijs whether the detached signature holds over the content, and whether its path is valid at the moment with the lists and answers
 * given. The strict check has been passed before: pkijs alone would take an attached content for the signed one and pass over absent revocation.
 */
export const secondOpinion: SecondOpinion = async ({ der, content, path, crls, ocsp, at }) => {
  const signed = new SignedData({ schema: new ContentInfo({ schema: schemaOf(der) }).content })
  const checkDate = new Date(at)
  let holds: unknown
  try {
    holds = await signed.verify({ signer: 0, data: buffer(content), checkDate, checkChain: false })
  } catch (error) {
    throw new Untrusted('second-opinion', `pkijs: ${messageOf(error)}`)
  }
  if (holds !== true) throw new Untrusted('second-opinion', 'pkijs finds that the signature does not hold')
  const chain = path.map(certificateOf)
  const root = chain.at(-1)
  const engine = new CertificateChainValidationEngine({
    trustedCerts: root ? [root] : [],
    // pkijs takes the last certificate for the one in question.
    certs: chain.slice(0, -1).reverse(),
    crls: crls.map((each) => new CertificateRevocationList({ schema: schemaOf(each) })),
    ocsps: ocsp.flatMap((each) => basicOf(each)),
    checkDate,
  })
  const verdict = await engine.verify({ passedWhenNotRevValues: true })
  if (!verdict.result) throw new Untrusted('second-opinion', `pkijs: ${verdict.resultMessage}`)
}

function basicOf(bytes: Uint8Array): BasicOCSPResponse[] {
  const { responseBytes } = new OCSPResponse({ schema: schemaOf(bytes) })
  if (!responseBytes) return []
  return [new BasicOCSPResponse({ schema: schemaOf(new Uint8Array(responseBytes.response.valueBlock.valueHex)) })]
}

const messageOf = (error: unknown): string =>
  typeof error === 'object' && error !== null && 'message' in error ? String(error.message) : String(error)

// What a probe signs when it found the submission path down or up: one line of evidence, checked the same by server and verifier.
import { ed25519 } from '@noble/curves/ed25519.js'
import { fromBase64 } from './bytes.ts'
import { HO } from './hash.ts'

/** What is signed of a finding (an object of canonical JSON): HO("outage-finding", finding), 32 bytes. */
export const findingMessage = (finding: unknown): Uint8Array => HO('outage-finding', finding)

/** Whether a finding is signed by this 32-byte Ed25519 key, strictly by RFC 8032; `signature` is 64 bytes in base64. */
export function findingHolds(finding: unknown, signature: string, publicKey: Uint8Array): boolean {
  try {
    return ed25519.verify(fromBase64(signature), findingMessage(finding), publicKey, { zip215: false })
  } catch {
    return false
  }
}

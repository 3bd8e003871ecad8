// What Node does for the verifier: envelopes on every processor; digests, ciphers and signatures by OpenSSL. The results are those of plain JavaScript.
import { createPublicKey, type KeyObject, verify } from 'node:crypto'
import { useDigest } from '@naru/log/digest.ts'
import { fromBase64, toBase64 } from '@naru/sealing/bytes.ts'
import { openOnThreads } from '@naru/sealing/opening-threads.ts'
import { platformDigests, platformSignatureCheck, usePlatform as useSealingPlatform } from '@naru/sealing/platform.ts'
import { promiseMessage } from '@naru/sealing/signature.ts'
import { useSignatureCheck } from '@naru/sealing/signatures/algorithms.ts'
import { secondOpinion } from '@naru/sealing/signatures/second-opinion.ts'
import type { Host } from './verify.ts'

const keys = new Map<string, KeyObject>()

/** An Ed25519 public key of 32 bytes as OpenSSL takes it (RFC 8410 section 4). */
function keyOf(publicKey: Uint8Array): KeyObject {
  const name = toBase64(publicKey)
  const found =
    keys.get(name) ??
    createPublicKey({
      key: Buffer.concat([Buffer.from('302a300506032b6570032100', 'hex'), publicKey]),
      format: 'der',
      type: 'spki',
    })
  if (keys.size > 1000) keys.clear()
  keys.set(name, found)
  return found
}

/** The host of the command. */
export const nodeHost: Host = {
  open: openOnThreads,
  promiseHolds: (promise, publicKey) => {
    try {
      return verify(null, promiseMessage(promise.body), keyOf(publicKey), fromBase64(promise.sig))
    } catch {
      return false
    }
  },
  secondOpinion,
}

/** Takes the platform's digests, ciphers and signature checks from now on. */
export function usePlatform(): void {
  useSealingPlatform()
  useDigest(platformDigests.sha256)
  useSignatureCheck(platformSignatureCheck)
}

// What Node does for the verifier: envelopes on every processor, Ed25519 and digests by OpenSSL. The results are those of plain JavaScript.
import { createPublicKey, verify } from 'node:crypto'
import { availableParallelism } from 'node:os'
import { isMainThread, parentPort, Worker, workerData } from 'node:worker_threads'
import { fromBase64 } from '@naru/sealing/bytes.ts'
import { type Descriptor, recipientsOf } from '@naru/sealing/descriptor.ts'
import { useDigests } from '@naru/sealing/hash.ts'
import { type Opened, openSealed, postedShares, type Sealed } from '@naru/sealing/opening.ts'
import { platformCurve, platformDigests } from '@naru/sealing/platform.ts'
import { promiseMessage } from '@naru/sealing/signature.ts'
import type { Host } from './verify.ts'

interface Part {
  readonly verifyEnvelopes: true
  readonly descriptor: Descriptor
  readonly sealed: readonly Sealed[]
  readonly posted: readonly (readonly [number, string])[][]
  readonly complete: boolean
}

// An envelope for six people takes some 2 ms; up to so many, threads would cost more than they save.
const few = 50

const openPart = ({ descriptor, sealed, posted, complete }: Part): Opened[] => {
  const recipients = recipientsOf(descriptor, platformCurve)
  return sealed.map((each, n) => openSealed(recipients, each, posted[n] ?? [], complete))
}

const onWorker = (part: Part): Promise<Opened[]> =>
  new Promise((resolve, reject) => {
    const worker = new Worker(new URL(import.meta.url), { workerData: part })
    worker.once('message', resolve)
    worker.once('error', reject)
    worker.once('exit', (code) => reject(new Error(`a worker that opens envelopes ended with ${code}`)))
  })

/** An Ed25519 public key of 32 bytes as OpenSSL takes it (RFC 8410 section 4). */
const keyOf = (publicKey: Uint8Array) =>
  createPublicKey({
    key: Buffer.concat([Buffer.from('302a300506032b6570032100', 'hex'), publicKey]),
    format: 'der',
    type: 'spki',
  })

/** The host of the command. */
export const nodeHost: Host = {
  open: async (descriptor, required, batches, absent) => {
    const { posted, complete } = postedShares(recipientsOf(descriptor, platformCurve), required, batches, absent)
    const workers = required.length <= few ? 1 : availableParallelism()
    const share = Math.ceil(required.length / workers)
    const parts = Array.from({ length: workers }, (_, n): Part => {
      const [from, to] = [n * share, (n + 1) * share]
      const [sealed, given] = [required.slice(from, to), posted.slice(from, to)]
      return { verifyEnvelopes: true, descriptor, sealed, posted: given, complete }
    })
    return (await Promise.all(workers === 1 ? parts.map(openPart) : parts.map(onWorker))).flat()
  },
  promiseHolds: (promise, publicKey) => {
    try {
      return verify(null, promiseMessage(promise.body), keyOf(publicKey), fromBase64(promise.sig))
    } catch {
      return false
    }
  },
}

/** Takes OpenSSL's digests from now on. */
export const usePlatform = (): void => useDigests(platformDigests)

if (!isMainThread && (workerData as Part | null)?.verifyEnvelopes) {
  usePlatform()
  parentPort?.postMessage(openPart(workerData as Part))
}

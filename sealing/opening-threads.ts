// Opens the envelopes of a round on every processor, for hosts that are Node: few at once, many on worker threads. A browser never imports it.
/// <reference types="node" />
import { availableParallelism } from 'node:os'
import { isMainThread, parentPort, Worker, workerData } from 'node:worker_threads'
import { type Descriptor, recipientsOf } from './descriptor.ts'
import { type Batch, type Opened, openSealed, postedShares, type Sealed } from './opening.ts'
import { platformCurve, usePlatform } from './platform.ts'

/** A part of a round as a worker gets it: envelopes, and per envelope the shares that were posted. */
interface Part {
  readonly openEnvelopes: true
  readonly descriptor: Descriptor
  readonly sealed: readonly Sealed[]
  readonly posted: readonly (readonly [number, string])[][]
  readonly complete: boolean
}

// An envelope for six people takes some 2 ms (speed.test.ts): up to so many, threads would cost more than they save.
const few = 50

const openPart = ({ descriptor, sealed, posted, complete }: Part): Opened[] => {
  const recipients = recipientsOf(descriptor, platformCurve)
  return sealed.map((each, n) => openSealed(recipients, each, posted[n] ?? [], complete))
}

/** One result per required envelope, in order; the same as `openRound` gives. */
export async function openOnThreads(
  descriptor: Descriptor,
  required: readonly Sealed[],
  batches: readonly Batch[],
  absent: readonly number[],
): Promise<Opened[]> {
  const { posted, complete } = postedShares(recipientsOf(descriptor, platformCurve), required, batches, absent)
  const workers = required.length <= few ? 1 : availableParallelism()
  const share = Math.ceil(required.length / workers)
  const parts = Array.from({ length: workers }, (_, n): Part => {
    const [from, to] = [n * share, (n + 1) * share]
    const [sealed, given] = [required.slice(from, to), posted.slice(from, to)]
    return { openEnvelopes: true, descriptor, sealed, posted: given, complete }
  })
  return (await Promise.all(workers === 1 ? parts.map(openPart) : parts.map(onWorker))).flat()
}

const onWorker = (part: Part): Promise<Opened[]> =>
  new Promise((resolve, reject) => {
    const worker = new Worker(new URL(import.meta.url), { workerData: part })
    worker.once('message', resolve)
    worker.once('error', reject)
    worker.once('exit', (code) => reject(new Error(`a worker that opens envelopes ended with ${code}`)))
  })

if (!isMainThread && (workerData as Part | null)?.openEnvelopes) {
  usePlatform()
  parentPort?.postMessage(openPart(workerData as Part))
}

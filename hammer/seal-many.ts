// Seals many bids on worker threads before the clock starts: each is a real bid of its own bidder to the tender's key holders.
import { randomBytes, randomUUID } from 'node:crypto'
import { availableParallelism } from 'node:os'
import { isMainThread, parentPort, Worker, workerData } from 'node:worker_threads'
import { platformCurve } from '@naru/sealing/platform.ts'
import { sealOffers } from '@naru/stories/bidder.ts'
import { type OwnCertificate, signWith } from './certificates.ts'

export interface Bidder {
  readonly organisation: string
  readonly person: string
  readonly cookie: string
  /** Signs with this certificate; with the sandbox's session where it is absent. */
  readonly signs?: OwnCertificate
}
interface Task {
  readonly tenderKey: unknown
  readonly currency: string
  readonly bidders: readonly Bidder[]
  readonly picks: boolean
}

/** The bodies of `submit-bid`, in the order of the bidders. */
export async function sealMany(
  tenderKey: unknown,
  currency: string,
  bidders: readonly Bidder[],
  picks: boolean,
  say: (done: number) => void,
): Promise<Buffer[]> {
  const workers = availableParallelism()
  const share = Math.ceil(bidders.length / workers)
  let done = 0
  const parts = await Promise.all(
    Array.from({ length: workers }, (_, n) => {
      const task: Task = { tenderKey, currency, bidders: bidders.slice(n * share, (n + 1) * share), picks }
      return new Promise<Buffer[]>((resolve, reject) => {
        const bodies: Buffer[] = []
        const worker = new Worker(new URL(import.meta.url), { workerData: task })
        worker.on('message', (text: string) => {
          bodies.push(Buffer.from(text))
          done += 1
          if (done % 5000 === 0) say(done)
        })
        worker.on('error', reject)
        worker.on('exit', () => resolve(bodies))
      })
    }),
  )
  return parts.flat()
}

if (!isMainThread && parentPort) {
  const { tenderKey, currency, bidders, picks } = workerData as Task
  for (const { organisation, person, signs } of bidders) {
    const price = (30_000_000 + (randomBytes(4).readUInt32BE() % 10_000_000)).toString()
    const sealed = sealOffers(
      { tenderKey, bid: randomUUID(), bidder: organisation, person, currency, at: Date.now(), curve: platformCurve },
      [
        {
          lot: null,
          price,
          items: [{ id: '1', unitPrice: '1', amount: price }],
          ...(picks && { picks: [1, 2] as const }),
        },
      ],
    )
    const signature = signs ? await signWith(signs, sealed.input.submission.manifest) : sealed.input.signature
    parentPort.postMessage(JSON.stringify({ ...sealed.input, signature }))
  }
}

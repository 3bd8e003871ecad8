// pkijs in a thread of its own: 20 ms of processor time a signature would otherwise stand in the way of bids and pages.
import { isMainThread, parentPort, Worker } from 'node:worker_threads'
import type { SecondOpinion } from '@naru/sealing/signatures/cades.ts'
import { Untrusted } from '@naru/sealing/signatures/certificate.ts'
import { secondOpinion } from '@naru/sealing/signatures/second-opinion.ts'

type Question = Parameters<SecondOpinion>[0]
interface Asked {
  readonly number: number
  readonly question: Question
}
interface Answer {
  readonly number: number
  /** Why the signature is not believed; null when it is. */
  readonly why: string | null
  readonly fault: string | null
}

/** The second opinion of a thread, which is started when first asked. A thread that ends fails what waits and is started anew. */
export function startSecondOpinion(): { readonly ask: SecondOpinion; stop(): Promise<void> } {
  let thread: Worker | null = null
  let last = 0
  const waiting = new Map<number, { done: () => void; fail: (error: Error) => void }>()

  const open = (): Worker => {
    const made = new Worker(new URL(import.meta.url))
    made.unref()
    made.on('message', ({ number, why, fault }: Answer) => {
      const asked = waiting.get(number)
      waiting.delete(number)
      if (fault !== null) asked?.fail(new Error(fault))
      else if (why !== null) asked?.fail(new Untrusted('second-opinion', why))
      else asked?.done()
    })
    const ended = (error: Error): void => {
      if (thread === made) thread = null
      for (const { fail } of waiting.values()) fail(error)
      waiting.clear()
    }
    made.on('error', ended)
    made.on('exit', (code) => ended(new Error(`the thread of the second opinion ended with ${code}`)))
    return made
  }

  return {
    ask: (question) =>
      new Promise((done, fail) => {
        thread ??= open()
        last += 1
        waiting.set(last, { done, fail })
        thread.postMessage({ number: last, question } satisfies Asked)
      }),
    stop: async () => {
      await thread?.terminate()
    },
  }
}

if (!isMainThread && parentPort) {
  const port = parentPort
  port.on('message', ({ number, question }: Asked) => {
    secondOpinion(question).then(
      () => port.postMessage({ number, why: null, fault: null } satisfies Answer),
      (error: unknown) => {
        const text = error instanceof Error ? error.message : String(error)
        const told = error instanceof Untrusted
        port.postMessage({ number, why: told ? text : null, fault: told ? null : text } satisfies Answer)
      },
    )
  })
}

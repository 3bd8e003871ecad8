// One attachment of the largest size: made on the fly, encrypted, sent to the running program, and read back after nothing but time and memory were watched.
import { randomBytes, randomUUID } from 'node:crypto'
import { readFileSync } from 'node:fs'
import { openAttachment, sealAttachment } from '@naru/sealing/attachment.ts'
import { toBase64 } from '@naru/sealing/bytes.ts'
import { attachmentKey } from '@naru/sealing/envelope.ts'
import { bidWithFiles } from '@naru/stories/bidder.ts'
import { isDone, troubleInWords } from '@naru/stories/client.ts'
import { sealingOf } from '@naru/stories/parts/bids.ts'
import { madeFile } from '@naru/stories/parts/files.ts'
import { notice } from '@naru/stories/parts/purchase.ts'
import { startSandbox } from '@naru/stories/running.ts'
import { fictiaBestScore, softwarePurchase } from '@naru/stories/tales/fictia-best-score.ts'
import { days, later } from '@naru/stories/times.ts'
import { openStage } from '@naru/stories/world.ts'
import { offer } from '@naru/stories/parts/bids.ts'

const MIB = 1024 * 1024

/** The most memory a process of this machine has held, MiB. */
const peakOf = (pid: number | 'self'): number =>
  Number(/VmHWM:\s+(\d+)/.exec(readFileSync(`/proc/${pid}/status`, 'utf8'))?.[1] ?? 0) / 1024

/** Watches resident memory of this process while something runs; answers its time in seconds and how much memory it took beyond the start, MiB. */
async function watched<T>(work: () => Promise<T>): Promise<{ value: T; seconds: number; grown: number }> {
  const before = process.memoryUsage().rss
  let most = before
  const timer = setInterval(() => {
    most = Math.max(most, process.memoryUsage().rss)
  }, 20)
  const start = performance.now()
  try {
    const value = await work()
    return { value, seconds: (performance.now() - start) / 1000, grown: (most - before) / MIB }
  } finally {
    clearInterval(timer)
  }
}

/** A block of memory over and over: making the file costs nothing, so that the cipher is what is measured. */
function cheapSource(size: number) {
  const block = new Uint8Array(randomBytes(2 * MIB))
  return { size, read: async (from: number, to: number) => block.subarray(from % 1000, (from % 1000) + to - from) }
}

/** Encrypts alone, then a whole bid with such a file through HTTP. Prints figures; answers 0 when the bid was taken. */
export async function hammerAttachment({ mebibytes }: { readonly mebibytes: number }): Promise<number> {
  const size = Math.round(mebibytes * MIB)
  const [ctx, R] = [new Uint8Array(randomBytes(32)), new Uint8Array(randomBytes(32))]
  const random = (length: number) => new Uint8Array(randomBytes(length))
  const cipher = await watched(() =>
    sealAttachment({
      ...attachmentKey(ctx, R, 0),
      source: cheapSource(size),
      progress: { iv: toBase64(random(32)), leaves: {} },
      random,
      store: async () => {},
    }),
  )
  console.log(
    `encrypting and hashing ${mebibytes} MiB in Node: ${cipher.seconds.toFixed(1)} s, ${(mebibytes / cipher.seconds).toFixed(0)} MiB/s, memory +${cipher.grown.toFixed(0)} MiB`,
  )
  const kept = new Map<number, Uint8Array>()
  const small = await sealAttachment({
    ...attachmentKey(ctx, R, 1),
    source: cheapSource(8 * MIB),
    progress: { iv: toBase64(random(32)), leaves: {} },
    random,
    store: async (s, segment) => void kept.set(s, segment),
  })
  const opening = await watched(async () => {
    const read = async (s: number) => kept.get(s) ?? new Uint8Array(0)
    for await (const part of openAttachment({ ctx, R, j: 1, file: small, size: 8 * MIB, read })) void part
  })
  console.log(`decrypting and checking: ${(8 / opening.seconds).toFixed(0)} MiB/s`)

  const running = await startSandbox('fictia')
  try {
    const stage = await openStage({ url: running.url, wallet: running.wallet, country: 'fictia' })
    await stage.setUp([fictiaBestScore])
    const tender = randomUUID()
    const tell = async (): Promise<void> => {
      const { world } = stage
      await notice(world, softwarePurchase(tender))
      await world.until(later(await world.now(), days(9)))
      const { reader, sealing } = await sealingOf(world, tender, 'acme')
      const file = { ...madeFile('large.bin', 'application/octet-stream', 1), source: cheapSource(size) }
      const terms = { responses: { method: 'As asked.', team: 'Two.' }, technicalFiles: [file] }
      const making = bidWithFiles(sealing, [offer([['year', 12, 750_000]], terms)])
      const serverBefore = peakOf(running.pid)
      const sending = await watched(() => making.seal((announced) => reader.attach(tender, announced)))
      const taken = await watched(() => reader.act(tender, 'submit-bid', sending.value.input))
      if (!isDone(taken.value)) throw new Error(troubleInWords(taken.value))
      console.log(
        `encrypting and sending ${mebibytes} MiB over HTTP on one machine: ${sending.seconds.toFixed(1)} s, ${(mebibytes / sending.seconds).toFixed(0)} MiB/s; memory of the client +${sending.grown.toFixed(0)} MiB, peak of the server ${peakOf(running.pid).toFixed(0)} MiB (${serverBefore.toFixed(0)} before)`,
      )
      console.log(`submitting the bid with it: ${(taken.seconds * 1000).toFixed(0)} ms`)
    }
    const from = later(await stage.world.now(), 1000)
    const [one] = await stage.play([{ from, tale: { name: 'attachment', lines: fictiaBestScore.lines, tell } }])
    if (one?.end !== 'told') throw one?.error
    return 0
  } finally {
    await running.stop()
  }
}

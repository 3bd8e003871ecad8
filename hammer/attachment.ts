// One attachment of the largest size: made on the fly, encrypted and sent to the running program over a line that drops once, from Node and from Chromium;
// time and memory are watched.
import { randomBytes, randomUUID } from 'node:crypto'
import { openAttachment, sealAttachment } from '@naru/sealing/attachment.ts'
import { toBase64 } from '@naru/sealing/bytes.ts'
import { attachmentKey } from '@naru/sealing/envelope.ts'
import { plainSegment } from '@naru/sealing/floe.ts'
import { bidWithFiles } from '@naru/stories/bidder.ts'
import { isDone, troubleInWords } from '@naru/stories/client.ts'
import { sealingOf } from '@naru/stories/parts/bids.ts'
import { madeFile } from '@naru/stories/parts/files.ts'
import { notice } from '@naru/stories/parts/purchase.ts'
import { type Running, startSandbox } from '@naru/stories/running.ts'
import { fictiaBestScore, softwarePurchase } from '@naru/stories/tales/fictia-best-score.ts'
import { days, later } from '@naru/stories/times.ts'
import { openStage, type World } from '@naru/stories/world.ts'
import { sendFromChromium } from './attachment-chromium.ts'
import { earlyMebibytes, inWords, watching } from './memory.ts'
import { ownSeconds, processSeconds, residentBytes } from './processor.ts'
import { offer } from '@naru/stories/parts/bids.ts'

const MIB = 1024 * 1024

const ownMemory = () => ({ client: process.memoryUsage().rss })

/** A block of memory over and over: making the file costs nothing, so that the cipher is what is measured. */
function cheapSource(size: number) {
  const block = new Uint8Array(randomBytes(2 * MIB))
  return { size, read: async (from: number, to: number) => block.subarray(from % 1000, (from % 1000) + to - from) }
}

/** Encrypts alone, then a whole bid with such a file through HTTP. Prints figures; answers 0 when the bid was taken. */
export async function hammerAttachment({
  mebibytes,
  chromium,
}: {
  readonly mebibytes: number
  readonly chromium: number
}): Promise<number> {
  const size = Math.round(mebibytes * MIB)
  const [ctx, R] = [new Uint8Array(randomBytes(32)), new Uint8Array(randomBytes(32))]
  const random = (length: number) => new Uint8Array(randomBytes(length))
  const cipher = await watching(ownMemory, () =>
    sealAttachment({
      ...attachmentKey(ctx, R, 0),
      source: cheapSource(size),
      progress: { iv: toBase64(random(32)), leaves: {} },
      random,
      store: async () => {},
    }),
  )
  console.log(
    `encrypting and hashing ${mebibytes} MiB in Node: ${cipher.seconds.toFixed(1)} s, ${(mebibytes / cipher.seconds).toFixed(0)} MiB/s, memory +${cipher.grown.client.most.toFixed(0)} MiB`,
  )
  const kept = new Map<number, Uint8Array>()
  const small = await sealAttachment({
    ...attachmentKey(ctx, R, 1),
    source: cheapSource(8 * MIB),
    progress: { iv: toBase64(random(32)), leaves: {} },
    random,
    store: async (s, segment) => void kept.set(s, segment),
  })
  const opening = await watching(ownMemory, async () => {
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
      if (chromium < 2) await sendFromNode(running, world, tender, size)
      if (chromium) await sendFromChromium(running, world, tender, size)
    }
    const from = later(await stage.world.now(), 1000)
    const [one] = await stage.play([{ from, tale: { name: 'attachment', lines: fictiaBestScore.lines, tell } }])
    if (one?.end !== 'told') throw one?.error
    return 0
  } finally {
    await running.stop()
  }
}

/** Sends a file of so many bytes as the supplier `acme` of the told tender and submits the bid with it. Throws when it is not taken. */
async function sendFromNode(running: Running, world: World, tender: string, size: number): Promise<void> {
  const { reader, sealing } = await sealingOf(world, tender, 'acme')
  const file = { ...madeFile('large.bin', 'application/octet-stream', 1), source: cheapSource(size) }
  const terms = { responses: { method: 'As asked.', team: 'Two.' }, technicalFiles: [file] }
  const making = bidWithFiles(sealing, [offer([['year', 12, 750_000]], terms)])
  const memory = () => ({ ...ownMemory(), server: residentBytes(running.pid) })
  const segments = Math.ceil(size / plainSegment())
  const known: Record<number, string> = {}
  let stored = 0
  let lineHolds = false
  const spent = () => [ownSeconds(), processSeconds(running.pid)] as const
  const before = spent()
  const sending = await watching(memory, async (early) => {
    const begin: Parameters<typeof making.seal>[0] = async (announced) => {
      const place = await reader.attach(tender, announced, known)
      const drops = !lineHolds
      return {
        leaves: place.leaves,
        store: async (s, segment, leaf) => {
          if (drops && stored >= segments / 2) throw new Error('the line dropped')
          await place.store(s, segment, leaf)
          known[s] = toBase64(leaf)
          stored += 1
          if (stored === earlyMebibytes) early()
        },
      }
    }
    await making.seal(begin).catch(() => {})
    console.log(`  the line drops after ${stored} of ${segments} segments and is taken up again`)
    lineHolds = true
    return making.seal(begin)
  })
  const [own, program] = spent().map((each, n) => (each - (before[n] ?? 0)).toFixed(0))
  if (stored !== segments) throw new Error(`${stored} segments were sent, not ${segments}`)
  const taken = await watching(memory, () => reader.act(tender, 'submit-bid', sending.value.input))
  if (!isDone(taken.value)) throw new Error(troubleInWords(taken.value))
  console.log(
    `encrypting and sending ${size / MIB} MiB over HTTP on one machine: ${sending.seconds.toFixed(1)} s, ${(size / MIB / sending.seconds).toFixed(0)} MiB/s; processor ${own} s of the client, ${program} s of the program; memory: ${inWords('client', sending.grown.client)}; ${inWords('server', sending.grown.server)}`,
  )
  console.log(`submitting the bid with it: ${(taken.seconds * 1000).toFixed(0)} ms`)
}

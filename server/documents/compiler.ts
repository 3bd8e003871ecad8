// Sets sheets in type in a process of its own, one after another: a fault, a loop or a hunger for memory there ends that process and nothing else.
import { type ChildProcess, fork } from 'node:child_process'
import { readFileSync } from 'node:fs'
import { setPriority } from 'node:os'
import { join } from 'node:path'
import type { Delivery, Order } from './compiler-process.ts'
import { breakable } from './printable.ts'
import type { Block, Sheet } from './sheet.ts'

/** A document in its final bytes. */
export interface SetDocument {
  readonly pdf: Uint8Array
  readonly pages: number
  readonly milliseconds: number
  /** Resident memory of the compiler after it, in bytes. */
  readonly memory: number
}

export interface Compiler {
  /** Sets one sheet. Throws when it cannot be set, takes too long or needs too much memory. */
  set(sheet: Sheet): Promise<SetDocument>
  stop(): Promise<void>
}

export interface CompilerLimits {
  /** Longest time for one document. A table takes about a millisecond of processor time a row, and this process yields to all others. */
  readonly milliseconds: number
  /** Resident bytes at which the process is ended in the middle of a document. */
  readonly mostMemory: number
  /** Resident bytes after a document from which on the next gets a fresh process. */
  readonly retireMemory: number
  /** How long an idle process is kept. */
  readonly idleMilliseconds: number
}

export const compilerLimits: CompilerLimits = {
  milliseconds: 180_000,
  mostMemory: 1_500_000_000,
  retireMemory: 500_000_000,
  idleMilliseconds: 60_000,
}

const programPath = join(import.meta.dirname, 'compiler-process.ts')

/** Starts nothing until the first sheet comes. `program` is another process file, for tests. */
export function makeCompiler(limits: CompilerLimits = compilerLimits, program = programPath): Compiler {
  let child: ChildProcess | null = null
  let idle: NodeJS.Timeout | undefined
  let last: Promise<unknown> = Promise.resolve()
  let number = 0
  let stopped = false

  const end = (): void => {
    child?.kill('SIGKILL')
    child = null
  }

  function start(): ChildProcess {
    if (child?.connected) return child
    // Nothing of the server's environment goes along: addresses and passwords of the database stand there.
    const started = fork(program, {
      serialization: 'advanced',
      env: { NODE_ENV: 'production' },
      execArgv: ['--max-old-space-size=256'],
      stdio: ['ignore', 'ignore', 'inherit', 'ipc'],
    })
    started.unref()
    started.channel?.unref()
    started.on('exit', () => {
      if (child === started) child = null
    })
    // Documents never take processor time from bids that arrive before a deadline.
    if (started.pid !== undefined) setPriority(started.pid, 10)
    child = started
    return started
  }

  const setNow = (sheet: Sheet): Promise<SetDocument> =>
    new Promise((resolve, reject) => {
      if (stopped) throw new Error('the compiler has been stopped')
      clearTimeout(idle)
      const process = start()
      // While a document is being set the program does not end by itself.
      process.ref()
      process.channel?.ref()
      const begun = performance.now()
      number += 1
      const order: Order = { number, sheet: sheetAsJson(sheet), attached: sheet.attached.text }
      const finish = (): void => {
        clearTimeout(timer)
        clearInterval(watch)
        process.off('message', answered)
        process.off('exit', ended)
        process.off('error', failed)
        process.unref()
        process.channel?.unref()
        idle = setTimeout(end, limits.idleMilliseconds).unref()
      }
      const fail = (why: string): void => {
        finish()
        end()
        reject(new Error(why))
      }
      const answered = (delivery: Delivery): void => {
        if (delivery.number !== order.number) return
        finish()
        if ('fault' in delivery) return reject(new Error(delivery.fault))
        if (delivery.memory > limits.retireMemory) end()
        const { pdf, pages, memory } = delivery
        resolve({ pdf, pages, memory, milliseconds: performance.now() - begun })
      }
      const ended = (code: number | null, signal: string | null): void =>
        fail(`the compiler ended by itself (${signal ?? code})`)
      const failed = (error: Error): void => fail(error.message)
      const timer = setTimeout(
        () => fail(`the document took longer than ${limits.milliseconds} ms`),
        limits.milliseconds,
      )
      const watch = setInterval(() => {
        if (residentBytes(process.pid) > limits.mostMemory)
          fail(`the document needed more than ${limits.mostMemory} bytes of memory`)
      }, 200)
      process.on('message', answered)
      process.on('exit', ended)
      process.on('error', failed)
      process.send(order, (error) => error && fail(error.message))
    })

  return {
    set: (sheet) => {
      const done = last.then(() => setNow(sheet))
      last = done.catch(() => {})
      return done
    },
    stop: async () => {
      stopped = true
      clearTimeout(idle)
      end()
      await last
    },
  }
}

/** Signs of a word that surely fit into a line of running text and into the column of a table; longer words are made breakable. */
const longest = { line: 48, cell: 18 } as const

/** A sheet as the template reads it: notes and marks filled in where there are none, and words made breakable that no line would hold. */
export function sheetAsJson({ attached, ...sheet }: Sheet): string {
  const ready = (block: Block): object => {
    switch (block.kind) {
      case 'facts':
        return {
          ...block,
          facts: withBreaks(
            block.facts.map((each) => ({ note: [], ...each })),
            longest.line,
          ),
        }
      case 'table': {
        const columns = block.columns.map((each) => ({ align: 'start', share: null, ...each }))
        return { ...block, marked: block.marked ?? [], columns, rows: withBreaks(block.rows, longest.cell) }
      }
      case 'changes':
        return { ...block, rows: withBreaks(block.rows, longest.cell) }
      case 'paragraph':
        return withBreaks({ tone: null, ...block }, longest.line)
      default:
        return withBreaks(block, longest.line)
    }
  }
  return JSON.stringify({
    ...sheet,
    subject: withBreaks(sheet.subject, longest.line),
    attached: { description: attached.description },
    blocks: sheet.blocks.map(ready),
    proof: sheet.proof.map(ready),
  })
}

/** A value with every text in it made breakable; languages and kinds are shorter than any limit and stay as they are. */
const withBreaks = <T>(value: T, most: number): T =>
  JSON.parse(JSON.stringify(value), (_key, each: unknown) =>
    typeof each === 'string' ? breakable(each, most) : each,
  ) as T

/** Resident bytes of a process; 0 where the system does not tell (only Linux does so by a file). */
function residentBytes(pid: number | undefined): number {
  try {
    return Number(readFileSync(`/proc/${pid}/statm`, 'utf8').split(' ')[1]) * 4096
  } catch {
    return 0
  }
}

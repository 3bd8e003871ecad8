// What the command remembers between two runs: the keys of each log as first seen, and its checkpoints, so that a rewritten log is noticed.
import { mkdirSync, readFileSync, writeFileSync } from 'node:fs'
import { homedir } from 'node:os'
import { dirname, join } from 'node:path'
import { parseVerifierKey, verifierKey } from '@naru/log/checkpoint.ts'
import { fromBase64, toBase64 } from '@naru/sealing/bytes.ts'
import { parseTrustList, type TrustList } from '@naru/sealing/signatures/trust-list.ts'
import type { Auditor, CheckedLog, Seen } from './check-log.ts'

interface Remembered {
  logKey: string
  promiseKeys: string[]
  /** The newest trust list that the log had; absent in a memory from before it was looked at. */
  trust?: TrustList | null
  checkpoints: { size: number; root: string; note: string }[]
}

const most = 1000

/** Where the memory lies if nothing else is said. */
export const usualMemory = (): string => process.env.NARU_SEEN ?? join(homedir(), '.naru', 'seen.json')

/** A memory in a file; a file that is absent is an empty memory. Throws where it is there and cannot be read. */
export class Memory {
  private readonly logs: Record<string, Remembered>
  private readonly path: string | null

  constructor(path: string | null) {
    this.path = path
    let text = '{}'
    try {
      if (path) text = readFileSync(path, 'utf8')
    } catch (error) {
      if ((error as { code?: string }).code !== 'ENOENT') throw error
    }
    this.logs = JSON.parse(text) as Record<string, Remembered>
  }

  /** What is known of a log, for checking a checkpoint of at most `size` entries. */
  auditorFor(origin: string, size = Number.MAX_SAFE_INTEGER): Auditor {
    const known = this.logs[origin]
    if (!known) return {}
    const fitting = known.checkpoints.filter((each) => each.size <= size).at(-1) ?? known.checkpoints[0]
    const seen: Seen | undefined = fitting && {
      origin,
      size: fitting.size,
      root: fromBase64(fitting.root),
      note: fitting.note,
    }
    return {
      logKey: parseVerifierKey(known.logKey),
      // Where the log lists its promise keys, those of the first sight are not asked any more.
      ...(known.trust
        ? { trustSeen: parseTrustList(known.trust) }
        : { promiseKeys: known.promiseKeys.map((key) => fromBase64(key)) }),
      ...(seen && { seen }),
    }
  }

  /** Remembers a log that held. A key once known stays. */
  learn(
    log: CheckedLog,
    keys: Required<Pick<Auditor, 'logKey' | 'promiseKeys'>>,
    trust: TrustList | null = null,
  ): void {
    const { origin, size, root } = log.checkpoint
    const known = this.logs[origin] ?? {
      logKey: verifierKey(keys.logKey),
      promiseKeys: keys.promiseKeys.map(toBase64),
      checkpoints: [],
    }
    const others = known.checkpoints.filter((each) => each.size !== size)
    const checkpoints = [...others, { size, root: toBase64(root), note: log.note }].sort((a, b) => a.size - b.size)
    const newer = trust && trust.version >= (known.trust?.version ?? 0) ? trust : (known.trust ?? null)
    this.logs[origin] = { ...known, trust: newer, checkpoints: checkpoints.slice(-most) }
  }

  save(): void {
    if (!this.path) return
    mkdirSync(dirname(this.path), { recursive: true })
    writeFileSync(this.path, `${JSON.stringify(this.logs, null, 1)}\n`)
  }
}

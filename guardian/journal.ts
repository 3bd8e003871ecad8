// A guardian's journal: what it did, what it refused and why, one line each, only ever appended to; every line names the hash of the one before.
import { createHash } from 'node:crypto'
import { appendFileSync, existsSync, mkdirSync, readFileSync } from 'node:fs'
import { join } from 'node:path'

/** A line: when by the guardian's own clock (ISO 8601), what, for which tender and round, and why where it was refused. */
export interface JournalLine {
  readonly at: string
  readonly did: string
  readonly tender?: string
  readonly round?: number
  readonly why?: string
}

export interface Journal {
  /** Appends a line, on the disk when this returns. The same refusal again and again is written once. */
  write(line: JournalLine): void
  lines(): readonly JournalLine[]
}

const hashOf = (line: string): string => createHash('sha256').update(line).digest('base64')
const sameMatter = ({ did, tender, round, why }: JournalLine): string => JSON.stringify([did, tender, round, why])

/** Opens the journal of a folder. Throws where a line was changed, cut out or put in. */
export function openJournal(folder: string): Journal {
  mkdirSync(folder, { recursive: true, mode: 0o700 })
  const path = join(folder, 'journal.jsonl')
  const lines: JournalLine[] = []
  let prev = ''
  const text = existsSync(path) ? readFileSync(path, 'utf8') : ''
  for (const [n, line] of text.split('\n').slice(0, -1).entries()) {
    const read = JSON.parse(line) as JournalLine & { prev: string }
    if (read.prev !== prev) throw new Error(`${path}, line ${n + 1}: does not follow the line before it`)
    const { prev: _, ...rest } = read
    lines.push(rest)
    prev = hashOf(line)
  }
  const refused = new Map<string, string>()
  return {
    write: (line) => {
      const matter = `${line.tender} ${line.round}`
      if (line.did === 'refused' && refused.get(matter) === sameMatter(line)) return
      if (line.did === 'refused') refused.set(matter, sameMatter(line))
      const written = JSON.stringify({ ...line, prev })
      appendFileSync(path, `${written}\n`, { mode: 0o600, flush: true })
      lines.push(line)
      prev = hashOf(written)
    },
    lines: () => lines,
  }
}

// A bundle taken apart for altering, with what its operator can do: sign it again, or rewrite the log with its own key so that every hash fits.
import { signCheckpoint, signerWith, signNote } from '@naru/log/checkpoint.ts'
import { makeEntry, parseEntry } from '@naru/log/entry.ts'
import { leafHash, readerOf, rootAt } from '@naru/log/merkle.ts'
import { fromBase64, toBase64, utf8 } from '@naru/sealing/bytes.ts'
import type { ListItem } from '@naru/sealing/closing.ts'
import { actCommitment, commitmentOf } from '@naru/sealing/commitment.ts'
import { H, sha256 } from '@naru/sealing/hash.ts'
import { canonical, canonicalText } from '@naru/sealing/jcs.ts'
import { type PromiseBody, signPromise } from '@naru/sealing/signature.ts'
import type { Files } from '../bundle.ts'
import { objectOf } from '../check-facts.ts'

/** The secret keys of the made-up deployment that the good bundle is of, 32 bytes each. */
export interface OperatorKeys {
  readonly log: Uint8Array
  readonly promise: Uint8Array
}

/** Parsed JSON, taken as it comes: what is altered need not have its form. */
export type Json = Record<string, any>
/** A line of facts.jsonl. */
export interface Line extends Json {
  index: number
  hash?: string
  record?: Json
  shown?: Json
  salt?: string | null
}

/** Bytes as text. */
export const text = new TextDecoder()

/** A bundle taken apart for altering. */
export class Draft {
  readonly files: Map<string, Uint8Array>
  private readonly keys: OperatorKeys

  constructor(files: Files, keys: OperatorKeys) {
    this.files = new Map(files)
    this.keys = keys
  }

  json(path: string): Json {
    return JSON.parse(text.decode(this.files.get(path))) as Json
  }
  put(path: string, value: unknown): void {
    this.files.set(path, canonical(value))
  }
  change(path: string, change: (value: Json) => void): void {
    const value = this.json(path)
    change(value)
    this.put(path, value)
  }
  get lines(): Line[] {
    return text
      .decode(this.files.get('facts.jsonl'))
      .split('\n')
      .slice(0, -1)
      .map((line) => JSON.parse(line) as Line)
  }
  putLines(lines: readonly Line[]): void {
    this.files.set('facts.jsonl', utf8(lines.map((line) => `${canonicalText(line)}\n`).join('')))
  }
  /** The last line of a type. */
  line(lines: readonly Line[], type: string): Line {
    const found = lines.findLast((each) => (each.record ?? each.shown)?.type === type)
    if (!found) throw new Error(`the good bundle has no ${type}`)
    return found
  }
  changeLine(type: string, change: (record: Json, line: Line) => void): void {
    const lines = this.lines
    const line = this.line(lines, type)
    change((line.record ?? line.shown) as Json, line)
    this.putLines(lines)
  }
  get tender(): string {
    return this.json('bundle.json').tender as string
  }
  get round(): string {
    return (
      [...this.files.keys()]
        .filter((path) => path.startsWith('rounds/'))
        .sort()
        .at(-1) ?? ''
    )
  }
  get items(): ListItem[] {
    return this.json(this.round).items as ListItem[]
  }
  /** Live bids' files, by index. */
  get live(): string[] {
    return this.items.filter((item) => item.status === 'live').map((item) => `bids/${item.index}.json`)
  }
  object(type: string): string {
    return `objects/${this.line(this.lines, type).index}.json`
  }

  /** The operator's signature over the files as they are now. */
  sign(secret = this.keys.promise, tender = this.tender): void {
    const lines = [...this.files]
      .filter(([path]) => path !== 'signature')
      .map(([path, bytes]) => `${toBase64(sha256(bytes))} ${path}\n`)
      .sort()
    const signer = signerWith(`${this.json('bundle.json').origin as string}/operator`, secret)
    this.files.set('signature', utf8(signNote(`naru-audit-bundle@v1\n${tender}\n${lines.join('')}`, [signer])))
  }

  entryAt(index: number): Uint8Array {
    return (this.files.get('entries') ?? new Uint8Array(0)).slice(34 * index, 34 * index + 34)
  }
  setEntry(index: number, entry: Uint8Array): void {
    const entries = new Uint8Array(this.files.get('entries') ?? [])
    entries.set(entry, 34 * index)
    this.files.set('entries', entries)
  }
  /** A checkpoint over the entries as they are now, by the log's own key. */
  seal(size = (this.files.get('entries')?.length ?? 0) / 34, secret = this.keys.log): void {
    const held = (this.files.get('entries')?.length ?? 0) / 34
    const root = rootAt(readerOf(Array.from({ length: held }, (_, n) => leafHash(this.entryAt(n)))), held)
    const note = signCheckpoint({ size, root }, signerWith(this.json('bundle.json').origin as string, secret))
    this.files.set('checkpoint', utf8(note))
  }

  /** Rewrites the log with its own key so that every changed fact fits its hash, its entry, its object and its successors. */
  rewrite(): void {
    const lines = this.lines
    const newest = new Map<string, Line>()
    for (const line of lines) {
      const record = line.record ?? line.shown
      const stream = (record?.stream ?? line['stream']) as string
      const before = newest.get(stream)
      newest.set(stream, line)
      if (!record) continue
      const previous = (before?.record ?? before?.shown) as Json | undefined
      if (before?.hash && previous?.seq === (record.seq as number) - 1) record.prev = before.hash
      if (line.record) line.hash = toBase64(H('fact', canonical(record)))
      const { kind } = parseEntry(this.entryAt(line.index))
      const logged = objectOf(record as Parameters<typeof objectOf>[0])
      if (logged) this.put(`objects/${line.index}.json`, logged.object)
      const commitment = logged
        ? commitmentOf(logged.label, logged.object)
        : actCommitment(fromBase64(line.salt ?? ''), record)
      if (line.record || logged) this.setEntry(line.index, makeEntry(kind, commitment))
    }
    this.putLines(lines)
    this.seal()
  }

  promise(body: PromiseBody, secret = this.keys.promise): Json {
    return signPromise(body, secret) as unknown as Json
  }
}

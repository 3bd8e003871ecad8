// Cuts a stream of bytes into JSON values without holding more than one of them: a file may hold one package of any size, a package
// per line, releases one after the other, or a list of any of these.

/** What comes out of a stream, in its order. Bytes are exact slices of the source. */
export type Piece =
  /** A whole value at the top, up to the limit. */
  | { readonly kind: 'root'; readonly bytes: Uint8Array }
  /** A member of a top value that is larger than the limit; lists of releases and records come as items instead. */
  | { readonly kind: 'member'; readonly key: string; readonly bytes: Uint8Array }
  /** An entry of such a list. */
  | { readonly kind: 'item'; readonly list: string; readonly bytes: Uint8Array }
  /** The end of a top value that came as members and items. */
  | { readonly kind: 'end' }
  /** Something that could not be cut out: `broken` is no JSON, `tooLarge` exceeds the limit. The stream goes on behind it. */
  | { readonly kind: 'left-out'; readonly why: 'broken' | 'tooLarge'; readonly where: string }

/** The lists of a package that may be larger than memory. */
const listsOfPackage = ['releases', 'records']

const code = (text: string): number => text.charCodeAt(0)
const quote = code('"')
const backslash = code('\\')
const openBrace = code('{')
const closeBrace = code('}')
const openBracket = code('[')
const closeBracket = code(']')
const comma = code(',')
const colon = code(':')
const newline = code('\n')
const isBlank = (byte: number): boolean => byte === 0x20 || byte === newline || byte === 0x0d || byte === 0x09

/** Collects the bytes of one value across chunks, up to a limit. */
class Capture {
  private parts: Uint8Array[] = []
  size = 0
  private readonly limit: number
  constructor(limit: number) {
    this.limit = limit
  }
  get tooLarge(): boolean {
    return this.size > this.limit
  }
  add(bytes: Uint8Array): void {
    this.size += bytes.length
    if (this.tooLarge) this.parts = []
    else this.parts.push(bytes.slice())
  }
  bytes(): Uint8Array {
    const whole = new Uint8Array(this.size)
    let at = 0
    for (const part of this.parts) {
      whole.set(part, at)
      at += part.length
    }
    return whole
  }
}

/** Follows the nesting of one JSON value byte by byte. */
class Nesting {
  depth = 0
  inText = false
  private escaped = false
  private scalar = false

  /** Takes a byte of the value; answers whether the value ended with it ('with'), before it ('before'), or goes on. A raw newline in a text breaks it. */
  take(byte: number): 'on' | 'with' | 'before' | 'broken' {
    if (this.inText) {
      if (this.escaped) this.escaped = false
      else if (byte === backslash) this.escaped = true
      else if (byte === quote) {
        this.inText = false
        return this.depth === 0 ? 'with' : 'on'
      } else if (byte === newline) return 'broken'
      return 'on'
    }
    if (this.scalar)
      return isBlank(byte) || byte === comma || byte === closeBrace || byte === closeBracket ? 'before' : 'on'
    if (byte === quote) this.inText = true
    else if (byte === openBrace || byte === openBracket) this.depth += 1
    else if (byte === closeBrace || byte === closeBracket) {
      this.depth -= 1
      return this.depth === 0 ? 'with' : this.depth < 0 ? 'broken' : 'on'
    } else if (this.depth === 0) this.scalar = true
    return 'on'
  }
}

/** Cuts one object into its members, and the lists of a package into their entries. */
export class PackageCutter {
  private state: 'start' | 'key' | 'colon' | 'value' | 'list' | 'item' | 'after' | 'done' = 'start'
  private nesting = new Nesting()
  private capture: Capture
  private key = ''
  private count = 0
  private readonly limit: number
  private readonly lists: readonly string[]

  constructor(limit: number, lists: readonly string[] = listsOfPackage) {
    this.limit = limit
    this.lists = lists
    this.capture = new Capture(limit)
  }

  /** Takes the next bytes of the object; what stands behind its end is ignored. */
  *push(chunk: Uint8Array): Generator<Piece> {
    let from = 0
    for (let at = 0; at < chunk.length; at += 1) {
      const byte = chunk[at] as number
      if (this.state === 'value' || this.state === 'item' || this.state === 'key') {
        const end = this.nesting.take(byte)
        if (end === 'on') continue
        const until = end === 'before' ? at : at + 1
        this.capture.add(chunk.subarray(from, until))
        yield* this.finish(end === 'broken')
        if (end !== 'before') continue
      }
      if (isBlank(byte)) continue
      if (this.between(byte)) from = at
      if (this.state === 'done') return
    }
    if (this.state === 'value' || this.state === 'item' || this.state === 'key') this.capture.add(chunk.subarray(from))
  }

  /** A byte between values; answers whether a value begins with it. */
  private between(byte: number): boolean {
    switch (this.state) {
      case 'start':
        this.state = 'after'
        return false
      case 'colon':
        if (byte !== colon) return false
        this.state = 'list'
        this.count = -1
        return false
      case 'list':
        if (this.count === -1) {
          // The first byte of a member's value.
          this.count = 0
          if (this.lists.includes(this.key) && byte === openBracket) return false
          return this.begin('value', byte)
        }
        if (byte === closeBracket) this.state = 'after'
        else if (byte !== comma) return this.begin('item', byte)
        return false
      case 'after':
        if (byte === closeBrace) this.state = 'done'
        else if (byte === quote) return this.begin('key', byte)
        return false
      default:
        return false
    }
  }

  private begin(state: 'key' | 'value' | 'item', byte: number): boolean {
    this.state = state
    this.capture = new Capture(this.limit)
    this.nesting = new Nesting()
    this.nesting.take(byte)
    return true
  }

  private *finish(broken: boolean): Generator<Piece> {
    const { capture, key } = this
    const where = this.state === 'item' ? `${key}[${this.count}]` : key
    if (this.state === 'key') {
      this.state = 'colon'
      this.key = textOf(capture.bytes())
      return
    }
    const item = this.state === 'item'
    this.state = item ? 'list' : 'after'
    if (item) this.count += 1
    if (broken) yield { kind: 'left-out', why: 'broken', where }
    else if (capture.tooLarge) yield { kind: 'left-out', why: 'tooLarge', where }
    else if (item) yield { kind: 'item', list: key, bytes: capture.bytes() }
    else yield { kind: 'member', key, bytes: capture.bytes() }
  }
}

/** The text of a JSON string in UTF-8; empty when it is none. */
const textOf = (bytes: Uint8Array): string => {
  try {
    const escaped = Array.from(bytes, (byte) => `%${byte.toString(16).padStart(2, '0')}`)
    return String(JSON.parse(decodeURIComponent(escaped.join(''))))
  } catch {
    return ''
  }
}

/** Cuts a whole stream. With `lines` every value must end on its line, so that a broken line costs that line only. */
export class StreamCutter {
  private nesting: Nesting | null = null
  private capture: Capture
  private inside: PackageCutter | null = null
  private garbage = false
  private first = true
  private line = 1
  private began = 1
  private readonly limit: number
  private readonly lines: boolean

  constructor(options: { limit: number; lines: boolean }) {
    this.limit = options.limit
    this.lines = options.lines
    this.capture = new Capture(Number.POSITIVE_INFINITY)
  }

  *push(chunk: Uint8Array): Generator<Piece> {
    let from = 0
    for (let at = 0; at < chunk.length; at += 1) {
      const byte = chunk[at] as number
      if (byte === newline) this.line += 1
      if (this.nesting) {
        const end = this.lines && byte === newline ? 'broken' : this.nesting.take(byte)
        if (end === 'on') continue
        yield* this.keep(chunk.subarray(from, end === 'before' ? at : at + 1))
        if (end === 'broken') yield* this.breakOff()
        else yield* this.close()
        from = at + 1
        if (end !== 'before') continue
      }
      if (this.garbage) {
        if (byte === newline) this.garbage = false
        continue
      }
      // Between values: blanks, the brackets and commas of a list of values, a byte order mark at the start, record separators.
      if (isBlank(byte) || byte === comma || byte === openBracket || byte === closeBracket || byte === 0x1e) continue
      if (this.first && (byte === 0xef || byte === 0xbb || byte === 0xbf)) continue
      this.first = false
      if (byte === openBrace) {
        this.nesting = new Nesting()
        this.nesting.take(byte)
        this.capture = new Capture(Number.POSITIVE_INFINITY)
        this.began = this.line
        from = at
      } else {
        this.garbage = true
        yield { kind: 'left-out', why: 'broken', where: `line ${this.line}` }
      }
    }
    if (this.nesting) yield* this.keep(chunk.subarray(from))
  }

  /** The end of the stream: a value that is still open was cut off. */
  *end(): Generator<Piece> {
    if (this.nesting) yield* this.breakOff()
  }

  private *keep(bytes: Uint8Array): Generator<Piece> {
    if (this.inside) yield* this.inside.push(bytes)
    else {
      this.capture.add(bytes)
      if (this.capture.size <= this.limit) return
      // Larger than the limit: from here on it is cut into members and items.
      this.inside = new PackageCutter(this.limit)
      const before = this.capture.bytes()
      this.capture = new Capture(Number.POSITIVE_INFINITY)
      yield* this.inside.push(before)
    }
  }

  private *close(): Generator<Piece> {
    this.nesting = null
    if (this.inside) yield { kind: 'end' }
    else yield { kind: 'root', bytes: this.capture.bytes() }
    this.inside = null
  }

  private *breakOff(): Generator<Piece> {
    this.nesting = null
    yield { kind: 'left-out', why: 'broken', where: `line ${this.began}` }
    if (this.inside) yield { kind: 'end' }
    this.inside = null
  }
}

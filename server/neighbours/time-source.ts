// What time others have: NTP version 4 (RFC 5905) over UDP, each answer authenticated with AES-CMAC under a key of its own (RFC 8573).
import { randomBytes, timingSafeEqual } from 'node:crypto'
import { createSocket } from 'node:dgram'
import { readFileSync } from 'node:fs'
import { z } from 'zod'
import { CannotStart } from '../database/cannot-start.ts'
import { aesCmac } from './cmac.ts'

/** A source of time: its name for people, where it answers, and the key that only it and this program have. */
export interface TimeSource {
  readonly name: string
  readonly host: string
  readonly port: number
  readonly keyId: number
  /** AES-128, 16 bytes. */
  readonly key: Uint8Array
}

/** What a source said: its time minus this machine's, the round trip (both ms), and whether it announces a leap second. */
export interface TimeAnswer {
  readonly offsetMs: number
  readonly delayMs: number
  readonly leap: boolean
}

/** Bytes of a packet without and with its authentication: key id and MAC. */
export const packetLength = 48
const wholeLength = packetLength + 4 + 16
/** From 1900 (NTP) to 1970. */
const epochSeconds = 2_208_988_800
const era = 2 ** 32

/** Writes an instant (ms since 1970) as an NTP timestamp of 64 bits. */
export function writeTimestamp(packet: Buffer, at: number, ms: number): void {
  const seconds = Math.floor(ms / 1000)
  packet.writeUInt32BE((seconds + epochSeconds) % era, at)
  packet.writeUInt32BE(Math.floor(((ms - seconds * 1000) / 1000) * era), at + 4)
}

/** Reads an NTP timestamp as ms since 1970, in the era nearest to `about`: the 32 bits of seconds begin anew in February 2036. */
export function readTimestamp(packet: Buffer, at: number, about: number): number {
  const ms = (packet.readUInt32BE(at) - epochSeconds) * 1000 + (packet.readUInt32BE(at + 4) / era) * 1000
  return ms + Math.round((about - ms) / (era * 1000)) * era * 1000
}

/** The packet with key id and MAC behind it. */
export const authenticated = (packet: Buffer, keyId: number, key: Uint8Array): Buffer => {
  const id = Buffer.alloc(4)
  id.writeUInt32BE(keyId)
  return Buffer.concat([packet, id, aesCmac(key, packet)])
}

/** Whether a packet carries the MAC of this key. */
export function isAuthentic(whole: Buffer, keyId: number, key: Uint8Array): boolean {
  if (whole.length !== wholeLength || whole.readUInt32BE(packetLength) !== keyId) return false
  return timingSafeEqual(aesCmac(key, whole.subarray(0, packetLength)), whole.subarray(packetLength + 4))
}

/**
 * Reads the answer to a request that left at `sent` (ms by this machine) and took `tookMs`. `asked` is the random transmit timestamp of the
 * request, which the answer repeats. Throws with a sentence where it is not to be believed.
 */
export function readAnswer(whole: Buffer, asked: Buffer, source: TimeSource, sent: number, tookMs: number): TimeAnswer {
  if (!isAuthentic(whole, source.keyId, source.key)) throw new Error('its answer does not carry the MAC of its key')
  const [first = 0, stratum = 0] = whole
  if ((first & 7) !== 4 || ((first >> 3) & 7) !== 4) throw new Error('it does not answer as a server of NTP version 4')
  if (!whole.subarray(24, 32).equals(asked)) throw new Error('it answers another request')
  if (first >> 6 === 3 || stratum === 0 || stratum > 15) throw new Error('it says that it does not know the time')
  const received = readTimestamp(whole, 32, sent)
  const answered = readTimestamp(whole, 40, sent)
  return {
    offsetMs: (received - sent + (answered - (sent + tookMs))) / 2,
    delayMs: Math.max(0, tookMs - (answered - received)),
    leap: first >> 6 === 1 || first >> 6 === 2,
  }
}

/**
 * Asks a source once. What comes and is not to be believed is passed over, so that nobody can put a false answer before the right one. Throws
 * with a sentence where nothing better came in time.
 */
export function askTime(source: TimeSource, patienceMs = 2_000): Promise<TimeAnswer> {
  return new Promise((resolve, reject) => {
    const socket = createSocket(source.host.includes(':') ? 'udp6' : 'udp4')
    const packet = Buffer.alloc(packetLength)
    packet[0] = (4 << 3) | 3
    // Random, so that nobody who does not see the request can answer it, and nothing of this machine's clock leaves.
    const asked = randomBytes(8)
    asked.copy(packet, 40)
    let sent = 0
    let started = 0
    let why = new Error('it does not answer')
    const end = (then: () => void) => {
      clearTimeout(patience)
      socket.close()
      then()
    }
    const patience = setTimeout(() => end(() => reject(why)), patienceMs)
    socket.on('error', (error) => end(() => reject(error)))
    socket.on('message', (whole) => {
      try {
        const answer = readAnswer(whole, asked, source, sent, performance.now() - started)
        end(() => resolve(answer))
      } catch (error) {
        why = error as Error
      }
    })
    socket.connect(source.port, source.host, () => {
      started = performance.now()
      sent = Date.now()
      socket.send(authenticated(packet, source.keyId, source.key))
    })
  })
}

const sourcesSchema = z
  .array(
    z.strictObject({
      name: z.string().min(1).max(100),
      host: z.string().min(1).max(253),
      port: z.int().min(1).max(65_535).default(123),
      keyId: z.int().min(1).max(0xffff_ffff),
      key: z.string().regex(/^[0-9a-fA-F]{32}$/),
    }),
  )
  .min(4)
  .max(16)

/** Reads the file of `TIME_SOURCES`. Throws CannotStart where it names fewer than four sources or is in bad form. */
export function readTimeSources(path: string): readonly TimeSource[] {
  let read: unknown
  try {
    read = JSON.parse(readFileSync(path, 'utf8'))
  } catch (error) {
    throw new CannotStart(`TIME_SOURCES: ${path} could not be read: ${(error as Error).message}`)
  }
  const parsed = sourcesSchema.safeParse(read)
  if (!parsed.success || new Set(parsed.data.map(({ host, port }) => `${host}:${port}`)).size < 4)
    throw new CannotStart(
      'TIME_SOURCES names four sources or more, each as {"name", "host", "port", "keyId", "key"}, no two at one address; the key is 32 hex digits (AES-128).',
    )
  return parsed.data.map(({ key, ...source }) => ({ ...source, key: Buffer.from(key, 'hex') }))
}

// Time sources of a sandbox and of tests: one UDP socket that answers NTP for several keys, each with a clock and faults of its own. It gives
// this machine's own time, so in a sandbox it shows how the watch works and proves nothing about the machine.
import { randomBytes } from 'node:crypto'
import { createSocket } from 'node:dgram'
import { authenticated, isAuthentic, packetLength, type TimeSource, writeTimestamp } from './time-source.ts'

/** Faults of one source: its clock wrong by so many ms, silent, an answer with another key's MAC, an answer late by so many ms, a clock that is not set. */
export interface TimeFault {
  readonly wrongByMs?: number
  readonly down?: boolean
  readonly badMac?: boolean
  readonly delayMs?: number
  readonly unset?: boolean
}

export interface TimeCounterpart {
  readonly sources: readonly TimeSource[]
  /** Switches the faults of the nth source on; an empty object switches all of them off. */
  fault(nth: number, fault: TimeFault): void
  stop(): Promise<void>
}

/** Starts sources of these names in this process, on the loopback. */
export async function startTimeCounterpart(names: readonly string[]): Promise<TimeCounterpart> {
  const socket = createSocket('udp4')
  await new Promise<void>((resolve, reject) => {
    socket.once('error', reject)
    socket.bind(0, '127.0.0.1', resolve)
  })
  const { port } = socket.address()
  const sources = names.map((name, n) => ({ name, host: '127.0.0.1', port, keyId: n + 1, key: randomBytes(16) }))
  const faults: TimeFault[] = names.map(() => ({}))
  const late = new Set<NodeJS.Timeout>()
  socket.on('message', (asked, from) => {
    const at = sources.findIndex(({ keyId, key }) => isAuthentic(asked, keyId, key))
    const [source, fault] = [sources[at], faults[at]]
    if (!source || !fault || fault.down) return
    const received = Date.now() + (fault.wrongByMs ?? 0)
    const answer = () => {
      const packet = Buffer.alloc(packetLength)
      packet[0] = ((fault.unset ? 3 : 0) << 6) | (4 << 3) | 4
      packet[1] = fault.unset ? 16 : 1
      packet.write('LOCL', 12, 'latin1')
      asked.copy(packet, 24, 40, 48)
      writeTimestamp(packet, 32, received)
      writeTimestamp(packet, 40, received)
      socket.send(
        authenticated(packet, source.keyId, fault.badMac ? randomBytes(16) : source.key),
        from.port,
        from.address,
      )
    }
    if (!fault.delayMs) return answer()
    const timer = setTimeout(() => {
      late.delete(timer)
      answer()
    }, fault.delayMs)
    late.add(timer)
  })
  return {
    sources,
    fault: (nth, fault) => {
      faults[nth] = fault
    },
    stop: async () => {
      for (const each of late) clearTimeout(each)
      await new Promise<void>((resolve) => {
        socket.close(() => resolve())
      })
    },
  }
}

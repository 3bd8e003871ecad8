// The sandbox's virus scanner: a process that speaks clamd's protocol over TCP and finds one virus, the harmless EICAR test string.
// `node server/neighbours/scan-counterpart.ts [--port N]` prints `scan-counterpart <port>` when it listens.
//
// Faults can be switched on to try how the portal bears them, by the command `zFAULT <kind>`:
//   none | refuse (answers ERROR) | delay <ms> | repeat (answers twice) | alter (garbles the answer) | drop (closes without an answer) |
//   down (listens no more; only for a counterpart in the same process, which can be brought up again).
import { type ChildProcess, spawn } from 'node:child_process'
import { createServer, type Server, type Socket } from 'node:net'
import { fileURLToPath } from 'node:url'

// In two parts, so that a scanner that reads this file does not find the test string in it.
const eicar = Buffer.from(`X5O!P%@AP[4\\PZX54(P^)7CC)7}$${'EICAR-STANDARD-ANTIVIRUS-TEST-FILE!$H+H*'}`, 'latin1')

export type ScanFault = 'none' | 'refuse' | 'repeat' | 'alter' | 'drop' | 'down' | `delay ${number}`

export interface ScanCounterpart {
  readonly port: number
  fault(kind: ScanFault): Promise<void>
  stop(): Promise<void>
}

const faultForm = /^(none|refuse|repeat|alter|drop|down|delay \d{1,6})$/

/** Starts the counterpart in this process. `streamMaxLength` is clamd's setting of that name, bytes. */
export async function startScanCounterpart(
  options: { port?: number; streamMaxLength?: number } = {},
): Promise<ScanCounterpart> {
  const { streamMaxLength = 200 * 1024 * 1024 } = options
  let fault: ScanFault = 'none'
  let server: Server | null = null
  let port = options.port ?? 0
  const open = new Set<Socket>()

  const set = async (kind: ScanFault): Promise<void> => {
    fault = kind
    if (kind === 'down') await close()
    else if (!server) await listen()
  }
  const listen = async (): Promise<void> => {
    const made = createServer({ allowHalfOpen: true }, (socket) => {
      open.add(socket)
      socket.on('close', () => open.delete(socket))
      socket.on('error', () => {})
      serve(socket, streamMaxLength, () => fault, set)
    })
    await new Promise<void>((resolve, reject) => {
      made.once('error', reject)
      made.listen(port, '127.0.0.1', resolve)
    })
    const bound = made.address()
    port = typeof bound === 'object' && bound ? bound.port : port
    server = made
  }
  const close = async (): Promise<void> => {
    const closing = server
    server = null
    for (const socket of open) socket.destroy()
    if (closing) await new Promise((resolve) => closing.close(resolve))
  }
  await listen()
  return { port, fault: set, stop: close }
}

/** Serves one connection: a command ended by a zero byte (`z…`) or a line feed (`n…`). */
function serve(
  socket: Socket,
  streamMaxLength: number,
  fault: () => ScanFault,
  set: (kind: ScanFault) => Promise<void>,
): void {
  let waiting = Buffer.alloc(0)
  let ending = ''
  let stream: { seen: Buffer; bytes: number; found: boolean } | null = null

  const answer = (text: string): void => {
    const kind = fault()
    const whole = `${text}${ending}`
    if (kind === 'drop') return void socket.destroy()
    const said =
      kind === 'refuse'
        ? `stream: Can't allocate memory ERROR${ending}`
        : kind === 'repeat'
          ? whole + whole
          : kind === 'alter'
            ? whole.replace(/OK|FOUND/, 'O\u0001K')
            : whole
    const late = /^delay (\d+)$/.exec(kind)?.[1]
    setTimeout(
      () => {
        if (!socket.destroyed) socket.end(said)
      },
      Number(late ?? 0),
    ).unref()
  }

  socket.on('data', (part) => {
    waiting = Buffer.concat([waiting, part as Buffer])
    if (!stream) {
      const mode = waiting[0] === 0x7a ? '\0' : '\n'
      const at = waiting.indexOf(mode)
      if (at < 0) return void (waiting.length > 1000 && socket.destroy())
      ending = mode
      const command = waiting
        .subarray(waiting[0] === 0x7a || waiting[0] === 0x6e ? 1 : 0, at)
        .toString('latin1')
        .trim()
      waiting = waiting.subarray(at + 1)
      if (command === 'PING') return answer('PONG')
      if (command === 'VERSION') return answer('Naru sandbox scanner 1')
      const wanted = /^FAULT (.+)$/.exec(command)?.[1] ?? ''
      if (faultForm.test(wanted)) {
        socket.end(`OK${ending}`, () => void set(wanted as ScanFault))
        return
      }
      if (command !== 'INSTREAM') return answer('UNKNOWN COMMAND')
      stream = { seen: Buffer.alloc(0), bytes: 0, found: false }
    }
    while (waiting.length >= 4) {
      const length = waiting.readUInt32BE(0)
      if (length === 0) {
        waiting = waiting.subarray(4)
        return answer(stream.found ? 'stream: Eicar-Test-Signature FOUND' : 'stream: OK')
      }
      if (stream.bytes + length > streamMaxLength) return answer('INSTREAM size limit exceeded. ERROR')
      if (waiting.length < 4 + length) return
      const chunk = waiting.subarray(4, 4 + length)
      stream.bytes += length
      // The string may lie across two chunks.
      const joined = Buffer.concat([stream.seen, chunk])
      stream.found ||= joined.includes(eicar)
      stream.seen = Buffer.from(joined.subarray(Math.max(0, joined.length - eicar.length + 1)))
      waiting = waiting.subarray(4 + length)
    }
  })
  socket.on('end', () => socket.end())
}

/** Starts the counterpart as a process of its own; answers its port once it listens. */
export function spawnScanCounterpart(port = 0): Promise<{ readonly port: number; stop(): Promise<void> }> {
  const child: ChildProcess = spawn(process.execPath, [fileURLToPath(import.meta.url), '--port', String(port)], {
    stdio: ['pipe', 'pipe', 'inherit'],
  })
  return new Promise((resolve, reject) => {
    let said = ''
    child.once('error', reject)
    child.once('exit', (code) => reject(new Error(`the sandbox's scanner ended with ${code}`)))
    child.stdout?.on('data', (part: Buffer) => {
      said += part.toString()
      const listening = /scan-counterpart (\d+)/.exec(said)?.[1]
      if (!listening) return
      child.removeAllListeners('exit')
      resolve({
        port: Number(listening),
        stop: () =>
          new Promise((ended) => {
            if (child.exitCode !== null || child.signalCode !== null) return ended()
            child.once('exit', () => ended())
            child.kill('SIGTERM')
          }),
      })
    })
  })
}

if (process.argv[1] === fileURLToPath(import.meta.url)) {
  const at = process.argv.indexOf('--port')
  const counterpart = await startScanCounterpart({ port: at > 0 ? Number(process.argv[at + 1]) : 0 })
  console.log(`scan-counterpart ${counterpart.port}`)
  const end = () => void counterpart.stop().then(() => process.exit(0))
  process.on('SIGTERM', end)
  process.on('SIGINT', end)
  // Its input is a pipe from the program that started it: when that program is gone, so is this one.
  process.stdin.on('end', end).resume()
}

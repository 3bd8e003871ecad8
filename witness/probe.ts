// A probe of the submission path as a program of its own: asks every few seconds whether a bid could be taken, and tells what it found, signed.
//
//   node witness/probe.ts --folder <folder> --name probe.example/p1 --site https://naru.example [--every <seconds>] [--time <address>]
//
// `--time` names a sandbox's clock, which the probe then goes by: what that clock was ahead at the last contact it adds to its own machine's time.
// A line on its input makes it look at once; it answers `looked`. Live probes have neither.
// It prints `probe <name> <public key>` for the operator's OUTAGE_PROBES. What it could not tell while the site was down it tells afterwards; the file
// `findings` keeps it over a restart. Two answers that fail make a finding, so that one lost packet is none.
import { createPrivateKey, createPublicKey, generateKeyPairSync, sign } from 'node:crypto'
import { existsSync, mkdirSync, readFileSync, renameSync, writeFileSync } from 'node:fs'
import { join, resolve } from 'node:path'
import { setTimeout as wait } from 'node:timers/promises'
import { createInterface } from 'node:readline'
import { parseArgs } from 'node:util'
import { openWatch, type Span, signedBytes } from './watch.ts'

const { values } = parseArgs({
  options: {
    folder: { type: 'string' },
    name: { type: 'string' },
    site: { type: 'string' },
    every: { type: 'string', default: '10' },
    time: { type: 'string' },
  },
})
const { folder: place, name = '', site = '' } = values
if (!place || !name || !site) throw new Error('--folder, --name and --site are needed')
const everyMs = Number(values.every) * 1000
if (!(everyMs >= 1000)) throw new Error('--every is a number of seconds, at least 1')
const folder = resolve(place)
mkdirSync(folder, { recursive: true, mode: 0o700 })
const keyFile = join(folder, 'key.pem')
const memory = join(folder, 'findings')
if (!existsSync(keyFile))
  writeFileSync(keyFile, generateKeyPairSync('ed25519').privateKey.export({ format: 'pem', type: 'pkcs8' }), {
    mode: 0o600,
    flag: 'wx',
    flush: true,
  })
const key = createPrivateKey(readFileSync(keyFile))
const { x } = createPublicKey(key).export({ format: 'jwk' }) as { x: string }
console.log(`probe ${name} ${Buffer.from(x, 'base64url').toString('base64')}`)

const untold: Span[] = existsSync(memory) ? (JSON.parse(readFileSync(memory, 'utf8')) as Span[]) : []
const keep = (): void => {
  writeFileSync(`${memory}.new`, JSON.stringify(untold), { flush: true })
  renameSync(`${memory}.new`, memory)
}
const patience = () => AbortSignal.timeout(Math.min(everyMs, 10_000))

/** Whether the path answers that it is up; every failure on the way is a no. */
const ask = (): Promise<boolean> =>
  fetch(new URL('/api/submission-path', site), { signal: patience(), redirect: 'error' }).then(
    async (response) => response.status === 200 && ((await response.json()) as { up?: boolean }).up === true,
    () => false,
  )

/** Tells one finding; true when it was taken, or refused for good. */
async function tell(state: 'down' | 'up', span: Span): Promise<boolean> {
  const finding = { v: 1, probe: name, function: 'submission', state, ...span }
  const signature = sign(null, signedBytes(finding), key).toString('base64')
  const response = await fetch(new URL('/api/outage-findings', site), {
    method: 'POST',
    headers: { 'content-type': 'application/json' },
    body: JSON.stringify({ finding, signature }),
    signal: patience(),
  }).catch(() => null)
  if (response && response.status >= 400 && response.status < 500 && response.status !== 429)
    process.stderr.write(`probe: the site refused a finding (${response.status})\n`)
  return response !== null && response.status < 500 && response.status !== 429
}

// By how much a sandbox's clock is ahead of this machine's, in a file too, since a probe may start while the site is down.
const offsetFile = join(folder, 'offset')
let offset = values.time && existsSync(offsetFile) ? Number(readFileSync(offsetFile, 'utf8')) : 0
async function readOffset(): Promise<void> {
  if (!values.time) return
  try {
    const before = Date.now()
    const answer = await fetch(values.time, { signal: patience(), redirect: 'error' })
    const { now } = (await answer.json()) as { now: string }
    const found = Date.parse(now) - Math.round((before + Date.now()) / 2)
    if (!Number.isSafeInteger(found)) return
    offset = found
    writeFileSync(offsetFile, String(offset))
  } catch {
    // The one of the last contact stands.
  }
}

let lookNow = (): void => {}
const asked: (() => void)[] = []
if (values.time) {
  const lines = createInterface({ input: process.stdin })
  lines.on('line', () => {
    asked.push(() => console.log('looked'))
    lookNow()
  })
  // Its input is a pipe from the program that started it: when that is gone, so is this one.
  if (process.env.NARU_PARENT === 'watched') lines.on('close', () => process.exit(0))
}

const watch = openWatch()
await readOffset()
for (;;) {
  const due = asked.splice(0)
  const machine = Date.now()
  const up = await ask()
  // A span lies on one clock, as it stood before: a sandbox's may have been moved since the site came back.
  const before = offset
  if (up) await readOffset()
  const ended = watch.saw(up, machine + before)
  const began = machine + offset
  if (ended) {
    untold.push(ended)
    keep()
  }
  if (up) {
    while (untold[0] && (await tell('down', untold[0]))) {
      untold.shift()
      keep()
    }
    if (untold.length === 0) await tell('up', { from: began, until: began })
  }
  for (const answer of due) answer()
  if (asked.length > 0) continue
  const pause = new AbortController()
  lookNow = () => pause.abort()
  await wait(Math.max(0, machine + everyMs - Date.now()), undefined, { signal: pause.signal }).catch(() => {})
  lookNow = () => {}
}

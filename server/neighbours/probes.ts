// The sandbox's two probes of two invented operators, each a program of its own with its own key and memory, on the sandbox's clock.
//
// They end with the program, as all of a sandbox does; so they find what keeps bids out while it runs. A drill that stops the whole program brings
// probes of its own (OUTAGE_PROBES).
import { type ChildProcess, spawn } from 'node:child_process'
import { join } from 'node:path'
import { createInterface } from 'node:readline'
import { fromBase64 } from '@naru/sealing/bytes.ts'
import { makeKeyFile } from '../key-file.ts'
import type { Probe } from '../outages.ts'

export interface SandboxProbes {
  readonly probes: readonly Probe[]
  /** Has each of them look at once, and waits until they have told what they saw; two seconds at most. */
  look(): Promise<void>
  stop(): Promise<void>
}

const program = join(import.meta.dirname, '..', '..', 'witness', 'probe.ts')
const operators = ['audit', 'university'] as const
const patienceMs = 2_000

const folderOf = (dataFolder: string, operator: string): string => join(dataFolder, 'probes', operator)
const nameOf = (operator: string): string => `${operator}.probe.invalid`

/** The probes of a sandbox as its trust list names them, before they run: their keys lie in their folders, made at the first start. */
export const sandboxProbes = (dataFolder: string): readonly Probe[] =>
  operators.map((operator) => {
    const { publicKey } = makeKeyFile(join(folderOf(dataFolder, operator), 'key.pem'))
    return { name: nameOf(operator), operator, publicKey }
  })

/** Starts the probes of a site that already answers; `clock` is the address of the sandbox's time. */
export async function startSandboxProbes(options: {
  readonly dataFolder: string
  readonly site: string
  readonly clock: string
}): Promise<SandboxProbes> {
  const started = await Promise.all(operators.map((operator) => spawnProbe(operator, options)))
  return {
    probes: started.map(({ probe }) => probe),
    look: async () => void (await Promise.all(started.map((each) => each.look()))),
    stop: async () => void (await Promise.all(started.map((each) => each.stop()))),
  }
}

function spawnProbe(
  operator: string,
  { dataFolder, site, clock }: Parameters<typeof startSandboxProbes>[0],
): Promise<{ readonly probe: Probe; look(): Promise<void>; stop(): Promise<void> }> {
  const name = nameOf(operator)
  const words = ['--folder', folderOf(dataFolder, operator), '--name', name, '--site', site]
  const child: ChildProcess = spawn(process.execPath, [program, ...words, '--every', '5', '--time', clock], {
    stdio: ['pipe', 'pipe', 'inherit'],
    env: { ...process.env, NARU_PARENT: 'watched' },
  })
  const waiting: (() => void)[] = []
  return new Promise((resolve, reject) => {
    child.once('error', reject)
    child.once('exit', (code) => reject(new Error(`the probe ${name} ended with ${code}`)))
    child.stdin?.on('error', () => {})
    if (child.stdout)
      createInterface({ input: child.stdout }).on('line', (line) => {
        if (line === 'looked') return waiting.shift()?.()
        const [, key] = /^probe \S+ (\S+)$/.exec(line) ?? []
        if (!key) return
        child.removeAllListeners('exit')
        resolve({
          probe: { name, operator, publicKey: fromBase64(key) },
          look: () =>
            new Promise((looked) => {
              if (child.exitCode !== null || child.signalCode !== null) return looked()
              const late = setTimeout(looked, patienceMs)
              waiting.push(() => {
                clearTimeout(late)
                looked()
              })
              child.stdin?.write('look\n')
            }),
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

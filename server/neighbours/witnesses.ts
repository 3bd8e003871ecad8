// Which witnesses this deployment asks: those of the policy in the settings, or in a sandbox three programs of its own.
import { type ChildProcess, spawn } from 'node:child_process'
import { existsSync, readFileSync } from 'node:fs'
import { join } from 'node:path'
import { createInterface } from 'node:readline'
import { type NoteKey, verifierKey } from '@naru/log/checkpoint.ts'
import { parseCosignerKey } from '@naru/log/cosignature.ts'
import { BadForm, same } from '@naru/log/encoding.ts'
import { parsePolicy, quorumWitnesses } from '@naru/log/policy.ts'
import { CannotStart } from '../database/cannot-start.ts'
import type { Witnessing } from '../publishing.ts'

/** The witnesses with the text of their policy (C2SP tlog-policy) as the trust list carries it. `stop` ends the sandbox's own. */
export interface Witnesses extends Witnessing {
  readonly text: string
  stop(): Promise<void>
}

/**
 * Reads the policy that `WITNESS_POLICY_FILE` names. Throws CannotStart where it is not in form, does not list this log with its key, asks for no
 * quorum, or does not say where a witness is.
 */
export function readWitnesses(file: string, log: NoteKey): Witnesses {
  const say = (what: string) => new CannotStart(`WITNESS_POLICY_FILE names ${file}: ${what}`)
  let text: string
  try {
    text = readFileSync(file, 'utf8')
  } catch (error) {
    throw say(`it cannot be read (${(error as { code?: string }).code}).`)
  }
  try {
    const policy = parsePolicy(text)
    if (!policy.logs.some(({ key }) => key.name === log.name && same(key.publicKey, log.publicKey)))
      throw say(`it does not list this log. Its line is: log ${verifierKey(log)}`)
    if (policy.quorum === null) throw say('it asks for no quorum.')
    const witnesses = quorumWitnesses(policy).map(({ name, key, url }) => {
      if (!url || !URL.canParse(url)) throw say(`it gives no address of the witness ${name}.`)
      return { name, key, url }
    })
    return { text, policy, witnesses, stop: async () => {} }
  } catch (error) {
    if (error instanceof BadForm) throw say(error.message)
    throw error
  }
}

const sandboxNames = ['audit', 'university', 'bidders'] as const
const program = join(import.meta.dirname, '..', '..', 'witness', 'main.ts')

/** Starts the sandbox's three witnesses, each with its own folder, key and memory; two of them make the quorum. `clock` is the sandbox's time. */
export async function startSandboxWitnesses(dataFolder: string, log: NoteKey, clock: string): Promise<Witnesses> {
  const started = await Promise.all(
    sandboxNames.map(async (name) => ({
      name,
      ...(await spawnWitness({
        folder: join(dataFolder, 'witnesses', name),
        name: `${name}.witness.invalid`,
        log,
        clock,
      })),
    })),
  )
  const lines = started.map(({ name, vkey }) => `witness ${name} ${vkey}\n`)
  const text = `log ${verifierKey(log)}\n${lines.join('')}group witnesses 2 ${sandboxNames.join(' ')}\nquorum witnesses\n`
  return {
    text,
    policy: parsePolicy(text),
    witnesses: started.map(({ name, vkey, url }) => ({ name, key: parseCosignerKey(vkey), url })),
    stop: async () => void (await Promise.all(started.map((each) => each.stop()))),
  }
}

/**
 * Names of the witnesses that a sandbox left behind in its data folder. Throws CannotStart where there are none, or where that sandbox runs: no
 * memory may be written by two.
 */
export function keptWitnesses(dataFolder: string): readonly string[] {
  const pid = runningIn(dataFolder)
  if (pid !== null)
    throw new CannotStart(
      `The sandbox in ${dataFolder} runs (process ${pid}). End it first: its witnesses keep their memory there.`,
    )
  const names = sandboxNames.filter((name) => existsSync(join(dataFolder, 'witnesses', name, 'heads')))
  if (names.length === 0)
    throw new CannotStart(
      `${dataFolder} holds no witnesses of a sandbox (witnesses/<name>/heads). Name its data folder.`,
    )
  return names
}

/** Starts these witnesses with the keys and memories that lie there, so that they can be asked what they cosigned. Throws as `keptWitnesses`. */
export async function startKeptWitnesses(
  dataFolder: string,
  log: NoteKey,
  clock: string,
): Promise<{ readonly witnesses: readonly { readonly vkey: string; readonly url: string }[]; stop(): Promise<void> }> {
  const started = await Promise.all(
    keptWitnesses(dataFolder).map((name) =>
      spawnWitness({ folder: join(dataFolder, 'witnesses', name), name: `${name}.witness.invalid`, log, clock }),
    ),
  )
  return { witnesses: started, stop: async () => void (await Promise.all(started.map((each) => each.stop()))) }
}

/** The process that holds a data folder, by its `naru.pid`; null where none lives. */
function runningIn(dataFolder: string): number | null {
  try {
    const { pid } = JSON.parse(readFileSync(join(dataFolder, 'naru.pid'), 'utf8')) as { pid: number }
    process.kill(pid, 0)
    return pid
  } catch (error) {
    // Another user's process lives too.
    return (error as { code?: string }).code === 'EPERM' ? 0 : null
  }
}

/** Starts one witness of a sandbox as a process; it ends with us. `port` 0 takes a free one. */
export function spawnWitness(options: {
  readonly folder: string
  readonly name: string
  readonly log: NoteKey
  readonly clock?: string
  readonly port?: number
}): Promise<{
  readonly vkey: string
  readonly url: string
  readonly pid: number
  stop(signal?: NodeJS.Signals): Promise<void>
}> {
  const { folder, name, log, clock, port = 0 } = options
  const words = ['--folder', folder, '--name', name, '--log', verifierKey(log), '--port', String(port), '--sandbox']
  const child: ChildProcess = spawn(process.execPath, [program, ...words, ...(clock ? ['--time', clock] : [])], {
    stdio: ['pipe', 'pipe', 'inherit'],
    env: { ...process.env, NARU_PARENT: 'watched' },
  })
  return new Promise((resolve, reject) => {
    child.once('error', reject)
    child.once('exit', (code) => reject(new Error(`the witness ${name} ended with ${code}`)))
    if (child.stdout)
      createInterface({ input: child.stdout }).on('line', (line) => {
        const [, vkey, listening] = /^witness (\S+) (\d+)$/.exec(line) ?? []
        if (!vkey || !listening) return
        child.removeAllListeners('exit')
        resolve({
          vkey,
          url: `http://127.0.0.1:${listening}/`,
          pid: child.pid ?? 0,
          stop: (signal = 'SIGTERM') =>
            new Promise((ended) => {
              if (child.exitCode !== null || child.signalCode !== null) return ended()
              child.once('exit', () => ended())
              child.kill(signal)
            }),
        })
      })
  })
}

// The sandbox's three guardians, each a program of its own with its own folder, keys and trust; one of them is the offline spare.
import { type ChildProcess, spawn } from 'node:child_process'
import { mkdirSync, writeFileSync } from 'node:fs'
import { join } from 'node:path'
import { createInterface } from 'node:readline'
import { toBase64 } from '@naru/sealing/bytes.ts'
import type { TrustedApprover, TrustList } from '@naru/sealing/signatures/trust-list.ts'
import { makeKeyFile } from '../key-file.ts'

/** A guardian of the sandbox: `url` is its port on the loopback, where it takes its credential, faults and the release of a spare. */
export interface SandboxGuardian {
  readonly name: string
  readonly spare: boolean
  readonly url: string
}

export interface SandboxGuardians {
  readonly guardians: readonly SandboxGuardian[]
  stop(): Promise<void>
}

const program = join(import.meta.dirname, '..', '..', 'guardian', 'main.ts')
const names = ['first', 'second', 'spare'] as const

const folderOf = (dataFolder: string, name: string): string => join(dataFolder, 'guardians', name)

/** The two guardians that approve releases of the sealing client, as the trust list names them before they run: their keys lie in their folders. */
export const sandboxApprovers = (dataFolder: string): readonly TrustedApprover[] =>
  (['first', 'second'] as const).map((name) => ({
    name,
    operator: `${name}.guardian.invalid`,
    key: toBase64(makeKeyFile(join(folderOf(dataFolder, name), 'approval.pem')).publicKey),
  }))

/** Starts the guardians for a portal. They do nothing before an organisation gives them a credential. `clock` is the sandbox's time. */
export async function startSandboxGuardians(options: {
  readonly dataFolder: string
  readonly portal: string
  readonly clock: string
  readonly trust: TrustList
  /** The client that they approve, as if they had built it themselves; null where others approve. */
  readonly client: string | null
}): Promise<SandboxGuardians> {
  const started = await Promise.all(names.map((name) => spawnGuardian({ ...options, name, spare: name === 'spare' })))
  return {
    guardians: started.map(({ name, spare, url }) => ({ name, spare, url })),
    stop: async () => void (await Promise.all(started.map((each) => each.stop()))),
  }
}

function spawnGuardian(options: {
  readonly dataFolder: string
  readonly portal: string
  readonly clock: string
  readonly trust: TrustList
  readonly client: string | null
  readonly name: string
  readonly spare: boolean
}): Promise<SandboxGuardian & { stop(): Promise<void> }> {
  const { dataFolder, portal, clock, trust, client, name, spare } = options
  const folder = folderOf(dataFolder, name)
  mkdirSync(folder, { recursive: true, mode: 0o700 })
  const handed = join(folder, 'handed-trust.json')
  writeFileSync(handed, JSON.stringify(trust))
  const words = ['--folder', folder, '--name', name, '--portal', portal, '--trust', handed, '--time', clock]
  const usual = ['--every', '1', '--keep-days', '0', '--sandbox', ...(client && !spare ? ['--client', client] : [])]
  const child: ChildProcess = spawn(process.execPath, [program, ...words, ...usual, ...(spare ? ['--spare'] : [])], {
    stdio: ['pipe', 'pipe', 'inherit'],
    env: { ...process.env, NARU_PARENT: 'watched' },
  })
  return new Promise((resolve, reject) => {
    child.once('error', reject)
    child.once('exit', (code) => reject(new Error(`the guardian ${name} ended with ${code}`)))
    if (child.stdout)
      createInterface({ input: child.stdout }).on('line', (line) => {
        const [, port] = /^guardian \S+ (\d+)$/.exec(line) ?? []
        if (!port) return
        child.removeAllListeners('exit')
        resolve({
          name,
          spare,
          url: `http://127.0.0.1:${port}`,
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

// Which time-stamp authorities this deployment asks: those of the settings, or in a sandbox two counterparts of its own.
import { X509Certificate } from 'node:crypto'
import { readFileSync } from 'node:fs'
import { dirname, join, resolve } from 'node:path'
import { anchorsOf, type TrustedAuthority, type TrustRoot, trustRoot } from '@naru/sealing/signatures/trust-list.ts'
import { z } from 'zod'
import { CannotStart } from '../database/cannot-start.ts'
import { type TimestampAuthority, timestampAuthority } from './timestamp.ts'
import { sandboxStampPolicy, spawnTimestampCounterpart } from './timestamp-counterpart.ts'

/** The authorities with what the trust list says of them. `stop` ends the sandbox's own. */
export interface TimestampAuthorities {
  readonly authorities: readonly TimestampAuthority[]
  readonly roots: readonly TrustRoot[]
  readonly listed: readonly TrustedAuthority[]
  stop(): Promise<void>
}

/** One authority of the settings' file: a name, its address, its root in PEM or DER (a path beside the file), the policies that count. */
const settingSchema = z.array(
  z.strictObject({
    name: z.string().min(1).max(200),
    url: z.url(),
    root: z.string().min(1),
    policies: z.array(z.string()).default([]),
    patienceMs: z.int().min(100).max(60_000).optional(),
  }),
)

interface Authority {
  readonly name: string
  readonly url: string
  readonly root: TrustRoot
  readonly policies: readonly string[]
  readonly patienceMs?: number
}

/** Reads the file that `TIMESTAMP_AUTHORITIES` names. Throws CannotStart with what is wrong; two of different roots are the least. */
export function readAuthorities(file: string): TimestampAuthorities {
  let asked: z.infer<typeof settingSchema>
  try {
    asked = settingSchema.parse(JSON.parse(readFileSync(file, 'utf8')))
  } catch (error) {
    throw new CannotStart(`TIMESTAMP_AUTHORITIES names ${file}, which cannot be read: ${(error as Error).message}`)
  }
  const authorities = asked.map(({ root, ...rest }): Authority => {
    try {
      const { raw } = new X509Certificate(readFileSync(resolve(dirname(file), root)))
      return { ...rest, root: trustRoot(rest.name, new Uint8Array(raw), ['tsa']) } as Authority
    } catch (error) {
      throw new CannotStart(
        `The root of the time-stamp authority ${rest.name} cannot be read: ${(error as Error).message}`,
      )
    }
  })
  if (new Set(authorities.map((each) => each.root.cert)).size < 2)
    throw new CannotStart(`TIMESTAMP_AUTHORITIES (${file}) must name two authorities with different roots.`)
  return known(authorities, async () => {})
}

function known(authorities: readonly Authority[], stop: () => Promise<void>): TimestampAuthorities {
  return {
    authorities: authorities.map(({ name, url, root, policies, patienceMs }) =>
      timestampAuthority({
        name,
        url,
        trust: { anchors: anchorsOf([root]), ...(policies.length > 0 && { policies }) },
        ...(policies[0] && { policy: policies[0] }),
        ...(patienceMs && { patienceMs }),
      }),
    ),
    roots: authorities.map((each) => each.root),
    listed: authorities.map(({ name, url, policies }) => ({ name, url, policies: [...policies] })),
    stop,
  }
}

const sandboxNames = ['Sandbox Time North', 'Sandbox Time South'] as const

/** Starts the sandbox's two authorities as processes, each with its own folder and root. `clock` is the address of the sandbox's time. */
export async function startSandboxAuthorities(dataFolder: string, clock: string): Promise<TimestampAuthorities> {
  const processes = await Promise.all(
    sandboxNames.map(async (name, n) => {
      const folder = join(dataFolder, 'counterparts', `time-${n + 1}`)
      return { name, ...(await spawnTimestampCounterpart({ folder, name, clock })) }
    }),
  )
  const authorities = await Promise.all(
    processes.map(async ({ name, url }): Promise<Authority> => {
      const response = await fetch(`${url}/root.der`)
      const root = trustRoot(name, new Uint8Array(await response.arrayBuffer()), ['tsa'])
      return { name, url, root, policies: [sandboxStampPolicy] }
    }),
  )
  return known(authorities, async () => {
    await Promise.all(processes.map((each) => each.stop()))
  })
}

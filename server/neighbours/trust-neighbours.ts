// Whose certificates and time-stamps this deployment believes: from the settings, or in a sandbox from counterparts of its own.
import { X509Certificate } from 'node:crypto'
import { readFileSync } from 'node:fs'
import { dirname, join, resolve } from 'node:path'
import { algorithmNames } from '@naru/sealing/signatures/algorithms.ts'
import { readCertificate } from '@naru/sealing/signatures/certificate.ts'
import { type TrustRoot, trustRoot } from '@naru/sealing/signatures/trust-list.ts'
import { z } from 'zod'
import type { TrustSetting } from '../certificates.ts'
import { CannotStart } from '../database/cannot-start.ts'
import type { Settings } from '../settings.ts'
import { spawnAuthorityCounterpart } from './authority-counterpart.ts'
import { mayCall } from './public-address.ts'
import { spawnSigningCounterpart } from './signing-counterpart.ts'
import { readAuthorities, startSandboxAuthorities, type TimestampAuthorities } from './timestamp-authorities.ts'

export interface TrustNeighbours {
  readonly setting: TrustSetting
  readonly timestamps: TimestampAuthorities
  stop(): Promise<void>
}

/** A root of people's certificates: its file (PEM or DER, beside the list), its days, its algorithms, and its list where it names none. */
const rootsSchema = z.array(
  z.strictObject({
    name: z.string().min(1).max(200),
    root: z.string().min(1),
    from: z.iso.datetime().optional(),
    until: z.iso.datetime().optional(),
    algorithms: z
      .array(z.strictObject({ name: z.enum(algorithmNames), bits: z.int(), until: z.int().nullable() }))
      .optional(),
    crl: z.url().optional(),
  }),
)

/** Reads the file that `SIGNATURE_ROOTS` names. Throws CannotStart with what is wrong. */
export function readSignatureRoots(file: string): { roots: TrustRoot[]; crls: Map<string, string> } {
  try {
    const crls = new Map<string, string>()
    const roots = rootsSchema.parse(JSON.parse(readFileSync(file, 'utf8'))).map((each) => {
      const { raw } = new X509Certificate(readFileSync(resolve(dirname(file), each.root)))
      const certificate = new Uint8Array(raw)
      if (each.crl) crls.set(readCertificate(certificate).serial, each.crl)
      return trustRoot(each.name, certificate, ['sign'], {
        ...(each.from && { from: Date.parse(each.from) }),
        ...(each.until && { until: Date.parse(each.until) }),
        ...(each.algorithms && { algorithms: each.algorithms }),
      })
    })
    return { roots, crls }
  } catch (error) {
    throw new CannotStart(`SIGNATURE_ROOTS names ${file}, which cannot be used: ${(error as Error).message}`)
  }
}

const nobody: TimestampAuthorities = { authorities: [], roots: [], listed: [], stop: async () => {} }

/** Reads the settings or starts the sandbox's counterparts: a certificate authority, a signing service, two time-stamp authorities. */
export async function startTrustNeighbours(settings: Settings): Promise<TrustNeighbours> {
  const { mode, data, host, port } = settings
  const own = mode === 'sandbox'
  const reachable = host === '0.0.0.0' || host === '::' ? '127.0.0.1' : host
  const portal = `http://${reachable}:${port}`
  const clock = `${portal}/sandbox/clock`
  const folder = join(data, 'counterparts')
  const [timestamps, people] = await Promise.all([
    settings.timestampAuthorities
      ? readAuthorities(settings.timestampAuthorities)
      : own
        ? startSandboxAuthorities(data, clock)
        : nobody,
    settings.signatureRoots || !own ? null : startSandboxPeople(folder, clock, portal, settings),
  ])
  const named = settings.signatureRoots ? readSignatureRoots(settings.signatureRoots) : { roots: [], crls: new Map() }
  return {
    timestamps,
    setting: {
      roots: [...(people?.roots ?? named.roots), ...timestamps.roots],
      authorities: timestamps.listed,
      ...(people && { signingService: people.signingService, keyFiles: people.keyFiles }),
      sources: people?.sources ?? { crls: named.crls, mayCall: (address) => mayCall(address, mode) },
    },
    stop: async () => {
      await Promise.all([timestamps.stop(), people?.stop()])
    },
  }
}

/** The sandbox's certificate authority and the service that keeps its people's keys. */
async function startSandboxPeople(
  folder: string,
  clock: string,
  portal: string,
  { publicOrigin, sealOrigin }: Pick<Settings, 'publicOrigin' | 'sealOrigin'>,
) {
  const authority = await spawnAuthorityCounterpart({ folder: join(folder, 'authority'), clock })
  const signing = await spawnSigningCounterpart({
    folder: join(folder, 'signing'),
    authority: authority.url,
    portal,
    origins: [
      ...new Set([portal, publicOrigin, portal.replace('127.0.0.1', 'localhost'), ...(sealOrigin ? [sealOrigin] : [])]),
    ],
  })
  const response = await fetch(`${authority.url}/root.der`)
  const certificate = new Uint8Array(await response.arrayBuffer())
  const { serial } = readCertificate(certificate)
  return {
    roots: [trustRoot('Sandbox Certificates', certificate, ['sign'])],
    signingService: signing.url,
    keyFiles: `${authority.url}/key-files/naru-sandbox.p12`,
    sources: {
      crls: new Map([[serial, `${authority.url}/crl/root`]]),
      // Certificates name the port of the day on which they were made.
      elsewhere: (address: string) => `${authority.url}${new URL(address).pathname}`,
    },
    stop: async () => {
      await Promise.all([authority.stop(), signing.stop()])
    },
  }
}

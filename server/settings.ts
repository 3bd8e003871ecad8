// Every setting of the server, typed and documented: program words first, then the environment.
import { join, resolve } from 'node:path'
import { type CountryName, countryNames } from '@naru/countries/packs.ts'
import type { Mode } from '@naru/domain/pack.ts'
import { CannotStart } from './database/cannot-start.ts'
import { type KeyFiles, keyFilesIn } from './deployment.ts'
import type { ObjectPlace } from './files/object-requests.ts'
import { readPlace } from './files/place.ts'
import { type Lane, type Quotas, readLane, usualQuotas } from './quota.ts'

export interface Settings {
  /** Which parts run in this program. */
  readonly parts: ReadonlySet<'web' | 'clock' | 'sequencer' | 'worker'>
  /** Keys and the embedded database; files and the published log too where no object store is named. */
  readonly data: string
  /** `FILES`, `FILES_ENDPOINT`, `FILES_REGION`, `FILES_CREDENTIALS`: the object store of files and published log; null for the data folder. */
  readonly files: ObjectPlace | null
  readonly country: CountryName
  readonly mode: Mode
  readonly host: string
  readonly port: number
  /** `DATABASE_URL`: the operator's PostgreSQL as the application's role; null for the embedded one. */
  readonly databaseUrl: string | null
  /** `SYNCHRONOUS_STANDBY=required`: acts are taken and answered only while the database waits for a synchronous standby. */
  readonly synchronousStandby: boolean
  /** `DATABASE_OWNER_URL`: the same as the owner of the tables, for migrations; the application's address where absent. */
  readonly databaseOwnerUrl: string | null
  /** `LOG_KEY_FILE`, `PROMISE_KEY_FILE`: the private keys of log and promises; in `keys/` of the data folder where absent. */
  readonly keyFiles: KeyFiles
  /** `WITNESS_POLICY_FILE`: who must cosign the log (C2SP tlog-policy, with addresses); null in a sandbox for its own three witnesses. */
  readonly witnessPolicyFile: string | null
  /** `SCAN_ADDRESS`: `host:port` of clamd; null in a sandbox for its own counterpart, in live mode for no scanner (nothing is then clean). */
  readonly scanAddress: { readonly host: string; readonly port: number } | null
  /** `TIMESTAMP_AUTHORITIES`: a JSON file that names two RFC 3161 authorities; null in a sandbox for its own two counterparts. */
  readonly timestampAuthorities: string | null
  /** `LIMIT_REQUESTS`, `LIMIT_ACTS`, `LIMIT_BIDS`: how much one caller may ask for, each as `burst/perSecond`. */
  readonly quotas: Quotas
  /** `OUTAGE_PROBES`: a JSON file that names the probes whose findings of an outage count; null in a sandbox for its own two, else for none; `none` for none. */
  readonly outageProbes: string | null
  /** `CLIENT_APPROVERS`: a JSON file that names who approves releases of the sealing client; null in a sandbox for two of its guardians, else for nobody. */
  readonly clientApprovers: string | null
  /** `SIGNATURE_ROOTS`: a JSON file that names the roots of people's certificates; null in a sandbox for its own authority. */
  readonly signatureRoots: string | null
  /** `TIME_SOURCES`: a JSON file that names four authenticated NTP servers or more; null in a sandbox for its own counterpart, else for none. */
  readonly timeSources: string | null
  /** `PUBLIC_ORIGIN`: the address people use. */
  readonly publicOrigin: string
  /** `SEAL_ORIGIN`: the origin at which another host serves the sealing client, such as `https://seal.example`; null where the portal serves it itself. */
  readonly sealOrigin: string | null
  /** `NARU_SCREENS`: the folder of the built screens; without screens in it only the API answers. */
  readonly screens: string
}

const allParts = ['web', 'clock', 'sequencer', 'worker'] as const

/** Reads the settings. Throws CannotStart with a sentence for a wrong word. */
export function readSettings(words: readonly string[], environment: NodeJS.ProcessEnv): Settings {
  const [first = 'all', ...rest] = words
  const options = new Map<string, string>()
  for (let at = 0; at < rest.length; at += 2) options.set(rest[at] ?? '', rest[at + 1] ?? '')
  const parts = first === 'all' ? allParts : first.split(',')
  for (const part of parts)
    if (!allParts.includes(part as 'web'))
      throw new CannotStart(`"${part}" is no part of the program. Parts: all, ${allParts.join(', ')}.`)
  const country = options.get('--country') ?? environment.NARU_COUNTRY ?? 'kg'
  if (!countryNames.includes(country as CountryName))
    throw new CannotStart(`There is no country "${country}". Countries: ${countryNames.join(', ')}.`)
  const mode = options.get('--mode') ?? environment.NARU_MODE ?? 'sandbox'
  if (mode !== 'sandbox' && mode !== 'live') throw new CannotStart(`The mode is sandbox or live, not "${mode}".`)
  const databaseUrl = environment.DATABASE_URL ?? null
  if (mode === 'live' && !databaseUrl)
    throw new CannotStart(
      'Live mode does not run on the embedded database. Give the address of your PostgreSQL in DATABASE_URL.',
    )
  const host = environment.HOST ?? '127.0.0.1'
  const port = Number(options.get('--port') ?? environment.PORT ?? 8080)
  const data = resolve(options.get('--data') ?? environment.NARU_DATA ?? `.data/${country}`)
  const own = keyFilesIn(data)
  const laneOf = (name: string, usual: Lane): Lane => {
    const given = environment[name]
    if (!given) return usual
    const lane = readLane(given)
    if (!lane)
      throw new CannotStart(`${name} is burst/perSecond, such as ${usual.burst}/${usual.perSecond}, not "${given}".`)
    return lane
  }
  return {
    parts: new Set(parts as 'web'[]),
    data,
    files: readPlace(environment),
    keyFiles: {
      log: environment.LOG_KEY_FILE ? resolve(environment.LOG_KEY_FILE) : own.log,
      promise: environment.PROMISE_KEY_FILE ? resolve(environment.PROMISE_KEY_FILE) : own.promise,
    },
    country: country as CountryName,
    mode,
    host,
    port,
    databaseUrl,
    synchronousStandby: readSynchronous(environment.SYNCHRONOUS_STANDBY, databaseUrl),
    databaseOwnerUrl: environment.DATABASE_OWNER_URL ?? databaseUrl,
    quotas: {
      requests: laneOf('LIMIT_REQUESTS', usualQuotas.requests),
      acts: laneOf('LIMIT_ACTS', usualQuotas.acts),
      bids: laneOf('LIMIT_BIDS', usualQuotas.bids),
    },
    witnessPolicyFile: environment.WITNESS_POLICY_FILE ? resolve(environment.WITNESS_POLICY_FILE) : null,
    scanAddress: readScanAddress(environment.SCAN_ADDRESS),
    outageProbes:
      environment.OUTAGE_PROBES && environment.OUTAGE_PROBES !== 'none'
        ? resolve(environment.OUTAGE_PROBES)
        : environment.OUTAGE_PROBES || null,
    clientApprovers: environment.CLIENT_APPROVERS ? resolve(environment.CLIENT_APPROVERS) : null,
    signatureRoots: environment.SIGNATURE_ROOTS ? resolve(environment.SIGNATURE_ROOTS) : null,
    timestampAuthorities: environment.TIMESTAMP_AUTHORITIES ? resolve(environment.TIMESTAMP_AUTHORITIES) : null,
    timeSources: environment.TIME_SOURCES ? resolve(environment.TIME_SOURCES) : null,
    screens: resolve(environment.NARU_SCREENS ?? join(import.meta.dirname, '..', 'web', 'build')),
    sealOrigin: readSealOrigin(environment.SEAL_ORIGIN),
    publicOrigin: environment.PUBLIC_ORIGIN ?? `http://${host}:${port}`,
  }
}

function readSynchronous(value: string | undefined, databaseUrl: string | null): boolean {
  if (!value) return false
  if (value !== 'required') throw new CannotStart(`SYNCHRONOUS_STANDBY is required, or not set, not "${value}".`)
  if (!databaseUrl)
    throw new CannotStart(
      'SYNCHRONOUS_STANDBY: the embedded database has no standby. Give the address of your PostgreSQL in DATABASE_URL.',
    )
  return true
}

function readScanAddress(value: string | undefined): Settings['scanAddress'] {
  if (!value) return null
  const [, host, port] = /^(.+):(\d{1,5})$/.exec(value) ?? []
  if (!host || Number(port) > 65_535)
    throw new CannotStart(`SCAN_ADDRESS is host:port of clamd, such as 127.0.0.1:3310, not "${value}".`)
  return { host: host.replace(/^\[(.*)\]$/, '$1'), port: Number(port) }
}

function readSealOrigin(value: string | undefined): string | null {
  if (!value) return null
  if (!URL.canParse(value) || new URL(value).origin !== value || !/^https?:/.test(value))
    throw new CannotStart(`SEAL_ORIGIN is an origin such as https://seal.example, without a path, not "${value}".`)
  return value
}

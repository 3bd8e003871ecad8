// What every part of the program shares: the database, the country, the mode, the keys of log and promises, and the nudge to the sequencer.
import { createPrivateKey, type KeyObject, randomUUID } from 'node:crypto'
import { join } from 'node:path'
import { type CountryName, packs } from '@naru/countries/packs.ts'
import type { Mode, Pack } from '@naru/domain/pack.ts'
import type { SealingPort } from '@naru/domain/sealing-port.ts'
import { CannotStart } from './database/cannot-start.ts'
import { makeKeyFile, rawPublicKey, readKeyFile, type SigningKey } from './key-file.ts'
import { type CertificateBook, openCertificates } from './certificates.ts'
import { refreshLaw } from './law.ts'
import { sealingPortWith } from './sealing-port.ts'
import type { Probe } from './outages.ts'
import type { RelyingParty } from '@naru/sealing/relying-party.ts'
import { folderStore, type Store } from './files/store.ts'
import { openActQuota, type Quotas, usualQuotas } from './quota.ts'
import type { SecondSite } from './second-site.ts'
import type { Database } from './store/database.ts'
import { type KnownStates, knownStates } from './store/known-states.ts'
import { wholePack } from './whole-pack.ts'

export interface Deployment {
  readonly database: Database
  /** The country as its folder writes it. */
  readonly writtenPack: Pack
  /** The same with what legal officers confirmed, as this program last read it. */
  pack: Pack
  readonly mode: Mode
  readonly sealing: SealingPort
  /** The certificates that were seen, with what was found of them. */
  readonly certificates: CertificateBook
  readonly known: KnownStates
  readonly dataFolder: string
  /** Where uploads, attachments and the published log lie. */
  readonly files: Store
  /** The log's name, e.g. naru.example/log. */
  readonly logOrigin: string
  readonly logSigner: (message: Uint8Array) => Uint8Array
  readonly logPublicKey: Uint8Array
  readonly signPromise: (message: Uint8Array) => Uint8Array
  readonly promisePublicKey: Uint8Array
  /** How much one caller may ask for. */
  readonly quotas: Quotas
  /** Takes one act of an actor from its quota: 0, or the seconds to wait. */
  readonly actQuota: ReturnType<typeof openActQuota>
  /** Names of the time-stamp authorities that are asked; empty where there is none. Set before anything is placed. */
  timestampAuthorities: readonly string[]
  /** Whose findings of an outage count; empty where none are set, and then no deadline moves. */
  probes: readonly Probe[]
  /** The second site that everything recorded must have reached before it is answered; null where none is demanded. */
  secondSite: SecondSite | null
  /** For whom passkeys are made; null where the public address has no name, or this program has no pages. Set before anyone signs in. */
  relyingParty: RelyingParty | null
  /** The release of the sealing client that this program serves (SHA-256, base64); null where none was built. */
  clientBuilt: string | null
  /** The same once it stands in the trust list, approved: notices name it. Null before. */
  clientRelease: string | null
  /** Where the sealing client's own pages lie, with a slash at its end: at this portal, or at another host (SEAL_ORIGIN). */
  sealingClient: string
  /** Counts what anyone could see change in this program; pages kept at an older count are made anew. A sealed bid changes nothing public. */
  publicChange: number
  /** When (ms, this program's monotonic clock) bids last came in a storm; what can wait then waits. */
  stormAt: number
  /** The database's clock is wrong by a second or more, as the time sources agree: no act is taken (server/time-watch.ts). */
  clockIsWrong: boolean
  /** Tells the sequencer that something waits. */
  poke: () => void
}

/** Where the private keys lie; in the folder `keys` of the data folder where nothing else is said. */
export interface KeyFiles {
  readonly log: string
  readonly promise: string
}

export const keyFilesIn = (dataFolder: string): KeyFiles => ({
  log: join(dataFolder, 'keys', 'log.pem'),
  promise: join(dataFolder, 'keys', 'promise.pem'),
})

const sameKey = (a: Uint8Array, b: Uint8Array): boolean => Buffer.from(a).equals(Buffer.from(b))

/**
 * The key of a file, as the database knows it by its public half. A database from before the key files still holds the private key, which then
 * goes into the file; a new one gets a new key. A program that does not sign with the key (`needed` false) may run without its file.
 */
function openKey(
  name: string,
  path: string,
  known: { readonly publicKey: Buffer | null; readonly der: Buffer | null } | null,
  needed: boolean,
): SigningKey {
  const found = readKeyFile(path) ?? (known?.publicKey ? null : makeKeyFile(path, known?.der ?? undefined))
  const expected = known?.publicKey ?? (known?.der ? rawPublicKey(privateKeyOf(known.der)) : null)
  if (found && expected && !sameKey(found.publicKey, expected))
    throw new CannotStart(
      `${path} holds another key than the one with which this ${name} was begun. Bring back the right file; without it nothing more can be signed.`,
    )
  if (found) return found
  if (needed || !expected)
    throw new CannotStart(`The key of the ${name} is missing: ${path}. Bring it back from where you keep your keys.`)
  return {
    publicKey: new Uint8Array(expected),
    sign: () => {
      throw new CannotStart(`The key of the ${name} is missing: ${path}.`)
    },
  }
}

const privateKeyOf = (der: Buffer): KeyObject => createPrivateKey({ key: der, format: 'der', type: 'pkcs8' })

/**
 * Opens the deployment of a database, or fixes its mode, country and keys when it is filled for the first time. `signs` names the keys this
 * program cannot do without. Throws CannotStart when the database belongs to another country or mode, or a key is not the right one.
 */
export async function openDeployment(
  database: Database,
  wanted: {
    country: CountryName
    mode: Mode
    dataFolder: string
    keyFiles?: KeyFiles
    quotas?: Quotas
    signs?: { readonly log: boolean; readonly promise: boolean }
    certificates?: CertificateBook
    /** Where files lie; in the data folder where nothing else is said. */
    files?: Store
  },
): Promise<Deployment> {
  const { db } = database
  const { quotas = usualQuotas, certificates = openCertificates({ roots: [], authorities: [] }) } = wanted
  const { keyFiles = keyFilesIn(wanted.dataFolder), signs = { log: true, promise: true } } = wanted
  const find = () => db.selectFrom('deployment').selectAll().executeTakeFirst()
  const before = await find()
  if (!before)
    await db
      .insertInto('deployment')
      .values({
        one: true,
        mode: wanted.mode,
        country: wanted.country,
        log_origin: `naru-${wanted.country}-${wanted.mode}-${randomUUID().slice(0, 8)}.invalid/log`,
        log_public: Buffer.from(openKey('log', keyFiles.log, null, true).publicKey),
        promise_public: Buffer.from(openKey('promises', keyFiles.promise, null, true).publicKey),
      })
      .onConflict((conflict) => conflict.column('one').doNothing())
      .execute()
  const row = before ?? (await find())
  if (!row) throw new CannotStart('The database holds no deployment.')
  if (row.country !== wanted.country)
    throw new CannotStart(
      `This data folder holds the country ${row.country}, not ${wanted.country}. Start with --country ${row.country}, or choose another folder with NARU_DATA.`,
    )
  if (row.mode !== wanted.mode)
    throw new CannotStart(
      `This database was filled in ${row.mode} mode and stays in it. Use another database for ${wanted.mode} mode.`,
    )
  const log = openKey('log', keyFiles.log, { publicKey: row.log_public, der: row.log_key }, signs.log)
  const promise = openKey(
    'promises',
    keyFiles.promise,
    { publicKey: row.promise_public, der: row.promise_key },
    signs.promise,
  )
  if (sameKey(log.publicKey, promise.publicKey))
    throw new CannotStart('The log and its promises must be signed with different keys.')
  if (!row.log_public || !row.promise_public || row.log_key || row.promise_key)
    await db
      .updateTable('deployment')
      .set({
        log_key: null,
        promise_key: null,
        log_public: Buffer.from(log.publicKey),
        promise_public: Buffer.from(promise.publicKey),
      })
      .execute()
  const writtenPack = wholePack(packs[wanted.country])
  const deployment: Deployment = {
    database,
    writtenPack,
    pack: writtenPack,
    mode: row.mode,
    sealing: sealingPortWith(certificates),
    certificates,
    known: knownStates(),
    dataFolder: wanted.dataFolder,
    files: wanted.files ?? folderStore(wanted.dataFolder),
    logOrigin: row.log_origin,
    logSigner: log.sign,
    logPublicKey: log.publicKey,
    signPromise: promise.sign,
    promisePublicKey: promise.publicKey,
    quotas,
    actQuota: openActQuota(quotas),
    timestampAuthorities: [],
    probes: [],
    secondSite: null,
    relyingParty: null,
    clientBuilt: null,
    clientRelease: null,
    sealingClient: '/seal/',
    publicChange: 0,
    stormAt: Number.NEGATIVE_INFINITY,
    clockIsWrong: false,
    poke: () => {},
  }
  await refreshLaw(deployment)
  return deployment
}

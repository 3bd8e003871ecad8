// What every part of the program shares: the database, the country, the mode, the keys of log and promises, and the nudge to the sequencer.
import { createPrivateKey, createPublicKey, generateKeyPairSync, type KeyObject, randomUUID, sign } from 'node:crypto'
import { type CountryName, packs } from '@naru/countries/packs.ts'
import type { Mode, Pack } from '@naru/domain/pack.ts'
import type { SealingPort } from '@naru/domain/sealing-port.ts'
import { CannotStart } from './database/cannot-start.ts'
import { sealingPort } from './sealing-port.ts'
import type { Database } from './store/database.ts'
import { type KnownStates, knownStates } from './store/known-states.ts'

export interface Deployment {
  readonly database: Database
  readonly pack: Pack
  readonly mode: Mode
  readonly sealing: SealingPort
  readonly known: KnownStates
  readonly dataFolder: string
  /** The log's name, e.g. naru.example/log. */
  readonly logOrigin: string
  readonly logSigner: (message: Uint8Array) => Uint8Array
  readonly logPublicKey: Uint8Array
  readonly signPromise: (message: Uint8Array) => Uint8Array
  readonly promisePublicKey: Uint8Array
  /** Counts what anyone could see change in this program; pages kept at an older count are made anew. A sealed bid changes nothing public. */
  publicChange: number
  /** Tells the sequencer that something waits. */
  poke: () => void
}

const rawPublicKey = (key: KeyObject): Uint8Array =>
  new Uint8Array(Buffer.from((createPublicKey(key).export({ format: 'jwk' }) as { x: string }).x, 'base64url'))

const newKey = (): Buffer => generateKeyPairSync('ed25519').privateKey.export({ format: 'der', type: 'pkcs8' })

/**
 * Opens the deployment of a database, or fixes its mode, country and keys when it is filled for the first time.
 * Throws CannotStart when the database belongs to another country or mode.
 */
export async function openDeployment(
  database: Database,
  wanted: { country: CountryName; mode: Mode; dataFolder: string },
): Promise<Deployment> {
  const { db } = database
  await db
    .insertInto('deployment')
    .values({
      one: true,
      mode: wanted.mode,
      country: wanted.country,
      log_origin: `naru-${wanted.country}-${wanted.mode}-${randomUUID().slice(0, 8)}.invalid/log`,
      log_key: newKey(),
      promise_key: newKey(),
    })
    .onConflict((conflict) => conflict.column('one').doNothing())
    .execute()
  const row = await db.selectFrom('deployment').selectAll().executeTakeFirstOrThrow()
  if (row.country !== wanted.country)
    throw new CannotStart(
      `This data folder holds the country ${row.country}, not ${wanted.country}. Start with --country ${row.country}, or choose another folder with NARU_DATA.`,
    )
  if (row.mode !== wanted.mode)
    throw new CannotStart(
      `This database was filled in ${row.mode} mode and stays in it. Use another database for ${wanted.mode} mode.`,
    )
  const logKey = createPrivateKey({ key: row.log_key, format: 'der', type: 'pkcs8' })
  const promiseKey = createPrivateKey({ key: row.promise_key, format: 'der', type: 'pkcs8' })
  return {
    database,
    pack: packs[wanted.country],
    mode: row.mode,
    sealing: sealingPort,
    known: knownStates(),
    dataFolder: wanted.dataFolder,
    logOrigin: row.log_origin,
    logSigner: (message) => new Uint8Array(sign(null, message, logKey)),
    logPublicKey: rawPublicKey(logKey),
    signPromise: (message) => new Uint8Array(sign(null, message, promiseKey)),
    promisePublicKey: rawPublicKey(promiseKey),
    publicChange: 0,
    poke: () => {},
  }
}

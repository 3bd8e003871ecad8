// The law of a deployment: the country as written, with what its legal officers confirmed. Acts read it in their transaction, pages as last read.
import { lawCase, type LawState, withConfirmed } from '@naru/domain/law/law.ts'
import type { Pack } from '@naru/domain/pack.ts'
import type pg from 'pg'
import type { Deployment } from './deployment.ts'

/** The state of the law's case, or null while nobody was named and nothing confirmed. */
export async function readLaw(client: Pick<pg.PoolClient, 'query'>): Promise<LawState | null> {
  const { rows } = await client.query<{ state: string }>('select state from current where stream = $1', [
    `law:${lawCase}`,
  ])
  return rows[0] ? (JSON.parse(rows[0].state) as LawState) : null
}

/** The country under a state of its law. */
export const packUnder = (deployment: Pick<Deployment, 'writtenPack'>, law: LawState | null): Pack =>
  law ? withConfirmed(deployment.writtenPack, law.confirmed) : deployment.writtenPack

/** Reads the law anew for this program's pages; pages kept from before are made again where it changed. */
export async function refreshLaw(deployment: Deployment): Promise<void> {
  const law = await readLaw(deployment.database.pool)
  const key = JSON.stringify(law?.confirmed ?? [])
  if (known.get(deployment) === key) return
  known.set(deployment, key)
  deployment.pack = packUnder(deployment, law)
  deployment.publicChange += 1
}
const known = new WeakMap<Deployment, string>()

/** What can be confirmed and what was: every entry of the country that could not be read, with its candidates, and every confirmation. */
export interface LawInForce {
  readonly country: string
  readonly mode: Deployment['mode']
  readonly case: string
  readonly officers: LawState['officers']
  readonly confirmed: LawState['confirmed']
  readonly unread: readonly {
    readonly key: string
    readonly from: string
    readonly why: string
    readonly candidates: readonly { readonly value: unknown; readonly from: string; readonly source: string }[]
  }[]
}

/** Reads the law as it stands now. */
export async function readLawInForce(deployment: Deployment): Promise<LawInForce> {
  const law = await readLaw(deployment.database.pool)
  const pack = packUnder(deployment, law)
  return {
    country: pack.country,
    mode: deployment.mode,
    case: lawCase,
    officers: law?.officers ?? [],
    confirmed: law?.confirmed ?? [],
    unread: pack.values.flatMap(({ key, entries }) =>
      entries.flatMap((entry) =>
        'law' in entry ? [] : [{ key, from: entry.from, why: entry.why, candidates: entry.candidates }],
      ),
    ),
  }
}

// The database of a data folder for a program beside the server: a command that reads or imports, whether Naru runs or not.
import { existsSync } from 'node:fs'
import { join } from 'node:path'
import { CannotStart } from './cannot-start.ts'
import { startEmbedded } from './embedded.ts'
import { openOperators } from './operators.ts'

/** Where the database is: what settings.ts reads. */
export interface DatabasePlace {
  readonly data: string
  readonly databaseUrl: string | null
  readonly databaseOwnerUrl: string | null
}

/** A database reached; `close` leaves a server running that ran before. */
export interface ReachedDatabase {
  readonly ownerUrl: string
  readonly appUrl: string
  readonly close: () => Promise<void>
}

/** Reaches the operator's database, or that of the data folder, which is started for as long as it is needed. Throws CannotStart where there is none yet. */
export const reachDatabase = async ({
  data,
  databaseUrl,
  databaseOwnerUrl,
}: DatabasePlace): Promise<ReachedDatabase> => {
  if (databaseUrl) {
    const separate = databaseOwnerUrl && databaseOwnerUrl !== databaseUrl ? databaseUrl : undefined
    return { ...(await openOperators(databaseOwnerUrl ?? databaseUrl, separate)), close: async () => {} }
  }
  if (!existsSync(join(data, 'database.json')))
    throw new CannotStart(
      `There is no data in ${data} yet. Start Naru once (npm start), or choose the folder: --data <folder>, --country <code>.`,
    )
  const { ownerUrl, appUrl, adopted, stop } = await startEmbedded(data)
  return { ownerUrl, appUrl, close: adopted ? async () => {} : stop }
}

// `node server/database/remove-embedded.ts <data folder>`: ends the embedded PostgreSQL of a folder and deletes its cluster.
import { CannotStart } from './cannot-start.ts'
import { removeEmbedded } from './embedded.ts'

try {
  await removeEmbedded(process.argv[2] as string)
} catch (error) {
  if (!(error instanceof CannotStart)) throw error
  console.error(error.message)
  process.exitCode = 1
}

// The secret of a delegated credential: shown once, kept by nobody; the record has its hash only.
import { createHash, randomBytes } from 'node:crypto'

const ofThisProcess = randomBytes(32)

/** The secret and its hash for a form; the same press of the same form gives the same secret. */
export function secretOf(formKey: string): { secret: string; hash: string } {
  const secret = createHash('sha256').update(ofThisProcess).update(formKey).digest('base64url')
  return { secret, hash: createHash('sha256').update(secret).digest('hex') }
}

// The word by which an operator is known to `/health`: a setting, or made once and kept beside the keys.
import { randomBytes } from 'node:crypto'
import { mkdirSync, readFileSync, writeFileSync } from 'node:fs'
import { dirname, join } from 'node:path'
import { CannotStart } from './database/cannot-start.ts'

const form = /^\S{16,200}$/

/** `OPERATOR_TOKEN` where it is given, else what `keys/operator.token` of the data folder holds, made there if need be, readable by its owner alone. */
export function operatorToken(dataFolder: string, given: string | undefined): string {
  if (given) {
    if (!form.test(given)) throw new CannotStart('OPERATOR_TOKEN is 16 to 200 characters without spaces.')
    return given
  }
  const path = join(dataFolder, 'keys', 'operator.token')
  mkdirSync(dirname(path), { recursive: true, mode: 0o700 })
  try {
    writeFileSync(path, `${randomBytes(24).toString('base64url')}\n`, { mode: 0o600, flag: 'wx' })
  } catch (error) {
    if ((error as { code?: string }).code !== 'EEXIST') throw error
  }
  const token = readFileSync(path, 'utf8').trim()
  if (!form.test(token)) throw new CannotStart(`${path} holds no token. Take the file away; a new one is made.`)
  return token
}

// The good bundle that lies in this room, with its deployment's secret keys: what tests and the folder of bad bundles are made from.
import { readFileSync } from 'node:fs'
import { join } from 'node:path'
import { fromBase64 } from '@naru/sealing/bytes.ts'
import type { OperatorKeys } from './alterations/draft.ts'
import { openArchive } from './archive.ts'
import type { Files } from './bundle.ts'
import { Findings } from './finding.ts'

const folder = join(import.meta.dirname, 'examples')

/** The bytes of the good bundle: a Korean tender with a draw, a review and a contract, told by the stories. */
export const goodArchive = (): Uint8Array => new Uint8Array(readFileSync(join(folder, 'kr-open.zip')))

/** Its files. */
export function goodFiles(): Files {
  const files = openArchive(new Findings(), goodArchive())
  if (!files) throw new Error('the good bundle cannot be read')
  return files
}

/** The secret keys of its operator. */
export function operatorKeys(): OperatorKeys {
  const { log, promise } = JSON.parse(readFileSync(join(folder, 'kr-open.keys.json'), 'utf8')) as Record<string, string>
  return { log: fromBase64(log ?? ''), promise: fromBase64(promise ?? '') }
}

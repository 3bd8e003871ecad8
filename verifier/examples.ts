// The good bundles that lie in this room, with their deployments' secret keys: what tests and the folder of bad bundles are made from.
import { readFileSync } from 'node:fs'
import { join } from 'node:path'
import { fromBase64 } from '@naru/sealing/bytes.ts'
import type { OperatorKeys } from './alterations/draft.ts'
import { openArchive } from './archive.ts'
import type { Files } from './bundle.ts'
import { Findings } from './finding.ts'

const folder = join(import.meta.dirname, 'examples')

/** kr-open: a Korean tender with a draw, a review and a contract, told by the stories. fictia-moved: one whose deadline an outage moved. */
export const examples = ['kr-open', 'fictia-moved'] as const
export type Example = (typeof examples)[number]

/** The bytes of a good bundle. */
export const goodArchive = (name: Example = 'kr-open'): Uint8Array =>
  new Uint8Array(readFileSync(join(folder, `${name}.zip`)))

/** Its files. */
export function goodFiles(name: Example = 'kr-open'): Files {
  const files = openArchive(new Findings(), goodArchive(name))
  if (!files) throw new Error('the good bundle cannot be read')
  return files
}

/** The secret keys of its operator. */
export function operatorKeys(name: Example = 'kr-open'): OperatorKeys {
  const text = readFileSync(join(folder, `${name}.keys.json`), 'utf8')
  const { log, promise } = JSON.parse(text) as Record<string, string>
  return { log: fromBase64(log ?? ''), promise: fromBase64(promise ?? '') }
}

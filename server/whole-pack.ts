// A country is started only with a whole pack: each fault is told with its file, its key and its article.
import { readdirSync, readFileSync } from 'node:fs'
import { createRequire } from 'node:module'
import { dirname, join } from 'node:path'
import { packFaults } from '@naru/countries/check.ts'
import type { Pack } from '@naru/domain/pack.ts'
import { CannotStart } from './database/cannot-start.ts'

const countries = dirname(createRequire(import.meta.url).resolve('@naru/countries/packs.ts'))
const parts = ['law', 'methods', '.'] as const

/** The file of a country in which a key, method or scheme is written; its folder where none writes it out. */
function fileOf(country: string, key: string): string {
  for (const part of parts)
    try {
      const found = readdirSync(join(countries, country, part))
        .filter((file) => file.endsWith('.ts'))
        .find((file) => readFileSync(join(countries, country, part, file), 'utf8').includes(`'${key}'`))
      if (found) return join('countries', country, part, found)
    } catch {
      // A country without this folder: the next one is looked at.
    }
  return key === 'calendar' ? join('countries', country, 'calendar') : join('countries', country)
}

/** The pack itself. Throws CannotStart with every fault: file, key, article and what is wrong. */
export function wholePack(pack: Pack): Pack {
  const faults = packFaults(pack)
  if (faults.length === 0) return pack
  const lines = faults.map(
    ({ key, article, fault }) => `  ${fileOf(pack.country, key)}, ${key} (${article || 'no article'}): ${fault}`,
  )
  throw new CannotStart(`The law of ${pack.country} is not whole, so Naru does not start:\n${lines.join('\n')}`)
}

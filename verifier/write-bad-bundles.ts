// `naru write-bad-bundles <folder>`: the good bundles, and a bad one for each alteration with the reason for which it must be refused.
import { mkdirSync, writeFileSync } from 'node:fs'
import { join } from 'node:path'
import { zipSync } from 'fflate'
import { alterations, altered } from './alterations.ts'
import { examples, goodArchive, goodFiles, operatorKeys } from './examples.ts'

const [folder] = process.argv.slice(2)
if (!folder) {
  console.error('naru write-bad-bundles <folder>')
  process.exitCode = 2
} else {
  mkdirSync(folder, { recursive: true })
  const expected: { file: string; reason: string; after: string | null }[] = []
  for (const example of examples) {
    const [files, keys] = [goodFiles(example), operatorKeys(example)]
    const good = example === 'kr-open' ? 'good.zip' : `good-${example}.zip`
    writeFileSync(join(folder, good), goodArchive(example))
    for (const alteration of alterations[example]) {
      const { name, expected: reason, seen } = alteration
      const bad = await altered(files, keys, alteration)
      writeFileSync(join(folder, `${name}.zip`), zipSync(Object.fromEntries(bad), { level: 6 }))
      // Some are seen through only by one who saw the good bundle's checkpoint before.
      expected.push({ file: `${name}.zip`, reason, after: seen ? good : null })
    }
  }
  writeFileSync(join(folder, 'expected.json'), `${JSON.stringify(expected, null, 1)}\n`)
  console.log(`${expected.length} bad bundles in ${folder}`)
}

// `naru write-vector <file>`: the published test vector of a whole tender (docs/vectors/tender.json), made anew from its seed.
import { writeFileSync } from 'node:fs'
import { makeTenderVector } from './vector/tender.ts'

const [file] = process.argv.slice(2)
if (!file) {
  console.error('naru write-vector <file>')
  process.exitCode = 2
} else {
  const text = `${JSON.stringify(await makeTenderVector(), null, 1)}\n`
  writeFileSync(file, text)
  console.log(`${file}: ${(text.length / 1024).toFixed(0)} KiB`)
}

// The lock names every platform's packages and no registry's host, so that `npm ci` passes everywhere from whatever mirror.
import { readFileSync } from 'node:fs'
import { at } from './places.mjs'

const { packages } = JSON.parse(readFileSync(at('package-lock.json'), 'utf8'))
const faults = []

for (const [path, entry] of Object.entries(packages)) {
  if (/^https?:/.test(entry.resolved ?? '')) faults.push(`${path} names a host: ${entry.resolved}`)
  for (const [name, version] of Object.entries(entry.optionalDependencies ?? {}))
    if (/^\d/.test(version) && !findAbove(path, name))
      faults.push(`${path || 'the root'} needs ${name} ${version}, which the lock lacks`)
}

// As Node looks for a library: beside, then ever further up.
function findAbove(from, name) {
  for (let base = from; ; base = base.slice(0, Math.max(0, base.lastIndexOf('/node_modules/')))) {
    if (packages[`${base ? `${base}/` : ''}node_modules/${name}`]) return true
    if (!base) return false
  }
}

for (const fault of faults) console.error(fault)
process.exitCode = faults.length > 0 ? 1 : 0

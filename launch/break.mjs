// Changes one line of a copy of the program and runs the tests that ought to notice.
import { cpSync, mkdirSync, mkdtempSync, readdirSync, readFileSync, rmSync, symlinkSync, writeFileSync } from 'node:fs'
import { tmpdir } from 'node:os'
import { basename, join } from 'node:path'
import { environment, runQuietly } from './children.mjs'
import { at, root } from './places.mjs'
import { inTime, say } from './say.mjs'

/**
 * For each `{ id, file, find, put, tests }` (test files, and optionally `name`, a part of their titles) says whether the tests pass before the
 * change and fail after it. Answers how many did not.
 */
export const breakAndTest = async (changes) => {
  if (changes.length === 0) return 0
  const copy = copyCheckout()
  const unbroken = new Map()
  let faults = 0
  try {
    for (const { id, file, find, put, tests, name } of changes) {
      const path = join(copy, file)
      const whole = readFileSync(path, 'utf8')
      const since = Date.now()
      const outcome =
        whole.split(find).length !== 2
          ? `cannot be made: the text occurs ${whole.split(find).length - 1} times`
          : await tryChange()
      if (outcome !== 'noticed') faults += 1
      say(`${id}  ${file}: ${find.trim()} → ${put.trim() || 'nothing'}: ${outcome} (${inTime(Date.now() - since)})`)

      async function tryChange() {
        const key = JSON.stringify([tests, name])
        const before = unbroken.get(key) ?? (await runTests(copy, tests, name))
        unbroken.set(key, before)
        if (before.code !== 0) return `the tests fail already\n${before.output.slice(-3000)}`
        writeFileSync(
          path,
          whole.replace(find, () => put),
        )
        const after = await runTests(copy, tests, name)
        writeFileSync(path, whole)
        return after.code === 0 ? 'NOT NOTICED' : 'noticed'
      }
    }
  } finally {
    rmSync(copy, { recursive: true, force: true })
  }
  return faults
}

const runTests = (copy, tests, name) =>
  runQuietly(
    process.execPath,
    [join(copy, 'node_modules', 'vitest', 'vitest.mjs'), 'run', ...tests, ...(name ? ['-t', name] : [])],
    {
      cwd: copy,
      env: environment({ NODE_ENV: 'test' }),
    },
  )

// The libraries are linked, not copied; the rooms are linked to the copies, or a change would never be seen.
const copyCheckout = () => {
  const home = mkdtempSync(join(tmpdir(), 'naru-break-'))
  const left = new Set(['node_modules', '.git', '.data', '.launch', 'dist-types'])
  cpSync(root, home, { recursive: true, filter: (path) => path === root || !left.has(basename(path)) })
  mkdirSync(join(home, 'node_modules', '@naru'), { recursive: true })
  for (const entry of readdirSync(at('node_modules')))
    if (entry !== '@naru') symlinkSync(at('node_modules', entry), join(home, 'node_modules', entry))
  for (const room of readdirSync(at('node_modules', '@naru')))
    symlinkSync(join('..', '..', room), join(home, 'node_modules', '@naru', room))
  return home
}

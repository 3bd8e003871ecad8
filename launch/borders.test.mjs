// The linter really refuses what the map of rooms forbids: a rule that has gone blind would be green on everything.
import { spawnSync } from 'node:child_process'
import { cpSync, mkdirSync, mkdtempSync, rmSync, symlinkSync, writeFileSync } from 'node:fs'
import { tmpdir } from 'node:os'
import { dirname, join } from 'node:path'
import { afterAll, beforeAll, expect, test } from 'vitest'
import { at } from './places.mjs'

let folder

beforeAll(() => {
  folder = mkdtempSync(join(tmpdir(), 'naru-borders-'))
  cpSync(at('oxlint.config.ts'), join(folder, 'oxlint.config.ts'))
  symlinkSync(at('node_modules'), join(folder, 'node_modules'))
})

afterAll(() => rmSync(folder, { recursive: true }))

/** The names of the rules that refuse `source` in `file`. */
const refusals = (file, source) => {
  const path = join(folder, file)
  mkdirSync(dirname(path), { recursive: true })
  writeFileSync(path, source)
  const { stdout } = spawnSync(
    process.execPath,
    [at('node_modules', 'oxlint', 'bin', 'oxlint'), '--format=json', file],
    {
      cwd: folder,
      encoding: 'utf8',
    },
  )
  rmSync(path)
  return JSON.parse(stdout).diagnostics.map(({ code }) => code)
}

const use = (name) => `import { it } from '${name}'\nexport const that = it\n`

test.each([
  ['domain/tender/acts.ts', 'zod'],
  ['domain/tender/acts.ts', '../money.ts'],
  ['domain/tender/acts.ts', './facts.ts'],
  ['countries/kg/pack.ts', '@naru/domain/pack.ts'],
  ['sealing/envelope.ts', '@noble/hashes/sha2.js'],
  ['ocds/release.ts', '@naru/domain/history.ts'],
  ['server/act.ts', '@naru/domain/act.ts'],
  ['web/sealing/client.ts', '@naru/sealing/envelope.ts'],
  ['stories/a.ts', '@naru/sealing/envelope.ts'],
])('%s may take %s', (file, name) => {
  expect(refusals(file, use(name))).toEqual([])
})

test.each([
  ['domain/tender/acts.ts', 'pg'],
  ['domain/tender/acts.ts', 'node:fs'],
  ['domain/tender/acts.ts', '@naru/countries/kg/pack.ts'],
  ['domain/tender/acts.ts', '@naru/server/act.ts'],
  ['domain/tender/acts.ts', '../../server/act.ts'],
  ['domain/tender/acts.test.ts', '@naru/server/act.ts'],
  ['countries/kg/pack.ts', '@naru/server/act.ts'],
  ['countries/kg/pack.ts', 'node:fs'],
  ['sealing/envelope.ts', '@naru/domain/id.ts'],
  ['sealing/envelope.ts', 'node:crypto'],
  ['log/tree.ts', '@naru/domain/id.ts'],
  ['ocds/release.ts', '@naru/sealing/envelope.ts'],
  ['server/act.ts', '@naru/web/app/root.tsx'],
  ['server/act.ts', '../web/build/server/index.js'],
  ['web/app/page.tsx', '@naru/server/act.ts'],
  ['web/app/page.tsx', 'pg'],
  ['stories/a.ts', '@naru/server/act.ts'],
  ['hammer/a.ts', '@naru/domain/act.ts'],
  ['witness/a.ts', '@naru/sealing/hash.ts'],
  ['witness/a.ts', '@naru/server/act.ts'],
  ['launch/a.mjs', 'zod'],
])('%s may not take %s', (file, name) => {
  expect(refusals(file, use(name))).toEqual(['eslint(no-restricted-imports)'])
})

test('the screens may take types of the server', () => {
  expect(
    refusals('web/app/page.tsx', `import type { it } from '@naru/server/act.ts'\nexport type That = it\n`),
  ).toEqual([])
})

test.each([
  ['Date.now()', 'eslint(no-restricted-globals)'],
  ['new Date()', 'eslint(no-restricted-globals)'],
  ['process.env', 'eslint(no-restricted-globals)'],
  ["fetch('/')", 'eslint(no-restricted-globals)'],
  ['Temporal.Now.instant()', 'eslint(no-restricted-properties)'],
  ['Math.random()', 'eslint(no-restricted-properties)'],
])('domain may not say %s', (expression, rule) => {
  expect(refusals('domain/time.ts', `export const it = ${expression}\n`)).toEqual([rule])
})

// The door: an old Node, a missing system library and an unknown command are said in a sentence.
import { spawnSync } from 'node:child_process'
import { chmodSync, cpSync, mkdirSync, mkdtempSync, rmSync, writeFileSync } from 'node:fs'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { afterEach, beforeEach, expect, test } from 'vitest'
import { at } from './places.mjs'

let home

beforeEach(() => {
  home = mkdtempSync(join(tmpdir(), 'naru-launch-'))
  cpSync(at('launch'), join(home, 'launch'), { recursive: true })
  mkdirSync(join(home, 'countries', 'kg'), { recursive: true })
  mkdirSync(join(home, 'node_modules'))
  for (const file of ['package-lock.json', 'node_modules/.package-lock.json'])
    writeFileSync(join(home, file), '{"packages":{}}')
})

afterEach(() => rmSync(home, { recursive: true }))

const launch = (words, nodeWords = []) => {
  const { status, stdout, stderr } = spawnSync(
    process.execPath,
    [...nodeWords, join(home, 'launch', 'launch.mjs'), ...words],
    { encoding: 'utf8' },
  )
  return { status, said: stdout + stderr }
}

const ownNode = (script) => {
  const folder = join(home, 'node_modules', `node-${process.platform}-${process.arch}`, 'bin')
  mkdirSync(folder, { recursive: true })
  writeFileSync(join(folder, 'node'), `#!/bin/sh\n${script}\n`)
  chmodSync(join(folder, 'node'), 0o755)
}

test('an old Node is told its age and what to do', () => {
  const old = `data:text/javascript,Object.defineProperty(process, 'versions', { value: { ...process.versions, node: '18.20.4' } })`
  const { status, said } = launch(['start'], ['--import', old])
  expect(status).toBe(1)
  expect(said).toMatch(/Naru starts on Node 20 or newer; this is Node 18\.20\.4\.\nInstall a newer Node/)
})

test.runIf(process.platform === 'linux')('a missing libatomic is named with the package that brings it', () => {
  ownNode(
    'echo "node: error while loading shared libraries: libatomic.so.1: cannot open shared object file: No such file or directory" >&2; exit 127',
  )
  const { status, said } = launch(['start'])
  expect(status).toBe(1)
  expect(said).toMatch(/lacks\.\nInstall it and try again: {2}apt install libatomic1/)
})

test.runIf(process.platform !== 'win32')('the exit code of what was asked for is ours', () => {
  ownNode('[ "$1" = --version ] || { echo "ran $1 in $NODE_ENV"; exit 5; }')
  const { status, said } = launch(['start'])
  expect(said).toMatch(/ran .*launch\/start\.mjs in production/)
  expect(status).toBe(5)
  expect(launch(['test']).said).toMatch(/ran .*launch\/test\.mjs in test/)
})

test('an unknown command shows the known ones', () => {
  expect(launch(['strat'])).toMatchObject({ status: 2, said: expect.stringMatching(/start {2,}starts Naru/) })
  expect(launch(['constructor']).status).toBe(2)
  expect(launch([]).status).toBe(0)
})

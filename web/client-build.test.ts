// The release of the sealing client: the same sources give the same bytes, its pages load nothing but what is listed, and its list is what it says.
import { execFileSync } from 'node:child_process'
import { createHash } from 'node:crypto'
import { cpSync, mkdirSync, mkdtempSync, readFileSync, rmSync, symlinkSync, writeFileSync } from 'node:fs'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { expect, test } from 'vitest'
import { buildClient, type ClientBuild } from './client-build.ts'

const root = join(import.meta.dirname, '..')
/** The rooms that the compiler's settings of the screens name. */
const rooms = ['web', 'sealing', 'log', 'domain', 'guardian', 'server']
const textOf = ({ files }: ClientBuild, path: string): string =>
  new TextDecoder().decode(files.find((each) => each.path === path)?.bytes)
const hash = (name: 'sha256' | 'sha384', bytes: Uint8Array): string => createHash(name).update(bytes).digest('base64')

test('built twice, and once more from a copy of the sources elsewhere: the same bytes', {
  timeout: 240_000,
}, async () => {
  const [one, two] = [await buildClient(), await buildClient()]
  expect(two.release).toBe(one.release)
  expect(two.files).toEqual(one.files)
  const folder = mkdtempSync(join(tmpdir(), 'naru-copy-'))
  try {
    for (const room of rooms)
      cpSync(join(root, room), join(folder, room), {
        recursive: true,
        filter: (path) => !/[\\/](node_modules|build|dist-types|\.react-router|\.data)([\\/]|$)/.test(path),
      })
    for (const file of ['tsconfig.base.json', 'tsconfig.json', 'package.json'])
      cpSync(join(root, file), join(folder, file))
    // Libraries are the same; our own rooms are the copies.
    mkdirSync(join(folder, 'node_modules'))
    for (const name of [
      '@noble',
      'pkijs',
      'asn1js',
      'pvtsutils',
      'pvutils',
      'bytestreamjs',
      'tslib',
      'uqr',
      'vite',
      'zod',
    ])
      symlinkSync(join(root, 'node_modules', name), join(folder, 'node_modules', name))
    mkdirSync(join(folder, 'node_modules', '@naru'))
    for (const room of rooms) symlinkSync(join(folder, room), join(folder, 'node_modules', '@naru', room))
    const script = join(folder, 'web', 'say.mjs')
    writeFileSync(
      script,
      "import { buildClient } from './client-build.ts'\nconsole.log((await buildClient()).release)\n",
    )
    const said = execFileSync(process.execPath, [script], { cwd: folder, encoding: 'utf8' }).trim().split('\n').at(-1)
    expect(said).toBe(one.release)
  } finally {
    rmSync(folder, { recursive: true, force: true })
  }

  // The list holds every file with its hash, and the release is the hash of the list.
  const list = JSON.parse(textOf(one, 'release.json')) as { files: { path: string; sha256: string; size: number }[] }
  const others = one.files.filter((each) => each.path !== 'release.json')
  expect(list.files).toEqual(
    others.map(({ path, bytes }) => ({ path, sha256: hash('sha256', bytes), size: bytes.length })),
  )
  expect(one.release).toBe(hash('sha256', new TextEncoder().encode(textOf(one, 'release.json'))))

  // Pages: no inline script or style, nothing of another origin, and everything they load held by its hash.
  for (const { path, bytes } of others.filter((each) => each.path.endsWith('.html'))) {
    const page = new TextDecoder().decode(bytes)
    expect(page).toMatch(
      /Content-Security-Policy" content="default-src 'none'; script-src 'self'; style-src 'self'; connect-src 'self';/,
    )
    // A hash in base64 may hold two slashes of its own.
    expect(page.replaceAll(/ integrity="[^"]*"/g, ''), path).not.toMatch(
      /<script(?![^>]* src=)|<style|\son\w+=|\sstyle=|https?:|\/\//,
    )
    const loads = [...page.matchAll(/(?:src|href)="([^"]+)" integrity="([^"]+)"/g)]
    expect(loads.length).toBe(2)
    for (const [, from = '', integrity = ''] of loads) {
      const file = others.find((each) => each.path === from)
      expect(integrity).toBe(`sha384-${hash('sha384', file?.bytes ?? new Uint8Array())}`)
    }
    expect([...page.matchAll(/<script|<link/g)].length).toBe(2)
  }
  // The page's script holds the reader of key files by its hash.
  const keyFile = one.scripts['key-file']
  const sealing = others.find((each) => one.scripts.sealing.src.endsWith(each.path))
  expect(new TextDecoder().decode(sealing?.bytes)).toContain(keyFile.integrity)
  // pkijs is in the reader of key files alone.
  for (const { path, bytes } of others.filter((each) => /^(sealing|receipt|check)-/.test(each.path))) {
    expect(bytes.length, path).toBeLessThan(260_000)
    expect(new TextDecoder().decode(bytes)).not.toContain('AuthenticatedSafe')
  }
  expect(readFileSync(join(root, 'web', 'sealing-client', 'pages', 'frame.html'), 'utf8')).toContain('{{script}}')
})

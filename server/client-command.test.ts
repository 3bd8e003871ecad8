// Releases of the sealing client: listed in the log, and a host that serves another client than the log lists is found out.
import { createHash } from 'node:crypto'
import { createServer, type Server } from 'node:http'
import { mkdirSync, mkdtempSync, readFileSync, rmSync, writeFileSync } from 'node:fs'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { afterAll, beforeAll, expect, test } from 'vitest'
import { checkHost, packClient } from './client-command.ts'
import { readRelease } from './client-release.ts'
import { makeWorld, type World } from './test-world.ts'
import { keepTrust, listRelease, readTrust } from './trust.ts'

const folder = mkdtempSync(join(tmpdir(), 'naru-client-'))
const built = join(folder, 'built')
const policy = "default-src 'none'; connect-src 'self'; base-uri 'none'"
const sha256 = (bytes: Uint8Array | string): string => createHash('sha256').update(bytes).digest('base64')
let world: World
let server: Server
let portal = ''
let hash = ''
/** The portal's remote signing service, as its settings tell. */
const signingService = 'https://sign.example/service'

/** Serves `/api/trust` of the world and, below `/host/`, whatever folder is named. */
beforeAll(async () => {
  world = await makeWorld()
  mkdirSync(built)
  const files = { 'check.html': `<meta content="${policy}">`, 'check-abcdefgh.js': 'export {}' }
  for (const [name, text] of Object.entries(files)) writeFileSync(join(built, name), text)
  const list = Object.entries(files)
    .map(([path, text]) => ({ path, sha256: sha256(text), size: text.length }))
    .toSorted((a, b) => (a.path < b.path ? -1 : 1))
  writeFileSync(join(built, 'release.json'), JSON.stringify({ files: list, v: 1 }))
  hash = sha256(readFileSync(join(built, 'release.json')))
  server = createServer(async (request, response) => {
    const path = request.url ?? ''
    if (path === '/api/trust') return void response.end(JSON.stringify(await readTrust(world.deployment)))
    if (path === '/api/settings') return void response.end(JSON.stringify({ signingService }))
    try {
      response.end(readFileSync(join(folder, path)))
    } catch {
      response.writeHead(404).end()
    }
  })
  await new Promise<void>((resolve) => server.listen(0, '127.0.0.1', resolve))
  const bound = server.address()
  portal = `http://127.0.0.1:${typeof bound === 'object' && bound ? bound.port : 0}`
})
afterAll(async () => {
  await new Promise((resolve) => server?.close(resolve))
  await world?.end()
  rmSync(folder, { recursive: true, force: true })
})

test('a release is listed once, by a new version of the trust list that keeps all else', async () => {
  expect(await listRelease(world.deployment, hash)).toBeNull()
  const first = await keepTrust(world.deployment, { roots: [], timestampAuthorities: [], policy: '' })
  expect(first.clientReleases).toEqual([])
  expect(await listRelease(world.deployment, hash)).toBe(true)
  expect(await listRelease(world.deployment, hash)).toBe(false)
  const list = await readTrust(world.deployment)
  expect(list).toEqual({ ...first, version: 2, clientReleases: [hash] })
  // A later start with other settings forgets no release.
  const later = await keepTrust(world.deployment, { roots: [], timestampAuthorities: [], policy: 'quorum none\n' })
  expect(later.clientReleases).toEqual([hash])
})

test('what was built is read by its list; a file that differs is named', () => {
  expect(readRelease(built)).toMatchObject({ hash, differs: [] })
  expect(readRelease(join(folder, 'nothing'))).toBeNull()
})

test('a host that serves the release as packed passes; any other file, list or portal does not', async () => {
  const host = join(folder, 'host')
  expect(await packClient(built, host, portal)).toBe(hash)
  const page = readFileSync(join(host, 'check.html'), 'utf8')
  expect(page).toContain(`connect-src 'self' ${portal} https://sign.example;`)
  const deployed = JSON.parse(readFileSync(join(host, 'deployment.json'), 'utf8')) as { api: string; trust: unknown }
  expect(deployed).toEqual({
    v: 1,
    api: portal,
    signing: 'https://sign.example',
    trust: await readTrust(world.deployment),
  })
  expect(await checkHost(`${portal}/host`)).toEqual({ hash, wrong: [] })

  // One more place to speak to, and one byte of a script.
  writeFileSync(join(host, 'check.html'), page.replace(portal, `${portal} https://elsewhere.example`))
  expect((await checkHost(`${portal}/host`)).wrong).toEqual(['check.html is not the file of this release.'])
  writeFileSync(join(host, 'check.html'), page)
  writeFileSync(join(host, 'check-abcdefgh.js'), 'export{}')
  expect((await checkHost(`${portal}/host`)).wrong).toEqual(['check-abcdefgh.js is not the file of this release.'])

  // Two portals in the place of one, which the pages' policy would then let through.
  writeFileSync(
    join(host, 'deployment.json'),
    JSON.stringify({ ...deployed, api: `${portal} https://elsewhere.example` }),
  )
  await expect(checkHost(`${portal}/host`)).rejects.toThrow('names no portal')
  writeFileSync(join(host, 'deployment.json'), JSON.stringify(deployed))

  // Another place in the place of the portal's signing service: pages and deployment agree, the portal does not.
  writeFileSync(join(host, 'deployment.json'), JSON.stringify({ ...deployed, signing: 'https://elsewhere.example' }))
  writeFileSync(join(host, 'check.html'), page.replace('https://sign.example', 'https://elsewhere.example'))
  expect((await checkHost(`${portal}/host`)).wrong).toContain(
    `Its pages speak to https://elsewhere.example, which is not the signing service of ${portal}.`,
  )
  writeFileSync(join(host, 'check.html'), page)
  writeFileSync(join(host, 'deployment.json'), JSON.stringify(deployed))

  // A client with a list of its own is consistent in itself, but nobody has listed it.
  const list = JSON.parse(readFileSync(join(host, 'release.json'), 'utf8')) as {
    files: { path: string; sha256: string; size: number }[]
  }
  const own = list.files.map((each) =>
    each.path.endsWith('.js') ? { ...each, sha256: sha256('export{}'), size: 'export{}'.length } : each,
  )
  writeFileSync(join(host, 'release.json'), JSON.stringify({ files: own, v: 1 }))
  const { wrong } = await checkHost(`${portal}/host`)
  expect(wrong.length).toBe(1)
  expect(wrong[0]).toContain('is not in the trust list')
})

// Releases of the sealing client: listed in the log, and a host that serves another client than the log lists is found out.
import { execFile } from 'node:child_process'
import { createHash } from 'node:crypto'
import { createServer, type Server } from 'node:http'
import { copyFileSync, cpSync, mkdirSync, mkdtempSync, readFileSync, rmSync, writeFileSync } from 'node:fs'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { promisify } from 'node:util'
import { approvalMessage } from '@naru/sealing/client-approval.ts'
import { afterAll, beforeAll, expect, test } from 'vitest'
import { takeApproval } from './client-approvals.ts'
import { checkHost, packClient } from './client-command.ts'
import { readRelease } from './client-release.ts'
import { makeKeyFile } from './key-file.ts'
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
/** What approvers have sent, and the releases that the portal says it lists where they are not the world's. */
const posted: unknown[] = []
const offered: { clientReleases: string[] | undefined } = { clientReleases: undefined }
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
    if (path.endsWith('/api/trust')) {
      const { clientReleases } = offered
      return void response.end(
        JSON.stringify({ ...(await readTrust(world.deployment)), ...(clientReleases && { clientReleases }) }),
      )
    }
    if (path.endsWith('/api/client-approvals')) {
      const parts: Buffer[] = []
      for await (const part of request as AsyncIterable<Buffer>) parts.push(part)
      posted.push(JSON.parse(Buffer.concat(parts).toString()))
      return void response.writeHead(202).end('{}')
    }
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

const keys = (['one', 'two', 'three'] as const).map((name) => makeKeyFile(join(folder, 'approvers', `${name}.pem`)))
const approver = (n: number, operator: string) => ({
  name: `approver ${n}`,
  operator,
  key: Buffer.from(keys[n]?.publicKey ?? []).toString('base64'),
})
const approval = (n: number, release: string) => ({
  release,
  approver: `approver ${n}`,
  signature: Buffer.from(keys[n]?.sign(approvalMessage({ release, approver: `approver ${n}` })) ?? []).toString(
    'base64',
  ),
})

test('a release is listed once two operators have approved it, by a new version of the trust list that keeps all else', async () => {
  const { deployment } = world
  deployment.clientBuilt = hash
  expect(await listRelease(deployment, hash)).toBe('nothing')
  expect(await takeApproval(deployment, approval(0, hash))).toBe('unknown')
  const clientApprovers = [approver(0, 'audit'), approver(1, 'audit'), approver(2, 'university')]
  const first = await keepTrust(deployment, { roots: [], timestampAuthorities: [], policy: '', clientApprovers })
  expect(first.clientReleases).toEqual([])
  expect(await listRelease(deployment, hash)).toBe('unapproved')
  // A wrong signature, somebody unknown, two programs of one operator, one approval twice: none of it lists the release.
  expect(await takeApproval(deployment, { ...approval(0, hash), approver: 'approver 2' })).toBe('unknown')
  expect(await takeApproval(deployment, { ...approval(0, hash), approver: 'nobody' })).toBe('unknown')
  for (const n of [0, 0, 1]) expect(await takeApproval(deployment, approval(n, hash))).toBe('taken')
  expect(await listRelease(deployment, hash)).toBe('unapproved')
  expect(deployment.clientRelease).toBeNull()
  // The operator’s own program does not get it past the record either.
  await expect(keepTrust(deployment, { ...first, clientReleases: [hash] })).rejects.toThrow('clientReleases')
  const forged = [approval(0, hash), { ...approval(2, hash), signature: approval(1, hash).signature }]
  await expect(keepTrust(deployment, { ...first, clientReleases: [hash], clientApprovals: forged })).rejects.toThrow(
    'clientReleases',
  )

  expect(await takeApproval(deployment, approval(2, hash))).toBe('listed')
  expect(deployment.clientRelease).toBe(hash)
  expect(await listRelease(deployment, hash)).toBe('before')
  const list = await readTrust(deployment)
  expect(list).toEqual({
    ...first,
    version: 2,
    clientReleases: [hash],
    clientApprovals: [approval(0, hash), approval(1, hash), approval(2, hash)],
  })
  // Each approval is an entry of its own in the log, beside the two lists.
  const { rows } = await deployment.database.pool.query<{ type: string; count: string }>(
    `select type, count(*)::text from fact where type in ('ClientReleaseApproved', 'TrustListed') group by type order by type`,
  )
  expect(rows).toEqual([
    { type: 'ClientReleaseApproved', count: '3' },
    { type: 'TrustListed', count: '2' },
  ])
  // A later start with other settings forgets no release and no approval.
  const later = await keepTrust(deployment, { roots: [], timestampAuthorities: [], policy: 'quorum none\n' })
  expect([later.clientReleases, later.clientApprovals]).toEqual([[hash], list?.clientApprovals])
})

test('a guardian approves what it has built itself and the portal serves, and nothing else', async () => {
  const guardian = join(folder, 'guardian')
  const own = { portal: `${portal}/portal`, folder: guardian, name: 'approver 0', client: built }
  mkdirSync(guardian)
  copyFileSync(join(folder, 'approvers', 'one.pem'), join(guardian, 'approval.pem'))
  mkdirSync(join(folder, 'portal', 'seal'), { recursive: true })
  copyFileSync(join(built, 'release.json'), join(folder, 'portal', 'seal', 'release.json'))
  const before = posted.length
  const run = (...words: string[]) =>
    promisify(execFile)(process.execPath, [join(import.meta.dirname, 'client-command.ts'), 'approve', ...words])
  const words = ['--folder', guardian, '--name', 'approver 0', '--portal', own.portal, '--client', built]
  expect((await run(...words)).stdout).toContain('is listed already')
  offered.clientReleases = []
  expect((await run(...words)).stdout).toContain('is approved by approver 0')
  expect(posted.slice(before)).toEqual([approval(0, hash)])
  // The portal serves something else, or the own build is damaged: nothing is signed.
  writeFileSync(join(folder, 'portal', 'seal', 'release.json'), '{"files":[],"v":1}')
  await expect(run(...words)).rejects.toThrow()
  copyFileSync(join(built, 'release.json'), join(folder, 'portal', 'seal', 'release.json'))
  const damaged = join(folder, 'damaged')
  cpSync(built, damaged, { recursive: true })
  writeFileSync(join(damaged, 'check-abcdefgh.js'), 'export{}')
  await expect(run(...words.slice(0, -1), damaged)).rejects.toThrow('is not what its list says')
  expect(posted.length).toBe(before + 1)
  offered.clientReleases = undefined
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
  expect(wrong.length).toBe(2)
  expect(wrong[0]).toContain('is not in the trust list')
  expect(wrong[1]).toContain('is approved by nobody')
})

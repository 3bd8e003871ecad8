// Once per test run: a throw-away PostgreSQL (or the operator's, by NARU_TEST_DATABASE_URL) with a migrated template database.
import { randomBytes } from 'node:crypto'
import { chmodSync, existsSync, mkdtempSync, readdirSync, rmSync } from 'node:fs'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import type { TestProject } from 'vitest/node'
import { migrate } from '../store/migrate.ts'
import { removeEmbedded, startEmbedded } from './embedded.ts'
import { isAlive } from './postmaster.ts'
import { prepareDatabase, withClient, withDatabase, withRole } from './roles.ts'
import type { TestServer } from './test-database.ts'

declare module 'vitest' {
  interface ProvidedContext {
    testServer: TestServer
  }
}

const prefix = 'naru-test-'

/** Vitest's global set-up; what it returns is run at the end. */
export default async (project: TestProject): Promise<() => Promise<void>> => {
  const own = process.env.NARU_TEST_DATABASE_URL
  if (!own) await clearLeftovers()
  const folder = own ? undefined : mkdtempSync(join(tmpdir(), `${prefix}${process.pid}-`))
  if (folder) chmodSync(folder, 0o711)
  const embedded = folder ? await startEmbedded(folder, { durable: false }) : undefined
  const superUrl = embedded?.superUrl ?? (own as string)
  // Roles belong to the whole server, so on an operator's server every run must use the same passwords.
  const passwords = own
    ? { ownerPassword: 'naru-test-owner', appPassword: 'naru-test-app' }
    : { ownerPassword: passwordOf(embedded?.ownerUrl), appPassword: passwordOf(embedded?.appUrl) }
  const template = `naru_template_${randomBytes(4).toString('hex')}`
  await prepareDatabase(superUrl, template, passwords)
  await migrate(withRole(withDatabase(superUrl, template), 'naru_owner', passwords.ownerPassword))
  project.provide('testServer', { superUrl, template, ...passwords })
  return async () => {
    if (folder) {
      await removeEmbedded(folder)
      rmSync(folder, { recursive: true, force: true })
    } else {
      await withClient(superUrl, (client) => client.query(`drop database if exists ${template}`))
    }
  }
}

const passwordOf = (url: string | undefined) => new URL(url as string).password

// A test run that was killed leaves its server running; its folder names the run's process.
const clearLeftovers = async () => {
  for (const name of readdirSync(tmpdir()).filter((entry) => entry.startsWith(prefix))) {
    const pid = Number(name.slice(prefix.length).split('-')[0])
    const folder = join(tmpdir(), name)
    if (isAlive(pid) || !existsSync(folder)) continue
    await removeEmbedded(folder).catch(() => {})
    rmSync(folder, { recursive: true, force: true })
  }
}

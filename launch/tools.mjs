// The tools of the system that some tests use beside the product's own libraries, and where they are.
import { existsSync } from 'node:fs'
import { delimiter, join } from 'node:path'

const onPath = (name) =>
  (process.env.PATH ?? '')
    .split(delimiter)
    .map((folder) => join(folder, name))
    .find((path) => existsSync(path))

/**
 * `{ missing, environment, postgresql15 }`: the tools that are not there with the Debian package that brings each, the variables
 * that tell tests where the others are, and the folder of PostgreSQL 15's programs.
 */
export const findTools = async () => {
  const postgresql15 = ['/usr/lib/postgresql/15/bin'].find((folder) => existsSync(join(folder, 'initdb')))
  const found = [
    { name: 'openssl', brings: 'openssl', path: onPath('openssl'), variable: 'NARU_OPENSSL' },
    { name: 'pdfsig', brings: 'poppler-utils', path: onPath('pdfsig'), variable: 'NARU_PDFSIG' },
    { name: 'PostgreSQL 15', brings: 'postgresql-15', path: postgresql15 },
    { name: 'chromium', brings: 'chromium', path: onPath('chromium'), variable: 'NARU_CHROMIUM' },
  ]
  return {
    missing: found.filter(({ path }) => !path),
    environment: Object.fromEntries(
      found.filter(({ path, variable }) => path && variable).map(({ path, variable }) => [variable, path]),
    ),
    postgresql15,
  }
}

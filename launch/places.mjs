// Where things lie in the checkout.
import { existsSync } from 'node:fs'
import { dirname, join } from 'node:path'
import { fileURLToPath } from 'node:url'

/** The root of the checkout. */
export const root = dirname(dirname(fileURLToPath(import.meta.url)))

/** A path below the root. */
export const at = (...parts) => join(root, ...parts)

/** The product's own Node, brought by npm for this platform; undefined when npm has not brought it. */
export const findNode = () => {
  const platform = process.platform === 'win32' ? 'win' : process.platform
  const program = process.platform === 'win32' ? 'node.exe' : 'node'
  return [
    at('node_modules', `node-${platform}-${process.arch}`, 'bin', program),
    at('node_modules', '.bin', program),
  ].find((path) => existsSync(path))
}

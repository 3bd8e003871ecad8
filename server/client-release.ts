// The release of the sealing client as it was built: the list of its files with their hashes, and the hash of that list.
import { createHash } from 'node:crypto'
import { existsSync, readFileSync } from 'node:fs'
import { join } from 'node:path'
import { z } from 'zod'

/** release.json: every file of the client but itself, in the order of paths. */
export const releaseSchema = z.strictObject({
  files: z
    .array(
      z.strictObject({
        path: z.string().regex(/^[\w.-]{1,100}$/),
        sha256: z.base64().length(44),
        size: z.int().min(0),
      }),
    )
    .min(1)
    .max(100),
  v: z.literal(1),
})
export type Release = z.infer<typeof releaseSchema>

/** The hash under which a release is listed: SHA-256 of the bytes of release.json, in base64. */
export const releaseHash = (list: Uint8Array): string => createHash('sha256').update(list).digest('base64')

/**
 * The pages of the client speak to nobody but the host that serves them. A host writes in the portal and its signing service, the one place in
 * which what is served differs from what was built.
 */
export const speakingTo = (page: string, places: readonly string[]): string =>
  page.replace("connect-src 'self';", `connect-src ${["'self'", ...places].join(' ')};`)

/** The page as it was built, from the page of a host that lets it speak to these places. */
export const asBuilt = (page: string, places: readonly string[]): string =>
  page.replace(`connect-src ${["'self'", ...places].join(' ')};`, "connect-src 'self';")

/** The release that was built into a folder, or null where there is none. `differs` names files that are missing or are not what the list says. */
export function readRelease(
  folder: string,
): { readonly hash: string; readonly release: Release; readonly differs: string[] } | null {
  const file = join(folder, 'release.json')
  if (!existsSync(file)) return null
  const list = readFileSync(file)
  const release = releaseSchema.parse(JSON.parse(list.toString('utf8')))
  const differs = release.files
    .filter(({ path, sha256, size }) => {
      const place = join(folder, path)
      if (!existsSync(place)) return true
      const bytes = readFileSync(place)
      return bytes.length !== size || releaseHash(bytes) !== sha256
    })
    .map(({ path }) => path)
  return { hash: releaseHash(list), release, differs }
}

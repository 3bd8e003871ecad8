// Which store the settings name: `FILES=s3://bucket/prefix` with its endpoint, region and credentials, else the data folder.
import { readFileSync } from 'node:fs'
import { resolve } from 'node:path'
import { z } from 'zod'
import { CannotStart } from '../database/cannot-start.ts'
import type { ObjectPlace } from './object-requests.ts'
import { objectStore } from './object-store.ts'
import { folderStore, type Store } from './store.ts'

const credentialsShape = z.strictObject({
  accessKeyId: z.string().min(1),
  secretAccessKey: z.string().min(1),
  sessionToken: z.string().optional(),
})

/**
 * The object store of `FILES`, `FILES_ENDPOINT`, `FILES_REGION` and `FILES_CREDENTIALS` (a JSON file; else `AWS_ACCESS_KEY_ID` and
 * `AWS_SECRET_ACCESS_KEY`); null where `FILES` is not set. Throws CannotStart with a sentence for what is wrong.
 */
export function readPlace(environment: NodeJS.ProcessEnv): ObjectPlace | null {
  const { FILES, FILES_ENDPOINT, FILES_REGION: region = 'us-east-1' } = environment
  if (!FILES) return null
  const [, bucket, path] =
    /^s3:\/\/([a-z0-9][a-z0-9.-]{1,61}[a-z0-9])((?:\/[A-Za-z0-9_-][A-Za-z0-9._-]*)*)\/?$/.exec(FILES) ?? []
  if (!bucket)
    throw new CannotStart(
      `FILES names an object store as s3://bucket/prefix, of letters, digits, "-", "_" and ".", not "${FILES}".`,
    )
  const endpoint = FILES_ENDPOINT ?? `https://s3.${region}.amazonaws.com`
  if (!URL.canParse(endpoint) || new URL(endpoint).origin !== endpoint || !/^https?:/.test(endpoint))
    throw new CannotStart(
      `FILES_ENDPOINT is an address such as https://s3.example:9000, without a path, not "${endpoint}".`,
    )
  const prefix = path ? `${path.slice(1)}/` : ''
  return { endpoint, bucket, prefix, region, credentials: readCredentials(environment) }
}

function readCredentials(environment: NodeJS.ProcessEnv): ObjectPlace['credentials'] {
  const { FILES_CREDENTIALS: file, AWS_ACCESS_KEY_ID, AWS_SECRET_ACCESS_KEY, AWS_SESSION_TOKEN } = environment
  const given = file
    ? jsonIn(resolve(file))
    : {
        accessKeyId: AWS_ACCESS_KEY_ID,
        secretAccessKey: AWS_SECRET_ACCESS_KEY,
        ...(AWS_SESSION_TOKEN && { sessionToken: AWS_SESSION_TOKEN }),
      }
  const read = credentialsShape.safeParse(given)
  if (!read.success)
    throw new CannotStart(
      'FILES needs credentials: a file {"accessKeyId", "secretAccessKey"} named in FILES_CREDENTIALS, or AWS_ACCESS_KEY_ID and AWS_SECRET_ACCESS_KEY.',
    )
  const { accessKeyId, secretAccessKey, sessionToken } = read.data
  return { accessKeyId, secretAccessKey, ...(sessionToken && { sessionToken }) }
}

function jsonIn(path: string): unknown {
  try {
    return JSON.parse(readFileSync(path, 'utf8'))
  } catch (cause) {
    throw new CannotStart(
      `FILES_CREDENTIALS: ${path} cannot be read as JSON (${(cause as { code?: string }).code ?? 'not in form'}).`,
      { cause },
    )
  }
}

/** The store of a place, or of a data folder where there is none. */
export const openStore = (place: ObjectPlace | null, dataFolder: string): Store =>
  place ? objectStore(place) : folderStore(dataFolder)

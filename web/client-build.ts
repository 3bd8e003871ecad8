// Builds the sealing client: every script of it whole and alone, its pages and its style, in a folder of its own with a list of hashes.
//
// The same sources give the same bytes, wherever they lie (client-build.test.ts). The folder can be served by anyone as plain files.
import { createHash } from 'node:crypto'
import { mkdir, rm, writeFile } from 'node:fs/promises'
import { dirname, join } from 'node:path'
import { fileURLToPath } from 'node:url'
import { build, type Plugin } from 'vite'

/** A script of the client by name: its source, and whether the portal's own pages load it too. */
const sources = {
  'key-file': 'sealing-client/key-file-script.ts',
  sealing: 'sealing-client/main.ts',
  receipt: 'sealing-client/receipt.ts',
} as const
export type ClientScript = keyof typeof sources

/** A file of the release: path in the folder, bytes. */
export interface ClientFile {
  readonly path: string
  readonly bytes: Uint8Array
}

/** Where a script lies in the folder and what its bytes must hash to (Subresource Integrity). */
export interface ScriptPlace {
  readonly src: string
  readonly integrity: string
}

export interface ClientBuild {
  readonly files: readonly ClientFile[]
  readonly scripts: Readonly<Record<ClientScript, ScriptPlace>>
  /** The release: SHA-256 of the bytes of release.json, in base64. */
  readonly release: string
}

const root = fileURLToPath(new URL('.', import.meta.url))
/** Where the portal serves the folder. */
export const clientPrefix = '/seal/'

/** Tells a script where the reader of key files lies and what it must hash to, so that the hash of the page's script holds it too. */
function keyFilePlace(place: ScriptPlace): Plugin {
  const id = 'virtual:key-file-script'
  return {
    name: 'key-file-place',
    resolveId: (asked) => (asked === id ? `\0${id}` : undefined),
    load: (asked) => (asked === `\0${id}` ? `export const keyFileScript = ${JSON.stringify(place)}` : undefined),
  }
}

async function bundle(name: ClientScript, plugins: Plugin[]): Promise<ClientFile> {
  const built = await build({
    configFile: false,
    root,
    logLevel: 'warn',
    plugins,
    build: {
      write: false,
      target: 'es2022',
      modulePreload: false,
      rolldownOptions: {
        input: { [name]: join(root, sources[name]) },
        output: { format: 'es', entryFileNames: '[name]-[hash].js' },
      },
    },
  })
  const { output } = built as { output: { type: string; fileName: string; code: string }[] }
  const [chunk, ...more] = output
  if (!chunk || chunk.type !== 'chunk' || more.length > 0) throw new Error(`${name} is not one script`)
  return { path: chunk.fileName, bytes: new TextEncoder().encode(chunk.code) }
}

const placeOf = ({ path, bytes }: ClientFile): ScriptPlace => ({
  src: `${clientPrefix}${path}`,
  integrity: `sha384-${createHash('sha384').update(bytes).digest('base64')}`,
})

/** Builds the client in memory. */
export async function buildClient(): Promise<ClientBuild> {
  const keyFile = await bundle('key-file', [])
  const others = await Promise.all(
    (['sealing', 'receipt'] as const).map(
      async (name) => [name, await bundle(name, [keyFilePlace(placeOf(keyFile))])] as const,
    ),
  )
  const made = Object.fromEntries([['key-file', keyFile], ...others]) as Record<ClientScript, ClientFile>
  const scripts = Object.fromEntries(
    Object.entries(made).map(([name, file]) => [name, placeOf(file)]),
  ) as ClientBuild['scripts']
  const files = Object.values(made).toSorted((a, b) => (a.path < b.path ? -1 : 1))
  const list = releaseList(files)
  return {
    scripts,
    files: [...files, { path: 'release.json', bytes: list }],
    release: createHash('sha256').update(list).digest('base64'),
  }
}

/** The bytes of release.json: {files: [{path, sha256, size}], v: 1}, canonical, in the order of paths. */
function releaseList(files: readonly ClientFile[]): Uint8Array {
  const listed = files.map(({ path, bytes }) => ({
    path,
    sha256: createHash('sha256').update(bytes).digest('base64'),
    size: bytes.length,
  }))
  return new TextEncoder().encode(JSON.stringify({ files: listed, v: 1 }))
}

/** Writes the folder anew. */
export async function writeClient(folder: string, { files }: ClientBuild): Promise<void> {
  await rm(folder, { recursive: true, force: true })
  for (const { path, bytes } of files) {
    await mkdir(dirname(join(folder, path)), { recursive: true })
    await writeFile(join(folder, path), bytes)
  }
}

// Builds the sealing client: every script of it whole and alone, its pages and its style, in a folder of its own with a list of hashes.
//
// The same sources give the same bytes, wherever they lie (client-build.test.ts). The folder can be served by anyone as plain files.
import { createHash } from 'node:crypto'
import { mkdir, readFile, rm, writeFile } from 'node:fs/promises'
import { dirname, join } from 'node:path'
import { fileURLToPath } from 'node:url'
import { build, type Plugin } from 'vite'

/** A script of the client by name: its source, and whether the portal's own pages load it too. */
const sources = {
  'key-file': 'sealing-client/key-file-script.ts',
  sealing: 'sealing-client/main.ts',
  receipt: 'sealing-client/receipt.ts',
  check: 'sealing-client/check.ts',
  'seal-page': 'sealing-client/seal-page.ts',
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
export function keyFilePlace(place: { readonly file: string; readonly integrity: string }): Plugin {
  const id = 'virtual:key-file-script'
  return {
    name: 'key-file-place',
    resolveId: (asked) => (asked === id ? `\0${id}` : undefined),
    load: (asked) => (asked === `\0${id}` ? `export const keyFileScript = ${JSON.stringify(place)}` : undefined),
  }
}

async function bundle(
  name: ClientScript | 'worker',
  plugins: Plugin[],
  source: string,
  file = '[name]-[hash].js',
): Promise<ClientFile> {
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
        input: { [name]: join(root, source) },
        output: { format: 'es', entryFileNames: file },
      },
    },
  })
  const { output } = built as { output: { type: string; fileName: string; code: string }[] }
  const [chunk, ...more] = output
  if (!chunk || chunk.type !== 'chunk' || more.length > 0) throw new Error(`${name} is not one script`)
  return { path: chunk.fileName, bytes: new TextEncoder().encode(chunk.code) }
}

/** The client's own pages: their script and the words of their title. Each loads it and the style by their hashes and nothing else. */
const pages = {
  'check.html': { script: 'check', title: 'check.title' },
  'seal.html': { script: 'seal-page', title: 'seal.title' },
} as const satisfies Record<string, { script: ClientScript; title: string }>

async function makePage(name: keyof typeof pages, script: ClientFile, style: ClientFile): Promise<ClientFile> {
  const read = (file: string) => readFile(join(root, 'sealing-client', 'pages', file), 'utf8')
  const template = await read('frame.html')
  const parts: Readonly<Record<string, string>> = {
    script: `<script type="module" src="${script.path}" integrity="${placeOf(script).integrity}"></script>`,
    style: `<link rel="stylesheet" href="${style.path}" integrity="${placeOf(style).integrity}">`,
    title: pages[name].title,
    main: (await read(name)).trimEnd(),
  }
  const page = template.replace(/\{\{(\w+)\}\}/g, (_, part: string) => parts[part] ?? '')
  return { path: name, bytes: new TextEncoder().encode(page) }
}

async function makeStyle(): Promise<ClientFile> {
  const bytes = new Uint8Array(await readFile(join(root, 'sealing-client', 'pages', 'client.css')))
  const hash = createHash('sha256').update(bytes).digest('base64url').slice(0, 8)
  return { path: `client-${hash}.css`, bytes }
}

const placeOf = ({ path, bytes }: ClientFile): ScriptPlace => ({
  src: `${clientPrefix}${path}`,
  integrity: `sha384-${createHash('sha384').update(bytes).digest('base64')}`,
})

/** Builds the client in memory. */
export async function buildClient(): Promise<ClientBuild> {
  const keyFile = await bundle('key-file', [], sources['key-file'])
  const beside = keyFilePlace({ file: keyFile.path, integrity: placeOf(keyFile).integrity })
  const others = await Promise.all(
    (['sealing', 'receipt', 'check', 'seal-page'] as const).map(
      async (name) => [name, await bundle(name, [beside], sources[name])] as const,
    ),
  )
  const made = Object.fromEntries([['key-file', keyFile], ...others]) as Record<ClientScript, ClientFile>
  const scripts = Object.fromEntries(
    Object.entries(made).map(([name, file]) => [name, placeOf(file)]),
  ) as ClientBuild['scripts']
  // Browsers know a worker by its address, so it bears no hash in its name; the list of the release holds it.
  const worker = await bundle('worker', [], 'sealing-client/worker.ts', 'worker.js')
  const style = await makeStyle()
  const own = Object.entries(pages).map(([name, { script }]) =>
    makePage(name as keyof typeof pages, made[script], style),
  )
  const files = [...Object.values(made), worker, style, ...(await Promise.all(own))].toSorted((a, b) =>
    a.path < b.path ? -1 : 1,
  )
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

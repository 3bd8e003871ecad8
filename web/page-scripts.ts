// Bundles the small scripts of pages, each whole and alone, and tells the pages their addresses and hashes (`virtual:page-scripts`).
import { createHash } from 'node:crypto'
import { join } from 'node:path'
import { fileURLToPath } from 'node:url'
import { build, type Plugin } from 'vite'
import { packFolder } from './pack.ts'
import { buildClient, clientPrefix, keyFilePlace, type ScriptPlace, writeClient } from './client-build.ts'

/** Script name → its source in this room. Those of the sealing client are built by client-build.ts. */
const sources = {
  wallet: 'scripts/wallet.ts',
  passkey: 'scripts/passkey.ts',
  confirm: 'scripts/confirm.ts',
  certificate: 'scripts/certificate.ts',
  live: 'scripts/live.ts',
  autosave: 'scripts/autosave.ts',
  upload: 'scripts/upload.ts',
  keys: 'key-client/main.ts',
} as const
type OwnScript = keyof typeof sources

const root = fileURLToPath(new URL('.', import.meta.url))

async function bundle(name: OwnScript, keyFile: ScriptPlace): Promise<{ name: OwnScript; file: string; code: string }> {
  const built = await build({
    configFile: false,
    root,
    logLevel: 'warn',
    plugins: [keyFilePlace({ file: keyFile.src, integrity: keyFile.integrity })],
    build: {
      write: false,
      target: 'es2022',
      modulePreload: false,
      rolldownOptions: {
        input: { [name]: fileURLToPath(new URL(sources[name], import.meta.url)) },
        output: { format: 'es', entryFileNames: 'assets/[name]-[hash].js' },
      },
    },
  })
  const [chunk] = (built as { output: { type: string; fileName: string; code: string }[] }).output
  if (!chunk || chunk.type !== 'chunk') throw new Error(`${name} was not bundled`)
  return { name, file: chunk.fileName, code: chunk.code }
}

const integrityOf = (code: string): string => `sha384-${createHash('sha384').update(code).digest('base64')}`

/** While the screens are developed, scripts come from their sources and change with every save: no hash holds them. */
const developed: Readonly<Record<string, ScriptPlace>> = {
  ...Object.fromEntries(Object.entries(sources).map(([name, source]) => [name, { src: `/${source}`, integrity: '' }])),
  sealing: { src: '/sealing-client/main.ts', integrity: '' },
  receipt: { src: '/sealing-client/receipt.ts', integrity: '' },
}

/** The plugin: in a build the scripts lie beside the other assets under names that carry their hash, the sealing client in its own folder. */
export function pageScripts(): Plugin {
  const id = 'virtual:page-scripts'
  const keyFile = 'virtual:key-file-script'
  let serving = false
  let bundles: Promise<{ name: OwnScript; file: string; code: string }[]> | undefined
  let client: ReturnType<typeof buildClient> | undefined
  const built = () => (client ??= buildClient())
  const bundled = async () => {
    const { scripts } = await built()
    return Promise.all((Object.keys(sources) as OwnScript[]).map((name) => bundle(name, scripts['key-file'])))
  }
  const all = () => (bundles ??= bundled())
  const places = async (): Promise<Readonly<Record<string, ScriptPlace>>> => ({
    ...Object.fromEntries(
      (await all()).map(({ name, file, code }) => [name, { src: `/${file}`, integrity: integrityOf(code) }]),
    ),
    ...(await built()).scripts,
  })
  return {
    name: 'page-scripts',
    configResolved: (config) => {
      serving = config.command === 'serve'
    },
    resolveId: (asked) => (asked === id || asked === keyFile ? `\0${asked}` : undefined),
    async load(asked) {
      if (asked === `\0${keyFile}`)
        return `export const keyFileScript = ${JSON.stringify({ file: 'key-file-script.ts', integrity: '' })}`
      if (asked !== `\0${id}`) return undefined
      return `export const pageScripts = ${JSON.stringify(serving ? developed : await places())}`
    },
    async generateBundle() {
      if (this.environment.name !== 'client') return
      for (const { file, code } of await all()) this.emitFile({ type: 'asset', fileName: file, source: code })
    },
    async writeBundle({ dir }) {
      if (this.environment.name !== 'client' || !dir) return
      const folder = join(dir, '..', clientPrefix)
      await writeClient(folder, await built())
      await packFolder(folder)
    },
  }
}

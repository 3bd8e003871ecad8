// Bundles the small scripts of pages, each whole and alone, and tells the pages their addresses (`virtual:page-scripts`).
import { fileURLToPath } from 'node:url'
import { build, type Plugin } from 'vite'

/** Script name → its source in this room. */
const sources = {
  sealing: 'sealing-client/main.ts',
  wallet: 'scripts/wallet.ts',
  live: 'scripts/live.ts',
  autosave: 'scripts/autosave.ts',
  upload: 'scripts/upload.ts',
  receipt: 'sealing-client/receipt.ts',
} as const
export type PageScript = keyof typeof sources

const root = fileURLToPath(new URL('.', import.meta.url))

async function bundle(name: PageScript): Promise<{ name: PageScript; file: string; code: string }> {
  const built = await build({
    configFile: false,
    root,
    logLevel: 'warn',
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

/** The plugin: in a build the scripts lie beside the other assets under names that carry their hash. */
export function pageScripts(): Plugin {
  const id = 'virtual:page-scripts'
  let serving = false
  let bundles: Promise<{ name: PageScript; file: string; code: string }[]> | undefined
  const all = () => (bundles ??= Promise.all((Object.keys(sources) as PageScript[]).map(bundle)))
  return {
    name: 'page-scripts',
    configResolved: (config) => {
      serving = config.command === 'serve'
    },
    resolveId: (asked) => (asked === id ? `\0${id}` : undefined),
    async load(asked) {
      if (asked !== `\0${id}`) return undefined
      const addresses = serving
        ? Object.fromEntries(Object.entries(sources).map(([name, source]) => [name, `/${source}`]))
        : Object.fromEntries((await all()).map(({ name, file }) => [name, `/${file}`]))
      return `export const pageScripts = ${JSON.stringify(addresses)}`
    },
    async generateBundle() {
      if (this.environment.name !== 'client') return
      for (const { file, code } of await all()) this.emitFile({ type: 'asset', fileName: file, source: code })
    },
  }
}

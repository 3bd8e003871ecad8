// Builds the screens, and packs every asset beside itself (brotli and gzip) so that the server only sends bytes.
import { readdir, readFile, writeFile } from 'node:fs/promises'
import { join } from 'node:path'
import { promisify } from 'node:util'
import { brotliCompress, constants, gzip } from 'node:zlib'
import { reactRouter } from '@react-router/dev/vite'
import { defineConfig, type Plugin } from 'vite'
import { pageScripts } from './page-scripts.ts'

const packable = /\.(js|css|svg|json|txt|webmanifest)$/

/** Writes `x.br` and `x.gz` beside each text asset of the browser build. */
function packAssets(): Plugin {
  return {
    name: 'pack-assets',
    apply: 'build',
    enforce: 'post',
    async writeBundle({ dir }) {
      if (this.environment.name !== 'client' || !dir) return
      const files = (await readdir(dir, { recursive: true })).filter((name) => packable.test(name))
      await Promise.all(
        files.map(async (name) => {
          const bytes = await readFile(join(dir, name))
          if (bytes.length < 600) return
          const brotli = await promisify(brotliCompress)(bytes, { params: { [constants.BROTLI_PARAM_QUALITY]: 11 } })
          await writeFile(join(dir, `${name}.br`), brotli)
          await writeFile(join(dir, `${name}.gz`), await promisify(gzip)(bytes, { level: 9 }))
        }),
      )
    },
  }
}

export default defineConfig({
  plugins: [reactRouter(), pageScripts(), packAssets()],
  build: {
    // Nothing inlined: the content policy allows no data: but images.
    assetsInlineLimit: 0,
  },
  environments: {
    ssr: { build: { rollupOptions: { input: './app/screens-build.ts' } } },
  },
})

// Builds the screens, and packs every asset beside itself (brotli and gzip) so that the server only sends bytes.
import { reactRouter } from '@react-router/dev/vite'
import { defineConfig, type Plugin } from 'vite'
import { packFolder } from './pack.ts'
import { pageScripts } from './page-scripts.ts'

/** Writes `x.br` and `x.gz` beside each text asset of the browser build. */
function packAssets(): Plugin {
  return {
    name: 'pack-assets',
    apply: 'build',
    enforce: 'post',
    async writeBundle({ dir }) {
      if (this.environment.name === 'client' && dir) await packFolder(dir)
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

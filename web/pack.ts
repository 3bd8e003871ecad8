// Packs text files beside themselves (brotli and gzip), so that the server only sends bytes.
import { readdir, readFile, writeFile } from 'node:fs/promises'
import { join } from 'node:path'
import { promisify } from 'node:util'
import { brotliCompress, constants, gzip } from 'node:zlib'

const packable = /\.(js|css|svg|json|txt|html|webmanifest)$/

/** Writes `x.br` and `x.gz` beside each text file of a folder that is long enough to gain by it. */
export async function packFolder(folder: string): Promise<void> {
  const files = (await readdir(folder, { recursive: true })).filter((name) => packable.test(name))
  await Promise.all(
    files.map(async (name) => {
      const bytes = await readFile(join(folder, name))
      if (bytes.length < 600) return
      const brotli = await promisify(brotliCompress)(bytes, { params: { [constants.BROTLI_PARAM_QUALITY]: 11 } })
      await writeFile(join(folder, `${name}.br`), brotli)
      await writeFile(join(folder, `${name}.gz`), await promisify(gzip)(bytes, { level: 9 }))
    }),
  )
}

// Builds the page: one HTML file with its script and style inside, bound by their hashes, that loads nothing.
import { createHash } from 'node:crypto'
import { mkdirSync, readFileSync, writeFileSync } from 'node:fs'
import { join } from 'node:path'
import { build } from 'vite'

const folder = import.meta.dirname
const hashOf = (text: string): string => `sha256-${createHash('sha256').update(text).digest('base64')}`

const built = await build({
  configFile: false,
  logLevel: 'warn',
  build: {
    write: false,
    target: 'es2022',
    lib: { entry: join(folder, 'page', 'page.ts'), formats: ['iife'], name: 'verify' },
  },
})
const outputs = (Array.isArray(built) ? built : [built]) as unknown as { output: { type: string; code?: string }[] }[]
const code = outputs.flatMap((each) => each.output).find((each) => each.type === 'chunk')?.code ?? ''
if (code === '') throw new Error('nothing was built')
// A script in a page ends at the first "</script", also inside a text.
const script = code.replaceAll('</script', '<\\/script').replaceAll('<!--', '<\\!--')
const style = readFileSync(join(folder, 'page', 'page.css'), 'utf8')
const parts: Readonly<Record<string, string>> = {
  'script-hash': hashOf(script),
  'style-hash': hashOf(style),
  style,
  script,
}
const page = readFileSync(join(folder, 'page', 'page.html'), 'utf8').replace(
  /\{\{([a-z-]+)\}\}/g,
  (_, name: string) => parts[name] ?? '',
)
mkdirSync(join(folder, 'build'), { recursive: true })
writeFileSync(join(folder, 'build', 'verify.html'), page)
console.log(`verifier/build/verify.html: ${(page.length / 1024).toFixed(0)} KiB`)

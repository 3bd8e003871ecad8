// For tests: what Debian's PDF tools (poppler-utils) say of a document. Without them the caller says what was left out; in CI that is a failure.
import { spawnSync } from 'node:child_process'
import { mkdtempSync, readFileSync, rmSync, writeFileSync } from 'node:fs'
import { tmpdir } from 'node:os'
import { join } from 'node:path'

const present = spawnSync('pdftotext', ['-v']).error === undefined

/** Whether the tools are here. Warns what is left out where they are not; throws in CI. */
export function popplerIsHere(leftOut: string): boolean {
  if (present) return true
  if (process.env.CI) throw new Error('CI needs poppler-utils (apt-get install poppler-utils)')
  console.warn(`left out without poppler-utils: ${leftOut}`)
  return false
}

/** Runs tools of poppler over one document. */
export function inspect(pdf: Uint8Array): {
  readonly text: string
  readonly info: string
  readonly fonts: string
  readonly structure: string
  readonly attached: string
} {
  const folder = mkdtempSync(join(tmpdir(), 'naru-pdf-'))
  try {
    const path = join(folder, 'document.pdf')
    writeFileSync(path, pdf)
    const run = (tool: string, ...words: string[]): string => {
      const done = spawnSync(tool, words, { encoding: 'utf8' })
      if (done.status !== 0) throw new Error(`${tool}: ${done.stderr}`)
      return done.stdout
    }
    run('pdfdetach', '-save', '1', '-o', join(folder, 'attached'), path)
    return {
      text: run('pdftotext', '-layout', path, '-').replaceAll('\u200b', ''),
      info: run('pdfinfo', path),
      fonts: run('pdffonts', path),
      structure: run('pdfinfo', '-struct', path),
      attached: readFileSync(join(folder, 'attached'), 'utf8'),
    }
  } finally {
    rmSync(folder, { recursive: true, force: true })
  }
}

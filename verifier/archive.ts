// A bundle's ZIP as files in memory, with limits against archives that grow without end.
import { unzipSync } from 'fflate'
import type { Files } from './bundle.ts'
import type { Findings } from './finding.ts'

/** What an archive may hold at most: unpacked bytes, and files. */
export const mostBytes = 4 * 1024 ** 3
export const mostFiles = 400_000

/** The paths of the central directory, in order, also those that stand twice; null where the bytes are no ZIP. */
function pathsOf(zip: Uint8Array): string[] | null {
  const view = new DataView(zip.buffer, zip.byteOffset, zip.byteLength)
  let end = zip.length - 22
  while (end >= 0 && end > zip.length - 66_000 && view.getUint32(end, true) !== 0x06054b50) end -= 1
  if (end < 0 || view.getUint32(end, true) !== 0x06054b50) return null
  const count = view.getUint16(end + 10, true)
  const paths: string[] = []
  let at = view.getUint32(end + 16, true)
  for (let n = 0; n < count; n += 1) {
    if (at + 46 > zip.length || view.getUint32(at, true) !== 0x02014b50) return null
    const [name, extra, comment] = [28, 30, 32].map((offset) => view.getUint16(at + offset, true)) as [
      number,
      number,
      number,
    ]
    paths.push(new TextDecoder().decode(zip.subarray(at + 46, at + 46 + name)))
    at += 46 + name + extra + comment
  }
  return paths
}

/** The files of a ZIP; null with a finding where it cannot be read. A path that stands twice is refused: two readers could read two bundles. */
export function openArchive(findings: Findings, zip: Uint8Array): Files | null {
  let total = 0
  let count = 0
  let over = false
  try {
    const paths = pathsOf(zip)
    if (!paths) {
      findings.add('notABundle', 'zip')
      return null
    }
    const seen = new Set<string>()
    for (const path of paths) {
      if (seen.has(path)) findings.add('fileUnknown', path, { reason: 'twice' })
      seen.add(path)
    }
    const unpacked = unzipSync(zip, {
      filter: ({ originalSize }) => {
        total += originalSize
        count += 1
        if (total > mostBytes || count > mostFiles) over = true
        return !over
      },
    })
    if (over) {
      findings.add('tooLarge', 'zip', { bytes: total })
      return null
    }
    return new Map(Object.entries(unpacked).filter(([path]) => !path.endsWith('/')))
  } catch (error) {
    findings.add('notABundle', 'zip', { reason: error instanceof Error ? error.message : String(error) })
    return null
  }
}

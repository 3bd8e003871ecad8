// What checking costs: 10,000 inclusion proofs, and the audit bundle of an opened tender with thousands of bidders, fetched and verified by the command.
import { spawn } from 'node:child_process'
import { mkdtempSync, rmSync, writeFileSync } from 'node:fs'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { useDigest } from '@naru/log/digest.ts'
import { makeEntry } from '@naru/log/entry.ts'
import { inclusionHolds, inclusionProof, leafHash, readerOf, rootAt } from '@naru/log/merkle.ts'
import { platformDigests } from '@naru/sealing/platform.ts'

/** Verifies so many inclusion proofs in a log of 131,072 entries and prints the time. Answers 1 where one does not hold. */
export function hammerProofs(proofs: number): number {
  useDigest(platformDigests.sha256)
  const size = 2 ** 17
  const commitment = (n: number): Uint8Array => {
    const bytes = new Uint8Array(32)
    new DataView(bytes.buffer).setUint32(0, n)
    return bytes
  }
  const entries = Array.from({ length: size }, (_, n) => makeEntry('sealed', commitment(n)))
  const read = readerOf(entries.map(leafHash))
  const root = rootAt(read, size)
  const made = Array.from({ length: proofs }, (_, n) => {
    const index = (n * 7919) % size
    return { index, path: inclusionProof(read, index, size) }
  })
  const since = performance.now()
  const holding = made.filter(({ index, path }) =>
    inclusionHolds(leafHash(entries[index] ?? new Uint8Array(0)), index, size, path, root),
  ).length
  const took = (performance.now() - since) / 1000
  console.log(`${holding} of ${proofs} inclusion proofs of depth ${Math.log2(size)} hold: ${took.toFixed(2)} s`)
  return holding === proofs ? 0 : 1
}

/** Fetches the bundle of a tender and lets the command verify it, as a stranger would; prints times, size and verdict. Answers its exit code. */
export async function verifyBundleOf(url: string, tender: string): Promise<number> {
  const folder = mkdtempSync(join(tmpdir(), 'naru-hammer-'))
  try {
    const since = performance.now()
    const response = await fetch(`${url}/api/cases/${tender}/bundle.zip`)
    const bytes = new Uint8Array(await response.arrayBuffer())
    const file = join(folder, 'bundle.zip')
    writeFileSync(file, bytes)
    const fetched = performance.now()
    console.log(
      `audit bundle: ${(bytes.length / 2 ** 20).toFixed(1)} MiB, fetched in ${((fetched - since) / 1000).toFixed(1)} s`,
    )
    const command = join(import.meta.dirname, '..', 'verifier', 'command.ts')
    const child = spawn(process.execPath, [command, file, '--forget'], { stdio: ['ignore', 'inherit', 'inherit'] })
    const code = await new Promise<number>((resolve) => child.once('close', (ended) => resolve(ended ?? 2)))
    console.log(`verified, every bid derived anew: ${((performance.now() - fetched) / 1000).toFixed(1)} s`)
    return code
  } finally {
    rmSync(folder, { recursive: true, force: true })
  }
}

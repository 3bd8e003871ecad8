// A guardian approves a release of the sealing client: only the one that it has built itself, and only where the portal serves the same.
import { createHash, createPrivateKey, createPublicKey, generateKeyPairSync, sign } from 'node:crypto'
import { existsSync, readFileSync } from 'node:fs'
import { join } from 'node:path'
import { approvalMessage } from '@naru/sealing/client-approval.ts'
import { parseTrustList } from '@naru/sealing/signatures/trust-list.ts'
import { writeWhole } from './keys.ts'

const sha256 = (bytes: Uint8Array): string => createHash('sha256').update(bytes).digest('base64')

/** The hash of the release in a folder: of its list, every file of which must be what the list says. Throws where one is not. */
export function ownRelease(folder: string): string {
  const list = readFileSync(join(folder, 'release.json'))
  const { files } = JSON.parse(list.toString('utf8')) as { files: { path: string; sha256: string; size: number }[] }
  for (const { path, sha256: hash, size } of files) {
    if (!/^[\w.-]{1,100}$/.test(path)) throw new Error(`${path} is no name of a file of the client`)
    const bytes = readFileSync(join(folder, path))
    if (bytes.length !== size || sha256(bytes) !== hash) throw new Error(`${path} is not what its list says`)
  }
  return sha256(list)
}

/** The key with which this guardian approves (Ed25519, PKCS#8 PEM, for its owner alone), made at first use: its public half in base64, and a signer. */
export function approvalKey(folder: string): { readonly publicKey: string; sign(message: Uint8Array): string } {
  const file = join(folder, 'approval.pem')
  if (!existsSync(file))
    writeWhole(file, generateKeyPairSync('ed25519').privateKey.export({ format: 'pem', type: 'pkcs8' }) as string)
  const key = createPrivateKey(readFileSync(file, 'utf8'))
  const { x = '' } = createPublicKey(key).export({ format: 'jwk' })
  return {
    publicKey: Buffer.from(x, 'base64url').toString('base64'),
    sign: (message) => sign(null, message, key).toString('base64'),
  }
}

/** What came of it: `differs` names the portal's release where it is another than the own; `waits` before the portal lists this approver. */
export type Approved =
  | { readonly kind: 'approved' | 'listed' | 'waits'; readonly release: string }
  | { readonly kind: 'differs'; readonly release: string; readonly offered: string }

/** Approves the own build at a portal, if that is what the portal serves. Throws where the portal does not answer or refuses. */
export async function approveClient(options: {
  readonly portal: string
  readonly folder: string
  readonly name: string
  /** The folder of the own build. */
  readonly client: string
}): Promise<Approved> {
  const { portal, folder, name, client } = options
  const release = ownRelease(client)
  const read = async (path: string): Promise<Response> =>
    fetch(`${portal}${path}`, { signal: AbortSignal.timeout(30_000) })
  const served = await read('/seal/release.json')
  if (!served.ok) throw new Error(`${portal}/seal/release.json answered ${served.status}`)
  const offered = sha256(new Uint8Array(await served.arrayBuffer()))
  if (offered !== release) return { kind: 'differs', release, offered }
  const answered = await read('/api/trust')
  if (!answered.ok) return { kind: 'waits', release }
  const list = parseTrustList(await answered.json())
  if (list.clientReleases.includes(release)) return { kind: 'listed', release }
  const key = approvalKey(folder)
  if (!list.clientApprovers?.some((each) => each.name === name && each.key === key.publicKey))
    return { kind: 'waits', release }
  const answer = await fetch(`${portal}/api/client-approvals`, {
    method: 'POST',
    headers: { 'content-type': 'application/json' },
    body: JSON.stringify({
      release,
      approver: name,
      signature: key.sign(approvalMessage({ release, approver: name })),
    }),
    signal: AbortSignal.timeout(30_000),
  })
  if (!answer.ok) throw new Error(`${portal} answered ${answer.status} to the approval`)
  return { kind: 'approved', release }
}

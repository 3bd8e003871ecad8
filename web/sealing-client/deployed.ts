// Which portal the sealing client's own pages speak to. The host of the client writes it beside them (deployment.json); it is no part of the release.
import { parseTrustList, type TrustList } from '@naru/sealing/signatures/trust-list.ts'

/** `api` is the portal's origin, empty where the portal itself serves the client. `trust` is what the host has pinned, null where each device pins by itself. */
export interface Deployed {
  readonly api: string
  readonly trust: TrustList | null
}

/** Reads it. Throws when it is missing or says something else. */
export async function readDeployed(): Promise<Deployed> {
  const response = await fetch('deployment.json', { credentials: 'omit', cache: 'no-store' })
  const { v, api, trust } = (await response.json()) as { v?: unknown; api?: unknown; trust?: unknown }
  if (!response.ok || v !== 1 || typeof api !== 'string' || !/^(https?:\/\/[^/]+)?$/.test(api))
    throw new Error('deployment.json')
  return { api, trust: trust ? parseTrustList(trust) : null }
}

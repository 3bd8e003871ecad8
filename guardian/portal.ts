// The portal as a guardian sees it: the public HTTP interface with the credential that its organisation delegated, and the log's files.
import { leafHash, inclusionHolds, inclusionProof, type NodeReader, nodesRead } from '@naru/log/merkle.ts'
import { openWitnessed, type Policy, type Witnessed } from '@naru/log/policy.ts'
import { TILE_WIDTH, tilePath, tileReader } from '@naru/log/tile.ts'
import { equalBytes } from '@naru/sealing/bytes.ts'

/** What the portal waits for from this guardian's person. */
export interface Duties {
  readonly person: string
  readonly organisation: string
  readonly cases: readonly { readonly case: string; readonly due: readonly string[] }[]
}

/** Leaf hashes of entries, each proven under a checkpoint that the pinned policy accepts. */
export interface ProvenLog {
  readonly witnessed: Witnessed
  /** Whether these 34 bytes stand at this index. */
  holds(index: number, entry: Uint8Array): boolean
  /** The proven leaf hash at an index. */
  leaf(index: number): Uint8Array | null
}

export interface Portal {
  duties(): Promise<Duties>
  read(path: string): Promise<unknown>
  /** Does an act; answers null, or why it was refused. */
  act(tender: string, name: string, input: unknown): Promise<string | null>
  /** Reads the newest published checkpoint and proves the entries at these indexes under it. Throws `BadForm` where no quorum cosigned it. */
  prove(indexes: readonly number[], policy: Policy): Promise<ProvenLog>
}

const patience = 30_000

/** The portal at an address, without a slash at the end. `credential` is `<id>.<secret>`, or null for a page of the portal itself. */
export function portalAt(url: string, credential: string | null): Portal {
  const headers = { ...(credential && { authorization: `Bearer ${credential}` }), 'accept-language': 'en' }
  const get = async (path: string): Promise<Response> => {
    const answer = await fetch(`${url}${path}`, { headers, signal: AbortSignal.timeout(patience), redirect: 'error' })
    if (!answer.ok) throw new Error(`GET ${path} answered ${answer.status}`)
    return answer
  }
  return {
    duties: async () => (await (await get('/api/duties')).json()) as Duties,
    read: async (path) => (await get(path)).json(),
    act: async (tender, name, input) => {
      const answer = await fetch(`${url}/api/cases/${tender}/acts/${name}`, {
        method: 'POST',
        headers: { ...headers, 'content-type': 'application/json', 'idempotency-key': crypto.randomUUID() },
        body: JSON.stringify(input),
        signal: AbortSignal.timeout(patience),
      })
      if (answer.ok) return null
      return `${answer.status} ${(await answer.text()).slice(0, 500)}`
    },
    prove: async (indexes, policy) => {
      const witnessed = openWitnessed(await (await get('/log/checkpoint')).text(), policy)
      const { size, root } = witnessed.checkpoint
      const within = [...new Set(indexes)].filter((index) => Number.isSafeInteger(index) && index >= 0 && index < size)
      const compute = (read: NodeReader) =>
        within.map((index) => ({ index, leaf: read(0, index), path: inclusionProof(read, index, size) }))
      const tiles = new Map<string, Uint8Array>()
      const wanted = new Set(
        nodesRead(compute).map(({ level, index }) => {
          const first = index * 2 ** (level % 8)
          return `${Math.floor(level / 8)}/${Math.floor(first / TILE_WIDTH)}`
        }),
      )
      for (const name of wanted) {
        const [level = 0, index = 0] = name.split('/').map(Number)
        const nodes = Math.floor(size / TILE_WIDTH ** level)
        const width = Math.min(TILE_WIDTH, nodes - index * TILE_WIDTH)
        tiles.set(name, new Uint8Array(await (await get(`/log/${tilePath({ level, index, width })}`)).arrayBuffer()))
      }
      const read = tileReader((level, index) => tiles.get(`${level}/${index}`) ?? new Uint8Array(0))
      const leaves = new Map(
        compute(read)
          .filter(({ index, leaf, path }) => inclusionHolds(leaf, index, size, path, root))
          .map(({ index, leaf }) => [index, leaf]),
      )
      const leaf = (index: number): Uint8Array | null => leaves.get(index) ?? null
      return {
        witnessed,
        leaf,
        holds: (index, entry) => {
          const found = leaf(index)
          return found !== null && equalBytes(found, leafHash(entry))
        },
      }
    },
  }
}

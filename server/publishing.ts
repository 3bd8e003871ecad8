// Publishing the log: tiles, a signed checkpoint, cosignatures of the policy's witnesses, and only with their quorum the checkpoint for everyone.
//
// It runs beside the sequencer's placing, so that no entry and no bid waits for a witness. The order of writes for the size the tree has then:
//   1. tiles and entry bundles, each once                    (crash after: the same tiles are written again)
//   2. the signed checkpoint into `checkpoint`, before any witness sees it   (crash after: the next one is asked for, of this size or a larger one)
//   3. with a quorum, the cosigned note into `witnessed_checkpoint`          (crash after: the file is written at the next start)
//   4. the file `checkpoint`
// Without a quorum nothing after 2 happens, an alarm stands, and the next run tries with the size of then. Nothing ever goes back: the last
// published size is the floor of every start.
import { signCheckpoint } from '@naru/log/checkpoint.ts'
import { consistencyProof, rootAt } from '@naru/log/merkle.ts'
import { makeQuorum, openWitnessed, type Policy, quorumWitnesses } from '@naru/log/policy.ts'
import { bundleContents, TILE_WIDTH, tileContents, tilePath, tilesAdded } from '@naru/log/tile.ts'
import type { Tree } from '@naru/log/tree.ts'
import type pg from 'pg'
import type { Deployment } from './deployment.ts'
import type { Store } from './files/store.ts'
import { type Loop, startLoop } from './loop.ts'
import { AnotherHistory, askWitness, type WitnessAddress } from './neighbours/witness.ts'

/** Between every two writes a test may stop the program. */
export const publishingSteps = [
  'tile-written',
  'tiles-written',
  'checkpoint-stored',
  'checkpoint-cosigned',
  'checkpoint-published',
] as const
export type PublishingPause = (step: (typeof publishingSteps)[number]) => Promise<void>

/** Who must have cosigned, and where the witnesses are. */
export interface Witnessing {
  readonly policy: Policy
  readonly witnesses: readonly WitnessAddress[]
}

/** What a witness did last: the size it cosigned, or why it did not. */
export interface WitnessHealth {
  readonly name: string
  readonly size: number
  readonly failing: string | null
  /** It holds another history: somebody must look. */
  readonly forked: boolean
}

export interface Publishing extends Pick<Loop, 'run' | 'poke' | 'stop'> {
  /** Size of the newest published checkpoint. */
  readonly published: number
  /** Since when (ms, machine's clock) a checkpoint waits for its quorum; null when none does. */
  readonly waitingSince: number | null
  readonly witnesses: readonly WitnessHealth[]
}

/** No witnesses at all: the log's own signature suffices. Tests and single rooms only; live mode asks for a policy. */
export const unwitnessed: Witnessing = {
  policy: { logs: [], witnesses: [], groups: [], quorum: null },
  witnesses: [],
}

// A witness on another continent answers within some 400 ms; one that takes longer is waited for beside the next checkpoint.
const patienceMs = 2_000
const graceMs = 100
const restMs = 100
// A publication makes and checks some six Ed25519 signatures and asks every witness: in a storm there is one for many entries.
const stormRestMs = 500
const stormEntries = 20
const retryMs = 1_000

/** Starts publishing what `tree` answers (null while this program does not lead). */
export function startPublishing(
  deployment: Deployment,
  tree: () => Tree | null,
  options: { witnessing?: Witnessing; pause?: PublishingPause } = {},
): Publishing {
  const { witnessing = unwitnessed, pause = async () => {} } = options
  const { pool } = deployment.database
  const { files } = deployment
  const counting = new Set(quorumWitnesses(witnessing.policy).map((each) => each.name))
  const states = witnessing.witnesses.map((witness) => ({
    witness,
    size: 0,
    failing: null as string | null,
    forked: false,
    asking: false,
  }))
  let followed: Tree | null = null
  let published = 0
  let waitingSince: number | null = null
  let grownLast = 0

  /** The floor: what was published stays published, and the tree must be its continuation. */
  async function takeOver(grown: Tree): Promise<void> {
    const { rows } = await pool.query<{ size: string; root: Buffer; note: string }>(
      'select w.size, c.root, w.note from witnessed_checkpoint w join checkpoint c on c.size = w.size order by w.size desc limit 1',
    )
    const [last] = rows
    const size = Number(last?.size ?? 0)
    if (size > grown.size || (last && !last.root.equals(rootAt(grown.read, size))))
      throw new Error(`the log in the database is not the one of which ${size} entries were published`)
    published = size
    followed = grown
    if (last) await publish(size, last.note)
  }

  /** A program that leads no more, or a request that comes late, never takes a published size back. */
  const publish = (size: number, note: string): Promise<void> =>
    files.replace('log/checkpoint', (present) => {
      const [origin, there] = present?.toString('utf8').split('\n') ?? []
      if (origin === deployment.logOrigin && Number(there) > size)
        throw new Error(`${files.says} holds a checkpoint of ${there} entries, newer than this one of ${size}`)
      return Buffer.from(note)
    })

  async function run(): Promise<number> {
    const grown = tree()
    if (!grown) return 0
    if (grown !== followed) await takeOver(grown)
    const { size } = grown
    if (size === published) return 0
    await writeTiles(pool, files, grown, published, size, () => pause('tile-written'))
    await pause('tiles-written')
    const root = rootAt(grown.read, size)
    const note = signCheckpoint(
      { size, root },
      { name: deployment.logOrigin, publicKey: deployment.logPublicKey, sign: deployment.logSigner },
    )
    await pool.query(
      'insert into checkpoint (size, root, note, at) values ($1, $2, $3, naru_now()) on conflict do nothing',
      [size, Buffer.from(root), note],
    )
    await pause('checkpoint-stored')
    const lines = await collect(grown, size, note)
    const quorum = makeQuorum(witnessing.policy, new Set(lines.keys()))
    if (!quorum) {
      if (waitingSince === null) {
        waitingSince = Date.now()
        process.stderr.write(`publishing: no quorum of witnesses for ${size} entries: ${whyNot()}\n`)
      }
      return 0
    }
    if (waitingSince !== null) process.stderr.write(`publishing: the quorum of witnesses is back at ${size} entries\n`)
    waitingSince = null
    const cosigned = note + [...lines.values()].join('')
    const { time } = lines.size > 0 ? openWitnessed(cosigned, witnessing.policy) : { time: null }
    await pool.query(
      'insert into witnessed_checkpoint (size, note, time, at) values ($1, $2, $3, naru_now()) on conflict do nothing',
      [size, cosigned, time === null ? null : new Date(time).toISOString()],
    )
    await pause('checkpoint-cosigned')
    await publish(size, cosigned)
    grownLast = size - published
    published = size
    await pause('checkpoint-published')
    return 1
  }

  /** Cosignature lines by witness: all that come while the quorum is not there, and those that come a moment after it. */
  async function collect(grown: Tree, size: number, note: string): Promise<Map<string, string>> {
    const lines = new Map<string, string>()
    const asks = states
      .filter((state) => !state.asking)
      .map(async (state) => {
        state.asking = true
        const { witness } = state
        try {
          const proofFrom = (from: number) => consistencyProof(grown.read, from, size)
          lines.set(witness.name, await askWitness(witness, { note, size, proofFrom }, state.size, patienceMs))
          state.size = size
          state.failing = null
          state.forked = false
        } catch (error) {
          if (error instanceof AnotherHistory && !state.forked)
            process.stderr.write(`publishing: ALARM ${error.message}\n`)
          state.failing = error instanceof Error ? error.message : String(error)
          state.forked = error instanceof AnotherHistory
          // Whatever it knows, it will name it.
          if (state.forked) state.size = 0
        } finally {
          state.asking = false
        }
      })
    const enough = new Promise<void>((resolve) => {
      for (const ask of asks)
        void ask.then(() => {
          if (makeQuorum(witnessing.policy, new Set(lines.keys()))) setTimeout(resolve, graceMs).unref()
        })
    })
    await Promise.race([Promise.all(asks), enough])
    // What comes later changes nothing of this note.
    return new Map([...lines].filter(([name]) => counting.has(name)))
  }

  const whyNot = (): string =>
    states.flatMap(({ witness, failing }) => (failing ? [`${witness.name}: ${failing}`] : [])).join('; ')

  const loop = startLoop('publishing', retryMs, run, () => (grownLast < stormEntries ? restMs : stormRestMs))
  return {
    run: loop.run,
    poke: loop.poke,
    stop: loop.stop,
    get published() {
      return published
    },
    get waitingSince() {
      return waitingSince
    },
    get witnesses() {
      return states.map(({ witness, size, failing, forked }) => ({ name: witness.name, size, failing, forked }))
    },
  }
}

/** Writes the tiles and entry bundles that a tree of `size` has and one of `from` had not, where files lie. */
export async function writeTiles(
  pool: pg.Pool,
  files: Store,
  grown: Tree,
  from: number,
  size: number,
  afterEach: () => Promise<void> = async () => {},
): Promise<void> {
  for (const tile of tilesAdded(from, size)) {
    if (tile.level === 'entries') {
      const { rows } = await pool.query<{ entry: Buffer }>(
        'select entry from log_entry where index >= $1 and index < $2 order by index',
        [tile.index * TILE_WIDTH, tile.index * TILE_WIDTH + tile.width],
      )
      await files.keep(`log/${tilePath(tile)}`, bundleContents(rows.map((row) => new Uint8Array(row.entry))))
    } else await files.keep(`log/${tilePath(tile)}`, tileContents(grown.read, tile))
    await afterEach()
  }
}

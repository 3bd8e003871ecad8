// Reads the public log for its pages: the newest public facts, and one entry with what opens it and its proof.
//
// Nothing here moves when a sealed bid arrives: the tree is always shown as it was at the newest public fact, and an entry that is not
// public is shown by its leaf hash alone, which tells neither its kind nor its case.
import { getFactType } from '@naru/domain/catalogue.ts'
import type { ActedBy } from '@naru/domain/actor.ts'
import { parseEntry } from '@naru/log/entry.ts'
import { proofText } from '@naru/log/proof.ts'
import { inclusionProof, type NodeReader, nodeHash, nodesRead, rootAt } from '@naru/log/merkle.ts'
import { toBase64 } from '@naru/sealing/bytes.ts'
import type { Deployment } from '../deployment.ts'
import { loggedObject, readRecord } from '../record.ts'

/** Who did an act, as anyone may know it: an organisation or a part of the portal, never a person. */
export interface PublicActor {
  readonly organisation: string | null
  readonly platform: string | null
}

/** A public fact as the log's list names it. `kind` is the kind of its stream: tender, plan, contract, organisation. */
export interface LogLine {
  readonly index: number
  readonly caseId: string
  readonly kind: string
  readonly type: string
  readonly at: string
  readonly hash: string
  readonly by: PublicActor
  /** Whether the case has a public page yet: keys are deposited before a notice is published. */
  readonly shown: boolean
}

/** The tree at the newest public fact: `size` entries, its root in base64, and who keeps it. */
export interface LogHead {
  readonly origin: string
  readonly publicKey: string
  readonly size: number
  readonly root: string
}

export interface LogPage {
  readonly head: LogHead
  readonly lines: readonly LogLine[]
  /** The index before which to read on, or null at the beginning of the log. */
  readonly before: number | null
}

/** One entry. `line`, `entry` and `object` are there only for a public fact; `path` proves the leaf in the tree of `head`. */
export interface LogEntryPage {
  readonly index: number
  readonly leafHash: string
  readonly path: readonly string[]
  readonly head: LogHead
  readonly line: LogLine | null
  /** The 34 bytes in hexadecimal, with what they say. */
  readonly entry: { readonly hex: string; readonly kind: string; readonly commitment: string } | null
  /** What the commitment opens to (protocol §4a), where the fact publishes it; else null. */
  readonly object: { readonly label: string; readonly value: unknown } | null
  /** The public body of the fact. */
  readonly body: unknown
}

/** Complete subtrees never change, so their hashes are kept; below this level they are computed from the leaves. */
const keptLevel = 12

const kept = new WeakMap<Deployment, Map<string, Uint8Array>>()

async function nodeAt(deployment: Deployment, level: number, index: number): Promise<Uint8Array> {
  const nodes = kept.get(deployment) ?? new Map<string, Uint8Array>()
  kept.set(deployment, nodes)
  const name = `${level}/${index}`
  const known = nodes.get(name)
  if (known) return known
  if (level > keptLevel) {
    const hash = nodeHash(
      await nodeAt(deployment, level - 1, 2 * index),
      await nodeAt(deployment, level - 1, 2 * index + 1),
    )
    nodes.set(name, hash)
    return hash
  }
  const width = 2 ** level
  const { rows } = await deployment.database.pool.query<{ leaf_hash: Buffer }>({
    name: 'read_leaves',
    text: 'select leaf_hash from log_entry where index >= $1 and index < $2 order by index',
    values: [index * width, (index + 1) * width],
  })
  if (rows.length !== width) throw new RangeError(`no node ${name}`)
  let row: Uint8Array[] = rows.map((each) => new Uint8Array(each.leaf_hash))
  while (row.length > 1)
    row = Array.from({ length: row.length / 2 }, (_, n) =>
      nodeHash(row[2 * n] as Uint8Array, row[2 * n + 1] as Uint8Array),
    )
  const [hash] = row
  if (!hash) throw new RangeError(`no node ${name}`)
  if (level === keptLevel) nodes.set(name, hash)
  return hash
}

/** Fetches the nodes that a computation over the whole log reads, then does it. */
export async function withNodes<Answer>(
  deployment: Deployment,
  compute: (read: NodeReader) => Answer,
): Promise<Answer> {
  const fetched = new Map<string, Uint8Array>()
  for (const { level, index } of nodesRead(compute))
    fetched.set(`${level}/${index}`, await nodeAt(deployment, level, index))
  return compute((level, index) => fetched.get(`${level}/${index}`) as Uint8Array)
}

async function readHead(deployment: Deployment): Promise<LogHead> {
  const { rows } = await deployment.database.pool.query<{ last: string | null }>({
    name: 'last_public',
    text: 'select max(index) as last from log_entry where public',
  })
  const size = rows[0]?.last == null ? 0 : Number(rows[0].last) + 1
  const root = await withNodes(deployment, (read) => rootAt(read, size))
  return { origin: deployment.logOrigin, publicKey: toBase64(deployment.logPublicKey), size, root: toBase64(root) }
}

interface FactRow {
  readonly index: string
  readonly case_id: string
  readonly kind: string
  readonly record: string
  readonly hash: Buffer
  readonly shown: boolean
}

const asPublic = (by: ActedBy): PublicActor => ({
  organisation: 'organisation' in by ? by.organisation : null,
  platform: 'platform' in by ? by.platform : null,
})

function lineOf(row: FactRow): LogLine {
  const { fact } = readRecord(row.record)
  return {
    index: Number(row.index),
    caseId: row.case_id,
    kind: row.kind,
    type: fact.type,
    at: fact.at,
    hash: row.hash.toString('base64'),
    by: asPublic(fact.by),
    shown: row.shown,
  }
}

const facts = `select e.index, e.case_id, c.kind, f.record, f.hash,
  c.kind in ('organisation', 'plan') or exists (select from listing l where l.case_id = e.case_id) as shown from log_entry e
  join current c on c.stream = e.stream join fact f on f.year = c.year and f.stream = e.stream and f.seq = e.seq`

/** Public facts before an index (the newest where none is given), newest first. */
export async function readLog(deployment: Deployment, before: number | null, limit = 50): Promise<LogPage> {
  const [head, found] = await Promise.all([
    readHead(deployment),
    deployment.database.pool.query<FactRow>({
      name: 'read_log',
      text: `${facts} where e.public and ($1::bigint is null or e.index < $1) order by e.index desc limit $2`,
      values: [before, limit + 1],
    }),
  ])
  const lines = found.rows.slice(0, limit).map(lineOf)
  return { head, lines, before: found.rows.length > limit ? (lines.at(-1)?.index ?? null) : null }
}

/** The public facts of one case with who did them, oldest first. */
export async function readActs(deployment: Deployment, caseId: string): Promise<readonly LogLine[]> {
  const { rows } = await deployment.database.pool.query<FactRow>({
    name: 'read_acts',
    text: `${facts} where e.case_id = $1 and e.public order by e.index`,
    values: [caseId],
  })
  return rows.map(lineOf)
}

/** One entry with its proof, or null where the log, up to its newest public fact, has none. */
export async function readLogEntry(deployment: Deployment, index: number): Promise<LogEntryPage | null> {
  const head = await readHead(deployment)
  if (!Number.isSafeInteger(index) || index < 0 || index >= head.size) return null
  const { rows } = await deployment.database.pool.query<{ public: boolean; entry: Buffer; leaf_hash: Buffer }>({
    name: 'read_entry',
    text: 'select public, entry, leaf_hash from log_entry where index = $1',
    values: [index],
  })
  const [row] = rows
  if (!row) return null
  const path = await withNodes(deployment, (read) => inclusionProof(read, index, head.size))
  const sealed = {
    index,
    leafHash: row.leaf_hash.toString('base64'),
    path: path.map(toBase64),
    head,
    line: null,
    entry: null,
    object: null,
    body: null,
  }
  if (!row.public) return sealed
  const found = await deployment.database.pool.query<FactRow>({
    name: 'read_entry_fact',
    text: `${facts} where e.index = $1`,
    values: [index],
  })
  const [fact] = found.rows
  if (!fact) return sealed
  const { fact: whole } = readRecord(fact.record)
  const { show } = getFactType(whole.type)
  const { kind, commitment } = parseEntry(new Uint8Array(row.entry))
  const logged = loggedObject(whole)
  return {
    ...sealed,
    line: lineOf(fact),
    entry: { hex: row.entry.toString('hex'), kind, commitment: toBase64(commitment) },
    object: logged && { label: logged.label, value: logged.object },
    body: show ? show(whole.body) : null,
  }
}

/** The proof for keeping (tlog-proof) that an entry is in the log, under the newest published checkpoint with its cosignatures; null before one covers it. */
export async function readWitnessedProof(deployment: Deployment, index: number): Promise<string | null> {
  const { rows } = await deployment.database.pool.query<{ size: string; note: string }>(
    'select size, note from witnessed_checkpoint where size > $1 order by size desc limit 1',
    [index],
  )
  const [head] = rows
  if (!head) return null
  const path = await withNodes(deployment, (read) => inclusionProof(read, index, Number(head.size)))
  return proofText({ extra: null, index, path, checkpoint: head.note })
}

/** The same under the newest checkpoint that the log has signed, cosigned or not. */
export async function readProof(deployment: Deployment, index: number): Promise<string | null> {
  const { rows } = await deployment.database.pool.query<{ size: string; note: string }>(
    'select size, note from checkpoint where size > $1 order by size desc limit 1',
    [index],
  )
  const [head] = rows
  if (!head) return null
  const path = await withNodes(deployment, (read) => inclusionProof(read, index, Number(head.size)))
  return proofText({ extra: null, index, path, checkpoint: head.note })
}

// The probes of a tender in preparation for its key holders: sealed envelopes that prove, before the notice, that every key opens (SEA-04).
import type { Probe } from '@naru/domain/sealing-port.ts'
import type { TenderState } from '@naru/domain/tender/tender.ts'
import type { Deployment } from '../deployment.ts'
import { readRecord } from '../record.ts'

/** The probes in the order of their rounds; none before the keys are fixed or once the notice has appeared. */
export async function readProbes(deployment: Deployment, tender: TenderState): Promise<readonly Probe[]> {
  const seqs = tender.rehearsal?.probes.map((each) => each.seq) ?? []
  if (seqs.length === 0) return []
  const { rows } = await deployment.database.pool.query<{ record: string }>(
    `select f.record from current c join fact f on f.year = c.year and f.stream = c.stream where c.stream = $1 and f.seq = any ($2) order by f.seq`,
    [`tender:${tender.id}`, seqs],
  )
  return rows.map((row) => readRecord(row.record).fact.body as Probe)
}

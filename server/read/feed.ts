// The public change feed: public facts in log order, each with its public body. A sealed bid leaves no trace here.
import { getFactType } from '@naru/domain/catalogue.ts'
import type { Deployment } from '../deployment.ts'
import { readRecord } from '../record.ts'

export interface FeedItem {
  readonly index: number
  readonly caseId: string
  readonly type: string
  readonly at: string
  readonly hash: string
  readonly body: unknown
}
export interface Feed {
  readonly log: string
  readonly items: readonly FeedItem[]
  /** The cursor to go on from: the index of the last item, or the one that was asked for. */
  readonly cursor: number
}

/** Public facts after a log index, oldest first, at most `limit`; of one case where `caseId` is given. */
export async function readFeed(
  deployment: Deployment,
  after: number,
  limit = 200,
  caseId: string | null = null,
): Promise<Feed> {
  const { rows } = await deployment.database.pool.query<{ index: string; record: string; hash: Buffer }>({
    name: 'read_feed',
    text: `select e.index, f.record, f.hash
      from (select index, stream, seq from log_entry where public and index > $1 and ($3::text is null or case_id = $3) order by index limit $2) e
      join current c on c.stream = e.stream join fact f on f.year = c.year and f.stream = e.stream and f.seq = e.seq
      order by e.index`,
    values: [after, limit, caseId],
  })
  const items = rows.map((row) => {
    const { fact } = readRecord(row.record)
    const { show } = getFactType(fact.type)
    return {
      index: Number(row.index),
      caseId: fact.caseId,
      type: fact.type,
      at: fact.at,
      hash: row.hash.toString('base64'),
      body: show ? show(fact.body) : null,
    }
  })
  return { log: deployment.logOrigin, items, cursor: items.at(-1)?.index ?? after }
}

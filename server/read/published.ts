// What the public pages read beside the case itself: the log, the rules, names of codes, the state of files, and the tag of a page.
import { createHash, randomUUID } from 'node:crypto'
import type { Deployment } from '../deployment.ts'
import { type ImportedPage, readImportedPage } from './imported-page.ts'
import { type LogEntryPage, type LogLine, type LogPage, readActs, readLog, readLogEntry } from './log.ts'
import { type CountryRules, readRules } from './rules.ts'
import { type PathHistory, readPathHistory } from '../submission-path.ts'

/** A plan as the public list shows it; sums by currency in smallest units. */
export interface PublicPlan {
  readonly plan: string
  readonly organisation: string
  readonly year: number
  readonly version: number
  readonly at: string
  readonly lines: number
  readonly amount: string
  readonly currency: string
}

export interface PublishedReads {
  readonly readLog: (before: number | null) => Promise<LogPage>
  readonly readLogEntry: (index: number) => Promise<LogEntryPage | null>
  /** Public facts of a case with who did them, oldest first. */
  readonly readActs: (caseId: string) => Promise<readonly LogLine[]>
  /** Methods and legal values in force on a day (YYYY-MM-DD). */
  readonly readRules: (day: string) => CountryRules
  /** Published plans, newest year first; of one organisation where it is given. */
  readonly readPublishedPlans: (organisation: string | null) => Promise<readonly PublicPlan[]>
  /** Public cases that pay from a plan, with their plan lines. */
  readonly readCasesOfPlan: (plan: string) => Promise<
    readonly {
      readonly caseId: string
      readonly number: string | null
      readonly lines: readonly string[]
      readonly status: string
    }[]
  >
  /** Names of classifier codes in the country's languages; an unknown code is absent. */
  readonly readClassNames: (codes: readonly string[]) => Readonly<Record<string, Readonly<Record<string, string>>>>
  /** What the virus scan found, by upload. */
  readonly readScans: (
    uploads: readonly string[],
  ) => Promise<Readonly<Record<string, 'not-scanned' | 'clean' | 'infected'>>>
  /** The cases that announce this one anew. */
  readonly readRenotices: (
    caseId: string,
  ) => Promise<readonly { readonly caseId: string; readonly number: string | null }[]>
  /** A process that another publisher published, by its ocid, or null. */
  readonly readImported: (ocid: string) => Promise<ImportedPage | null>
  /** Names of the publishers whose history was imported, by their code. */
  readonly readSources: () => Promise<Readonly<Record<string, string>>>
  /** The submission path now and its outages; null where the database does not answer. */
  readonly readPathHistory: () => Promise<PathHistory | null>
  /** The tag of a page made from what it depends on: the last public fact, the language, the build. */
  readonly tagOf: (...parts: readonly (string | number | null)[]) => string
}

/** A page rendered by another build or process is another page. */
const build = randomUUID()

/** The reads of one deployment; they need no reader, for they give everyone the same. */
export function publishedReads(deployment: Deployment): PublishedReads {
  const { pack, database } = deployment
  return {
    readLog: (before) => readLog(deployment, before),
    readLogEntry: (index) => readLogEntry(deployment, index),
    readPathHistory: () => readPathHistory(deployment),
    readActs: (caseId) => readActs(deployment, caseId),
    readRules: (day) => readRules(deployment, day),
    readPublishedPlans: async (organisation) => {
      const { rows } = await database.pool.query<{
        id: string
        owner: string
        published: { version: number; at: string; lines: { amount: { amount: string; currency: string } }[] }
        year: number
      }>(
        `select c.case_id as id, c.owner, c.state::jsonb->'published' as published, (c.state::jsonb->>'year')::int as year
         from current c where c.kind = 'plan' and c.state::jsonb->'published' <> 'null' and ($1::text is null or c.owner = $1)
         order by year desc, c.case_id limit 500`,
        [organisation],
      )
      return rows.map(({ id, owner, year, published }) => ({
        plan: id,
        organisation: owner,
        year,
        version: published.version,
        at: published.at,
        lines: published.lines.length,
        amount: published.lines.reduce((sum, line) => sum + BigInt(line.amount.amount), 0n).toString(),
        currency: published.lines[0]?.amount.currency ?? pack.currency,
      }))
    },
    readCasesOfPlan: async (plan) => {
      const { rows } = await database.pool.query<{
        case_id: string
        number: string | null
        status: string
        lots: { planLine: { plan: string; line: string } }[]
      }>(
        `select l.case_id, l.number, l.status, c.state::jsonb->'content'->'lots' as lots from listing l
         join current c on c.stream = 'tender:' || l.case_id
         where c.state::jsonb->'content'->'lots' @> jsonb_build_array(jsonb_build_object('planLine', jsonb_build_object('plan', $1::text)))
         order by l.published_at limit 500`,
        [plan],
      )
      return rows.map((row) => ({
        caseId: row.case_id,
        number: row.number,
        status: row.status,
        lines: [...new Set(row.lots.filter((lot) => lot.planLine.plan === plan).map((lot) => lot.planLine.line))],
      }))
    },
    readClassNames: (codes) =>
      Object.fromEntries(
        pack.classifier.codes.filter((each) => codes.includes(each.code)).map(({ code, names }) => [code, names]),
      ),
    readScans: async (uploads) => {
      if (uploads.length === 0) return {}
      const { rows } = await database.pool.query<{ id: string; scan: 'not-scanned' | 'clean' | 'infected' }>({
        name: 'read_scans',
        text: 'select id, scan from upload where id = any ($1)',
        values: [uploads],
      })
      return Object.fromEntries(rows.map((row) => [row.id, row.scan]))
    },
    readRenotices: async (caseId) => {
      const { rows } = await database.pool.query<{ case_id: string; number: string | null }>({
        name: 'read_renotices',
        text: `select l.case_id, l.number from listing l join current c on c.stream = 'tender:' || l.case_id
          where l.buyer_id = (select buyer_id from listing where case_id = $1) and c.state::jsonb->'renoticeOf'->>'caseId' = $1`,
        values: [caseId],
      })
      return rows.map((row) => ({ caseId: row.case_id, number: row.number }))
    },
    readImported: (ocid) => readImportedPage(deployment, ocid),
    readSources: async () => {
      const { rows } = await database.pool.query<{ publisher: string; name: string }>({
        name: 'read_sources',
        text: 'select publisher, name from imported_publisher order by name',
      })
      return Object.fromEntries(rows.map((row) => [row.publisher, row.name]))
    },
    tagOf: (...parts) =>
      `W/"${createHash('sha256')
        .update([build, ...parts].join('\n'))
        .digest('base64url')
        .slice(0, 22)}"`,
  }
}

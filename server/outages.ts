// Outages of the submission path: signed findings taken in, an outage recorded where two operators agree, and every deadline moved that it touches.
//
// Each step may be repeated after a crash: a finding is kept once, an overlapping outage is refused, a tender moves once for one outage.
import { randomUUID } from 'node:crypto'
import { readFileSync } from 'node:fs'
import type { ProbeFinding, SignedFinding } from '@naru/domain/log/facts.ts'
import { logCase, type LogState } from '@naru/domain/log/log.ts'
import { agreedOutages } from '@naru/domain/outage.ts'
import { resolve } from '@naru/domain/pack.ts'
import type { Basis } from '@naru/domain/refusal.ts'
import { addMilliseconds, dayOf, fromMilliseconds } from '@naru/domain/time.ts'
import { fromBase64, toBase64 } from '@naru/sealing/bytes.ts'
import { HO } from '@naru/sealing/hash.ts'
import { findingHolds } from '@naru/sealing/outage-finding.ts'
import { z } from 'zod'
import { doAct } from './act.ts'
import { CannotStart } from './database/cannot-start.ts'
import type { Deployment } from './deployment.ts'
import { readNow } from './time.ts'

/** A probe as the settings name it: its name, who runs it, its Ed25519 public key (32 bytes). */
export interface Probe {
  readonly name: string
  readonly operator: string
  readonly publicKey: Uint8Array
}
export type RecordedOutage = NonNullable<LogState['outages']>[number]

const probeList = z.strictObject({
  probes: z.array(z.strictObject({ name: z.string().min(1), operator: z.string().min(1), key: z.string() })).min(2),
})

/** Reads the file that OUTAGE_PROBES names. Throws CannotStart where it is not in form or one operator alone runs all probes. */
export function readProbes(file: string): readonly Probe[] {
  const say = (what: string) => new CannotStart(`OUTAGE_PROBES names ${file}: ${what}`)
  try {
    const { probes } = probeList.parse(JSON.parse(readFileSync(file, 'utf8')))
    if (new Set(probes.map((each) => each.operator)).size < 2)
      throw say('all its probes have one operator. Two are needed.')
    return probes.map(({ name, operator, key }) => {
      const publicKey = fromBase64(key)
      if (publicKey.length !== 32) throw say(`the key of ${name} is not 32 bytes in base64.`)
      return { name, operator, publicKey }
    })
  } catch (error) {
    if (error instanceof CannotStart) throw error
    throw say(`it cannot be read (${(error as Error).message.split('\n')[0]}).`)
  }
}

const longestMs = 7 * 86_400_000
const aheadMs = 60_000

/** Takes in one finding: 'unknown' for a probe that is not listed or a wrong signature, 'impossible' for a span that cannot be. */
export async function takeFinding(
  deployment: Deployment,
  finding: ProbeFinding,
  signature: string,
): Promise<'taken' | 'unknown' | 'impossible'> {
  const probe = deployment.probes.find((each) => each.name === finding.probe)
  if (!probe || !findingHolds(finding, signature, probe.publicKey)) return 'unknown'
  const { pool } = deployment.database
  const { from, until, state } = finding
  const now = Date.parse(await readNow(deployment))
  if (until > now + aheadMs || now - from > longestMs) return 'impossible'
  if (state === 'up') {
    if (from !== until) return 'impossible'
    await pool.query(
      `insert into probe_heard (probe, operator, up_ms) values ($1, $2, $3)
       on conflict (probe) do update set operator = excluded.operator, up_ms = greatest(probe_heard.up_ms, excluded.up_ms)`,
      [probe.name, probe.operator, until],
    )
    return 'taken'
  }
  if (until <= from) return 'impossible'
  await pool.query(
    `insert into outage_finding (probe, operator, from_ms, until_ms, signature) values ($1, $2, $3, $4, $5) on conflict do nothing`,
    [probe.name, probe.operator, from, until, Buffer.from(signature, 'base64')],
  )
  return 'taken'
}

/** The recorded outages, oldest first. */
export async function readOutages(deployment: Deployment): Promise<readonly RecordedOutage[]> {
  const { rows } = await deployment.database.pool.query<{ state: string }>(
    'select state from current where stream = $1',
    [`log:${logCase}`],
  )
  return rows[0] ? ((JSON.parse(rows[0].state) as LogState).outages ?? []) : []
}

const does = (deployment: Deployment, caseId: string, act: string, input: unknown) =>
  doAct(deployment, { caseId, act, key: randomUUID(), actor: { kind: 'platform', part: 'clock' }, input, size: 0 })

/** Records what probes agree on, and moves the deadlines that recent outages touch. Answers how many acts were done. */
export async function settleOutages(deployment: Deployment): Promise<number> {
  if (deployment.probes.length === 0) return 0
  const now = await readNow(deployment)
  let done = await recordAgreed(deployment, now)
  const since = addMilliseconds(now, -3 * 86_400_000)
  for (const each of (await readOutages(deployment)).filter(({ noticed }) => noticed >= since))
    done += await moveDeadlines(deployment, each)
  if (done > 0) deployment.publicChange += 1
  return done
}

async function recordAgreed(deployment: Deployment, now: string): Promise<number> {
  const { rows } = await deployment.database.pool.query<{
    probe: string
    operator: string
    from: string
    until: string
    signature: Buffer
  }>(
    'select probe, operator, from_ms as from, until_ms as until, signature from outage_finding where until_ms > $1 order by 1, 3, 4',
    [Date.parse(now) - longestMs],
  )
  if (rows.length < 2) return 0
  const listed = new Map(deployment.probes.map((each) => [each.name, each.operator]))
  const findings = rows
    .filter((row) => listed.get(row.probe) === row.operator)
    .map((row) => ({ ...row, from: Number(row.from), until: Number(row.until) }))
  const recorded = await readOutages(deployment)
  let done = 0
  for (const span of agreedOutages(findings)) {
    if (recorded.some((each) => Date.parse(each.from) <= span.until && Date.parse(each.until) >= span.from)) continue
    const bearing: SignedFinding[] = findings
      .filter((each) => each.from < span.until && each.until > span.from)
      .map(({ probe, operator, from, until, signature }) => ({
        operator,
        finding: { v: 1, probe, function: 'submission', state: 'down', from, until },
        signature: toBase64(new Uint8Array(signature)),
      }))
    const outcome = await does(deployment, logCase, 'record-outage', {
      outage: randomUUID(),
      ...span,
      findings: bearing.slice(0, 100),
    })
    if (outcome.done) done += 1
  }
  return done
}

async function moveDeadlines(
  deployment: Deployment,
  { outage, from, until, noticed }: RecordedOutage,
): Promise<number> {
  const { pool } = deployment.database
  const rule = resolve(deployment.pack.outage, dayOf(noticed, deployment.pack.zone), deployment.mode).value
  if (!rule) return 0
  // open_until is the deadline and δ, which is far less than a day.
  const { rows } = await pool.query<{ case_id: string }>(
    `select case_id from current where kind = 'tender' and stage = 'published' and open_until >= $1 and open_until <= $2
     and state not like $3`,
    [from, addMilliseconds(until, rule.afterMinutes * 60_000 + 86_400_000), `%"outages":[%"${outage}"%`],
  )
  let done = 0
  for (const { case_id: caseId } of rows) {
    const outcome = await does(deployment, caseId, 'move-deadline-by-outage', { outage, from, until, noticed })
    if (outcome.done) done += 1
  }
  return done
}

const longestWaitMs = 10 * 60_000

/**
 * Whether a round may not be closed yet because too few operators' probes were heard to be up since its deadline, or since a later moment at which
 * the path came back: an outage must have its chance to be told. Ten minutes at the most, since probes may fail themselves.
 */
export async function awaitsProbes(deployment: Deployment, caseId: string, back?: string): Promise<boolean> {
  if (deployment.probes.length === 0) return false
  const { rows } = await deployment.database.pool.query<{ waits: boolean }>(
    `select (r.since + $2 * interval '1 ms' > naru_now()
             and (select count(distinct operator) from probe_heard where up_ms >= extract(epoch from r.since) * 1000) < 2) as waits
     from current c, lateral (select greatest((c.state::jsonb #>> '{rounds,-1,deadline}')::timestamptz, $3::timestamptz) as since) r
     where c.stream = $1 and c.stage = 'published'`,
    [`tender:${caseId}`, longestWaitMs, back ?? null],
  )
  return rows[0]?.waits ?? false
}

/** A certificate of unavailability: the outage, the rule (null where the country has none that counts), what moved by it, and what was closed already. */
export interface SignedCertificate {
  readonly certificate: {
    readonly v: 1
    readonly log: string
    readonly outage: string
    readonly function: 'submission'
    readonly from: string
    readonly until: string
    readonly noticed: string
    readonly operators: readonly string[]
    readonly rule: { readonly key: string; readonly basis: Basis } | null
    readonly moved: readonly { readonly tender: string; readonly before: string; readonly ground: string }[]
    readonly closed: readonly { readonly tender: string; readonly deadline: string }[]
  }
  readonly key: string
  readonly signature: string
}

/**
 * The certificate of unavailability of an outage, signed with the promise key over HO("unavailability", certificate); null where there is none.
 * Rounds whose deadline the outage touched, but which were closed before it was recorded, stand under `closed`: their deadline stays.
 */
export async function readCertificate(deployment: Deployment, outage: string): Promise<SignedCertificate | null> {
  const found = (await readOutages(deployment)).find((each) => each.outage === outage)
  if (!found) return null
  const rule = resolve(deployment.pack.outage, dayOf(found.noticed, deployment.pack.zone), deployment.mode)
  const { rows } = await deployment.database.pool.query<{ case_id: string; body: string }>(
    `select case_id, record::jsonb #>> '{body,outage}' as body from fact
     where type = 'DeadlineMovedByOutage' and at >= $1 and record::jsonb #>> '{body,outage,id}' = $2 order by case_id`,
    [found.noticed, outage],
  )
  const after = (rule.value?.afterMinutes ?? 0) * 60_000
  const closings = await deployment.database.pool.query<{ case_id: string; deadline: string }>(
    `select f.case_id, f.record::jsonb #>> '{body,close,T}' as deadline from fact f
     where f.type = 'TenderClosed' and f.at >= $1 and f.at <= $2 and (f.record::jsonb #>> '{body,close,T}')::bigint between $3 and $4
       and not exists (select from fact c where c.year = f.year and c.stream = f.stream and c.type = 'TenderCancelled' and c.seq < f.seq)
     order by f.case_id, f.seq`,
    [found.from, found.noticed, Date.parse(found.from), Date.parse(found.until) + after],
  )
  const certificate = {
    v: 1 as const,
    log: deployment.logOrigin,
    outage,
    function: 'submission' as const,
    from: found.from,
    until: found.until,
    noticed: found.noticed,
    operators: found.operators,
    rule: rule.value === null ? null : { key: rule.key, basis: rule.basis },
    moved: rows.map(({ case_id: tender, body }) => {
      const { before, ground } = JSON.parse(body) as { before: string; ground: string }
      return { tender, before, ground }
    }),
    closed: closings.rows.map(({ case_id: tender, deadline }) => ({
      tender,
      deadline: fromMilliseconds(Number(deadline)),
    })),
  }
  return {
    certificate,
    key: toBase64(deployment.promisePublicKey),
    signature: toBase64(deployment.signPromise(HO('unavailability', certificate))),
  }
}

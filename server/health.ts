// How the deployment is, for its operator: what is behind, full, missing or wrong, each as an alarm with a sentence that says what to look at.
import { statfs } from 'node:fs/promises'
import type { AttemptKind } from '@naru/domain/tender/attempts.ts'
import { recentAttempts } from './attempts.ts'
import type { Deployment } from './deployment.ts'
import { type ScanAddress, scannerAnswers } from './neighbours/scan.ts'
import type { Sequencer } from './sequencer.ts'
import type { Stamping } from './stamping.ts'
import { measureSkew, type TimeState } from './time-watch.ts'

export interface Alarm {
  readonly code:
    | 'facts-set-aside'
    | 'log-behind'
    | 'checkpoint-behind'
    | 'no-quorum'
    | 'another-history'
    | 'no-time-stamp'
    | 'closing-behind'
    | 'after-effects-behind'
    | 'disk-nearly-full'
    | 'files-down'
    | 'second-site-missing'
    | 'scanner-down'
    | 'files-not-scanned'
    | 'clock-skew'
    | 'clock-off'
    | 'time-sources'
    | 'box-altered'
    | `attempt-${AttemptKind}`
  readonly sentence: string
}

/** Figures beside the alarms. They tell how many entries there are, sealed bids too, and are therefore for the operator alone. */
export interface Health {
  readonly ok: boolean
  readonly alarms: readonly Alarm[]
  readonly log: {
    readonly size: number
    readonly waiting: number
    readonly oldestSeconds: number
    readonly checkpoint: number
  }
  /** The witnesses as this program sees them; empty where it does not lead the log. */
  readonly witnesses: Sequencer['publishing']['witnesses']
  readonly setAside: number
  readonly after: Readonly<Record<string, number>>
  readonly disk: { readonly freeBytes: number; readonly freePercent: number }
  readonly scanner: 'answers' | 'silent' | 'none'
  readonly notScanned: number
  readonly clockSkewMs: number
  /** This machine's clock and the database's against the time sources; null where none are named. */
  readonly time: TimeState | null
}

/** When a figure becomes an alarm. */
export const bounds = {
  /** An entry waits a quarter of a second as a rule (sequencer). */
  waitingSeconds: 30,
  /** A round closes half a second after its time as a rule (clock). */
  closingSeconds: 60,
  /** Log entries that releases or documents have not followed yet. */
  behindEntries: 2000,
  freeBytes: 2 * 1024 ** 3,
  freePercent: 5,
  notScannedMinutes: 10,
  clockSkewMs: 1000,
  /** An attempt on sealed bids stays an alarm for a day after the last of its kind, so that whoever watches by day sees the night's. */
  attemptHours: 24,
} as const

interface Figures {
  waiting: number
  oldest: number | null
  size: string | null
  checkpoint: string | null
  set_aside: number
  closing: number
  not_scanned: number
  altered: string[]
  missing: string[]
  changed: string[]
}

const figures = `
  select (select count(*)::int from pending) as waiting,
    (select extract(epoch from naru_now() - f.at)::float from (select stream, seq from pending order by id limit 1) as p
      join fact f on f.stream = p.stream and f.seq = p.seq) as oldest,
    (select max(index) + 1 from log_entry) as size,
    (select max(size) from witnessed_checkpoint) as checkpoint,
    (select count(*)::int from set_aside) as set_aside,
    (select coalesce(array_agg(distinct case_id), '{}') from altered_box) as altered,
    (select coalesce(array_agg(distinct case_id), '{}') from altered_box where what = 'missing') as missing,
    (select coalesce(array_agg(distinct case_id), '{}') from altered_box where what <> 'missing') as changed,
    (select count(*)::int from current where kind = 'tender' and stage = 'published'
      and open_until < naru_now() - make_interval(secs => $1)) as closing,
    (select count(*)::int from upload where completed < clock_timestamp() - make_interval(mins => $2) and scan = 'not-scanned') as not_scanned`

/** Looks at everything once. Throws where the database does not answer. */
export async function readHealth(
  deployment: Deployment,
  {
    scanAddress,
    publishing,
    stamping,
    time = null,
  }: {
    readonly scanAddress: ScanAddress | null
    readonly publishing: Sequencer['publishing'] | null
    readonly stamping?: Pick<Stamping, 'failing'> | null
    readonly time?: TimeState | null
  },
): Promise<Health> {
  const { pool } = deployment.database
  const [{ rows }, attempts, cursors, skew, disk, scanner, filesDown] = await Promise.all([
    pool.query<Figures>(figures, [bounds.closingSeconds, bounds.notScannedMinutes]),
    recentAttempts(pool, bounds.attemptHours),
    pool.query<{ name: string; index: string }>('select name, index from after_cursor'),
    measureSkew(deployment),
    statfs(deployment.dataFolder),
    scanAddress ? scannerAnswers({ ...scanAddress, patienceMs: 2000 }) : null,
    deployment.files.look().then(
      () => null,
      (error: Error) => error.message,
    ),
  ])
  const [row] = rows
  if (!row) throw new Error('the database gave no figures')
  const size = Number(row.size ?? 0)
  const checkpoint = Number(row.checkpoint ?? 0)
  const freeBytes = disk.bavail * disk.bsize
  const freePercent = Math.floor((100 * disk.bavail) / Math.max(1, disk.blocks))
  const oldestSeconds = Math.max(0, Math.round(row.oldest ?? 0))
  const after = Object.fromEntries(cursors.rows.map(({ name, index }) => [name, Math.max(0, size - 1 - Number(index))]))
  const alarms: Alarm[] = []
  const alarm = (when: boolean, code: Alarm['code'], sentence: string) => {
    if (when) alarms.push({ code, sentence })
  }
  alarm(
    row.set_aside > 0,
    'facts-set-aside',
    `${row.set_aside} facts could not be given a log index; see the table set_aside.`,
  )
  alarm(
    row.waiting > 0 && oldestSeconds > bounds.waitingSeconds,
    'log-behind',
    `${row.waiting} facts wait for the log, the oldest for ${oldestSeconds} s; does a program with the part sequencer run?`,
  )
  alarm(
    row.altered.length > 0,
    'box-altered',
    `Bids in the boxes of ${row.altered.join(', ')} are not what was sealed, so nothing of them is opened. See the table altered_box; bring back the stored bytes from a backup, and tell who oversees.`,
  )
  alarm(
    row.missing.length > 0,
    'attempt-bid-missing',
    `Sealed bids are missing in the store, in ${row.missing.join(', ')}.`,
  )
  alarm(
    row.changed.length > 0,
    'attempt-bid-changed',
    `Sealed bids were changed in the store, in ${row.changed.join(', ')}.`,
  )
  for (const [kind, { count, cases }] of attempts)
    alarm(
      true,
      `attempt-${kind}`,
      `${count} refused attempts of the kind ${kind} in ${bounds.attemptHours} hours, on ${cases.join(', ')}; GET /api/cases/{case}/attempts tells its key holders who and when.`,
    )
  alarm(
    size - checkpoint > bounds.behindEntries,
    'checkpoint-behind',
    `The newest checkpoint covers ${checkpoint} of ${size} entries; look at the messages of the sequencer.`,
  )
  alarm(
    Boolean(publishing?.waitingSince),
    'no-quorum',
    'Too few witnesses cosign; bids are taken, the newest checkpoint and receipts wait.',
  )
  for (const witness of publishing?.witnesses ?? [])
    alarm(witness.forked, 'another-history', `${witness.name} has seen another history of this log. Stop and look.`)
  for (const [name, why] of stamping?.failing ?? [])
    alarm(true, 'no-time-stamp', `${name} stamps nothing (${why}); bids are taken, boxes wait while no authority does.`)
  alarm(
    row.closing > 0,
    'closing-behind',
    `${row.closing} rounds are past their time and not closed; does a program with the part clock run?`,
  )
  for (const [name, behind] of Object.entries(after))
    alarm(
      behind > bounds.behindEntries,
      'after-effects-behind',
      `${name}: ${behind} log entries behind; does a program with the part worker run?`,
    )
  alarm(
    freeBytes < bounds.freeBytes || freePercent < bounds.freePercent,
    'disk-nearly-full',
    `${Math.floor(freeBytes / 1024 ** 2)} MB (${freePercent} %) are free where the data folder lies.`,
  )
  const missing = deployment.secondSite?.missing ?? null
  alarm(
    missing !== null,
    'second-site-missing',
    `What is recorded would not reach a second site (${missing}), so no bid and no act is taken. Look at the standby, synchronous_standby_names and synchronous_commit.`,
  )
  alarm(
    filesDown !== null,
    'files-down',
    `Where files lie nothing can be written or read (${filesDown}). Bids without attachments are taken with their promise; uploads, documents and the published log wait.`,
  )
  alarm(
    scanner === false || (scanner === null && deployment.mode === 'live'),
    'scanner-down',
    'The virus scanner does not answer, so no uploaded file becomes clean; see SCAN_ADDRESS.',
  )
  alarm(
    row.not_scanned > 0,
    'files-not-scanned',
    `${row.not_scanned} files wait for the virus scanner for more than ${bounds.notScannedMinutes} minutes.`,
  )
  alarm(
    Math.abs(skew) > bounds.clockSkewMs,
    'clock-skew',
    `This machine’s clock and the database’s differ by ${Math.round(skew)} ms; deadlines go by the database’s. Look at NTP on both.`,
  )
  alarm(
    time?.state === 'refusing',
    'clock-off',
    `The database’s clock is off by ${time?.databaseMs} ms, so no act is taken: set it right on its machine; acts are taken again at the next measurement.`,
  )
  alarm(
    time?.state === 'off',
    'clock-off',
    `Against the time sources this machine’s clock is off by ${time?.machineMs} ms, the database’s by ${time?.databaseMs} ms (±${time?.errorMs}). Look at NTP on both; from a second on no act is taken.`,
  )
  const silent = time?.sources.filter((each) => each.why !== null) ?? []
  alarm(
    time?.state === 'unknown' || silent.length > 0 || (time === null && deployment.mode === 'live'),
    'time-sources',
    time === null
      ? 'No time sources are named, so nobody notices a wrong clock; see TIME_SOURCES.'
      : `${time.state === 'unknown' ? 'Too few time sources agree to judge the clock by. ' : ''}${silent.map(({ name, why }) => `${name}: ${why}`).join('; ')}`.trim(),
  )
  return {
    ok: alarms.length === 0,
    alarms,
    log: { size, waiting: row.waiting, oldestSeconds, checkpoint },
    witnesses: publishing?.witnesses ?? [],
    setAside: row.set_aside,
    after,
    disk: { freeBytes, freePercent },
    scanner: scanner === null ? 'none' : scanner ? 'answers' : 'silent',
    notScanned: row.not_scanned,
    clockSkewMs: Math.round(skew),
    time,
  }
}

// The audit bundle of one tender: every public byte that a stranger needs to check it without a connection (docs/audit-bundle.md).
//
// It is taken at the first checkpoint that covers the tender's newest public fact, so nothing in it moves when a sealed bid arrives. What is
// sealed comes in with the fact that makes it public: a bid's manifest and price with the opening, its technical part with the outcome.
import { createHash } from 'node:crypto'
import { getFactType } from '@naru/domain/catalogue.ts'
import type { Fact } from '@naru/domain/history.ts'
import { idSchema } from '@naru/domain/id.ts'
import { logCase } from '@naru/domain/log/log.ts'
import type { CloseItem, Manifest, ManifestSignature, SealedEnvelope } from '@naru/domain/sealing-port.ts'
import { signNote, verifierKey } from '@naru/log/checkpoint.ts'
import type { Publication } from '@naru/ocds/publication.ts'
import { toBase64, utf8 } from '@naru/sealing/bytes.ts'
import { canonical, canonicalText } from '@naru/sealing/jcs.ts'
import type { SignedPromise } from '@naru/sealing/signature.ts'
import type { Deployment } from '../deployment.ts'
import { loggedObject, readRecord } from '../record.ts'

/** One file of a bundle. */
export type BundleFile = readonly [path: string, bytes: Uint8Array]

/** A bundle about to be read: `tag` changes with its content, `at` is the time of the newest fact in it. */
export interface BundleSource {
  readonly tag: string
  readonly at: string
  readonly ocid: string
  files(): AsyncGenerator<BundleFile>
}

interface EntryRow {
  readonly index: string
  readonly stream: string
  readonly seq: number
  readonly case_id: string
  readonly public: boolean
  readonly salt: Buffer | null
  readonly record: string
  readonly hash: Buffer
}

interface Placed {
  readonly index: number
  readonly row: EntryRow
  readonly fact: Fact
}

interface BidBody {
  readonly bid: string
  readonly round: number
  readonly manifest: Manifest
  readonly m: string
  readonly leafSalt: string
  readonly envelopes?: readonly SealedEnvelope[]
  readonly signature: ManifestSignature
}

/** What of a round may be read: its list of items, its manifests, and the roots that were found, by envelope. */
interface PublicRound {
  readonly round: number
  readonly index: number
  readonly items: readonly CloseItem[]
  readonly manifests: boolean
  readonly found: ReadonlySet<string>
}

const columns = `e.index, e.stream, e.seq, e.case_id, e.public, e.salt, f.record, f.hash from log_entry e
  join current c on c.stream = e.stream join fact f on f.year = c.year and f.stream = e.stream and f.seq = e.seq`

const place = (row: EntryRow): Placed => ({ index: Number(row.index), row, fact: readRecord(row.record).fact })

/** The bundle of a published tender, or null. */
export async function findBundle(
  deployment: Deployment,
  publication: Publication,
  caseId: string,
  policy: string | null,
): Promise<BundleSource | null> {
  if (!idSchema.safeParse(caseId).success) return null
  const { pool } = deployment.database
  const newest = await pool.query<{ last: string | null; published: boolean }>({
    name: 'bundle_newest',
    text: `select max(e.index) as last, exists (select from listing where case_id = $1) as published from log_entry e where e.case_id = $1 and e.public`,
    values: [caseId],
  })
  const [at] = newest.rows
  if (!at?.published || at.last === null) return null
  const checkpoints = await pool.query<{ size: string; note: string }>({
    name: 'bundle_checkpoint',
    text: `(select size, note from witnessed_checkpoint where size > $1 order by size limit 1) union all
      (select size, note from witnessed_checkpoint where size <= $1 order by size desc limit 1) limit 1`,
    values: [at.last],
  })
  const [checkpoint] = checkpoints.rows
  if (!checkpoint) return null
  const size = Number(checkpoint.size)
  const followed = await pool.query<{ index: string }>(`select index from after_cursor where name = 'releases'`)
  const released = Math.min(Number(followed.rows[0]?.index ?? -1), size - 1)
  const history = await pool.query<EntryRow>({
    name: 'bundle_history',
    text: `select ${columns} where e.case_id = $1 and c.kind in ('tender', 'contract') and e.index < $2 order by e.index`,
    values: [caseId, size],
  })
  const own = history.rows.map(place)
  const published = own.find((each) => each.fact.type === 'TenderPublished')
  if (!published) return null
  const shown = own.filter((each) => each.row.public)
  const last = shown.at(-1)
  const listed = await readPolicy(deployment, size)
  return {
    tag: createHash('sha256')
      .update(`${caseId} ${checkpoint.note} ${last?.index} ${released >= (last?.index ?? 0)}`)
      .digest('base64url')
      .slice(0, 22),
    at: last?.fact.at ?? '',
    ocid: (published.fact.body as { ocid: string }).ocid,
    files: () =>
      signed(
        deployment,
        caseId,
        filesOf(deployment, publication, {
          caseId,
          size,
          note: checkpoint.note,
          // A log that lists no witnesses may still have some in its settings.
          policy: listed || policy,
          own,
          // What the open data follow after the tender's newest fact does not move the bundle.
          released: Math.min(released, last?.index ?? -1),
        }),
      ),
  }
}

/** The witness policy of the newest trust list below a size of the log. */
async function readPolicy(deployment: Deployment, size: number): Promise<string | null> {
  const { rows } = await deployment.database.pool.query<{ policy: string }>({
    name: 'bundle_policy',
    text: `select f.record::jsonb #>> '{body,trust,policy}' as policy from log_entry e
      join current c on c.stream = e.stream join fact f on f.year = c.year and f.stream = e.stream and f.seq = e.seq
      where e.case_id = $1 and f.type = 'TrustListed' and e.index < $2 order by e.index desc limit 1`,
    values: [logCase, size],
  })
  return rows[0]?.policy ?? null
}

/** Passes the files on and ends with the operator's signature over the list of their hashes. */
async function* signed(
  deployment: Deployment,
  caseId: string,
  files: AsyncGenerator<BundleFile>,
): AsyncGenerator<BundleFile> {
  const lines: string[] = []
  for await (const file of files) {
    lines.push(`${createHash('sha256').update(file[1]).digest('base64')} ${file[0]}\n`)
    yield file
  }
  const text = `naru-audit-bundle@v1\n${caseId}\n${lines.sort().join('')}`
  yield ['signature', utf8(signNote(text, [operatorSigner(deployment)]))]
}

/** The operator's key for bundles is the promise key, under a name of its own. */
const operatorSigner = (deployment: Deployment) => ({
  name: `${deployment.logOrigin}/operator`,
  publicKey: deployment.promisePublicKey,
  sign: deployment.signPromise,
})

async function* filesOf(
  deployment: Deployment,
  publication: Publication,
  about: {
    caseId: string
    size: number
    note: string
    policy: string | null
    own: readonly Placed[]
    released: number
  },
): AsyncGenerator<BundleFile> {
  const { caseId, size, note, policy, own, released } = about
  const { pool } = deployment.database
  const shown = own.filter((each) => each.row.public)
  const rounds = publicRounds(shown)
  const logKey = { name: deployment.logOrigin, publicKey: deployment.logPublicKey }
  yield [
    'bundle.json',
    canonical({
      v: 1,
      origin: deployment.logOrigin,
      logKey: verifierKey(logKey),
      operatorKey: verifierKey(operatorSigner(deployment)),
      promiseKeys: [toBase64(deployment.promisePublicKey)],
      country: deployment.pack.country,
      mode: deployment.mode,
      publication: {
        site: publication.site,
        publisher: publication.publisher,
        licence: publication.licence,
        policy: publication.policy,
      },
      tender: caseId,
      size,
      released,
    }),
  ]
  yield ['checkpoint', utf8(note)]
  if (policy !== null) yield ['policy', utf8(policy)]
  yield ['entries', await readEntries(deployment, size)]

  const related = [
    ...(await readRelated(deployment, shown, size)),
    ...(await readLogFacts(deployment, shown, rounds, size)),
  ]
  const finished = shown.some((each) => each.fact.type === 'AwardMade' || each.fact.type === 'TenderFailed')
  const lines = [...own, ...related]
    .sort((a, b) => a.index - b.index)
    .map((each) => `${canonicalText(lineOf(each, rounds, finished))}\n`)
  yield ['facts.jsonl', utf8(lines.join(''))]
  for (const { index, fact } of [...shown, ...related]) {
    const logged = loggedObject(fact)
    if (logged) yield [`objects/${index}.json`, canonical(logged.object)]
  }
  const evidence = new Set<string>()
  for (const round of rounds) {
    yield [
      `rounds/${round.round}.json`,
      canonical({ v: 1, round: round.round, close: round.index, items: round.items }),
    ]
    if (round.manifests) yield* bidFiles(deployment, caseId, round, finished, evidence)
  }
  yield* evidenceFiles(deployment, evidence)
  const releases = await pool.query<{ body: string }>({
    name: 'bundle_releases',
    text: 'select body from release where case_id = $1 and log_index <= $2 order by position',
    values: [caseId, released],
  })
  yield ['releases.json', utf8(`[${releases.rows.map((row) => row.body).join(',\n')}]\n`)]
}

/** Rounds whose outcome is public: with their manifests where bids were opened or none stood, without where the tender was cancelled. */
function publicRounds(shown: readonly Placed[]): readonly PublicRound[] {
  return shown.flatMap(({ index, fact }) => {
    if (fact.type !== 'TenderClosed') return []
    const { round, items } = fact.body as { round: number; items: readonly CloseItem[] }
    const later = shown.filter((each) => each.index > index)
    const ofRound = (type: string) =>
      later.find((each) => each.fact.type === type && (each.fact.body as { round: number }).round === round)
    const opening = ofRound('OpeningRecorded')
    const manifests = opening !== undefined || ofRound('TenderFailed') !== undefined
    const cancelled = shown.some((each) => each.fact.type === 'TenderCancelled' && each.index < index)
    if (!manifests && !cancelled) return []
    const openings = [opening, ofRound('TechnicalOpeningPublished')].map(
      (each) => (each?.fact.body as { opening?: { results?: { e: string; status: string }[] } } | undefined)?.opening,
    )
    const results = openings.flatMap((each) => each?.results ?? [])
    const found = new Set(results.filter((each) => each.status !== 'pending').map((each) => each.e))
    return [{ round, index, items, manifests, found }]
  })
}

/** A line of facts.jsonl: the whole record where all of it is public, else its public part, or only its place where nobody may read it. */
function lineOf({ index, row, fact }: Placed, rounds: readonly PublicRound[], finished: boolean): object {
  const { stream, seq } = row
  const { show } = getFactType(fact.type)
  if (!row.public || show === null) return { index, stream, seq }
  const hash = row.hash.toString('base64')
  const body = show(fact.body)
  const outcome = rounds.some((each) => each.manifests && each.index === index)
  // An organisation's record holds commitments where values are personal, never the values.
  const whole =
    fact.type === 'OrganisationRegistered' ||
    (fact.type === 'TenderClosed' && outcome) ||
    (fact.type === 'OpeningRecorded' && (finished || (fact.body as { responses: unknown[] }).responses.length === 0)) ||
    canonicalText(body) === canonicalText(fact.body)
  if (whole)
    return { index, hash, record: JSON.parse(row.record) as unknown, salt: row.salt?.toString('base64') ?? null }
  return { index, hash, shown: { ...(JSON.parse(row.record) as object), body } }
}

async function readEntries(deployment: Deployment, size: number): Promise<Uint8Array> {
  const entries = new Uint8Array(34 * size)
  for (let from = 0; from < size; from += 20_000) {
    const { rows } = await deployment.database.pool.query<{ entry: Buffer }>({
      name: 'bundle_entries',
      text: 'select entry from log_entry where index >= $1 and index < $2 order by index',
      values: [from, Math.min(size, from + 20_000)],
    })
    rows.forEach((row, n) => entries.set(row.entry, 34 * (from + n)))
  }
  return entries
}

const isId = /^[0-9a-f]{8}-[0-9a-f]{4}-4[0-9a-f]{3}-[89ab][0-9a-f]{3}-[0-9a-f]{12}$/
function idsIn(value: unknown, found: Set<string>): void {
  if (typeof value === 'string') {
    if (isId.test(value)) found.add(value)
  } else if (typeof value === 'object' && value !== null) for (const each of Object.values(value)) idsIn(each, found)
}

/** The public facts of the plans and organisations that the case's public facts name. */
async function readRelated(deployment: Deployment, shown: readonly Placed[], size: number): Promise<readonly Placed[]> {
  const ids = new Set<string>()
  for (const { fact } of shown) idsIn(getFactType(fact.type).show?.(fact.body), ids)
  const read = async (cases: ReadonlySet<string>): Promise<Placed[]> => {
    const { rows } = await deployment.database.pool.query<EntryRow>({
      name: 'bundle_related',
      text: `select ${columns} where e.case_id = any ($1) and e.public and c.kind in ('plan', 'organisation') and e.index < $2 order by e.index`,
      values: [[...cases], size],
    })
    return rows.map(place)
  }
  const related = await read(ids)
  const further = new Set<string>()
  for (const { fact } of related) idsIn(fact.body, further)
  const known = new Set(related.map((each) => each.row.case_id))
  const more = await read(new Set([...further].filter((id) => !known.has(id) && !ids.has(id))))
  return [...related, ...more]
}

/** Of the log's own facts those that the case rests on: every trust list, the outages it names, the time-stamps of batches with an item of a round. */
async function readLogFacts(
  deployment: Deployment,
  shown: readonly Placed[],
  rounds: readonly PublicRound[],
  size: number,
): Promise<readonly Placed[]> {
  const { pool } = deployment.database
  const outages = shown.flatMap(({ fact }) =>
    fact.type === 'DeadlineMovedByOutage' ? [(fact.body as { outage: { id: string } }).outage.id] : [],
  )
  const general = await pool.query<EntryRow>({
    name: 'bundle_trust',
    text: `select ${columns} where e.case_id = $1 and e.index < $2 and e.public and (f.type = 'TrustListed'
      or f.type = 'OutageRecorded' and f.record::jsonb #>> '{body,outage}' = any ($3)) order by e.index`,
    values: [logCase, size, outages],
  })
  const stamps = new Map<number, EntryRow>()
  for (const { index: close, items, manifests } of rounds) {
    if (!manifests || items.length === 0) continue
    const { rows } = await pool.query<EntryRow>({
      name: 'bundle_tokens',
      text: `select ${columns} where e.case_id = $1 and e.index > $2 and e.index < $3 and f.type = 'BatchStamped'
        and (f.record::jsonb #>> '{body,stamp,first}')::bigint in (
          select b.first from unnest($4::bigint[]) item,
            lateral (select first from log_batch where first <= item order by first desc limit 1) b
          union all select unnest($4::bigint[]))`,
      values: [logCase, items[0]?.index ?? 0, close, items.map((each) => each.index)],
    })
    for (const row of rows) stamps.set(Number(row.index), row)
  }
  return [...general.rows, ...stamps.values()].map(place)
}

/** Every item of a round with its manifest, promise and signature; ciphertext only of envelopes that the opening opened. */
async function* bidFiles(
  deployment: Deployment,
  caseId: string,
  round: PublicRound,
  finished: boolean,
  evidence: Set<string>,
): AsyncGenerator<BundleFile> {
  const { pool } = deployment.database
  const promises = new Map<string, SignedPromise>()
  const answers = await pool.query<{ answer: string }>({
    name: 'bundle_promises',
    text: `select answer from act_answer where case_id = $1 and act in ('submit-bid', 'withdraw-bid')`,
    values: [caseId],
  })
  for (const { answer } of answers.rows) {
    const { promise } = JSON.parse(answer) as { promise?: SignedPromise }
    if (promise) promises.set(promise.body.entry, promise)
  }
  const inBatch = 200
  for (let from = 0; from < round.items.length; from += inBatch) {
    const items = round.items.slice(from, from + inBatch)
    const { rows } = await pool.query<EntryRow & { entry: Buffer; raised: Buffer | null; evidence: string[] | null }>({
      name: 'bundle_bids',
      text: `select e.entry, s.der as raised, (select array_agg(encode(each, 'hex')) from unnest(s.evidence) each) as evidence,
        ${columns} left join bid_signature s on s.stream = e.stream and s.seq = e.seq where e.index = any ($1) order by e.index`,
      values: [items.map((each) => each.index)],
    })
    for (const row of rows) {
      const item = items.find((each) => each.index === Number(row.index))
      const body = readRecord(row.record).fact.body as BidBody
      const names = [...new Set(row.evidence ?? [])]
      for (const name of names) evidence.add(name)
      const envelopes = item?.status === 'live' ? (body.envelopes ?? []) : []
      yield [
        `bids/${row.index}.json`,
        canonical({
          v: 1,
          index: Number(row.index),
          bid: body.bid,
          manifest: body.manifest,
          leafSalt: body.leafSalt,
          promise: promises.get(row.entry.toString('base64')) ?? null,
          signature: body.signature,
          raised: row.raised?.toString('base64') ?? null,
          evidence: names,
          envelopes: envelopes.map(({ header, ciphertext }, n) => {
            const { cls = '', e = '' } = body.manifest.envelopes[n] ?? {}
            const open = round.found.has(e) && (cls.startsWith('price') || (cls.startsWith('tech') && finished))
            return { cls, header, ciphertext: open ? ciphertext : null }
          }),
        }),
      ]
    }
  }
}

/** Lists and answers about certificates, each once however many bids rest on it. */
async function* evidenceFiles(deployment: Deployment, names: ReadonlySet<string>): AsyncGenerator<BundleFile> {
  const { rows } = await deployment.database.pool.query<{ name: string; der: Buffer }>({
    name: 'bundle_evidence',
    text: `select encode(sha256, 'hex') as name, der from revocation_evidence where sha256 in (select decode(each, 'hex') from unnest($1::text[]) each) order by 1`,
    values: [[...names]],
  })
  for (const { name, der } of rows) yield [`evidence/${name}.der`, new Uint8Array(der)]
}

// Batches are time-stamped by two authorities, programs of their own; a box is closed when its bids' tokens are there, and they stand in the log
// before its close entry. One dead authority suffices not to notice; with both dead bids are taken and the box waits.
import { randomUUID } from 'node:crypto'
import { mkdtempSync, rmSync } from 'node:fs'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { closesAt } from '@naru/domain/tender/opening.ts'
import { logCase } from '@naru/domain/log/log.ts'
import { parseEntry } from '@naru/log/entry.ts'
import { leafHash, rootOfEntries, rootOfPath } from '@naru/log/merkle.ts'
import { openProof } from '@naru/log/proof.ts'
import { fromBase64, toHex } from '@naru/sealing/bytes.ts'
import { checkReceipt, parseReceipt, sealedEntry } from '@naru/sealing/receipt.ts'
import { checkToken } from '@naru/sealing/signatures/timestamp.ts'
import { anchorsOf } from '@naru/sealing/signatures/trust-list.ts'
import { verifyRecord } from '@naru/verifier/database.ts'
import { Findings } from '@naru/verifier/finding.ts'
import { afterAll, beforeAll, expect, test } from 'vitest'
import { type Clock, startClock } from './clock.ts'
import { startSandboxTime } from './neighbours/sandbox-time.ts'
import { startSandboxAuthorities, type TimestampAuthorities } from './neighbours/timestamp-authorities.ts'
import { readReceipt } from './read/receipt.ts'
import { rebuild } from './rebuild.ts'
import { type Sequencer, startSequencer } from './sequencer.ts'
import { batchMessage, type Stamping, startStamping, tokensComplete } from './stamping.ts'
import { openDatabase } from './store/database.ts'
import { makeWorld, type World } from './test-world.ts'
import { keepTrust, readTrust } from './trust.ts'

let world: World
let folder: string
let time: Awaited<ReturnType<typeof startSandboxTime>>
let authorities: TimestampAuthorities
let sequencer: Sequencer
let stamping: Stamping
let clock: Clock

beforeAll(async () => {
  world = await makeWorld()
  folder = mkdtempSync(join(tmpdir(), 'naru-stamps-'))
  time = await startSandboxTime(world.deployment)
  authorities = await startSandboxAuthorities(folder, time.url)
  sequencer = await startSequencer(world.deployment, { intervalMs: 3_600_000 })
  stamping = startStamping(world.deployment, authorities.authorities, sequencer)
  clock = startClock(world.deployment, 3_600_000)
})
afterAll(async () => {
  await clock.stop()
  await stamping.stop()
  await sequencer.stop()
  await authorities.stop()
  await time.stop()
  await world.end()
  rmSync(folder, { recursive: true, force: true })
})

const fault = async (n: number, kind: string) => {
  const answer = await fetch(new URL('/fault', authorities.listed[n]?.url), { method: 'POST', body: kind })
  expect(answer.ok).toBe(true)
}
const settle = async () => {
  await sequencer.run()
  await stamping.run()
  await clock.run()
  await sequencer.run()
}
const bid = async (tender: string, n: number, price: string) => {
  const who = world.suppliers[n]
  if (!who) throw new Error('no such supplier')
  const { input } = await world.sealed(tender, who, price)
  await world.done(who, tender, 'submit-bid', input)
}
const close = async (tender: string) => {
  await world.moveTo(closesAt(await world.tender(tender)))
  await settle()
  return world.tender(tender)
}
const tokensOf = async () => {
  const { rows } = await world.deployment.database.pool.query<{
    first: string
    count: number
    sealed: number
    root: Buffer
    tokens: { authority: string; token: string; at: string }[]
  }>(
    `select b.first, b.count, b.sealed, b.root,
       (select coalesce(json_agg(json_build_object('authority', t.authority, 'token', encode(t.token, 'base64')) order by t.authority), '[]')
        from batch_token t where t.first = b.first) as tokens
     from log_batch b order by b.first`,
  )
  return rows
}

test('batches cover the log without a gap, each with its root; those with bids have a token of each authority that anyone can check', async () => {
  const tender = await world.publishTender()
  await sequencer.run()
  await bid(tender, 0, '100000')
  await sequencer.run()
  await bid(tender, 1, '200000')
  await sequencer.run()
  await stamping.run()
  const { rows: entries } = await world.deployment.database.pool.query<{ entry: Buffer }>(
    'select entry from log_entry order by index',
  )
  const batches = await tokensOf()
  let next = 0
  for (const { first, count, root, sealed, tokens } of batches) {
    expect(Number(first)).toBe(next)
    next += count
    const own = entries.slice(Number(first), next).map((row) => new Uint8Array(row.entry))
    expect(toHex(rootOfEntries(own))).toBe(root.toString('hex'))
    expect(sealed).toBe(own.filter((entry) => parseEntry(entry).kind === 'sealed').length)
    expect(tokens.map((each) => each.authority)).toEqual(sealed ? authorities.authorities.map((each) => each.name) : [])
    for (const { token, authority } of tokens) {
      const trust = { anchors: anchorsOf(authorities.roots) }
      const message = batchMessage(Number(first), count, new Uint8Array(root))
      expect(checkToken(fromBase64(token.replaceAll('\n', '')), message, trust).authority).toBe(authority)
      expect(() =>
        checkToken(fromBase64(token.replaceAll('\n', '')), batchMessage(0, count, new Uint8Array(root)), trust),
      ).toThrow()
    }
  }
  expect(next).toBe(entries.length)
  expect(batches.filter((each) => each.sealed > 0)).toHaveLength(2)

  const closed = await close(tender)
  expect(closed.rounds[0]?.closing?.items.map((each) => each.status)).toEqual(['live', 'live'])
  const { rows } = await world.deployment.database.pool.query<{ entry: Buffer; case_id: string }>(
    'select entry, case_id from log_entry order by index',
  )
  const kinds = rows.map((row) => parseEntry(new Uint8Array(row.entry)).kind)
  expect(kinds.filter((kind) => kind === 'token')).toHaveLength(4)
  expect(kinds.lastIndexOf('token')).toBeLessThan(kinds.indexOf('close'))
  expect(rows.filter((row) => row.case_id === logCase)).toHaveLength(4)
  // The promise times in a token's object are those of the promises, to the millisecond (protocol §4a, kind 13).
  const logged = await world.deployment.database.pool.query<{ first: number; times: number[] }>(
    `select (record::jsonb #>> '{body,stamp,first}')::int as first, record::jsonb #> '{body,stamp,times}' as times from fact where type = 'BatchStamped'`,
  )
  const promised = await world.deployment.database.pool.query<{ index: number; at: string }>(
    `select e.index::int, f.record::jsonb ->> 'at' as at from log_entry e join fact f on f.stream = e.stream and f.seq = e.seq where f.type = 'BidSubmitted'`,
  )
  const timesAt = promised.rows.map(({ index, at }) => {
    const stamps = logged.rows.filter(({ first, times }) => index >= first && index < first + times.length)
    return [Date.parse(at), ...stamps.map(({ first, times }) => times[index - first])]
  })
  expect(timesAt).toHaveLength(2)
  for (const [at, ...times] of timesAt) expect(times).toEqual([at, at])
  expect((await rebuild(world.deployment.database.pool)).findings).toEqual([])
})

test('one dead authority is enough; with both dead the bid is taken and the box waits for a token', async () => {
  await fault(0, 'down')
  const first = await world.publishTender()
  await bid(first, 0, '100000')
  await sequencer.run()
  await stamping.run()
  expect(stamping.failing.has(authorities.authorities[0]?.name ?? '')).toBe(true)
  expect((await close(first)).rounds[0]?.closing?.items.map((each) => each.status)).toEqual(['live'])

  const second = await world.publishTender()
  await bid(second, 1, '150000')
  await fault(1, 'refuse')
  await sequencer.run()
  await stamping.run()
  expect([...stamping.failing.keys()]).toHaveLength(2)
  expect((await tokensOf()).at(-1)?.tokens).toEqual([])
  const { deadline } = (await world.tender(second)).rounds[0] ?? { deadline: '' }
  await world.moveTo(deadline)
  await settle()
  expect((await world.tender(second)).rounds[0]?.closing).toBeNull()
  // Back before T + δ: the token is in time.
  await fault(1, 'none')
  await stamping.run()
  expect((await close(second)).rounds[0]?.closing?.items.map((each) => each.status)).toEqual(['live'])

  await fault(0, 'none')
  await stamping.run()
  expect(stamping.failing.size).toBe(0)
  // What the dead one missed it has stamped since.
  expect((await tokensOf()).filter((each) => each.sealed > 0).every((each) => each.tokens.length === 2)).toBe(true)
})

test('a box waits for the tokens of its bids; both authorities dead beyond T + δ make no bid late: δ is prolonged by a fact', async () => {
  await fault(0, 'down')
  await fault(1, 'down')
  const tender = await world.publishTender()
  await bid(tender, 0, '100000')
  expect((await close(tender)).rounds[0]?.closing).toBeNull()
  await fault(0, 'none')
  await fault(1, 'none')
  await world.moveTo(new Date(Date.parse(closesAt(await world.tender(tender))) + 1000).toISOString())
  await stamping.run()
  await settle()
  const state = await world.tender(tender)
  expect(state.rounds[0]?.closing?.items.map((each) => each.status)).toEqual(['live'])
  // δ reaches to the token and no further; the deadline stays.
  const { rows } = await world.deployment.database.pool.query<{ at: string }>(
    'select min(gen_time) as at from batch_token where first = (select max(first) from log_batch where sealed > 0)',
  )
  const T = Date.parse(state.rounds[0]?.deadline ?? '')
  expect(state.notice).toMatchObject({ T, delta: Date.parse(rows[0]?.at ?? '') - T })
  expect(state.notice?.delta).toBeGreaterThan(60_000)
})

test('a receipt waits for place, time-stamp and checkpoint, and is then checked by whoever has the keys', async () => {
  const tender = await world.publishTender()
  const who = world.suppliers[0] as (typeof world.suppliers)[number]
  const sealed = await world.sealed(tender, who, '123400')
  await world.done(who, tender, 'submit-bid', sealed.input)
  const receipt = () => readReceipt(world.deployment, tender, who, sealed.m)
  expect(await receipt()).toEqual({ state: 'waiting', for: 'place' })
  await sequencer.run()
  await stamping.run()
  await sequencer.publish()
  const answer = await receipt()
  if (answer?.state !== 'ready') throw new Error(JSON.stringify(answer))
  const { leafSalt } = (sealed.input as { submission: { leafSalt: string } }).submission
  const { logOrigin, logPublicKey, promisePublicKey } = world.deployment
  const { deadline } = (await world.tender(tender)).rounds[0] ?? { deadline: '' }
  const [m, salt] = [fromBase64(sealed.m), fromBase64(leafSalt)]
  const proof = openProof(answer.text, sealedEntry(salt, m), { name: logOrigin, publicKey: logPublicKey })
  const kept = parseReceipt(proof.extra ?? new Uint8Array())
  const mine = { m, leafSalt: salt, log: logOrigin, T: Date.parse(deadline), promiseKeys: [promisePublicKey] }
  expect(checkReceipt(kept, mine)).toEqual(sealedEntry(salt, m))
  const { first, count, path } = kept.batch
  const root = rootOfPath(
    leafHash(sealedEntry(salt, m)),
    proof.index - first,
    count,
    path.map((each) => fromBase64(each)),
  )
  const message = batchMessage(first, count, root)
  const { genTime } = checkToken(fromBase64(kept.token ?? ''), message, { anchors: anchorsOf(authorities.roots) })
  expect(genTime).toBeGreaterThanOrEqual(kept.promise.body.time - 1000)
  // Nobody else gets it.
  expect(await readReceipt(world.deployment, tender, world.suppliers[1] as typeof who, sealed.m)).toBeNull()
})

/** A tender whose terms ask for a token over each bid. */
async function tenderWithOwnTokens(): Promise<string> {
  // Acts read the law as it is written, with what was confirmed.
  const { writtenPack } = world.deployment
  const methods = writtenPack.methods.map((each) => ({
    ...each,
    steps: each.steps.map((step) => (step.step === 'bids' ? { ...step, tokenPerBid: true as const } : step)),
  }))
  Object.assign(world.deployment, { writtenPack: { ...writtenPack, methods } })
  try {
    return await world.publishTender()
  } finally {
    Object.assign(world.deployment, { writtenPack })
  }
}
/** What is recorded meanwhile is one batch, at the next run of the sequencer. */
async function together(work: () => Promise<void>): Promise<void> {
  const { poke } = world.deployment
  world.deployment.poke = () => {}
  // A run that was asked for before comes after half a second at the latest.
  await new Promise((resume) => setTimeout(resume, 600))
  await work()
  world.deployment.poke = poke
  await sequencer.run()
}
const entriesOf = async (tender: string) =>
  (
    await world.deployment.database.pool.query<{ index: number; entry: Buffer }>(
      'select index::int, entry from log_entry where case_id = $1 and get_byte(entry, 1) = 1 order by index',
      [tender],
    )
  ).rows

test('where the terms ask for it every bid has a token over its entry alone: logged before the closing, and in its receipt', async () => {
  const tender = await tenderWithOwnTokens()
  await sequencer.run()
  const who = world.suppliers[0] as (typeof world.suppliers)[number]
  const sealed = await world.sealed(tender, who, '123400')
  await together(async () => {
    await world.done(who, tender, 'submit-bid', sealed.input)
    await bid(tender, 1, '200000')
  })
  const receipt = () => readReceipt(world.deployment, tender, who, sealed.m)
  await stamping.run()
  await sequencer.publish()
  const entries = await entriesOf(tender)
  expect(entries).toHaveLength(2)
  const trust = { anchors: anchorsOf(authorities.roots) }
  const { rows: own } = await world.deployment.database.pool.query<{ index: number; token: Buffer; gen_time: string }>(
    'select index::int, token, gen_time from bid_token order by index',
  )
  expect(own.map((each) => each.index)).toEqual(entries.map((each) => each.index))
  for (const [n, { index, token, gen_time }] of own.entries()) {
    // RFC 6962: the root over one entry is its leaf hash.
    const message = batchMessage(index, 1, leafHash(new Uint8Array(entries[n]?.entry ?? [])))
    expect(checkToken(new Uint8Array(token), message, trust).genTime).toBe(Date.parse(gen_time))
  }
  const answer = await receipt()
  if (answer?.state !== 'ready') throw new Error(JSON.stringify(answer))
  const { logOrigin, logPublicKey } = world.deployment
  const { leafSalt } = (sealed.input as { submission: { leafSalt: string } }).submission
  const entry = sealedEntry(fromBase64(leafSalt), fromBase64(sealed.m))
  const proof = openProof(answer.text, entry, { name: logOrigin, publicKey: logPublicKey })
  const kept = parseReceipt(proof.extra ?? new Uint8Array())
  expect(kept.batch).toEqual({ first: proof.index, count: 1, path: [] })
  checkToken(fromBase64(kept.token ?? ''), batchMessage(proof.index, 1, leafHash(entry)), trust)

  const closed = await close(tender)
  expect(closed.rounds[0]?.closing?.items.map((each) => each.status)).toEqual(['live', 'live'])
  const { rows: logged } = await world.deployment.database.pool.query<{ first: number; count: number; index: number }>(
    `select (f.record::jsonb #>> '{body,stamp,first}')::int as first, (f.record::jsonb #>> '{body,stamp,count}')::int as count, e.index::int
     from fact f join log_entry e on e.stream = f.stream and e.seq = f.seq where f.type = 'BatchStamped' and f.record::jsonb #>> '{body,own}' = 'true' order by 1`,
  )
  expect(logged.map(({ first, count }) => [first, count])).toEqual(entries.map((each) => [each.index, 1]))
  const { rows: closing } = await world.deployment.database.pool.query<{ index: number }>(
    'select index::int from log_entry where case_id = $1 and get_byte(entry, 1) = 8',
    [tender],
  )
  for (const { index } of logged) expect(index).toBeLessThan(closing[0]?.index ?? 0)
  expect((await rebuild(world.deployment.database.pool)).findings).toEqual([])
})

test('the token of its batch does not close a box whose bids need their own; a receipt waits too', async () => {
  await fault(0, 'down')
  await fault(1, 'down')
  const { pool } = world.deployment.database
  const tender = await tenderWithOwnTokens()
  await sequencer.run()
  const who = world.suppliers[0] as (typeof world.suppliers)[number]
  const sealed = await world.sealed(tender, who, '123400')
  await together(async () => {
    await world.done(who, tender, 'submit-bid', sealed.input)
    await bid(tender, 1, '200000')
  })
  await stamping.run()
  // As if one authority had stamped the batch and then fallen silent.
  const { rows } = await pool.query<{ first: string }>('select max(first) as first from log_batch where sealed > 0')
  await pool.query('insert into batch_token (first, authority, token, gen_time) values ($1, $2, $3, naru_now())', [
    rows[0]?.first,
    authorities.authorities[0]?.name,
    Buffer.from([0x30, 0]),
  ])
  expect(await tokensComplete(world.deployment, tender)).toBe(false)
  expect(await readReceipt(world.deployment, tender, who, sealed.m)).toEqual({ state: 'waiting', for: 'time-stamp' })
  await fault(1, 'none')
  await stamping.run()
  expect(await tokensComplete(world.deployment, tender)).toBe(true)
  await fault(0, 'none')
  await stamping.run()
})

test('a batch with bids ends at their deadline: what was recorded after it is in the next one', async () => {
  const tender = await world.publishTender()
  const { deadline } = (await world.tender(tender)).rounds[0] ?? { deadline: '' }
  await sequencer.run()
  // Both wait for one run of the sequencer, on either side of T.
  await bid(tender, 1, '170000')
  await world.moveTo(new Date(Date.parse(deadline) + 5).toISOString())
  await world.done(world.author, randomUUID(), 'start-tender', {
    buyer: null,
    demandAgency: null,
    payer: null,
    language: 'en',
    renoticeOf: null,
  })
  await sequencer.run()
  await sequencer.run()
  const { rows } = await world.deployment.database.pool.query<{ first: string; sealed: boolean; at: string }>(
    `select b.first, get_byte(e.entry, 1) = 1 as sealed, f.at from log_batch b
     join log_entry e on e.index >= b.first and e.index < b.first + b.count join current c on c.stream = e.stream
     join fact f on f.year = c.year and f.stream = e.stream and f.seq = e.seq
     where b.first >= (select max(first) from log_batch where sealed > 0) order by e.index`,
  )
  const batch = rows[0]?.first
  expect(rows.filter((row) => row.first === batch).map((row) => [row.sealed, row.at <= deadline])).toEqual([
    [true, true],
  ])
  expect(rows.filter((row) => row.first !== batch).map((row) => row.at > deadline)).toEqual([true])
})

test('AUD-02: a token that is logged is changed or taken out of its table by a superuser, and the verifier of the database names it', async () => {
  const database = openDatabase(world.fresh.superUrl, 1)
  const client = await database.pool.connect()
  const { deployment } = world
  const auditor = {
    logKey: { name: deployment.logOrigin, publicKey: deployment.logPublicKey },
    policy: null,
    publication: null,
  }
  const named = async (change: string): Promise<string[]> => {
    await client.query('begin')
    try {
      await client.query('set local session_replication_role = replica')
      await client.query(change)
      const findings = new Findings()
      await verifyRecord(findings, { query: (text) => client.query(text) as never }, auditor)
      const own = findings.list.filter((each) => /^(batch|bid)_token /.test(each.at))
      return own.map((each) => `${each.code} ${each.at}`)
    } finally {
      await client.query('rollback')
    }
  }
  try {
    expect(await named('select 1')).toEqual([])
    const { rows } = await client.query<{ index: string; authority: string }>(
      'select index, authority from bid_token order by index limit 1',
    )
    const own = `bid_token ${rows[0]?.index} ${rows[0]?.authority}`
    const where = `where index = ${rows[0]?.index}`
    expect(await named(`update bid_token set token = decode('3000', 'hex') ${where}`)).toEqual([`rowMismatch ${own}`])
    expect(await named(`update bid_token set gen_time = gen_time + interval '1 s' ${where}`)).toEqual([
      `rowMismatch ${own}`,
    ])
    expect(await named(`delete from bid_token ${where}`)).toEqual([`rowMissing ${own}`])
    const [batch] = (await named('delete from batch_token where first = (select min(first) from batch_token)')) ?? []
    expect(batch).toMatch(/^rowMissing batch_token \d+ Sandbox Time/)
  } finally {
    client.release()
    await database.end()
  }
})

test('the trust list is an entry, and a new one only when what is trusted changes', async () => {
  const trusted = { roots: authorities.roots, timestampAuthorities: authorities.listed, policy: 'quorum none\n' }
  expect(await readTrust(world.deployment)).toBeNull()
  const first = await keepTrust(world.deployment, trusted)
  expect(first).toMatchObject({ version: 1, policy: 'quorum none\n', promiseKeys: [{ from: 0 }] })
  expect(await keepTrust(world.deployment, trusted)).toEqual(first)
  const second = await keepTrust(world.deployment, { ...trusted, policy: '# changed\nquorum none\n' })
  expect(second.version).toBe(2)
  expect(await readTrust(world.deployment)).toEqual(second)
  await sequencer.run()
  const { rows } = await world.deployment.database.pool.query('select from log_entry where get_byte(entry, 1) = 16')
  expect(rows).toHaveLength(2)
})

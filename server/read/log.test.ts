// The public log on pages: proofs that hold, entries that tell nothing, and a head that stands still when a sealed bid arrives.
import { leafHash, inclusionHolds } from '@naru/log/merkle.ts'
import { fromBase64 } from '@naru/sealing/bytes.ts'
import { commitmentOf, type ObjectLabel } from '@naru/sealing/commitment.ts'
import { afterAll, beforeAll, expect, test } from 'vitest'
import { type Sequencer, startSequencer } from '../sequencer.ts'
import { makeWorld, type World } from '../test-world.ts'
import { readActs, readLog, readLogEntry } from './log.ts'
import { readRules } from './rules.ts'

let world: World
let sequencer: Sequencer
let caseId: string

beforeAll(async () => {
  world = await makeWorld()
  sequencer = await startSequencer(world.deployment)
  caseId = await world.publishTender()
  await sequencer.run()
})
afterAll(async () => {
  await sequencer.stop()
  await world.end()
})

test('every public entry is proven in the tree of the head, and its commitment opens to the object that is shown', async () => {
  const { head, lines } = await readLog(world.deployment, null, 200)
  expect(head.size).toBe((lines[0]?.index ?? -2) + 1)
  let opened = 0
  for (const line of lines) {
    const entry = await readLogEntry(world.deployment, line.index)
    if (!entry?.entry) throw new Error(`no entry ${line.index}`)
    const leaf = leafHash(new Uint8Array(Buffer.from(entry.entry.hex, 'hex')))
    expect(Buffer.from(leaf).toString('base64')).toBe(entry.leafHash)
    expect(
      inclusionHolds(
        leaf,
        line.index,
        entry.head.size,
        entry.path.map((each) => fromBase64(each)),
        fromBase64(entry.head.root),
      ),
    ).toBe(true)
    if (!entry.object) continue
    opened += 1
    const commitment = commitmentOf(entry.object.label as ObjectLabel, entry.object.value)
    expect(Buffer.from(commitment).toString('base64')).toBe(entry.entry.commitment)
  }
  // Five holders with three rounds each, three tender keys, one notice.
  expect(opened).toBe(19)
})

test('a sealed bid moves nothing that the pages show of the log', async () => {
  const before = await readLog(world.deployment, null)
  const size = sequencer.size
  const [supplier] = world.suppliers
  if (!supplier) throw new Error('no supplier')
  const { input } = await world.sealed(caseId, supplier, '350000')
  await world.done(supplier, caseId, 'submit-bid', input)
  await sequencer.run()
  expect(sequencer.size).toBeGreaterThan(size)
  expect(await readLog(world.deployment, null)).toEqual(before)
  expect(await readLogEntry(world.deployment, size)).toBeNull()
})

test('an entry that is not public shows its leaf hash and its proof, and nothing of what it is or whose', async () => {
  const { lines, head } = await readLog(world.deployment, null, 200)
  const known = new Set(lines.map((line) => line.index))
  const closed = Array.from({ length: head.size }, (_, index) => index).find((index) => !known.has(index))
  if (closed === undefined) throw new Error('every entry is public')
  const entry = await readLogEntry(world.deployment, closed)
  expect(entry).toMatchObject({ line: null, entry: null, object: null, body: null })
  expect(JSON.stringify(entry)).not.toContain(caseId)
  expect(
    inclusionHolds(
      fromBase64(entry?.leafHash ?? ''),
      closed,
      head.size,
      entry?.path.map((each) => fromBase64(each)) ?? [],
      fromBase64(head.root),
    ),
  ).toBe(true)
})

test('the acts of a case name organisations, never people', async () => {
  const acts = await readActs(world.deployment, caseId)
  expect(acts.at(-1)).toMatchObject({ type: 'TenderPublished', by: { organisation: world.author.organisation } })
  const people = [world.author, world.approver, ...world.holders.map((each) => each.actor)].map((each) => each.person)
  for (const person of people) expect(JSON.stringify(acts)).not.toContain(person)
})

test('a read beyond the newest public fact, or of no number, finds nothing', async () => {
  const { head } = await readLog(world.deployment, null)
  for (const index of [head.size, -1, 1.5, Number.NaN]) expect(await readLogEntry(world.deployment, index)).toBeNull()
})

test('the rules of a day are those that were in force on it, each with its article or its assumption (TRN-02)', () => {
  const now = readRules(world.deployment, '2026-06-01')
  expect(now.methods.map((each) => each.id)).toContain('fictia-quotation')
  for (const step of now.methods.flatMap((each) => each.steps))
    expect('law' in step.basis || 'assumed' in step.basis).toBe(true)
  for (const value of now.values)
    expect(value.versions.map((each) => each.from)).toEqual(value.versions.map((each) => each.from).toSorted())
  expect(readRules(world.deployment, '1999-01-01').methods).toEqual([])
})

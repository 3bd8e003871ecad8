// AUD-02: every bad bundle is refused with its reason, also where the operator signed it again or rewrote the log with its own key.
import { openCheckpoint } from '@naru/log/checkpoint.ts'
import { Untrusted } from '@naru/sealing/signatures/certificate.ts'
import { describe, expect, it, vi } from 'vitest'
import { alterations, altered } from './alterations.ts'
import { openArchive } from './archive.ts'
import { readBundle } from './bundle.ts'
import type { Auditor } from './check-log.ts'
import { type Example, examples, goodArchive, goodFiles, operatorKeys } from './examples.ts'
import { exitCodeOf, Findings } from './finding.ts'
import { nodeHost, usePlatform } from './host.ts'
import { type Host, plainHost, verifyBundle } from './verify.ts'

vi.setConfig({ testTimeout: 120_000 })
usePlatform()

const files = goodFiles()

/** What an auditor knows who was here before: the log's key, and the log as it was. */
function auditorOf(name: Example): Required<Pick<Auditor, 'logKey' | 'seen'>> {
  const bundle = readBundle(new Findings(), goodFiles(name))
  if (!bundle) throw new Error('the good bundle cannot be read')
  const { size, root, origin } = openCheckpoint(bundle.checkpoint, bundle.logKey)
  return { logKey: bundle.logKey, seen: { origin, size, root, note: bundle.checkpoint } }
}
const all = examples.flatMap((name) =>
  alterations[name].map((alteration) => [alteration.name, name, alteration] as const),
)

describe('the good bundle', () => {
  it('holds, with everything in it looked at', async () => {
    const { verdict } = await verifyBundle(files, auditorOf('kr-open'), nodeHost)
    expect(verdict.findings.filter((each) => each.level === 'fails' || each.level === 'stops')).toEqual([])
    expect([verdict.verdict, exitCodeOf(verdict)]).toEqual(['holds', 0])
    // Five bids, all opened, four batches of six salts and five prices, one draw, as the story kr-open tells.
    expect(verdict.counts).toMatchObject({
      bids: 5,
      signatures: 5,
      secondOpinions: 5,
      trustLists: 1,
      tokens: 10,
      batches: 4,
      envelopes: 11,
      prices: 5,
      draws: 1,
      awards: 1,
      contracts: 1,
    })
  })
})

describe('the second opinion on bidders’ signatures', () => {
  it('is asked by the command; the page has none and says so', async () => {
    const { verdict } = await verifyBundle(files, auditorOf('kr-open'), plainHost)
    expect([verdict.verdict, verdict.counts['signatures'], verdict.counts['secondOpinions']]).toEqual([
      'holds',
      5,
      undefined,
    ])
    const told = verdict.findings.filter((each) => each.code === 'singleOpinion')
    expect(told.map(({ level, facts }) => [level, facts['count']])).toEqual([['tells', '5']])
  })

  it('counts: what it refuses is a fault of an admitted bid', async () => {
    const refuses: Host = {
      ...nodeHost,
      secondOpinion: async () => {
        throw new Untrusted('second-opinion', 'the second program differs')
      },
    }
    const { verdict } = await verifyBundle(files, auditorOf('kr-open'), refuses)
    expect(verdict.verdict).toBe('does-not-hold')
    expect(verdict.findings.filter((each) => each.code === 'signatureFault').length).toBe(5)
  })
})

describe('the good bundle of a moved deadline', () => {
  it('holds, the deadline made again from the findings', async () => {
    const { verdict } = await verifyBundle(goodFiles('fictia-moved'), auditorOf('fictia-moved'), nodeHost)
    expect(verdict.findings.filter((each) => each.level === 'fails' || each.level === 'stops')).toEqual([])
    expect(verdict.counts).toMatchObject({ outages: 1, trustLists: 1, bids: 2, prices: 2 })
  })
})

describe('AUD-02: a bad bundle', () => {
  it('comes in many kinds', () => {
    expect(all.length).toBeGreaterThanOrEqual(138)
    expect(new Set(all.map(([name]) => name)).size).toBe(all.length)
  })

  it.each(all)('%s of %s', async (_, example, alteration) => {
    const { seen, ...known } = auditorOf(example)
    const bad = await altered(goodFiles(example), operatorKeys(example), alteration)
    const { verdict } = await verifyBundle(bad, alteration.seen ? { ...known, seen } : known, nodeHost)
    const reasons = [...new Set(verdict.findings.filter((each) => each.level === 'fails').map((each) => each.code))]
    expect(reasons).toContain(alteration.expected)
    expect([verdict.verdict, exitCodeOf(verdict)]).toEqual(['does-not-hold', 1])
  })

  it('an archive with a path that stands twice is refused', () => {
    const findings = new Findings()
    const zip = Buffer.from(goodArchive())
    const text = zip.toString('latin1')
    const paths = [...text.matchAll(/bids\/(\d+)\.json/g)].map((each) => each[0])
    const [one, two] = [...new Set(paths)].filter((each) => each.length === paths[0]?.length)
    const twice = Buffer.from(text.replaceAll(two ?? '', one ?? ''), 'latin1')
    openArchive(findings, new Uint8Array(twice))
    expect(findings.list).toContainEqual(expect.objectContaining({ code: 'fileUnknown', facts: { reason: 'twice' } }))
  })

  it('what is no archive cannot be checked', () => {
    const findings = new Findings()
    expect(openArchive(findings, new TextEncoder().encode('nothing'))).toBe(null)
    expect(exitCodeOf(findings.verdict('x'))).toBe(2)
  })
})

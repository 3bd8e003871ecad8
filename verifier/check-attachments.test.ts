// Attachments read from a deployment: the published vector's, whole, spoilt, cut and missing.
import { readFileSync } from 'node:fs'
import { fromBase64 } from '@naru/sealing/bytes.ts'
import { parseHeader } from '@naru/sealing/envelope.ts'
import { expect, it } from 'vitest'
import type { BundledBid } from './bundle.ts'
import { checkAttachments } from './check-attachments.ts'
import { Findings } from './finding.ts'

const vector = JSON.parse(readFileSync(new URL('../docs/vectors/tender.json', import.meta.url), 'utf8')) as {
  bids: {
    index: number
    envelopes: { cls: string; header: unknown; ciphertext: string }[]
    segments: { bytes: string[] }[]
  }[]
}
const [alpha] = vector.bids
if (!alpha) throw new Error('the vector has no bid')
const segment = fromBase64(alpha.segments[0]?.bytes[0] ?? '')
const bidWith = (open: boolean): BundledBid =>
  ({
    index: alpha.index,
    envelopes: alpha.envelopes.map(({ cls, header, ciphertext }) => ({
      cls,
      header: parseHeader(header),
      ciphertext: open ? fromBase64(ciphertext) : null,
    })),
  }) as unknown as BundledBid

async function judge(answer: (path: string) => Uint8Array | null, open = true) {
  const findings = new Findings()
  const asked: string[] = []
  const bundle = { tender: 'case', bids: new Map([[alpha?.index ?? 0, bidWith(open)]]) }
  await checkAttachments(findings, bundle, async (path) => {
    asked.push(path)
    return answer(path)
  })
  return { asked, codes: findings.list.map((each) => each.code), counts: findings.counts }
}

it('a whole attachment makes its root', async () => {
  const { asked, codes, counts } = await judge(() => segment)
  expect(asked).toEqual([`/api/cases/case/attachments/${alpha.index}/tech/0/segments/1`])
  expect([codes, counts]).toEqual([[], { attachments: 1 }])
})

it('a spoilt, cut or missing segment is reported', async () => {
  const spoilt = segment.map((byte, n) => (n === 100 ? byte ^ 1 : byte))
  expect((await judge(() => spoilt)).codes).toEqual(['attachmentMismatch'])
  expect((await judge(() => segment.slice(0, -1))).codes).toEqual(['attachmentMismatch'])
  expect((await judge(() => null)).codes).toEqual(['attachmentMissing'])
  const dead = () => {
    throw new Error('no connection')
  }
  expect((await judge(dead)).codes).toEqual(['attachmentMissing'])
})

it('what is not public is not asked for', async () => {
  expect((await judge(() => segment, false)).asked).toEqual([])
})

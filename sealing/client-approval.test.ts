// Approval of a client's release: two operators that stood in the list before, each with a signature over exactly this hash.
import { ed25519 } from '@noble/curves/ed25519.js'
import { expect, test } from 'vitest'
import { approvalHolds, approvalMessage, operatorsFor, unapproved } from './client-approval.ts'
import { toBase64 } from './bytes.ts'

const release = toBase64(new Uint8Array(32).fill(7))
const other = toBase64(new Uint8Array(32).fill(8))
const keys = [1, 2, 3].map((n) => new Uint8Array(32).fill(n))
const approver = (n: number, operator: string) => ({
  name: `a${n}`,
  operator,
  key: toBase64(ed25519.getPublicKey(keys[n - 1] ?? new Uint8Array(32))),
})
const sign = (n: number, of = release) => ({
  release: of,
  approver: `a${n}`,
  signature: toBase64(
    ed25519.sign(approvalMessage({ release: of, approver: `a${n}` }), keys[n - 1] ?? new Uint8Array()),
  ),
})
const [one, two, same] = [approver(1, 'audit'), approver(2, 'university'), approver(3, 'audit')]

test('an approval holds for its release, its approver and its key only', () => {
  expect(approvalHolds(sign(1), one.key)).toBe(true)
  expect(approvalHolds(sign(1), two.key)).toBe(false)
  expect(approvalHolds({ ...sign(1), release: other }, one.key)).toBe(false)
  expect(approvalHolds({ ...sign(1), approver: 'a2' }, one.key)).toBe(false)
  expect(approvalHolds({ ...sign(1), signature: 'AAAA' }, one.key)).toBe(false)
})

test('two operators count, two approvers of one operator do not, and one signature twice does not', () => {
  const all = [one, two, same]
  expect(operatorsFor(release, [sign(1), sign(2)], all)).toEqual(['audit', 'university'])
  expect(operatorsFor(release, [sign(1), sign(3)], all)).toEqual(['audit'])
  expect(operatorsFor(release, [sign(1), sign(1)], all)).toEqual(['audit'])
  expect(operatorsFor(release, [sign(1), { ...sign(1), approver: 'a2' }], all)).toEqual(['audit'])
})

test('a list may add a release that approvers of the list before have approved, and never its own approvers’ at once', () => {
  const before = { clientReleases: [], clientApprovers: [one, two] }
  const next = { ...before, clientReleases: [release], clientApprovals: [sign(1), sign(2)] }
  expect(unapproved(next, before)).toEqual([])
  expect(unapproved({ ...next, clientApprovals: [sign(1)] }, before)).toEqual([release])
  expect(unapproved(next, { clientReleases: [] })).toEqual([release])
  expect(unapproved(next, null)).toEqual([release])
  // What was listed stays listed, also after its approvers have gone.
  expect(unapproved({ clientReleases: [release, other] }, { clientReleases: [release] })).toEqual([other])
})

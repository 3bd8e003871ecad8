// When a probe finds an outage, and that it signs the bytes of the protocol.
import { createHash } from 'node:crypto'
import { expect, test } from 'vitest'
import { openWatch, signedBytes } from './watch.ts'

test('two bad answers and a good one are an outage from the first bad to the good one; one bad answer is none', () => {
  const watch = openWatch()
  const seen = ([up, at]: readonly [boolean, number]) => watch.saw(up, at)
  expect(
    (
      [
        [true, 0],
        [false, 10],
        [true, 20],
        [false, 30],
        [false, 40],
        [true, 50],
        [true, 60],
      ] as const
    ).map(seen),
  ).toEqual([null, null, null, null, null, { from: 30, until: 50 }, null])
})

test('the signed bytes are HO("outage-finding") as protocol §0 writes it', () => {
  // u8(23) || "eproc/v1/outage-finding" || u32(31) || JCS, joined by hand.
  const text = '{"from":1,"probe":"p","until":2}'
  const message = Buffer.concat([
    Buffer.from([23]),
    Buffer.from('eproc/v1/outage-finding'),
    Buffer.from([0, 0, 0, text.length]),
    Buffer.from(text),
  ])
  expect(Buffer.from(signedBytes({ until: 2, probe: 'p', from: 1 }))).toEqual(
    createHash('sha256').update(message).digest(),
  )
})

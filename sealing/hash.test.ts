// Labelled hashes against the layout written out by hand, and HKDF against RFC 5869.
import { createHash } from 'node:crypto'
import { describe, expect, it } from 'vitest'
import { fromHex, toHex, utf8 } from './bytes.ts'
import { H, HO, hkdfExpand, hkdfExtract } from './hash.ts'

describe('H and HO', () => {
  it('hash u8(len) || "eproc/v1/"+label || u32(len)||part ..', () => {
    // "eproc/v1/x" has 10 bytes (0a); parts "ab" and "" have lengths 2 and 0.
    const by = createHash('sha256').update(
      Buffer.from(`0a${Buffer.from('eproc/v1/x').toString('hex')}000000026162` + '00000000', 'hex'),
    )
    expect(toHex(H('x', utf8('ab'), new Uint8Array(0)))).toBe(by.digest('hex'))
    expect(HO('x', { b: 1, a: 'é' })).toEqual(H('x', utf8('{"a":"é","b":1}')))
  })

  it('tells parts apart that join to the same bytes', () => {
    expect(H('x', utf8('a'), utf8('b'))).not.toEqual(H('x', utf8('ab')))
    expect(H('xa', utf8('b'))).not.toEqual(H('x', utf8('ab')))
  })
})

it('HKDF gives test case 1 of RFC 5869', () => {
  const prk = hkdfExtract(fromHex('000102030405060708090a0b0c'), fromHex('0b'.repeat(22)))
  expect(toHex(prk)).toBe('077709362c2e32df0ddc3f0dc47bba6390b6c73bb50f9c3122ec844ad7c2b3e5')
  expect(toHex(hkdfExpand(prk, fromHex('f0f1f2f3f4f5f6f7f8f9'), 42))).toBe(
    '3cb25f25faacd57a90434f64d0362f2a2d2d0a90cf1a5a4c5db02d56ecc4c5bf34007208d5b887185865',
  )
})

// Bytes: known encodings, refusals, and that no second text decodes to the same bytes.
import fc from 'fast-check'
import { describe, expect, it } from 'vitest'
import {
  compareBytes,
  concat,
  equalBytes,
  fromBase64,
  fromHex,
  toBase64,
  toHex,
  u16,
  u32,
  u64,
  u8,
  utf8,
  xor,
} from './bytes.ts'
import { Malformed } from './malformed.ts'

describe('base64', () => {
  it('encodes the examples of RFC 4648 section 10', () => {
    const examples = {
      '': '',
      f: 'Zg==',
      fo: 'Zm8=',
      foo: 'Zm9v',
      foob: 'Zm9vYg==',
      fooba: 'Zm9vYmE=',
      foobar: 'Zm9vYmFy',
    }
    for (const [text, coded] of Object.entries(examples)) {
      expect(toBase64(utf8(text))).toBe(coded)
      expect(fromBase64(coded)).toEqual(utf8(text))
    }
  })

  it.each([
    'Zg',
    'Zg=',
    'Zg===',
    'Zh==',
    'Zm9=',
    'Zm8',
    'Z===',
    '====',
    'Zm9v\n',
    ' Zm9v',
    'Zm-_',
    'Zm9vZg==Zm9v',
    'Zé==',
    '=Zg=',
  ])('refuses %j', (text) => {
    expect(() => fromBase64(text)).toThrow(Malformed)
  })

  it('agrees with the platform and has one text per byte string', () => {
    fc.assert(
      fc.property(
        fc.uint8Array({ maxLength: 100 }),
        fc.nat(),
        fc.string({ unit: 'grapheme-ascii', minLength: 1, maxLength: 1 }),
        (bytes, at, other) => {
          const text = toBase64(bytes)
          expect(text).toBe(Buffer.from(bytes).toString('base64'))
          expect(fromBase64(text)).toEqual(bytes)
          if (text === '') return
          const place = at % text.length
          const changed = text.slice(0, place) + other + text.slice(place + 1)
          if (changed === text) return
          let decoded: Uint8Array | null = null
          try {
            decoded = fromBase64(changed)
          } catch (error) {
            expect(error).toBeInstanceOf(Malformed)
          }
          if (decoded !== null) expect(equalBytes(decoded, bytes)).toBe(false)
        },
      ),
      { numRuns: 300 },
    )
  })
})

describe('integers and byte strings', () => {
  it('writes big-endian', () => {
    expect(toHex(concat(u8(255), u16(258), u32(0xdeadbeef), u64(2 ** 40 + 1)))).toBe('ff0102deadbeef0000010000000001')
    expect(toHex(u64((1n << 64n) - 1n))).toBe('ffffffffffffffff')
  })

  it('refuses what does not fit', () => {
    for (const bad of [
      () => u8(256),
      () => u8(-1),
      () => u8(1.5),
      () => u16(65536),
      () => u32(2 ** 32),
      () => u64(-1),
      () => u64(1n << 64n),
      () => u64(2 ** 53),
    ]) {
      expect(bad).toThrow(Malformed)
    }
  })

  it('compares, adds and reads hex', () => {
    expect(equalBytes(u8(1), u16(1))).toBe(false)
    expect([u8(2), u16(256), u8(1)].sort(compareBytes).map(toHex)).toEqual(['01', '0100', '02'])
    expect(toHex(xor(fromHex('0ff0'), fromHex('ffff')))).toBe('f00f')
    expect(() => xor(u8(1), u16(1))).toThrow(Malformed)
    expect(() => fromHex('0g')).toThrow(Malformed)
    expect(() => fromHex('012')).toThrow(Malformed)
  })
})

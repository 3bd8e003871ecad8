// Canonical JSON: the order and escapes of RFC 8785, what is refused, and that a changed byte never passes as the same value.
import fc from 'fast-check'
import { describe, expect, it } from 'vitest'
import { concat, utf8 } from './bytes.ts'
import { canonical, canonicalText, parseCanonical } from './jcs.ts'
import { Malformed } from './malformed.ts'

const value = fc.letrec((tie) => ({
  any: fc.oneof(
    { maxDepth: 4 },
    fc.constant(null),
    fc.boolean(),
    fc.maxSafeInteger().map((n) => n + 0),
    fc.string({ unit: 'grapheme' }),
    fc.array(tie('any'), { maxLength: 4 }),
    fc.dictionary(fc.string({ unit: 'grapheme' }), tie('any'), { maxKeys: 4, noNullPrototype: true }),
  ),
})).any

describe('canonical', () => {
  it('orders names by UTF-16 code units, as the example of RFC 8785 section 3.2.3', () => {
    const names = {
      '\u20ac': 'Euro',
      '\r': 'CR',
      '\ufb33': 'Dalet',
      '1': 'One',
      '\u{1f600}': 'Smiley',
      '\u0080': 'Control',
      ö: 'o',
    }
    expect(canonicalText(names)).toBe(
      '{"\\r":"CR","1":"One","\u0080":"Control","ö":"o","\u20ac":"Euro","\u{1f600}":"Smiley","\ufb33":"Dalet"}',
    )
    expect(canonicalText({ b: 1, a: [true, null, 'x'], aa: {} })).toBe('{"a":[true,null,"x"],"aa":{},"b":1}')
  })

  it('escapes only what RFC 8785 section 3.2.2.2 escapes', () => {
    expect(canonicalText('\u20ac$\u000f\nA\'B"\\\\"/\u007f\u2028')).toBe(
      '"\u20ac$\\u000f\\nA\'B\\"\\\\\\\\\\"/\u007f\u2028"',
    )
  })

  it.each([
    [1.5],
    [2 ** 53],
    [-0],
    [Number.NaN],
    [Number.POSITIVE_INFINITY],
    [undefined],
    [{ a: undefined }],
    [[undefined]],
    [1n],
    ['\ud800'],
    [{ '\udc00': 1 }],
    [new Map()],
    [new Uint8Array(2)],
    [() => 1],
  ])('refuses %p', (bad) => {
    expect(() => canonical(bad)).toThrow(Malformed)
  })

  it('refuses deep nesting instead of overflowing', () => {
    expect(() => parseCanonical(utf8('['.repeat(5000) + ']'.repeat(5000)))).toThrow(Malformed)
  })
})

describe('parseCanonical', () => {
  it.each([
    ['{"a":1,"a":1}'],
    ['{"b":1,"a":1}'],
    ['{"a":1 }'],
    [' 1'],
    ['1\n'],
    ['1.0'],
    ['1e2'],
    ['-0'],
    ['9007199254740993'],
    ['"\\u0041"'],
    ['"\\/"'],
    ['"\\ud800"'],
    ['{"a":1,}'],
    [''],
    ['nul'],
    ['\ufeff1'],
    ['{"__proto__":1,"__proto__":2}'],
  ])('refuses %j', (text) => {
    expect(() => parseCanonical(utf8(text))).toThrow(Malformed)
  })

  it('refuses bytes that are not UTF-8', () => {
    expect(() => parseCanonical(concat(utf8('"'), Uint8Array.of(0xc3, 0x28), utf8('"')))).toThrow(Malformed)
    expect(() => parseCanonical(concat(utf8('"'), Uint8Array.of(0xed, 0xa0, 0x80), utf8('"')))).toThrow(Malformed)
  })

  it('gives back every value, and after one changed byte refuses or gives another', () => {
    fc.assert(
      fc.property(value, fc.nat(), fc.integer({ min: 1, max: 255 }), (any, at, change) => {
        const bytes = canonical(any)
        expect(canonical(parseCanonical(bytes))).toEqual(bytes)
        const changed = Uint8Array.from(bytes)
        const place = at % bytes.length
        changed[place] = (changed[place] ?? 0) ^ change
        let read: { value: unknown } | null = null
        try {
          read = { value: parseCanonical(changed) }
        } catch (error) {
          expect(error).toBeInstanceOf(Malformed)
        }
        if (read !== null) expect(canonicalText(read.value)).not.toBe(canonicalText(any))
      }),
      { numRuns: 400 },
    )
  })
})

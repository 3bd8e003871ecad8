// DER: encodings from X.690 and RFC 5280, what is not canonical, and a bounded fuzz of the reader.
import fc from 'fast-check'
import { describe, expect, it } from 'vitest'
import { fromHex, toHex } from '../bytes.ts'
import { Malformed } from '../malformed.ts'
import {
  bitsOf,
  der,
  generalizedTime,
  inside,
  integer,
  integerOf,
  namedBits,
  oid,
  oidOf,
  readDer,
  sequence,
  setOf,
  time,
  timeOf,
} from './der.ts'

const read = (hex: string) => readDer(fromHex(hex), 'it')

describe('what is read and written', () => {
  // X.690 8.19.5: {2 999 3} is 06 03 88 37 03; RSA's arc 1.2.840.113549 is 06 06 2a 86 48 86 f7 0d.
  it.each([
    ['0603883703', '2.999.3'],
    ['06062a864886f70d', '1.2.840.113549'],
    ['0603550406', '2.5.4.6'],
  ])('object identifier %s is %s', (hex, dots) => {
    expect(oidOf(read(hex), 'it')).toBe(dots)
    expect(toHex(oid(dots))).toBe(hex)
  })

  it.each([
    ['020100', 0n],
    ['02017f', 127n],
    ['02020080', 128n],
    ['020180', -128n],
    ['0202ff7f', -129n],
  ])('integer %s is %s', (hex, number) => {
    expect(integerOf(read(hex), 'it')).toBe(number)
    if (number >= 0n) expect(toHex(integer(number))).toBe(hex)
  })

  it('reads times of certificates: two digits below 50 are of this century', () => {
    expect(timeOf(readDer(der(0x17, new TextEncoder().encode('491231235959Z')), 'it'), 'it')).toBe(
      Date.UTC(2049, 11, 31, 23, 59, 59),
    )
    expect(timeOf(readDer(der(0x17, new TextEncoder().encode('500101000000Z')), 'it'), 'it')).toBe(Date.UTC(1950, 0, 1))
    expect(timeOf(readDer(time(Date.UTC(2050, 0, 1)), 'it'), 'it')).toBe(Date.UTC(2050, 0, 1))
    expect(timeOf(readDer(generalizedTime(1_792_000_000_120), 'it'), 'it')).toBe(1_792_000_000_120)
  })

  it('agrees with the platform on the days of four centuries', () => {
    for (let at = Date.UTC(1850, 0, 1, 12, 34, 56); at < Date.UTC(2250, 0, 1); at += 86_400_000 * 13 + 77_000) {
      const written = generalizedTime(at)
      expect(new TextDecoder().decode(written.subarray(2))).toBe(new Date(at).toISOString().replace(/[-:T]|\.000/g, ''))
      expect(timeOf(readDer(written, 'it'), 'it')).toBe(at)
    }
  })

  it('writes named bits shortest: keyCertSign and cRLSign are 03 02 01 06', () =>
    expect(toHex(namedBits(5, 6))).toBe('03020106'))

  it('puts sets in order and long lengths in their shortest form', () => {
    expect(toHex(setOf(integer(5), integer(1)))).toBe('3106020101020105')
    expect(toHex(der(4, new Uint8Array(200))).slice(0, 6)).toBe('0481c8')
    expect(readDer(der(4, new Uint8Array(70_000)), 'it').value.length).toBe(70_000)
  })
})

describe('what is refused', () => {
  it.each([
    ['', 'nothing'],
    ['30', 'no length'],
    ['300102', 'cut off inside'],
    ['02010500', 'bytes after the end'],
    ['30800000', 'indefinite length'],
    ['0281010500'.slice(0, 8), 'long form of a short length'],
    ['028200010500'.slice(0, 10), 'length with a leading zero'],
    ['02850000000001', 'length of five octets'],
    ['1f8101', 'tag of many octets'],
    ['240304010a', 'octet string in pieces'],
    ['1000', 'sequence as a primitive'],
    ['0200', 'integer without octets'],
    ['02020005', 'integer with a leading zero'],
    ['0202ff80', 'negative integer with a leading one'],
    ['010101', 'boolean that is neither 00 nor ff'],
    ['0300', 'bit string without its first octet'],
    ['030208ff', 'eight unused bits'],
    ['030201ff', 'unused bits that are set'],
    ['030101', 'unused bits of nothing'],
    ['050100', 'null with a value'],
    ['06022a80', 'object identifier that does not end'],
    ['0603558001', 'object identifier with a padded arc'],
    ['31060201050201 01'.replace(' ', ''), 'set out of order'],
  ])('%s (%s)', (hex) => expect(() => read(hex)).toThrow(Malformed))

  it.each(['9902291200Z', '990229120000Z', '991301000000Z', '99010100000', '990101000060Z', '9901010000+0100'])(
    'UTCTime %s',
    (text) => expect(() => timeOf(readDer(der(0x17, new TextEncoder().encode(text)), 'it'), 'it')).toThrow(Malformed),
  )

  it.each(['20260101000000.0Z', '20260101000000.120Z', '20260101000000', '20260101000000,5Z'])(
    'GeneralizedTime %s',
    (text) => expect(() => readDer(der(0x18, new TextEncoder().encode(text)), 'it')).toThrow(Malformed),
  )

  it('nesting without end', () => {
    let deep = integer(1)
    for (let n = 0; n < 50; n += 1) deep = sequence(deep)
    expect(() => readDer(deep, 'it')).toThrow('nested too deep')
  })

  it('bits that are no whole octets, and a tag that is not the wanted one', () => {
    expect(() => bitsOf(read('03020100'), 'it')).toThrow(Malformed)
    expect(() => inside(read('020105'), 'it')).toThrow(Malformed)
  })
})

it('any bytes are read or refused, never anything else, and what is read is its own encoding', () => {
  const element: fc.Arbitrary<Uint8Array> = fc.letrec<{ it: Uint8Array }>((tie) => ({
    it: fc.oneof(
      { maxDepth: 4 },
      fc.bigInt({ min: 0n, max: 1n << 80n }).map(integer),
      fc.uint8Array({ maxLength: 200 }).map((bytes) => der(4, bytes)),
      fc.array(tie('it'), { maxLength: 4 }).map((parts) => sequence(...parts)),
      fc.array(tie('it'), { maxLength: 4 }).map((parts) => setOf(...parts)),
    ),
  })).it
  const again = (bytes: Uint8Array): Uint8Array => {
    const { tag, value } = readDer(bytes, 'it')
    const children = tag & 0x20 ? inside(readDer(bytes, 'it'), 'it', tag).map((each) => again(each.bytes)) : [value]
    return der(tag, ...children)
  }
  fc.assert(
    fc.property(element, (bytes) => void expect(toHex(again(bytes))).toBe(toHex(bytes))),
    { numRuns: 300 },
  )
  const turned = fc.tuple(element, fc.nat(), fc.nat(255)).map(([bytes, at, by]) => {
    const copy = Uint8Array.from(bytes)
    if (copy.length > 0) copy[at % copy.length] = (copy[at % copy.length] ?? 0) ^ by
    return copy
  })
  fc.assert(
    fc.property(fc.oneof(fc.uint8Array({ maxLength: 80 }), turned), (bytes) => {
      try {
        expect(toHex(again(bytes))).toBe(toHex(bytes))
      } catch (error) {
        if (!(error instanceof Malformed)) throw error
      }
    }),
    { numRuns: 5000, interruptAfterTimeLimit: 10_000 },
  )
})

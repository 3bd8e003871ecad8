// Time-stamps: one right token, and every way in which another must be refused (protocol §6.2, points 3, 5 and 6).
import { describe, expect, it } from 'vitest'
import { fromHex } from '../bytes.ts'
import { rehearsedBytes } from '../rehearsal.ts'
import { Malformed } from '../malformed.ts'
import { digestIdentifier, digestOf } from './algorithms.ts'
import { extendedUses, Untrusted } from './certificate.ts'
import { readSignedContent } from './cms.ts'
import { integer, octets, sequence } from './der.ts'
import { type CertificateWish, issueToken, type StampWish, stampAnswer } from './issue.ts'
import { type Rehearsed, rehearsedBelow, rehearsedKey, rehearsedRoot } from './rehearsal-issuer.ts'
import { checkToken, readTimestampResponse, timestampRequest } from './timestamp.ts'
import { anchorsOf, trustRoot, usualAlgorithms } from './trust-list.ts'

const message = rehearsedBytes('batch root')
const nonce = Uint8Array.of(0x41, 2, 3, 4, 5, 6, 7, 8)
const genTime = Date.UTC(2026, 10, 22, 9, 30, 15, 250)
// A critical extension of the arc for examples, holding NULL.
const unknownCritical = fromHex('300b060288370101ff04020500')
const stampUse: Partial<CertificateWish> = {
  uses: ['digitalSignature'],
  extended: [extendedUses.timeStamping],
  extendedCritical: true,
}
const root = await rehearsedRoot('time root')
const unit = await rehearsedBelow(root, 'time unit', stampUse)
const trust = { anchors: anchorsOf([trustRoot('Time', root.certificate, ['tsa'])]) }

const stamp = (by: Rehearsed, wish: Partial<StampWish> = {}, chain: readonly Uint8Array[] = []) =>
  issueToken(
    {
      policy: '2.999.1',
      imprint: sequence(digestIdentifier('sha256'), octets(digestOf('sha256', message))),
      serial: Uint8Array.of(7),
      genTime,
      accuracyMs: 1500,
      nonce: integer(nonce),
      ...wish,
    },
    { certificate: by.certificate, algorithm: by.key.algorithm, sign: by.key.sign },
    chain,
  )
const codeOf = async (
  token: Promise<Uint8Array> | Uint8Array,
  by = trust,
  asked: { nonce?: Uint8Array } = { nonce },
) => {
  const bytes = await token
  try {
    checkToken(bytes, message, by, asked)
    return 'accepted'
  } catch (error) {
    if (error instanceof Untrusted) return error.code
    if (error instanceof Malformed) return 'malformed'
    throw error
  }
}

describe('a token', () => {
  it('tells its time in milliseconds, its authority, policy and accuracy', async () => {
    const told = checkToken(await stamp(unit), message, trust, { nonce })
    expect(told).toMatchObject({
      genTime,
      authority: 'Time',
      policy: '2.999.1',
      accuracy: 1500,
      serial: '07',
      nonce: '4102030405060708',
    })
  })

  it('may carry the digest SHA-512 and an issuing authority in between', async () => {
    const middle = await rehearsedBelow(root, 'time middle', { authority: { pathLength: 0 }, uses: ['keyCertSign'] })
    const below = await rehearsedBelow(middle, 'unit below', stampUse)
    const imprint = sequence(digestIdentifier('sha512'), octets(digestOf('sha512', message)))
    expect(await codeOf(stamp(below, { imprint }, [middle.certificate]))).toBe('accepted')
    expect(await codeOf(stamp(below))).toBe('path')
  })

  it.each<[string, Partial<CertificateWish>]>([
    ['extended-key-usage', { ...stampUse, extendedCritical: false }],
    ['extended-key-usage', { ...stampUse, extended: [extendedUses.timeStamping, '1.3.6.1.5.5.7.3.4'] }],
    ['extended-key-usage', { uses: ['digitalSignature'] }],
    ['key-usage', { ...stampUse, uses: ['cRLSign'] }],
    ['validity', { ...stampUse, until: genTime - 1000 }],
    ['validity', { ...stampUse, from: genTime + 1000 }],
    ['extension', { ...stampUse, more: [unknownCritical] }],
  ])('of a certificate that is not fit is refused: %s', async (code, wish) => {
    expect(await codeOf(stamp(await rehearsedBelow(root, `unfit ${JSON.stringify(wish)}`, wish)))).toBe(code)
  })

  it('over another message, with another nonce, under another policy is refused', async () => {
    const imprint = sequence(digestIdentifier('sha256'), octets(digestOf('sha256', rehearsedBytes('another'))))
    expect(await codeOf(stamp(unit, { imprint }))).toBe('imprint')
    expect(await codeOf(stamp(unit, { nonce: integer(5) }))).toBe('nonce')
    expect(await codeOf(stampWithoutNonce())).toBe('nonce')
    expect(await codeOf(stampWithoutNonce(), trust, {})).toBe('accepted')
    expect(await codeOf(stamp(unit), { ...trust, policies: ['2.999.2'] } as typeof trust)).toBe('policy')
  })

  it('of a stranger, of a root for signatures only, of a root that counted earlier or later is refused', async () => {
    const strange = await rehearsedRoot('strange root')
    expect(await codeOf(stamp(await rehearsedBelow(strange, 'strange unit', stampUse)))).toBe('path')
    const of = (use: 'sign' | 'tsa', more = {}) => ({
      anchors: anchorsOf([trustRoot('Time', root.certificate, [use], more)]),
    })
    expect(await codeOf(stamp(unit), of('sign'))).toBe('path')
    expect(await codeOf(stamp(unit), of('tsa', { until: genTime - 1 }))).toBe('path')
    expect(await codeOf(stamp(unit), of('tsa', { from: genTime + 1 }))).toBe('path')
    expect(await codeOf(stamp(unit), of('tsa', { from: genTime, until: genTime }))).toBe('accepted')
    const algorithms = usualAlgorithms.filter((each) => each.name !== 'ecdsa-p256-sha256')
    expect(await codeOf(stamp(unit), of('tsa', { algorithms }))).toBe('algorithm')
    const ended = usualAlgorithms.map((each) => ({ ...each, until: genTime - 1 }))
    expect(await codeOf(stamp(unit), of('tsa', { algorithms: ended }))).toBe('algorithm')
  })

  it('of an issuer that may not issue is refused', async () => {
    const noAuthority = await rehearsedBelow(root, 'no authority')
    expect(await codeOf(stamp(await rehearsedBelow(noAuthority, 'u1', stampUse), {}, [noAuthority.certificate]))).toBe(
      'issuer',
    )
    const short = await rehearsedBelow(root, 'short', { authority: { pathLength: 0 }, uses: ['keyCertSign'] })
    const deep = await rehearsedBelow(short, 'deep', { authority: { pathLength: null }, uses: ['keyCertSign'] })
    const token = stamp(await rehearsedBelow(deep, 'u2', stampUse), {}, [deep.certificate, short.certificate])
    expect(await codeOf(token)).toBe('path-length')
    const namesake = { ...root, key: rehearsedKey('a key of the same name') }
    expect(await codeOf(stamp(await rehearsedBelow(namesake, 'u3', stampUse)))).toBe('signature')
  })

  it('with any octet of it turned is refused or tells the same', async () => {
    const whole = await stamp(unit)
    const right = checkToken(whole, message, trust, { nonce })
    const { signature } = readSignedContent(whole, 'token', 'any')
    expect(signature.length).toBeGreaterThan(60)
    for (let at = 0; at < whole.length; at += 1) {
      const turned = Uint8Array.from(whole)
      turned[at] = (turned[at] ?? 0) ^ 0x01
      try {
        const { certificate: _, ...told } = checkToken(turned, message, trust, { nonce })
        const { certificate: __, ...same } = right
        expect(told).toEqual(same)
      } catch (error) {
        if (!(error instanceof Malformed) && !(error instanceof Untrusted)) throw error
      }
    }
  })

  it('cut off anywhere is refused', async () => {
    const whole = await stamp(unit)
    for (let size = 0; size < whole.length; size += 7)
      expect(() => checkToken(whole.subarray(0, size), message, trust)).toThrow(Malformed)
  })
})

async function stampWithoutNonce(): Promise<Uint8Array> {
  return issueToken(
    {
      policy: '2.999.1',
      imprint: sequence(digestIdentifier('sha256'), octets(digestOf('sha256', message))),
      serial: Uint8Array.of(7),
      genTime,
      accuracyMs: 1500,
    },
    { certificate: unit.certificate, algorithm: unit.key.algorithm, sign: unit.key.sign },
    [],
  )
}

describe('request and answer', () => {
  it('the request is the one of RFC 3161, byte for byte', () => {
    // SEQUENCE { 1, SEQUENCE { SEQUENCE { sha256 }, OCTET STRING }, policy 2.999.1, nonce, TRUE }, put together by hand.
    const imprint = Buffer.from(digestOf('sha256', message)).toString('hex')
    expect(Buffer.from(timestampRequest(message, nonce, '2.999.1')).toString('hex')).toBe(
      `3046020101302f300b0609608648016503040201 0420${imprint} 0603883701 02084102030405060708 0101ff`.replaceAll(
        ' ',
        '',
      ),
    )
  })

  it('an answer that is no grant is refused with its status', async () => {
    expect(() => readTimestampResponse(stampAnswer({ failure: 2 }))).toThrow('status 2')
    expect(() => readTimestampResponse(sequence(sequence(integer(0))))).toThrow(Malformed)
    const token = await stamp(unit)
    expect(readTimestampResponse(stampAnswer(token))).toEqual(token)
  })
})

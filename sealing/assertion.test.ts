// REG-03, OPN-01: what a passkey signs, from the W3C's own vectors (Web Authentication Level 3, section 16), and every way in which it may not fit.
import { randomBytes } from 'node:crypto'
import { describe, expect, test } from 'vitest'
import { type Assertion, checkAssertion, counterFollows, type Expected } from './assertion.ts'
import { concat, utf8 } from './bytes.ts'
import { readCoseKey } from './cose-key.ts'
import { sha256 } from './hash.ts'
import { Malformed } from './malformed.ts'
import { Untrusted } from './signatures/certificate.ts'
import { assertionOf, publicKeyOf, type SoftwarePasskey } from './software-passkey.ts'

const hex = (text: string) => new Uint8Array(Buffer.from(text, 'hex'))

// The modulus of the RS256 vector is the product of two Mersenne primes.
const mersenne = (2n ** 2203n - 1n) * (2n ** 1279n - 1n)

// Section 16 "none.ES256" and "packed.RS256"; the COSE keys stand at the end of their attested credential data. Both have UV clear.
const w3c = [
  {
    name: 'ES256',
    key: 'a5010203262001215820afefa16f97ca9b2d23eb86ccb64098d20db90856062eb249c33a9b672f26df61225820930a56b87a2fca66334b03458abf879717c12cc68ed73290af2e2664796b9220',
    challenge: '39c0e7521417ba54d43e8dc95174f423dee9bf3cd804ff6d65c857c9abf4d408',
    data: 'bfabc37432958b063360d3ad6461c9c4735ae7f8edd46592a5e0f01452b2e4b51900000000',
    client:
      '7b2274797065223a22776562617574686e2e676574222c226368616c6c656e6765223a224f63446e55685158756c5455506f334a5558543049393770767a7a59425039745a63685879617630314167222c226f726967696e223a2268747470733a2f2f6578616d706c652e6f7267222c2263726f73734f726967696e223a66616c73657d',
    signature:
      '3046022100f50a4e2e4409249c4a853ba361282f09841df4dd4547a13a87780218deffcd380221008480ac0f0b93538174f575bf11a1dd5d78c6e486013f937295ea13653e331e87',
  },
  {
    name: 'RS256',
    key: `a4010303390100205901b4${mersenne.toString(16).padStart(872, '0')}2143010001`,
    challenge: '295f59f5fa8fe62c5aca9e27626c78c8da376ae6d8cd2dd29aebad601e1bc4c5',
    data: 'bfabc37432958b063360d3ad6461c9c4735ae7f8edd46592a5e0f01452b2e4b51900000000',
    client:
      '7b2274797065223a22776562617574686e2e676574222c226368616c6c656e6765223a224b56395a39667150356978617970346e596d7834794e6f33617562597a5333536d75757459423462784d55222c226f726967696e223a2268747470733a2f2f6578616d706c652e6f7267222c2263726f73734f726967696e223a66616c73657d',
    signature:
      '01063d52d7c39b4d432fc7063c5d93e582bdcb16889cd71f888d67d880ea730a428498d3bc8e1ee11f2b1ecbe6c292b118c55ffaaddefa8cad0a54dd137c51f1eec673f1bb6c4d1789d6826a222b22d0f585fc901fdc933212e579d199b89d672aa44891333e6a1355536025e82b25590256c3538229b55737083b2f6b9377e49e2472f11952f79fdd0da180b5ffd901b4049a8f081bb40711bef76c62aed943571f2d0575304cb549d68d8892f95086a30f93716aee818f8dc06e96c0d5e0ed4cfa9fd8773d90464b68cf140f7986666ff9c9e3302acd0535d60d769f465e2ab57ef8aabc89fccfef7ba32a64154a8b3d26be2298f470b8cc5377dbe3dfd4b0b45f8f01e63bde6cfc76b62771f9b70aa27cf40152cad93aa5acd784fd4b90f676e2ea828d0bf2400aebbaae4153e5838f537f88b6228346782a93a899be66ec77de45b3efcf311da6321c92e6b0cd11bfe653bf3e98cee8e341f02d67dbb6f9c98d9e8178090cfb5b70fbc6d541599ac794ae2f1d4de1286ec8de8c2daf7b1d15c8438e90d924df5c19045220a4c8438c1b979bbe016cf3d0eeec23c3999d4882cc645b776de930756612cdc6dd398160ff02a6',
  },
]

for (const { name, key, challenge, data, client, signature } of w3c)
  test(`the W3C's ${name}: the signature holds over these bytes and no others; without user verification it does not count`, () => {
    const holds = readCoseKey(hex(key)).holds
    const message = concat(hex(data), sha256(hex(client)))
    expect(holds(message, hex(signature))).toBe(true)
    message[36] = 1
    expect(holds(message, hex(signature))).toBe(false)
    const given = { authenticatorData: hex(data), clientDataJSON: hex(client), signature: hex(signature) }
    const expected = {
      challenge: hex(challenge),
      rpId: 'example.org',
      origins: ['https://example.org'],
      publicKey: hex(key),
    }
    expect(codeOf(given, expected)).toBe('user-verified')
  })

function codeOf(given: Assertion, expected: Expected): string {
  try {
    checkAssertion(given, expected)
  } catch (error) {
    if (error instanceof Untrusted) return error.code
    if (error instanceof Malformed) return 'malformed'
    throw error
  }
  return 'holds'
}

const origin = 'https://naru.example'
const rpId = 'naru.example'

for (const algorithm of [-7, -8] as const)
  describe(`REG-03: a passkey with COSE algorithm ${algorithm}`, () => {
    const passkey: SoftwarePasskey = { id: randomBytes(16), secret: new Uint8Array(32).fill(7), algorithm, counter: 5 }
    const challenge = new Uint8Array(32).fill(9)
    const expected: Expected = { challenge, rpId, origins: [origin], publicKey: publicKeyOf(passkey) }
    const made = assertionOf(passkey, { challenge, origin, rpId })
    const say = (client: Record<string, unknown>, change: Partial<Assertion> = {}): Assertion => {
      const clientDataJSON = utf8(
        JSON.stringify({
          type: 'webauthn.get',
          challenge: 'CQkJCQkJCQkJCQkJCQkJCQkJCQkJCQkJCQkJCQkJCQk',
          origin,
          ...client,
        }),
      )
      return { ...made, clientDataJSON, ...change }
    }
    const flagged = (flags: number) => assertionOf(passkey, { challenge, origin, rpId, flags })

    test('holds, and tells its counter and that it is not backed up', () => {
      expect(checkAssertion(made, expected)).toEqual({ counter: 5, backupEligible: false, backedUp: false, origin })
      expect(checkAssertion(flagged(0x1d), expected)).toMatchObject({ backupEligible: true, backedUp: true })
    })

    test.each([
      ['another challenge', made, { ...expected, challenge: new Uint8Array(32).fill(8) }, 'challenge'],
      [
        'another address',
        assertionOf(passkey, { challenge, origin: 'https://naru.example.evil', rpId }),
        expected,
        'origin',
      ],
      ['another port', assertionOf(passkey, { challenge, origin: `${origin}:8443`, rpId }), expected, 'origin'],
      ['another relying party', assertionOf(passkey, { challenge, origin, rpId: 'example' }), expected, 'rp'],
      ['nobody present', flagged(0x04), expected, 'user-present'],
      ['nobody verified', flagged(0x01), expected, 'user-verified'],
      ['backed up but not eligible', flagged(0x15), expected, 'backup-state'],
      ['a registration instead', say({ type: 'webauthn.create' }), expected, 'type'],
      ['asked inside a page of another site', say({ crossOrigin: true }), expected, 'cross-origin'],
      ['with the address of a framing page', say({ topOrigin: origin }), expected, 'cross-origin'],
      ['clientDataJSON written anew', say({ crossOrigin: false, more: 1 }), expected, 'signature'],
      ['clientDataJSON that is no JSON', { ...made, clientDataJSON: utf8('{') }, expected, 'client-data'],
      [
        'clientDataJSON that is no UTF-8',
        { ...made, clientDataJSON: Uint8Array.of(0x22, 0xff, 0x22) },
        expected,
        'client-data',
      ],
      [
        'authenticatorData cut short',
        { ...made, authenticatorData: made.authenticatorData.slice(0, 36) },
        expected,
        'form',
      ],
      [
        'bytes after authenticatorData',
        { ...made, authenticatorData: concat(made.authenticatorData, Uint8Array.of(0)) },
        expected,
        'form',
      ],
      [
        'a counter that was altered',
        { ...made, authenticatorData: made.authenticatorData.with(36, 6) },
        expected,
        'signature',
      ],
      [
        'an altered signature',
        { ...made, signature: made.signature.with(20, (made.signature[20] ?? 0) ^ 1) },
        expected,
        'signature',
      ],
      ['no signature', { ...made, signature: new Uint8Array(0) }, expected, 'signature'],
      [
        'another key',
        made,
        { ...expected, publicKey: publicKeyOf({ algorithm, secret: new Uint8Array(32).fill(8) }) },
        'signature',
      ],
      [
        'a key with a byte more',
        made,
        { ...expected, publicKey: concat(expected.publicKey, Uint8Array.of(0)) },
        'malformed',
      ],
      ['a key that is none', made, { ...expected, publicKey: Uint8Array.of(0xa0) }, 'malformed'],
    ] as const)('does not fit: %s', (_what, given, wanted, code) => {
      expect(codeOf(given, wanted)).toBe(code)
    })
  })

test('a point off the curve, a short RSA key, an algorithm that is not used, and lengths not in shortest form are no keys', () => {
  const key = publicKeyOf({ algorithm: -7, secret: new Uint8Array(32).fill(7) })
  const off = key.with(key.length - 1, (key.at(-1) ?? 0) ^ 1)
  const es384 = key.with(4, 0x38)
  const short = concat(hex('a401030339010020'), hex('5880'), new Uint8Array(128).fill(0xff), hex('2143010001'))
  const long = concat(hex('a5010203262001215900'), key.slice(9))
  const identity = concat(hex('a4010103272006215820'), new Uint8Array(32).with(0, 1))
  for (const wrong of [off, es384, short, long, new Uint8Array(0)]) expect(() => readCoseKey(wrong)).toThrow(Malformed)
  // The neutral point verifies nothing, whatever the signature: with it, everyone's signature would hold.
  const neutral = concat(new Uint8Array(32).with(0, 1), new Uint8Array(32))
  expect(readCoseKey(identity).holds(utf8('anything'), neutral)).toBe(false)
})

test('a counter grows, or is not kept; one that stays or goes back is a copy', () => {
  expect([counterFollows(0, 0), counterFollows(0, 1), counterFollows(4, 5)]).toEqual([true, true, true])
  expect([counterFollows(5, 5), counterFollows(5, 4), counterFollows(5, 0)]).toEqual([false, false, false])
})

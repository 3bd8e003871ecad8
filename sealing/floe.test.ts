// FLOE: known answers of other implementations, a computation of its own by Node's HMAC and AES, and what must be refused.
import { createCipheriv, createDecipheriv, createHmac, randomBytes } from 'node:crypto'
import fc from 'fast-check'
import { describe, expect, it, vi } from 'vitest'
import { concat, fromBase64, fromHex, toBase64, toHex, utf8 } from './bytes.ts'
import {
  attachmentLeaf,
  attachmentRoot,
  checkFileShape,
  encryptedLength,
  mostOfFile,
  openAttachment,
  sealAttachment,
  segmentsOf,
} from './attachment.ts'
import { attachmentKey, type HeaderFile } from './envelope.ts'
import { FLOE, FLOE_HEADER, floeOpener, type FloeParameters, floeSealer, plainSegment } from './floe.ts'
import { Malformed } from './malformed.ts'

vi.setConfig({ testTimeout: 120_000 })

const bytes = (length: number): Uint8Array => new Uint8Array(randomBytes(length))

/** All plaintext of a header and its segments in one byte string. */
async function decryptAll(
  key: Uint8Array,
  aad: Uint8Array,
  whole: Uint8Array,
  parameters: FloeParameters,
): Promise<Uint8Array> {
  const opener = floeOpener(key, aad, whole.slice(0, FLOE_HEADER), parameters)
  const parts: Uint8Array[] = []
  // Never without a last segment: a file cut behind its header is no empty file.
  for (let at = FLOE_HEADER, position = 0; position === 0 || at < whole.length; position += 1) {
    const final = at + parameters.segmentLength >= whole.length
    parts.push(await opener.decrypt({ position, final }, whole.slice(at, at + parameters.segmentLength)))
    at += parameters.segmentLength
  }
  return concat(...parts)
}

async function encryptAll(key: Uint8Array, aad: Uint8Array, data: Uint8Array, parameters: FloeParameters) {
  const sealer = floeSealer(key, aad, bytes(32), parameters)
  const step = plainSegment(parameters)
  const count = Math.max(1, Math.ceil(data.length / step))
  const segments = await Promise.all(
    Array.from({ length: count }, (_, position) =>
      sealer.encrypt(
        { position, final: position === count - 1 },
        data.slice(position * step, (position + 1) * step),
        bytes(12),
      ),
    ),
  )
  return { header: sealer.header, segments }
}

// Vectors with key of 32 zero bytes and aad "This is AAD", as the authors' own programs make them; taken from the tests of zig-floe.
const vectors: { name: string; parameters: FloeParameters; m: string; c: string }[] = [
  {
    name: 'segments of 64 bytes',
    parameters: { segmentLength: 64, rotationBits: 20 },
    m: 'b7f54726b914b689881ab315b032a633b452c1c59a43f430c1cc00a39d1a5eb4773dbc6b5f26255e0d3714694c9c9ffbfa8adb998aecbb0601a4cade83764b8b13ccaa',
    c: '00000000004000000020b57c157a4855bdb2500cf55af49648e0fea0bfbac93407bc6b4fca9c471b018f869339a3eccec33fe43c2e124caadbf083e53390f9b2f1cd5d612cd50f2592affffffffff10bc888c8e6f0c6308feb9143a161347a94ac632e2381acb5f2fca4b554bc0a2eb47bfea26edda9ec26298b797ebda8571cb28e1d9ccb59687c2e78ffffffff829f847d58257efdd08766aebb6ada17795c39605acbc683928f2e7e822916147be7af0aa19f1d7e32b3d9038ee437dc566cf8980df2b85e9037a19d000000236ddde6266ddd8519ccb76228f4929eca37ca5c2df92a1b2004d615f191ad7d',
  },
  {
    name: 'a new key every four segments of 40 bytes',
    parameters: { segmentLength: 40, rotationBits: 2 },
    m: 'baec5a3d05e96837d3672de18881ddf7454528cf2c8e604dc09e5e08c3233bba59f8c0359db60547ef988903e36bcc80dce0f693c04c757a664e030246b15bccf6309663d5264d22654b0f86616d6c4c6611fa',
    c: '00000000002800000020610a063caa02c2dc556e770a48209279c8e50c9ed036c75318c4d49ac3f56c42fca17e47d1c4ff0a3ffdb011c09edf1a23d939f8bd9fe75f3855136049c63cacfffffffffcef546df28fc7832bb0a54d1cd3d7441134dc55d2626273a66b6049d5f9b7513f5ee67dfffffffff63eecd7ca42bc1fbddc08ded336741aba7eb620787e940b510d3bedb88026de49a15e2affffffff480fe016d8a3d3ce5001cbae97a24a39afba66575728fce3d1bc764aae2e6725adfa7c8dffffffffa595b5f465389875ad0e2819f9d77302de4a9f21d5479f3d618b5f94c83d61ca173a56faffffffffc8a81a1686ee058082ce79da0b749fb598fcb94eff598f45935f3c7401ddc89d4d10a686ffffffffe8c16f5df03c2de4fbbf6148865af82f8fd0a997211d332671ba5bd5fe52192deb913210ffffffff8772fe21691f21c16316d39f1434c568aa5e7f907723079d18abc7e9badc7704031aa4acffffffff53617a2d9306fe824c7eebd6f4bd4f14ce53821b9cfd5bd18c26d72e528219a1f4f21df1ffffffff08aea31e3dbf99daf7641702522e66892d8e6ad4feb966285cdfe2cdbcb9408f27ccf0fdffffffff8233aa972c0ea26937e93d66be01ccd001ce5a418ab97feeac6660cbef42c9cb51e9247300000023c10574a601b813286915cb7cbe536c736be345830006e66e79ba4cde058e58',
  },
]

describe('the cipher', () => {
  it.each(vectors)('decrypts the known answer with $name (SEA-09)', async ({ parameters, m, c }) => {
    const opened = await decryptAll(new Uint8Array(32), utf8('This is AAD'), fromHex(c), parameters)
    expect(toHex(opened)).toBe(m)
  })

  it('makes what Node computes by hand from the text of the specification', async () => {
    const [key, aad, iv, segmentIv] = [bytes(32), bytes(32), bytes(32), bytes(12)]
    const data = bytes(plainSegment() + 5)
    const sealer = floeSealer(key, aad, iv)
    const first = await sealer.encrypt({ position: 0, final: false }, data.slice(0, plainSegment()), segmentIv)
    const last = await sealer.encrypt({ position: 1, final: true }, data.slice(plainSegment()), segmentIv)
    // PARAM_ENCODE: AES-256-GCM = 0, HKDF-EXPAND-SHA-384 = 0, 1,048,576 = 0x00100000, 32
    const params = Buffer.from('00000010000000000020', 'hex')
    const kdf = (from: Uint8Array, purpose: Buffer, length: number) =>
      createHmac('sha384', from)
        .update(Buffer.concat([params, iv, purpose, aad, Buffer.from([1])]))
        .digest()
        .subarray(0, length)
    const tag = kdf(key, Buffer.from('HEADER_TAG:'), 32)
    expect(toHex(sealer.header)).toBe(Buffer.concat([params, iv, tag]).toString('hex'))
    const message = kdf(key, Buffer.from('MESSAGE_KEY:'), 48)
    const dek = kdf(message, Buffer.concat([Buffer.from('DEK:'), Buffer.alloc(8)]), 32)
    const byHand = (position: number, final: number, part: Uint8Array, length: number) => {
      const cipher = createCipheriv('aes-256-gcm', dek, segmentIv)
      cipher.setAAD(Buffer.from([0, 0, 0, 0, 0, 0, 0, position, final]))
      const told = Buffer.alloc(4)
      told.writeUInt32BE(length)
      return Buffer.concat([told, segmentIv, cipher.update(part), cipher.final(), cipher.getAuthTag()])
    }
    expect(Buffer.from(first).equals(byHand(0, 0, data.slice(0, plainSegment()), 0xffffffff))).toBe(true)
    expect(Buffer.from(last).equals(byHand(1, 1, data.slice(plainSegment()), 37))).toBe(true)
    const decipher = createDecipheriv('aes-256-gcm', dek, last.slice(4, 16))
    decipher.setAAD(Buffer.from([0, 0, 0, 0, 0, 0, 0, 1, 1]))
    decipher.setAuthTag(last.slice(-16))
    expect(Buffer.concat([decipher.update(last.slice(16, -16)), decipher.final()]).equals(data.slice(-5))).toBe(true)
  })

  it('gives back every plaintext, and refuses one that is cut, reordered, swapped, lengthened or under another key or aad', async () => {
    const small: FloeParameters = { segmentLength: 48, rotationBits: 2 }
    await fc.assert(
      fc.asyncProperty(fc.uint8Array({ maxLength: 200 }), fc.nat(), fc.nat(7), async (data, at, how) => {
        const [key, aad] = [bytes(32), bytes(32)]
        const { header, segments } = await encryptAll(key, aad, data, small)
        const whole = concat(header, ...segments)
        expect(await decryptAll(key, aad, whole, small)).toEqual(data)
        const refused = (change: Uint8Array, k = key, a = aad) =>
          expect(decryptAll(k, a, change, small)).rejects.toThrow(Malformed)
        const place = at % whole.length
        if (how === 0) await refused(whole.map((byte, n) => (n === place ? byte ^ 1 : byte)))
        if (how === 1) await refused(whole.slice(0, Math.max(1, place)))
        if (how === 2) await refused(whole, bytes(32))
        if (how === 3) await refused(whole, key, bytes(32))
        if (how === 4) await refused(concat(whole, bytes(1 + (at % 60))))
        if (how === 5 && segments.length > 1) await refused(concat(header, ...segments.slice(0, -1)))
        if (how === 6 && segments.length > 2) await refused(concat(header, ...segments.toReversed()))
        if (how === 7 && segments.length > 1) {
          const other = await encryptAll(key, aad, data, small)
          await refused(concat(header, other.segments[0] as Uint8Array, ...segments.slice(1)))
        }
      }),
      { numRuns: 400 },
    )
  })

  it('refuses headers and segments of other sizes', async () => {
    const sealer = floeSealer(bytes(32), bytes(32), bytes(32))
    await expect(sealer.encrypt({ position: 0, final: false }, bytes(10), bytes(12))).rejects.toThrow(Malformed)
    await expect(sealer.encrypt({ position: 0, final: true }, bytes(plainSegment() + 1), bytes(12))).rejects.toThrow()
    await expect(sealer.encrypt({ position: 0, final: true }, bytes(1), bytes(11))).rejects.toThrow(Malformed)
    expect(() => floeOpener(bytes(32), bytes(32), bytes(73))).toThrow(Malformed)
    const other = floeSealer(bytes(32), bytes(32), bytes(32), { segmentLength: 64, rotationBits: 20 })
    expect(() => floeOpener(bytes(32), bytes(32), other.header)).toThrow('of other parameters')
  })
})

describe('attachments', () => {
  const [ctx, R] = [bytes(32), bytes(32)]
  const seal = async (
    data: Uint8Array,
    j = 0,
    leaves: Record<number, string> = {},
    kept = new Map<number, Uint8Array>(),
  ) => {
    const read: number[] = []
    const file = await sealAttachment({
      ...attachmentKey(ctx, R, j),
      source: {
        size: data.length,
        read: async (from, to) => {
          read.push(from)
          return data.slice(from, to)
        },
      },
      progress: { iv: toBase64(iv), leaves },
      random: bytes,
      store: async (s, segment, leaf) => {
        kept.set(s, segment)
        leaves[s] = toBase64(leaf)
      },
    })
    return { file, kept, leaves, read }
  }
  const iv = bytes(32)
  const open = async (file: HeaderFile, kept: Map<number, Uint8Array>, size: number, j = 0): Promise<Uint8Array> => {
    const parts: Uint8Array[] = []
    const read = async (s: number) => kept.get(s) ?? new Uint8Array(0)
    for await (const part of openAttachment({ ctx, R, j, file, size, read })) parts.push(part)
    return concat(...parts)
  }

  it.each([0, 1, plainSegment() - 1, plainSegment(), plainSegment() + 1, 3 * plainSegment() + 7])(
    'seals and opens %i bytes in the segments that its length demands',
    async (size) => {
      const data = bytes(size)
      const { file, kept } = await seal(data)
      checkFileShape(file)
      expect(file.segs).toBe(segmentsOf(size))
      expect(file.len).toBe(FLOE_HEADER + [...kept.values()].reduce((sum, each) => sum + each.length, 0))
      expect(file.len).toBe(encryptedLength(size))
      expect(Buffer.from(await open(file, kept, size)).equals(Buffer.from(data))).toBe(true)
    },
  )

  it('goes on after a break without encrypting again what is stored, and gives the same root', async () => {
    const data = bytes(3 * plainSegment() + 7)
    const whole = await seal(data)
    const { 2: second, 4: fourth } = whole.leaves
    const kept = new Map([...whole.kept].filter(([s]) => s === 2 || s === 4))
    const again = await seal(data, 0, { 2: second as string, 4: fourth as string }, kept)
    expect(again.read).toEqual([0, 2 * plainSegment()])
    expect(Buffer.from(await open(again.file, kept, data.length)).equals(Buffer.from(data))).toBe(true)
    expect(again.file.root).not.toBe(whole.file.root)
    expect(again.file.hdr).toBe(whole.file.hdr)
  })

  it('is refused at another place, with a swapped segment, or with another size in the core', async () => {
    const data = bytes(2 * plainSegment() + 3)
    const { file, kept } = await seal(data)
    await expect(open(file, kept, data.length, 1)).rejects.toThrow(Malformed)
    await expect(open(file, kept, data.length - 1)).rejects.toThrow('size')
    const swapped = new Map([...kept, [1, kept.get(2) as Uint8Array], [2, kept.get(1) as Uint8Array]])
    await expect(open(file, swapped, data.length)).rejects.toThrow(Malformed)
    // A segment encrypted anew decrypts, but is not the one that the root in the signed header names.
    const other = await seal(data)
    await expect(open(file, new Map([...kept, [1, other.kept.get(1) as Uint8Array]]), data.length)).rejects.toThrow(
      'not the segments of its root',
    )
  })

  it('has the tree of RFC 6962 over header and segments', async () => {
    // Three leaves: node(node(leaf 0, leaf 1), leaf 2); hashes by Node, prefix bytes as the RFC gives them.
    const { createHash } = await import('node:crypto')
    const h = (...parts: Uint8Array[]) => createHash('sha256').update(Buffer.concat(parts)).digest()
    const leaves = [bytes(74), bytes(500), bytes(40)]
    const [a, b, c] = leaves.map((each) => h(Buffer.from([0]), each)) as [Buffer, Buffer, Buffer]
    const byHand = h(Buffer.from([1]), h(Buffer.from([1]), a, b), c)
    expect(toHex(attachmentRoot(await Promise.all(leaves.map(attachmentLeaf))))).toBe(byHand.toString('hex'))
  })

  it('refuses entries whose lengths do not agree or that are over the limit', async () => {
    const { file } = await seal(bytes(100))
    // 1 GiB in segments of 1,048,544 plaintext bytes: 1,073,741,824 / 1,048,544 = 1,024.03.., so 1,025 segments
    expect(segmentsOf(mostOfFile)).toBe(1025)
    expect(encryptedLength(mostOfFile)).toBe(74 + 1_073_741_824 + 1025 * 32)
    expect(() => checkFileShape({ ...file, len: encryptedLength(mostOfFile), segs: 1025 })).not.toThrow()
    for (const wrong of [
      { segs: 2 },
      { segs: 0 },
      { len: 74 },
      { len: 74 + 31 },
      { len: 74 + FLOE.segmentLength + 5, segs: 2 },
      { len: encryptedLength(mostOfFile) + 1, segs: 1025 },
      { hdr: toBase64(fromBase64(file.hdr).fill(1, 0, 10)) },
    ])
      expect(() => checkFileShape({ ...file, ...wrong })).toThrow(Malformed)
  })
})

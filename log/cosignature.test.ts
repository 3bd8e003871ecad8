// Cosignatures: published keys and lines, the platform's signature over the message as written, and every way a line must be refused.
import { createPrivateKey, sign } from 'node:crypto'
import fc from 'fast-check'
import { describe, expect, it } from 'vitest'
import { parseNote, signCheckpoint, signerWith } from './checkpoint.ts'
import { cosign, cosignedMessage, cosignerKey, parseCosignerKey, readCosignatures } from './cosignature.ts'
import { BadForm, fromBase64, toBase64 } from './encoding.ts'

const log = signerWith('proc.example/log', new Uint8Array(32).fill(7))
const witness = signerWith('witness.example/w1', new Uint8Array(32).fill(8))
const note = signCheckpoint({ size: 5, root: Uint8Array.from({ length: 32 }, (_, n) => n) }, log)
const { text } = parseNote(note)

describe('the key line', () => {
  it('is that of a public witness (remora.n621.de, from the tests of transparency-dev/formats)', () => {
    const remora = 'remora.n621.de+da77ade7+BOvN63jn/bLvkieywe8R6UYAtVtNbZpXh34x7onlmtw2'
    const key = parseCosignerKey(remora)
    expect(key.name).toBe('remora.n621.de')
    expect(cosignerKey(key)).toBe(remora)
  })

  it('is not that of a key that signs notes', () => {
    expect(() => parseCosignerKey('sum.golang.org+033de0ae+Ac4zctda0e5eza+HJyk9SxEdh+s3Ux18htTTAD8OuAn8')).toThrow(
      BadForm,
    )
  })
})

describe('a cosignature', () => {
  it('signs a header, the time and the whole text, as the specification prints it', () => {
    const body = 'example.com/behind-the-sofa\n20852163\nCsUYapGGPo4dkMgIAUqom/Xajj7h2fB2MPA3j2jxq2I=\n'
    expect(new TextDecoder().decode(cosignedMessage(body, 1_679_315_147))).toBe(
      `cosignature/v1\ntime 1679315147\n${body}`,
    )
    expect(() => cosignedMessage(body, 1.5)).toThrow(BadForm)
    expect(() => cosignedMessage(body, -1)).toThrow(BadForm)
    expect(() => cosignedMessage(body.trim(), 1)).toThrow(BadForm)
  })

  it('carries its time in eight bytes before the signature (a line from the tests of transparency-dev/formats)', () => {
    const bytes = fromBase64(
      'ZGhGuQAAAABm/qTPeyKXD+R2rzyQsxPiP8mXum7qq/iF0u4vanlqJyocWODBt97w9uL+8qT7S5gxEHWWOworDcFiEBYJXORmnFBOBA==',
    )
    expect(new DataView(bytes.buffer).getBigUint64(4)).toBe(1_727_964_367n)
    expect(bytes.length).toBe(4 + 8 + 64)
    const line = cosign(text, witness, 1_727_964_367)
    const mine = fromBase64(line.trim().split(' ')[2] ?? '')
    expect(Buffer.from(mine.subarray(4, 12)).equals(Buffer.from(bytes.subarray(4, 12)))).toBe(true)
  })

  it('has the signature that the platform makes', () => {
    const pkcs8 = Buffer.concat([Buffer.from('302e020100300506032b657004220420', 'hex'), new Uint8Array(32).fill(8)])
    const key = createPrivateKey({ key: pkcs8, format: 'der', type: 'pkcs8' })
    const signature = sign(null, Buffer.from(`cosignature/v1\ntime 42\n${text}`), key)
    const bytes = fromBase64(cosign(text, witness, 42).trim().split(' ')[2] ?? '')
    expect(Buffer.from(bytes.subarray(12)).equals(signature)).toBe(true)
  })

  it('is read back with its time, whatever strangers add', () => {
    const stranger = signerWith(witness.name, new Uint8Array(32).fill(9))
    fc.assert(
      fc.property(fc.nat(4_000_000_000), (time) => {
        const whole = note + cosign(text, stranger, time + 1) + cosign(text, witness, time)
        expect(readCosignatures(whole, [witness])).toEqual([{ key: witness, time }])
      }),
      { numRuns: 20 },
    )
  })

  it('counts once: the first line of a key is the one', () => {
    const whole = note + cosign(text, witness, 10) + cosign(text, witness, 20)
    expect(readCosignatures(whole, [witness]).map((each) => each.time)).toEqual([10])
  })

  it('is refused when any byte is changed', () => {
    const line = cosign(text, witness, 1_700_000_000)
    const bytes = fromBase64(line.trim().split(' ')[2] ?? '')
    fc.assert(
      fc.property(fc.integer({ min: 4, max: bytes.length - 1 }), fc.integer({ min: 1, max: 255 }), (at, change) => {
        const changed = Uint8Array.from(bytes, (byte, n) => (n === at ? byte ^ change : byte))
        const whole = `${note}\u2014 ${witness.name} ${toBase64(changed)}\n`
        expect(() => readCosignatures(whole, [witness])).toThrow(BadForm)
      }),
      { numRuns: 40 },
    )
  })

  it('is refused over another text, in another length, or beyond all times', () => {
    const other = signCheckpoint({ size: 6, root: new Uint8Array(32) }, log)
    expect(() => readCosignatures(other + cosign(text, witness, 1), [witness])).toThrow('does not verify')
    const bytes = fromBase64(cosign(text, witness, 1).trim().split(' ')[2] ?? '')
    const whole = (raw: Uint8Array) => `${note}\u2014 ${witness.name} ${toBase64(raw)}\n`
    expect(() => readCosignatures(whole(bytes.slice(0, -1)), [witness])).toThrow('another length')
    const late = bytes.slice()
    late[4] = 0xff
    expect(() => readCosignatures(whole(late), [witness])).toThrow('beyond all times')
  })
})

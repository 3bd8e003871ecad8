// Checkpoints and notes: the published example note, and every way a note must be refused.
import { createPrivateKey, sign } from 'node:crypto'
import { describe, expect, it } from 'vitest'
import {
  checkpointText,
  keyId,
  openCheckpoint,
  openNote,
  parseCheckpointText,
  parseNote,
  parseVerifierKey,
  signatureLine,
  signCheckpoint,
  signerWith,
  signNote,
  verifierKey,
} from './checkpoint.ts'
import { BadForm } from './encoding.ts'

const signer = signerWith('proc.example/log', new Uint8Array(32).fill(7))
const other = signerWith('witness.example', new Uint8Array(32).fill(8))
const root = Uint8Array.from({ length: 32 }, (_, n) => n)
const note = signCheckpoint({ size: 5, root }, signer)

describe('the key line', () => {
  it('is that of the Go checksum database, a known verifier key', () => {
    const sumdb = 'sum.golang.org+033de0ae+Ac4zctda0e5eza+HJyk9SxEdh+s3Ux18htTTAD8OuAn8'
    const key = parseVerifierKey(sumdb)
    expect(key.name).toBe('sum.golang.org')
    expect(Buffer.from(keyId(key)).toString('hex')).toBe('033de0ae')
    expect(verifierKey(key)).toBe(sumdb)
  })

  it('is refused with another id, type or name', () => {
    const line = verifierKey(signer)
    for (const bad of [
      line.replace(/\+[0-9a-f]{8}\+/, '+00000000+'),
      line.replace('proc', 'prok'),
      line.slice(0, -4),
      'x',
      `${line}A`,
    ]) {
      expect(() => parseVerifierKey(bad)).toThrow(BadForm)
    }
    for (const name of ['', 'a b', 'a+b', 'a\u00a0b', 'a\nb']) expect(() => keyId({ ...signer, name })).toThrow(BadForm)
  })
})

describe('checkpoint', () => {
  it('is origin, size and root on three lines', () => {
    expect(checkpointText({ origin: 'proc.example/log', size: 5, root })).toBe(
      'proc.example/log\n5\nAAECAwQFBgcICQoLDA0ODxAREhMUFRYXGBkaGxwdHh8=\n',
    )
    expect(openCheckpoint(note, signer)).toEqual({ origin: 'proc.example/log', size: 5, root, extensions: [] })
  })

  it('has the same signature from the platform', () => {
    const pkcs8 = Buffer.concat([Buffer.from('302e020100300506032b657004220420', 'hex'), new Uint8Array(32).fill(7)])
    const key = createPrivateKey({ key: pkcs8, format: 'der', type: 'pkcs8' })
    const text = checkpointText({ origin: signer.name, size: 5, root })
    expect(`${text}\n${signatureLine(signer, sign(null, Buffer.from(text), key))}`).toBe(note)
  })

  it.each([
    '',
    'a\n1\n',
    'a\n01\nAA==\n',
    '\n1\nAAECAwQFBgcICQoLDA0ODxAREhMUFRYXGBkaGxwdHh8=\n',
    'a\n-1\nAAECAwQFBgcICQoLDA0ODxAREhMUFRYXGBkaGxwdHh8=\n',
    'a\n1\nAAEC\n',
    'a\n1\nAAECAwQFBgcICQoLDA0ODxAREhMUFRYXGBkaGxwdHh8=',
    'a\n1\nAAECAwQFBgcICQoLDA0ODxAREhMUFRYXGBkaGxwdHh8=\n\n',
  ])('refuses the text %j', (text) => {
    expect(() => parseCheckpointText(text)).toThrow(BadForm)
  })

  it('keeps extension lines and refuses impossible contents', () => {
    expect(parseCheckpointText('a\n0\nAAECAwQFBgcICQoLDA0ODxAREhMUFRYXGBkaGxwdHh8=\nmore\n').extensions).toEqual([
      'more',
    ])
    expect(() => checkpointText({ origin: 'a\nb', size: 1, root })).toThrow(BadForm)
    expect(() => checkpointText({ origin: 'a', size: -1, root })).toThrow(BadForm)
    expect(() => checkpointText({ origin: 'a', size: 1, root: root.slice(1) })).toThrow(BadForm)
  })
})

describe('note', () => {
  it('may carry signatures of strangers, even of a known name with another key', () => {
    const text = checkpointText({ origin: signer.name, size: 5, root })
    const both = signNote(text, [other, signer])
    expect(openNote(both, [signer]).signedBy).toEqual([signer.name])
    expect(openNote(both, [other, signer]).signedBy).toEqual([other.name, signer.name])
    const namesake = signerWith(signer.name, new Uint8Array(32).fill(9))
    expect(openNote(signNote(text, [namesake, signer]), [signer]).signedBy).toEqual([signer.name])
    expect(parseNote(both).signatures.map(({ name }) => name)).toEqual([other.name, signer.name])
  })

  it('is refused if changed, unsigned, or signed wrongly by a known key', () => {
    expect(() => openCheckpoint(note.replace('\n5\n', '\n6\n'), signer)).toThrow('does not verify')
    expect(() => openCheckpoint(note, other)).toThrow('no signature')
    const text = checkpointText({ origin: signer.name, size: 5, root })
    const wrong = signatureLine(other, new Uint8Array(64))
    expect(() => openNote(`${note}${wrong}`, [signer, other])).toThrow('does not verify')
    expect(openNote(`${note}${wrong}`, [signer]).text).toBe(text)
    // A checkpoint of another origin, though signed by the log's key.
    const foreign = signNote(checkpointText({ origin: 'other.example/log', size: 5, root }), [signer])
    expect(() => openCheckpoint(foreign, signer)).toThrow('another log')
  })

  it.each([
    ['no signatures', 'a\n\n'],
    ['no empty line', 'a\n\u2014 a AAAAAAAA\n'],
    ['a hyphen', 'a\n\n- a AAAAAAAA\n'],
    ['no newline at the end', 'a\n\n\u2014 a AAAAAAAA'],
    ['a short signature', 'a\n\n\u2014 a AAAA\n'],
    ['broken base64', 'a\n\n\u2014 a AAAAAAA\n'],
    ['a name with a plus', 'a\n\n\u2014 a+b AAAAAAAA\n'],
    ['a carriage return', 'a\r\n\n\u2014 a AAAAAAAA\n'],
  ])('is refused with %s', (_, text) => {
    expect(() => parseNote(text)).toThrow(BadForm)
  })
})

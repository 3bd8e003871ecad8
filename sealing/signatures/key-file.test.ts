// Key files: what we write and what OpenSSL writes opens to a key that signs and cannot be taken out; everything else is refused by its name.
import { execFileSync } from 'node:child_process'
import { createPrivateKey, generateKeyPairSync, type KeyObject } from 'node:crypto'
import { mkdtempSync, readFileSync, rmSync, writeFileSync } from 'node:fs'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { afterAll, beforeAll, describe, expect, test } from 'vitest'
import { checkCadesForm, signCades } from './cades.ts'
import { KeyFileRefused, openKeyFile } from './key-file.ts'
import { makeKeyFile } from './make-key-file.ts'
import { type Rehearsed, rehearsedBelow, rehearsedDays, rehearsedKey, rehearsedRoot } from './rehearsal-issuer.ts'

const content = new TextEncoder().encode('{"v":1}')
const passphrase = 'Ключ 봉인 7'
let root: Rehearsed
let certificate: Uint8Array
let pkcs8: Uint8Array

const faultOf = (opening: Promise<unknown>): Promise<string> =>
  opening.then(
    () => 'opened',
    (error: unknown) => (error instanceof KeyFileRefused ? error.fault : String(error)),
  )
const der = (key: KeyObject): Uint8Array => new Uint8Array(key.export({ format: 'der', type: 'pkcs8' }))
/** A certificate for any public key, by the rehearsed root. */
const certify = async (publicKey: KeyObject): Promise<Uint8Array> => {
  const spki = new Uint8Array(publicKey.export({ format: 'der', type: 'spki' }))
  return (await rehearsedBelow(root, 'a key file', {}, { ...rehearsedKey('a key file'), spki })).certificate
}

beforeAll(async () => {
  root = await rehearsedRoot('root of key files')
  const pair = generateKeyPairSync('ec', { namedCurve: 'P-256' })
  certificate = await certify(pair.publicKey)
  pkcs8 = der(pair.privateKey)
})

test('a file opens with its passphrase to a key that signs by our profile and that nobody can read', async () => {
  const file = await makeKeyFile({ pkcs8, certificates: [certificate, root.certificate], passphrase })
  const opened = await openKeyFile(file, passphrase)
  expect(opened.certificate.der).toEqual(certificate)
  expect(opened.chain).toEqual([root.certificate])
  const signed = await signCades(opened.signer, content, rehearsedDays.from + 1000, opened.chain)
  expect(checkCadesForm(signed, content).signer.der).toEqual(certificate)
  expect(() => checkCadesForm(signed, new TextEncoder().encode('{"v":2}'))).toThrow()
})

test('the key is held by the platform as one that cannot be exported', async () => {
  const file = await makeKeyFile({ pkcs8, certificates: [certificate], passphrase })
  const imported: { extractable: boolean; usages: readonly string[] }[] = []
  const honest = crypto.subtle.importKey.bind(crypto.subtle)
  crypto.subtle.importKey = (async (...words: Parameters<typeof honest>) => {
    if (String(words[0]) === 'pkcs8') imported.push({ extractable: words[3], usages: words[4] as string[] })
    return honest(...words)
  }) as typeof crypto.subtle.importKey
  try {
    await openKeyFile(file, passphrase)
  } finally {
    crypto.subtle.importKey = honest
  }
  expect(imported).toEqual([{ extractable: false, usages: ['sign'] }])
})

test('a wrong passphrase, none, another file, a cut file and a file without the certificate are told apart', async () => {
  const file = await makeKeyFile({ pkcs8, certificates: [certificate], passphrase })
  expect(await faultOf(openKeyFile(file, 'another'))).toBe('passphrase')
  expect(await faultOf(openKeyFile(file, ''))).toBe('passphrase')
  expect(await faultOf(openKeyFile(content, passphrase))).toBe('form')
  expect(await faultOf(openKeyFile(file.subarray(0, file.length - 40), passphrase))).toBe('form')
  expect(await faultOf(openKeyFile(new Uint8Array(2 * 1024 * 1024), passphrase))).toBe('form')
  const foreign = await makeKeyFile({ pkcs8, certificates: [root.certificate], passphrase })
  expect(await faultOf(openKeyFile(foreign, passphrase))).toBe('no-certificate')
  const ed25519 = generateKeyPairSync('ed25519')
  const odd = await makeKeyFile({ pkcs8: der(ed25519.privateKey), certificates: [certificate], passphrase })
  expect(await faultOf(openKeyFile(odd, passphrase))).toBe('key-kind')
})

const there = (() => {
  try {
    return execFileSync('openssl', ['version']).toString().startsWith('OpenSSL')
  } catch {
    console.warn('openssl is not installed: key files are not compared with it')
    return false
  }
})()

describe.skipIf(!there)('OpenSSL', () => {
  const folder = mkdtempSync(join(tmpdir(), 'naru-p12-'))
  afterAll(() => rmSync(folder, { recursive: true, force: true }))
  const run = (...words: string[]) => execFileSync('openssl', words, { cwd: folder, stdio: 'pipe' }).toString()
  const put = (name: string, bytes: Uint8Array | string) => writeFileSync(join(folder, name), bytes)
  const pem = (name: string, bytes: Uint8Array) =>
    `-----BEGIN ${name}-----\n${Buffer.from(bytes)
      .toString('base64')
      .replace(/(.{64})/g, '$1\n')}\n-----END ${name}-----\n`
  const exported = (key: Uint8Array, cert: Uint8Array, ...more: string[]): Uint8Array => {
    put(
      'key.pem',
      createPrivateKey({ key: Buffer.from(key), format: 'der', type: 'pkcs8' })
        .export({ format: 'pem', type: 'pkcs8' })
        .toString(),
    )
    put('cert.pem', pem('CERTIFICATE', cert))
    put('chain.pem', pem('CERTIFICATE', root.certificate))
    run(
      'pkcs12',
      '-export',
      '-inkey',
      'key.pem',
      '-in',
      'cert.pem',
      '-certfile',
      'chain.pem',
      '-out',
      'o.p12',
      '-passout',
      'pass:secret',
      ...more,
    )
    return new Uint8Array(readFileSync(join(folder, 'o.p12')))
  }

  test('what OpenSSL writes opens here: P-256, P-384 and RSA, with and without a check value', async () => {
    const kinds = [
      generateKeyPairSync('ec', { namedCurve: 'P-256' }),
      generateKeyPairSync('ec', { namedCurve: 'P-384' }),
      generateKeyPairSync('rsa', { modulusLength: 2048 }),
    ]
    for (const { privateKey, publicKey } of kinds) {
      const cert = await certify(publicKey)
      for (const more of [[], ['-nomac'], ['-macalg', 'SHA512']]) {
        const opened = await openKeyFile(exported(der(privateKey), cert, ...more), 'secret')
        expect(opened.certificate.der).toEqual(cert)
        const signed = await signCades(opened.signer, content, rehearsedDays.from + 1000, opened.chain)
        checkCadesForm(signed, content)
      }
    }
    expect(await faultOf(openKeyFile(exported(pkcs8, certificate, '-nomac'), 'wrong'))).toBe('passphrase')
  })

  test('the older encryption of the format is named as such', async () => {
    for (const more of [
      ['-legacy'],
      ['-keypbe', 'PBE-SHA1-3DES', '-certpbe', 'AES-256-CBC'],
      ['-keypbe', 'AES-256-CBC', '-certpbe', 'PBE-SHA1-3DES'],
    ])
      expect(await faultOf(openKeyFile(exported(pkcs8, certificate, ...more), 'secret'))).toBe('encryption')
  })

  test('OpenSSL opens what we write, and not with another passphrase', async () => {
    put('n.p12', await makeKeyFile({ pkcs8, certificates: [certificate, root.certificate], passphrase: 'secret' }))
    const told = run('pkcs12', '-in', 'n.p12', '-passin', 'pass:secret', '-nodes', '-info')
    expect(told.match(/BEGIN CERTIFICATE/g)?.length).toBe(2)
    expect(told).toContain('BEGIN PRIVATE KEY')
    expect(() => run('pkcs12', '-in', 'n.p12', '-passin', 'pass:other', '-nodes')).toThrow()
  })
})

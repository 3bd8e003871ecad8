// CAdES: what we make and what OpenSSL makes, and every way in which a signature must be refused (protocol §6.2, all six points).
import { execFileSync } from 'node:child_process'
import { mkdtempSync, readFileSync, rmSync, writeFileSync } from 'node:fs'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { afterAll, beforeAll, describe, expect, it } from 'vitest'
import { concat, fromHex } from '../bytes.ts'
import { Malformed } from '../malformed.ts'
import { digestIdentifier, digestOf } from './algorithms.ts'
import {
  checkCades,
  type SecondOpinion,
  signatureValueOf,
  signCades,
  subjectOf,
  type Trust,
  trustOf,
  withEvidence,
  withTimestamp,
} from './cades.ts'
import { extendedUses, readCertificate, Untrusted } from './certificate.ts'
import { inside, octets, oid, readDer, sequence, setOf, tagged, tags } from './der.ts'
import {
  attributeTypes,
  certificateId,
  type CertificateWish,
  issueCrl,
  issueOcsp,
  issueToken,
  nameOf,
  type OcspStatus,
} from './issue.ts'
import { type Rehearsed, rehearsedBelow, rehearsedDays, rehearsedKey, rehearsedRoot } from './rehearsal-issuer.ts'
import type { RevocationEvidence } from './revocation.ts'
import { secondOpinion } from './second-opinion.ts'
import { attribute, signContent } from './signed-content.ts'
import { trustList, trustRoot, usualAlgorithms } from './trust-list.ts'

const content = new TextEncoder().encode('{"action":"submit"}')
const at = Date.UTC(2026, 10, 22, 9, 0, 0)
const day = 86_400_000
const caWish: Partial<CertificateWish> = { authority: { pathLength: 0 }, uses: ['keyCertSign', 'cRLSign'] }
const subject = nameOf(
  [attributeTypes.country, 'KG'],
  [attributeTypes.organisationIdentifier, 'org-1'],
  [attributeTypes.serialNumber, 'person-1'],
  [attributeTypes.commonName, 'Айгүл Бидчи'],
)

const root = await rehearsedRoot('signing root')
const issuing = await rehearsedBelow(root, 'issuing authority', caWish)
const person = await rehearsedBelow(issuing, 'person', { subject })
const timeRoot = await rehearsedRoot('stamp root')
const stampUse: Partial<CertificateWish> = { extended: [extendedUses.timeStamping], extendedCritical: true }
const unit = await rehearsedBelow(timeRoot, 'stamp unit', stampUse)

const parts = {
  version: 1,
  promiseKeys: [],
  policy: '',
  clientReleases: [],
  timestampAuthorities: [{ name: 'Time', url: 'https://time.example', policies: ['2.999.1'] }],
}
const list = trustList({
  ...parts,
  roots: [trustRoot('Time', timeRoot.certificate, ['tsa']), trustRoot('Signing', root.certificate, ['sign'])],
})
const trust = trustOf(list)

const crl = (by: Rehearsed, revoked: readonly { of: Rehearsed; at: number }[] = [], from = at - day, next = at + day) =>
  issueCrl(
    {
      issuer: by.name,
      number: 1,
      from,
      next,
      revoked: revoked.map((each) => ({
        serialDer: readCertificate(each.of.certificate).serialDer,
        at: each.at,
        reason: 1,
      })),
    },
    by.key,
  )
const rootCrl = await crl(root)
const good: RevocationEvidence = { crls: [rootCrl, await crl(issuing)], ocsp: [] }

const signerOf = (by: Rehearsed) => ({ certificate: by.certificate, algorithm: by.key.algorithm, sign: by.key.sign })
const sign = (by: Rehearsed, what = content, chain: readonly Uint8Array[] = [issuing.certificate]) =>
  signCades(signerOf(by), what, at, chain)
const stamp = (over: Uint8Array, genTime = at + 1000, by: Rehearsed = unit) =>
  issueToken(
    {
      policy: '2.999.1',
      imprint: sequence(digestIdentifier('sha256'), octets(digestOf('sha256', over))),
      serial: Uint8Array.of(9),
      genTime,
      accuracyMs: 1000,
    },
    signerOf(by),
    [],
  )
const check = (
  der: Uint8Array,
  more: {
    content?: Uint8Array
    revocation?: RevocationEvidence
    trust?: Trust
    at?: number
    demandTimestamp?: boolean
    secondOpinion?: SecondOpinion
  } = {},
) => checkCades({ der, content, trust, at, revocation: good, ...more })
const codeOf = async (it: Promise<unknown>): Promise<string> =>
  it.then(
    () => 'accepted',
    (error: unknown) => {
      if (error instanceof Untrusted) return error.code
      if (error instanceof Malformed) return `malformed ${error.reason}`
      throw error
    },
  )

describe('a signature of our own', () => {
  it('is accepted, also by pkijs, and names person and organisation', async () => {
    const der = await sign(person)
    const told = await check(der, { secondOpinion })
    expect(told.subject).toEqual({ person: 'person-1', organisation: 'org-1', name: 'Айгүл Бидчи' })
    expect(told).toMatchObject({ root: 'Signing', at, genTime: null })
    expect(told.path.length).toBe(3)
    expect(told.evidence.length).toBe(2)
  })

  it('raised to B-T holds at genTime and keeps what was signed', async () => {
    const der = await sign(person)
    const raised = withTimestamp(der, await stamp(signatureValueOf(der)))
    expect(signatureValueOf(raised)).toEqual(signatureValueOf(der))
    const told = await check(raised, { demandTimestamp: true, secondOpinion, at: 0 })
    expect(told.genTime).toBe(at + 1000)
    expect(told.timestamp?.authority).toBe('Time')
    expect(() => withTimestamp(raised, new Uint8Array(0))).toThrow(Malformed)
  })

  it('with P-384 is accepted', async () => {
    const strong = await rehearsedBelow(issuing, 'strong', { subject }, rehearsedKey('strong', 'p384'))
    expect(await codeOf(check(await sign(strong), { secondOpinion }))).toBe('accepted')
  })
})

describe('point 1: content', () => {
  it('that is attached is refused, even the right one', async () => {
    const attached = await signContent(
      signerOf(person),
      { contentType: '1.2.840.113549.1.7.1', content, signingTime: at },
      { embed: true, chain: [issuing.certificate] },
    )
    expect(await codeOf(check(attached))).toBe('malformed carries a content of its own')
  })
  it('REG-04: of another document is refused', async () => {
    expect(await codeOf(check(await sign(person), { content: concat(content, Uint8Array.of(32)) }))).toBe(
      'message-digest',
    )
    expect(await codeOf(check(await sign(person, new Uint8Array(0))))).toBe('message-digest')
  })
})

describe('point 2: revocation', () => {
  const none = { crls: [], ocsp: [] }
  it('without any evidence, or with that of one link only, is refused', async () => {
    const der = await sign(person)
    expect(await codeOf(check(der, { revocation: none }))).toBe('revocation-unknown')
    expect(await codeOf(check(der, { revocation: { crls: [rootCrl], ocsp: [] } }))).toBe('revocation-unknown')
    const stale = await crl(issuing, [], at - 2 * day, at - 1000)
    expect(await codeOf(check(der, { revocation: { crls: [rootCrl, stale], ocsp: [] } }))).toBe('revocation-unknown')
    const forged = await crl({ ...issuing, key: rehearsedKey('forger') })
    expect(await codeOf(check(der, { revocation: { crls: [rootCrl, forged], ocsp: [] } }))).toBe('revocation-unknown')
  })
  it('by a list: before the moment refused, after it accepted', async () => {
    const der = await sign(person)
    const of = async (when: number) => ({
      crls: [rootCrl, await crl(issuing, [{ of: person, at: when }], at - day, at + 2 * day)],
      ocsp: [],
    })
    expect(await codeOf(check(der, { revocation: await of(at - 1000) }))).toBe('revoked')
    expect(await codeOf(check(der, { revocation: await of(at) }))).toBe('revoked')
    expect(await codeOf(check(der, { revocation: await of(at + 1000) }))).toBe('accepted')
    expect(
      await codeOf(
        check(der, {
          revocation: { crls: [await crl(root, [{ of: issuing, at: at - 1 }]), await crl(issuing)], ocsp: [] },
        }),
      ),
    ).toBe('revoked')
    const raised = withTimestamp(der, await stamp(signatureValueOf(der), at - 5000))
    expect(await codeOf(check(raised, { revocation: await of(at - 1000) }))).toBe('accepted')
  })
  it('by OCSP: of the issuer or of a responder that it named, not of another', async () => {
    const der = await sign(person)
    const issuer = readCertificate(issuing.certificate)
    const answer = (status: OcspStatus, by: Rehearsed, digest: 'sha256' = 'sha256') =>
      issueOcsp(
        {
          id: certificateId(readCertificate(person.certificate), issuer, digest),
          status,
          at: at - 1000,
          next: at + day,
          responder: readCertificate(by.certificate),
        },
        by.key,
      )
    const named = await rehearsedBelow(issuing, 'responder', {
      uses: ['digitalSignature'],
      extended: [extendedUses.ocspSigning],
      noCheck: true,
    })
    const unnamed = await rehearsedBelow(issuing, 'no responder')
    const foreign = await rehearsedBelow(root, 'foreign responder', { extended: [extendedUses.ocspSigning] })
    const of = async (made: Promise<Uint8Array>) =>
      codeOf(check(der, { revocation: { crls: [rootCrl], ocsp: [await made] } }))
    expect(await of(answer('good', issuing))).toBe('accepted')
    expect(await of(answer('good', named))).toBe('accepted')
    expect(await of(answer('good', unnamed))).toBe('revocation-unknown')
    expect(await of(answer('good', foreign))).toBe('revocation-unknown')
    expect(await of(answer('unknown', named))).toBe('revocation-unknown')
    expect(await of(answer({ at: at - 5000, reason: 1 }, named))).toBe('revoked')
    expect(await of(answer({ at: at + 5000, reason: 1 }, named))).toBe('accepted')
  })
  it('REG-04: may be embedded (B-LT): then the signature is checked from itself alone', async () => {
    const der = await sign(person, content, [])
    const raised = withTimestamp(der, await stamp(signatureValueOf(der)))
    const whole = withEvidence(raised, [issuing.certificate, person.certificate], [...good.crls, rootCrl])
    expect(await codeOf(check(whole, { revocation: none, demandTimestamp: true, secondOpinion }))).toBe('accepted')
  })
})

describe('point 3: signing-certificate-v2', () => {
  it('absent, of another certificate, or of another serial is refused', async () => {
    const other = await rehearsedBelow(issuing, 'other person', { subject }, person.key)
    const swapped = await signWith(person, other)
    expect(await codeOf(check(swapped))).toBe('signing-certificate')
    expect(await codeOf(check(await withAttributes(person, (all) => all.filter((_, n) => n !== 3))))).toBe(
      'signing-certificate',
    )
  })
})

describe('point 4: key usage and identity', () => {
  it.each<[string, Partial<CertificateWish>]>([
    ['key-usage', { uses: ['digitalSignature'] }],
    ['key-usage', { uses: ['keyCertSign'] }],
    ['extended-key-usage', { extended: [extendedUses.timeStamping] }],
    ['extended-key-usage', { extended: [extendedUses.ocspSigning] }],
    ['extension', { more: [fromHex('300b060288370101ff04020500')] }],
    ['extension', { more: [fromHex('300b0603551d1e04043002a000')] }],
  ])('a certificate not for declarations of will is refused: %s', async (code, wish) => {
    expect(
      await codeOf(check(await sign(await rehearsedBelow(issuing, `unfit ${code} ${JSON.stringify(wish)}`, wish)))),
    ).toBe(code)
  })
  it('a name with two ids names nobody', async () => {
    const twice = nameOf([attributeTypes.serialNumber, 'person-1'], [attributeTypes.serialNumber, 'person-2'])
    expect(
      subjectOf(readCertificate((await rehearsedBelow(issuing, 'twice', { subject: twice })).certificate)).person,
    ).toBeNull()
  })
})

describe('point 5: the time-stamp', () => {
  it('over another signature value, of a stranger, or absent where it is demanded is refused', async () => {
    const der = await sign(person)
    const value = signatureValueOf(der)
    expect(await codeOf(check(withTimestamp(der, await stamp(content))))).toBe('imprint')
    expect(await codeOf(check(withTimestamp(der, await stamp(value, at, person))))).toBe('extended-key-usage')
    const stranger = await rehearsedBelow(await rehearsedRoot('stranger'), 'strange unit', stampUse)
    expect(await codeOf(check(withTimestamp(der, await stamp(value, at, stranger))))).toBe('path')
    const signRootUnit = await rehearsedBelow(root, 'unit of the signing root', stampUse)
    expect(await codeOf(check(withTimestamp(der, await stamp(value, at, signRootUnit))))).toBe('path')
    expect(await codeOf(check(der, { demandTimestamp: true }))).toBe('timestamp')
  })
})

describe('point 6: the moment', () => {
  it('is genTime: an expired certificate that was stamped in its days is accepted, without a stamp it is not', async () => {
    const short = await rehearsedBelow(issuing, 'short', { subject, until: at + 10_000 })
    const der = await sign(short)
    const later = at + 30 * day
    expect(await codeOf(check(der, { at: later }))).toBe('validity')
    const evidence = { crls: [await crl(root, [], at, later + day), await crl(issuing, [], at, later + day)], ocsp: [] }
    const raised = withTimestamp(der, await stamp(signatureValueOf(der)))
    expect(await codeOf(check(raised, { at: later, revocation: evidence, secondOpinion }))).toBe('accepted')
    const late = withTimestamp(der, await stamp(signatureValueOf(der), at + 20_000))
    expect(await codeOf(check(late, { at, revocation: evidence }))).toBe('validity')
    expect(await codeOf(check(der, { at: rehearsedDays.from - 1 }))).toBe('validity')
  })
})

describe('trust', () => {
  it('ends with the root, its days, its use and its algorithms', async () => {
    const of = (use: ('sign' | 'tsa')[], more = {}) =>
      trustOf(trustList({ ...parts, timestampAuthorities: [], roots: [trustRoot('S', root.certificate, use, more)] }))
    const der = await sign(person)
    expect(await codeOf(check(der, { trust: of(['sign', 'tsa']) }))).toBe('accepted')
    expect(await codeOf(check(der, { trust: of(['tsa']) }))).toBe('path')
    expect(await codeOf(check(der, { trust: of(['sign'], { until: at - 1 }) }))).toBe('path')
    expect(await codeOf(check(der, { trust: of(['sign'], { algorithms: usualAlgorithms.slice(1) }) }))).toBe(
      'algorithm',
    )
    expect(await codeOf(check(await sign(person, content, [])))).toBe('path')
  })
})

describe('form', () => {
  it('two signers, no certificate, unknown attributes, bytes that are no DER', async () => {
    const der = await sign(person)
    expect(await codeOf(check(concat(der, Uint8Array.of(0))))).toBe('malformed bytes after the end')
    expect(await codeOf(check(twoSigners(der)))).toBe('malformed not exactly one')
    const policy = attribute('1.2.840.113549.1.9.16.2.15', sequence())
    expect(await codeOf(check(await withAttributes(person, (all) => [...all, policy])))).toMatch(/^malformed attribute/)
    const stray = withTimestamp(der, sequence())
    expect(await codeOf(check(stray))).toMatch(/^malformed/)
    expect(await codeOf(check(indefinite(der)))).toMatch(/^malformed an indefinite/)
    expect(await codeOf(check(new Uint8Array(70_000)))).toMatch(/^malformed longer/)
  })

  it('with any bit turned is refused', async () => {
    const whole = await sign(person)
    let seen = 0
    for (let n = 0; n < whole.length; n += 3) {
      const turned = Uint8Array.from(whole)
      turned[n] = (turned[n] ?? 0) ^ (1 << (n % 8))
      // A bit in an issuing certificate's serial or the like breaks its signature; one in the digest's NULL the form.
      if ((await codeOf(check(turned))) !== 'accepted') seen += 1
      else throw new Error(`octet ${n} may be turned`)
    }
    expect(seen).toBeGreaterThan(300)
  }, 60_000)
})

/** Signs with the key of one but puts the certificate of the other beside it. */
async function signWith(by: Rehearsed, shown: Rehearsed): Promise<Uint8Array> {
  const der = await sign(by, content, [issuing.certificate, shown.certificate])
  const theirs = readCertificate(shown.certificate).serialDer
  return replaceSigner(der, (info) => {
    const [version, sid, ...rest] = inside(info, 'info')
    const [issuer] = inside(sid, 'sid')
    return sequence(version?.bytes ?? der, sequence(issuer?.bytes ?? der, theirs), ...rest.map((each) => each.bytes))
  })
}

/** Signs other attributes than the profile's: `change` gets them in the order content-type, digest, time, certificate. */
async function withAttributes(by: Rehearsed, change: (all: Uint8Array[]) => Uint8Array[]): Promise<Uint8Array> {
  const der = await sign(by)
  let made = der
  const order = ['1.2.840.113549.1.9.3', '1.2.840.113549.1.9.4', '1.2.840.113549.1.9.5', '1.2.840.113549.1.9.16.2.47']
  const oids = order.map((each) => Buffer.from(oid(each)).toString('hex'))
  const [info] = signersOf(der)
  const attributes = inside(inside(info, 'info')[3], 'attributes', 0xa0).map((each) => each.bytes)
  const sorted = oids.map((hex) => attributes.find((each) => Buffer.from(each).toString('hex').includes(hex)) ?? der)
  const set = setOf(...change(sorted))
  const signature = await by.key.sign(set)
  made = replaceSigner(der, (one) => {
    const all = inside(one, 'info').map((each) => each.bytes)
    return sequence(...all.slice(0, 3), concat(Uint8Array.of(0xa0), set.subarray(1)), all[4] ?? der, octets(signature))
  })
  return made
}

const signersOf = (der: Uint8Array) => {
  const [, wrapped] = inside(readDer(der, 'it'), 'it')
  return inside(inside(inside(wrapped, 'it', 0xa0)[0], 'it').at(-1), 'it', tags.set)
}

function replaceSigner(der: Uint8Array, change: (info: ReturnType<typeof readDer>) => Uint8Array): Uint8Array {
  const [type, wrapped] = inside(readDer(der, 'it'), 'it')
  const all = inside(inside(wrapped, 'it', 0xa0)[0], 'it')
  const [info] = inside(all.at(-1), 'it', tags.set)
  const made = info ? change(info) : der
  return sequence(type?.bytes ?? der, tagged(0, sequence(...all.slice(0, -1).map((each) => each.bytes), setOf(made))))
}

function twoSigners(der: Uint8Array): Uint8Array {
  const [type, wrapped] = inside(readDer(der, 'it'), 'it')
  const all = inside(inside(wrapped, 'it', 0xa0)[0], 'it')
  const [info] = inside(all.at(-1), 'it', tags.set)
  const twice = setOf(info?.bytes ?? der, info?.bytes ?? der)
  return sequence(type?.bytes ?? der, tagged(0, sequence(...all.slice(0, -1).map((each) => each.bytes), twice)))
}

/** The outermost length made indefinite, as BER allows. */
function indefinite(der: Uint8Array): Uint8Array {
  const { value } = readDer(der, 'it')
  return concat(Uint8Array.of(0x30, 0x80), value, Uint8Array.of(0, 0))
}

const openssl = (folder: string, ...words: string[]) =>
  execFileSync('openssl', words, { cwd: folder, stdio: 'pipe' }).toString()
const opensslThere = (() => {
  try {
    return openssl('.', 'version').startsWith('OpenSSL')
  } catch {
    console.warn('openssl is not installed: signatures are not compared with it')
    return false
  }
})()

describe.skipIf(!opensslThere)('OpenSSL', () => {
  const folder = mkdtempSync(join(tmpdir(), 'naru-cades-'))
  afterAll(() => rmSync(folder, { recursive: true, force: true }))
  const put = (name: string, bytes: Uint8Array | string) => writeFileSync(join(folder, name), bytes)
  const run = (...words: string[]) => openssl(folder, ...words)

  it('verifies our B, B-T and B-LT with -cades, the last with its embedded lists, and refuses another content', async () => {
    put('content', content)
    put('other', 'another')
    put('root.der', root.certificate)
    run('x509', '-inform', 'DER', '-in', 'root.der', '-out', 'root.pem')
    const der = await sign(person)
    const raised = withTimestamp(der, await stamp(signatureValueOf(der)))
    const evidence = await Promise.all([
      crl(root, [], at - day, at + 9000 * day),
      crl(issuing, [], at - day, at + 9000 * day),
    ])
    const moment = String(Math.floor(at / 1000))
    const verify = (name: string, data: string, ...more: string[]) =>
      run(
        'cms',
        '-verify',
        '-cades',
        '-binary',
        '-inform',
        'DER',
        '-in',
        name,
        '-content',
        data,
        '-CAfile',
        'root.pem',
        '-purpose',
        'any',
        '-attime',
        moment,
        '-out',
        'out',
        ...more,
      )
    for (const [name, bytes] of [
      ['b', der],
      ['bt', raised],
      ['blt', withEvidence(raised, [], evidence)],
    ] as const) {
      put(name, bytes)
      verify(name, 'content')
      expect(readFileSync(join(folder, 'out'))).toEqual(Buffer.from(content))
      expect(() => verify(name, 'other')).toThrow()
    }
    verify('blt', 'content', '-crl_check_all')
    expect(() => verify('bt', 'content', '-crl_check_all')).toThrow()
  })

  describe('makes', () => {
    let theirs: Trust
    let evidence: RevocationEvidence
    beforeAll(() => {
      put(
        'ca.cnf',
        `[ca]\ndefault_ca = it\n[it]\ndatabase = index.txt\ncrlnumber = crlnumber\ndefault_md = sha256\ndefault_crl_days = 30\n[req]\ndistinguished_name = dn\n[dn]\n[root]\nbasicConstraints = critical,CA:TRUE\nkeyUsage = critical,keyCertSign,cRLSign\n[person]\nkeyUsage = critical,nonRepudiation\n[login]\nkeyUsage = critical,digitalSignature\n`,
      )
      put('index.txt', '')
      put('crlnumber', '01\n')
      run(
        'req',
        '-x509',
        '-newkey',
        'rsa:2048',
        '-nodes',
        '-keyout',
        'r.key',
        '-out',
        'r.crt',
        '-subj',
        '/CN=OpenSSL Root',
        '-days',
        '30',
        '-config',
        'ca.cnf',
        '-extensions',
        'root',
      )
      const issue = (name: string, key: string[], profile: string, serial: string) => {
        run(
          'req',
          ...key,
          '-nodes',
          '-keyout',
          `${name}.key`,
          '-out',
          `${name}.csr`,
          '-subj',
          `/CN=${name}/serialNumber=person-9`,
          '-config',
          'ca.cnf',
        )
        run(
          'x509',
          '-req',
          '-in',
          `${name}.csr`,
          '-CA',
          'r.crt',
          '-CAkey',
          'r.key',
          '-set_serial',
          serial,
          '-days',
          '20',
          '-extfile',
          'ca.cnf',
          '-extensions',
          profile,
          '-out',
          `${name}.crt`,
        )
      }
      const ec = ['-newkey', 'ec', '-pkeyopt', 'ec_paramgen_curve:P-256']
      issue('rsa', ['-newkey', 'rsa:2048'], 'person', '11')
      issue('ec', ec, 'person', '12')
      issue('login', ec, 'login', '13')
      issue('weak', ['-newkey', 'rsa:1024'], 'person', '14')
      run('ca', '-gencrl', '-config', 'ca.cnf', '-keyfile', 'r.key', '-cert', 'r.crt', '-out', 'crl.pem')
      run('crl', '-in', 'crl.pem', '-outform', 'DER', '-out', 'crl.der')
      run('x509', '-in', 'r.crt', '-outform', 'DER', '-out', 'r.der')
      const authority = new Uint8Array(readFileSync(join(folder, 'r.der')))
      theirs = trustOf(
        trustList({ ...parts, timestampAuthorities: [], roots: [trustRoot('OpenSSL', authority, ['sign'])] }),
      )
      evidence = { crls: [new Uint8Array(readFileSync(join(folder, 'crl.der')))], ocsp: [] }
    })
    const made = (name: string, ...more: string[]) => {
      run(
        'cms',
        '-sign',
        '-binary',
        '-in',
        'content',
        '-signer',
        `${name}.crt`,
        '-inkey',
        `${name}.key`,
        '-md',
        'sha256',
        '-outform',
        'DER',
        '-out',
        'made',
        ...more,
      )
      return new Uint8Array(readFileSync(join(folder, 'made')))
    }
    const judged = (der: Uint8Array, more = {}) =>
      codeOf(check(der, { trust: theirs, revocation: evidence, at: Date.now() + 2000, ...more }))

    it('signatures that we and pkijs accept: RSA, RSA-PSS, ECDSA', async () => {
      expect(await judged(made('rsa', '-cades'), { secondOpinion })).toBe('accepted')
      expect(
        await judged(made('rsa', '-cades', '-keyopt', 'rsa_padding_mode:pss', '-keyopt', 'rsa_pss_saltlen:32'), {
          secondOpinion,
        }),
      ).toBe('accepted')
      expect(await judged(made('ec', '-cades'), { secondOpinion })).toBe('accepted')
    })

    it('signatures that we refuse, each for its reason', async () => {
      expect(await judged(made('ec'))).toBe('signing-certificate')
      expect(await judged(made('ec', '-cades', '-nodetach'))).toBe('malformed carries a content of its own')
      expect(await judged(made('login', '-cades'))).toBe('key-usage')
      expect(await judged(made('weak', '-cades'))).toBe('algorithm')
      expect(await judged(made('ec', '-cades', '-nocerts'))).toBe("malformed the signer's certificate is absent")
      expect(await judged(made('ec', '-cades', '-keyid'))).toMatch(/^malformed/)
      expect(await judged(made('ec', '-noattr'))).toMatch(/^malformed/)
      expect(await judged(made('ec', '-cades', '-signer', 'rsa.crt', '-inkey', 'rsa.key'))).toBe(
        'malformed not exactly one',
      )
      expect(await judged(made('rsa', '-cades', '-md', 'sha1'))).toMatch(/^malformed digest 1.3.14.3.2.26/)
      expect(await judged(made('ec', '-cades'), { trust })).toBe('path')
      expect(await judged(made('ec', '-cades'), { revocation: good })).toBe('revocation-unknown')
      expect(await judged(made('ec', '-cades'), { content: new Uint8Array(3) })).toBe('message-digest')
    })

    it('a revocation that we see', async () => {
      run('ca', '-config', 'ca.cnf', '-keyfile', 'r.key', '-cert', 'r.crt', '-revoke', 'ec.crt')
      run('ca', '-gencrl', '-config', 'ca.cnf', '-keyfile', 'r.key', '-cert', 'r.crt', '-out', 'crl2.pem')
      run('crl', '-in', 'crl2.pem', '-outform', 'DER', '-out', 'crl2.der')
      const revocation = { crls: [new Uint8Array(readFileSync(join(folder, 'crl2.der')))], ocsp: [] }
      expect(await judged(made('ec', '-cades'), { revocation, at: Date.now() + 2000 })).toBe('revoked')
      expect(await judged(made('rsa', '-cades'), { revocation, at: Date.now() + 2000 })).toBe('accepted')
    })
  })
})

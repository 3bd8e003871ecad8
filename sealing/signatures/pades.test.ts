// PAdES: a contract of typst signed by two parties one after the other, what pdfsig and openssl say, and what nobody may add.
import { execFileSync } from 'node:child_process'
import { mkdtempSync, rmSync, writeFileSync } from 'node:fs'
import { createRequire } from 'node:module'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { afterAll, describe, expect, it } from 'vitest'
import { concat, utf8 } from '../bytes.ts'
import { Malformed } from '../malformed.ts'
import { digestIdentifier, digestOf } from './algorithms.ts'
import { signCades, trustOf } from './cades.ts'
import { extendedUses, Untrusted } from './certificate.ts'
import { octets, sequence } from './der.ts'
import { attributeTypes, issueCrl, issueToken, nameOf } from './issue.ts'
import { checkPdf, fillPdf, preparePdf, readPdfSignatures, signPdf } from './pades.ts'
import { type Rehearsed, rehearsedBelow, rehearsedRoot } from './rehearsal-issuer.ts'
import { secondOpinion } from './second-opinion.ts'
import { trustList, trustRoot } from './trust-list.ts'

const at = Date.UTC(2026, 10, 22, 9, 0, 0)
const day = 86_400_000
const root = await rehearsedRoot('pdf root')
const person = async (id: string) =>
  rehearsedBelow(root, `pdf ${id}`, {
    subject: nameOf([attributeTypes.serialNumber, id], [attributeTypes.commonName, id]),
  })
const buyer = await person('buyer')
const supplier = await person('supplier')
const timeRoot = await rehearsedRoot('pdf time')
const unit = await rehearsedBelow(timeRoot, 'pdf unit', {
  extended: [extendedUses.timeStamping],
  extendedCritical: true,
})
const trust = trustOf(
  trustList({
    version: 1,
    roots: [trustRoot('People', root.certificate, ['sign']), trustRoot('Time', timeRoot.certificate, ['tsa'])],
    promiseKeys: [],
    policy: '',
    timestampAuthorities: [],
    clientReleases: [],
  }),
)
const revocation = {
  crls: [
    await issueCrl({ issuer: root.name, number: 1, from: at - day, next: at + 9000 * day, revoked: [] }, root.key),
  ],
  ocsp: [],
}
const signerOf = (by: Rehearsed) => ({ certificate: by.certificate, algorithm: by.key.algorithm, sign: by.key.sign })
const stamp = (value: Uint8Array) =>
  issueToken(
    {
      policy: '2.999.1',
      imprint: sequence(digestIdentifier('sha256'), octets(digestOf('sha256', value))),
      serial: Uint8Array.of(3),
      genTime: at,
      accuracyMs: 1000,
    },
    signerOf(unit),
    [],
  )

// As server/documents sets its contracts: typst, PDF/A-3a.
const { NodeCompiler } = createRequire(new URL('../../server/package.json', import.meta.url))(
  '@myriaddreamin/typst-ts-node-compiler',
) as {
  NodeCompiler: { create(): { pdf(what: object, how: object): Uint8Array } }
}
const typst = new Uint8Array(
  NodeCompiler.create().pdf(
    {
      mainFileContent:
        '#set document(title: "Contract", date: datetime(year: 2026, month: 11, day: 22))\n#set text(lang: "en")\n= Contract\nBetween two. #link("https://example.org")[A link] #pagebreak() Second page',
    },
    { pdfStandard: 'a-3a' },
  ),
)
const one = await signPdf(typst, signerOf(buyer), { name: 'Сатып алуучу', reason: 'Buyer', at, stamp })
const two = await signPdf(one, signerOf(supplier), {
  name: 'Supplier (Ltd)',
  reason: 'Supplier',
  at: at + 60_000,
  stamp,
})
const check = (pdf: Uint8Array, more = {}) => checkPdf({ pdf, trust, at, revocation, demandTimestamp: true, ...more })
const codeOf = (it: Promise<unknown>) =>
  it.then(
    () => 'accepted',
    (error: unknown) => {
      if (error instanceof Untrusted) return error.code
      if (error instanceof Malformed) return `malformed ${error.reason}`
      throw error
    },
  )

describe('a contract signed by both', () => {
  it('keeps the document and the first signature byte for byte, and names both', async () => {
    expect(two.subarray(0, one.length)).toEqual(one)
    const told = await check(two, { secondOpinion })
    expect(told.document).toEqual(typst)
    expect(
      told.signatures.map((each) => [
        each.subject.person,
        each.signing.name,
        each.signing.reason,
        each.signing.at,
        each.genTime,
      ]),
    ).toEqual([
      ['buyer', 'Сатып алуучу', 'Buyer', at, at],
      ['supplier', 'Supplier (Ltd)', 'Supplier', at + 60_000, at],
    ])
  })
  it('by the first alone holds too; unsigned says so', async () => {
    expect((await check(one)).signatures.length).toBe(1)
    expect(await codeOf(check(typst))).toBe('unsigned')
  })
})

describe('what is refused', () => {
  it('any octet of the document or of a signature turned', async () => {
    const untouched = new Set<string>()
    for (let n = 0; n < two.length; n += 211) {
      const turned = Uint8Array.from(two)
      turned[n] = (turned[n] ?? 0) ^ 1
      const said = await codeOf(check(turned))
      if (said === 'accepted') untouched.add(String(n))
    }
    expect([...untouched]).toEqual([])
  }, 60_000)
  it('bytes behind the last signature, and an update between the two that adds more', async () => {
    expect(await codeOf(check(concat(two, utf8('\n% more'))))).toBe('update')
    expect(await codeOf(check(concat(two, utf8('1 0 obj\n<<>>\nendobj\n'))))).toBe('update')
    const shadow = await shadowed(one)
    expect(await codeOf(check(shadow))).toBe('update')
  })
  it('a CAdES signature with its own time, another content, a hole that is too small', async () => {
    const prepared = preparePdf(typst, { name: 'x', reason: 'y', at })
    const part = concat(prepared.bytes.subarray(0, prepared.hole[0]), prepared.bytes.subarray(prepared.hole[1]))
    expect(await codeOf(check(fillPdf(prepared, await signCades(signerOf(buyer), part, at))))).toBe(
      'malformed a signing-time',
    )
    expect(() => fillPdf(preparePdf(typst, { name: 'x', reason: 'y', at, room: 100 }), new Uint8Array(101))).toThrow(
      Malformed,
    )
  })
  it('a PDF that is not of our making', () => {
    for (const bytes of [
      utf8('%PDF-1.7\n'),
      utf8('startxref\n0\n%%EOF'),
      utf8('%PDF-1.7\nstartxref\n9\n%%EOF'),
      new Uint8Array(0),
    ])
      expect(() => preparePdf(bytes, { name: 'x', reason: 'y', at })).toThrow(Malformed)
    expect(readPdfSignatures(typst)).toEqual([])
  })
})

/** The second party's update also puts another content stream in the place of the first page's: the signature is right, the page another. */
async function shadowed(pdf: Uint8Array): Promise<Uint8Array> {
  const text = Buffer.from(pdf).toString('latin1')
  const start = Number(/startxref\s+(\d+)\s+%%EOF\s*$/.exec(text)?.[1])
  const page = /\/Contents (\d+) 0 R/.exec(text)?.[1]
  const body = `${page} 0 obj\n<<\n  /Length 0\n>>\nstream\n\nendstream\nendobj\n`
  const size = /\/Size (\d+)/.exec(text.slice(start))?.[1]
  const root = /\/Root (\d+) 0 R/.exec(text.slice(start))?.[1]
  const table = `xref\n${page} 1\n${String(pdf.length).padStart(10, '0')} 00000 n\r\ntrailer\n<<\n  /Size ${size}\n  /Root ${root} 0 R\n  /Prev ${start}\n>>\nstartxref\n${pdf.length + body.length}\n%%EOF\n`
  return signPdf(concat(pdf, utf8(body), utf8(table)), signerOf(supplier), {
    name: 'Supplier',
    reason: 'Supplier',
    at,
    stamp,
  })
}

const there = (name: string, word: string) => {
  try {
    execFileSync(name, [word], { stdio: 'pipe' })
    return true
  } catch {
    console.warn(`${name} is not installed: signed documents are not compared with it`)
    return false
  }
}
const folder = mkdtempSync(join(tmpdir(), 'naru-pades-'))
afterAll(() => rmSync(folder, { recursive: true, force: true }))
const run = (name: string, ...words: string[]) => execFileSync(name, words, { cwd: folder, stdio: 'pipe' }).toString()

describe.skipIf(!there('pdfsig', '-v'))('pdfsig', () => {
  it('finds both signatures valid, the first over its revision and the last over the whole document', () => {
    writeFileSync(join(folder, 'two.pdf'), two)
    const said = run('pdfsig', '-nocert', 'two.pdf')
    expect(said.match(/Signature is Valid/g)?.length).toBe(2)
    expect(said.match(/ETSI\.CAdES\.detached/g)?.length).toBe(2)
    expect(said.match(/Total document signed/g)?.length).toBe(1)
    expect(said.match(/Not total document signed/g)?.length).toBe(1)
    const turned = Uint8Array.from(two)
    turned[200] = (turned[200] ?? 0) ^ 1
    writeFileSync(join(folder, 'turned.pdf'), turned)
    expect(run('pdfsig', '-nocert', 'turned.pdf')).not.toContain('Signature is Valid')
  })
})

describe.skipIf(!there('openssl', 'version'))('openssl', () => {
  it('verifies each signature over its byte range', () => {
    writeFileSync(join(folder, 'root.der'), root.certificate)
    run('openssl', 'x509', '-inform', 'DER', '-in', 'root.der', '-out', 'root.pem')
    for (const { der, content } of readPdfSignatures(two)) {
      writeFileSync(join(folder, 'der'), der)
      writeFileSync(join(folder, 'content'), content)
      run(
        'openssl',
        'cms',
        '-verify',
        '-cades',
        '-binary',
        '-inform',
        'DER',
        '-in',
        'der',
        '-content',
        'content',
        '-CAfile',
        'root.pem',
        '-purpose',
        'any',
        '-attime',
        String(at / 1000),
        '-out',
        'out',
      )
    }
  })
})

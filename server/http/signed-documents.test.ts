// A notice signed by its buyer, and what nobody else may put under it.
import { execFileSync } from 'node:child_process'
import { generateKeyPairSync } from 'node:crypto'
import { mkdtempSync, rmSync, writeFileSync } from 'node:fs'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import type { PersonActor } from '@naru/domain/actor.ts'
import { fromBase64, toBase64 } from '@naru/sealing/bytes.ts'
import { readCertificate } from '@naru/sealing/signatures/certificate.ts'
import { readPdfSignatures, signPdf } from '@naru/sealing/signatures/pades.ts'
import { trustRoot } from '@naru/sealing/signatures/trust-list.ts'
import { afterAll, beforeAll, expect, test } from 'vitest'
import { startDocuments } from '../after/documents.ts'
import { openCertificates } from '../certificates.ts'
import { startAuthorityCounterpart } from '../neighbours/authority-counterpart.ts'
import type { Counterpart } from '../neighbours/counterpart.ts'
import { ecdsaKey, spkiOf } from '../neighbours/sandbox-key.ts'
import { type TimestampAuthority, timestampAuthority } from '../neighbours/timestamp.ts'
import { sandboxStampPolicy, startTimestampCounterpart } from '../neighbours/timestamp-counterpart.ts'
import { findCaseDocument, readDocuments } from '../read/documents.ts'
import { startSequencer } from '../sequencer.ts'
import { makeWorld, type World } from '../test-world.ts'
import { readNow } from '../time.ts'
import { addSignature, findSigned } from './signed-documents.ts'

const folder = mkdtempSync(join(tmpdir(), 'naru-signed-documents-'))
let world: World
let authority: Counterpart
let time: Counterpart
let authorities: TimestampAuthority[]
let caseId: string
let document: string
let bytes: Buffer
const now = async (): Promise<number> => (world ? Date.parse(await readNow(world.deployment)) : Date.now())
const rootOf = async (each: Counterpart) => new Uint8Array(await (await fetch(`${each.url}/root.der`)).arrayBuffer())

beforeAll(async () => {
  authority = await startAuthorityCounterpart({ folder: join(folder, 'authority'), now })
  time = await startTimestampCounterpart({ folder: join(folder, 'time'), name: 'Time', now })
  const root = await rootOf(authority)
  const stampRoot = trustRoot('Time', await rootOf(time), ['tsa'])
  const certificates = openCertificates({
    roots: [trustRoot('People', root, ['sign']), stampRoot],
    authorities: [{ name: 'Time', url: time.url, policies: [sandboxStampPolicy] }],
    sources: { crls: new Map([[readCertificate(root).serial, `${authority.url}/crl/root`]]), patienceMs: 1000 },
  })
  authorities = [
    timestampAuthority({ name: 'Time', url: time.url, trust: certificates.trust.timestamps, patienceMs: 1000 }),
  ]
  world = await makeWorld('fictia', 'sandbox', certificates)
  const sequencer = await startSequencer(world.deployment, { intervalMs: 20 })
  caseId = await world.publishTender()
  await sequencer.run()
  const maker = startDocuments(world.deployment, { site: 'https://naru.example', sequencer: null })
  await maker.run()
  await maker.stop()
  await sequencer.stop()
  document = (await readDocuments(world.deployment, caseId)).find((each) => each.kind === 'notice')?.id ?? ''
  bytes = (await findCaseDocument(world.deployment, caseId, document))?.bytes ?? Buffer.alloc(0)
}, 120_000)
afterAll(async () => {
  await world?.end()
  await authority?.stop()
  await time?.stop()
  rmSync(folder, { recursive: true, force: true })
})

async function signed(actor: PersonActor, pdf: Uint8Array): Promise<{ pdf: Uint8Array; serial: string }> {
  const { privateKey, publicKey } = generateKeyPairSync('ec', { namedCurve: 'P-256' })
  const response = await fetch(`${authority.url}/certificates`, {
    method: 'POST',
    body: JSON.stringify({
      spki: toBase64(spkiOf(publicKey)),
      person: actor.person,
      organisation: actor.organisation,
      name: 'Officer',
    }),
  })
  const issued = (await response.json()) as { certificate: string; chain: string[]; serial: string }
  const signer = { ...ecdsaKey(privateKey), certificate: fromBase64(issued.certificate) }
  const chain = issued.chain.map((each) => fromBase64(each))
  return {
    serial: issued.serial,
    pdf: await signPdf(pdf, signer, { name: 'Officer', reason: 'Buyer', at: await now(), chain }),
  }
}
const add = (actor: PersonActor, pdf: Uint8Array) =>
  addSignature(world.deployment, authorities, actor, { caseId, document }, pdf)
const supplier = () => world.suppliers[0] as PersonActor

test('NOT-08: strangers, other people, other documents and silent neighbours put nothing under it', async () => {
  const right = await signed(world.approver, bytes)
  expect(await add(supplier(), (await signed(supplier(), bytes)).pdf)).toEqual({ refused: 'notYourOrganisation' })
  expect(await add(world.officer, right.pdf)).toEqual({ wrong: 'subject' })
  expect(await add(world.approver, bytes)).toEqual({ wrong: 'count' })
  expect(await add(world.approver, (await signed(world.approver, right.pdf)).pdf)).toEqual({ wrong: 'count' })
  const other = Uint8Array.from(bytes)
  other[300] = (other[300] ?? 0) ^ 1
  expect(await add(world.approver, (await signed(world.approver, other)).pdf)).toEqual({
    refused: 'someoneElseWasFirst',
  })
  expect(await add(world.approver, Buffer.concat([right.pdf, Buffer.from('% more')]))).toEqual({ wrong: 'update' })
  time.fault('down')
  expect(await add(world.approver, right.pdf)).toEqual({ wrong: 'timestamp' })
  time.fault('none')
  authority.fault('down')
  expect(await add(world.approver, right.pdf)).toEqual({ wrong: 'revocation-unknown' })
  authority.fault('none')
  const revoked = await signed(world.approver, bytes)
  await fetch(`${authority.url}/revoke`, { method: 'POST', body: JSON.stringify({ serial: revoked.serial }) })
  expect(await add(world.approver, revoked.pdf)).toEqual({ wrong: 'revoked' })
  expect(await findSigned(world.deployment, document)).toBeNull()
})

test('NOT-08: the buyer signs once; the time-stamp is added, the document stays as it was made', async () => {
  const { pdf } = await signed(world.approver, bytes)
  expect(await add(world.approver, pdf)).toMatchObject({ kept: 1 })
  const kept = await findSigned(world.deployment, document)
  expect(kept?.bytes.subarray(0, bytes.length).equals(bytes)).toBe(true)
  expect(readPdfSignatures(new Uint8Array(kept?.bytes ?? [])).length).toBe(1)
  expect(await add(world.approver, (await signed(world.approver, new Uint8Array(kept?.bytes ?? []))).pdf)).toEqual({
    refused: 'alreadyExists',
  })
  try {
    execFileSync('pdfsig', ['-v'], { stdio: 'pipe' })
  } catch {
    return console.warn('pdfsig is not installed: the signed notice is not compared with it')
  }
  writeFileSync(join(folder, 'signed.pdf'), kept?.bytes ?? '')
  const said = execFileSync('pdfsig', ['-nocert', join(folder, 'signed.pdf')]).toString()
  expect(said).toContain('Signature is Valid')
  expect(said).toContain('Total document signed')
})

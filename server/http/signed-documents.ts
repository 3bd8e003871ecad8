// Signatures of the parties under a generated document: each party sends the document with its own signature added (PAdES), the server
// raises it with a time-stamp, checks everything anew, and keeps it. Fails closed: without revocation evidence and a time-stamp nothing is kept.
import { createHash } from 'node:crypto'
import type { Actor } from '@naru/domain/actor.ts'
import type { ContractState } from '@naru/domain/contract/contract.ts'
import { type RefusalCode, refuse } from '@naru/domain/refusal.ts'
import type { TenderState } from '@naru/domain/tender/tender.ts'
import { Malformed } from '@naru/sealing/malformed.ts'
import { Untrusted } from '@naru/sealing/signatures/certificate.ts'
import { checkPdf, raisePdf, readPdfSignatures } from '@naru/sealing/signatures/pades.ts'
import { secondOpinion } from '@naru/sealing/signatures/second-opinion.ts'
import type { FastifyInstance, FastifyReply, FastifyRequest } from 'fastify'
import { z } from 'zod'
import type { Deployment } from '../deployment.ts'
import type { TimestampAuthority } from '../neighbours/timestamp.ts'
import { findCaseDocument } from '../read/documents.ts'
import { readNow } from '../time.ts'
import { languageOf } from '../words.ts'
import { replyWhyNot } from './acts.ts'
import { dispositionOf } from './documents.ts'
import type { ScreenLanguage } from './screens.ts'
import { actorOf } from './session.ts'

/** What came of a signature: kept as the nth, or refused with a code. */
export type Signed =
  | { readonly kept: number; readonly sha256: string }
  | {
      readonly refused:
        | 'notSignedIn'
        | 'caseDoesNotExist'
        | 'notYourOrganisation'
        | 'alreadyExists'
        | 'someoneElseWasFirst'
    }
  | { readonly wrong: string }

/** The newest signed form of a document: the bytes with all signatures so far. */
export async function findSigned(
  deployment: Deployment,
  document: string,
): Promise<{ readonly signatures: number; readonly sha256: string; readonly bytes: Buffer } | null> {
  const { rows } = await deployment.database.pool.query<{ signatures: number; sha256: string; bytes: Buffer }>(
    'select signatures, sha256, bytes from signed_document where document = $1 order by signatures desc limit 1',
    [document],
  )
  return rows[0] ?? null
}

/** Who may sign a document: the buying side every one of its own, the supplier the contract. */
async function partiesOf(deployment: Deployment, caseId: string, document: string): Promise<Set<string>> {
  const { rows } = await deployment.database.pool.query<{ kind: string; state: string; of: string }>(
    `select c.kind, c.state, d.kind as of from case_document d join current c on c.case_id = d.case_id and (c.kind = 'tender' or c.stream = d.stream)
     where d.case_id = $1 and d.id = $2`,
    [caseId, document],
  )
  const parties = new Set<string>()
  for (const { kind, state } of rows) {
    if (kind === 'tender')
      for (const each of Object.values((JSON.parse(state) as TenderState).parties)) parties.add(each)
    if (kind === 'contract') {
      const { drafted, consented } = JSON.parse(state) as ContractState
      for (const each of [drafted, consented])
        if (each?.by && 'organisation' in each.by) parties.add(String(each.by.organisation))
    }
  }
  return parties
}

/** Takes a document with one signature more than the server has. */
export async function addSignature(
  deployment: Deployment,
  authorities: readonly TimestampAuthority[],
  actor: Actor,
  place: { readonly caseId: string; readonly document: string },
  pdf: Uint8Array,
): Promise<Signed> {
  if (actor.kind !== 'person') return { refused: 'notSignedIn' }
  const original = await findCaseDocument(deployment, place.caseId, place.document)
  if (!original) return { refused: 'caseDoesNotExist' }
  const parties = await partiesOf(deployment, place.caseId, place.document)
  if (!parties.has(actor.organisation)) return { refused: 'notYourOrganisation' }
  const before = await findSigned(deployment, place.document)
  const base = before?.bytes ?? original.bytes
  if (!Buffer.from(pdf.subarray(0, base.length)).equals(base)) return { refused: 'someoneElseWasFirst' }
  try {
    const count = readPdfSignatures(pdf).length
    if (count !== (before?.signatures ?? 0) + 1) return { wrong: 'count' }
    const whole = await raisePdf(pdf, (value) => stampWith(authorities, value))
    const { certificates } = deployment
    const at = Date.parse(await readNow(deployment))
    const evidence = await Promise.all(
      readPdfSignatures(whole).map(({ der }) => certificates.evidence(der, at, 'pades')),
    )
    const told = await checkPdf({
      pdf: whole,
      trust: certificates.trust,
      at,
      revocation: { crls: evidence.flatMap((each) => each.crls), ocsp: evidence.flatMap((each) => each.ocsp) },
      demandTimestamp: true,
      secondOpinion,
    })
    const last = told.signatures.at(-1)
    if (last?.subject.person !== actor.person || last.subject.organisation !== actor.organisation)
      return { wrong: 'subject' }
    if (!original.bytes.equals(Buffer.from(told.document))) return { wrong: 'document' }
    const bytes = Buffer.from(whole)
    const sha256 = createHash('sha256').update(bytes).digest('hex')
    await deployment.database.pool.query(
      `insert into signed_document (document, signatures, case_id, organisation, person, at, gen_time, sha256, bytes)
       values ($1, $2, $3, $4, $5, naru_now(), $6, $7, $8)`,
      [
        place.document,
        count,
        place.caseId,
        actor.organisation,
        actor.person,
        new Date(last.genTime ?? at).toISOString(),
        sha256,
        bytes,
      ],
    )
    return { kept: count, sha256 }
  } catch (error) {
    if (error instanceof Untrusted) return { wrong: error.code }
    if (error instanceof Malformed) return { wrong: error.message }
    const { code, constraint } = error as { code?: string; constraint?: string }
    if (code === '23505')
      return { refused: constraint?.includes('organisation') ? 'alreadyExists' : 'someoneElseWasFirst' }
    throw error
  }
}

const body = z.strictObject({ pdf: z.base64().max(11_000_000) })

/** Registers the routes: the signed form for anyone, a signature more for a party. */
export function registerSignedDocuments(
  app: FastifyInstance,
  deployment: Deployment,
  authorities: readonly TimestampAuthority[],
): void {
  type ById = { Params: { caseId: string; id: string } }
  const missing = (request: FastifyRequest, reply: FastifyReply, code: RefusalCode): FastifyReply =>
    replyWhyNot(
      reply.header('cache-control', 'no-store'),
      languageOf(request.headers['accept-language'], deployment.pack.defaultLanguage as ScreenLanguage),
      refuse(code),
    )

  app.get<ById>('/api/cases/:caseId/documents/:id/signed', async (request, reply) => {
    const { caseId, id } = request.params
    const document = await findCaseDocument(deployment, caseId, id)
    const found = document && (await findSigned(deployment, id))
    if (!found) return missing(request, reply, 'caseDoesNotExist')
    return reply
      .header('cache-control', 'public, max-age=0, must-revalidate')
      .header('etag', `"${found.sha256}"`)
      .header('content-disposition', dispositionOf(document.name.replace(/\.pdf$/, `-signed-${found.signatures}.pdf`)))
      .header('x-content-type-options', 'nosniff')
      .header('content-security-policy', "default-src 'none'; sandbox")
      .type('application/pdf')
      .send(found.bytes)
  })

  app.post<ById>(
    '/api/cases/:caseId/documents/:id/signatures',
    { bodyLimit: 12 * 1024 * 1024 },
    async (request, reply) => {
      const { actor, acts } = await actorOf(deployment, request)
      // A delegated credential does acts; a signature is a person's own.
      if (acts !== null) return missing(request, reply, 'roleIsMissing')
      const parsed = body.safeParse(request.body)
      if (!parsed.success) return reply.code(422).send({ error: 'invalid', fields: [{ path: 'pdf', code: 'format' }] })
      const { caseId, id } = request.params
      const pdf = new Uint8Array(Buffer.from(parsed.data.pdf, 'base64'))
      const done = await addSignature(deployment, authorities, actor, { caseId, document: id }, pdf)
      if ('refused' in done) return missing(request, reply, done.refused)
      if ('wrong' in done)
        return reply.code(422).send({ error: 'invalid', fields: [{ path: 'pdf', code: 'format', reason: done.wrong }] })
      return reply.code(201).send({ signatures: done.kept, sha256: done.sha256 })
    },
  )
}

async function stampWith(authorities: readonly TimestampAuthority[], value: Uint8Array): Promise<Uint8Array> {
  for (const authority of authorities) {
    try {
      return (await authority.stamp(value)).token
    } catch {
      // The other one is asked.
    }
  }
  throw new Untrusted('timestamp', 'no authority answers')
}

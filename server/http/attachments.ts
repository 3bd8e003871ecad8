// Attachments of bids over HTTP: sent segment by segment before the deadline, read after the opening with the proof of each segment.
import { Readable } from 'node:stream'
import { idSchema } from '@naru/domain/id.ts'
import { type Invalid, isRefusal, type Refusal, refuse } from '@naru/domain/refusal.ts'
import { currentRound } from '@naru/domain/tender/tender.ts'
import { inclusionProof, readerOf } from '@naru/log/merkle.ts'
import { fromBase64, toBase64 } from '@naru/sealing/bytes.ts'
import { HO } from '@naru/sealing/hash.ts'
import type { FastifyInstance, FastifyReply, FastifyRequest } from 'fastify'
import { z } from 'zod'
import { decryptAttachment, type OpenedAttachment, readLeaves, readSegment } from '../after/open-attachments.ts'
import { noteRefused } from '../attempts.ts'
import type { Deployment } from '../deployment.ts'
import {
  abandonAttachment,
  attachmentProgress,
  beginAttachment,
  dropSegment,
  largestSegment,
  readAttachment,
  storeSegment,
} from '../files/attachments.ts'
import { leafOf } from '../files/claim.ts'
import { readVisibleAttachments, showAttachment } from '../read/attachments.ts'
import { readContext } from '../read/case.ts'
import { languageOf } from '../words.ts'
import { replyWhyNot } from './acts.ts'
import type { ScreenLanguage } from './screens.ts'
import { actorOf } from './session.ts'

/** What is told of an attachment before its segments come: the FLOE header, bytes with it, number of segments. */
export const announcedSchema = z.strictObject({
  hdr: z.string().regex(/^[A-Za-z0-9+/]{99}=$/),
  len: z.int().min(75).max(2_000_000_000),
  segs: z.int().min(1).max(2000),
})

type ById = { Params: { id: string } }
type BySegment = { Params: { id: string; s: string } }
type ByFile = { Params: { caseId: string; index: string; cls: string; j: string } }

/** Registers the routes of attachments. */
export function registerAttachments(app: FastifyInstance, deployment: Deployment): void {
  const fallback = deployment.pack.defaultLanguage as ScreenLanguage
  const no = (request: FastifyRequest, reply: FastifyReply, why: Refusal | Invalid) => {
    replyWhyNot(reply, languageOf(request.headers['accept-language'], fallback), why)
    if (!isRefusal(why) && why.invalid.some((each) => each.code === 'attachmentsAreTooLarge')) reply.code(413)
    return reply
  }
  const missing = (request: FastifyRequest, reply: FastifyReply, actor: { kind: string }) =>
    no(request, reply, refuse(actor.kind === 'person' ? 'caseDoesNotExist' : 'notSignedIn'))

  app.post<{ Params: { caseId: string } }>('/api/cases/:caseId/attachments', async (request, reply) => {
    const { actor } = await actorOf(deployment, request)
    const read = announcedSchema.safeParse(request.body)
    if (!read.success)
      return no(request, reply, { invalid: [{ path: read.error.issues[0]?.path.join('.') ?? '', code: 'format' }] })
    const begun = await beginAttachment(deployment, actor, request.params.caseId, read.data)
    return 'id' in begun ? reply.code(201).send(begun) : no(request, reply, begun)
  })

  app.get<ById>('/api/uploads/:id/segments', async (request, reply) => {
    const { actor } = await actorOf(deployment, request)
    const state = await readAttachment(deployment, actor, request.params.id)
    return state ? reply.header('cache-control', 'no-store').send(state) : missing(request, reply, actor)
  })

  app.delete<ById>('/api/uploads/:id/segments', async (request, reply) => {
    const { actor } = await actorOf(deployment, request)
    const gone = await abandonAttachment(deployment, actor, request.params.id)
    return gone ? reply.code(204).send() : missing(request, reply, actor)
  })

  app.delete<BySegment>('/api/uploads/:id/segments/:s', async (request, reply) => {
    const { actor } = await actorOf(deployment, request)
    const gone = await dropSegment(deployment, actor, request.params.id, Number(request.params.s))
    return gone ? reply.code(204).send() : missing(request, reply, actor)
  })

  // Signed as a promise is: what the operator has said of an upload, it cannot later say otherwise (SUB-05).
  app.get<ById>('/api/uploads/:id/progress', async (request, reply) => {
    const { actor } = await actorOf(deployment, request)
    const body = await attachmentProgress(deployment, actor, request.params.id)
    if (!body) return missing(request, reply, actor)
    const sig = toBase64(deployment.signPromise(HO('upload-progress', body)))
    return reply.header('cache-control', 'no-store').send({ body, sig })
  })

  app.register(async (segments) => {
    segments.removeAllContentTypeParsers()
    // Read by the route itself, so that what came before a line dropped is known and recorded.
    segments.addContentTypeParser('application/octet-stream', (_request, body, done) => done(null, body))
    segments.put<BySegment>('/api/uploads/:id/segments/:s', { bodyLimit: largestSegment }, async (request, reply) => {
      const { actor } = await actorOf(deployment, request)
      if (Number(request.headers['content-length'] ?? 0) > largestSegment) return reply.code(413).send()
      const sent = await readAll((request.body ?? request.raw) as Readable)
      const leaf = request.headers['segment-hash']
      const stored = await storeSegment(deployment, actor, request.params.id, Number(request.params.s), {
        ...sent,
        leaf: typeof leaf === 'string' ? leaf : null,
      })
      if ('damaged' in stored)
        return no(request, reply, { invalid: [{ path: 'Segment-Hash', code: 'fileHashDiffers' }] })
      return 'stored' in stored ? reply.code(204).send() : no(request, reply, stored)
    })
  })

  const visible = async (request: FastifyRequest, caseId: string): Promise<OpenedAttachment[]> =>
    readVisibleAttachments(deployment, caseId, (await actorOf(deployment, request)).actor)
  const find = async (request: FastifyRequest<ByFile>): Promise<OpenedAttachment | null> => {
    const { caseId, index, cls, j } = request.params
    const all = await visible(request, caseId)
    return all.find((each) => each.index === Number(index) && each.cls === cls && each.j === Number(j)) ?? null
  }
  const absent = async (request: FastifyRequest<ByFile>, reply: FastifyReply) => {
    const why = refuse('caseDoesNotExist')
    const { actor } = await actorOf(deployment, request)
    const { caseId } = request.params
    const { tender } = idSchema.safeParse(caseId).success
      ? await readContext(deployment, caseId, actor)
      : { tender: null }
    // Before the opening there is nothing here that anyone may read.
    if (tender?.published && !currentRound(tender).opening)
      await noteRefused(deployment, actor, caseId, 'read-proposals', why)
    return no(request, reply, why)
  }

  app.get<{ Params: { caseId: string } }>('/api/cases/:caseId/attachments', async (request, reply) =>
    reply
      .header('cache-control', 'no-store')
      .send({ attachments: (await visible(request, request.params.caseId)).map(showAttachment) }),
  )

  const place = '/api/cases/:caseId/attachments/:index/:cls/:j'
  app.get<ByFile>(place, async (request, reply) => {
    const opened = await find(request)
    if (!opened) return absent(request, reply)
    const leaves = await readLeaves(deployment, opened.upload)
    return reply
      .header('cache-control', 'no-store')
      .send({ ...showAttachment(opened), leaves: leaves.map((each) => toBase64(each)) })
  })

  app.get<ByFile & { Params: { s: string } }>(`${place}/segments/:s`, async (request, reply) => {
    const opened = await find(request)
    const s = Number(request.params.s)
    const segment = opened && (await readSegment(deployment, opened.upload, s))
    if (!opened || !segment) return absent(request, reply)
    const leaves = [leafOf(fromBase64(opened.file.hdr)), ...(await readLeaves(deployment, opened.upload))]
    const path = inclusionProof(readerOf(leaves), s, leaves.length)
    return reply
      .type('application/octet-stream')
      .header('segment-proof', path.map((each) => toBase64(each)).join(' '))
      .header('cache-control', 'no-store')
      .send(segment)
  })

  app.get<ByFile>(`${place}/content`, async (request, reply) => {
    const opened = await find(request)
    if (!opened) return absent(request, reply)
    if (opened.state !== 'clean') return no(request, reply, refuse('documentIsNotClean'))
    return reply
      .type('application/octet-stream')
      .header('content-length', String(opened.size))
      .header('content-disposition', `attachment; filename*=UTF-8''${encodeURIComponent(opened.name)}`)
      .header('cache-control', 'no-store')
      .send(Readable.from(decryptAttachment(deployment, opened)))
  })
}

/** All bytes of a body up to the largest segment and one more, and whether its sender broke off. */
async function readAll(body: Readable): Promise<{ bytes: Uint8Array; cut: boolean }> {
  const parts: Buffer[] = []
  let length = 0
  let cut = false
  try {
    for await (const part of body) {
      parts.push(part as Buffer)
      length += (part as Buffer).length
      if (length > largestSegment) break
    }
  } catch {
    cut = true
  }
  return { bytes: new Uint8Array(Buffer.concat(parts)), cut }
}

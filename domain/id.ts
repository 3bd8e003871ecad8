// Identifiers: random text that tells neither count nor time, and the names of streams.
import { z } from 'zod'

/** A random identifier made by whoever creates the thing: a UUID version 4 in lower case. */
export const idSchema = z.string().regex(/^[0-9a-f]{8}-[0-9a-f]{4}-4[0-9a-f]{3}-[89ab][0-9a-f]{3}-[0-9a-f]{12}$/)
export type Id = string

/** The kinds of history; locks are taken in this order. */
export const streamKinds = ['organisation', 'plan', 'tender', 'bid', 'contract', 'log', 'law'] as const
export type StreamKind = (typeof streamKinds)[number]

/** A stream is named `kind:id`. */
export type StreamName = `${StreamKind}:${Id}`

export const streamName = (kind: StreamKind, id: Id): StreamName => `${kind}:${id}`

/** 32 bytes as padded standard base64, as the sealed-bid protocol writes hashes, salts and keys. */
export const bytes32Schema = z.string().regex(/^[A-Za-z0-9+/]{42}[AEIMQUYcgkosw048]=$/)

/** A SHA-256 in lower-case hexadecimal, as files are named. */
export const sha256Schema = z.string().regex(/^[0-9a-f]{64}$/)

// What the domain needs from the sealing room: pure functions handed in, so that the domain itself knows no cryptography.
import type { Id } from './id.ts'

/** A key record as the log carries it (protocol §4a, kind 02). */
export interface KeyRecord {
  readonly v: 1
  readonly tender: Id
  readonly round: number
  readonly officer: Id
  readonly group: string
  readonly i: number
  readonly pk: string
  readonly cert: string | null
}

/** The tender key descriptor (protocol §2.3, kind 03). */
export interface TenderKey {
  readonly v: 1
  readonly tender: Id
  readonly round: number
  readonly suite: 1
  readonly classes: readonly string[]
  readonly groups: readonly {
    readonly name: string
    readonly k: number
    readonly o: readonly (readonly [number, string])[]
  }[]
  readonly records: readonly string[]
}

/** How a manifest is signed: by a session of the sandbox, or by a certificate (CAdES). Live mode refuses the first. */
export type ManifestSignature =
  | { readonly kind: 'sandbox-session'; readonly person: Id; readonly at: number; readonly commitment: string }
  | { readonly kind: 'cades'; readonly der: string }

/** A manifest (protocol §2.6, §4a). */
export interface Manifest {
  readonly v: 1
  readonly tender: Id
  readonly round: number
  readonly tkd: string
  readonly bidderId: Id
  readonly bidderSalt: string
  readonly seq: number
  readonly prev: string | null
  readonly action: 'submit' | 'withdraw'
  readonly envelopes: readonly { readonly cls: string; readonly e: string }[]
}

/** What a signature of a bid must fit: the manifest with its M, who signs for whom, and when it arrived. */
export interface SignedManifest {
  readonly manifest: Manifest
  readonly m: string
  readonly person: Id
  readonly organisation: Id
  readonly now: string
}

/** A sealed envelope as it is sent and stored: the header object and the core ciphertext in base64. */
export interface SealedEnvelope {
  readonly header: Readonly<Record<string, unknown>>
  readonly ciphertext: string
}

/** An attachment as a header names it (protocol §4a): bytes of header and segments, root of their tree, number of segments, the 74-byte header. */
export interface SealedFile {
  readonly len: number
  readonly root: string
  readonly segs: number
  readonly hdr: string
}

/** What a bidder's client sends beside its signature; envelopes in the order of the manifest. */
export interface Submission {
  readonly manifest: Manifest
  readonly leafSalt: string
  readonly envelopes: readonly SealedEnvelope[]
}

/** A sealed entry of a round as the close list rule reads it; times in milliseconds, `tokenTime` null without time-stamps. */
export interface SealedEntry {
  readonly index: number
  readonly manifest: Manifest
  readonly leafSalt: string
  readonly promiseTime: number
  readonly tokenTime: number | null
}

export type CloseStatus = 'live' | 'superseded' | 'withdrawn' | 'late' | 'duplicate' | 'orphaned' | 'cancelled'
export interface CloseItem {
  readonly index: number
  readonly m: string
  readonly leafSalt: string
  readonly status: CloseStatus
}

/** The probe of a rehearsal (docs/protocol.md §3): an envelope that each holder opens before the notice, and what each answer must hash to. */
export interface Probe {
  readonly round: number
  readonly salt: string
  readonly e: string
  readonly envelope: SealedEnvelope
  readonly answers: readonly (readonly [number, string])[]
}

/** Pure functions of the sealing room. Hashes are 32 bytes in base64; refusals are codes of protocol §4a. */
export interface SealingPort {
  /** HO(label, object). */
  readonly commitment: (label: string, object: unknown) => string
  /** SHA-256 of the canonical JSON of a value, base64. */
  readonly digest: (object: unknown) => string
  /** The canonical JSON of a value as a document of the notice: its SHA-256 in lower-case hex and its length in bytes. */
  readonly document: (object: unknown) => { readonly hash: string; readonly size: number }
  /** Whether a 65-byte uncompressed point lies on P-256. */
  readonly isPublicKey: (pk: string) => boolean
  /** Checks form and binding of a sealed envelope for a person of a draw or a bidder; null when right, else a code. */
  readonly checkSalt: (input: {
    tenderKey: TenderKey
    i: number
    bidderSalt: string
    envelope: SealedEnvelope
  }) => string | null
  /** The probe of a round, from 32 random bytes of its tender. */
  readonly sealProbe: (tenderKey: TenderKey, random: string) => Probe
  /** Whether this is the share that a probe demands of person i. */
  readonly probeAnswerHolds: (probe: Pick<Probe, 'e' | 'answers'>, i: number, share: string) => boolean
  /** Checks a submission against the tender key: form, hashes, classes, binding to the bidder. Answers M and the attachments that its headers name, or a code. */
  readonly checkSubmission: (input: {
    tenderKey: TenderKey
    submission: Submission
  }) => { readonly m: string; readonly files: readonly SealedFile[] } | { readonly malformed: string }
  /**
   * Whether a manifest is signed by this person for this organisation at this moment; null when right, else a code. Of a certificate only what
   * needs no neighbour is asked here; the full check follows before closing (protocol §6.2).
   */
  readonly checkSignature: (signature: ManifestSignature, signed: SignedManifest) => string | null
  /** The close list of a round by the rule of §4a. */
  readonly closeItems: (input: {
    entries: readonly SealedEntry[]
    deadline: number
    delta: number
    cancelled: boolean
  }) => readonly CloseItem[]
  /** The δ (ms) that a round needs so that no bid promised by T is late by its token; null where that of the terms suffices. */
  readonly neededDelta: (
    entries: readonly Pick<SealedEntry, 'promiseTime' | 'tokenTime'>[],
    terms: { readonly T: number; readonly delta: number },
  ) => number | null
  /** RFC 6962 root over the canonical items, base64. */
  readonly closeRoot: (items: readonly CloseItem[]) => string
  /** Checks a batch of shares for form: exactly the required set, in order. Null when right, else a code. */
  readonly checkBatch: (input: { batch: ShareBatch; required: readonly string[] }) => string | null
  /** Bids equal in everything: the order the draw gives them (protocol §4 step g). `envelopes` are E hashes by bid. */
  readonly lot: (
    seed: string,
    tied: readonly { readonly bid: Id; readonly index: number; readonly e: string }[],
  ) => readonly Id[]
}

/** A key holder's batch (protocol §4a, kind 09): E and the share, or "bad". */
export interface ShareBatch {
  readonly v: 1
  readonly tender: Id
  readonly close: string
  readonly i: number
  readonly shares: readonly (readonly [string, string])[]
}

// What can happen to a bid before the opening: submitted (again), withdrawn. Nothing of it is public until the opening record names it.
import { z } from 'zod'
import { type FactOf, factType } from '../history.ts'
import { bytes32Schema, idSchema } from '../id.ts'
import type { Manifest, ManifestSignature, SealedEnvelope } from '../sealing-port.ts'

const json = <T>() => z.custom<T>((value) => typeof value === 'object' && value !== null)

export const bidFacts = {
  BidSubmitted: factType(
    z.strictObject({
      bid: idSchema,
      round: z.int(),
      manifest: json<Manifest>(),
      m: bytes32Schema,
      leafSalt: bytes32Schema,
      envelopes: json<readonly SealedEnvelope[]>(),
      signature: json<ManifestSignature>(),
    }),
    { show: null, entry: 'sealed' },
  ),
  BidWithdrawn: factType(
    z.strictObject({
      bid: idSchema,
      round: z.int(),
      manifest: json<Manifest>(),
      m: bytes32Schema,
      leafSalt: bytes32Schema,
      signature: json<ManifestSignature>(),
    }),
    { show: null, entry: 'sealed' },
  ),
} as const
export type BidFact = FactOf<typeof bidFacts>

// The bidder's proof to themselves, on the device and before anything is sent: what was sealed opens to what was meant, under this tender's keys.
import { fromBase64, toBase64 } from './bytes.ts'
import type { SealedBid } from './bid.ts'
import type { Core } from './core.ts'
import { type Descriptor, descriptorHash, parseClass, type Recipients } from './descriptor.ts'
import { envelopeHash } from './envelope.ts'
import { canonicalText } from './jcs.ts'
import { Malformed } from './malformed.ts'
import { bidderOf, checkSubmission, parseSubmission } from './manifest.ts'
import { openByRoot } from './opening.ts'

/**
 * Reads the submission as it will be sent (its JSON), opens every envelope from its root as the opening will, and compares the content with
 * the cores that were meant. `numbers` is the count of preliminary prices or null. Throws `Malformed`: keys of another tender, an envelope that would be void, another
 * content, a class missing or too many.
 */
export function checkSealed(
  sealed: SealedBid,
  meant: {
    readonly descriptor: Descriptor
    readonly recipients: Recipients
    readonly cores: readonly { readonly cls: string; readonly core: Core }[]
    readonly numbers: number | null
  },
): void {
  const { descriptor, recipients, cores, numbers } = meant
  const submission = parseSubmission(JSON.parse(JSON.stringify(sealed.submission)))
  const { manifest } = submission
  if (manifest.tkd !== toBase64(descriptorHash(descriptor))) throw new Malformed('manifest.tkd', 'of another tender')
  const { m } = checkSubmission(submission, descriptor, recipients)
  if (toBase64(m) !== toBase64(sealed.m)) throw new Malformed('manifest', 'another M than was shown')
  if (manifest.envelopes.length !== cores.length) throw new Malformed('manifest.envelopes', 'not as many as were meant')
  for (const [n, { cls, e }] of manifest.envelopes.entries()) {
    const envelope = submission.envelopes[n]
    const R = sealed.roots[n]
    const core = cores.find((each) => each.cls === cls)?.core
    if (!envelope || !R || !core) throw new Malformed(cls, 'was not meant')
    const draws = parseClass(cls).kind === 'price' ? numbers : null
    const {
      status,
      code,
      core: found,
    } = openByRoot(
      recipients,
      {
        cls,
        index: 0,
        bc: bidderOf(manifest),
        e: toBase64(envelopeHash(envelope.header)),
        header: envelope.header,
        ciphertext: fromBase64(envelope.ciphertext),
        expected: { tender: manifest.tender, bidderId: manifest.bidderId, seq: manifest.seq, numbers: draws },
        ...(n === 0 ? { leafSalt: fromBase64(submission.leafSalt) } : {}),
      },
      R,
    )
    if (status !== 'valid') throw new Malformed(cls, `would be void at the opening: ${code}`)
    if (e !== toBase64(envelopeHash(envelope.header)) || canonicalText(found) !== canonicalText(core))
      throw new Malformed(cls, 'does not open to what was meant')
  }
}

// Signing in with a certificate: a short text that names this site is signed as a detached CMS, with the strict profile and the revocation asked for.
import { randomBytes } from 'node:crypto'
import { fromBase64, toBase64, utf8 } from '@naru/sealing/bytes.ts'
import { Malformed } from '@naru/sealing/malformed.ts'
import { checkCades, readCades } from '@naru/sealing/signatures/cades.ts'
import { Untrusted } from '@naru/sealing/signatures/certificate.ts'
import { secondOpinion } from '@naru/sealing/signatures/second-opinion.ts'
import type { Deployment } from '../deployment.ts'
import { readNow } from '../time.ts'
import { challengeSeconds, keepChallenge, takeChallenge } from './challenges.ts'

/** What is to be signed: exactly the UTF-8 bytes of `text`. `challenge` names it in the answer. */
export interface CertificateQuestion {
  readonly challenge: string
  readonly text: string
}

/** Asks for a signature; the text says for which site it is, that it only signs in, and until when. */
export async function askCertificate(deployment: Deployment, origin: string): Promise<CertificateQuestion> {
  const challenge = randomBytes(32)
  const until = new Date(Date.parse(await readNow(deployment)) + challengeSeconds * 1000).toISOString()
  const text = `naru-sign-in@v1\n${origin}\n${toBase64(challenge)}\n${until}\n`
  await keepChallenge(deployment.database.pool, 'certificate', { content: text }, challenge)
  return { challenge: toBase64(challenge), text }
}

/**
 * Who signed the text: a person of an organisation of this site, by a certificate that leads to a listed root, allowed and not revoked now. A code of
 * what is wrong otherwise. The question is used up, whatever the answer is.
 */
export async function finishCertificate(
  deployment: Deployment,
  answer: { readonly challenge: string; readonly der: string },
): Promise<{ readonly person: string; readonly organisation: string } | { readonly code: string }> {
  try {
    const asked = await takeChallenge(
      deployment.database.pool,
      'certificate',
      fromBase64(answer.challenge, 'challenge'),
    )
    if (!asked?.content) return { code: 'challenge' }
    const { trust, evidence, admit } = deployment.certificates
    const der = fromBase64(answer.der, 'signature')
    const at = Date.parse(await readNow(deployment))
    const { signingTime } = readCades(der)
    if (Math.abs(signingTime - at) > 2 * challengeSeconds * 1000) return { code: 'signing-time' }
    const revocation = await evidence(der, at)
    const { subject } = await checkCades({ der, content: utf8(asked.content), trust, at, revocation, secondOpinion })
    const { person, organisation } = subject
    if (!person || !organisation) return { code: 'subject' }
    const { rowCount } = await deployment.database.pool.query(
      'select from membership m join person p on p.id = m.person where m.person = $1 and m.organisation = $2',
      [person, organisation],
    )
    if (rowCount !== 1) return { code: 'subject' }
    // The bids of this session find their certificate's path checked and its issuers asked.
    await admit(der, at, revocation)
    return { person, organisation }
  } catch (error) {
    if (error instanceof Untrusted) return { code: error.code }
    if (error instanceof Malformed) return { code: 'signature-form' }
    throw error
  }
}

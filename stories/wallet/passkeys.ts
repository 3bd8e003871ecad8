// Passkeys of the sandbox's people in software: made for one site, kept encrypted in the wallet's folder, asked only for what the wallet has read itself.
import { createCipheriv, createDecipheriv, createHash, randomBytes, scryptSync } from 'node:crypto'
import { existsSync, mkdirSync, readFileSync, renameSync, writeFileSync } from 'node:fs'
import { join } from 'node:path'
import { equalBytes, fromBase64, toBase64 } from '@naru/sealing/bytes.ts'
import { intentChallenge, makeIntent, parseIntent } from '@naru/sealing/intent.ts'
import { canonicalText } from '@naru/sealing/jcs.ts'
import { Malformed } from '@naru/sealing/malformed.ts'
import { assertedBy, createdBy, type SoftwarePasskey } from '@naru/sealing/software-passkey.ts'
import { Unwilling } from './duties.ts'

/** The wallet's passkeys, one a person. Answers are those of `navigator.credentials`, as JSON. */
export interface Passkeys {
  /** Makes the person's passkey for the site that asks. */
  readonly make: (person: string, asked: unknown) => unknown
  /** Confirms an act of the person, if what is to be signed is this act. */
  readonly confirm: (person: string, asked: unknown) => unknown
}

interface Kept {
  readonly id: string
  readonly nonce: string
  readonly wrapped: string
  readonly counter: number
  readonly rpId: string
}

const textIn = (value: unknown, name: string): string => {
  const text = (value as Record<string, unknown> | null)?.[name]
  if (typeof text !== 'string') throw new Malformed(name, 'not a text')
  return text
}
const challengeIn = (options: unknown): Uint8Array =>
  new Uint8Array(Buffer.from(textIn(options, 'challenge'), 'base64url'))

/** Opens the passkeys of a folder; `origins` are the sites that the wallet serves. */
export function openPasskeys(folder: string, passphrase: string, origins: ReadonlySet<string>): Passkeys {
  const place = join(folder, 'passkeys')
  mkdirSync(place, { recursive: true, mode: 0o700 })
  const wrapping = scryptSync(passphrase, 'naru wallet passkeys', 32, { N: 2 ** 14, r: 8, p: 1 })
  const fileOf = (person: string) =>
    join(place, `${createHash('sha256').update(person).digest('hex').slice(0, 24)}.json`)

  const keep = (person: string, kept: Kept): void => {
    writeFileSync(`${fileOf(person)}.new`, JSON.stringify(kept), { mode: 0o600 })
    renameSync(`${fileOf(person)}.new`, fileOf(person))
  }
  /** The person's passkey with one more use counted. */
  const use = (person: string): { passkey: SoftwarePasskey; rpId: string } => {
    if (!existsSync(fileOf(person))) throw new Unwilling('no-passkey', 'this person has no passkey here')
    const kept = JSON.parse(readFileSync(fileOf(person), 'utf8')) as Kept
    const counter = kept.counter + 1
    keep(person, { ...kept, counter })
    const bytes = Buffer.from(kept.wrapped, 'base64')
    const decipher = createDecipheriv('aes-256-gcm', wrapping, Buffer.from(kept.nonce, 'base64'))
      .setAAD(Buffer.from(person))
      .setAuthTag(bytes.subarray(-16))
    const secret = new Uint8Array(Buffer.concat([decipher.update(bytes.subarray(0, -16)), decipher.final()]))
    return { passkey: { id: fromBase64(kept.id), secret, algorithm: -7, counter }, rpId: kept.rpId }
  }
  /** The site that asks, if the wallet serves it and the name is the site's: what a browser would see to. */
  const siteOf = (asked: unknown, rpId: string): string => {
    const origin = textIn(asked, 'origin')
    if (!origins.has(origin) || new URL(origin).hostname !== rpId)
      throw new Unwilling('origin', 'this wallet does not serve this site')
    return origin
  }

  return {
    make: (person, asked) => {
      const { publicKey } = asked as { publicKey: { rp?: { id?: string } } }
      const rpId = publicKey?.rp?.id ?? ''
      const origin = siteOf(asked, rpId)
      if (existsSync(fileOf(person))) throw new Unwilling('has-passkey', 'this person has a passkey here')
      const passkey: SoftwarePasskey = { id: randomBytes(20), secret: randomBytes(32), algorithm: -7, counter: 0 }
      const nonce = randomBytes(12)
      const cipher = createCipheriv('aes-256-gcm', wrapping, nonce).setAAD(Buffer.from(person))
      const wrapped = Buffer.concat([cipher.update(passkey.secret), cipher.final(), cipher.getAuthTag()])
      keep(person, {
        id: toBase64(passkey.id),
        nonce: nonce.toString('base64'),
        wrapped: wrapped.toString('base64'),
        counter: 0,
        rpId,
      })
      return createdBy(passkey, { challenge: challengeIn(publicKey), origin, rpId })
    },
    confirm: (person, asked) => {
      const { intent, salt, input, publicKey, caseId, act } = asked as Record<string, unknown>
      const told = parseIntent(intent)
      const { actor, role, head } = told
      const own = makeIntent({
        tender: String(caseId),
        actor: { ...actor, person },
        role,
        action: String(act),
        input,
        head,
        salt: fromBase64(String(salt)),
      })
      const challenge = intentChallenge(own)
      if (canonicalText(own) !== canonicalText(told) || !equalBytes(challenge, challengeIn(publicKey)))
        throw new Unwilling('intent', 'what is to be signed is another act')
      const { passkey, rpId } = use(person)
      return assertedBy(passkey, { challenge, origin: siteOf(asked, rpId), rpId })
    },
  }
}

// Official acts confirmed by a passkey: the intent that is signed, the check before the transaction, and what is used up inside it (protocol §5).
import { randomBytes } from 'node:crypto'
import type { Act } from '@naru/domain/act.ts'
import type { Actor, PersonActor } from '@naru/domain/actor.ts'
import { type Confirmation, officialActs } from '@naru/domain/confirmation.ts'
import { getFactType } from '@naru/domain/catalogue.ts'
import type { NewFact } from '@naru/domain/history.ts'
import type { StreamKind } from '@naru/domain/id.ts'
import { personal } from '@naru/domain/personal.ts'
import { type Refusal, refuse } from '@naru/domain/refusal.ts'
import { fromBase64, toBase64 } from '@naru/sealing/bytes.ts'
import { type Intent, intentChallenge, makeIntent } from '@naru/sealing/intent.ts'
import { canonicalText } from '@naru/sealing/jcs.ts'
import { Malformed } from '@naru/sealing/malformed.ts'
import type { PublicKeyCredentialRequestOptionsJSON } from '@simplewebauthn/server'
import type pg from 'pg'
import type { Deployment } from '../deployment.ts'
import type { Recorded } from '../record.ts'
import { challengeIn, keepChallenge, peekChallenge, takeChallenge } from './challenges.ts'
import {
  type Asserted,
  askPasskey,
  checkResponse,
  findPasskey,
  type KeptPasskey,
  noteUse,
  readPasskeys,
  type Use,
} from './passkeys.ts'

/** An act that a person means to do, before it is done. */
export interface MeantAct {
  readonly caseId: string
  readonly definition: Pick<Act, 'name' | 'noun' | 'by'>
  readonly actor: PersonActor
  readonly input: unknown
}

/** An assertion that was found to fit its act; used up in the act's transaction. */
export interface Confirmed {
  readonly passkey: KeptPasskey
  readonly use: Use
  readonly challenge: Uint8Array
  readonly intent: Intent
  readonly salt: Uint8Array
  readonly input: unknown
  readonly assertion: Pick<Confirmation['passkey'], 'authenticatorData' | 'clientDataJSON' | 'signature'>
}

/** What the browser needs to have an act confirmed; client and server make the intent alike from `input`, `salt` and `head`. */
export interface IntentAsked {
  readonly intent: Intent
  readonly salt: string
  readonly input: unknown
  readonly publicKey: PublicKeyCredentialRequestOptionsJSON
}

interface Kept {
  readonly salt: string
  readonly head: string | null
}

/** An input larger than this is not repeated in the confirmation: what it makes has commitments of its own in `target`. Bytes in canonical form. */
const mostInput = 16_384

const intentOf = ({ caseId, definition, actor, input }: MeantAct, { salt, head }: Kept): Intent =>
  makeIntent({
    tender: caseId,
    actor,
    role: Array.isArray(definition.by) ? (definition.by.find((role) => actor.roles.includes(role)) ?? null) : null,
    action: definition.name,
    input,
    head,
    salt: fromBase64(salt),
  })

/** Begins a confirmation: keeps the intent's hash as challenge and asks any passkey of the person. Null where there is none, or no place for one. */
export async function beginIntent(deployment: Deployment, meant: MeantAct): Promise<IntentAsked | null> {
  const { pool } = deployment.database
  const { caseId, definition, actor, input } = meant
  const passkeys = await readPasskeys(pool, actor.person)
  if (!deployment.relyingParty || passkeys.length === 0 || !officialActs.has(definition.name)) return null
  const stream = `${definition.noun === 'contract' ? 'tender' : definition.noun}:${caseId}`
  const { rows } = await pool.query<{ hash: Buffer }>('select hash from current where stream = $1', [stream])
  const kept: Kept = { salt: toBase64(randomBytes(32)), head: rows[0] ? toBase64(rows[0].hash) : null }
  const intent = intentOf(meant, kept)
  const asked = { person: actor.person, content: JSON.stringify(kept) }
  const challenge = await keepChallenge(pool, 'act', asked, intentChallenge(intent))
  return { intent, salt: kept.salt, input, publicKey: await askPasskey(deployment.relyingParty, challenge, passkeys) }
}

/** The confirmation that an answer of the person's passkey is of exactly this act; null where it is not. */
export async function readConfirmation(
  deployment: Deployment,
  meant: MeantAct,
  response: Asserted,
): Promise<Confirmed | null> {
  const { relyingParty: party } = deployment
  const { pool } = deployment.database
  const challenge = challengeIn(response.response.clientDataJSON)
  const asked = challenge && (await peekChallenge(pool, 'act', challenge))
  if (!party || !challenge || asked?.person !== meant.actor.person) return null
  const kept = JSON.parse(asked.content ?? '') as Kept
  const intent = intentOf(meant, kept)
  if (!Buffer.from(intentChallenge(intent)).equals(challenge)) return null
  const passkey = await findPasskey(pool, response.id)
  if (passkey?.person !== meant.actor.person) return null
  const use = await checkResponse(party, passkey, response, challenge)
  if (!use) return null
  const base64 = (text: string) => Buffer.from(text, 'base64url').toString('base64')
  const { authenticatorData, clientDataJSON, signature } = response.response
  return {
    passkey,
    use,
    challenge,
    intent,
    salt: fromBase64(kept.salt),
    input: meant.input,
    assertion: {
      authenticatorData: base64(authenticatorData),
      clientDataJSON: base64(clientDataJSON),
      signature: base64(signature),
    },
  }
}

/** Of an act that came with an assertion which does not fit it. */
export const doesNotFit = 'does-not-fit'

/**
 * Whether an act may be done as it is confirmed: in the act's transaction, after everything else was found right. Who has a passkey acts with it;
 * in live mode nobody acts officially without one. What other systems do with a delegated credential was confirmed when it was delegated.
 */
export async function whyNotConfirmed(
  deployment: Deployment,
  client: Pick<pg.Pool, 'query'>,
  act: string,
  actor: Actor,
  confirmed: Confirmed | typeof doesNotFit | null,
): Promise<Refusal | null> {
  if (!officialActs.has(act) || actor.kind !== 'person' || actor.credential) return null
  if (confirmed === doesNotFit) return refuse('passkeyDoesNotFit')
  if (confirmed) {
    const used = (await takeChallenge(client, 'act', confirmed.challenge)) !== null
    return used && (await noteUse(client, confirmed.passkey, confirmed.use)) ? null : refuse('passkeyDoesNotFit')
  }
  const { rows } = await client.query<{ has: boolean }>(
    'select exists (select from passkey where person = $1) as has',
    [actor.person],
  )
  if (rows[0]?.has) return refuse('passkeyIsDemanded')
  return deployment.mode === 'live' ? refuse('passkeyIsMissing') : null
}

/** The fact that goes with the facts of a confirmed act, in the stream of the first. */
export function confirmationOf(confirmed: Confirmed, made: readonly Recorded[], hidden: boolean): NewFact {
  const [first] = made
  if (!first) throw new Error('nothing was done that could be confirmed')
  const [kind, id] = first.fact.stream.split(':') as [StreamKind, string]
  const shown = made.every(({ fact }) => getFactType(fact.type).show !== null)
  const { passkey, intent, assertion } = confirmed
  const salt = toBase64(confirmed.salt)
  // The whole input is repeated only where every word of it can be read in the facts anyway.
  const open = shown && !hidden && made.every(isWhole) && canonicalText(confirmed.input).length <= mostInput
  const body: Confirmation = {
    act: intent.action,
    facts: made.map(({ fact, hash }) => ({ stream: fact.stream, seq: fact.seq, hash: toBase64(hash) })),
    intent: { ...intent, target: [...intent.target] },
    opened: open ? { salt, input: confirmed.input as NonNullable<Confirmation['opened']>['input'] } : null,
    salt: open ? null : personal(salt),
    passkey: { id: toBase64(passkey.id), publicKey: toBase64(passkey.public_key), ...assertion },
  }
  return { kind, id, type: shown ? 'ActConfirmed' : 'ActConfirmedInside', body }
}

function isWhole({ fact }: Recorded): boolean {
  const { show } = getFactType(fact.type)
  try {
    return show !== null && canonicalText(show(fact.body)) === canonicalText(fact.body)
  } catch (error) {
    if (error instanceof Malformed) return false
    throw error
  }
}

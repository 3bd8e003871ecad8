// Passkeys of people: made, used to sign in, listed, named, removed. Only public halves are here; the private ones never leave the person's device.
import { checkAssertion, counterFollows } from '@naru/sealing/assertion.ts'
import { passkeyAlgorithms, readCoseKey } from '@naru/sealing/cose-key.ts'
import { Malformed } from '@naru/sealing/malformed.ts'
import { Untrusted } from '@naru/sealing/signatures/certificate.ts'
import {
  type AuthenticationResponseJSON,
  generateAuthenticationOptions,
  generateRegistrationOptions,
  type PublicKeyCredentialCreationOptionsJSON,
  type PublicKeyCredentialRequestOptionsJSON,
  type RegistrationResponseJSON,
  verifyAuthenticationResponse,
  verifyRegistrationResponse,
} from '@simplewebauthn/server'
import type pg from 'pg'
import { z } from 'zod'
import { challengeIn, challengeSeconds, keepChallenge, type Purpose, takeChallenge } from './challenges.ts'
import type { RelyingParty } from '@naru/sealing/relying-party.ts'

/** A passkey as its owner sees it. `id` is the credential's id in base64url; `prf` whether it can wrap a key holder's keys. */
export interface ShownPasskey {
  readonly id: string
  readonly name: string
  readonly created: string
  readonly lastUsed: string | null
  readonly backedUp: boolean
  readonly transports: readonly string[]
  readonly prf: boolean
}

/** A passkey as it is kept. */
export interface KeptPasskey {
  readonly id: Buffer
  readonly person: string
  readonly public_key: Buffer
  readonly counter: string
}

type Query = Pick<pg.Pool, 'query'>

const url64 = z
  .string()
  .regex(/^[A-Za-z0-9_-]+$/)
  .max(16_384)
const most = 20
/** A name that a person gives: one line. */
export const passkeyName = z
  .string()
  .trim()
  .min(1)
  .max(60)
  .regex(/^[^\p{Cc}\p{Cs}]*$/u)

const common = { id: url64.max(1400), rawId: url64.max(1400), type: z.literal('public-key') }
/** What `navigator.credentials.create` answered, as JSON (WebAuthn level 3). */
export const createdSchema = z.looseObject({
  ...common,
  response: z.looseObject({
    clientDataJSON: url64,
    attestationObject: url64,
    transports: z.array(z.string().max(20)).max(10).optional(),
  }),
  clientExtensionResults: z.looseObject({}),
})
/** What `navigator.credentials.get` answered, as JSON. */
export const assertedSchema = z.looseObject({
  ...common,
  response: z.looseObject({
    clientDataJSON: url64,
    authenticatorData: url64,
    signature: url64,
    userHandle: z.string().max(100).nullish(),
  }),
  clientExtensionResults: z.looseObject({}).default({}),
})
export type Asserted = z.infer<typeof assertedSchema>

/** What a passkey keeps of its owner: the random id, which tells nothing. */
const handleOf = (person: string): Uint8Array<ArrayBuffer> =>
  new Uint8Array(Buffer.from(person.replaceAll('-', ''), 'hex'))

/** The passkeys of a person, oldest first. */
export async function readPasskeys(query: Query, person: string): Promise<readonly ShownPasskey[]> {
  const { rows } = await query.query<{
    id: Buffer
    name: string
    created: string
    last_used: string | null
    backed_up: boolean
    transports: string[]
    prf: boolean
  }>(
    'select id, name, created, last_used, backed_up, transports, prf from passkey where person = $1 order by created, id',
    [person],
  )
  return rows.map((row) => ({
    id: row.id.toString('base64url'),
    name: row.name,
    created: row.created,
    lastUsed: row.last_used,
    backedUp: row.backed_up,
    transports: row.transports,
    prf: row.prf,
  }))
}

/** A passkey that was added to a person's account or removed from it. */
export interface PasskeyChange {
  readonly name: string
  readonly what: 'added' | 'removed'
  readonly at: string
}

/** What happened to a person's passkeys in the last days, newest first; a hundred at most. */
export async function readPasskeyChanges(query: Query, person: string, days = 365): Promise<readonly PasskeyChange[]> {
  const { rows } = await query.query<PasskeyChange>(
    `select name, what, at from passkey_change where person = $1 and at > clock_timestamp() - make_interval(days => $2) order by at desc limit 100`,
    [person, days],
  )
  return rows
}

/** What the browser is asked to make a passkey with; null where the person has as many as one may have. */
export async function beginRegistration(
  query: Query,
  party: RelyingParty,
  person: { readonly id: string; readonly name: string },
  purpose: Extract<Purpose, 'register' | 'enrol'>,
): Promise<PublicKeyCredentialCreationOptionsJSON | null> {
  const known = await readPasskeys(query, person.id)
  if (known.length >= most) return null
  const challenge = await keepChallenge(query as pg.Pool, purpose, { person: person.id })
  return generateRegistrationOptions({
    rpName: 'Naru',
    rpID: party.id,
    userName: person.name,
    userDisplayName: person.name,
    userID: handleOf(person.id),
    challenge,
    timeout: challengeSeconds * 1000,
    attestationType: 'none',
    excludeCredentials: known.map(({ id, transports }) => ({ id, transports: [...transports] })),
    authenticatorSelection: { residentKey: 'required', userVerification: 'required' },
    supportedAlgorithmIDs: [...passkeyAlgorithms],
    // Asked for, so that the passkey can wrap a key holder's keys (protocol §2.3); one without it is taken as well.
    extensions: { prf: {} } as Record<string, unknown>,
  })
}

/** Keeps a passkey that was made for a challenge of this purpose; null where the answer does not fit. */
export async function finishRegistration(
  query: Query,
  party: RelyingParty,
  given: { readonly purpose: 'register' | 'enrol'; readonly person: string; readonly name: string },
  response: z.infer<typeof createdSchema>,
): Promise<{ readonly id: string; readonly publicKey: Uint8Array } | null> {
  const challenge = challengeIn(response.response.clientDataJSON)
  const asked = challenge && (await takeChallenge(query, given.purpose, challenge))
  if (!challenge || asked?.person !== given.person) return null
  try {
    const { verified, registrationInfo: made } = await verifyRegistrationResponse({
      response: response as unknown as RegistrationResponseJSON,
      expectedChallenge: Buffer.from(challenge).toString('base64url'),
      expectedOrigin: [...party.origins],
      expectedRPID: party.id,
      requireUserVerification: true,
      supportedAlgorithmIDs: [...passkeyAlgorithms],
    })
    if (!verified || !made) return null
    const { id, publicKey, counter, transports = [] } = made.credential
    readCoseKey(publicKey)
    const { prf } = response.clientExtensionResults as { prf?: { enabled?: unknown } }
    const { rowCount } = await query.query(
      `with made as (insert into passkey (id, person, name, public_key, counter, backup_eligible, backed_up, transports, prf)
         values ($1, $2, $3, $4, $5, $6, $7, $8, $9) on conflict do nothing returning id, person, name)
       insert into passkey_change (person, passkey, name, what) select person, id, name, 'added' from made on conflict do nothing`,
      [
        Buffer.from(id, 'base64url'),
        given.person,
        given.name,
        publicKey,
        counter,
        made.credentialDeviceType === 'multiDevice',
        made.credentialBackedUp,
        transports,
        prf?.enabled === true,
      ],
    )
    return rowCount === 1 ? { id, publicKey } : null
  } catch (error) {
    if (isFault(error)) throw error
    return null
  }
}

/** The library tells a wrong answer by an Error of its own; a fault of the database has a code. */
const isFault = (error: unknown): boolean => {
  const { code, syscall } = error as { code?: unknown; syscall?: unknown }
  return syscall !== undefined || (typeof code === 'string' && /^[0-9A-Z]{5}$/.test(code))
}

/** What the browser is asked to sign in with: any passkey of this site that the person chooses. */
export async function beginSignIn(query: Query, party: RelyingParty): Promise<PublicKeyCredentialRequestOptionsJSON> {
  const challenge = await keepChallenge(query as pg.Pool, 'sign-in')
  return askPasskey(party, challenge)
}

/** The question for an assertion over a challenge, to any passkey or to those given. */
export const askPasskey = (
  party: RelyingParty,
  challenge: Uint8Array<ArrayBuffer>,
  allowed?: readonly Pick<ShownPasskey, 'id' | 'transports'>[],
): Promise<PublicKeyCredentialRequestOptionsJSON> =>
  generateAuthenticationOptions({
    rpID: party.id,
    challenge,
    timeout: challengeSeconds * 1000,
    userVerification: 'required',
    ...(allowed && { allowCredentials: allowed.map(({ id, transports }) => ({ id, transports: [...transports] })) }),
  })

/** Whose passkey answered the challenge of a sign-in, or null. The challenge is used up, whatever the answer is. */
export async function finishSignIn(
  query: Query,
  party: RelyingParty,
  response: Asserted,
): Promise<{ readonly person: string; readonly passkey: Buffer } | null> {
  const challenge = challengeIn(response.response.clientDataJSON)
  if (!challenge || !(await takeChallenge(query, 'sign-in', challenge))) return null
  const found = await findPasskey(query, response.id)
  if (!found) return null
  const { userHandle } = response.response
  if (userHandle && !Buffer.from(userHandle, 'base64url').equals(Buffer.from(handleOf(found.person)))) return null
  const checked = await checkResponse(party, found, response, challenge)
  if (!checked || !(await noteUse(query, found, checked))) return null
  return { person: found.person, passkey: found.id }
}

/** A kept passkey by the id that the browser names. */
export async function findPasskey(query: Query, id: string): Promise<KeptPasskey | null> {
  const { rows } = await query.query<KeptPasskey>('select id, person, public_key, counter from passkey where id = $1', [
    Buffer.from(id, 'base64url'),
  ])
  return rows[0] ?? null
}

/** What is kept of a use. */
export interface Use {
  readonly counter: number
  readonly backedUp: boolean
}

/** Our own check and the library's: both must hold. Null where one does not. */
export async function checkResponse(
  party: RelyingParty,
  passkey: KeptPasskey,
  response: Asserted,
  challenge: Uint8Array,
): Promise<Use | null> {
  const before = Number(passkey.counter)
  const bytes = (text: string) => new Uint8Array(Buffer.from(text, 'base64url'))
  try {
    const own = checkAssertion(
      {
        authenticatorData: bytes(response.response.authenticatorData),
        clientDataJSON: bytes(response.response.clientDataJSON),
        signature: bytes(response.response.signature),
      },
      { challenge, rpId: party.id, origins: party.origins, publicKey: passkey.public_key },
    )
    if (!counterFollows(before, own.counter)) return null
    const second = await verifyAuthenticationResponse({
      response: response as unknown as AuthenticationResponseJSON,
      expectedChallenge: Buffer.from(challenge).toString('base64url'),
      expectedOrigin: [...party.origins],
      expectedRPID: party.id,
      requireUserVerification: true,
      credential: {
        id: passkey.id.toString('base64url'),
        publicKey: new Uint8Array(passkey.public_key),
        counter: before,
      },
    }).catch(() => ({ verified: false }))
    return second.verified ? { counter: own.counter, backedUp: own.backedUp } : null
  } catch (error) {
    if (error instanceof Untrusted || error instanceof Malformed) return null
    throw error
  }
}

/** Notes a use; false where the counter did not grow meanwhile: of two copies of a passkey, one is refused. */
export async function noteUse(query: Query, passkey: KeptPasskey, use: Use): Promise<boolean> {
  const { rowCount } = await query.query(
    `update passkey set counter = $2, backed_up = $3, last_used = clock_timestamp()
     where id = $1 and (counter < $2 or (counter = 0 and $2 = 0))`,
    [passkey.id, use.counter, use.backedUp],
  )
  return rowCount === 1
}

/** Names a passkey of the person; false where there is none. */
export async function renamePasskey(query: Query, person: string, id: string, name: string): Promise<boolean> {
  const { rowCount } = await query.query('update passkey set name = $3 where id = $2 and person = $1', [
    person,
    Buffer.from(id, 'base64url'),
    name,
  ])
  return rowCount === 1
}

/** Removes a passkey with the sessions that it began; never the last one. */
export async function removePasskey(query: Query, person: string, id: string): Promise<'removed' | 'last' | 'absent'> {
  const bytes = Buffer.from(id, 'base64url')
  // Of two removals at once the rows are locked in one order, so that one passkey stays.
  const { rows } = await query.query<{ mine: boolean; gone: boolean }>(
    `with held as (select id from passkey where person = $1 order by id for update),
       gone as (delete from passkey where id = $2 and person = $1 and (select count(*) from held) > 1 returning id, person, name),
       told as (insert into passkey_change (person, passkey, name, what) select person, id, name, 'removed' from gone on conflict do nothing)
     select exists (select from held where id = $2) as mine, exists (select from gone) as gone`,
    [person, bytes],
  )
  return rows[0]?.gone ? 'removed' : rows[0]?.mine ? 'last' : 'absent'
}

// Has an official act confirmed by the person's passkey: what is signed is made here again from what is sent, and never taken from the server.
import { equalBytes, fromBase64 } from '@naru/sealing/bytes.ts'
import { intentChallenge, makeIntent, parseIntent } from '@naru/sealing/intent.ts'
import { canonicalText } from '@naru/sealing/jcs.ts'
import { startAuthentication } from '@simplewebauthn/browser'

/** An act as it is sent to the API. */
export interface SentAct {
  readonly caseId: string
  readonly act: string
  readonly input: unknown
}

type Question = Parameters<typeof startAuthentication>[0]['optionsJSON']

/** What the server asks to have signed, found to be of exactly this act. `text` is the input as it is signed, to be read. */
export interface AskedIntent {
  readonly publicKey: Question
  readonly text: string
}

/** The server's sentence of a refusal. */
export class Refused extends Error {}
/** The server would have had something else signed. */
export class AnotherIntent extends Error {}

const headers = () => ({ 'content-type': 'application/json', 'accept-language': document.documentElement.lang })

const sentenceOf = (body: { sentence?: string; fields?: { sentence?: string; path: string }[] }): string =>
  body.sentence ?? body.fields?.map((each) => each.sentence ?? each.path).join(' ') ?? ''

const fromBase64url = (text: string): Uint8Array => {
  const plain = text.replaceAll('-', '+').replaceAll('_', '/')
  return fromBase64(plain.padEnd(Math.ceil(plain.length / 4) * 4, '='))
}

const toBase64url = (text: string): string =>
  btoa(String.fromCharCode(...new TextEncoder().encode(text)))
    .replaceAll('+', '-')
    .replaceAll('/', '_')
    .replaceAll('=', '')

/** Asks what is to be signed. Throws where the server would have something else signed than this act on this case. */
export async function askIntent({ caseId, act, input }: SentAct): Promise<AskedIntent> {
  const answer = await fetch(`/api/cases/${caseId}/intents`, {
    method: 'POST',
    headers: headers(),
    body: JSON.stringify({ act, input }),
  })
  const body = (await answer.json()) as { intent: unknown; salt: string; input: unknown; publicKey: Question }
  if (!answer.ok) throw new Refused(sentenceOf(body as never))
  const told = parseIntent(body.intent)
  const { actor, role, head } = told
  const own = makeIntent({
    tender: caseId,
    actor,
    role,
    action: act,
    input: body.input,
    head,
    salt: fromBase64(body.salt),
  })
  const same =
    canonicalText(own) === canonicalText(told) &&
    equalBytes(intentChallenge(own), fromBase64url(body.publicKey.challenge))
  if (!same) throw new AnotherIntent()
  return { publicKey: body.publicKey, text: JSON.stringify(body.input, null, 2) }
}

/** The passkey's answer, as the API and forms carry it. Throws where the person stops. */
export const confirmIntent = async ({ publicKey }: AskedIntent): Promise<string> =>
  toBase64url(JSON.stringify(await startAuthentication({ optionsJSON: publicKey })))

/**
 * Posts an act; where it needs the person's passkey, asks for it and posts the act again under the same key. The answer is the act's, done or refused.
 * Throws where the person stops.
 */
export async function postAct(sent: SentAct, key: string): Promise<Response> {
  const post = (assertion?: string) =>
    fetch(`/api/cases/${sent.caseId}/acts/${sent.act}`, {
      method: 'POST',
      headers: { ...headers(), 'idempotency-key': key, ...(assertion && { 'passkey-assertion': assertion }) },
      body: JSON.stringify(sent.input),
    })
  const answer = await post()
  if (answer.status !== 409) return answer
  const { code } = (await answer
    .clone()
    .json()
    .catch(() => ({}))) as { code?: string }
  return code === 'passkeyIsDemanded' ? post(await confirmIntent(await askIntent(sent))) : answer
}

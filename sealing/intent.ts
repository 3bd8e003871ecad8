// What a person means to do, as the passkey signs it: the challenge of an official act (protocol §5).
import { toBase64, utf8 } from './bytes.ts'
import { commitmentOf } from './commitment.ts'
import { H, HO } from './hash.ts'
import { canonical } from './jcs.ts'
import { asArray, asBytes, asInteger, asObject, asText } from './shape.ts'

/**
 * The intent. `tender` is the case; `target` the commitments of the objects in the input that get an entry of their own; `params` and `reason`
 * the input and its reason behind a salt; `head` the hash of the newest fact of the case that the person could have seen, null for none.
 */
export interface Intent {
  readonly v: 1
  readonly tender: string
  readonly actor: { readonly person: string; readonly organisation: string }
  readonly role: string | null
  readonly action: string
  readonly target: readonly string[]
  readonly params: string
  readonly reason: string | null
  readonly head: string | null
}

/** From what an intent is made. `salt` is 32 fresh bytes: whoever has it and the input can check `params`, nobody else can guess the input. */
export interface Meant {
  readonly tender: string
  readonly actor: { readonly person: string; readonly organisation: string }
  readonly role: string | null
  readonly action: string
  readonly input: unknown
  readonly head: string | null
  readonly salt: Uint8Array
}

/** H("params", salt, canonical input), 32 bytes. Throws `Malformed` for an input without a canonical form. */
export const paramsCommitment = (salt: Uint8Array, input: unknown): Uint8Array => H('params', salt, canonical(input))

/** The commitments of key records, sealed random numbers and batches of shares that an input carries, in its order. */
function targetsIn(input: unknown): Uint8Array[] {
  const { records, salts, batch } = (input ?? {}) as {
    records?: readonly unknown[]
    salts?: readonly { envelope?: { header?: unknown } }[]
    batch?: unknown
  }
  if (Array.isArray(records)) return records.map((record) => commitmentOf('keyrec', record))
  if (Array.isArray(salts)) return salts.map(({ envelope }) => commitmentOf('envelope', envelope?.header ?? null))
  return batch === undefined ? [] : [commitmentOf('batch', batch)]
}

/** The intent of an act; client and server make it alike. Throws `Malformed` for an input without a canonical form. */
export function makeIntent({ tender, actor, role, action, input, head, salt }: Meant): Intent {
  const { reason } = (input ?? {}) as { reason?: unknown }
  return {
    v: 1,
    tender,
    actor: { person: actor.person, organisation: actor.organisation },
    role,
    action,
    target: targetsIn(input).map(toBase64),
    params: toBase64(paramsCommitment(salt, input)),
    reason: typeof reason === 'string' ? toBase64(H('reason', salt, utf8(reason))) : null,
    head,
  }
}

/** HO("intent", intent): what the passkey signs. */
export const intentChallenge = (intent: Intent): Uint8Array => HO('intent', intent)

/** Reads an intent strictly. Throws `Malformed`. */
export function parseIntent(value: unknown, path = 'intent'): Intent {
  const members = ['v', 'tender', 'actor', 'role', 'action', 'target', 'params', 'reason', 'head']
  const it = asObject(value, path, members)
  asInteger(it['v'], `${path}.v`, 1, 1)
  const actor = asObject(it['actor'], `${path}.actor`, ['person', 'organisation'])
  return {
    v: 1,
    tender: asText(it['tender'], `${path}.tender`),
    actor: {
      person: asText(actor['person'], `${path}.actor.person`),
      organisation: asText(actor['organisation'], `${path}.actor.organisation`),
    },
    role: it['role'] === null ? null : asText(it['role'], `${path}.role`),
    action: asText(it['action'], `${path}.action`),
    target: asArray(it['target'], `${path}.target`, 100).map((each, n) => asBytes(each, `${path}.target[${n}]`, 32)),
    params: asBytes(it['params'], `${path}.params`, 32),
    reason: it['reason'] === null ? null : asBytes(it['reason'], `${path}.reason`, 32),
    head: it['head'] === null ? null : asBytes(it['head'], `${path}.head`, 32),
  }
}

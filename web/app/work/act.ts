// Forms that act: the path from a posted form to an act of the domain, and back with what was typed when it was not accepted.
import type { Invalid, Refusal } from '@naru/domain/refusal.ts'
import { data, redirect } from 'react-router'
import type { Naru } from '../context.ts'

/** What a form held: the last value of each name, and all values of names that may stand more than once. */
export interface Typed {
  readonly one: Readonly<Record<string, string>>
  readonly all: Readonly<Record<string, readonly string[]>>
}

/** Why a form was not accepted, with what was typed, so that the page can show it again. */
export interface Failed {
  readonly why: Refusal | Invalid
  readonly typed: Typed
  /** The act as it would be sent, where it waits for the person's passkey only. */
  readonly confirm?: { readonly caseId: string; readonly act: string; readonly input: unknown }
}

/** Reads a form's texts; files are left to the page. */
export function typedIn(form: FormData): Typed {
  const one: Record<string, string> = {}
  const all: Record<string, string[]> = {}
  for (const [name, value] of form) {
    if (typeof value !== 'string') continue
    one[name] = value
    all[name] = [...(all[name] ?? []), value]
  }
  return { one, all }
}

export const isRefusal = (why: Refusal | Invalid): why is Refusal => 'refused' in why

/** Answers a form that was not accepted: 422 for what was typed, 409 for what is not allowed. */
export const notAccepted = (why: Refusal | Invalid, form: FormData, confirm?: Failed['confirm']) =>
  data<Failed>({ why, typed: typedIn(form), ...(confirm && { confirm }) }, { status: isRefusal(why) ? 409 : 422 })

/** One field that is wrong before any act is asked. */
export const wrongField = (form: FormData, path: string, code: string, facts?: Record<string, string>) =>
  notAccepted({ invalid: [{ path, code, ...(facts && { facts }) }] }, form)

/** The key that makes a second press the same act: from the page that was shown, never anew. */
function keyOf(form: FormData, act: string): string {
  const given = form.get('formKey')
  return typeof given === 'string' && /^[\x21-\x7e]{8,90}$/.test(given) ? given : `${crypto.randomUUID()}.${act}`
}

/** An id for what an act makes: the same for every press of the same form. */
export function idOfForm(form: FormData): string {
  const [id = ''] = String(form.get('formKey') ?? '').split('.')
  return /^[0-9a-f]{8}-[0-9a-f]{4}-4[0-9a-f]{3}-[89ab][0-9a-f]{3}-[0-9a-f]{12}$/.test(id) ? id : crypto.randomUUID()
}

/** Does an act and goes to a page of this language; answers the form again when it was not accepted. */
export async function actAndGo(
  naru: Naru & { readonly walking?: boolean },
  form: FormData,
  what: { caseId: string; act: string; input: unknown; to: string },
) {
  const key = keyOf(form, what.act)
  const { caseId, act, input } = what
  const given = form.get('assertion')
  const assertion = typeof given === 'string' && given !== '' ? given : null
  let answer = await naru.act(caseId, act, input, key, assertion)
  // A page that was gone back to and changed carries a key that is spent: with other content it is another act, still one per content.
  if ('invalid' in answer && answer.invalid[0]?.code === 'keyOfAnotherAct')
    answer = await naru.act(caseId, act, input, await keyFor(key, input), assertion)
  if ('done' in answer) return redirect(`/${naru.language}${naru.walking ? `/sandbox/walk?case=${caseId}` : what.to}`)
  const waits = isRefusal(answer) && (answer.refused === 'passkeyIsDemanded' || answer.refused === 'passkeyDoesNotFit')
  return notAccepted(answer, form, waits ? { caseId, act, input } : undefined)
}

async function keyFor(key: string, input: unknown): Promise<string> {
  const hash = new Uint8Array(
    await crypto.subtle.digest('SHA-256', new TextEncoder().encode(key + JSON.stringify(input))),
  )
  return Array.from(hash, (byte) => byte.toString(16).padStart(2, '0')).join('')
}

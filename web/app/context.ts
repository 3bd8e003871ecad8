// What the server hands to every loader and action: read functions, the one way to act, and who asks.
import { createContext } from 'react-router'
import type { CountryForm } from '../format.ts'
import type { Language } from '../words/say.ts'
import type { ReadApi } from './read-api.ts'

/** The country and the mode the deployment was started with. */
export interface CountrySettings {
  /** `kg`, `kr`, `fictia`: the folder in `countries`. */
  readonly code: string
  /** Languages offered, the country's default first. */
  readonly languages: readonly Language[]
  /** IANA zone of deadlines. */
  readonly zone: string
  /** The pack's formats. */
  readonly form: CountryForm
  /** ISO 4217. */
  readonly currency: string
  readonly mode: 'sandbox' | 'live'
}

/** Who is signed in, and for which organisation this person acts. */
export interface Visitor {
  readonly person: string
  readonly name: string
  readonly organisation: string
  readonly organisationName: string
  readonly roles: readonly string[]
}

/** The answer to an act: done, refused with the article, or invalid by field. */
export type ActAnswer =
  | { readonly done: true; readonly case: string; readonly receipt: unknown; readonly [more: string]: unknown }
  | {
      readonly refused: string
      readonly basis?: { readonly law: string } | { readonly assumed: string; readonly from: string }
      readonly facts?: Readonly<Record<string, string>>
      readonly from?: string
      readonly until?: string
    }
  | { readonly invalid: readonly { readonly path: string; readonly code: string; readonly facts?: Readonly<Record<string, string>> }[] }

/** Everything a page may use. It holds no database and no rule: the server supplies it for one request. */
export interface Naru {
  readonly language: Language
  readonly country: CountrySettings
  /** The instant of this answer, from the server's clock (virtual in the sandbox). */
  readonly now: string
  readonly visitor: Visitor | undefined
  readonly read: ReadApi
  /** Does an act on a case. The same key with the same input gives the first answer again. */
  act(caseId: string, act: string, input: unknown, idempotencyKey: string): Promise<ActAnswer>
}

/** Undefined when the server could not make one (the database is away): every page then answers 503. */
export const naruContext = createContext<Naru | undefined>(undefined)

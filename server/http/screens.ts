// What the server gives to the screens for one request. The screens take these types; the server fills them.
import type { Category, Formats, Mode } from '@naru/domain/pack.ts'
import type { Invalid, Refusal } from '@naru/domain/refusal.ts'

/** The languages of the interface; the first segment of every page's address. */
export const screenLanguages = ['ky', 'ru', 'en', 'ko'] as const
export type ScreenLanguage = (typeof screenLanguages)[number]

/** The country and the mode the deployment was started with. */
export interface CountrySettings {
  /** The folder in `countries`: `kg`, `kr`, `fictia`. */
  readonly code: string
  /** Languages offered, the country's default first. */
  readonly languages: readonly ScreenLanguage[]
  /** IANA zone in which deadlines are shown. */
  readonly zone: string
  readonly form: Formats
  /** ISO 4217. */
  readonly currency: string
  readonly mode: Mode
  /** The kinds of purchase that the law's tables tell apart, by category; their words stand under `pack.kind`. */
  readonly kinds: Readonly<Partial<Record<Category, readonly string[]>>>
}

/** Who is signed in, and for which organisation this person acts. */
export interface Visitor {
  readonly person: string
  readonly name: string
  readonly organisation: string
  readonly organisationName: string
  readonly roles: readonly string[]
}

/** An act that was done: the case it belongs to and its signed receipt. */
export interface ActDone {
  readonly done: true
  readonly case: string
  readonly receipt?: unknown
  readonly result?: unknown
}

/** The answer to an act: done, refused with its article, or invalid by field. */
export type ActAnswer = ActDone | Refusal | Invalid

/** Everything a page may use. `Read` holds the read functions; a page has no database and decides nothing. */
export interface ScreenContext<Read> {
  readonly language: ScreenLanguage
  readonly country: CountrySettings
  /** The instant of this answer by the server's clock (virtual in the sandbox), ISO 8601. */
  readonly now: string
  readonly visitor: Visitor | undefined
  readonly read: Read
  /** Does an act on a case; `caseId` is empty where the act begins one. The same key and input give the first answer again. */
  act(
    caseId: string,
    act: string,
    input: unknown,
    idempotencyKey: string,
    /** What the person's passkey answered, JSON in base64url. */
    assertion?: string | null,
  ): Promise<ActAnswer>
}

/** What the build of the screens exports (`web/build/server/index.js`). */
export interface ScreensBuild {
  /** Answers a page's request. `context` is undefined when none could be made; every page then answers 503. */
  answer(request: Request, context: unknown, nonce: string): Promise<Response>
  /** Where faults of pages are told. */
  tellFaultsTo(listener: (fault: unknown, path: string) => void): void
}

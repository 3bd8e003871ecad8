// The read functions that pages call: the same answers the public API gives, bound to the visitor.
import type { FailureStep } from '@naru/domain/method.ts'
import type { ShownAttachment } from './attachments.ts'
import type { Category, ClassCode, Unit } from '@naru/domain/pack.ts'
import type { Money } from '@naru/domain/money.ts'
import type { Basis } from '@naru/domain/refusal.ts'
import type { Resolved } from '@naru/domain/pack.ts'
import type { ShownReport } from '../attempts.ts'
import type { AccountReads } from '../http/account.ts'
import type { HolderKey } from '../http/holder-keys.ts'
import type { SandboxPerson } from '../http/sandbox.ts'
import type { BoxedBid } from './box.ts'
import type { CaseView, Names } from './case.ts'
import type { DeskLine } from './desk.ts'
import type { CaseDocument } from './documents.ts'
import type { Feed } from './feed.ts'
import type { OrganisationState } from '@naru/domain/organisation/organisation.ts'
import type { Period } from '@naru/domain/time.ts'
import type { NextPerson, Peek } from './next.ts'
import type { OrganisationPage } from './organisation.ts'
import type { PublishedReads } from './published.ts'
import type { ReceiptAnswer } from './receipt.ts'
import type { SearchResult } from './search.ts'

/** A draft as its organisation sees it. */
export interface Draft {
  readonly id: string
  readonly kind: string
  readonly caseId: string | null
  readonly version: number
  readonly body: unknown
  readonly updated: string
  readonly person: string
}

/** What the method chooser answers for a purchase, in the pack's order. */
export interface MethodAnswer {
  readonly method: string
  readonly lawful: boolean
  readonly because: 'default' | 'within-ceiling' | 'above-ceiling' | 'below-least' | 'category' | 'unconfirmed'
  readonly ceiling: Resolved<Money> | null
  readonly article: Basis
  readonly daysForBids: string
  readonly steps: readonly string[]
  readonly groups: { readonly agency: { k: number; n: number }; readonly guardians: { k: number; n: number } }
  readonly sealed: readonly string[]
  readonly draws: boolean
  readonly evaluators: number
  readonly failure: readonly FailureStep[]
}

export interface UploadState {
  readonly id: string
  readonly name: string
  readonly size: number
  readonly received: number
  readonly sha256: string | null
  readonly mediaType: string
  readonly scan: 'not-scanned' | 'clean' | 'infected'
}

/** A person whom an author may name: a key holder of the own organisation or of a guardian. */
export interface NameableHolder {
  readonly person: string
  readonly name: string
  readonly organisation: string
  readonly organisationName: Readonly<Record<string, string>>
  readonly group: 'agency' | 'guardians'
  /** A program of the organisation acts for them with a delegated credential. */
  readonly byProgram: boolean
}

export interface PlanSummary {
  readonly plan: string
  readonly organisation: string
  readonly year: number
  readonly version: number | null
  readonly pending: boolean
}

export interface HomeFigures {
  readonly open: number
  readonly closingToday: SearchResult
  readonly recent: SearchResult
}

export interface ReadApi {
  /** The case as the visitor may see it, or null. */
  readonly readCase: (caseId: string) => Promise<CaseView | null>
  readonly readHistory: (caseId: string) => Promise<Feed>
  /** The generated documents of a case in log order, the prevailing language before English; `address` leads to the bytes. */
  readonly readDocuments: (caseId: string) => Promise<readonly CaseDocument[]>
  readonly search: (address: URLSearchParams) => Promise<SearchResult>
  readonly readHome: () => Promise<HomeFigures>
  /** What needs the visitor now, what waits for others, what is over. */
  readonly readDesk: () => Promise<readonly DeskLine[]>
  readonly readPlans: (organisation?: string) => Promise<readonly PlanSummary[]>
  readonly readOrganisation: (organisation: string) => Promise<OrganisationPage | null>
  /** The supplier with a registration number, or null. */
  readonly findSupplier: (number: string) => Promise<string | null>
  readonly readNames: (value: unknown) => Promise<Names>
  readonly listDrafts: (kind: string) => Promise<readonly Draft[]>
  readonly readDraft: (id: string) => Promise<Draft | null>
  /** Saves a draft; `conflict` carries the newer one when another tab was first. */
  readonly saveDraft: (draft: {
    id: string
    kind: string
    caseId: string | null
    version: number
    body: unknown
  }) => Promise<{ saved: Draft } | { conflict: Draft }>
  readonly readUpload: (id: string) => Promise<UploadState | null>
  /** Takes a file from a form without script. */
  readonly receiveFile: (file: File) => Promise<UploadState | { refused: string }>
  readonly chooseMethods: (purchase: { category: Category; value: Money }) => Promise<readonly MethodAnswer[]>
  /** The earliest lawful deadline of a notice published now by a method, with the rule that makes it so; null for an unknown method. */
  readonly deadlineRule: (purchase: {
    category: Category
    value: Money
    method: string
    renotice: boolean
  }) => Promise<{
    readonly at: string
    readonly because: Resolved<Period>
    readonly questionsEnd: Resolved<Period> | null
  } | null>
  /** Organisations that may be parties of a purchase: registered buyers whose name holds a text, at most fifty. */
  readonly findBuyers: (
    text: string,
  ) => Promise<readonly { readonly id: string; readonly name: Readonly<Record<string, string>> }[]>
  /** Names of the people of the visitor's organisation by id. */
  readonly readColleagues: () => Promise<Readonly<Record<string, string>>>
  /** The visitor's organisation with its people and delegations; null for people without one. */
  readonly readOwnOrganisation: () => Promise<OrganisationState | null>
  /** What a bidder needs to check the operator's promise: the key in base64 and the log's name. */
  readonly promise: { readonly key: string; readonly log: string }
  /** Where bidders sign whose keys lie at a remote service; null where there is none. */
  readonly signingService: string | null
  /** Where the sealing client's own pages lie, with a slash at its end. */
  readonly sealingClient: string
  /** Where the sandbox's certificate authority gives this person an invented key file; null in a live deployment. */
  readonly sampleKeyFile: (who: { person: string; name: string; organisation: string }) => string | null
  /** How the visitor keeps the keys of a tender: wrapped by a passkey, in a file, or null where nothing is known here. */
  readonly readHolderKey: (caseId: string) => Promise<HolderKey | null>
  /** The report of attempts on a closed box, for its key holders; null for everyone else and before. */
  readonly readAttempts: (caseId: string) => Promise<ShownReport | null>
  readonly nameableHolders: () => Promise<readonly NameableHolder[]>
  readonly findClasses: (text: string) => Promise<readonly ClassCode[]>
  readonly units: readonly Unit[]
  /** Opened technical responses, for evaluators who have declared no conflict. */
  readonly readResponses: (
    caseId: string,
  ) => Promise<readonly { readonly bid: string; readonly lot: string; readonly responses: unknown }[] | null>
  /** How far the receipt of a version of the own bid is, by M (base64); null where the reader has no such version. */
  readonly readReceipt: (caseId: string, m: string) => Promise<ReceiptAnswer | null>
  /** Attachments of opened bids that the visitor may see. */
  readonly readAttachments: (caseId: string) => Promise<readonly ShownAttachment[]>
  /** The closed box of a case for its key holders; null for everyone else. */
  readonly readBoxForHolder: (caseId: string) => Promise<{
    readonly commitment: string
    readonly required: readonly string[]
    readonly bids: readonly BoxedBid[]
  } | null>
  /** What anyone may read beside the cases: the log, the rules, plans, names of codes. */
  readonly published: PublishedReads
  /** Ends the visitor's session; answers the Set-Cookie value. */
  readonly signOut: () => Promise<string>
  /** Whether passkeys work at the address by which the visitor came, and the address where they do. */
  readonly passkeyPlace: { readonly here: boolean; readonly address: string | null }
  /** How the visitor signs in. */
  readonly account: AccountReads
  readonly sandbox: null | {
    readonly people: () => Promise<readonly SandboxPerson[]>
    /** Moves the virtual clock forward; answers the new now, or null when it lies in the past. */
    readonly moveClock: (to: string) => Promise<string | null>
    /** Signs in as a person; answers the Set-Cookie value, or null. */
    readonly signIn: (person: string) => Promise<string | null>
    /** Who has to act next on a case, for the guided walk. */
    readonly nextPeople: (caseId: string) => Promise<readonly NextPerson[]>
    /** How far a case is, whoever asks, for the guided walk. */
    readonly peek: (caseId: string) => Promise<Peek | null>
    /** Where the wallet process of the sandbox people listens. */
    readonly wallet: string | null
  }
}

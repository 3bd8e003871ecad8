// What the bidder's own device keeps of a bid: what was typed, what was sealed and not yet answered, and the receipts with their secrets.
import type { Core } from '@naru/sealing/core.ts'
import type { SignedPromise } from '@naru/sealing/signature.ts'
import type { FileKind } from './files.ts'

/** What the page hands over; the server wrote it into the page, and nothing of it is secret. */
export interface BidPage {
  readonly page: 'tasks' | 'prices' | 'answers' | 'files' | 'check' | 'withdraw' | 'receipt'
  readonly caseId: string
  readonly number: string
  readonly round: number
  /** Milliseconds since 1970. */
  readonly deadline: number
  /** Milliseconds after the deadline by which the proof must stand. */
  readonly delta: number
  readonly now: number
  readonly bidder: string
  readonly person: string
  readonly currency: string
  readonly form: {
    readonly date: 'dd.MM.yyyy' | 'yyyy-MM-dd' | 'yyyy.MM.dd'
    readonly group: string
    readonly decimal: string
  }
  readonly zone: string
  readonly language: 'ky' | 'ru' | 'en' | 'ko'
  readonly lots: readonly {
    readonly id: string
    readonly items: readonly { readonly id: string; readonly quantity: string }[]
  }[]
  readonly draw: { readonly count: number; readonly picks: number } | null
  readonly criteria: readonly string[]
  /** The newest version of the own bid as the server has it. */
  readonly own: { readonly bid: string; readonly seq: number; readonly m: string } | null
  readonly tenderKey: unknown
  readonly promiseKey: string
  readonly log: string
  /** The remote signing service for this bid; null where there is none. */
  readonly signing: string | null
  readonly mode: 'sandbox' | 'live'
  /** Where the sealing client's own pages lie, such as `https://seal.example/`. */
  readonly sealingClient: string
  readonly then: string
}

/** What was typed, before it is sealed: texts as typed, by field name. */
export interface Typed {
  readonly fields: Readonly<Record<string, string>>
  readonly picks: readonly number[]
  readonly saved: number
}

/** A sealed submission that may already have arrived: it is sent again byte for byte under the same key. */
export interface Pending {
  readonly key: string
  readonly act: 'submit-bid' | 'withdraw-bid'
  readonly body: string
  readonly receipt: Omit<KeptReceipt, 'promise' | 'at'>
}

/**
 * A bid with attachments in the making. Its roots follow from `random` and `cores`; another word typed makes another bid, because a root
 * must never meet two cores. `leaves` are the segments that have arrived, by the file's header.
 */
export interface Making {
  readonly seq: number
  readonly bidderSalt: string
  readonly random: readonly string[]
  readonly cores: readonly {
    readonly cls: string
    readonly core: Core
    readonly lot: string
    readonly kind: FileKind
  }[]
  readonly ivs: Readonly<Record<string, string>>
  readonly leaves: Record<string, Record<number, string>>
}

/** A receipt as the device keeps it. `roots` open the bid: they are the bidder's own secret. */
export interface KeptReceipt {
  readonly case: string
  readonly round: number
  readonly seq: number
  readonly action: 'submit' | 'withdraw'
  readonly m: string
  readonly leafSalt: string
  readonly roots: readonly string[]
  /** The attachments: bytes when encrypted, and the root that the signature binds. */
  readonly files?: readonly {
    readonly cls: string
    readonly name: string
    readonly len: number
    readonly root: string
  }[]
  readonly promise: SignedPromise
  readonly at: string
  /** The device opened what it had sealed and found what the form says. */
  readonly opened?: true
  /** Of a submitted bid: what a second device needs beside the roots, which stand in the order of the classes. */
  readonly bidderSalt?: string
  readonly classes?: readonly string[]
  /** The proof file, once it was found to hold. */
  readonly proof?: string
}

const placeOf = (page: BidPage, what: string): string => `naru.${what}.${page.caseId}.${page.round}.${page.bidder}`

function read<T>(place: string): T | null {
  try {
    return JSON.parse(localStorage.getItem(place) ?? 'null') as T | null
  } catch {
    return null
  }
}
const write = (place: string, value: unknown): void => localStorage.setItem(place, JSON.stringify(value))

export const readTyped = (page: BidPage): Typed =>
  read<Typed>(placeOf(page, 'bid')) ?? { fields: {}, picks: [], saved: 0 }
/** Keeps what was typed. What was sealed before and never answered is of no use any more. */
export function keepTyped(page: BidPage, typed: Typed): void {
  write(placeOf(page, 'bid'), typed)
  localStorage.removeItem(placeOf(page, 'pending'))
  localStorage.removeItem(placeOf(page, 'making'))
}
export const readPending = (page: BidPage): Pending | null => read<Pending>(placeOf(page, 'pending'))
export const keepPending = (page: BidPage, pending: Pending): void => write(placeOf(page, 'pending'), pending)
/** Forgets what was sealed; the attachments made for it go with it. */
export function dropPending(page: BidPage): void {
  localStorage.removeItem(placeOf(page, 'pending'))
  localStorage.removeItem(placeOf(page, 'making'))
}
export const readMaking = (page: BidPage): Making | null => read<Making>(placeOf(page, 'making'))
export const keepMaking = (page: BidPage, making: Making): void => write(placeOf(page, 'making'), making)
export const readReceipts = (page: BidPage): readonly KeptReceipt[] =>
  read<KeptReceipt[]>(placeOf(page, 'receipts')) ?? []
export const keepReceipt = (page: BidPage, receipt: KeptReceipt): void =>
  write(placeOf(page, 'receipts'), [...readReceipts(page).filter((each) => each.m !== receipt.m), receipt])
/** Forgets what was typed and sealed; receipts stay. */
export function forget(page: BidPage): void {
  localStorage.removeItem(placeOf(page, 'bid'))
  dropPending(page)
}

/** Reads what the server wrote into the page. */
export function bidPage(): BidPage | null {
  const told = document.querySelector('script[type="application/json"][data-bid]')?.textContent
  return told ? (JSON.parse(told) as BidPage) : null
}

/** Shows one of the texts that the server rendered for this page, and hides the others. */
export function shows(name: string, detail = ''): void {
  for (const part of document.querySelectorAll<HTMLElement>('[data-says]')) part.hidden = part.dataset.says !== name
  const place = document.querySelector<HTMLElement>(`[data-says="${name}"] [data-detail]`)
  if (place) place.textContent = detail
}

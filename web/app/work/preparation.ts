// The pages on which a notice is prepared: one way to read the draft, one way to save a piece of it, told when somebody else saved first.
import type { CaseView } from '@naru/server/read/case.ts'
import { data, redirect, type RouterContextProvider } from 'react-router'
import { isLanguage, type Language } from '../../words/say.ts'
import type { Naru } from '../context.ts'
import { typedIn } from './act.ts'
import { caseAt } from './case-places.ts'
import { signedIn } from './signed-in.ts'
import { draftOf, emptyDraft, type TenderDraft } from './tender-draft.ts'
import { changedUnseen, partOfForm, partsChanged, sentIn, type Touch, withTouched, withTyped } from './typing.ts'

interface PageArgs {
  readonly context: Readonly<RouterContextProvider>
  readonly url: URL
  readonly params: { readonly caseId: string }
}

/** A tender as one reader sees it, with the names it mentions. */
export type TenderCase = Extract<CaseView, { readonly kind: 'tender' }>

/** What a page of the preparation knows. */
export interface Preparation {
  readonly caseId: string
  readonly view: TenderCase
  readonly draft: TenderDraft
  /** The version of the draft this page was made from; 0 before the first. */
  readonly version: number
  readonly saved: string | null
}

/** A tender as its own people may see it. Throws 404 for everyone else. */
export async function readTender(naru: Naru, caseId: string): Promise<TenderCase> {
  const view = await naru.read.readCase(caseId)
  if (view?.kind !== 'tender') throw data(null, { status: 404 })
  return view
}

/** Reads the draft of a tender that is not published yet. Throws a way to the case when it is. */
export async function readPreparation({
  context,
  url,
  params,
}: PageArgs): Promise<Preparation & { naru: ReturnType<typeof signedIn> }> {
  const naru = signedIn(context, url)
  const { caseId } = params
  const view = await readTender(naru, caseId)
  if (view.standing !== 'buyer') throw data({ refused: 'notYourCase' }, { status: 403 })
  if (view.tender.published || view.tender.ended) throw redirect(`/${naru.language}${caseAt(caseId)}`)
  const kept = await naru.read.readDraft(caseId)
  const main = view.tender.language
  const draft = kept
    ? { ...emptyDraft(main), ...(kept.body as TenderDraft) }
    : view.tender.prepared
      ? draftOf(view.tender.prepared.content)
      : emptyDraft(isLanguage(main) ? main : 'en')
  return { naru, caseId, view, draft, version: kept?.version ?? 0, saved: kept?.updated ?? null }
}

/** Who was first, for the one who came later. */
export interface Unseen {
  readonly at: string
  readonly by: string
  /** The version that stands now; what is saved from it stands over the newer. */
  readonly version: number
}

type Read = Awaited<ReturnType<typeof readPreparation>>

/**
 * Saves a changed draft and goes on. Who saves what somebody else, or they themselves in another tab, changed since the page was made is
 * told, sees both, and may save it over the newer; parts that nobody else touched are saved side by side. `changed` is empty where
 * something is only added to a list or taken from it.
 */
export async function saveDraft(
  preparation: Read,
  form: FormData,
  change: TenderDraft,
  to: string,
  changed: readonly string[] = partsChanged(preparation.draft, change),
) {
  const { naru, caseId, draft, version } = preparation
  const sent = sentIn(form)
  const seen = sent?.version ?? Number(form.get('version') ?? version)
  const tab = sent?.tab ?? ''
  const parts = [...changed, ...(sent ? [partOfForm(sent.fields)] : [])]
  const newer = changedUnseen(draft, parts, Number.isSafeInteger(seen) ? seen : version, tab)
  if (newer) return told({ at: newer.at, by: newer.name, version }, form)
  const touch: Touch = { version: version + 1, tab, name: naru.visitor.name, at: naru.now }
  const marked = withTouched(change, parts, touch)
  const body = sent ? withTyped(marked, sent.fields, null) : marked
  const answer = await naru.read.saveDraft({ id: caseId, kind: 'tender', caseId, version, body })
  if ('conflict' in answer) {
    const { updated, person, version: newest } = answer.conflict
    return told({ at: updated, by: (await naru.read.readColleagues())[person] ?? '', version: newest }, form)
  }
  return redirect(`/${naru.language}${caseAt(caseId, to)}`)
}

const told = (conflict: Unseen, form: FormData) => data({ conflict, typed: typedIn(form) }, { status: 409 })

/** Tells who sends a form that somebody else has changed meanwhile, before anything in it is looked at; null when nobody has. */
export function toldFirst({ draft, version }: Read, form: FormData): ReturnType<typeof told> | null {
  const sent = sentIn(form)
  const newer = sent && changedUnseen(draft, [partOfForm(sent.fields)], sent.version, sent.tab)
  return newer ? told({ at: newer.at, by: newer.name, version }, form) : null
}

/** A text that was typed in several languages: `title.ky`, `title.ru`… Empty ones are left out. */
export function languageTextIn(
  form: FormData,
  name: string,
  languages: readonly Language[],
): Partial<Record<Language, string>> {
  const text: Partial<Record<Language, string>> = {}
  for (const language of languages) {
    const value = String(form.get(`${name}.${language}`) ?? '').trim()
    if (value) text[language] = value
  }
  return text
}

/** A quantity as people type it, as decimal text with a point; undefined when it is none. */
export function readQuantity(typed: string): string | undefined {
  const bare = typed.replace(/[\s\u00a0\u202f]/g, '').replace(',', '.')
  const plain = /^0*(\d+)(?:\.(\d{1,6}))?$/.exec(bare)
  if (!plain) return undefined
  const decimals = (plain[2] ?? '').replace(/0+$/, '')
  const text = decimals ? `${plain[1]}.${decimals}` : (plain[1] ?? '')
  return text.length <= 19 && text !== '0' ? text : undefined
}

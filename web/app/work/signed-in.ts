// Who works here: pages of the workspace are for signed-in people, everyone else is asked to sign in first and comes back.
import { data, redirect, type RouterContextProvider } from 'react-router'
import { type Naru, naruContext, type Visitor } from '../context.ts'

/** What a page may use. Throws 503 when the server could make none. */
export function naruOf(context: Readonly<RouterContextProvider>): Naru {
  const naru = context.get(naruContext)
  if (!naru) throw data(null, { status: 503 })
  return naru
}

/** What a page of the workspace may use, with the person who works there. Throws a way to the sign-in page. */
export function signedIn(
  context: Readonly<RouterContextProvider>,
  url: URL,
): Naru & { visitor: Visitor; walking: boolean } {
  const naru = naruOf(context)
  const { visitor } = naru
  if (!visitor) throw redirect(`/${naru.language}/sign-in?back=${encodeURIComponent(withoutLanguage(url))}`)
  // The guided walk leads to a page and wants its visitor back after the act.
  return { ...naru, visitor, walking: naru.read.sandbox !== null && url.searchParams.has('walk') }
}

/** The address of a page without its language, with its query. */
export const withoutLanguage = (url: URL): string =>
  `${url.pathname.replace(/^\/[a-z]{2}(?=\/|$)/, '') || '/'}${url.search}`

/** An address inside this site that a form or a query names, or the one given instead. */
export const backTo = (wanted: FormDataEntryValue | null, otherwise: string): string =>
  typeof wanted === 'string' && /^\/(?![/\\])/.test(wanted) ? wanted : otherwise

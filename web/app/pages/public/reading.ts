// What every public page does first: takes its reads, and says how long a reader may keep the page.
import { idSchema } from '@naru/domain/id.ts'
import { data } from 'react-router'
import type { RouterContextProvider } from 'react-router'
import { type Naru, naruContext } from '../../context.ts'

/** The reads and the reader. Throws the page “briefly unavailable” where the server has none. */
export function naruOf(context: Readonly<RouterContextProvider>): Naru {
  const naru = context.get(naruContext)
  if (!naru) throw data(null, { status: 503 })
  return naru
}

/** What to throw where there is nothing to read: the page “there is no such page”. */
export const nothing = () => data(null, { status: 404 })

/** The id in an address. Throws the page “there is no such page” for anything else. */
export function idIn(value: string | undefined): string {
  if (!value || !idSchema.safeParse(value).success) throw nothing()
  return value
}

/** Throws the page “there is no such page” where a read found nothing. */
export function found<T>(value: T | null | undefined): T {
  if (value === null || value === undefined) throw nothing()
  return value
}

/**
 * A page's data with its tag. `parts` are all that the page depends on: the last public fact, and texts that the passing of time changes.
 * A signed-in reader's page carries a name in its head, so nobody keeps it; the sandbox's clock stands on every page, to the minute.
 */
export function keptUntilChanged<T>(naru: Naru, value: T, ...parts: readonly (string | number | null)[]) {
  if (naru.visitor) return data(value, { headers: { 'Cache-Control': 'private, no-store' } })
  const clock = naru.country.mode === 'sandbox' ? naru.now.slice(0, 16) : null
  return data(value, {
    headers: {
      ETag: naru.read.published.tagOf(naru.language, clock, ...parts),
      'Cache-Control': 'public, max-age=0, must-revalidate',
    },
  })
}

/** The headers of a public page are those its loader gave. */
export const loaderHeaders = ({ loaderHeaders: own }: { loaderHeaders: Headers }): Headers => own

// The service worker beside the sealing client's pages: it keeps the release that this device saw approved, and gives the pages nothing else.
//
// It speaks for its own folder only. What the host serves later is compared, never taken, unless two of the institutions that this device saw
// first have approved it. A browser takes another worker whenever the host serves one; this one can say so, not prevent it (docs/running/client.md).
import { type Approver, approvalsWanted, type ListWithReleases, operatorsFor } from '@naru/sealing/client-approval.ts'

/** What the page is told after a look at the host. `file` or `release` is what it found there. */
export type PinNews =
  | { readonly kind: 'swapped'; readonly detail: string }
  | { readonly kind: 'unapproved'; readonly detail: string }
  | { readonly kind: 'updated'; readonly detail: string }
  | { readonly kind: 'same' }

interface Listed {
  readonly path: string
  readonly sha256: string
}
interface Pinned {
  readonly release: string
  readonly files: readonly Listed[]
  /** Who may approve the next release: as this device saw them first. */
  readonly approvers: readonly Approver[]
}
interface Deployment {
  readonly api: string
  readonly signing?: string | null
}
interface Waiting extends Event {
  waitUntil(what: Promise<unknown>): void
}
interface Asking extends Waiting {
  readonly request: Request
  respondWith(answer: Promise<Response>): void
}
interface Scope {
  addEventListener(type: 'install' | 'activate', act: (event: Waiting) => void): void
  addEventListener(type: 'fetch', act: (event: Asking) => void): void
  addEventListener(
    type: 'message',
    act: (event: Waiting & { readonly data: unknown; readonly source: Port | null }) => void,
  ): void
  skipWaiting(): Promise<void>
  readonly clients: { claim(): Promise<void> }
  readonly registration: { readonly scope: string }
}
interface Port {
  postMessage(news: PinNews): void
}

const scope = globalThis as unknown as Scope
const home = scope.registration.scope
const book = 'naru-client'
const shelf = (release: string): string => `${book} ${release}`
const place = (path: string): string => new URL(path, home).href

async function sha256(bytes: ArrayBuffer): Promise<string> {
  const hash = new Uint8Array(await crypto.subtle.digest('SHA-256', bytes))
  return btoa(String.fromCharCode(...hash))
}

async function fresh(address: string): Promise<Response> {
  const answer = await fetch(address, { cache: 'no-store', credentials: 'omit' })
  if (!answer.ok) throw new Error(`${address} answered ${answer.status}`)
  return answer
}

async function readPinned(): Promise<Pinned | null> {
  const kept = await (await caches.open(book)).match(place('pinned'))
  return kept ? ((await kept.json()) as Pinned) : null
}

/** What the host offers now: its list by its hash, and the trust list of the portal that it names. Throws where one does not answer. */
async function readOffer() {
  const list = await (await fresh(place('release.json'))).arrayBuffer()
  const { files } = JSON.parse(new TextDecoder().decode(list)) as { files: Listed[] }
  const deployment = (await (await fresh(place('deployment.json'))).json()) as Deployment
  return { release: await sha256(list), files, deployment }
}
const readTrust = async ({ api }: Deployment): Promise<ListWithReleases> =>
  (await (await fresh(`${api || new URL(home).origin}/api/trust`)).json()) as ListWithReleases

/** A page as it was built: a host has written in the places to which it may speak. */
function asBuilt(page: string, { api, signing }: Deployment): string {
  const places = ["'self'", api, signing ?? ''].filter((each) => each !== '')
  return page.replace(`connect-src ${places.join(' ')};`, "connect-src 'self';")
}

/** Fetches every file of a list; answers them, or the path of the first that is not what the list says. */
async function fetchAll(files: readonly Listed[], deployment: Deployment): Promise<Map<string, Response> | string> {
  const found = new Map<string, Response>()
  for (const { path, sha256: hash } of files) {
    let answer: Response
    try {
      answer = await fresh(place(path))
    } catch {
      return path
    }
    const bytes = await answer.clone().arrayBuffer()
    const built = path.endsWith('.html')
      ? (new TextEncoder().encode(asBuilt(new TextDecoder().decode(bytes), deployment)).buffer as ArrayBuffer)
      : bytes
    if ((await sha256(built)) !== hash) return path
    found.set(path, answer)
  }
  return found
}

/** Whether enough of these approvers approve a listed release. */
const isApproved = (release: string, trust: ListWithReleases, approvers: readonly Approver[]): boolean =>
  trust.clientReleases.includes(release) &&
  operatorsFor(release, trust.clientApprovals ?? [], approvers).length >= approvalsWanted

/** Keeps a release: its files first, then the note that it counts, then what is over. */
async function keep(pinned: Pinned, files: ReadonlyMap<string, Response>, deployment: Deployment): Promise<void> {
  const cache = await caches.open(shelf(pinned.release))
  for (const [path, answer] of files) await cache.put(place(path), answer)
  const notes = await caches.open(book)
  await notes.put(place('deployment.json'), Response.json(deployment))
  await notes.put(place('pinned'), Response.json(pinned))
  for (const name of await caches.keys())
    if (name.startsWith(`${book} `) && name !== shelf(pinned.release)) await caches.delete(name)
}

/** Looks at what the host serves now, and goes on to a release that was approved. Null where the host does not answer. */
async function look(): Promise<PinNews | null> {
  const pinned = await readPinned()
  const offer = await readOffer().catch(() => null)
  if (!offer) return null
  const { release, files, deployment } = offer
  if (pinned?.release === release) {
    const found = await fetchAll(pinned.files, deployment)
    return typeof found === 'string' ? { kind: 'swapped', detail: found } : { kind: 'same' }
  }
  const trust = await readTrust(deployment).catch(() => null)
  const approvers = pinned?.approvers ?? trust?.clientApprovers ?? []
  if (!trust || !isApproved(release, trust, approvers)) return { kind: 'unapproved', detail: release }
  const found = await fetchAll(files, deployment)
  if (typeof found === 'string') return { kind: 'swapped', detail: found }
  await keep({ release, files, approvers }, found, deployment)
  return pinned ? { kind: 'updated', detail: release } : { kind: 'same' }
}

scope.addEventListener('install', (event) =>
  event.waitUntil(
    look().then(async (news) => {
      // Without a release that may be kept there is nothing to guard.
      if (!(await readPinned())) throw new Error(news?.kind ?? 'no answer')
      await scope.skipWaiting()
    }),
  ),
)
scope.addEventListener('activate', (event) => event.waitUntil(scope.clients.claim()))
scope.addEventListener('message', (event) => {
  if (event.data !== 'look') return
  event.waitUntil(look().then((news) => news && event.source?.postMessage(news)))
})
scope.addEventListener('fetch', (event) => {
  const { request } = event
  const address = new URL(request.url)
  address.search = ''
  address.hash = ''
  const path = address.href.startsWith(home) ? address.href.slice(home.length) : null
  if (request.method !== 'GET' || path === null || !/^[\w.-]+$/.test(path)) return
  // Which portal is spoken to is the host's word each time; without a line it is the word of before.
  if (path === 'deployment.json')
    return event.respondWith(fresh(address.href).catch(async () => (await fromNotes(address.href)) ?? Response.error()))
  if (/^(release\.json|worker\.js)$/.test(path)) return
  event.respondWith(answerWith(path, request))
})

const fromNotes = async (address: string): Promise<Response | undefined> => (await caches.open(book)).match(address)

/** A file of the kept release; what is not in it is asked of the host as if there were no worker. */
async function answerWith(path: string, request: Request): Promise<Response> {
  const pinned = await readPinned()
  if (!pinned?.files.some((each) => each.path === path)) return fetch(request)
  return (await (await caches.open(shelf(pinned.release))).match(place(path))) ?? Response.error()
}

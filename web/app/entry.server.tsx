// Renders a page on the server: whole and without scripts, unless its route asks to become interactive.
import { PassThrough } from 'node:stream'
import { createReadableStreamFromReadable } from '@react-router/node'
import { type RenderToPipeableStreamOptions, renderToPipeableStream } from 'react-dom/server'
import { type EntryContext, RouterContextProvider, ServerRouter } from 'react-router'
import { contentPolicy } from './content-policy.ts'
import { type Naru, naruContext } from './context.ts'
import { Nonce, nonceContext } from './nonce.tsx'
import { CatalogueSource } from './speech.tsx'
import { wordsOf } from './words.server.ts'

/** What a route may say of its page: made interactive by React, or served with small script files, or speaking to the holder's wallet. */
export interface PageHandle {
  readonly hydrate?: boolean
  readonly scripts?: boolean
  readonly wallet?: boolean
  /** Speaks to the remote signing service. */
  readonly signing?: boolean
}

export const streamTimeout = 10_000

/** Makes the context of one request; the Fastify adapter calls this so that both sides share the same keys. */
export function provideContext(naru: Naru | undefined, nonce: string): RouterContextProvider {
  const context = new RouterContextProvider()
  context.set(naruContext, naru)
  context.set(nonceContext, nonce)
  return context
}

/** Where faults of pages are told; the adapter puts the server's log here. */
let tellFault: (fault: unknown, address: string) => void = (fault, address) => console.error(address, fault)
export function tellFaultsTo(listener: typeof tellFault): void {
  tellFault = listener
}

export function handleError(fault: unknown, { request }: { request: Request }): void {
  if (!request.signal.aborted) tellFault(fault, new URL(request.url).pathname)
}

export default function render(
  request: Request,
  status: number,
  headers: Headers,
  routerContext: EntryContext,
  loadContext: RouterContextProvider,
): Promise<Response> {
  const handles = routerContext.staticHandlerContext.errors
    ? []
    : routerContext.staticHandlerContext.matches.map(({ route }) => route.handle as PageHandle | undefined)
  const nonce = handles.some((handle) => handle?.hydrate) ? loadContext.get(nonceContext) : undefined
  const files = handles.some((handle) => handle?.scripts)
  const wallet = handles.some((handle) => handle?.wallet) && loadContext.get(naruContext)?.read.sandbox?.wallet
  const signing = handles.some((handle) => handle?.signing) && loadContext.get(naruContext)?.read.signingService
  headers.set('Content-Type', 'text/html; charset=utf-8')
  headers.set(
    'Content-Security-Policy',
    contentPolicy({
      nonce,
      files,
      connects: [wallet, signing].flatMap((each) => (each ? [new URL(each).origin] : [])),
    }),
  )
  if (!headers.has('Cache-Control')) headers.set('Cache-Control', 'private, no-cache')

  return new Promise((resolve, reject) => {
    let answer = status
    let timer: NodeJS.Timeout | undefined
    const answerWith = (pipe: (to: PassThrough) => void) => {
      // The timer holds the whole page in memory until it fires, so it is cleared when the last byte is out.
      const body = new PassThrough({
        final(callback) {
          clearTimeout(timer)
          callback()
        },
      })
      pipe(body)
      resolve(new Response(createReadableStreamFromReadable(body), { headers, status: answer }))
    }
    const options: RenderToPipeableStreamOptions = {
      nonce,
      onShellError: (fault) => {
        clearTimeout(timer)
        reject(fault)
      },
      onError: (fault) => {
        answer = 500
        handleError(fault, { request })
      },
    }
    // Without scripts nothing could fill a gap later, so such a page waits until it is complete.
    const ready = nonce ? 'onShellReady' : 'onAllReady'
    const { pipe, abort } = renderToPipeableStream(
      <CatalogueSource value={wordsOf}>
        <Nonce value={nonce}>
          <ServerRouter context={routerContext} url={request.url} nonce={nonce} />
        </Nonce>
      </CatalogueSource>,
      { ...options, [ready]: () => answerWith(pipe) },
    )
    timer = setTimeout(abort, streamTimeout + 1_000)
  })
}

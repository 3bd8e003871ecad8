// The client's own pages ask the worker beside them what the host serves now, and say it when that is not what this device keeps.
import { element, made, say } from './spoken.ts'
import type { PinNews } from './worker.ts'

let news: PinNews | { readonly kind: 'none'; readonly detail: string } = { kind: 'same' }

/** Says again what the worker found, in the language of now. */
export function sayPinned(): void {
  const place = element('kept')
  place.hidden = news.kind === 'same'
  if (news.kind === 'same') return
  place.className = `told ${news.kind === 'updated' ? 'good' : news.kind === 'none' ? '' : 'bad'}`
  place.replaceChildren(made('p', say(`pin.${news.kind}`)), made('p', news.detail, 'note'))
}

/** Registers the worker where the browser has one, and has it look. Without it the page works as it came. */
export function keepPinned(): void {
  const workers = navigator.serviceWorker as ServiceWorkerContainer | undefined
  if (!workers) return
  const tell = (told: typeof news): void => {
    news = told
    sayPinned()
  }
  workers.addEventListener('message', ({ data }: MessageEvent<PinNews>) => tell(data))
  const look = (): void => workers.controller?.postMessage('look')
  workers.register('worker.js').then(
    (registration) => {
      if (workers.controller) return look()
      const { installing } = registration
      const none = (): void => {
        if (!registration.active && !registration.waiting) tell({ kind: 'none', detail: '' })
      }
      if (!installing) return none()
      installing.addEventListener('statechange', () => installing.state === 'redundant' && none())
    },
    // A worker that controls this page looks in any case, also where the host has taken its script away.
    () => (workers.controller ? look() : tell({ kind: 'none', detail: '' })),
  )
}

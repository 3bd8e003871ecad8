// Keeps the page of an opening fresh: told of each public fact of the case after those it shows by server-sent events, also
// of those that came while the line was down, it fetches the page anew and puts the new part in place.

const place = document.querySelector<HTMLElement>('[data-live]')
if (place) watch(place)

function watch(first: HTMLElement): void {
  const caseId = first.dataset.live ?? ''
  const sign = document.querySelector<HTMLElement>('[data-live-sign]')
  let shown = first
  let busy = false
  let again = false

  const refresh = async (): Promise<void> => {
    if (busy) {
      again = true
      return
    }
    busy = true
    try {
      const response = await fetch(location.href, { headers: { accept: 'text/html' }, cache: 'no-store' })
      const next = new DOMParser()
        .parseFromString(await response.text(), 'text/html')
        .querySelector<HTMLElement>('[data-live]')
      if (next) {
        const open = new Set([...shown.querySelectorAll('.envelope[data-open]')].map((each) => each.id))
        let at = 0
        for (const envelope of next.querySelectorAll<HTMLElement>('.envelope[data-open]'))
          if (!open.has(envelope.id)) {
            envelope.dataset.fresh = ''
            envelope.style.setProperty('--at', String(at))
            at += 1
          }
        shown.replaceWith(next)
        shown = next
      }
    } finally {
      busy = false
      if (again) {
        again = false
        void refresh()
      }
    }
  }

  const events = new EventSource(
    `/api/events?case=${encodeURIComponent(caseId)}&after=${encodeURIComponent(first.dataset.index ?? '')}`,
  )
  events.addEventListener('fact', () => void refresh())
  events.addEventListener('open', () => sign?.setAttribute('data-state', 'on'))
  events.addEventListener('error', () => sign?.setAttribute('data-state', 'off'))
  // Where events do not pass (a proxy that buffers), the page is asked for now and then.
  setInterval(() => {
    if (events.readyState !== EventSource.OPEN) void refresh()
  }, 15_000)
}

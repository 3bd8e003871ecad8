// The code for a second device, on the first one's screen: drawn here, with its address to copy for who has no camera at hand.
import { fromBase64 } from '@naru/sealing/bytes.ts'
import { writeCode } from '@naru/sealing/second-device.ts'
import { encode } from 'uqr'
import { formatTime } from '../format.ts'
import type { BidPage, KeptReceipt } from './device.ts'

/** The window as the server tells it. */
interface Window {
  readonly index: number
  readonly until: string
  readonly remaining: number
  readonly looks: readonly string[]
}

const placeOf = (here: BidPage, m: string): string =>
  `/api/cases/${here.caseId}/bid/second-device?m=${encodeURIComponent(m)}`

/** The address that a second device opens: everything after # stays on the devices. */
export function codeAddress(here: BidPage, kept: KeptReceipt, index: number): string {
  const code = writeCode({
    tender: here.caseId,
    round: kept.round,
    bidderId: here.bidder,
    bidderSalt: fromBase64(kept.bidderSalt ?? ''),
    m: fromBase64(kept.m),
    index,
    roots: kept.roots.map((R, n) => ({ cls: kept.classes?.[n] ?? '', R: fromBase64(R) })),
  })
  return `${here.sealingClient}check.html?l=${here.language}#${code}`
}

/** Binds the button of the newest version: it opens the window and draws the code; who looked, and when, is told at once and on every later visit. */
export function offerCode(here: BidPage, kept: KeptReceipt): void {
  const part = document.querySelector<HTMLElement>('[data-second-device]')
  const button = part?.querySelector<HTMLButtonElement>('[data-show-code]')
  if (!part || !button || kept.roots.length === 0 || !kept.bidderSalt || !kept.classes) return
  part.hidden = false
  void fetch(placeOf(here, kept.m))
    .then(async (response) => response.status === 200 && tellLooks(here, part, (await response.json()) as Window))
    .catch(() => {})
  button.addEventListener('click', async () => {
    const failed = part.querySelector<HTMLElement>('[data-code-failed]')
    const response = await fetch(`/api/cases/${here.caseId}/bid/second-device`, {
      method: 'POST',
      headers: { 'content-type': 'application/json' },
      body: JSON.stringify({ m: kept.m }),
    }).catch(() => null)
    if (failed) failed.hidden = response?.ok === true
    if (!response?.ok) return
    const window = (await response.json()) as Window
    draw(part, codeAddress(here, kept, window.index))
    tellLooks(here, part, window)
    const until = part.querySelector('[data-code-until]')
    if (until) until.textContent = formatTime(window.until, Intl.DateTimeFormat().resolvedOptions().timeZone)
  })
}

function tellLooks(here: BidPage, part: HTMLElement, { looks }: Window): void {
  const told = part.querySelector<HTMLElement>('[data-looks]')
  const times = told?.querySelector('[data-detail]')
  if (!told || !times) return
  told.hidden = looks.length === 0
  times.textContent = looks.map((each) => formatTime(each, here.zone)).join(', ')
}

const svg = 'http://www.w3.org/2000/svg'

/** Dark on light whatever the colours of the page: cameras read nothing else. */
function draw(part: HTMLElement, address: string): void {
  const { data, size } = encode(address, { ecc: 'M', border: 4 })
  const path = data.flatMap((row, y) => row.flatMap((dark, x) => (dark ? [`M${x} ${y}h1v1h-1z`] : []))).join('')
  const picture = part.querySelector('svg[data-code]')
  picture?.setAttribute('viewBox', `0 0 ${size} ${size}`)
  const ground = document.createElementNS(svg, 'rect')
  for (const [name, value] of [
    ['width', String(size)],
    ['height', String(size)],
    ['fill', '#fff'],
  ] as const)
    ground.setAttribute(name, value)
  const dots = document.createElementNS(svg, 'path')
  dots.setAttribute('d', path)
  dots.setAttribute('fill', '#000')
  picture?.replaceChildren(ground, dots)
  const shown = part.querySelector<HTMLElement>('[data-code-shown]')
  const field = part.querySelector<HTMLInputElement>('input[name="codeAddress"]')
  if (field) field.value = address
  if (shown) shown.hidden = false
}

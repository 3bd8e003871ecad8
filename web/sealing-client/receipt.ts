// The receipt page: first the operator's promise, checked on the device; then the proof from the public log, and only with it "submitted, and proven".
import { fromBase64 } from '@naru/sealing/bytes.ts'
import { checkPromise } from '@naru/sealing/receipt.ts'
import { parseTrustList } from '@naru/sealing/signatures/trust-list.ts'
import { formatTime } from '../format.ts'
import { type BidPage, bidPage, type KeptReceipt, keepReceipt, readReceipts } from './device.ts'
import { pinnedTrust, unpin } from './pin.ts'
import { type Proven, proveBid } from './prove.ts'
import { offerCode } from './show-code.ts'

type Standing = 'waiting' | 'late' | 'proven' | 'broken' | 'changed'

const page = bidPage()
if (page) {
  for (const part of document.querySelectorAll<HTMLElement>('[data-needs-script]')) part.hidden = false
  for (const row of document.querySelectorAll<HTMLElement>('[data-version]')) {
    const kept = readReceipts(page).find((each) => each.m === row.dataset.version)
    const verdict = kept ? verdictOf(page, kept) : 'absent'
    choose(row, 'verdict', verdict)
    for (const link of row.querySelectorAll<HTMLAnchorElement>('a[download]')) {
      const secret = link.dataset.file === 'secret'
      link.hidden = !kept || link.dataset.file === 'proof' || (secret && kept.roots.length === 0)
      if (kept) link.href = URL.createObjectURL(fileOf(page, kept, secret))
    }
    for (const part of row.querySelectorAll<HTMLElement>('[data-opened]')) part.hidden = !kept?.opened
    if (kept && row.dataset.newest !== undefined) offerCode(page, kept)
    if (kept) void follow(page, row, kept, verdict === 'holds')
    else tell(row, 'absent')
  }
  document.querySelector('[data-accept]')?.addEventListener('click', () => {
    unpin(page.log, localStorage)
    location.reload()
  })
}

/** Shows one of the texts that stand side by side for a question. */
function choose(within: ParentNode, what: 'verdict' | 'proof' | 'standing', name: string): void {
  for (const word of within.querySelectorAll<HTMLElement>(`[data-${what}]`)) word.hidden = word.dataset[what] !== name
}

/** What the row says of its proof; the newest version decides what the head of the page says. */
function tell(row: HTMLElement, standing: Standing | 'absent', detail = ''): void {
  choose(row, 'proof', standing)
  for (const place of row.querySelectorAll<HTMLElement>(`[data-proof="${standing}"] [data-detail]`))
    place.textContent = detail
  if (row.dataset.newest === undefined) return
  choose(document, 'standing', standing === 'proven' || standing === 'broken' ? standing : 'promised')
}

/** Asks for the proof until it is there, checks it, and keeps what holds: a page that is opened again checks it without asking. */
async function follow(here: BidPage, row: HTMLElement, kept: KeptReceipt, promised: boolean): Promise<void> {
  if (!promised) return tell(row, 'broken')
  tell(row, 'waiting')
  for (let tries = 0; ; tries += 1) {
    try {
      const offered = kept.proof === undefined ? await askForProof(here, kept.m) : kept.proof
      if (offered !== null) return conclude(here, row, kept, offered, await askForTrust())
    } catch {
      // The line is down or the server does not answer: the promise stands, and the proof is asked for again.
    }
    if (here.now + performance.now() > here.deadline + here.delta) tell(row, 'late')
    await new Promise((resolve) => setTimeout(resolve, Math.min(15_000, 400 * 1.5 ** tries)))
  }
}

/** The proof file, or null while it waits for its place, its time-stamp or the witnesses. */
async function askForProof(here: BidPage, m: string): Promise<string | null> {
  const response = await fetch(`/api/cases/${here.caseId}/bid/receipt?m=${encodeURIComponent(m)}`)
  return response.status === 200 ? response.text() : null
}

async function askForTrust() {
  const response = await fetch('/api/trust')
  if (!response.ok) throw new Error(String(response.status))
  return parseTrustList(await response.json())
}

function conclude(
  here: BidPage,
  row: HTMLElement,
  kept: KeptReceipt,
  proof: string,
  offered: Awaited<ReturnType<typeof askForTrust>>,
): void {
  const { list, changed } = pinnedTrust(here.log, offered, localStorage)
  for (const link of row.querySelectorAll<HTMLAnchorElement>('a[data-file="proof"]')) {
    link.href = URL.createObjectURL(new Blob([proof], { type: 'text/plain' }))
    link.hidden = false
  }
  const { m, leafSalt } = kept
  try {
    const mine = { m, leafSalt, log: here.log, deadline: here.deadline, delta: here.delta }
    const proven = proveBid(proof, mine, list)
    keepReceipt(here, { ...kept, proof })
    tell(row, 'proven', inWords(here, proven))
  } catch (error) {
    // By the names this device has pinned it does not hold; where the operator names others now, that is said first.
    tell(row, changed ? 'changed' : 'broken', error instanceof Error ? error.message : '')
  }
}

const inWords = (here: BidPage, { index, witnesses, authority, genTime }: Proven): string =>
  `№ ${index} · ${witnesses.join(', ')} · ${authority}, ${formatTime(new Date(genTime).toISOString(), here.zone)}`

/** Whether the promise is about this submission, for this log, in time, and signed by the operator's key. */
function verdictOf(here: BidPage, kept: KeptReceipt): 'holds' | 'broken' {
  try {
    const mine = {
      m: fromBase64(kept.m),
      leafSalt: fromBase64(kept.leafSalt),
      log: here.log,
      T: here.deadline,
      promiseKeys: [fromBase64(here.promiseKey)],
    }
    checkPromise(kept.promise, mine)
    return 'holds'
  } catch {
    return 'broken'
  }
}

/** The receipt holds nothing secret; the secret file alone opens the bid. */
function fileOf(here: BidPage, kept: KeptReceipt, secret: boolean): Blob {
  const { roots, proof: _, bidderSalt: _salt, ...receipt } = kept
  const content = secret
    ? { naru: 'bid-secret', v: 1, m: kept.m, roots }
    : { naru: 'bid-receipt', v: 1, number: here.number, promiseKey: here.promiseKey, ...receipt }
  return new Blob([`${JSON.stringify(content, null, 2)}\n`], { type: 'application/json' })
}

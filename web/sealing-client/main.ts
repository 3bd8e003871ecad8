// The sealing client: fills the pages of a bid from the device, keeps what is typed there, seals it and sends the sealed envelope.
import { Malformed } from '@naru/sealing/malformed.ts'
import type { SignedPromise } from '@naru/sealing/signature.ts'
import { formatAmount, formatTime } from '../format.ts'
import {
  type BidPage,
  bidPage,
  dropPending,
  forget,
  keepPending,
  keepReceipt,
  keepTyped,
  type Pending,
  readPending,
  readReceipts,
  readTyped,
  shows,
  type Typed,
} from './device.ts'
import { amountOf, offersOf, priceField } from './offer.ts'
import { pasteInto } from './paste.ts'
import { type ChosenFile, forgetFiles, readFiles } from './files.ts'
import { chooseFiles, listInto } from './choose-files.ts'
import { NotAsMeant, sealWithdrawal } from './seal.ts'
import { sealChosen } from './seal-chosen.ts'
import { Refused } from './send-files.ts'
import { chosenKey, showKeyFields } from './choose-key.ts'
import { tellNotSigned } from './read-key-file.ts'
import { NotSigned, signPending } from './sign.ts'

function start(here: BidPage): void {
  for (const part of document.querySelectorAll<HTMLElement>('[data-needs-script]')) part.hidden = false
  if (here.page === 'tasks') showTasks(here)
  if (here.page === 'prices' || here.page === 'answers') edit(here)
  if (here.page === 'files') chooseFiles(here)
  if (here.page === 'check' || here.page === 'withdraw') showKeyFields()
  if (here.page === 'withdraw') onPress(() => send(here, async () => sealWithdrawal(here)))
  document.querySelector('[data-forget]')?.addEventListener('click', () => {
    forget(here)
    void forgetFiles(here).finally(() => location.reload())
  })
  shows('ready')
  if (here.page === 'check') check(here)
}

const sum = (here: BidPage, amount: string): string => formatAmount(amount, here.currency, here.form)
const tasksOf = (here: BidPage) => {
  const typed = readTyped(here)
  const { missing } = offersOf(here, typed)
  const has = (prefix: string) =>
    Object.entries(typed.fields).some(([name, text]) => name.startsWith(prefix) && text.trim() !== '')
  const state = (prefix: string, also: boolean) =>
    missing.some((each) => each.startsWith(prefix)) || !also ? (has(prefix) ? 'begun' : 'todo') : 'done'
  const prices = state('price', !missing.includes('picks') && !missing.some((each) => each.startsWith('vat')))
  const answers = state('answer', true)
  const ready = prices === 'done' && (answers === 'done' || here.criteria.length === 0)
  return { prices, answers, check: ready ? 'todo' : 'blocked', files: 'optional' }
}

function setState(row: HTMLElement, state: string): void {
  row.dataset.state = state
  for (const word of row.querySelectorAll<HTMLElement>('[data-word]')) word.hidden = word.dataset.word !== state
}

/** The task list: each row says how far it is on this device. */
function showTasks(here: BidPage): void {
  const states: Readonly<Record<string, string>> = tasksOf(here)
  void readFiles(here).then((files) => {
    const row = document.querySelector<HTMLElement>('[data-task="files"]')
    if (row && files.length > 0) setState(row, 'done')
  })
  for (const row of document.querySelectorAll<HTMLElement>('[data-task]')) {
    const state = states[row.dataset.task ?? ''] ?? 'todo'
    setState(row, state)
    if (state === 'blocked') for (const link of row.querySelectorAll('a')) link.replaceWith(...link.childNodes)
  }
}

/** ARIA takes an empty `aria-invalid` for false, so the word itself is written. */
const markWrong = (field: HTMLElement, wrong: boolean): void =>
  wrong ? field.setAttribute('aria-invalid', 'true') : field.removeAttribute('aria-invalid')

/** A page of fields: filled from the device, kept there while typing, amounts multiplied out beside. */
function edit(here: BidPage): void {
  const form = document.querySelector<HTMLFormElement>('form[data-device]')
  if (!form) return
  const kept = readTyped(here)
  const fields = [...form.querySelectorAll<HTMLInputElement | HTMLTextAreaElement>('[data-field]')]
  const picks = [...form.querySelectorAll<HTMLInputElement>('input[name="picks"]')]
  for (const field of fields) field.value = kept.fields[field.name] ?? ''
  for (const pick of picks) pick.checked = kept.picks.includes(Number(pick.value))

  const typed = (): Typed => ({
    fields: { ...readTyped(here).fields, ...Object.fromEntries(fields.map((field) => [field.name, field.value])) },
    picks:
      picks.length > 0 ? picks.filter((pick) => pick.checked).map((pick) => Number(pick.value)) : readTyped(here).picks,
    saved: Date.now(),
  })
  const total = (): void => {
    for (const lot of here.lots) {
      let whole = 0n
      for (const item of lot.items) {
        const field = fields.find((each) => each.name === priceField(lot.id, item.id))
        const cell = form.querySelector(`[data-amount="${CSS.escape(`${lot.id}/${item.id}`)}"]`)
        const found = field && amountOf(here, item.quantity, field.value)
        if (field) markWrong(field, !found && field.value.trim() !== '')
        if (cell) cell.textContent = found ? sum(here, found.amount) : '—'
        whole += BigInt(found?.amount ?? '0')
      }
      const cell = form.querySelector(`[data-total="${CSS.escape(lot.id)}"]`)
      if (cell) cell.textContent = whole > 0n ? sum(here, whole.toString()) : '—'
    }
    if (here.draw) {
      const most = here.draw.picks
      const chosen = picks.filter((pick) => pick.checked).length
      for (const pick of picks) pick.disabled = !pick.checked && chosen >= most
    }
  }
  const keep = (): void => {
    keepTyped(here, typed())
    shows('saved', formatTime(new Date(here.now + performance.now()).toISOString(), here.zone))
  }
  let timer: ReturnType<typeof setTimeout> | undefined
  form.addEventListener('input', () => {
    total()
    clearTimeout(timer)
    timer = setTimeout(keep, 600)
  })
  form.addEventListener('submit', (event) => {
    event.preventDefault()
    clearTimeout(timer)
    keepTyped(here, typed())
    const wanted = here.page === 'prices' ? /^(price|vat|picks)/ : /^answer/
    const missing = offersOf(here, typed()).missing.filter((each) => wanted.test(each))
    const [first] = missing
    if (first === undefined) return location.assign(here.then)
    shows(missing.every((each) => each === 'picks') ? 'unpicked' : 'missing')
    for (const field of fields) markWrong(field, missing.includes(field.name))
    const field = form.querySelector<HTMLElement>(`[name="${CSS.escape(first)}"]`)
    field?.focus()
  })
  pasteInto(form, here.lots, () => {
    total()
    keep()
  })
  total()
}

/**
 * The whole bid as the buyer will see it, from the device; then it is sealed and sent. While something is missing the button is inert, and
 * beside it stands what is missing, each with the way to it.
 */
function check(here: BidPage): void {
  let shown = fill(here)
  const files = readFiles(here).catch((): readonly ChosenFile[] => [])
  void files.then((found) => listInto(found))
  // What another window of this device has typed meanwhile, or a page that comes back from the browser's memory: what is sealed is what is shown.
  const again = (): void => {
    shown = fill(here)
  }
  addEventListener('storage', again)
  addEventListener('pageshow', (event) => event.persisted && again())
  onPress(async () => {
    const { offers, missing } = offersOf(here, shown)
    if (missing.length > 0) {
      shows('missing')
      document.getElementById('missing')?.focus()
      return false
    }
    return send(here, async () => sealHere(here, shown, offers, await files))
  })
}

/** Shows what was typed and, where something is missing, what; answers what it has shown. */
function fill(here: BidPage): Typed {
  const typed = readTyped(here)
  const { offers, missing } = offersOf(here, typed)
  const put = (name: string, text: string) => {
    const cell = document.querySelector(`[data-show="${CSS.escape(name)}"]`)
    if (cell) cell.textContent = text
  }
  for (const lot of here.lots) {
    const offer = offers.find((each) => each.lot === lot.id)
    for (const item of lot.items) {
      const offered = offer?.items.find((each) => each.id === item.id)
      put(`unit/${lot.id}/${item.id}`, offered ? sum(here, offered.unitPrice) : '—')
      put(`amount/${lot.id}/${item.id}`, offered ? sum(here, offered.amount) : '—')
    }
    put(`total/${lot.id}`, offer ? sum(here, offer.price) : '—')
    put(`vat/${lot.id}`, offer?.vat ? sum(here, offer.vat) : '—')
  }
  for (const criterion of here.criteria) put(`answer/${criterion}`, typed.fields[`answer.${criterion}`] ?? '—')
  put('picks', typed.picks.join(', '))
  for (const row of document.querySelectorAll<HTMLElement>('[data-missing]'))
    row.hidden = !missing.includes(row.dataset.missing ?? '')
  const button = document.querySelector('button[data-seal]')
  if (missing.length > 0) button?.setAttribute('aria-disabled', 'true')
  else button?.removeAttribute('aria-disabled')
  shows(missing.length > 0 ? 'missing' : 'ready')
  return typed
}

/** Seals the bid with its files over the portal's own pages, and shows how far it is. */
async function sealHere(
  here: BidPage,
  typed: Typed,
  offers: Parameters<typeof sealChosen>[2],
  files: readonly ChosenFile[],
): Promise<Pending> {
  const bar = document.querySelector<HTMLProgressElement>('progress[data-progress]')
  const line = { address: '', headers: { 'accept-language': here.language } }
  const pending = await sealChosen(here, typed, offers, files, line, (percent, down) => {
    if (bar) bar.value = percent
    shows(down ? 'interrupted' : 'uploading', `${percent} %`)
  })
  shows('sealing')
  return pending
}

/** Binds the one button; a second press while the first is under way is ignored. */
function onPress(act: () => Promise<boolean>): void {
  const button = document.querySelector<HTMLButtonElement>('button[data-seal]')
  let busy = false
  button?.addEventListener('click', async () => {
    if (busy) return
    busy = true
    button.setAttribute('aria-busy', 'true')
    if (await act()) return
    busy = false
    button.removeAttribute('aria-busy')
  })
}

/** The submission signed with the key that is chosen on the page. */
async function sign(here: BidPage, sealed: Pending): Promise<Pending> {
  const key = await chosenKey(here)
  return key ? signPending(here, sealed, key, Math.round(here.now + performance.now())) : sealed
}

const paint = () => new Promise((resolve) => requestAnimationFrame(() => setTimeout(resolve)))

/**
 * Seals and sends in one window of this device at a time. A window that was opened before another one sent shows an older state of the bid:
 * it sends nothing and says so. Answers whether the page is being left.
 */
async function send(here: BidPage, seal: () => Promise<Pending>): Promise<boolean> {
  const alone = <T>(act: () => Promise<T>): Promise<T> =>
    navigator.locks ? navigator.locks.request(`naru.bid.${here.caseId}.${here.bidder}`, act) : act()
  return alone(async () => {
    if (readReceipts(here).some((each) => each.seq > (here.own?.seq ?? 0))) {
      shows('elsewhere')
      return false
    }
    return sendAlone(here, seal)
  })
}

/**
 * Sends a sealed submission and keeps its receipt. What was sealed stays on the device until it is answered: after a lost answer the same
 * bytes go out again under the same key, so that one press is one bid.
 */
async function sendAlone(here: BidPage, seal: () => Promise<Pending>): Promise<boolean> {
  try {
    shows('sealing')
    await paint()
    const before = readPending(here)
    const again = before && before.act === (here.page === 'withdraw' ? 'withdraw-bid' : 'submit-bid')
    const sealed = again ? before : await seal()
    for (const part of document.querySelectorAll<HTMLElement>('[data-opened]')) part.hidden = !sealed.receipt.opened
    const pending = again ? before : await sign(here, sealed)
    keepPending(here, pending)
    shows('sending')
    const response = await fetch(`/api/cases/${here.caseId}/acts/${pending.act}`, {
      method: 'POST',
      headers: { 'content-type': 'application/json', 'idempotency-key': pending.key, 'accept-language': here.language },
      body: pending.body,
    })
    const answer = (await response.json()) as { at: string; promise?: SignedPromise; sentence?: string; code?: string }
    if (!response.ok || !answer.promise) {
      // Refused is refused: the same bytes would be refused again, so the next press seals anew.
      dropPending(here)
      shows('refused', answer.sentence ?? answer.code ?? String(response.status))
      return false
    }
    // Whether the promise holds is checked and said by the receipt page; one that does not hold is kept above all.
    keepReceipt(here, { ...pending.receipt, promise: answer.promise, at: answer.at })
    dropPending(here)
    await forgetFiles(here).catch(() => {})
    shows('done')
    location.assign(here.then)
    return true
  } catch (error) {
    // Nothing was submitted: the look into the envelope, files and the signing service come before that.
    if (error instanceof NotAsMeant) shows('mismatch', error.message.replaceAll('.', '/'))
    else if (error instanceof NotSigned) tellNotSigned(error)
    else if (error instanceof Malformed) shows('refused', error.message)
    else if (error instanceof Refused) {
      dropPending(here)
      shows('refused', error.message)
    } else shows('unanswered')
    return false
  }
}

// Last, so that everything above stands when the page is started.
const page = bidPage()
if (page) start(page)

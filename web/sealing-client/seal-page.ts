// The page on which a bid is sealed at another host: the form comes as a file from the portal, what is typed stays on this device, and the sealed bid is saved or sent.
import { formatAmount } from '../format.ts'
import { parseTrustList } from '@naru/sealing/signatures/trust-list.ts'
import { chooseFiles } from './choose-files.ts'
import { chosenKey, showKeyFields } from './choose-key.ts'
import { readDeployed } from './deployed.ts'
import { type BidPage, forget, keepTyped, type Pending, readTyped, type Typed } from './device.ts'
import { forgetFiles, readFiles } from './files.ts'
import { keepPinned, sayPinned } from './keep-pinned.ts'
import { offersOf } from './offer.ts'
import { pinnedTrust } from './pin.ts'
import { proveBid } from './prove.ts'
import { NotAsMeant, sealWithdrawal } from './seal.ts'
import { sealChosen } from './seal-chosen.ts'
import { Refused } from './send-files.ts'
import { NotSigned, signPending } from './sign.ts'
import { element, made, say, speak } from './spoken.ts'

/** The form as the portal gives it (offline.ts takes the same). */
interface Form {
  readonly naru: 'bid-form'
  readonly fields: Readonly<Record<string, string>>
  readonly about: Readonly<Record<string, string>>
  readonly page: BidPage
}

let form: Form | null = null
let sealed: Pending | null = null
let told: { readonly key: string; readonly detail: string; readonly kind: 'good' | 'bad' | '' } | null = null

function tell(key: string, detail = '', kind: 'good' | 'bad' | '' = ''): void {
  told = { key, detail, kind }
  const place = element('told')
  place.hidden = false
  place.className = `told ${kind}`
  place.replaceChildren(made('p', say(key)), ...(detail === '' ? [] : [made('p', detail, 'note')]))
}

const inputs = (): HTMLInputElement[] => [...document.querySelectorAll<HTMLInputElement>('#fields input')]

const typedNow = (): Typed => ({
  fields: Object.fromEntries(inputs().map((each) => [each.name, each.value])),
  picks: (inputs().find((each) => each.name === 'picks')?.value ?? '').split(/\D+/).filter(Boolean).map(Number),
  saved: Date.now(),
})

function total(): void {
  if (!form) return
  const { offers, missing } = offersOf(form.page, typedNow())
  const { currency, form: way } = form.page
  const sum = offers.reduce((all, each) => all + BigInt(each.price), 0n)
  element('total').textContent =
    missing.length > 0 || sum === 0n ? '' : `${formatAmount(sum, currency, way)} ${currency}`
}

function open(text: string): void {
  let read: Form | null = null
  try {
    read = JSON.parse(text) as Form
  } catch {
    // Told below like any other file that is no form.
  }
  if (read?.naru !== 'bid-form' || typeof read.page?.caseId !== 'string') return tell('seal.noForm', '', 'bad')
  form = read
  element('told').hidden = true
  element('which').textContent = read.page.number
  const { signing, mode } = read.page
  // The same choice as on the portal: without a service only a file, and in a sandbox without one the session's word.
  element('keys').hidden = signing === null && mode === 'sandbox'
  element('where').hidden = signing === null
  for (const each of document.querySelectorAll<HTMLInputElement>('input[name="key"]'))
    each.checked = each.value === (signing === null ? 'file' : 'service')
  showKeyFields()
  draw()
  element('bid').hidden = false
  reopened()
}

/** What was sealed before is not what stands on the page now. */
function reopened(): void {
  sealed = null
  element('sealed').hidden = true
  total()
}

/** The fields and the lists of files, filled with what this device has kept of the bid. */
function draw(): void {
  if (!form) return
  const { fields, about, page } = form
  const kept = readTyped(page)
  const withdraws = page.page === 'withdraw'
  const names = [...Object.keys(fields), ...(page.draw && !withdraws ? ['picks'] : [])]
  element('fields').replaceChildren(
    ...names.flatMap((name) => {
      const words =
        name === 'picks'
          ? say('seal.picks')
          : name.startsWith('vat')
            ? `${say('check.vat')}: ${about[name] ?? ''}`
            : (about[name] ?? name)
      const value = name === 'picks' ? kept.picks.join(', ') : (kept.fields[name] ?? fields[name] ?? '')
      const input = Object.assign(document.createElement('input'), { type: 'text', id: name, name, value })
      input.autocomplete = 'off'
      return [labelOf(name, words), input]
    }),
  )
  const kinds = page.criteria.length > 0 ? (['tech', 'price'] as const) : (['price'] as const)
  const lots = withdraws ? [] : page.lots
  element('attachments').hidden = withdraws
  element('files').replaceChildren(
    ...lots.flatMap(({ id: lot }) =>
      kinds.flatMap((kind) => {
        const id = `files.${lot}.${kind}`
        const input = Object.assign(document.createElement('input'), { type: 'file', id, multiple: true })
        Object.assign(input.dataset, { lot, kind })
        const list = document.createElement('ul')
        Object.assign(list.dataset, { files: `${lot}/${kind}`, remove: say('seal.remove') })
        const words = say(`seal.files.${kind}`)
        return [labelOf(id, lots.length > 1 ? `${words}: ${about[`vat.${lot}`] ?? lot}` : words), input, list]
      }),
    ),
  )
  if (!withdraws) chooseFiles(page)
}

function labelOf(id: string, words: string): HTMLElement {
  const label = made('label', words) as HTMLLabelElement
  label.htmlFor = id
  return label
}

const credential = (): string => element<HTMLInputElement>('credential').value.trim()
const headers = () => ({
  authorization: `Bearer ${credential()}`,
  'accept-language': document.documentElement.lang,
})

/** The portal's moment; where it does not answer, this device's, or in a sandbox, whose clock is its own, that of the form. */
async function moment(api: string, page: BidPage): Promise<number> {
  const answer = await fetch(`${api}/api/time`, { credentials: 'omit', cache: 'no-store' }).catch(() => null)
  if (answer?.ok) return Date.parse(((await answer.json()) as { now: string }).now)
  return page.mode === 'sandbox' ? page.now : Date.now()
}

/** Seals what is typed and signs it, and offers it to be saved; only encrypted attachments have left this page then. */
async function seal(): Promise<void> {
  if (!form) return
  const { page } = form
  const typed = typedNow()
  const { offers, missing } = offersOf(page, typed)
  const withdraws = page.page === 'withdraw'
  if (!withdraws && missing.length > 0)
    return tell('seal.missing', missing.map((each) => form?.about[each] ?? each).join('; '), 'bad')
  const files = withdraws ? [] : await readFiles(page).catch(() => [])
  if (files.length > 0 && credential() === '') {
    element('credential').focus()
    return tell('seal.filesCredential', '', 'bad')
  }
  tell('seal.sealing')
  try {
    const { api } = await readDeployed()
    const made = withdraws
      ? await sealWithdrawal(page)
      : await sealChosen(page, typed, offers, files, { address: api, headers: headers() }, (percent, down) =>
          tell(down ? 'seal.interrupted' : 'seal.uploading', `${percent} %`),
        )
    const key = element('keys').hidden ? null : await chosenKey(page, api)
    sealed = key ? await signPending(page, made, key, await moment(api, page)) : made
  } catch (error) {
    if (error instanceof NotAsMeant) return tell('seal.mismatch', error.message, 'bad')
    if (error instanceof NotSigned) return tell(`seal.fault.${error.fault}`, error.message, 'bad')
    if (error instanceof Refused) return tell('seal.refused', error.message, 'bad')
    return tell('seal.failed', error instanceof Error ? error.message : '', 'bad')
  }
  element('told').hidden = true
  element('sealed').hidden = false
  const { act, key, body } = sealed
  const { roots, ...receipt } = sealed.receipt
  offer('save', `naru-${page.number}.sealed.json`, { naru: 'sealed-bid', v: 1, act, key, body, receipt })
  offer('secret', `naru-${page.number}.secret.json`, { naru: 'bid-secret', v: 1, m: receipt.m, roots })
  element('secret').hidden = roots.length === 0
}

function offer(id: 'save' | 'secret' | 'proof', name: string, content: object | string): void {
  const link = element<HTMLAnchorElement>(id)
  const text = typeof content === 'string' ? content : `${JSON.stringify(content)}\n`
  link.href = URL.createObjectURL(new Blob([text], { type: 'application/octet-stream' }))
  link.download = name
  link.hidden = false
}

/** Sends the sealed bid with a delegated credential, and proves it here. */
async function send(): Promise<void> {
  if (!sealed || !form) return
  const { page } = form
  try {
    const deployed = await readDeployed()
    tell('seal.sending')
    const response = await fetch(`${deployed.api}/api/cases/${page.caseId}/acts/${sealed.act}`, {
      method: 'POST',
      credentials: 'omit',
      headers: { ...headers(), 'content-type': 'application/json', 'idempotency-key': sealed.key },
      body: sealed.body,
    })
    const answer = (await response.json()) as { sentence?: string; code?: string }
    if (!response.ok) return tell('seal.refused', answer.sentence ?? answer.code ?? String(response.status), 'bad')
    tell('seal.promised')
    const { m, leafSalt } = sealed.receipt
    for (;;) {
      const found = await fetch(`${deployed.api}/api/cases/${page.caseId}/bid/receipt?m=${encodeURIComponent(m)}`, {
        headers: headers(),
        credentials: 'omit',
      })
      if (found.status === 200) {
        const text = await found.text()
        const trust = deployed.trust ?? parseTrustList(await (await fetch(`${deployed.api}/api/trust`)).json())
        const { list } = pinnedTrust(page.log, trust, localStorage)
        const mine = { m, leafSalt, log: page.log, deadline: page.deadline, delta: page.delta }
        const { index, witnesses } = proveBid(text, mine, list)
        offer('proof', `naru-${page.number}.tlog-proof`, text)
        await forgetFiles(page).catch(() => {})
        forget(page)
        return tell('seal.proven', `№ ${index} · ${witnesses.join(', ')}`, 'good')
      }
      await new Promise((resolve) => setTimeout(resolve, 1500))
    }
  } catch (error) {
    tell('seal.noAnswer', error instanceof Error ? error.message : '', 'bad')
  }
}

/** A second press while the first is under way is ignored. */
function onPress(id: 'seal' | 'send', act: () => Promise<void>): void {
  const button = element<HTMLButtonElement>(id)
  button.addEventListener('click', async () => {
    if (button.getAttribute('aria-busy')) return
    button.setAttribute('aria-busy', 'true')
    await act().finally(() => button.removeAttribute('aria-busy'))
  })
}

keepPinned()
speak(() => {
  sayPinned()
  draw()
  if (told && !element('told').hidden) tell(told.key, told.detail, told.kind)
})
element<HTMLInputElement>('form').addEventListener('change', async (event) => {
  const file = (event.target as HTMLInputElement).files?.[0]
  if (file) open(await file.text())
})
element('fields').addEventListener('input', () => {
  // Another price is another bid: what was sealed or begun with the old one is dropped.
  if (form) keepTyped(form.page, typedNow())
  reopened()
})
element('files').addEventListener('change', reopened)
element('files').addEventListener('click', reopened)
onPress('seal', seal)
onPress('send', send)
element('forget').addEventListener('click', async () => {
  if (!form) return
  forget(form.page)
  await forgetFiles(form.page).catch(() => {})
  draw()
  reopened()
})

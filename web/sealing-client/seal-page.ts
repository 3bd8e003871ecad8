// The page on which a bid is sealed at another host: the form comes as a file from the portal, what is typed stays here, and the sealed bid is saved or sent.
import { formatAmount } from '../format.ts'
import { parseTrustList } from '@naru/sealing/signatures/trust-list.ts'
import { chosenKey } from './choose-key.ts'
import { readDeployed } from './deployed.ts'
import type { BidPage, Pending, Typed } from './device.ts'
import { offersOf } from './offer.ts'
import { pinnedTrust } from './pin.ts'
import { proveBid } from './prove.ts'
import { NotAsMeant, sealOffers, sealWithdrawal } from './seal.ts'
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
  saved: 0,
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
  const names = [...Object.keys(read.fields), ...(read.page.draw && read.page.page !== 'withdraw' ? ['picks'] : [])]
  element('fields').replaceChildren(
    ...names.flatMap((name) => {
      const label = document.createElement('label')
      label.htmlFor = name
      label.textContent =
        name === 'picks'
          ? say('seal.picks')
          : name.startsWith('vat')
            ? `${say('check.vat')}: ${read?.about[name] ?? ''}`
            : (read?.about[name] ?? name)
      const input = document.createElement('input')
      Object.assign(input, { type: 'text', id: name, name, value: read?.fields[name] ?? '', autocomplete: 'off' })
      return [label, input]
    }),
  )
  element('bid').hidden = false
  element('sealed').hidden = true
  total()
}

/** Seals what is typed and signs it, and offers it to be saved; nothing has left this page then. */
async function seal(): Promise<void> {
  if (!form) return
  const { page } = form
  const typed = typedNow()
  const { offers, missing } = offersOf(page, typed)
  if (page.page !== 'withdraw' && missing.length > 0)
    return tell('seal.missing', missing.map((each) => form?.about[each] ?? each).join('; '), 'bad')
  tell('seal.sealing')
  try {
    const made = page.page === 'withdraw' ? await sealWithdrawal(page) : await sealOffers(page, typed, offers)
    const deployed = await readDeployed()
    const picked = element<HTMLInputElement>('keyFile').files?.length ?? 0
    const key = picked > 0 || page.mode === 'live' ? await chosenKey(page, deployed.api) : null
    sealed = key ? await signPending(page, made, key, page.mode === 'sandbox' ? page.now : Date.now()) : made
  } catch (error) {
    if (error instanceof NotAsMeant) return tell('seal.mismatch', error.message, 'bad')
    if (error instanceof NotSigned) return tell(`seal.fault.${error.fault}`, error.message, 'bad')
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
    const headers = {
      authorization: `Bearer ${element<HTMLInputElement>('credential').value.trim()}`,
      'accept-language': document.documentElement.lang,
    }
    tell('seal.sending')
    const response = await fetch(`${deployed.api}/api/cases/${page.caseId}/acts/${sealed.act}`, {
      method: 'POST',
      credentials: 'omit',
      headers: { ...headers, 'content-type': 'application/json', 'idempotency-key': sealed.key },
      body: sealed.body,
    })
    const answer = (await response.json()) as { sentence?: string; code?: string }
    if (!response.ok) return tell('seal.refused', answer.sentence ?? answer.code ?? String(response.status), 'bad')
    tell('seal.promised')
    const { m, leafSalt } = sealed.receipt
    for (;;) {
      const found = await fetch(`${deployed.api}/api/cases/${page.caseId}/bid/receipt?m=${encodeURIComponent(m)}`, {
        headers,
        credentials: 'omit',
      })
      if (found.status === 200) {
        const text = await found.text()
        const trust = deployed.trust ?? parseTrustList(await (await fetch(`${deployed.api}/api/trust`)).json())
        const { list } = pinnedTrust(page.log, trust, localStorage)
        const mine = { m, leafSalt, log: page.log, deadline: page.deadline, delta: page.delta }
        const { index, witnesses } = proveBid(text, mine, list)
        offer('proof', `naru-${page.number}.tlog-proof`, text)
        return tell('seal.proven', `№ ${index} · ${witnesses.join(', ')}`, 'good')
      }
      await new Promise((resolve) => setTimeout(resolve, 1500))
    }
  } catch (error) {
    tell('seal.noAnswer', error instanceof Error ? error.message : '', 'bad')
  }
}

speak(() => {
  if (told && !element('told').hidden) tell(told.key, told.detail, told.kind)
})
element<HTMLInputElement>('form').addEventListener('change', async (event) => {
  const file = (event.target as HTMLInputElement).files?.[0]
  if (file) open(await file.text())
})
element('fields').addEventListener('input', total)
element('seal').addEventListener('click', () => void seal())
element('send').addEventListener('click', () => void send())

// `naru seal <form file>`: seals a bid or its withdrawal on one's own machine, without a browser and without a connection.
import { readFileSync, writeFileSync } from 'node:fs'
import type { BidPage, Pending } from './device.ts'
import { offersOf } from './offer.ts'
import { sealOffers, sealWithdrawal } from './seal.ts'

/** The form as the page of a bid gives it; the bidder fills in `fields` and, where numbers are drawn, `picks`. */
export interface Form {
  readonly naru: 'bid-form'
  readonly v: 1
  readonly fields: Readonly<Record<string, string>>
  /** What each field asks for, in the reader's language. */
  readonly about: Readonly<Record<string, string>>
  readonly picks: readonly number[]
  readonly page: BidPage
}

function end(code: 1 | 2, why: string): never {
  console.error(why)
  process.exit(code)
}

function readForm(file: string): Form {
  try {
    const form = JSON.parse(readFileSync(file, 'utf8')) as Form
    return form?.naru === 'bid-form' ? form : end(2, `${file} is no form of a bid.`)
  } catch (error) {
    return end(2, `${file} cannot be read: ${error instanceof Error ? error.message : String(error)}`)
  }
}

function seal(form: Form): Pending {
  if (form.page.page === 'withdraw') return sealWithdrawal(form.page)
  const typed = { fields: form.fields, picks: form.picks, saved: 0 }
  const { offers, missing } = offersOf(form.page, typed)
  if (missing.length === 0) return sealOffers(form.page, typed, offers)
  const named = missing.map((each) => (form.about[each] ? `${each} (${form.about[each]})` : each))
  return end(1, `Missing or not a sum: ${named.join('; ')}. Nothing was sealed.`)
}

const [file] = process.argv.slice(2)
if (!file) end(2, 'naru seal <form file>: download the form from the page of your bid and fill in the prices first.')
const pending = seal(readForm(file))
const { roots, ...receipt } = pending.receipt
const name = file.replace(/\.json$/, '')
const sealed = { naru: 'sealed-bid', v: 1, act: pending.act, key: pending.key, body: pending.body, receipt }
writeFileSync(`${name}.sealed.json`, `${JSON.stringify(sealed)}\n`)
console.log(`Sealed: ${name}.sealed.json may be sent, on the page of your bid.`)
if (roots.length > 0) {
  const secret = { naru: 'bid-secret', v: 1, m: receipt.m, roots }
  writeFileSync(`${name}.secret.json`, `${JSON.stringify(secret)}\n`, { mode: 0o600 })
  console.log(`Keep to yourself: ${name}.secret.json opens your bid. Fingerprint ${receipt.m}`)
}

// `naru seal <form file>`: seals a bid on one's own machine, without a browser and without a connection.
import { readFileSync, writeFileSync } from 'node:fs'
import type { BidPage } from './device.ts'
import { offersOf } from './offer.ts'
import { sealOffers } from './seal.ts'

interface Form {
  readonly naru: 'bid-form'
  readonly fields: Readonly<Record<string, string>>
  readonly picks: readonly number[]
  readonly page: BidPage
}

const [file] = process.argv.slice(2)
if (!file) {
  console.error('naru seal <form file>: download the form from the page of your bid and fill in the prices first.')
  process.exit(2)
}
const form = JSON.parse(readFileSync(file, 'utf8')) as Form
if (form.naru !== 'bid-form') {
  console.error(`${file} is no form of a bid.`)
  process.exit(2)
}
const typed = { fields: form.fields, picks: form.picks, saved: 0 }
const { offers, missing } = offersOf(form.page, typed)
if (missing.length > 0) {
  console.error(`Missing or not a sum: ${missing.join(', ')}. Nothing was sealed.`)
  process.exit(1)
}
const pending = sealOffers(form.page, typed, offers)
const { roots, ...receipt } = pending.receipt
const name = file.replace(/\.json$/, '')
writeFileSync(
  `${name}.sealed.json`,
  `${JSON.stringify({ naru: 'sealed-bid', v: 1, act: pending.act, key: pending.key, body: pending.body, receipt })}\n`,
)
writeFileSync(`${name}.secret.json`, `${JSON.stringify({ naru: 'bid-secret', v: 1, m: receipt.m, roots })}\n`, {
  mode: 0o600,
})
console.log(`Sealed: ${name}.sealed.json may be sent, on the page of your bid.`)
console.log(`Keep to yourself: ${name}.secret.json opens your bid. Fingerprint ${receipt.m}`)

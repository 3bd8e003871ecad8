// The receipt page: checks the operator's promise on the device and gives the receipt and the bid's secret as files to keep.
import { fromBase64 } from '@naru/sealing/bytes.ts'
import { checkPromise } from '@naru/sealing/receipt.ts'
import { type BidPage, bidPage, type KeptReceipt, readReceipts } from './device.ts'

const page = bidPage()
if (page) {
  for (const part of document.querySelectorAll<HTMLElement>('[data-needs-script]')) part.hidden = false
  const receipts = readReceipts(page)
  for (const row of document.querySelectorAll<HTMLElement>('[data-version]')) {
    const kept = receipts.find((each) => each.m === row.dataset.version)
    const verdict = kept ? verdictOf(page, kept) : 'absent'
    for (const word of row.querySelectorAll<HTMLElement>('[data-verdict]'))
      word.hidden = word.dataset.verdict !== verdict
    for (const link of row.querySelectorAll<HTMLAnchorElement>('a[download]')) {
      const secret = link.dataset.file === 'secret'
      link.hidden = !kept || (secret && kept.roots.length === 0)
      if (kept) link.href = URL.createObjectURL(fileOf(page, kept, secret))
    }
  }
}

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
  const { roots, ...receipt } = kept
  const content = secret
    ? { naru: 'bid-secret', v: 1, m: kept.m, roots }
    : { naru: 'bid-receipt', v: 1, number: here.number, promiseKey: here.promiseKey, ...receipt }
  return new Blob([`${JSON.stringify(content, null, 2)}\n`], { type: 'application/json' })
}

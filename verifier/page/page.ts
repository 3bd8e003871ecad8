// The verifier as one page: a bundle or a receipt is dropped in, the verdict appears. Nothing is sent or loaded; the page works from a file.
import { parseVerifierKey } from '@naru/log/checkpoint.ts'
import { promiseHolds } from '@naru/sealing/signature.ts'
import { fromBase64 } from '@naru/sealing/bytes.ts'
import { parseTrustList } from '@naru/sealing/signatures/trust-list.ts'
import { openArchive } from '../archive.ts'
import type { Auditor } from '../check-log.ts'
import { Findings, type Verdict } from '../finding.ts'
import { isReceipt, verifyReceipt } from '../receipt.ts'
import { sentenceOf, type Words } from '../tell.ts'
import { plainHost, verifyBundle } from '../verify.ts'
import en from '../words/en.json' with { type: 'json' }
import ko from '../words/ko.json' with { type: 'json' }
import ky from '../words/ky.json' with { type: 'json' }
import ru from '../words/ru.json' with { type: 'json' }

const languages: Readonly<Record<string, Words>> = { ky, ru, en, ko }
const most = 200

const element = <T extends HTMLElement>(id: string): T => {
  const found = document.getElementById(id)
  if (!found) throw new Error(`no element ${id}`)
  return found as T
}
const made = (tag: string, text: string): HTMLElement => {
  const one = document.createElement(tag)
  one.textContent = text
  return one
}

let words: Words = en
let shown: Verdict | null = null
/** What a bundle that held told of its log: a receipt of the same log is judged by it. */
let receipts: Auditor = {}

function say(): void {
  const language = element<HTMLSelectElement>('language').value
  words = languages[language] ?? en
  document.documentElement.lang = language
  document.title = `Naru: ${words['page.title'] ?? ''}`
  const places = [
    'title',
    'language-name',
    'about',
    'choose',
    'own',
    'key-name',
    'promise-name',
    'policy-name',
    'trust-name',
    'save',
  ]
  for (const id of places) element(id).textContent = words[`page.${id}`] ?? ''
  if (shown) show(shown)
}

function show(verdict: Verdict): void {
  shown = verdict
  element('result').hidden = false
  const head = element('verdict')
  head.textContent = words[`verdict.${verdict.verdict}`] ?? verdict.verdict
  head.className = verdict.verdict
  element('counts').replaceChildren(
    ...Object.entries(verdict.counts).flatMap(([name, count]) => [
      made('dt', String(count)),
      made('dd', words[`count.${name}`] ?? name),
    ]),
  )
  const levels = ['fails', 'stops', 'warns', 'tells'] as const
  element('findings').replaceChildren(
    ...levels.flatMap((level) => {
      const found = verdict.findings.filter((each) => each.level === level)
      if (found.length === 0) return []
      const list = document.createElement('ul')
      for (const each of found.slice(0, most)) {
        const item = made('li', `${sentenceOf(each, words)} `)
        item.append(made('code', each.at))
        list.append(item)
      }
      return [made('h3', `${words[`level.${level}`] ?? level} (${found.length})`), list]
    }),
  )
}

function auditorNow(): Auditor {
  const value = (id: string): string => element<HTMLInputElement>(id).value.trim()
  const policy = element<HTMLTextAreaElement>('policy').value
  const trust = element<HTMLTextAreaElement>('trust').value
  return {
    ...(value('key') && { logKey: parseVerifierKey(value('key')) }),
    ...(value('promise') && { promiseKeys: [fromBase64(value('promise'))] }),
    ...(policy.trim() && { policy: `${policy.trimEnd()}\n` }),
    ...(trust.trim() && { trust: parseTrustList(JSON.parse(trust)) }),
  }
}

async function judge(file: File): Promise<Verdict> {
  const bytes = new Uint8Array(await file.arrayBuffer())
  const auditor = auditorNow()
  const text = new TextDecoder().decode(bytes.subarray(0, 64))
  if (isReceipt(text)) return verifyReceipt(new TextDecoder().decode(bytes), { ...receipts, ...auditor }, promiseHolds)
  const findings = new Findings()
  const files = openArchive(findings, bytes)
  if (!files || findings.broken) return findings.verdict(file.name)
  const { verdict, bundle, trust } = await verifyBundle(files, auditor, plainHost)
  if (verdict.verdict === 'holds' && bundle && trust) receipts = { logKey: bundle.logKey, trustSeen: trust }
  return verdict
}

function take(file: File | undefined): void {
  if (!file) return
  const head = element('verdict')
  element('result').hidden = false
  head.className = ''
  head.textContent = `${file.name} …`
  // The screen is drawn first: deriving every bid again takes its time.
  setTimeout(() => {
    judge(file).then(show, (error: unknown) => {
      head.textContent = `${words['verdict.not-checked'] ?? ''} ${String(error)}`
    })
  }, 30)
}

const drop = element('drop')
for (const name of ['dragenter', 'dragover'])
  drop.addEventListener(name, (event) => {
    event.preventDefault()
    drop.classList.add('over')
  })
drop.addEventListener('dragleave', () => drop.classList.remove('over'))
drop.addEventListener('drop', (event) => {
  event.preventDefault()
  drop.classList.remove('over')
  take(event.dataTransfer?.files[0])
})
element<HTMLInputElement>('file').addEventListener('change', (event) =>
  take((event.target as HTMLInputElement).files?.[0]),
)
element('save').addEventListener('click', () => {
  if (!shown) return
  const link = document.createElement('a')
  link.href = URL.createObjectURL(new Blob([JSON.stringify(shown, null, 1)], { type: 'application/json' }))
  link.download = 'verdict.json'
  link.click()
})
const select = element<HTMLSelectElement>('language')
const own = navigator.language.slice(0, 2)
select.value = own in languages ? own : 'en'
select.addEventListener('change', say)
say()

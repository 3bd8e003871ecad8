// `naru seal <form file>`: seals a bid or its withdrawal on one's own machine, without a browser; without a connection too, unless files go with it.
//
// --key <file.p12>       signs with a key file; its passphrase from NARU_KEY_PASSPHRASE, else asked for
// --csc <address>        signs at a remote signing service (CSC API v2); NARU_CSC_PASSWORD and NARU_PIN from the environment
// --send <address>       sends everything with the delegated credential in NARU_CREDENTIAL, and waits for the proof
import { createHash } from 'node:crypto'
import { existsSync, readFileSync, writeFileSync } from 'node:fs'
import { open } from 'node:fs/promises'
import { basename, dirname, resolve } from 'node:path'
import type { KeyFileFault } from '@naru/sealing/signatures/key-file.ts'
import { parseTrustList } from '@naru/sealing/signatures/trust-list.ts'
import type { BidPage, Making, Pending } from './device.ts'
import { offersOf } from './offer.ts'
import { beginMaking, type FileToSeal, isOf, sealMaking, sealOffers, sealWithdrawal } from './seal.ts'
import { proveBid } from './prove.ts'
import { beginSending } from './send-files.ts'
import { NotSigned, type SigningKey, signPending } from './sign.ts'

/** The form as the page of a bid gives it; the bidder fills in `fields` and, where numbers are drawn, `picks`. */
export interface Form {
  readonly naru: 'bid-form'
  readonly v: 1
  readonly fields: Readonly<Record<string, string>>
  /** What each field asks for, in the reader's language. */
  readonly about: Readonly<Record<string, string>>
  readonly picks: readonly number[]
  /** Paths of attachments, by lot and envelope: `1/price`, `1/tech`. */
  readonly files?: Readonly<Record<string, readonly string[]>>
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

/** The files that the form names, opened for reading in parts. */
async function filesOf(form: Form, beside: string): Promise<FileToSeal[]> {
  const files: FileToSeal[] = []
  for (const [place, paths] of Object.entries(form.files ?? {}))
    for (const path of paths) {
      const [lot = '', kind] = place.split('/')
      if (kind !== 'price' && kind !== 'tech') end(2, `files: ${place} is neither <lot>/price nor <lot>/tech.`)
      const handle = await open(resolve(dirname(beside), path)).catch(() => end(2, `${path} cannot be read.`))
      const { size } = await handle.stat()
      const read = async (from: number, to: number): Promise<Uint8Array> => {
        const bytes = new Uint8Array(to - from)
        const { bytesRead } = await handle.read(bytes, 0, bytes.length, from)
        if (bytesRead !== bytes.length) end(1, `${path} changed while it was read. Nothing was submitted.`)
        return bytes
      }
      files.push({
        id: `${place}/${path}`,
        lot,
        kind,
        name: basename(path),
        mime: 'application/octet-stream',
        source: { size, read },
      })
    }
  return files
}

/** Encrypts the files and sends them; what has arrived is kept in a file beside the form, so that a second run goes on. */
async function sealWithFiles(form: Form, files: readonly FileToSeal[], beside: string): Promise<Pending> {
  const address = argumentOf('--send')
  const credential = process.env.NARU_CREDENTIAL
  if (!address || !credential)
    end(
      2,
      'Files are sent while they are sealed: give --send <address of the portal>, and NARU_CREDENTIAL in the environment.',
    )
  const typed = { fields: form.fields, picks: form.picks, saved: 0 }
  const { offers, missing } = offersOf(form.page, typed)
  if (missing.length > 0) end(1, `Missing or not a sum: ${missing.join('; ')}. Nothing was sealed.`)
  const place = `${beside.replace(/\.json$/, '')}.making.json`
  const stamp = createHash('sha256')
    .update(JSON.stringify([form.fields, form.picks, form.page.own]))
    .digest('hex')
  const kept = existsSync(place) ? (JSON.parse(readFileSync(place, 'utf8')) as { stamp: string; making: Making }) : null
  // Another word in the form makes another bid: a root must never meet two cores.
  const making =
    kept?.stamp === stamp && isOf(kept.making, form.page, files)
      ? kept.making
      : beginMaking(form.page, typed, offers, files)
  const keep = () => writeFileSync(place, JSON.stringify({ stamp, making }), { mode: 0o600 })
  keep()
  const whole = files.reduce((sum, each) => sum + each.source.size, 0)
  let arrived = 0
  let told = -1
  const line = {
    address: address.replace(/\/$/, ''),
    caseId: form.page.caseId,
    headers: { authorization: `Bearer ${credential}`, 'accept-language': form.page.language },
    down: (is: boolean) =>
      console.error(is ? 'The line is down; sending goes on when it is back.' : 'The line is back.'),
  }
  const pending = await sealMaking(form.page, making, files, async (announced) => {
    const leaves = (making.leaves[announced.hdr] ??= {})
    return beginSending(line, announced, leaves, (bytes) => {
      arrived += bytes
      const percent = Math.floor((100 * arrived) / Math.max(1, whole))
      if (percent >= told + 5) {
        told = percent
        keep()
        console.error(`${Math.min(100, percent)} % sent`)
      }
    })
  })
  keep()
  return pending
}

const argumentOf = (name: string): string | undefined => {
  const at = process.argv.indexOf(name)
  return at < 0 ? undefined : process.argv[at + 1]
}

/** Asks on the terminal without showing what is typed. */
async function askHidden(question: string): Promise<string> {
  if (!process.stdin.isTTY) return end(2, 'Give the passphrase of the key file in NARU_KEY_PASSPHRASE.')
  process.stderr.write(question)
  process.stdin.setRawMode(true)
  let typed = ''
  for await (const chunk of process.stdin) {
    const text = String(chunk)
    if (text.includes('\u0003')) end(2, '')
    const [before = '', after] = text.split(/[\r\n]/, 2)
    typed += before
    if (after !== undefined) break
  }
  process.stdin.setRawMode(false)
  process.stderr.write('\n')
  return typed
}

/** The key that the words name, or null where none is named. */
async function keyOf(): Promise<SigningKey | null> {
  const [file, service] = [argumentOf('--key'), argumentOf('--csc')]
  if (service) {
    const { NARU_CSC_PASSWORD: password = 'sandbox', NARU_PIN: pin = '0000' } = process.env
    return { kind: 'service', service: service.replace(/\/$/, ''), password, pin }
  }
  if (!file) return null
  const passphrase = process.env.NARU_KEY_PASSPHRASE ?? (await askHidden('Passphrase of the key file: '))
  const { openKeyFile, KeyFileRefused } = await import('@naru/sealing/signatures/key-file.ts')
  try {
    return { kind: 'file', file: await openKeyFile(new Uint8Array(readFileSync(file)), passphrase), trust: null }
  } catch (error) {
    if (error instanceof KeyFileRefused) return end(1, `${file}: ${keyFaults[error.fault]} (${error.message})`)
    return end(1, `${file} cannot be read: ${error instanceof Error ? error.message : String(error)}`)
  }
}

const keyFaults: Readonly<Record<KeyFileFault, string>> = {
  form: 'this is no key file, or it is damaged',
  passphrase: 'the passphrase does not fit',
  encryption: 'it is encrypted in a way that cannot be opened here (older PKCS#12, SEED); export it anew with AES-256',
  'no-key': 'it holds no private key',
  'no-certificate': 'it holds no certificate of its key',
  'key-kind': 'its key is of a kind that is not used here',
}

/** The submission signed with the named key. The moment is the portal's where it is asked, else this machine's; a sandbox has a clock of its own. */
async function sign({ page }: Form, pending: Pending): Promise<Pending> {
  const key = await keyOf()
  if (!key) {
    if (page.mode === 'live')
      end(2, 'A live portal takes no bid without a certificate: give --key <file.p12> or --csc <address>.')
    return pending
  }
  const portal = argumentOf('--send')?.replace(/\/$/, '')
  const asked = portal && ((await (await fetch(`${portal}/api/time`)).json()) as { now: string })
  const at = asked ? Date.parse(asked.now) : page.mode === 'sandbox' ? page.now : Date.now()
  try {
    return await signPending(page, pending, key, at)
  } catch (error) {
    if (!(error instanceof NotSigned)) throw error
    return end(1, `Not signed (${error.fault}): ${error.message}. Nothing was sealed into a file.`)
  }
}

/** Sends the sealed bid, and waits until it is proven: the proof is checked here and written beside the form. */
async function sendAll({ page }: Form, pending: Pending, name: string): Promise<void> {
  const portal = argumentOf('--send')?.replace(/\/$/, '')
  const credential = process.env.NARU_CREDENTIAL
  if (!portal || !credential) return end(2, 'Sending takes --send <address> and NARU_CREDENTIAL in the environment.')
  const headers = { authorization: `Bearer ${credential}`, 'accept-language': page.language }
  const response = await fetch(`${portal}/api/cases/${page.caseId}/acts/${pending.act}`, {
    method: 'POST',
    headers: { ...headers, 'content-type': 'application/json', 'idempotency-key': pending.key },
    body: pending.body,
  })
  const answer = (await response.json()) as { at?: string; sentence?: string; code?: string }
  if (!response.ok) return end(1, `Not accepted: ${answer.sentence ?? answer.code ?? response.status}`)
  console.log(`Promised, received at ${answer.at}. The proof follows.`)
  const { m, leafSalt } = pending.receipt
  const until = Date.now() + waitForProofMs
  while (Date.now() < until) {
    const found = await fetch(`${portal}/api/cases/${page.caseId}/bid/receipt?m=${encodeURIComponent(m)}`, { headers })
    if (found.status === 200) {
      const text = await found.text()
      const trust = parseTrustList(await (await fetch(`${portal}/api/trust`)).json())
      const mine = { m, leafSalt, log: page.log, deadline: page.deadline, delta: page.delta }
      const { index, witnesses } = proveBid(text, mine, trust)
      writeFileSync(`${name}.tlog-proof`, text)
      console.log(`Submitted, and proven: entry ${index}, cosigned by ${witnesses.join(', ')}. ${name}.tlog-proof`)
      return
    }
    await new Promise((resolve) => setTimeout(resolve, 1000))
  }
  end(1, 'The proof has not come yet. The promise holds; fetch the proof on the page of the receipt.')
}

/** As long as a proof usually takes, and δ. */
const waitForProofMs = 120_000

async function seal(form: Form): Promise<Pending> {
  if (form.page.page === 'withdraw') return sealWithdrawal(form.page)
  const typed = { fields: form.fields, picks: form.picks, saved: 0 }
  const { offers, missing } = offersOf(form.page, typed)
  if (missing.length === 0) return sealOffers(form.page, typed, offers)
  const named = missing.map((each) => (form.about[each] ? `${each} (${form.about[each]})` : each))
  return end(1, `Missing or not a sum: ${named.join('; ')}. Nothing was sealed.`)
}

const [file] = process.argv.slice(2)
if (!file) end(2, 'naru seal <form file>: download the form from the page of your bid and fill in the prices first.')
const form = readForm(file)
const files = form.page.page === 'withdraw' ? [] : await filesOf(form, file)
const made =
  files.length > 0
    ? await sealWithFiles(form, files, file).catch((error: unknown) => end(1, String(error)))
    : await seal(form).catch((error: unknown) => end(1, String(error)))
if (made.receipt.opened) console.log('Opened again here: the envelope says what the form says.')
const pending = await sign(form, made)
const { roots, ...receipt } = pending.receipt
const name = file.replace(/\.json$/, '')
const sealed = { naru: 'sealed-bid', v: 1, act: pending.act, key: pending.key, body: pending.body, receipt }
writeFileSync(`${name}.sealed.json`, `${JSON.stringify(sealed)}\n`)
const sends = argumentOf('--send') !== undefined
console.log(`Sealed: ${name}.sealed.json${sends ? '' : ' may be sent, on the page of your bid.'}`)
if (roots.length > 0) {
  const secret = { naru: 'bid-secret', v: 1, m: receipt.m, roots }
  writeFileSync(`${name}.secret.json`, `${JSON.stringify(secret)}\n`, { mode: 0o600 })
  console.log(`Keep to yourself: ${name}.secret.json opens your bid. Fingerprint ${receipt.m}`)
}
if (sends) await sendAll(form, pending, name)

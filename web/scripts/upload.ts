// Sends a chosen file piece by piece (tus 1.0.0), so that a broken connection costs a piece and not the file; its hash is taken on this device.
import { sha256 } from '@noble/hashes/sha2.js'
import { bytesToHex } from '@noble/hashes/utils.js'

const smallest = 256 * 1024
const largest = 8 * 1024 * 1024
const perPiece = 1_000
const longestWait = 15_000

/** An upload that this device began and has not finished. */
interface Begun {
  readonly address: string
  readonly name: string
}

class NotTaken extends Error {}
class Stopped extends Error {}

for (const form of document.querySelectorAll<HTMLFormElement>('form[data-upload]')) prepare(form)
for (const place of document.querySelectorAll<HTMLElement>('[data-scan="not-scanned"]')) void follow(place)

const language = (): Record<string, string> => ({ 'accept-language': document.documentElement.lang })
const tus = (): Record<string, string> => ({ ...language(), 'tus-resumable': '1.0.0' })

function prepare(form: HTMLFormElement): void {
  const input = form.querySelector<HTMLInputElement>('input[type="file"]')
  const status = form.querySelector<HTMLElement>('[data-sending]')
  if (!input || !status) return
  const prefix = `naru upload ${form.dataset.person ?? ''} `
  const bar = status.querySelector('progress')
  const count = status.querySelector<HTMLElement>('[data-count]')
  const stop = status.querySelector<HTMLButtonElement>('[data-stop]')
  let control: AbortController | null = null

  const show = (what: string, detail?: string): void => {
    status.hidden = false
    for (const part of status.querySelectorAll<HTMLElement>('[data-says]')) part.hidden = part.dataset.says !== what
    const place = status.querySelector<HTMLElement>(`[data-says="${what}"] [data-detail]`)
    if (place && detail !== undefined) place.textContent = detail
    const under = ['hashing', 'sending', 'paused', 'checking'].includes(what)
    for (const part of [bar, count, stop]) if (part) part.hidden = !under
  }
  const progress = (done: number, size: number): void => {
    const percent = Math.floor((done * 100) / size)
    if (bar) bar.value = percent
    if (count) count.textContent = `${percent} %`
  }

  form.addEventListener('submit', async (event) => {
    const file = input.files?.[0]
    // Nothing chosen, or chosen and empty: the server says so on the page.
    if (!file || file.size === 0) return
    event.preventDefault()
    if (control) return
    const { submitter } = event
    control = new AbortController()
    try {
      show('hashing')
      const hash = await hashOf(file, control.signal, (done) => progress(done, file.size))
      show('sending')
      const id = await send(file, hash, prefix + hash, control.signal, {
        progress: (done) => {
          show(done === file.size ? 'checking' : 'sending')
          progress(done, file.size)
        },
        paused: () => show('paused'),
      })
      const sent = document.createElement('input')
      Object.assign(sent, { type: 'hidden', name: 'upload', value: id })
      form.append(sent)
      input.disabled = true
      if (submitter instanceof HTMLButtonElement && submitter.name) {
        const pressed = document.createElement('input')
        Object.assign(pressed, { type: 'hidden', name: submitter.name, value: submitter.value })
        form.append(pressed)
      }
      form.submit()
    } catch (error) {
      if (error instanceof Stopped) show('stopped')
      else show('refused', error instanceof NotTaken ? error.message : '')
    } finally {
      control = null
    }
  })
  stop?.addEventListener('click', () => control?.abort())
  void tellUnfinished(prefix, show)
}

/** Says which file was on its way when the page was left; the browser gives a page no way back to it, so it is chosen again. */
async function tellUnfinished(prefix: string, show: (what: string, detail?: string) => void): Promise<void> {
  for (const key of Object.keys(localStorage).filter((each) => each.startsWith(prefix))) {
    const begun = readBegun(key)
    const answer = begun && (await fetch(begun.address, { method: 'HEAD', headers: tus() }).catch(() => null))
    if (begun && answer?.ok) return show('unfinished', begun.name)
    if (answer) localStorage.removeItem(key)
  }
}

function readBegun(key: string): Begun | null {
  try {
    return JSON.parse(localStorage.getItem(key) ?? 'null') as Begun | null
  } catch {
    return null
  }
}

async function hashOf(file: File, signal: AbortSignal, progress: (done: number) => void): Promise<string> {
  const hash = sha256.create()
  for (let at = 0; at < file.size; at += largest) {
    if (signal.aborted) throw new Stopped()
    hash.update(new Uint8Array(await file.slice(at, at + largest).arrayBuffer()))
    progress(Math.min(at + largest, file.size))
  }
  return bytesToHex(hash.digest())
}

interface Told {
  readonly progress: (done: number) => void
  readonly paused: () => void
}

/** Sends what the server does not have yet, and answers the upload's id. Throws NotTaken with the server's sentence, and Stopped. */
async function send(file: File, hash: string, key: string, signal: AbortSignal, told: Told): Promise<string> {
  let address = readBegun(key)?.address ?? ''
  let offset = -1
  let piece = smallest
  let wait = 1_000
  const idOf = () => address.split('/').at(-1) ?? ''
  const stopHere = async (): Promise<never> => {
    localStorage.removeItem(key)
    if (address) await fetch(address, { method: 'DELETE', headers: tus() }).catch(() => null)
    throw new Stopped()
  }
  for (;;) {
    if (signal.aborted) await stopHere()
    const began = performance.now()
    const answer = await step()
    if (signal.aborted) await stopHere()
    if (!answer || answer.status >= 500 || answer.status === 429) {
      told.paused()
      await rest(wait, signal)
      wait = Math.min(wait * 2, longestWait)
      // What arrived before the connection broke is asked for, not guessed.
      offset = -1
      continue
    }
    wait = 1_000
    const at = Number(answer.headers.get('upload-offset') ?? Number.NaN)
    if (answer.status === 404 || answer.status === 410) {
      localStorage.removeItem(key)
      address = ''
      offset = -1
    } else if (answer.ok || answer.status === 409) {
      if (answer.status === 201) {
        address = answer.headers.get('location') ?? ''
        const begun: Begun = { address, name: file.name }
        localStorage.setItem(key, JSON.stringify(begun))
      }
      if (Number.isNaN(at)) throw new NotTaken('')
      if (offset >= 0 && at > offset) piece = fitting((at - offset) / (performance.now() - began))
      offset = at
      told.progress(offset)
      if (offset >= file.size) {
        localStorage.removeItem(key)
        return idOf()
      }
    } else if (answer.status !== 460) {
      localStorage.removeItem(key)
      throw new NotTaken(sentenceOf(await answer.json().catch(() => ({}))))
    }
  }

  function step(): Promise<Response | null> {
    const asked = !address
      ? fetch('/api/uploads', {
          method: 'POST',
          signal,
          headers: {
            ...tus(),
            'upload-length': String(file.size),
            'upload-metadata': `filename ${base64(file.name)},filetype ${base64(file.type)},sha256 ${base64(hash)}`,
          },
        })
      : offset < 0
        ? fetch(address, { method: 'HEAD', signal, headers: tus() })
        : fetch(address, {
            method: 'PATCH',
            signal,
            headers: {
              ...tus(),
              'content-type': 'application/offset+octet-stream',
              'upload-offset': String(offset),
            },
            body: file.slice(offset, offset + piece),
          })
    return asked.catch(() => null)
  }
}

/** The size of a piece that takes about a second at a speed in bytes a millisecond. */
const fitting = (speed: number): number => Math.min(largest, Math.max(smallest, Math.floor(speed * perPiece)))

/** Waits, but no longer than until the device is online again or the person stops it. */
const rest = (milliseconds: number, signal: AbortSignal): Promise<void> =>
  new Promise((resolve) => {
    const done = () => {
      clearTimeout(timer)
      window.removeEventListener('online', done)
      signal.removeEventListener('abort', done)
      resolve()
    }
    const timer = setTimeout(done, milliseconds)
    window.addEventListener('online', done)
    signal.addEventListener('abort', done)
  })

const base64 = (text: string): string =>
  btoa(Array.from(new TextEncoder().encode(text), (byte) => String.fromCharCode(byte)).join(''))

function sentenceOf(body: { sentence?: string; fields?: readonly { sentence?: string }[] }): string {
  return body.sentence ?? body.fields?.map((each) => each.sentence ?? '').join(' ') ?? ''
}

/** Says what the virus scan found as soon as it has. */
async function follow(place: HTMLElement): Promise<void> {
  for (let tries = 0; tries < 40; tries += 1) {
    await new Promise((resolve) => setTimeout(resolve, 3_000))
    const answer = await fetch(`/api/uploads/${place.dataset.file ?? ''}/state`, { headers: language() }).catch(
      () => null,
    )
    const state = answer?.ok ? ((await answer.json()) as { scan: string; sentence: string }) : null
    if (!state || state.scan === 'not-scanned') continue
    place.dataset.scan = state.scan
    place.textContent = state.sentence
    return
  }
}

// Signing in with a certificate: the text that the server gives is signed at the remote signing service, with a key file on this device, or elsewhere and brought here.
import { fromBase64, toBase64, utf8 } from '@naru/sealing/bytes.ts'
import { signCades } from '@naru/sealing/signatures/cades.ts'
import { listCredentials, remoteSigner } from '@naru/sealing/signatures/remote-signing.ts'
import { openPicked, tellNotSigned } from '../sealing-client/read-key-file.ts'
import { NotSigned } from '../sealing-client/sign.ts'

/** Signs bytes as a detached CMS; wherever the key lies, this is all that signing in asks of it. */
type Sign = (bytes: Uint8Array) => Promise<Uint8Array>

interface Question {
  readonly challenge: string
  readonly text: string
}

class Refused extends Error {}

async function post<Answer>(address: string, body: unknown, authorization?: string): Promise<Answer> {
  const answer = await fetch(address, {
    method: 'POST',
    headers: {
      'content-type': 'application/json',
      'accept-language': document.documentElement.lang,
      ...(authorization && { authorization }),
    },
    body: JSON.stringify(body),
  })
  const said = (await answer.json().catch(() => ({}))) as {
    sentence?: string
    error_description?: string
    error?: string
  }
  if (!answer.ok) throw new Refused(said.sentence ?? said.error_description ?? said.error ?? String(answer.status))
  return said as Answer
}

/** The key of a person at the service, which signs for exactly this hash when the PIN is given. */
const atService =
  (service: string, user: string, password: string, pin: string): Sign =>
  async (bytes) => {
    const method = (name: string) => `${service}/csc/v2/${name}`
    const { access_token: token } = await post<{ access_token: string }>(
      method('auth/login'),
      {},
      `Basic ${btoa(`${user}:${password}`)}`,
    )
    const ask = (name: string, body: unknown) => post<unknown>(method(name), body, `Bearer ${token}`)
    const [credential] = await listCredentials(ask)
    if (!credential) throw new Refused('no certificate')
    return signCades(remoteSigner(ask, credential, pin), bytes, Date.now() + ahead, credential.certificates.slice(1))
  }

/** The key of a file on this device; file, passphrase and key go nowhere. */
async function inFile(form: HTMLFormElement): Promise<Sign> {
  const picked = form.querySelector<HTMLInputElement>('input[type="file"]')?.files?.[0]
  const { signer, chain } = await openPicked(
    picked,
    form.querySelector<HTMLInputElement>('[name="passphrase"]')?.value ?? '',
  )
  return (bytes) => signCades(signer, bytes, Date.now() + ahead, chain)
}

/** How far the site's clock is ahead of this device's, ms: a signature says when it was made. */
let ahead = 0

/** A signature made elsewhere: DER, PEM or base64, as a file or pasted. */
async function brought(form: HTMLFormElement): Promise<Uint8Array> {
  const file = form.querySelector<HTMLInputElement>('input[type="file"]')?.files?.[0]
  const bytes = file ? new Uint8Array(await file.arrayBuffer()) : undefined
  if (bytes?.[0] === 0x30) return bytes
  const text = bytes ? new TextDecoder().decode(bytes) : (form.querySelector('textarea')?.value ?? '')
  return fromBase64(text.replace(/-----[^-]*-----/g, '').replace(/\s/g, ''), 'signature')
}

function begin(place: HTMLElement): void {
  const forms = [...place.querySelectorAll('form')]
  const typed = (form: HTMLFormElement, name: string) =>
    form.querySelector<HTMLInputElement>(`[name="${name}"]`)?.value.trim() ?? ''
  const show = (name: string, detail = ''): void => {
    for (const part of place.querySelectorAll<HTMLElement>('[data-says]')) part.hidden = part.dataset.says !== name
    const told = place.querySelector<HTMLElement>(`[data-says="${name}"] [data-detail]`)
    if (told) told.textContent = detail
  }
  let question: Promise<Question> | undefined
  const ask = (): Promise<Question> => (question ??= post<Question>('/api/sign-in/certificate/options', {}))
  const answer = async ({ challenge }: Question, der: Uint8Array): Promise<void> => {
    // A question is used up by its answer.
    question = undefined
    await post('/api/sign-in/certificate', { challenge, der: toBase64(der) })
    location.assign(place.dataset.then ?? '/')
  }
  for (const form of forms)
    form.addEventListener('submit', async (event) => {
      event.preventDefault()
      const button = form.querySelector('button')
      if (button?.getAttribute('aria-busy')) return
      button?.setAttribute('aria-busy', 'true')
      try {
        if (form.dataset.does === 'text') {
          question = undefined
          const asked = await ask()
          const shown = place.querySelector('[data-text]')
          const link = place.querySelector<HTMLAnchorElement>('a[download]')
          if (shown) shown.textContent = asked.text
          if (link) link.href = URL.createObjectURL(new Blob([utf8(asked.text) as Uint8Array<ArrayBuffer>]))
          for (const part of place.querySelectorAll<HTMLElement>('[data-after-text]')) part.hidden = false
          show('ready')
        } else if (form.dataset.does === 'service' || form.dataset.does === 'file') {
          show('asking')
          const file = form.dataset.does === 'file' ? await inFile(form) : null
          const { now } = (await (await fetch('/api/time')).json()) as { now: string }
          ahead = Date.parse(now) - Date.now()
          const asked = await ask()
          const sign =
            file ??
            atService(place.dataset.service ?? '', typed(form, 'user'), typed(form, 'password'), typed(form, 'pin'))
          await answer(asked, await sign(utf8(asked.text)))
        } else {
          show('asking')
          await answer(await ask(), await brought(form))
        }
      } catch (error) {
        if (error instanceof NotSigned) tellNotSigned(error, place)
        else show('refused', error instanceof Error ? error.message : '')
      }
      button?.removeAttribute('aria-busy')
    })
  for (const part of place.querySelectorAll<HTMLElement>('[data-needs-script]')) part.hidden = false
  show('ready')
}

for (const place of document.querySelectorAll<HTMLElement>('[data-script="certificate"]')) begin(place)

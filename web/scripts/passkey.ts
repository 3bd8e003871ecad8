// The part of a page that asks the person's passkey: sign in, or make a new one. Without this script these pages say that they need it.
import { startAuthentication, startRegistration } from '@simplewebauthn/browser'

class Refused extends Error {}

/** Posts JSON and reads JSON; throws the server's sentence where it refuses. */
async function post<Answer>(address: string, body: unknown): Promise<Answer> {
  const answer = await fetch(address, {
    method: 'POST',
    headers: { 'content-type': 'application/json', 'accept-language': document.documentElement.lang },
    body: JSON.stringify(body),
  })
  const said = (await answer.json().catch(() => ({}))) as {
    sentence?: string
    fields?: { path: string; sentence?: string }[]
  }
  if (answer.ok) return said as Answer
  throw new Refused(said.sentence ?? said.fields?.map((each) => each.sentence ?? each.path).join(' ') ?? '')
}

type Creation = Parameters<typeof startRegistration>[0]['optionsJSON']
type Request = Parameters<typeof startAuthentication>[0]['optionsJSON']

/** What each part does; `typed` is what its fields hold. */
const deeds: Record<string, (typed: (name: string) => string) => Promise<void>> = {
  'sign-in': async () => {
    const optionsJSON = await post<Request>('/api/sign-in/passkey/options', {})
    await post('/api/sign-in/passkey', { response: await startAuthentication({ optionsJSON }) })
  },
  register: async (typed) => {
    const optionsJSON = await post<Creation>('/api/me/passkeys/options', {})
    await post('/api/me/passkeys', { name: typed('name'), response: await startRegistration({ optionsJSON }) })
  },
  enrol: async (typed) => {
    const code = typed('code')
    const optionsJSON = await post<Creation>('/api/enrol/options', { code })
    await post('/api/enrol', { code, name: typed('name'), response: await startRegistration({ optionsJSON }) })
  },
}

function begin(place: HTMLElement): void {
  const form = place.querySelector('form')
  const deed = deeds[place.dataset.does ?? '']
  const button = form?.querySelector('button')
  if (!form || !deed || !button) return
  const show = (name: string, detail = ''): void => {
    for (const part of place.querySelectorAll<HTMLElement>('[data-says]')) part.hidden = part.dataset.says !== name
    const told = place.querySelector<HTMLElement>(`[data-says="${name}"] [data-detail]`)
    if (told) told.textContent = detail
  }
  let busy = false
  form.addEventListener('submit', async (event) => {
    event.preventDefault()
    const empty = [...form.querySelectorAll('input')].find((input) => input.required && input.value.trim() === '')
    if (empty) return empty.focus()
    if (busy) return
    busy = true
    button.setAttribute('aria-busy', 'true')
    show('asking')
    try {
      await deed((name) => form.querySelector<HTMLInputElement>(`[name="${name}"]`)?.value.trim() ?? '')
      location.assign(place.dataset.then ?? '/')
      return
    } catch (error) {
      if (error instanceof Refused) show('refused', error.message)
      else show('cancelled')
    }
    busy = false
    button.removeAttribute('aria-busy')
    button.focus()
  })
  form.hidden = false
  show(window.PublicKeyCredential ? 'ready' : 'unable')
}

for (const place of document.querySelectorAll<HTMLElement>('[data-script="passkey"]')) begin(place)

// A key holder's page without a wallet: keys are made in this browser, kept under a passkey or in a file, and used here; only public parts leave it.
import type { Box } from '@naru/guardian/judge.ts'
import { Malformed } from '@naru/sealing/malformed.ts'
import { parseTrustList } from '@naru/sealing/signatures/trust-list.ts'
import type { KeysDuty } from './duty.ts'
import { answerProbes, makeShares, type ReadyKey, readyKeys, sealSalts, Unwilling } from './holder.ts'
import { isRingOf, type KeyRing, makeRing, packRing, recordsOf, unpackRing, wipe } from './key-ring.ts'
import { postAct } from '../scripts/confirm-act.ts'
import { lockWithPasskey, NoPrf, openWithPasskey, type WrappedRing } from './passkey-lock.ts'
import { lockFile, openFile, shortestPassphrase } from './passphrase-file.ts'

class Refused extends Error {}

const place = document.querySelector<HTMLElement>('[data-script="keys"]')
const told = document.querySelector('script[type="application/json"][data-keys]')?.textContent
if (place && told) begin(place, JSON.parse(told) as KeysDuty)

const random32 = (): Uint8Array => crypto.getRandomValues(new Uint8Array(32))

async function call(method: string, path: string, body?: unknown): Promise<unknown> {
  const answer = await fetch(path, {
    method,
    headers: {
      'accept-language': document.documentElement.lang,
      ...(body !== undefined && { 'content-type': 'application/json' }),
    },
    ...(body !== undefined && { body: JSON.stringify(body) }),
  })
  if (answer.status === 204) return null
  const said = (await answer.json().catch(() => ({}))) as Record<string, unknown>
  if (answer.ok) return said
  throw new Refused(sentenceOf(said))
}

function sentenceOf(said: Record<string, unknown>): string {
  const fields = said['fields'] as { sentence?: string; path: string }[] | undefined
  return String(said['sentence'] ?? fields?.map((each) => each.sentence || each.path).join(' ') ?? '')
}

function begin(page: HTMLElement, here: KeysDuty): void {
  const form = page.querySelector('form')
  const parts = [...page.querySelectorAll<HTMLElement>('[data-says]')]
  const show = (name: string, more = ''): void => {
    for (const part of parts) part.hidden = part.dataset.says !== name
    const detail = page.querySelector<HTMLElement>(`[data-says="${name}"] [data-detail]`)
    if (detail) detail.textContent = more
  }
  const field = (name: string) => page.querySelector<HTMLInputElement>(`input[name="${name}"]`)
  const how = (): string =>
    page.querySelector<HTMLInputElement>('input[name="how"]:checked')?.value ?? page.dataset.how ?? ''
  const choose = (): void => {
    for (const part of page.querySelectorAll<HTMLElement>('[data-how-part]'))
      part.hidden = part.dataset.howPart !== how()
  }
  const at = (path: string): string => `/api/cases/${here.caseId}/${path}`
  const act = async (name: string, input: unknown, more = ''): Promise<void> => {
    const answer = await postAct({ caseId: here.caseId, act: name, input }, `${here.formKey}.${name}${more}`)
    if (!answer.ok) throw new Refused(sentenceOf(await answer.json().catch(() => ({}))))
  }
  const bound = `${here.caseId}/${here.person}`

  /** The passphrase as typed; says what is wrong with it and answers null. */
  function passphrase(): string | null {
    const one = field('passphrase')
    const again = field('again')
    const wrong =
      (one?.value.length ?? 0) < shortestPassphrase && again
        ? 'short'
        : again && again.value !== one?.value
          ? 'differ'
          : null
    for (const each of [one, again]) each?.toggleAttribute('aria-invalid', false)
    if (!wrong && one) return one.value
    const at = wrong === 'differ' ? again : one
    at?.setAttribute('aria-invalid', 'true')
    show(wrong ?? 'short')
    at?.focus()
    return null
  }

  /** The ring that was unwrapped: by the passkey, or from the file and its passphrase. Null where something was not given yet. */
  async function unlock(): Promise<KeyRing | null> {
    let bytes: Uint8Array
    if (how() === 'passkey') {
      show('passkey')
      const kept = (await call('GET', at('holder-key'))) as { wrapped: WrappedRing | null }
      if (!kept.wrapped) throw new Unwilling('no-key')
      bytes = await openWithPasskey(kept.wrapped, bound)
    } else {
      const file = field('file')?.files?.[0]
      const words = passphrase()
      if (!file || words === null) {
        if (!file) {
          show('no-file')
          field('file')?.focus()
        }
        return null
      }
      show('working')
      bytes = await openFile(new Uint8Array(await file.arrayBuffer()), words).catch(() => {
        throw new WrongFile()
      })
    }
    const ring = unpackRing(bytes)
    if (isRingOf(ring, here.caseId, here.person)) return ring
    wipe(ring)
    throw new WrongFile()
  }

  async function withKeys(use: (ring: KeyRing, keys: readonly ReadyKey[]) => Promise<void>): Promise<boolean> {
    const ring = await unlock()
    if (!ring) return false
    try {
      const keys = await readyKeys(ring)
      wipe(ring)
      show('working')
      await use(ring, keys)
      return true
    } finally {
      wipe(ring)
    }
  }

  let waiting: { records: unknown } | null = null
  async function deposit(): Promise<boolean> {
    if (waiting) {
      // The file was offered and the person says that it is kept.
      await call('PUT', at('holder-key'), { how: 'file', wrapped: null })
      show('posting')
      await act('deposit-keys', { records: waiting.records })
      return true
    }
    const words = how() === 'file' ? passphrase() : null
    if (how() === 'file' && words === null) return false
    show('working')
    const trust = parseTrustList(await call('GET', '/api/trust'))
    const { person, group, i } = here
    const ring = makeRing({ v: 1, tender: here.caseId, person, group, i, trust }, here.rounds, random32)
    const records = recordsOf(ring)
    const bytes = packRing(ring)
    wipe(ring)
    if (words !== null) {
      offer(await lockFile(bytes, words))
      waiting = { records }
      show('save')
      for (const part of page.querySelectorAll<HTMLElement>('[data-how-part], [data-choice]')) part.hidden = true
      const button = form?.querySelector('button')
      if (button) button.textContent = button.dataset.saved ?? button.textContent
      return false
    }
    show('passkey')
    const ids = await passkeysWithPrf()
    const wrapped = await lockWithPasskey(bytes, bound, ids.length === 0 ? { make: here.name } : { ids })
    // First what is needed to open goes to where it is kept, then the public keys.
    await call('PUT', at('holder-key'), { how: 'passkey', wrapped })
    show('posting')
    await act('deposit-keys', { records })
    return true
  }

  /** Offers the file and begins its download. */
  function offer(file: Uint8Array): void {
    const link = page.querySelector<HTMLAnchorElement>('a[data-file]')
    if (!link) return
    link.href = URL.createObjectURL(new Blob([new Uint8Array(file)], { type: 'application/octet-stream' }))
    link.download = `naru-keys-${here.caseId.slice(0, 8)}-${here.i}.age`
    link.hidden = false
    link.click()
  }

  const deeds: Record<KeysDuty['does'], () => Promise<boolean>> = {
    'deposit-keys': deposit,
    'rehearse-opening': () =>
      withKeys(async (ring, keys) => {
        const { probes } = (await call('GET', at('rehearsal'))) as { probes: readonly unknown[] }
        const shares = await answerProbes(ring, keys, here.tenderKeys, probes)
        show('posting')
        await act('rehearse-opening', { shares })
        // The keys are at hand: what the draw needs is sealed in the same go.
        if (here.salts) await act('seal-salts', { salts: sealSalts(ring, keys, here.tenderKeys, random32) })
      }),
    'seal-salts': () =>
      withKeys(async (ring, keys) => {
        await act('seal-salts', { salts: sealSalts(ring, keys, here.tenderKeys, random32) })
      }),
    'post-shares': () =>
      withKeys(async (ring, keys) => {
        const box = (await call('GET', at('box'))) as Box
        // A sandbox has a clock of its own; everywhere else this device's clock counts.
        const now = here.sandbox ? Date.parse(((await call('GET', '/api/time')) as { now: string }).now) : Date.now()
        const tenderKey = here.tenderKeys.find((each) => (each as { round?: unknown }).round === here.round)
        const batch = await makeShares(ring, keys, tenderKey, box, {
          portal: location.origin,
          now,
          sandbox: here.sandbox,
          offered: parseTrustList(await call('GET', '/api/trust')),
        })
        show('posting')
        await act('post-shares', { batch })
      }),
    'destroy-key': async () => {
      if (!field('sure')?.checked) {
        show('sure')
        field('sure')?.focus()
        return false
      }
      // First the key goes, then it is told: what is told is true.
      show('posting')
      await call('DELETE', at('holder-key'))
      for (const round of here.rounds) await act('destroy-key', { round }, `.${round}`)
      return true
    },
  }

  let busy = false
  form?.addEventListener('submit', async (event) => {
    event.preventDefault()
    if (busy) return
    busy = true
    const button = form.querySelector('button')
    button?.setAttribute('aria-busy', 'true')
    try {
      if (await deeds[here.does]()) {
        for (const name of ['passphrase', 'again']) {
          const typed = field(name)
          if (typed) typed.value = ''
        }
        show('done')
        location.assign(here.then)
        return
      }
    } catch (error) {
      if (error instanceof Refused) show('refused', error.message)
      else if (error instanceof Unwilling || error instanceof Malformed)
        show('unwilling', error instanceof Unwilling ? error.code : error.message)
      else if (error instanceof WrongFile) show('wrong-file')
      else if (error instanceof NoPrf || isUnable(error)) show('no-prf')
      else if (error instanceof DOMException && error.name === 'NotAllowedError') show('cancelled')
      else show('unwilling', error instanceof Error ? error.message : String(error))
    }
    busy = false
    button?.removeAttribute('aria-busy')
  })
  for (const radio of page.querySelectorAll('input[name="how"]')) radio.addEventListener('change', choose)
  choose()
  if (form) form.hidden = false
  show(!window.PublicKeyCredential && page.dataset.how === 'passkey' ? 'no-prf' : 'ready')
}

/** The browser has no passkeys for this address, or not such ones. */
const isUnable = (error: unknown): boolean =>
  error instanceof DOMException && (error.name === 'SecurityError' || error.name === 'NotSupportedError')

/** The file is another one, or its passphrase. */
class WrongFile extends Error {}

/** The person's passkeys at this portal that can wrap keys; none where the portal knows of none. */
async function passkeysWithPrf(): Promise<string[]> {
  try {
    const { passkeys } = (await call('GET', '/api/me/passkeys')) as { passkeys: { id: string; prf: boolean }[] }
    return passkeys.filter((each) => each.prf).map((each) => each.id)
  } catch {
    return []
  }
}

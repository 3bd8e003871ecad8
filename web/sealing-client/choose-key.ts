// The bidder's choice of a signing key on the page: a remote signing service, or a key file whose passphrase is typed here and leaves the device never.
import type { openKeyFile as Open } from '@naru/sealing/signatures/key-file.ts'
import { parseTrustList } from '@naru/sealing/signatures/trust-list.ts'
import { keyFileScript } from 'virtual:key-file-script'
import type { BidPage } from './device.ts'
import { NotSigned, type SigningFault, type SigningKey } from './sign.ts'

const field = (name: string): HTMLInputElement | null => document.querySelector(`input[name="${name}"]`)

/** Shows the fields of the chosen kind of key only. */
export function showKeyFields(): void {
  const choices = [...document.querySelectorAll<HTMLInputElement>('input[name="key"]')]
  const show = (): void => {
    const chosen = choices.find((each) => each.checked)?.value ?? field('key')?.value ?? 'file'
    for (const part of document.querySelectorAll<HTMLElement>('[data-key]')) part.hidden = part.dataset.key !== chosen
  }
  for (const each of choices) each.addEventListener('change', show)
  show()
}

/** The key as chosen on the page; `api` is the portal's origin where the page is not its own. Null where the session's word stands in its place (a sandbox without a signing service). Throws `NotSigned`. */
export async function chosenKey(page: BidPage, api = ''): Promise<SigningKey | null> {
  const chosen = document.querySelector<HTMLInputElement>('input[name="key"]:checked, input[name="key"][type="hidden"]')
  if (!chosen) return null
  if (chosen.value === 'service' && page.signing !== null)
    return { kind: 'service', service: page.signing, password: 'sandbox', pin: field('pin')?.value ?? '' }
  const picked = field('keyFile')?.files?.[0]
  if (!picked) throw new NotSigned('none', '')
  const passphrase = field('passphrase')
  const open = await loadReader()
  try {
    const file = await open(new Uint8Array(await picked.arrayBuffer()), passphrase?.value ?? '')
    return { kind: 'file', file, trust: await askForTrust(api) }
  } catch (error) {
    const { fault, message } = error as { fault?: SigningFault; message: string }
    throw fault ? new NotSigned(fault, message) : error
  }
}

/** The trust list, so that a certificate nobody believes is told before anything is sent; without an answer the server says it. */
async function askForTrust(api: string) {
  const response = await fetch(`${api}/api/trust`, { credentials: 'omit' }).catch(() => null)
  return response?.ok ? parseTrustList(await response.json()) : null
}

/** Fetches the reader under its hash. Throws `NotSigned` when it does not come. */
async function loadReader(): Promise<typeof Open> {
  // It lies beside this script, whoever serves them.
  const address = new URL(keyFileScript.file, import.meta.url).href
  if (!globalThis.naruOpenKeyFile)
    await new Promise<void>((resolve, reject) => {
      const script = document.createElement('script')
      script.type = 'module'
      script.src = address
      if (keyFileScript.integrity) script.integrity = keyFileScript.integrity
      script.addEventListener('load', () => resolve())
      script.addEventListener('error', () => reject(new NotSigned('service', address)))
      document.head.append(script)
    })
  if (!globalThis.naruOpenKeyFile) throw new NotSigned('service', address)
  return globalThis.naruOpenKeyFile
}

/** Says why nothing was signed, in the reader's words where there are some. */
export function tellNotSigned({ fault, message }: NotSigned): void {
  for (const word of document.querySelectorAll<HTMLElement>('[data-fault]')) word.hidden = word.dataset.fault !== fault
  for (const part of document.querySelectorAll<HTMLElement>('[data-says]'))
    part.hidden = part.dataset.says !== 'unsigned'
  const detail = document.querySelector<HTMLElement>('[data-says="unsigned"] [data-detail]')
  const shown: readonly SigningFault[] = ['service', 'expired', 'not-yet', 'organisation', 'person']
  if (detail) detail.textContent = shown.includes(fault) ? message : ''
}

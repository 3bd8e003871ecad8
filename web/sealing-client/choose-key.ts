// The bidder's choice of a signing key on the page: a remote signing service, or a key file whose passphrase is typed here and leaves the device never.
import { parseTrustList } from '@naru/sealing/signatures/trust-list.ts'
import type { BidPage } from './device.ts'
import { openPicked } from './read-key-file.ts'
import type { SigningKey } from './sign.ts'

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
  const file = await openPicked(field('keyFile')?.files?.[0], field('passphrase')?.value ?? '')
  return { kind: 'file', file, trust: await askForTrust(api) }
}

/** The trust list, so that a certificate nobody believes is told before anything is sent; without an answer the server says it. */
async function askForTrust(api: string) {
  const response = await fetch(`${api}/api/trust`, { credentials: 'omit' }).catch(() => null)
  return response?.ok ? parseTrustList(await response.json()) : null
}

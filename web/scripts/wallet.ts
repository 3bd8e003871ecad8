// A key holder's page: asks the holder's own wallet for public records, sealed salts or shares, and posts them. No private key passes here.
import { postAct } from './confirm-act.ts'

/** What the page hands over; the server wrote it into the page. */
interface Duty {
  readonly wallet: string
  readonly person: string
  readonly caseId: string
  readonly duty: 'records' | 'rehearsal' | 'salts' | 'shares' | 'destroy'
  readonly formKey: string
  /** What the wallet is asked; for shares the box is fetched first. */
  readonly ask: Record<string, unknown>
  readonly act: 'deposit-keys' | 'rehearse-opening' | 'seal-salts' | 'post-shares' | 'destroy-key'
  readonly then: string
}

const place = document.querySelector<HTMLElement>('[data-script="wallet"]')
const told = document.querySelector('script[type="application/json"][data-duty]')?.textContent
if (place && told) begin(place, JSON.parse(told) as Duty)

function begin(page: HTMLElement, duty: Duty): void {
  const button = page.querySelector('button')
  const parts = [...page.querySelectorAll<HTMLElement>('[data-says]')]
  const show = (name: string, more = ''): void => {
    for (const part of parts) part.hidden = part.dataset.says !== name
    const detail = page.querySelector<HTMLElement>(`[data-says="${name}"] [data-detail]`)
    if (detail) detail.textContent = more
  }
  let busy = false
  button?.addEventListener('click', async () => {
    if (busy) return
    busy = true
    button.setAttribute('aria-busy', 'true')
    try {
      show('asking')
      if (duty.act === 'destroy-key') await destroyAll(duty)
      else {
        const made = await askWallet(duty)
        show('posting')
        await post(duty, made)
      }
      show('done')
      location.assign(duty.then)
      return
    } catch (error) {
      show(error instanceof NoWallet ? 'no-wallet' : 'refused', error instanceof Error ? error.message : '')
    }
    busy = false
    button.removeAttribute('aria-busy')
  })
  show('ready')
  if (button) button.hidden = false
}

class NoWallet extends Error {}

/** Does the act. Throws the sentence with which it is refused. */
async function post(duty: Duty, input: unknown, more = ''): Promise<void> {
  const answer = await postAct({ caseId: duty.caseId, act: duty.act, input }, `${duty.formKey}.${duty.act}${more}`)
  if (!answer.ok) throw new Error(sentenceOf(await answer.json().catch(() => ({}))))
}

/** The wallet destroys the key of each round first; then it is told. */
async function destroyAll(duty: Duty): Promise<void> {
  const { tender, rounds } = duty.ask as { tender: string; rounds: number[] }
  for (const round of rounds) {
    await say(duty, { tender, round })
    await post(duty, { round }, `.${round}`)
  }
}

/** The input of the act, made by the wallet. */
async function askWallet(duty: Duty): Promise<Record<string, unknown>> {
  let ask = duty.ask
  if (duty.duty === 'shares') {
    const box = await fetch(`/api/cases/${duty.caseId}/box`)
    const body = (await box.json()) as Record<string, unknown>
    if (!box.ok) throw new Error(sentenceOf(body))
    ask = { ...ask, box: body }
  }
  if (duty.duty === 'rehearsal') {
    const answer = await fetch(`/api/cases/${duty.caseId}/rehearsal`)
    const body = (await answer.json()) as Record<string, unknown>
    if (!answer.ok) throw new Error(sentenceOf(body))
    ask = { ...ask, probes: body.probes }
  }
  const answer = await say(duty, ask)
  return duty.duty === 'records'
    ? { records: answer.records }
    : duty.duty === 'salts'
      ? { salts: answer.salts }
      : duty.duty === 'rehearsal'
        ? { shares: answer.shares }
        : { batch: answer.batch }
}

/** Asks the wallet for this page's duty. */
async function say(duty: Duty, ask: unknown): Promise<Record<string, unknown>> {
  const response = await fetch(`${duty.wallet}/people/${duty.person}/${duty.duty}`, {
    method: 'POST',
    headers: { 'content-type': 'application/json' },
    body: JSON.stringify(ask),
  }).catch(() => {
    throw new NoWallet()
  })
  const answer = (await response.json()) as Record<string, unknown>
  if (!response.ok) throw new Error(String(answer.why ?? answer.code ?? response.status))
  return answer
}

function sentenceOf(body: Record<string, unknown>): string {
  const fields = body.fields as { sentence?: string; path: string }[] | undefined
  return String(body.sentence ?? fields?.map((each) => each.sentence || each.path).join(' ') ?? body.error ?? '')
}

// The banner that has a form's act confirmed: shows what is signed, asks the passkey, and sends the same form again with its answer.
import { AnotherIntent, type AskedIntent, askIntent, confirmIntent, Refused, type SentAct } from './confirm-act.ts'

/** A question counts five minutes; one that is older than this is asked anew. */
const freshMs = 240_000

function begin(place: HTMLElement, form: HTMLFormElement, sent: SentAct): void {
  const button = form.querySelector('button')
  const show = (name: string, detail = ''): void => {
    for (const part of place.querySelectorAll<HTMLElement>('[data-says]')) part.hidden = part.dataset.says !== name
    const part = place.querySelector<HTMLElement>(`[data-says="${name}"] [data-detail]`)
    if (part) part.textContent = detail
  }
  let asked: { readonly intent: AskedIntent; readonly at: number } | undefined
  const ask = async (): Promise<AskedIntent> => {
    if (asked && performance.now() - asked.at < freshMs) return asked.intent
    const intent = await askIntent(sent)
    asked = { intent, at: performance.now() }
    const text = place.querySelector<HTMLElement>('[data-signed]')
    if (text) text.textContent = intent.text
    return intent
  }
  const fail = (error: unknown): void => {
    if (error instanceof Refused) show('refused', error.message)
    else show(error instanceof AnotherIntent ? 'another' : 'cancelled')
  }
  let busy = false
  form.addEventListener('submit', async (event) => {
    event.preventDefault()
    if (busy) return
    busy = true
    button?.setAttribute('aria-busy', 'true')
    show('asking')
    try {
      const field = form.querySelector<HTMLInputElement>('input[name="assertion"]')
      if (field) field.value = await confirmIntent(await ask())
      form.submit()
      return
    } catch (error) {
      asked = undefined
      fail(error)
    }
    busy = false
    button?.removeAttribute('aria-busy')
    button?.focus()
  })
  form.hidden = false
  show('ready')
  ask().catch(fail)
}

const place = document.querySelector<HTMLElement>('[data-script="confirm"]')
const told = place?.querySelector('script[type="application/json"]')?.textContent
const form = place?.querySelector('form')
if (place && told && form) begin(place, form, JSON.parse(told) as SentAct)

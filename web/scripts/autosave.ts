// Keeps what is typed in a form of a draft: every second on the server, and on this device while the server does not answer. Writes over nobody.

interface Backup {
  readonly version: string
  readonly fields: readonly (readonly [string, string])[]
  /** Whether the form was sent since; then a newer version of the draft has it, or the page told why not. */
  readonly sent: boolean
}

const pause = 900
const again = 5_000

for (const form of document.querySelectorAll<HTMLFormElement>('form[data-autosave]')) keep(form)

function keep(form: HTMLFormElement): void {
  const address = form.dataset.autosave ?? ''
  const version = form.querySelector<HTMLInputElement>('input[name="version"]')
  const name = form.querySelector<HTMLInputElement>('input[name="fields"]')?.value ?? ''
  if (!version || !address) return
  // Two people may share a device: what one typed is not shown to the other.
  const place = `naru ${form.dataset.person ?? ''} ${address.replace(/^\/[a-z]{2}\//, '/')} ${name}`
  let kept = JSON.stringify(fieldsOf(form))
  let running: Promise<void> | null = null
  let timer: number | undefined
  let told = false
  let leaving = false

  const show = (what: string, text?: string): void => {
    for (const part of form.querySelectorAll<HTMLElement>('[data-saving] [data-says]')) {
      part.hidden = part.dataset.says !== what
      if (text !== undefined && !part.hidden) (part.querySelector('[data-detail]') ?? part).textContent = text
    }
  }
  const backUp = (sent: boolean): void => {
    const backup: Backup = { version: version.value, fields: fieldsOf(form), sent }
    try {
      localStorage.setItem(place, JSON.stringify(backup))
    } catch {
      // Without room on the device the server alone keeps it.
    }
  }
  const forget = (): void => localStorage.removeItem(place)

  const save = async (last = false): Promise<void> => {
    const now = JSON.stringify(fieldsOf(form))
    if (told || now === kept) return
    backUp(false)
    const answer = await fetch(address, { method: 'POST', body: bodyOf(form), keepalive: last }).catch(() => null)
    const body = (await answer?.json().catch(() => null)) as { version?: number; says?: string } | null
    if (answer?.ok && body?.version !== undefined) {
      version.value = String(body.version)
      kept = now
      if (JSON.stringify(fieldsOf(form)) === now) forget()
      show('saved', body.says)
    } else if (answer?.status === 409) {
      told = true
      show('elsewhere', body?.says)
    } else {
      show('kept')
      // What the server will not take does not become right by being sent again.
      if (!answer || answer.status >= 500) schedule(again)
    }
  }
  const schedule = (wait: number): void => {
    clearTimeout(timer)
    timer = window.setTimeout(() => {
      running ??= save().finally(() => {
        running = null
        if (!told && JSON.stringify(fieldsOf(form)) !== kept) schedule(again)
      })
    }, wait)
  }

  void restoreUnlessOpen()
  form.addEventListener('input', () => {
    if (told) backUp(false)
    else schedule(pause)
  })
  form.addEventListener('submit', (event) => {
    clearTimeout(timer)
    if (running) {
      // The form goes with the version that the saving under way will give it.
      event.preventDefault()
      const { submitter } = event
      void running.finally(() => {
        clearTimeout(timer)
        form.requestSubmit(submitter)
      })
      return
    }
    leaving = true
    if (JSON.stringify(fieldsOf(form)) !== kept) backUp(true)
  })
  form.querySelector('[data-compare]')?.addEventListener('click', () => {
    const wish = document.createElement('input')
    Object.assign(wish, { type: 'hidden', name: 'do', value: 'compare' })
    form.append(wish)
    form.requestSubmit()
  })
  window.addEventListener('online', () => schedule(0))
  document.addEventListener('visibilitychange', () => {
    if (document.visibilityState === 'hidden' && !leaving && !running) void save(true)
  })

  /** What another window of this device shows and has not saved yet is that window's: it holds the form's lock as long as it is open. */
  async function restoreUnlessOpen(): Promise<void> {
    const { locks } = navigator
    // Only a secure context has locks.
    if (!locks) return restore()
    // A page that was just left may give its lock back a moment later.
    const wait = { signal: AbortSignal.timeout(1000) }
    await locks
      .request(place, wait, () => {
        if (JSON.stringify(fieldsOf(form)) === kept) restore()
        return new Promise(() => {})
      })
      .catch(() => {})
  }

  /** Puts back what this device kept when the server did not answer. */
  function restore(): void {
    let backup: Backup | null = null
    try {
      backup = JSON.parse(localStorage.getItem(place) ?? 'null') as Backup | null
    } catch {
      forget()
    }
    if (!backup || !version) return
    if (backup.sent && Number(version.value) > Number(backup.version)) return forget()
    const standing = new Set(fieldsOf(form).map((each) => JSON.stringify(each)))
    if (backup.fields.every((each) => standing.has(JSON.stringify(each)))) {
      // The page came back with what was sent and not saved, as after a search: the server is still to keep it.
      kept = ''
      return schedule(pause)
    }
    for (const [field, value] of backup.fields) put(form, field, value)
    // Sent from the version it was typed on: what came between is told, not written over.
    version.value = backup.version
    show('restored')
    schedule(pause)
  }
}

/** Names and values that people give; what the page adds for itself is left out. */
function fieldsOf(form: HTMLFormElement): readonly (readonly [string, string])[] {
  return [...form.elements].flatMap((each): (readonly [string, string])[] => {
    if (each instanceof HTMLInputElement)
      return ['hidden', 'file', 'submit', 'button'].includes(each.type) ||
        !each.name ||
        (['radio', 'checkbox'].includes(each.type) && !each.checked)
        ? []
        : [[each.name, each.value]]
    return (each instanceof HTMLTextAreaElement || each instanceof HTMLSelectElement) && each.name
      ? [[each.name, each.value]]
      : []
  })
}

function bodyOf(form: HTMLFormElement): URLSearchParams {
  const body = new URLSearchParams(fieldsOf(form).map(([name, value]) => [name, value]))
  for (const name of ['formKey', 'version', 'fields'])
    body.set(name, form.querySelector<HTMLInputElement>(`input[name="${name}"]`)?.value ?? '')
  return body
}

function put(form: HTMLFormElement, name: string, value: string): void {
  for (const each of form.elements)
    if (each instanceof HTMLInputElement && each.name === name && ['radio', 'checkbox'].includes(each.type))
      each.checked = each.value === value
    else if (
      (each instanceof HTMLInputElement && each.name === name && !['hidden', 'file'].includes(each.type)) ||
      ((each instanceof HTMLTextAreaElement || each instanceof HTMLSelectElement) && each.name === name)
    )
      each.value = value
}

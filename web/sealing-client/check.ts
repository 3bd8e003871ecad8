// The page on a second device: opens what was really sealed, with the code from the first device's screen, to be compared with what was meant.
// The code stands in the fragment of the address, which no browser sends; it is taken out of the address at once and kept nowhere.
import { fromBase64 } from '@naru/sealing/bytes.ts'
import type { Core } from '@naru/sealing/core.ts'
import { parseDescriptor, recipientsOf } from '@naru/sealing/descriptor.ts'
import { Malformed } from '@naru/sealing/malformed.ts'
import {
  checkStanding,
  handleOf,
  openOnSecondDevice,
  readCode,
  type SecretCode,
  type Seen,
  type StandingBody,
} from '@naru/sealing/second-device.ts'
import { type TrustList, parseTrustList } from '@naru/sealing/signatures/trust-list.ts'
import { type CountryForm, currencyWord, formatAmount, formatDateTime } from '../format.ts'
import { type Deployed, readDeployed } from './deployed.ts'
import { keepPinned, sayPinned } from './keep-pinned.ts'
import { pinnedTrust } from './pin.ts'
import { type Proven, proveBid } from './prove.ts'
import { element, inOwnLanguage, languageNow, made, say, speak } from './spoken.ts'

/** What of a case's public answer is needed here. */
interface Case {
  readonly tender: {
    readonly tenderKeys: readonly { readonly round: number; readonly tenderKey: unknown }[]
    readonly rounds: readonly { readonly round: number; readonly deadline: string }[]
    readonly published: {
      readonly number: string
      readonly terms: { readonly delta: number; readonly draw: { readonly count: number } | null }
    }
    readonly content: {
      readonly title: Readonly<Record<string, string>>
      readonly language: string
      readonly lots: readonly {
        readonly id: string
        readonly title: Readonly<Record<string, string>>
        readonly items: readonly {
          readonly id: string
          readonly description: Readonly<Record<string, string>>
          readonly quantity: string
        }[]
      }[]
      readonly criteria: readonly { readonly id: string; readonly title: Readonly<Record<string, string>> }[]
    }
  }
}
interface Settings {
  readonly formats: CountryForm
  readonly zone: string
  readonly logOrigin: string
}

/** Why nothing can be said, or what was found. */
type Found =
  | { readonly kind: 'code' | 'line' | 'other' | 'closed' | 'busy' | 'changed'; readonly detail?: string }
  | {
      readonly kind: 'seen'
      readonly seen: Seen
      readonly standing: StandingBody
      readonly proven: Proven | null
      readonly why: string
      readonly remaining: number
      readonly about: Case
      readonly settings: Settings
    }

class NoAnswer extends Error {}

async function ask<T>(deployed: Deployed, path: string): Promise<T> {
  const response = await fetch(`${deployed.api}${path}`, { credentials: 'omit', cache: 'no-store' }).catch(() => null)
  if (!response?.ok) throw new NoAnswer(path)
  return (await response.json()) as T
}

/** Opens what was sealed with the code, and checks everything that this device can check by itself. */
async function look(text: string): Promise<Found> {
  let code: SecretCode
  try {
    code = readCode(text)
  } catch {
    return { kind: 'code' }
  }
  try {
    const deployed = await readDeployed()
    const [about, settings, offered] = await Promise.all([
      ask<Case>(deployed, `/api/cases/${code.tender}`),
      ask<Settings>(deployed, '/api/settings'),
      ask<unknown>(deployed, '/api/trust'),
    ])
    const trust = parseTrustList(offered)
    const pinned = deployed.trust ? heldTo(deployed.trust, trust) : pinnedTrust(settings.logOrigin, trust, localStorage)
    if (pinned.changed) return { kind: 'changed' }
    return await lookWith(code, deployed, about, settings, pinned.list)
  } catch (error) {
    if (error instanceof Malformed) return { kind: 'other', detail: error.message }
    return { kind: 'line', detail: error instanceof Error ? error.message : '' }
  }
}

/** Where the host of this page pinned a list, the portal's may be newer but must name the same. */
function heldTo(own: TrustList, offered: TrustList): { list: TrustList; changed: boolean } {
  const memory = new Map<string, string>()
  const kept = {
    getItem: (name: string) => memory.get(name) ?? null,
    setItem: (name: string, value: string) => void memory.set(name, value),
    removeItem: (name: string) => void memory.delete(name),
  }
  pinnedTrust('', own, kept)
  return pinnedTrust('', offered, kept)
}

async function lookWith(
  code: SecretCode,
  deployed: Deployed,
  about: Case,
  settings: Settings,
  trust: TrustList,
): Promise<Found> {
  const { tender } = about
  const round = tender.rounds.find((each) => each.round === code.round)
  const descriptor = parseDescriptor(tender.tenderKeys.find((each) => each.round === code.round)?.tenderKey)
  if (!round || descriptor.tender !== code.tender) throw new Malformed('code', 'of another tender')
  const recipients = recipientsOf(descriptor)
  const handle = handleOf(code, recipients)
  const response = await fetch(`${deployed.api}/api/cases/${code.tender}/sealed`, {
    method: 'POST',
    credentials: 'omit',
    headers: { 'content-type': 'application/json' },
    body: JSON.stringify(handle),
  }).catch(() => null)
  if (response?.status === 404) return { kind: 'other' }
  if (response?.status === 410) return { kind: 'closed' }
  if (response?.status === 429) return { kind: 'busy' }
  if (!response?.ok) throw new NoAnswer('sealed')
  const answer = (await response.json()) as {
    manifest: unknown
    envelopes: unknown
    standing: unknown
    proof: string | null
    remaining: number
  }
  const numbers = tender.published.terms.draw?.count ?? null
  const seen = openOnSecondDevice(code, { descriptor, recipients, numbers }, answer)
  const keys = trust.promiseKeys.map((each) => fromBase64(each.key))
  const standing = checkStanding(answer.standing, handle.m, settings.logOrigin, keys)
  const { proven, why } = prove(answer.proof, code, handle, Date.parse(round.deadline), tender.published.terms.delta, {
    log: settings.logOrigin,
    trust,
  })
  return { kind: 'seen', seen, standing, proven, why, remaining: answer.remaining, about, settings }
}

function prove(
  proof: string | null,
  code: SecretCode,
  { m, leafSalt }: { readonly m: string; readonly leafSalt: string },
  deadline: number,
  delta: number,
  { log, trust }: { readonly log: string; readonly trust: TrustList },
): { proven: Proven | null; why: string } {
  if (proof === null) return { proven: null, why: '' }
  try {
    const proven = proveBid(proof, { m, leafSalt, log, deadline, delta }, trust)
    return proven.index === code.index ? { proven, why: '' } : { proven: null, why: 'index' }
  } catch (error) {
    return { proven: null, why: error instanceof Error ? error.message : '' }
  }
}

let found: Found | null = null

function show(): void {
  if (!found) return
  element('result').hidden = false
  const verdict = element('verdict')
  const name = verdictOf(found)
  verdict.className = name === 'ok' ? 'good' : 'bad'
  verdict.replaceChildren(made('p', say(`check.verdict.${name}`)), made('p', say(`check.next.${name}`)))
  const detail = found.kind === 'seen' ? found.why : (found.detail ?? '')
  if (detail !== '' && name !== 'ok') verdict.append(made('p', detail, 'note'))
  element('seen').replaceChildren(...(found.kind === 'seen' ? shown(found) : []))
}

const verdictOf = (it: Found): string =>
  it.kind !== 'seen' ? it.kind : it.standing.state !== 'newest' ? it.standing.state : it.proven ? 'ok' : 'unproven'

const fact = (name: string, value: string, kind = ''): HTMLElement[] => [made('dt', name), made('dd', value, kind)]

/** What was sealed, each envelope with its sums as the reader writes them. */
function shown({
  seen,
  standing,
  proven,
  about,
  settings,
  remaining,
}: Extract<Found, { kind: 'seen' }>): HTMLElement[] {
  const { content, published } = about.tender
  const form = settings.formats
  const title = inOwnLanguage(content.title, content.language)
  const list = made('dl', '')
  list.append(
    ...fact(say('check.tender'), `${published.number} · ${title}`),
    ...fact(say('check.version'), String(seen.manifest.seq)),
  )
  const parts = seen.cores.map(({ cls, core }) => {
    const lot = content.lots.find((each) => each.id === (cls.split('/')[1] ?? content.lots[0]?.id))
    const part = made('section', '')
    part.append(made('h2', content.lots.length > 1 && lot ? inOwnLanguage(lot.title, content.language) : title))
    const facts = made('dl', '')
    facts.append(...factsOf(core, about, form, lot))
    part.append(facts)
    return part
  })
  const proof = made('dl', '')
  proof.append(
    ...(proven
      ? fact(
          say('check.proof'),
          `№ ${proven.index} · ${proven.witnesses.join(', ')} · ${proven.authority}, ${formatDateTime(new Date(proven.genTime).toISOString(), form, settings.zone)}`,
        )
      : []),
    ...fact(say('check.standing'), formatDateTime(new Date(standing.time).toISOString(), form, settings.zone)),
    ...fact(say('check.remaining'), String(remaining)),
  )
  return [list, ...parts, proof, made('p', say('check.secret'), 'note')]
}

function factsOf(
  core: Core,
  { tender: { content } }: Case,
  form: CountryForm,
  lot: Case['tender']['content']['lots'][number] | undefined,
): HTMLElement[] {
  const files = 'files' in core ? core.files : []
  const named = files.flatMap(({ name, size }) => fact(say('check.file'), `${name} (${size} B)`))
  if ('price' in core) {
    const sum = (amount: string) =>
      `${formatAmount(amount, core.currency, form)} ${currencyWord(core.currency, languageNow())}`
    return [
      ...fact(say('check.price'), sum(core.price), 'sum'),
      ...(core.vat === null ? [] : fact(say('check.vat'), sum(core.vat))),
      ...('picks' in core && core.picks ? fact(say('check.picks'), core.picks.join(', ')) : []),
      ...core.items.flatMap(({ id, unitPrice, amount }) => {
        const item = lot?.items.find((each) => each.id === id)
        const name = item ? `${inOwnLanguage(item.description, content.language)}, ${item.quantity}` : id
        return fact(name, `${sum(unitPrice)} → ${sum(amount)}`)
      }),
      ...named,
    ]
  }
  if ('responses' in core) {
    const responses = Object.entries((core.responses ?? {}) as Readonly<Record<string, unknown>>)
    return [
      ...responses.flatMap(([id, text]) => {
        const criterion = content.criteria.find((each) => each.id === id)
        return fact(criterion ? inOwnLanguage(criterion.title, content.language) : id, String(text))
      }),
      ...named,
    ]
  }
  return named
}

async function begin(text: string): Promise<void> {
  element('doing').textContent = say('check.doing')
  found = await look(text)
  element('doing').textContent = ''
  show()
}

const code = location.hash.slice(1)
if (code !== '') history.replaceState(null, '', `${location.pathname}${location.search}`)
keepPinned()
speak(() => {
  sayPinned()
  show()
})
const paste = element<HTMLFormElement>('paste')
paste.hidden = code !== ''
paste.addEventListener('submit', (event) => {
  event.preventDefault()
  const typed = element<HTMLInputElement>('address').value.trim()
  void begin(typed.slice(typed.indexOf('#') + 1))
})
if (code !== '') void begin(code)

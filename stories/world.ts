// The stage on which stories are told: a running program, a wallet, the cast, and one clock that all stories of a sandbox share.
import type { LanguageText } from '@naru/domain/text.ts'
import type { Role } from '@naru/domain/actor.ts'
import { type Cast, getOrganisation, getPerson, idOf, type Organisation, type Person } from './cast/cast.ts'
import { casts } from './cast/casts.ts'
import { moveClock, type Reader, readClock, readerAt, signIn, waitFor } from './client.ts'
import { type Signing, signingAt } from './signing.ts'
import { yearOf } from './times.ts'
import { type Wallet, walletAt } from './wallet/client.ts'

/** What a story wants to find in the year's plan of its buyer; `amount` in smallest units. */
export interface PlannedLine {
  readonly key: string
  readonly buyer: string
  readonly title: LanguageText
  readonly category: 'goods' | 'works' | 'services'
  readonly classification: string
  readonly amount: string
  readonly budget: { readonly code: string; readonly source: string }
  readonly quarter?: number
}

/** One whole case. `tell` plays it from its first act to its last and asserts what must come of it. */
export interface Tale {
  readonly name: string
  readonly lines: readonly PlannedLine[]
  readonly tell: (world: World) => Promise<void>
}

/** What a tale is given. Its acts are requests; its waiting is the sandbox's clock. */
export interface World {
  readonly url: string
  readonly country: Cast['country']
  readonly zone: string
  readonly currency: string
  readonly wallet: Wallet
  /** Where bidders sign with their certificates. */
  readonly signing: Signing
  readonly anyone: Reader
  readonly organisation: (key: string) => Organisation
  readonly person: (organisation: string, role: Role, nth?: number) => Person
  readonly as: (person: Person) => Promise<Reader>
  readonly now: () => Promise<string>
  /** Lets the clock come to an instant; other tales are told meanwhile. */
  readonly until: (instant: string) => Promise<void>
  readonly planLine: (key: string) => { readonly plan: string; readonly line: string; readonly amount: string }
  readonly planOf: (buyer: string) => string
  readonly id: (...words: readonly (string | number)[]) => string
  readonly say: (line: string) => void
}

/** How a tale ended: told to its end, left where the clock stops, or failed. */
export interface Told {
  readonly name: string
  readonly end: 'told' | 'left' | 'failed'
  readonly error?: unknown
}

export interface Stage {
  readonly world: World
  /** Registers the cast and publishes each buyer's plan with the lines of all tales. Does nothing where that was done before. */
  readonly setUp: (tales: readonly Tale[]) => Promise<void>
  /** Tells tales side by side, one act after the other, each from its own moment on. The clock stops at `horizon`. */
  readonly play: (
    parts: readonly { readonly tale: Tale; readonly from: string }[],
    horizon?: string,
  ) => Promise<readonly Told[]>
}

interface Waiting {
  readonly at: string
  readonly order: number
  readonly resume: () => void
}

/** Opens the stage at a running program. Throws when the program plays another country. */
export async function openStage(given: {
  readonly url: string
  readonly wallet: string
  readonly country: Cast['country']
  readonly say?: (line: string) => void
  /** Whether everyone makes a passkey in the wallet at first, and confirms official acts with it. */
  readonly passkeys?: boolean
}): Promise<Stage> {
  const { url, country, say = () => {}, passkeys = false } = given
  const wallet = walletAt(given.wallet)
  const cast = casts[country]
  const anyone = readerAt(url)
  const settings = (await anyone.get('/api/settings')).body as {
    country: string
    zone: string
    currency: string
    signingService: string | null
  }
  if (settings.country !== country) throw new Error(`${url} plays ${settings.country}, not ${country}`)
  const { zone, currency, signingService } = settings
  const readers = new Map<string, Promise<Reader>>()
  const as = (person: Person): Promise<Reader> => {
    const known =
      readers.get(person.id) ?? (passkeys ? signInWithPasskey(url, wallet, person.id) : signIn(url, person.id))
    readers.set(person.id, known)
    return known
  }
  const id = (...words: readonly (string | number)[]) => idOf(country, ...words)
  const lines = new Map<string, { plan: string; line: string; amount: string }>()
  const planOf = (buyer: string) => id('plan', buyer)
  const learn = (tales: readonly Tale[]): void => {
    for (const line of tales.flatMap((tale) => tale.lines))
      lines.set(line.key, { plan: planOf(line.buyer), line: id('plan line', line.key), amount: line.amount })
  }

  const waiting: Waiting[] = []
  let order = 0
  let pause = (): void => {}
  const world: World = {
    url,
    country,
    zone,
    currency,
    wallet,
    signing: signingService ? signingAt(signingService) : noSigning(url),
    anyone,
    organisation: (key) => getOrganisation(cast, key),
    person: (key, role, nth) => getPerson(getOrganisation(cast, key), role, nth),
    as,
    now: async () => (await readClock(url)).now,
    until: (at) =>
      new Promise((resume) => {
        order += 1
        waiting.push({ at, order, resume })
        pause()
      }),
    planLine: (key) => {
      const found = lines.get(key)
      if (!found) throw new Error(`no plan line ${key}`)
      return found
    },
    planOf,
    id,
    say,
  }

  const next = (): Waiting | undefined => {
    waiting.sort((a, b) => (a.at < b.at ? -1 : a.at > b.at ? 1 : a.order - b.order))
    return waiting[0]
  }

  return {
    world,
    setUp: async (tales) => {
      learn(tales)
      await registerCast(world, cast)
      await publishPlans(world, cast, tales)
    },
    play: async (parts, horizon) => {
      const told: Told[] = []
      const running = new Set<string>()
      learn(parts.map((part) => part.tale))
      for (const { tale, from } of parts) {
        running.add(tale.name)
        const finish = (one: Told) => {
          running.delete(tale.name)
          told.push(one)
          say(
            one.end === 'told'
              ? `${tale.name}: told`
              : `${tale.name}: ${one.error instanceof Error ? one.error.message : String(one.error)}`,
          )
          pause()
        }
        world
          .until(from)
          .then(() => tale.tell(world))
          .then(
            () => finish({ name: tale.name, end: 'told' }),
            (error: unknown) => finish({ name: tale.name, end: 'failed', error }),
          )
      }
      for (let turn = next(); turn; turn = next()) {
        if (horizon !== undefined && turn.at > horizon) break
        waiting.shift()
        // Exactly one tale runs at a time: it pauses by waiting for the clock, or by coming to its end.
        const paused = new Promise<void>((resolve) => {
          pause = resolve
        })
        if (turn.at > (await readClock(url)).now) await moveClock(url, turn.at)
        turn.resume()
        await paused
      }
      waiting.length = 0
      return [...told, ...[...running].map((name): Told => ({ name, end: 'left' }))]
    },
  }
}

/** Signs a person in who makes a passkey in the wallet first and confirms official acts with it: the name of the site is localhost there. */
async function signInWithPasskey(url: string, wallet: Wallet, person: string): Promise<Reader> {
  const origin = url.replace('127.0.0.1', 'localhost')
  const reader = await signIn(url, person, (asked) => wallet.confirm(person, { ...asked, origin }))
  const options = await reader.raw('POST', '/api/me/passkeys/options', {})
  if (!options.ok) throw new Error(`no passkey for ${person}: ${await options.text()}`)
  const response = await wallet.passkey(person, { publicKey: await options.json(), origin })
  const made = await reader.raw('POST', '/api/me/passkeys', { name: 'Wallet', response })
  if (made.status !== 201) throw new Error(`no passkey for ${person}: ${await made.text()}`)
  return reader
}

/** People first, then their organisations by the administrators, who admit the others. */
async function registerCast(world: World, cast: Cast): Promise<void> {
  for (const organisation of cast.organisations) {
    const administrator = getPerson(organisation, 'administrator')
    for (const { id: person, name } of organisation.people)
      await world.anyone.raw('POST', '/sandbox/people', { person, name })
    const key = (...words: string[]) => world.id('set-up', organisation.key, ...words)
    const { profile } = organisation
    await (await signIn(world.url, administrator.id)).mustAct(
      organisation.id,
      'register-organisation',
      { profile, administrator: { person: administrator.id, name: administrator.name } },
      key('register'),
    )
    // A session speaks for the organisation that its person belonged to when it began.
    const reader = await world.as(administrator)
    for (const { id: person, name, roles } of organisation.people)
      if (person !== administrator.id)
        await reader.mustAct(organisation.id, 'admit-person', { person, name, roles: [...roles] }, key('admit', person))
  }
  world.say(
    `${cast.organisations.length} organisations, ${cast.organisations.flatMap((each) => each.people).length} people`,
  )
}

/** Each buyer's plan of the year: prepared by one, approved by another, published. */
async function publishPlans(world: World, cast: Cast, tales: readonly Tale[]): Promise<void> {
  const year = yearOf(await world.now(), world.zone)
  for (const buyer of cast.organisations.filter((each) => each.profile.kinds.includes('buyer'))) {
    const own = tales.flatMap((tale) => tale.lines).filter((line) => line.buyer === buyer.key)
    if (own.length === 0) continue
    const plan = world.planOf(buyer.key)
    const planner = await world.as(getPerson(buyer, 'planner'))
    const approver = await world.as(getPerson(buyer, 'plan-approver'))
    const key = (word: string) => world.id('set-up', 'plan', buyer.key, word)
    await planner.mustAct(
      plan,
      'prepare-plan',
      { year, lines: own.map((line) => planLineOf(world, line)) },
      key('prepare'),
    )
    await approver.mustAct(plan, 'approve-plan', {}, key('approve'))
    await planner.mustAct(plan, 'publish-plan', {}, key('publish'))
    world.say(`plan of ${buyer.profile.name.en ?? buyer.key}: ${own.length} lines`)
  }
}

/** A line as the plan carries it. */
export const planLineOf = (world: World, line: PlannedLine) => ({
  id: world.planLine(line.key).line,
  title: line.title,
  category: line.category,
  classification: line.classification,
  budgetLine: line.budget,
  amount: { amount: line.amount, currency: world.currency },
  quarter: line.quarter ?? 4,
})

/** Waits (in real time, not the sandbox's) until the program has done what follows from an act. */
export const afterwards = waitFor

/** Where the portal believes another authority than the sandbox's own, its bidders bring their signatures themselves. */
const noSigning = (url: string): Signing => ({
  sign: async () => {
    throw new Error(`${url} has no signing service for its bidders`)
  },
})

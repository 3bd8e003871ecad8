// A small country for tests of this room: people, a published plan and a published tender, made by the acts themselves on a fresh database.
import { randomBytes, randomUUID } from 'node:crypto'
import { mkdtempSync, rmSync } from 'node:fs'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import type { CountryName } from '@naru/countries/packs.ts'
import type { Mode } from '@naru/domain/pack.ts'
import type { PersonActor, Role } from '@naru/domain/actor.ts'
import { findAct } from '@naru/domain/catalogue.ts'
import { officialActs } from '@naru/domain/confirmation.ts'
import { isRefusal } from '@naru/domain/refusal.ts'
import { sessionAt } from '@naru/domain/tender/attending.ts'
import { currentRound, holderByPerson, type TenderState } from '@naru/domain/tender/tender.ts'
import { sealBid } from '@naru/sealing/bid.ts'
import { fromBase64, toBase64 } from '@naru/sealing/bytes.ts'
import { nonceOf } from '@naru/sealing/core.ts'
import { parseDescriptor, recipientsOf } from '@naru/sealing/descriptor.ts'
import { deriveKeyPair } from '@naru/sealing/hpke.ts'
import { agreementWith, envelopesToOpen, makeBatch } from '@naru/sealing/opening.ts'
import { parseHeader } from '@naru/sealing/envelope.ts'
import { parseManifest } from '@naru/sealing/manifest.ts'
import { platformCurve } from '@naru/sealing/platform.ts'
import { answerProbe, parseProbe, type ProbeAnswer } from '@naru/sealing/probe.ts'
import { assertedBy, publicKeyOf, type SoftwarePasskey } from '@naru/sealing/software-passkey.ts'
import { sql } from 'kysely'
import { type ActAnswer, type ActOutcome, doAct } from './act.ts'
import { showReport } from './attempts.ts'
import type { CertificateBook } from './certificates.ts'
import { type FreshDatabase, freshDatabase } from './database/test-database.ts'
import { type Deployment, openDeployment } from './deployment.ts'
import type { Store } from './files/store.ts'
import { readBox } from './read/box.ts'
import { readProbes } from './read/rehearsal.ts'
import { beginIntent, type Confirmed, readConfirmation } from './sign-in/confirm.ts'
import { assertedSchema } from './sign-in/passkeys.ts'
import { openDatabase } from './store/database.ts'
import { moveClock, readNow } from './time.ts'

/** The country of a test: who there is, and the few moves that tests make again and again. */
export interface World {
  readonly deployment: Deployment
  readonly fresh: FreshDatabase
  readonly author: PersonActor
  readonly approver: PersonActor
  readonly planner: PersonActor
  readonly officer: PersonActor
  readonly holders: readonly {
    readonly actor: PersonActor
    readonly keys: readonly { readonly secretKey: Uint8Array; readonly pk: string }[]
  }[]
  readonly suppliers: readonly PersonActor[]
  act(actor: PersonActor, caseId: string, act: string, input: unknown, key?: string): Promise<ActOutcome>
  /** Like `act`, but fails the test with the refusal when it is not done. */
  done(actor: PersonActor, caseId: string, act: string, input: unknown, key?: string): Promise<ActAnswer>
  /** A new tender of one lot, published, with its deadline in so many days. */
  publishTender(days?: number, wanted?: Wanted): Promise<string>
  /** The same up to the publication: keys are deposited and the notice is approved, the opening is not rehearsed. */
  approvedTender(days?: number, wanted?: Wanted): Promise<string>
  /** The same up to the approval. */
  preparedTender(days?: number, wanted?: Wanted): Promise<string>
  /** Names these key holders, those of the buyer and three guardians, and deposits their keys. */
  depositKeys(caseId: string, those: World['holders'], method?: string): Promise<void>
  /** Another organisation, with its administrator; answers its id. */
  register(kinds: readonly string[]): Promise<string>
  /** Another person of an organisation, with these roles. */
  admit(organisation: string, roles: readonly Role[]): Promise<PersonActor>
  /** Another key holder of a guardians' office. */
  makeHolder(): Promise<World['holders'][number]>
  /** What a holder finds in the probes with these keys: the input of `rehearse-opening`. */
  answersOf(caseId: string, holder: World['holders'][number]): Promise<{ shares: readonly ProbeAnswer[] }>
  /** A holder opens the probes with these keys and answers. */
  rehearse(caseId: string, holder: World['holders'][number]): Promise<ActOutcome>
  administratorOf(organisation: string): Promise<PersonActor>
  tender(caseId: string): Promise<TenderState>
  /** A bid sealed for the tender as a bidder's device would. */
  sealed(
    caseId: string,
    supplier: PersonActor,
    price: string,
    previous?: { bid: string; m: string; seq: number },
    /** What the technical envelope holds, where the method has one. */
    responses?: Readonly<Record<string, string>>,
  ): Promise<{ bid: string; m: string; input: unknown }>
  /** A holder's batch of a closed box. */
  sharesOf(caseId: string, holder: World['holders'][number]): Promise<unknown>
  /** A holder comes to the opening, with the report as it is shown now. */
  attend(caseId: string, holder: World['holders'][number]): Promise<ActOutcome>
  /** The same after every holder has come, so that the opening has begun. */
  postShares(caseId: string, holder: World['holders'][number]): Promise<ActOutcome>
  moveTo(instant: string): Promise<void>
  end(): Promise<void>
}

/** What a tender differs in from the quotation for paper. */
export interface Wanted {
  readonly method?: string
  readonly holders?: World['holders']
  readonly content?: Readonly<Record<string, unknown>>
}

/** The key records of a holder who is number `i` of a group: the input of `deposit-keys`. */
export const recordsOf = (
  caseId: string,
  actor: PersonActor,
  holder: { readonly group: string; readonly i: number } | undefined,
  keys: World['holders'][number]['keys'],
) => ({
  records: keys.map(({ pk }, at) => ({
    v: 1,
    tender: caseId,
    round: at + 1,
    officer: actor.person,
    group: holder?.group,
    i: holder?.i,
    pk,
    cert: null,
  })),
})

/** Confirms official acts with passkeys in software: in live mode nobody acts without one. */
export function confirming(deployment: Deployment) {
  const passkeys = new Map<string, SoftwarePasskey>()
  return async (actor: PersonActor, caseId: string, name: string, input: unknown): Promise<Confirmed | null> => {
    const definition = findAct(name)
    const party = deployment.relyingParty
    if (!definition || !party || !officialActs.has(name)) return null
    const known = passkeys.get(actor.person)
    const passkey = known ?? { id: randomBytes(16), secret: randomBytes(32), algorithm: -7, counter: 0 }
    passkeys.set(actor.person, passkey)
    if (!known)
      await deployment.database.pool.query(
        `insert into passkey (id, person, name, public_key, backup_eligible, backed_up) values ($1, $2, 'test', $3, false, false)`,
        [passkey.id, actor.person, publicKeyOf(passkey)],
      )
    const meant = { caseId, definition, actor, input }
    const asked = await beginIntent(deployment, meant)
    if (!asked) return null
    const challenge = new Uint8Array(Buffer.from(asked.publicKey.challenge, 'base64url'))
    const response = assertedBy(passkey, { challenge, origin: party.origins[0] ?? '', rpId: party.id })
    return readConfirmation(deployment, meant, assertedSchema.parse(response))
  }
}

const quotations = {
  fictia: 'fictia-quotation',
  kg: 'kg-quotation',
  kr: 'kr-state-small',
  uz: 'uz-small-budget',
  mn: 'mn-comparison',
  int: 'int-quotation',
} as const satisfies Record<CountryName, string>

/** Makes the world: one buyer, two guardians' offices, two suppliers, a plan in force. */
export async function makeWorld(
  country: CountryName = 'fictia',
  mode: Mode = 'sandbox',
  certificates?: CertificateBook,
  files?: Store,
  given?: FreshDatabase,
): Promise<World> {
  const method = quotations[country]
  const fresh = given ?? (await freshDatabase())
  const folder = mkdtempSync(join(tmpdir(), 'naru-world-'))
  const database = openDatabase(fresh.url, 8)
  const deployment = await openDeployment(database, {
    country,
    mode,
    dataFolder: folder,
    ...(certificates && { certificates }),
    ...(files && { files }),
  })

  if (mode === 'live') deployment.relyingParty = { id: 'naru.example', origins: ['https://naru.example'] }
  const confirm = confirming(deployment)
  const act: World['act'] = async (actor, caseId, name, input, key = randomUUID()) => {
    const confirmed = mode === 'live' ? await confirm(actor, caseId, name, input) : null
    return doAct(deployment, { caseId, act: name, key, actor, input, size: 0, confirmed })
  }
  const done: World['done'] = async (actor, caseId, name, input, key) => {
    const outcome = await act(actor, caseId, name, input, key)
    if (!outcome.done)
      throw new Error(`${name}: ${isRefusal(outcome.why) ? outcome.why.refused : ''} ${JSON.stringify(outcome.why)}`)
    return JSON.parse(outcome.answer) as ActAnswer
  }

  async function organisation(
    kinds: readonly string[],
  ): Promise<{ id: string; admit(role: Role): Promise<PersonActor> }> {
    const id = randomUUID()
    const first: PersonActor = { kind: 'person', person: randomUUID(), organisation: id, roles: ['administrator'] }
    const profile = {
      name: { en: `Test ${id.slice(0, 4)}` },
      kinds,
      identifier: null,
      soleTrader: false,
      country: 'FI',
      region: 'Test',
      regime: null,
      registered: null,
    }
    await database.db.insertInto('person').values({ id: first.person, name: 'Administrator' }).execute()
    await done(first, id, 'register-organisation', {
      profile,
      administrator: { person: first.person, name: 'Administrator' },
    })
    return {
      id,
      admit: async (role) => {
        const person = randomUUID()
        await database.db.insertInto('person').values({ id: person, name: role }).execute()
        await done(first, id, 'admit-person', { person, name: role, roles: [role] })
        return { kind: 'person', person, organisation: id, roles: [role] }
      },
    }
  }

  const buyer = await organisation(['buyer'])
  const author = await buyer.admit('author')
  const approver = await buyer.admit('approver')
  const planner = await buyer.admit('planner')
  const planApprover = await buyer.admit('plan-approver')
  const officer = await buyer.admit('contract-officer')
  const makeHolder = async (place: Awaited<ReturnType<typeof organisation>>) => ({
    actor: await place.admit('key-holder'),
    keys: [1, 2, 3].map(() => {
      const { secretKey, publicKey } = deriveKeyPair(randomBytes(32))
      return { secretKey, pk: toBase64(publicKey) }
    }),
  })
  const [first, second] = [await organisation(['guardian']), await organisation(['guardian'])]
  const holders = [
    await makeHolder(buyer),
    await makeHolder(buyer),
    await makeHolder(first),
    await makeHolder(second),
    await makeHolder(first),
  ]
  const suppliers = [
    await (await organisation(['supplier'])).admit('bidder'),
    await (await organisation(['supplier'])).admit('bidder'),
  ]

  const plan = randomUUID()
  const line = randomUUID()
  const classification = deployment.pack.classifier.codes[0]?.code ?? ''
  const year = Number((await readNow(deployment)).slice(0, 4))
  const money = (amount: string) => ({ amount, currency: deployment.pack.currency })
  await done(planner, plan, 'prepare-plan', {
    year,
    lines: [
      {
        id: line,
        title: { en: 'Paper' },
        category: 'goods',
        classification,
        budgetLine: { code: '1', source: 'Budget' },
        amount: money('500000'),
        quarter: 4,
      },
    ],
  })
  await done(planApprover, plan, 'approve-plan', {})
  await done(planner, plan, 'publish-plan', {})

  const tender: World['tender'] = async (caseId) => {
    const row = await database.db
      .selectFrom('current')
      .select('state')
      .where('stream', '=', `tender:${caseId}`)
      .executeTakeFirstOrThrow()
    return JSON.parse(row.state) as TenderState
  }

  const answersOf: World['answersOf'] = async (caseId, { actor, keys }) => {
    const fixed = await tender(caseId)
    const i = fixed.holders.flatMap((group) => group.holders).find((each) => each.person === actor.person)?.i ?? 0
    const shares: ProbeAnswer[] = []
    for (const [at, probe] of (await readProbes(deployment, fixed)).entries()) {
      const descriptor = parseDescriptor(fixed.tenderKeys[at]?.tenderKey)
      const agree = agreementWith(keys[at]?.secretKey ?? new Uint8Array(), platformCurve)
      const recipients = recipientsOf(descriptor, platformCurve)
      shares.push(await answerProbe(descriptor, recipients, i, parseProbe(probe), agree))
    }
    return { shares }
  }
  const rehearse: World['rehearse'] = async (caseId, holder) =>
    act(holder.actor, caseId, 'rehearse-opening', await answersOf(caseId, holder))

  const depositKeys: World['depositKeys'] = async (caseId, those, by = method) => {
    const people = (own: boolean) =>
      those.filter(({ actor }) => (actor.organisation === author.organisation) === own).map(({ actor }) => actor.person)
    await done(author, caseId, 'name-key-holders', {
      method: by,
      lots: ['L1'],
      agency: people(true),
      guardians: people(false),
    })
    const named = (await tender(caseId)).holders.flatMap((group) =>
      group.holders.map((each) => ({ ...each, group: group.name })),
    )
    for (const { actor, keys } of those) {
      const holder = named.find((each) => each.person === actor.person)
      await done(actor, caseId, 'deposit-keys', recordsOf(caseId, actor, holder, keys))
    }
  }

  const publishTender: World['publishTender'] = async (days = 20, wanted = {}) => {
    const caseId = await approvedTender(days, wanted)
    for (const holder of wanted.holders ?? holders) {
      const outcome = await rehearse(caseId, holder)
      if (!outcome.done) throw new Error(`rehearse-opening: ${JSON.stringify(outcome.why)}`)
    }
    await done(author, caseId, 'publish-tender', {})
    return caseId
  }

  const approvedTender: World['approvedTender'] = async (days = 20, wanted = {}) => {
    const caseId = await preparedTender(days, wanted)
    await done(approver, caseId, 'approve-tender', { version: 1 })
    return caseId
  }

  const preparedTender: World['preparedTender'] = async (days = 20, wanted = {}) => {
    const caseId = randomUUID()
    await done(author, caseId, 'start-tender', {
      buyer: null,
      demandAgency: null,
      payer: null,
      language: 'en',
      renoticeOf: null,
    })
    await depositKeys(caseId, wanted.holders ?? holders, wanted.method)
    const deadline = new Date(Date.parse(await readNow(deployment)) + days * 86_400_000).toISOString()
    const content = {
      title: { en: 'Paper for the school' },
      description: { en: 'One hundred reams of paper.' },
      language: 'en',
      category: 'goods',
      choice: { method: wanted.method ?? method, ground: 'within-ceiling', reason: 'A small purchase.' },
      lots: [
        {
          id: 'L1',
          title: { en: 'Paper' },
          planLine: { plan, line },
          value: money('400000'),
          items: [
            {
              id: '1',
              description: { en: 'Paper, ream' },
              classification,
              quantity: '100',
              unit: deployment.pack.units[0]?.code,
            },
          ],
        },
      ],
      conditions: [],
      criteria: [],
      documents: [],
      deadline,
      delivery: { place: 'School', by: '2027-01-31', terms: 'To the door.' },
      paymentTerms: 'After acceptance.',
      confirmed: [],
      ...wanted.content,
    }
    await done(author, caseId, 'prepare-tender', { content })
    return caseId
  }

  const sealed: World['sealed'] = async (caseId, supplier, price, previous, responses) => {
    const state = await tender(caseId)
    const descriptor = parseDescriptor(state.tenderKeys[0]?.tenderKey)
    const seq = (previous?.seq ?? 0) + 1
    const core = {
      tender: caseId,
      lot: null,
      bidderId: supplier.organisation,
      seq,
      currency: deployment.pack.currency,
      price,
      vat: null,
      items: [{ id: '1', unitPrice: (BigInt(price) / 100n).toString(), amount: price }],
      shares: [],
      nonce: nonceOf(randomBytes(32)),
      files: [],
    }
    const { lot, bidderId, files } = core
    const nonce = nonceOf(randomBytes(32))
    const technical = responses
      ? [{ cls: 'tech', core: { tender: caseId, lot, bidderId, seq, files, nonce, responses } }]
      : []
    const made = sealBid({
      descriptor,
      recipients: recipientsOf(descriptor),
      bidderId: supplier.organisation,
      seq,
      prev: previous ? fromBase64(previous.m) : null,
      cores: [{ cls: 'price', core }, ...technical],
      bidderSalt: randomBytes(32),
      random: [randomBytes(32), randomBytes(32)].slice(0, 1 + technical.length),
    })
    const m = toBase64(made.m)
    const bid = previous?.bid ?? randomUUID()
    const signature = {
      kind: 'sandbox-session',
      person: supplier.person,
      at: Date.parse(await readNow(deployment)),
      commitment: m,
    }
    return { bid, m, input: { bid, submission: made.submission, signature } }
  }

  const sharesOf: World['sharesOf'] = async (caseId, { actor, keys }) => {
    const box = await readBox(deployment, caseId)
    if (!box) throw new Error('the box is not closed')
    const descriptor = parseDescriptor(box.tenderKey)
    const bids = box.bids.map((bid) => ({
      index: bid.index,
      leafSalt: bid.leafSalt,
      manifest: parseManifest(bid.manifest),
      envelopes: bid.envelopes.map((each) => ({
        cls: each.cls,
        header: parseHeader(each.header),
        ciphertext: fromBase64(each.ciphertext),
      })),
    }))
    const i = box.tender.holders.flatMap((group) => group.holders).find((each) => each.person === actor.person)?.i ?? 0
    const required = envelopesToOpen(descriptor, box.classes, [], bids, null)
    const head = { tender: caseId, close: fromBase64(box.commitment), i }
    return makeBatch(recipientsOf(descriptor), head, required, agreementWith(keys[0]?.secretKey ?? new Uint8Array()))
  }

  const attend: World['attend'] = async (caseId, { actor }) => {
    const state = await tender(caseId)
    const shown = await showReport(deployment, actor, state)
    if (isRefusal(shown)) throw new Error(shown.refused)
    return act(actor, caseId, 'attend-opening', { round: currentRound(state).round, report: shown.hash })
  }

  const postShares: World['postShares'] = async (caseId, holder) => {
    const batch = await sharesOf(caseId, holder)
    // Whoever has not come yet comes, the buyer's own first.
    const { present = [] } = sessionAt(await tender(caseId), await readNow(deployment)) ?? {}
    for (const each of holders) {
      const { i } = holderByPerson(await tender(caseId), each.actor.person) ?? {}
      if (i !== undefined && !present.some((one) => one.i === i)) await attend(caseId, each)
    }
    return act(holder.actor, caseId, 'post-shares', { batch })
  }

  const administratorOf: World['administratorOf'] = async (organisation) => {
    const row = await database.db
      .selectFrom('membership')
      .select(['person'])
      .where('organisation', '=', organisation)
      .where(sql<boolean>`'administrator' = any (roles)`)
      .executeTakeFirstOrThrow()
    return { kind: 'person', person: row.person, organisation, roles: ['administrator'] }
  }

  return {
    deployment,
    fresh,
    author,
    approver,
    planner,
    officer,
    holders,
    suppliers,
    act,
    done,
    publishTender,
    approvedTender,
    preparedTender,
    depositKeys,
    register: async (kinds) => (await organisation(kinds)).id,
    admit: async (organisation, roles) => {
      const person = randomUUID()
      await database.db
        .insertInto('person')
        .values({ id: person, name: roles.join(', ') })
        .execute()
      const row = await administratorOf(organisation)
      await done(row, organisation, 'admit-person', { person, name: roles.join(', '), roles })
      return { kind: 'person', person, organisation, roles }
    },
    answersOf,
    rehearse,
    makeHolder: async () => makeHolder(first),
    administratorOf,
    tender,
    sealed,
    sharesOf,
    attend,
    postShares,
    moveTo: async (instant) => void (await moveClock(deployment, instant)),
    end: async () => {
      await database.end()
      await fresh.drop()
      rmSync(folder, { recursive: true, force: true })
    },
  }
}

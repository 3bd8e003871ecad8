// Fills what the screens may use for one request: the visitor, the read functions, and the one way to act.
import type { Actor, PersonActor } from '@naru/domain/actor.ts'
import { anyone } from '@naru/domain/actor.ts'
import { findStep, kindsOf } from '@naru/domain/method.ts'
import { isRefusal, refuse } from '@naru/domain/refusal.ts'
import { inLanguage } from '@naru/domain/text.ts'
import { lawfulMethods, resolveTerms } from '@naru/domain/terms.ts'
import { dayOf } from '@naru/domain/time.ts'
import type { PlanState } from '@naru/domain/plan/plan.ts'
import { earliestDeadline } from '@naru/domain/tender/noticing.ts'
import { holderByPerson } from '@naru/domain/tender/tender.ts'
import type { FastifyReply, FastifyRequest } from 'fastify'
import { showReport } from '../attempts.ts'
import type { Deployment } from '../deployment.ts'
import type { MethodAnswer, NameableHolder, PlanSummary, ReadApi } from '../read/api.ts'
import { readVisibleAttachments, showAttachment } from '../read/attachments.ts'
import { readBox } from '../read/box.ts'
import { readCase, readContext, readNames } from '../read/case.ts'
import { readDesk } from '../read/desk.ts'
import { readDocuments } from '../read/documents.ts'
import { readFeed } from '../read/feed.ts'
import { peekAtTender, readNextPeople } from '../read/next.ts'
import {
  findBuyers,
  findSupplier,
  readColleagues,
  readOrganisation,
  readOwnOrganisation,
} from '../read/organisation.ts'
import { readReceipt } from '../read/receipt.ts'
import { seesResponses } from '../read/proposals.ts'
import { publishedReads } from '../read/published.ts'
import { readSearchQuery, searchTenders } from '../read/search.ts'
import { moveClock, readNow } from '../time.ts'
import { receiveFile, readUpload } from '../files/receive.ts'
import { StoreIsDown } from '../files/store.ts'
import { accountReads, passkeyPlaceOf } from './account.ts'
import { actFromOutside } from './acts.ts'
import { listDrafts, readDraft, saveDraft } from './drafts.ts'
import { findHolderKey } from './holder-keys.ts'
import { readSandboxPeople, signInSandbox } from './sandbox.ts'
import type { ScreenContext, ScreenLanguage } from './screens.ts'
import { findSignedIn, signOut } from './session.ts'

/** Makes the context of one request. */
export async function screenContextOf(
  deployment: Deployment,
  request: FastifyRequest,
  language: ScreenLanguage,
  settle: () => Promise<void>,
): Promise<ScreenContext<ReadApi>> {
  const { pack, mode } = deployment
  const [signedIn, now] = await Promise.all([findSignedIn(deployment, request), readNow(deployment)])
  const actor: Actor = signedIn?.actor ?? anyone
  return {
    language,
    now,
    country: {
      code: pack.country,
      languages: pack.languages as readonly ScreenLanguage[],
      zone: pack.zone,
      form: pack.formats,
      currency: pack.currency,
      mode,
      kinds: kindsOf(pack.methods),
    },
    visitor: signedIn
      ? {
          person: signedIn.actor.person,
          name: signedIn.name,
          organisation: signedIn.actor.organisation,
          organisationName: signedIn.organisation
            ? inLanguage(signedIn.organisation, language, pack.defaultLanguage)
            : '',
          roles: signedIn.actor.roles,
        }
      : undefined,
    read: readApiFor(deployment, request, actor, settle),
    act: async (caseId, act, input, key, assertion = null) => {
      const outcome = await actFromOutside(deployment, {
        caseId,
        act,
        key,
        actor,
        acts: null,
        body: input,
        size: JSON.stringify(input ?? null).length,
        assertion,
      })
      return outcome.done ? { done: true, case: caseId, receipt: JSON.parse(outcome.answer) as unknown } : outcome.why
    },
  }
}

function readApiFor(
  deployment: Deployment,
  request: FastifyRequest,
  actor: Actor,
  settle: () => Promise<void>,
): ReadApi {
  const { pack } = deployment
  return {
    readCase: (caseId) => readCase(deployment, caseId, actor),
    readDocuments: (caseId) => readDocuments(deployment, caseId),
    readHistory: (caseId) => readFeed(deployment, -1, 1000, caseId),
    search: (address) => {
      const { query, dropped } = readSearchQuery(address)
      return searchTenders(deployment, query, dropped)
    },
    readHome: async () => {
      const today = dayOf(await readNow(deployment), pack.zone)
      const [open, recent, closing] = await Promise.all([
        searchTenders(deployment, { status: 'open' }, [], 1),
        searchTenders(deployment, {}, [], 8),
        searchTenders(deployment, { status: 'open', sort: 'deadline' }, [], 8),
      ])
      const rows = closing.rows.filter((row) => row.deadline && dayOf(row.deadline, pack.zone) === today)
      return { open: open.total, recent, closingToday: { ...closing, rows, total: rows.length } }
    },
    readDesk: async () => (actor.kind === 'person' ? readDesk(deployment, actor) : []),
    readPlans: (organisation) => readPlans(deployment, actor, organisation),
    readOrganisation: (organisation) => readOrganisation(deployment, organisation),
    findSupplier: (number) => findSupplier(deployment, number),
    readNames: (value) => readNames(deployment, value),
    chooseMethods: async (purchase) => chooseMethods(deployment, actor, purchase),
    deadlineRule: async (purchase) => deadlineRule(deployment, purchase),
    readColleagues: async () => (actor.kind === 'person' ? readColleagues(deployment, actor) : {}),
    findBuyers: async (text) => (actor.kind === 'person' ? findBuyers(deployment, text.slice(0, 100), 50) : []),
    readOwnOrganisation: async () => (actor.kind === 'person' ? readOwnOrganisation(deployment, actor) : null),
    promise: { key: Buffer.from(deployment.promisePublicKey).toString('base64'), log: deployment.logOrigin },
    signingService: deployment.certificates.setting.signingService ?? null,
    sealingClient: deployment.sealingClient,
    sampleKeyFile: ({ person, name, organisation }) => {
      const { keyFiles } = deployment.certificates.setting
      return keyFiles ? `${keyFiles}?${new URLSearchParams({ person, name: name.slice(0, 64), organisation })}` : null
    },
    readHolderKey: (caseId) => findHolderKey(deployment, actor, caseId),
    nameableHolders: async () => (actor.kind === 'person' ? nameableHolders(deployment, actor) : []),
    findClasses: async (text) => {
      const wanted = text.trim().toLowerCase()
      return pack.classifier.codes
        .filter(
          (each) =>
            each.code.startsWith(wanted) ||
            Object.values(each.names).some((name) => name.toLowerCase().includes(wanted)),
        )
        .slice(0, 50)
    },
    units: pack.units,
    readResponses: (caseId) => readResponses(deployment, caseId, actor),
    readAttachments: async (caseId) => (await readVisibleAttachments(deployment, caseId, actor)).map(showAttachment),
    readReceipt: (caseId, m) => readReceipt(deployment, caseId, actor, m),
    readAttempts: async (caseId) => {
      const { tender } = await readContext(deployment, caseId, actor)
      const shown = tender && (await showReport(deployment, actor, tender))
      return shown && !isRefusal(shown) ? shown : null
    },
    readBoxForHolder: async (caseId) => {
      const { tender } = await readContext(deployment, caseId, actor)
      if (!tender || actor.kind !== 'person' || !holderByPerson(tender, actor.person)) return null
      const box = await readBox(deployment, caseId)
      return box && { commitment: box.commitment, required: box.required, bids: box.bids }
    },
    ...fileAndDraftReads(deployment, actor),
    published: publishedReads(deployment),
    signOut: async () => {
      const cookies = new CookieJar(request)
      await signOut(deployment, request, cookies.reply)
      return cookies.value
    },
    passkeyPlace: passkeyPlaceOf(deployment, request),
    account: accountReads(deployment, request),
    sandbox:
      deployment.mode === 'sandbox'
        ? {
            people: () => readSandboxPeople(deployment),
            moveClock: async (to) => {
              if (to < (await readNow(deployment))) return null
              await settle()
              const now = await moveClock(deployment, to)
              await settle()
              return now
            },
            signIn: async (person) => {
              const cookies = new CookieJar(request)
              const token = await signInSandbox(deployment, cookies.reply, person)
              return token ? cookies.value : null
            },
            nextPeople: (caseId) => readNextPeople(deployment, caseId),
            peek: (caseId) => peekAtTender(deployment, caseId),
            wallet: process.env.NARU_WALLET ?? null,
          }
        : null,
  }
}

/** Catches the cookie that a sign-in sets, for a page that answers with its own headers. */
class CookieJar {
  value = ''
  readonly reply: FastifyReply

  constructor(request: FastifyRequest) {
    this.reply = {
      request,
      header: (name: string, value: string) => {
        if (name === 'set-cookie') this.value = value
        return this.reply
      },
    } as unknown as FastifyReply
  }
}

async function readPlans(deployment: Deployment, actor: Actor, organisation?: string): Promise<readonly PlanSummary[]> {
  const owner = organisation ?? (actor.kind === 'person' ? actor.organisation : null)
  const rows = await deployment.database.db
    .selectFrom('current')
    .select('state')
    .where('kind', '=', 'plan')
    .$if(owner !== null, (query) => query.where('owner', '=', owner))
    .limit(200)
    .execute()
  return rows
    .map((row) => JSON.parse(row.state) as PlanState)
    .filter((plan) => plan.published || (actor.kind === 'person' && plan.organisation === actor.organisation))
    .map((plan) => ({
      plan: plan.id,
      organisation: plan.organisation,
      year: plan.year,
      version: plan.published?.version ?? null,
      pending: plan.pending !== null,
    }))
}

async function chooseMethods(
  deployment: Deployment,
  actor: Actor,
  purchase: Parameters<ReadApi['chooseMethods']>[0],
): Promise<readonly MethodAnswer[]> {
  const { pack, mode } = deployment
  const day = dayOf(await readNow(deployment), pack.zone)
  const row =
    actor.kind === 'person'
      ? await deployment.database.db
          .selectFrom('current')
          .select('state')
          .where('stream', '=', `organisation:${actor.organisation}`)
          .executeTakeFirst()
      : undefined
  const profile = row && (JSON.parse(row.state) as { profile: { regime: string | null } }).profile
  const regime = profile?.regime ?? pack.regimes[0]?.id ?? ''
  const asked = { category: purchase.category, estimatedValue: purchase.value, renotice: false }
  return lawfulMethods(pack, regime, asked, day, mode).map(({ method, lawful, because, ceiling }) => {
    const opening = findStep(method, 'opening')
    const terms = method.categories.includes(purchase.category)
      ? resolveTerms(pack, method, asked, day, 'sandbox')
      : null
    const period = terms?.bidPeriod.value
    return {
      method: method.id,
      lawful,
      because,
      ceiling,
      article: method.article,
      daysForBids: period ? `${period.count} ${period.unit}` : '',
      steps: method.steps.map((each) => each.step),
      groups: { agency: opening?.agency ?? { k: 0, n: 0 }, guardians: opening?.guardians ?? { k: 0, n: 0 } },
      sealed: findStep(method, 'bids')?.sealed ?? [],
      draws: findStep(method, 'draw') !== undefined,
      evaluators: findStep(method, 'evaluation')?.evaluators ?? 0,
      failure: method.ifItFails,
    }
  })
}

async function deadlineRule(
  deployment: Deployment,
  asked: Parameters<ReadApi['deadlineRule']>[0],
): ReturnType<ReadApi['deadlineRule']> {
  const { pack } = deployment
  const method = pack.methods.find((each) => each.id === asked.method && each.categories.includes(asked.category))
  if (!method) return null
  const now = await readNow(deployment)
  const terms = resolveTerms(
    pack,
    method,
    { category: asked.category, estimatedValue: asked.value, renotice: asked.renotice },
    dayOf(now, pack.zone),
    deployment.mode,
  )
  if ((asked.renotice ? terms.afterRenotice : terms.bidPeriod).value === null) return null
  return { ...earliestDeadline(terms, now, asked.renotice), questionsEnd: terms.questionsEnd }
}

async function nameableHolders(deployment: Deployment, actor: PersonActor): Promise<readonly NameableHolder[]> {
  const { rows } = await deployment.database.pool.query<{
    person: string
    name: string
    organisation: string
    organisation_name: Record<string, string>
    by_program: boolean
  }>(
    `select m.person, p.name, m.organisation, c.state::jsonb->'profile'->'name' as organisation_name,
       c.state::jsonb->'credentials' @> jsonb_build_array(jsonb_build_object('person', m.person, 'acts', array['post-shares'])) as by_program
     from membership m join person p on p.id = m.person join current c on c.stream = 'organisation:' || m.organisation
     where 'key-holder' = any (m.roles) and (m.organisation = $1 or c.state::jsonb->'profile'->'kinds' ? 'guardian') order by p.name`,
    [actor.organisation],
  )
  return rows.map((row) => ({
    person: row.person,
    name: row.name,
    organisation: row.organisation,
    organisationName: row.organisation_name,
    group: row.organisation === actor.organisation ? 'agency' : 'guardians',
    byProgram: row.by_program,
  }))
}

/** Technical responses after the opening: to evaluators of the buyer who declared no conflict, and to everyone after the award. */
async function readResponses(
  deployment: Deployment,
  caseId: string,
  actor: Actor,
): ReturnType<ReadApi['readResponses']> {
  const { tender } = await readContext(deployment, caseId, actor)
  if (!tender || !seesResponses(tender, actor)) return null
  const { rows } = await deployment.database.pool.query<{ record: string }>(
    `select record from fact where stream = $1 and type in ('OpeningRecorded', 'TechnicalOpened')
     order by type = 'TechnicalOpened' desc, seq desc limit 1`,
    [`tender:${caseId}`],
  )
  const record =
    rows[0] &&
    (JSON.parse(rows[0].record) as { body: { responses: { bid: string; lot: string; responses: unknown }[] } })
  return record?.body.responses ?? null
}

const fileAndDraftReads = (
  deployment: Deployment,
  actor: Actor,
): Pick<ReadApi, 'listDrafts' | 'readDraft' | 'saveDraft' | 'readUpload' | 'receiveFile'> => ({
  listDrafts: (kind) => listDrafts(deployment, actor, kind),
  readDraft: (id) => readDraft(deployment, actor, id),
  saveDraft: async (draft) => {
    const outcome = await saveDraft(deployment, actor, draft)
    if (isRefusal(outcome)) throw new Error(`a draft was refused: ${outcome.refused}`)
    return outcome
  },
  readUpload: (id) => readUpload(deployment, actor, id),
  receiveFile: async (file) => {
    const named = { name: file.name, mediaType: file.type }
    const received = await receiveFile(deployment, actor, named, file.stream()).catch((error: unknown) => {
      if (error instanceof StoreIsDown) return refuse('filesAreDown')
      throw error
    })
    if ('id' in received) return received
    return { refused: isRefusal(received) ? received.refused : (received.invalid[0]?.code ?? 'type') }
  },
})

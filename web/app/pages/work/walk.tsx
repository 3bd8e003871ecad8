// A tender in ten minutes: every step of one case, who acts next, and a way to be that person on the right page.
import type { NextPerson } from '@naru/server/read/next.ts'
import { quorumPosted } from '@naru/domain/tender/opening.ts'
import { data, redirect } from 'react-router'
import type { Route } from './+types/walk'
import type { Key } from '../../../words/keys.ts'
import { Button, Buttons } from '../../design/form.tsx'
import { Go } from '../../design/go.tsx'
import { Banner, Page } from '../../design/page.tsx'
import { useSpeech } from '../../speech.tsx'
import { caseAt, placeOfAct } from '../../work/case-places.ts'
import { inWords } from '../../work/names.ts'
import { backTo, naruOf } from '../../work/signed-in.ts'
import style from '../../work/work.css?url'

export const links: Route.LinksFunction = () => [{ rel: 'stylesheet', href: style }]

interface Someone {
  readonly person: string
  readonly name: string
  readonly organisationName: Readonly<Record<string, string>>
  readonly act: string
  readonly to: string
}

const steps = [
  'start',
  'holders',
  'keys',
  'rehearsal',
  'salts',
  'write',
  'approve',
  'base',
  'publish',
  'bid',
  'deadline',
  'open',
  'evaluate',
  'review',
  'award',
  'standstill',
  'contract',
  'done',
] as const
type Step = (typeof steps)[number]

/** The step of the walk to which a needed act belongs. */
const stepOfAct: Readonly<Record<string, Step>> = {
  'name-key-holders': 'holders',
  'deposit-keys': 'keys',
  'rehearse-opening': 'rehearsal',
  'seal-salts': 'salts',
  'prepare-tender': 'write',
  'approve-tender': 'approve',
  'set-base-amount': 'base',
  'publish-tender': 'publish',
  'attend-opening': 'open',
  'post-shares': 'open',
  'declare-conflict': 'evaluate',
  'score-bids': 'evaluate',
  'record-review': 'review',
  'award-lot': 'award',
  'withdraw-award': 'contract',
  'draft-contract': 'contract',
  'consent-to-contract': 'contract',
  'confirm-contract': 'contract',
}

export async function loader({ context, url, request }: Route.LoaderArgs) {
  const naru = naruOf(context)
  const { sandbox } = naru.read
  if (!sandbox) throw data(null, { status: 404 })
  const kept = /(?:^|;\s*)walk=([0-9a-f-]{36})/.exec(request.headers.get('Cookie') ?? '')?.[1]
  const caseId = url.searchParams.get('case') ?? (url.searchParams.has('new') ? null : (kept ?? null))
  let peek = caseId ? await sandbox.peek(caseId) : null
  // What the last share opens is recorded within the second; the walk waits for it, so that it does not send one holder too many.
  for (
    let tries = 0;
    caseId && peek?.tender.stage === 'closed' && quorumPosted(peek.tender) && tries < 12;
    tries += 1
  ) {
    await new Promise((resume) => setTimeout(resume, 250))
    peek = await sandbox.peek(caseId)
  }
  const everyone = await sandbox.people()
  if (!caseId || !peek) {
    const plans = await naru.read.readPlans()
    const authors = everyone.filter((each) => each.roles.includes('author'))
    const author =
      authors.find((each) => plans.some((plan) => plan.organisation === each.organisation && plan.version !== null)) ??
      authors[0]
    const first: Someone[] = author
      ? [
          {
            person: author.person,
            name: author.name,
            organisationName: author.organisationName ?? {},
            act: 'start-tender',
            to: '/work/tenders/new?walk=1',
          },
        ]
      : []
    return {
      caseId: null,
      now: 'start' as Step,
      shown: shownSteps(false, false, false, false),
      who: first,
      title: {},
      moveTo: null,
      ended: null,
    }
  }
  const { tender, concluded } = peek
  const next = await sandbox.nextPeople(caseId)
  const terms = tender.published?.terms
  const draws = tender.needsSalts
  const now = stepNow(peek, next, naru.now)
  const suppliers = everyone
    .filter((each) => each.roles.includes('bidder') && !Object.values(tender.parties).includes(each.organisation ?? ''))
    .slice(0, 4)
  const who: Someone[] =
    now === 'bid'
      ? suppliers.map((each) => ({
          person: each.person,
          name: each.name,
          organisationName: each.organisationName ?? {},
          act: 'submit-bid',
          to: caseAt(caseId, 'bid'),
        }))
      : next.flatMap((each) =>
          each.acts
            .filter((act) => stepOfAct[act.act] === now)
            .slice(0, 1)
            .map((act) => ({
              person: each.person,
              name: each.name,
              organisationName: each.organisationName,
              act: act.act,
              to: `${now === 'write' ? caseAt(caseId, 'check') : placeOfAct(act.act, caseId)}?walk=1`,
            })),
        )
  const deadline = tender.rounds.at(-1)?.deadline
  const standstill = tender.awards[0]?.standstillUntil
  const moveTo =
    (now === 'deadline' || now === 'bid') && deadline
      ? later(deadline, (terms?.delta ?? 60_000) + 1_000)
      : now === 'standstill' && standstill
        ? later(standstill, 60_000)
        : null
  const headers = { 'Set-Cookie': `walk=${caseId}; Path=/; Max-Age=86400; SameSite=Lax; HttpOnly` }
  const ended = tender.stage === 'failed' || tender.stage === 'cancelled' ? tender.stage : null
  const shown = shownSteps(draws, (terms?.evaluators ?? 0) > 0, Boolean(terms?.review), Boolean(terms?.standstill))
  return data(
    {
      caseId: caseId as string | null,
      now: concluded ? ('done' as Step) : now,
      shown,
      who,
      title: tender.content?.title ?? tender.prepared?.content.title ?? {},
      moveTo,
      ended: ended as string | null,
    },
    { headers },
  )
}

const later = (instant: string, milliseconds: number) => new Date(Date.parse(instant) + milliseconds).toISOString()

const shownSteps = (draws: boolean, scored: boolean, reviewed: boolean, waits: boolean): readonly Step[] =>
  steps.filter(
    (step) =>
      (draws || (step !== 'salts' && step !== 'base')) &&
      (scored || step !== 'evaluate') &&
      (reviewed || step !== 'review') &&
      (waits || step !== 'standstill'),
  )

type Peek = NonNullable<Awaited<ReturnType<NonNullable<ReturnType<typeof naruOf>['read']['sandbox']>['peek']>>>

/** Where the case stands in the walk. */
function stepNow({ tender, concluded }: Peek, next: readonly NextPerson[], now: string): Step {
  if (concluded) return 'done'
  const waits = new Set(next.flatMap((each) => each.acts.map((act) => stepOfAct[act.act])))
  if (!tender.published) {
    const holders = tender.holders.reduce((sum, group) => sum + group.holders.length, 0)
    if (holders === 0) return 'holders'
    for (const step of ['keys', 'rehearsal', 'salts'] as const) if (waits.has(step)) return step
    if (!tender.prepared || tender.returned) return 'write'
    if (!tender.approved) return 'approve'
    return waits.has('base') ? 'base' : 'publish'
  }
  if (tender.stage === 'published') return (tender.rounds.at(-1)?.deadline ?? '') >= now ? 'bid' : 'deadline'
  if (tender.stage === 'closed') return 'open'
  for (const step of ['evaluate', 'review', 'award', 'contract'] as const) if (waits.has(step)) return step
  return tender.stage === 'awarded' ? 'standstill' : 'done'
}

export async function action({ context, request }: Route.ActionArgs) {
  const naru = naruOf(context)
  const { sandbox } = naru.read
  if (!sandbox) throw data(null, { status: 404 })
  const form = await request.formData()
  const caseId = String(form.get('case') ?? '')
  const moment = String(form.get('moment') ?? '')
  if (/^\d{4}-\d\d-\d\dT\d\d:\d\d:\d\d\.\d{3}Z$/.test(moment)) {
    await sandbox.moveClock(moment)
    return redirect(`/${naru.language}/sandbox/walk?case=${encodeURIComponent(caseId)}`)
  }
  const [person = '', to = ''] = String(form.get('as') ?? '').split(' ')
  const cookie = await sandbox.signIn(person)
  if (!cookie) throw data(null, { status: 404 })
  return redirect(`/${naru.language}${backTo(to, '/desk')}`, { headers: { 'Set-Cookie': cookie } })
}

export default function Walk({ loaderData }: Route.ComponentProps) {
  const { say, language } = useSpeech()
  const { caseId, now, shown, who, title, moveTo, ended } = loaderData
  const at = shown.indexOf(now)
  return (
    <Page title={say('work.nav.walk')} lead={say('work.walk.lead')} above={inWords(title, language)}>
      {ended && (
        <Banner tone="warn" title={say(`domain.stage.${ended}`)}>
          <p>{say('work.walk.ended')}</p>
        </Banner>
      )}
      <ol className="walk">
        {shown.map((step, n) => {
          const state = ended ? 'future' : n < at || now === 'done' ? 'past' : n === at ? 'now' : 'future'
          return (
            <li key={step} data-state={state} aria-current={state === 'now' ? 'step' : undefined}>
              <p>{say(`work.walk.${step}` as Key)}</p>
              {state === 'now' && (
                <>
                  <p className="note">{say(`work.walk.${step}Why` as Key)}</p>
                  <form method="post" className="row-form">
                    <input type="hidden" name="case" value={caseId ?? ''} />
                    {who.map((each, k) => (
                      <Button
                        key={each.person + each.act}
                        kind={k === 0 ? 'primary' : 'secondary'}
                        name="as"
                        value={`${each.person} ${each.to}`}
                      >
                        {say('work.walk.as', {
                          name: each.name,
                          organisation: inWords(each.organisationName, language),
                        })}
                      </Button>
                    ))}
                    {moveTo && (
                      <Button kind={who.length > 0 ? 'secondary' : 'primary'} name="moment" value={moveTo}>
                        {say(now === 'standstill' ? 'work.walk.toStandstill' : 'work.walk.toDeadline')}
                      </Button>
                    )}
                  </form>
                </>
              )}
            </li>
          )
        })}
      </ol>
      {caseId && (
        <Buttons>
          <Go to={`/tenders/${caseId}`}>{say('work.case.public')}</Go>
          <Go to="/sandbox/walk?new=1">{say('work.walk.new')}</Go>
        </Buttons>
      )}
    </Page>
  )
}

// The workspace of one tender. Before the notice it is a task list; after it, the state in a sentence, what the reader may do, and the timeline.
import type { May } from '@naru/domain/may.ts'
import type { Route } from './+types/case'
import type { MessageKey } from '../../../../speech.ts'
import { StatusChip } from '../../../design/chip.tsx'
import { Countdown, Facts, type Task, TaskList, Timeline } from '../../../design/facts.tsx'
import { ButtonLink, Buttons } from '../../../design/form.tsx'
import { Go } from '../../../design/go.tsx'
import { Banner, Page, Section, StateBanner } from '../../../design/page.tsx'
import { refusalSentence } from '../../../sentences.tsx'
import { useSpeech } from '../../../speech.tsx'
import { bidWord } from '../../../work/bidding.tsx'
import { caseAt, placeOfAct } from '../../../work/case-places.ts'
import { inWords, organisationName } from '../../../work/names.ts'
import { readTender } from '../../../work/preparation.ts'
import { signedIn } from '../../../work/signed-in.ts'
import { draftOf, emptyDraft, progressOf, type TenderDraft } from '../../../work/tender-draft.ts'

export async function loader({ context, url, params }: Route.LoaderArgs) {
  const naru = signedIn(context, url)
  const { caseId } = params
  const [view, kept] = await Promise.all([readTender(naru, caseId), naru.read.readDraft(caseId)])
  const { tender } = view
  const draft = kept
    ? { ...emptyDraft(tender.language), ...(kept.body as TenderDraft) }
    : tender.prepared
      ? draftOf(tender.prepared.content)
      : emptyDraft(tender.language)
  return { view, draft, names: view.names, saved: kept?.updated ?? null, now: naru.now, roles: naru.visitor.roles }
}

export default function Case({ loaderData }: Route.ComponentProps) {
  return loaderData.view.tender.published || loaderData.view.tender.ended ? (
    <Running {...loaderData} />
  ) : (
    <Preparing {...loaderData} />
  )
}

type Loaded = Awaited<ReturnType<typeof loader>>

/** Acts that are always possible and never the next step. */
const aside = new Set([
  'cancel-tender',
  'propose-amendment',
  'return-tender',
  'return-amendment',
  'decline-contract',
  'ask-question',
  'withdraw-bid',
  'record-absence',
  'use-spare',
])

/** Acts that only a method with a draw knows. */
const ofTheDraw = new Set(['seal-salts', 'set-base-amount'])

const open = (may: readonly May[]) => may.filter((each): each is Extract<May, { open: true }> => each.open)

function Preparing({ view, draft, saved, roles }: Loaded) {
  const speech = useSpeech()
  const { say, language, dateTime, moment } = speech
  const { caseId, tender, may } = view
  const progress = progressOf(draft)
  const title =
    inWords(draft.title, language, draft.language) ||
    inWords(tender.prepared?.content.title, language) ||
    say('work.desk.untitled')
  const holders = tender.holders.reduce((sum, group) => sum + group.holders.length, 0)
  const held = new Set(tender.keyRecords.map((each) => each.officer)).size
  const sealed = tender.salts.filter((each) => each.round === 1).length
  const written = (['purchase', 'method', 'lots', 'documents', 'conditions', 'delivery', 'deadline'] as const).every(
    (each) => progress[each] === 'done',
  )
  const sent = tender.prepared !== null && tender.returned === null
  const author = roles.includes('author')
  const to = (page: string): Pick<Task, 'to'> => ({ to: caseAt(caseId, page) })
  const row = (page: keyof typeof progress): Task => ({
    name: say(`work.task.${page}`),
    state: progress[page],
    ...(progress[page] === 'blocked' ? { hint: say('work.task.blocked') } : to(page)),
  })
  const proved = tender.rehearsal?.answered.filter((each) => each.opens).length ?? 0
  const keysReady = held === holders && holders > 0 && proved === holders && (!tender.needsSalts || sealed === holders)
  const needed = open(may).filter(
    (each) => !aside.has(each.act) && !['name-key-holders', 'prepare-tender'].includes(each.act),
  )
  return (
    <Page
      title={title}
      above={say('work.tender.preparing')}
      trail={[{ to: '/desk', text: say('work.nav.desk') }]}
      state={
        <StateBanner tone={tender.stage === 'approved' ? 'success' : 'info'} word={say(`domain.stage.${tender.stage}`)}>
          <p>
            {sent && tender.stage === 'preparing'
              ? say('work.tender.sent')
              : say(`domain.stage.${tender.stage}.meaning`)}
          </p>
        </StateBanner>
      }
      rail={
        <Facts
          compact
          facts={[
            { name: say('work.field.method'), value: draft.method ? say(`pack.method.${draft.method}.name`) : '—' },
            { name: say('domain.moment.deadline'), value: draft.deadline ? moment(draft.deadline) : '—' },
            ...(saved ? [{ name: say('work.draft.saved'), value: dateTime(saved) }] : []),
          ]}
        />
      }
    >
      {tender.returned && (
        <Banner tone="warn" title={say('work.check.returned')}>
          <p className="prose">{tender.returned.reason}</p>
        </Banner>
      )}
      {needed.length > 0 && (
        <Buttons>
          {needed.map((each, at) => (
            <ButtonLink
              key={each.act}
              kind={at === 0 ? 'primary' : 'secondary'}
              to={placeOfAct(each.act, caseId) ?? caseAt(caseId)}
            >
              {say(`domain.act.${each.act}`)}
            </ButtonLink>
          ))}
        </Buttons>
      )}
      {author ? (
        <TaskList
          groups={[
            { title: say('work.group.what'), tasks: [row('purchase'), row('lots'), row('method')] },
            {
              title: say('work.group.terms'),
              tasks: [row('documents'), row('conditions'), row('delivery'), row('deadline')],
            },
            {
              title: say('work.group.seal'),
              tasks: [
                {
                  name: say('domain.act.name-key-holders'),
                  state:
                    holders > 0 ? 'done' : progress.method === 'done' && progress.lots === 'done' ? 'todo' : 'blocked',
                  hint: holders === 0 && progress.method !== 'done' ? say('work.task.blocked') : undefined,
                  ...to('holders'),
                },
                {
                  name: say('work.keys.held'),
                  state: holders === 0 ? 'blocked' : keysReady ? 'done' : 'begun',
                  hint:
                    holders === 0
                      ? say('work.task.holdersFirst')
                      : keysReady
                        ? undefined
                        : held < holders
                          ? say('work.keys.count', { n: held, of: holders })
                          : say('work.keys.countProved', { n: proved, of: holders }),
                  ...(holders > 0 && !keysReady && to('holders')),
                },
              ],
            },
            {
              title: say('work.group.send'),
              tasks: [
                {
                  name: say('work.check.title'),
                  state: sent ? 'done' : written ? 'todo' : 'blocked',
                  hint: written ? undefined : say('work.task.writeFirst'),
                  ...to('check'),
                },
                {
                  name: say('work.task.approval'),
                  state: tender.approved ? 'done' : sent ? 'begun' : 'blocked',
                  hint: tender.approved ? undefined : say('work.task.second'),
                },
                {
                  name: say('domain.act.publish-tender'),
                  state: tender.approved ? (keysReady ? 'todo' : 'blocked') : 'blocked',
                  hint: tender.approved && !keysReady ? say('work.keys.waiting') : undefined,
                  ...(tender.approved && keysReady ? to('publish') : {}),
                },
              ],
            },
          ]}
        />
      ) : (
        needed.length === 0 && <p>{say('work.tender.othersPrepare')}</p>
      )}
      <Also may={tender.needsSalts ? may : may.filter((each) => !ofTheDraw.has(each.act))} caseId={caseId} />
      <p className="note">{say('work.case.number', { n: caseId })}</p>
    </Page>
  )
}

function Running({ view, names, now, roles }: Loaded) {
  const speech = useSpeech()
  const { say, language, number } = speech
  const { caseId, tender, may, schedule, contracts, standing, ownBid } = view
  const content = tender.content ?? tender.prepared?.content
  const title = inWords(content?.title, language, tender.language)
  const buyer = organisationName(names, tender.parties.procuringEntity, speech)
  const next = open(may).filter((each) => !aside.has(each.act))
  const deadline = tender.rounds.at(-1)?.deadline
  const questions = tender.questions.filter((each) => !each.answer).length
  const key = (act: string): MessageKey => `domain.act.${act}`
  return (
    <Page
      title={title}
      above={`${buyer}${tender.published ? ` · ${tender.published.number}` : ''}`}
      trail={[{ to: '/desk', text: say('work.nav.desk') }]}
      state={
        <StateBanner
          tone={
            tender.stage === 'failed' || tender.stage === 'cancelled'
              ? 'danger'
              : tender.stage === 'published'
                ? 'info'
                : 'success'
          }
          word={
            contracts.some((each) => each.concluded)
              ? say('domain.status.contracted')
              : say(`domain.stage.${tender.stage}`)
          }
        >
          <p>
            {tender.stage === 'failed'
              ? say(`domain.failure.${tender.ended?.reason ?? 'no-winner'}`)
              : say(`domain.stage.${tender.stage}.meaning`)}
          </p>
        </StateBanner>
      }
      rail={
        <>
          {deadline && tender.stage === 'published' && <Countdown until={deadline} now={now} />}
          <Facts
            compact
            facts={[
              {
                name: say('work.field.method'),
                value: tender.published ? say(`pack.method.${tender.published.terms.method.id}.name`) : '—',
              },
              ...(standing === 'buyer' && tender.stage === 'published'
                ? [{ name: say('work.questions.open'), value: number(questions) }]
                : []),
              ...(ownBid
                ? [
                    {
                      name: say('work.bid.own'),
                      value: say(bidWord(ownBid, tender)),
                    },
                  ]
                : []),
            ]}
          />
          <p>
            <Go to={`/tenders/${caseId}`}>{say('work.case.public')}</Go>
          </p>
        </>
      }
    >
      {next.length > 0 ? (
        <>
          <Section id="next" title={say('work.case.youMay')}>
            <Buttons>
              {next.map((each, at) => (
                <ButtonLink
                  key={each.act}
                  kind={at === 0 ? 'primary' : 'secondary'}
                  to={placeOfAct(each.act, caseId) ?? caseAt(caseId)}
                >
                  {each.act === 'submit-bid' && ownBid
                    ? say(bidWord(ownBid, tender) === 'work.bid.stands' ? 'work.bid.replace' : 'work.bid.again')
                    : say(key(each.act))}
                </ButtonLink>
              ))}
            </Buttons>
            {next.map(
              (each) =>
                each.until && (
                  <p key={each.act}>
                    {say('work.case.until', { act: say(key(each.act)), when: speech.moment(each.until) })}
                  </p>
                ),
            )}
          </Section>
        </>
      ) : (
        <p>{say('work.case.nothing')}</p>
      )}
      {ownBid && roles.includes('bidder') && (
        <p>
          <Go to={caseAt(caseId, 'bid/receipt')}>{say('work.receipt.title')}</Go>
        </p>
      )}
      {tender.rounds.at(-1)?.closing && (
        <p>
          <Go to={`/tenders/${caseId}/live`}>{say('work.opening.title')}</Go>
        </p>
      )}
      {contracts.length > 0 && (
        <p>
          <Go to={caseAt(caseId, 'contract')}>{say('work.contract.title')}</Go>{' '}
          {contracts.map((each) => (
            <StatusChip
              key={each.id}
              word={say(`domain.contractStage.${each.stage}`)}
              tone={each.concluded ? 'success' : 'info'}
            />
          ))}
        </p>
      )}
      <Section id="timeline" title={say('work.case.timeline')}>
        <Timeline
          now={now}
          moments={schedule.map((line, at) => ({
            id: `${line.moment}-${at}`,
            what:
              say(`domain.moment.${line.moment}`) +
              (line.lot && (content?.lots.length ?? 0) > 1 ? ` · ${say('work.lots.lot', { n: line.lot })}` : ''),
            ...(line.at && { when: line.at }),
            state: line.state === 'done' ? 'past' : 'future',
            ...(line.basis && { basis: line.basis as never }),
          }))}
        />
      </Section>
      <Also may={tender.needsSalts ? may : may.filter((each) => !ofTheDraw.has(each.act))} caseId={caseId} />
    </Page>
  )
}

/** What may be done besides the next step, and what may not, with the reason. */
function Also({ may, caseId }: { may: readonly May[]; caseId: string }) {
  const speech = useSpeech()
  const { say } = speech
  const others = open(may).filter((each) => aside.has(each.act) && placeOfAct(each.act, caseId))
  const closed = may.filter(
    (each): each is Extract<May, { open: false }> =>
      !each.open && !['roleIsMissing', 'notYourCase', 'alreadyExists', 'caseDoesNotExist'].includes(each.why.refused),
  )
  if (others.length === 0 && closed.length === 0) return null
  return (
    <Section id="also" title={say('work.case.also')}>
      {others.length > 0 && (
        <Buttons>
          {others.map((each) => (
            <ButtonLink
              key={each.act}
              kind={each.act === 'cancel-tender' || each.act === 'withdraw-bid' ? 'danger' : 'secondary'}
              data-small=""
              to={placeOfAct(each.act, caseId) ?? ''}
            >
              {say(`domain.act.${each.act}`)}
            </ButtonLink>
          ))}
        </Buttons>
      )}
      {closed.length > 0 && (
        <details className="more">
          <summary>{say('work.case.notOpen', { n: closed.length })}</summary>
          <div>
            <Facts
              facts={closed.map((each) => ({
                name: say(`domain.act.${each.act}`),
                value: refusalSentence(each.why, speech),
              }))}
            />
          </div>
        </details>
      )}
    </Section>
  )
}

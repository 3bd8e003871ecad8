// The page of a tender: everything about it at one public address, in the order in which a reader needs it.
import type { Route } from './+types/tender'
import { StatusChip } from '../../design/chip.tsx'
import { Countdown, Facts } from '../../design/facts.tsx'
import { ButtonLink, Buttons } from '../../design/form.tsx'
import { Page, PrintFoot } from '../../design/page.tsx'
import { inLanguage } from '@naru/domain/text.ts'
import { estimatedValue } from '@naru/domain/tender/content.ts'
import { useSpeech } from '../../speech.tsx'
import { idIn, keptUntilChanged, loaderHeaders, naruOf } from './reading.ts'
import { nameOf, OrganisationLink, Words } from './saying.tsx'
import { isOpen, readTenderPage, type TenderPage } from './tender/case-page.ts'
import { Draw, Opening } from './tender/opening.tsx'
import { Outcome } from './tender/outcome.tsx'
import { Proof } from './tender/proof.tsx'
import { Documents, Purchase, WhoMayBid } from './tender/purchase.tsx'
import { Ranking } from './tender/ranking.tsx'
import { HowGoverned, KeyHolders } from './tender/rules.tsx'
import { TenderState } from './tender/state.tsx'
import { Changes, Questions, Story } from './tender/story.tsx'

export async function loader({ params, context, url }: Route.LoaderArgs) {
  const naru = naruOf(context)
  const page = await readTenderPage(naru, idIn(params.caseId))
  const apart = Math.floor((Date.parse(page.round.deadline) - Date.parse(naru.now)) / 60_000)
  // The words “in 3 days 4 h” change with the hour, and on the last day with the minute; after the deadline no more.
  const countdown = apart < 0 ? 'over' : apart < 1440 ? apart : Math.floor(apart / 60)
  return keptUntilChanged(
    naru,
    { origin: url.origin, page, visitor: naru.visitor?.roles ?? null },
    'tender',
    page.view.caseId,
    page.view.log.newest,
    countdown,
    ...Object.values(page.scans),
  )
}

export const headers = loaderHeaders

export default function Tender({ loaderData }: Route.ComponentProps) {
  const { page, origin } = loaderData
  const { say, language } = useSpeech()
  const { content, view, number } = page
  const title = inLanguage(content.title, language, content.language)
  return (
    <Page
      title={title}
      heading={<Words of={content.title} prevailing={content.language} />}
      above={`${nameOf(view.names, view.tender.parties.procuringEntity, language)} · № ${number}`}
      trail={[{ to: '/tenders', text: say('place.tenders') }]}
      rail={<Rail page={page} mayBid={loaderData.visitor === null || loaderData.visitor.includes('bidder')} />}
      state={<TenderState page={page} />}
    >
      <Contents page={page} />
      <Outcome page={page} />
      <Ranking page={page} />
      <Opening page={page} />
      <Draw page={page} />
      <Purchase page={page} />
      <WhoMayBid page={page} />
      <Documents page={page} />
      <Questions page={page} />
      <Changes page={page} />
      <Story page={page} />
      <HowGoverned page={page} />
      <KeyHolders page={page} />
      <Proof page={page} />
      <PrintFoot
        caseNumber={number}
        address={`${origin}/${language}/tenders/${view.caseId}`}
        {...(view.log.newest !== null && { index: view.log.newest })}
        now={view.now}
      />
    </Page>
  )
}

/** The parts of the page that are there at this stage. */
function Contents({ page }: { page: TenderPage }) {
  const { say } = useSpeech()
  const { view, round } = page
  const { tender } = view
  const parts = [
    tender.ended && ['outcome', say(tender.stage === 'failed' ? 'public.outcome.failed' : 'public.outcome.cancelled')],
    tender.awards.length > 0 && !tender.ended && ['outcome', say('public.award.title')],
    round.rankings.length > 0 && ['ranking', say('public.ranking.title')],
    round.opening && ['opening', say('public.opening.title')],
    round.draws.length > 0 && ['draw', say('public.draw.title')],
    ['purchase', say('public.purchase.title')],
    ['conditions', say('public.conditions.title')],
    ['documents', say('public.documents.title')],
    ['questions', say('public.questions.title', { n: tender.questions.filter((each) => each.answer).length })],
    tender.amendments.length > 0 && ['changes', say('public.changes.title')],
    ['timeline', say('public.timeline.title')],
    ['rules', say('public.rules.governed')],
    ['holders', say('public.holders.title')],
    ['proof', say('public.proof.title')],
  ].filter((each) => Array.isArray(each)) as [string, string][]
  return (
    <nav className="contents no-print" aria-label={say('public.contents')}>
      <ul>
        {parts.map(([id, words]) => (
          <li key={id}>
            <a href={`#${id}`}>{words}</a>
          </li>
        ))}
      </ul>
    </nav>
  )
}

/** The facts that decide: the deadline first, then the sum, the method and the parties. */
function Rail({ page, mayBid }: { page: TenderPage; mayBid: boolean }) {
  const { say, money, moment, date } = useSpeech()
  const { view, content, terms, round, number } = page
  const { parties } = view.tender
  const open = isOpen(page)
  const questionsEnd = view.schedule.find((line) => line.moment === 'questions-end')
  const others = [
    ['buyer', parties.buyer],
    ['demandAgency', parties.demandAgency],
    ['payer', parties.payer],
  ] as const
  const doors = [
    view.standing === 'buyer' && (
      <ButtonLink key="work" to={`/work/tenders/${view.caseId}`}>
        {say('public.rail.work')}
      </ButtonLink>
    ),
    open && mayBid && view.standing !== 'buyer' && (
      <ButtonLink key="bid" to={`/work/tenders/${view.caseId}/bid`}>
        {say('public.rail.bid')}
      </ButtonLink>
    ),
    !open && ['published', 'closed'].includes(view.tender.stage) && (
      <ButtonLink key="watch" to={`/tenders/${view.caseId}/live`} kind="secondary">
        {say('public.rail.watch')}
      </ButtonLink>
    ),
  ].filter(Boolean)
  return (
    <>
      {open && <Countdown until={round.deadline} now={view.now} />}
      {doors.length > 0 && <Buttons>{doors}</Buttons>}
      <Facts
        compact
        facts={[
          ...(open ? [] : [{ name: say('domain.moment.deadline'), value: moment(round.deadline) }]),
          ...(open && questionsEnd?.at
            ? [{ name: say('domain.moment.questions-end'), value: moment(questionsEnd.at) }]
            : []),
          {
            name: say('public.rail.value'),
            value: money(estimatedValue(content)),
            note: say('public.rail.withoutTax'),
          },
          ...view.tender.baseAmounts.slice(0, 1).flatMap((base) => [
            { name: say('public.draw.base'), value: money(base.amount) },
            ...(base.aValue
              ? [
                  {
                    name: say('public.draw.aValue'),
                    value: money({ amount: base.aValue, currency: base.amount.currency }),
                    note: say('public.draw.aValueMeaning'),
                  },
                ]
              : []),
            ...(base.netCost
              ? [
                  {
                    name: say('public.draw.netCost'),
                    value: money({ amount: base.netCost, currency: base.amount.currency }),
                    note: say('public.draw.netCostMeaning'),
                  },
                ]
              : []),
          ]),
          {
            name: say('public.rail.entity'),
            value: <OrganisationLink names={view.names} id={parties.procuringEntity} />,
          },
          ...others
            .filter(([, id]) => id !== parties.procuringEntity)
            .map(([name, id]) => ({
              name: say(`public.rail.${name}`),
              value: <OrganisationLink names={view.names} id={id} />,
            })),
          { name: say('public.rules.method'), value: say(`pack.method.${terms.method.id}.name`) },
          {
            name: say('public.rail.category'),
            value: say(`domain.category.${content.category}`),
            note: content.kind && say(`pack.kind.${content.kind}`),
          },
          { name: say('domain.moment.published'), value: date(view.tender.published?.at ?? view.now) },
          { name: say('public.rail.number'), value: number, note: <span className="code">{view.tender.ocid}</span> },
        ]}
      />
      {view.assumed.length > 0 && (
        <p className="note">
          <StatusChip tone="warn" word={say('public.assumed')} />{' '}
          <a href="#rules">{say('public.rules.assumedTitle', { n: view.assumed.length })}</a>
        </p>
      )}
    </>
  )
}

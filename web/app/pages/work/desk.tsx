// My desk: what needs the reader now, what waits for others, what is over. Nothing else.
import type { DeskLine } from '@naru/server/read/desk.ts'
import type { Route } from './+types/desk'
import { StatusChip } from '../../design/chip.tsx'
import { ButtonLink, Buttons } from '../../design/form.tsx'
import { Go } from '../../design/go.tsx'
import { Empty, Page, Section } from '../../design/page.tsx'
import { useSpeech } from '../../speech.tsx'
import { caseAt, placeOfAct } from '../../work/case-places.ts'
import { inWords } from '../../work/names.ts'
import { signedIn } from '../../work/signed-in.ts'

export async function loader({ context, url }: Route.LoaderArgs) {
  const { read, visitor, now } = signedIn(context, url)
  const [lines, drafts] = await Promise.all([read.readDesk(), read.listDrafts('tender')])
  const titles = Object.fromEntries(
    drafts.map((draft) => [draft.caseId ?? draft.id, (draft.body as { title?: Record<string, string> }).title ?? {}]),
  )
  return { lines, titles, roles: visitor.roles, name: visitor.name, now }
}

export default function Desk({ loaderData }: Route.ComponentProps) {
  const { say } = useSpeech()
  const { lines, titles, roles, now } = loaderData
  const groups = ['needs-you', 'waiting', 'over'] as const
  const needs = lines.filter((line) => line.group === 'needs-you').length
  return (
    <Page title={say('work.desk.title', { n: needs })}>
      <Buttons>
        {roles.includes('author') && <ButtonLink to="/work/tenders/new">{say('work.nav.start')}</ButtonLink>}
        {roles.includes('bidder') && <ButtonLink to="/tenders?status=open">{say('work.nav.find')}</ButtonLink>}
      </Buttons>
      {groups.map((group) => {
        const own = lines.filter((line) => line.group === group)
        if (own.length === 0 && group !== 'needs-you') return null
        return (
          <Section key={group} id={group} title={say(`work.desk.${group}`)}>
            {own.length === 0 ? (
              <Empty title={say('work.desk.nothing')}>
                <p>{say('work.desk.nothingNext')}</p>
              </Empty>
            ) : (
              <ul className="desk-list">
                {own.map((line) => (
                  <Line key={line.caseId} line={line} title={titles[line.caseId]} now={now} />
                ))}
              </ul>
            )}
          </Section>
        )
      })}
    </Page>
  )
}

function Line({ line, title, now }: { line: DeskLine; title: Record<string, string> | undefined; now: string }) {
  const { say, language, moment, fromNow } = useSpeech()
  const plan = line.kind === 'plan'
  const words = plan
    ? say('work.desk.plan', { year: line.number ?? '' })
    : inWords(line.title, language) || inWords(title, language) || say('work.desk.untitled')
  const stage = plan
    ? say(`work.plan.stage.${line.stage as 'prepared'}`)
    : say(line.concluded ? 'domain.status.contracted' : `domain.stage.${line.stage}`)
  return (
    <li>
      <div className="desk-case">
        <Go to={plan ? `/work/plans/${line.caseId}` : caseAt(line.caseId)}>{words}</Go>
        <span className="note">
          <StatusChip word={stage} tone={line.group === 'needs-you' ? 'info' : 'neutral'} /> {!plan && line.number}
        </span>
        {line.deadline && line.deadline > now && (
          <span className="note">
            {say('domain.moment.deadline')}: {moment(line.deadline)} · {fromNow(line.deadline, now)}
          </span>
        )}
      </div>
      {line.acts.length > 0 ? (
        <ul className="desk-acts">
          {line.acts.map((each) => (
            <li key={each.act}>
              <ButtonLink kind="secondary" data-small="" to={placeOfAct(each.act, line.caseId) ?? caseAt(line.caseId)}>
                {say(`domain.act.${each.act}`)}
              </ButtonLink>
            </li>
          ))}
        </ul>
      ) : (
        <p className="note">{!plan && line.group === 'waiting' && say(`domain.stage.${line.stage}.meaning`)}</p>
      )}
    </li>
  )
}

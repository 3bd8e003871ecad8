// Facts with their names, steps with their states, and moments in their order.
import { Fragment, type ReactNode } from 'react'
import { useSpeech } from '../speech.tsx'
import { type Basis, BasisNote, ProofChip } from './chip.tsx'
import { Go } from './go.tsx'

export interface Fact {
  readonly name: string
  readonly value: ReactNode
  /** Under the value, quieter. */
  readonly note?: ReactNode
  /** Where this answer is changed; the address without the language. */
  readonly change?: string
}

/** Name and value in rows; the same component shows answers to check, the printed page and the signed document. */
export function Facts({ facts, compact }: { facts: readonly Fact[]; compact?: boolean }) {
  const { say } = useSpeech()
  return (
    <dl className="facts" data-compact={compact ? '' : undefined}>
      {facts.map((fact) => (
        <div key={fact.name}>
          <dt>{fact.name}</dt>
          <dd>
            <div>{fact.value}</div>
            {fact.note && <div className="note">{fact.note}</div>}
          </dd>
          {fact.change && (
            <dd className="change">
              <Go to={fact.change} stay>
                {say('facts.change')}
                <span className="unseen"> {fact.name}</span>
              </Go>
            </dd>
          )}
        </div>
      ))}
    </dl>
  )
}

export interface Task {
  readonly name: string
  readonly hint?: ReactNode
  /** `blocked` says why in `hint` and is no link. */
  readonly state: 'todo' | 'begun' | 'wrong' | 'done' | 'blocked'
  readonly to?: string
}

/** What is to be done, in groups. Done is plain, so that what is left stands out. */
export function TaskList({ groups }: { groups: readonly { title: string; tasks: readonly Task[] }[] }) {
  const { say } = useSpeech()
  return (
    <ol className="tasks">
      {groups.map((group) => (
        <li key={group.title}>
          <h2>{group.title}</h2>
          <ul>
            {group.tasks.map((task) => (
              <li key={task.name} className="task" data-state={task.state}>
                <div>
                  {task.to && task.state !== 'blocked' ? (
                    <Go to={task.to} stay>
                      {task.name}
                    </Go>
                  ) : (
                    <span>{task.name}</span>
                  )}
                  {task.hint && <div className="note">{task.hint}</div>}
                </div>
                <span className="task-state">{say(`task.${task.state}`)}</span>
              </li>
            ))}
          </ul>
        </li>
      ))}
    </ol>
  )
}

export interface Moment {
  readonly id: string
  readonly what: ReactNode
  /** ISO instant, or a plain date. Absent when the moment has no date yet. */
  readonly when?: string
  /** Said instead of the date when there is none: after what it comes. */
  readonly whenWords?: string
  readonly state: 'past' | 'future'
  readonly who?: string
  readonly basis?: Basis
  /** Place in the log, for what has happened. */
  readonly index?: number
  readonly note?: ReactNode
}

/** When, who, why and where recorded: what is known of a moment, parted by dots. */
function MomentFacts({ moment, now }: { moment: Moment; now: string }) {
  const { dateTime, date, fromNow } = useSpeech()
  const { when, state } = moment
  const exact = when?.includes('T')
  const facts = [
    when ? <time dateTime={when}>{exact ? dateTime(when) : date(when)}</time> : moment.whenWords,
    exact && when && state === 'future' && fromNow(when, now),
    moment.who,
    moment.basis && <BasisNote basis={moment.basis} />,
    state === 'past' && moment.index !== undefined && <ProofChip index={moment.index} />,
  ].filter(Boolean)
  return facts.map((fact, at) => (
    <Fragment key={at}>
      {at > 0 && '\u00a0· '}
      {fact}
    </Fragment>
  ))
}

/** The story of a case: what has happened is solid, what the law still brings is hollow, and now stands between. */
export function Timeline({ moments, now }: { moments: readonly Moment[]; now: string }) {
  const { say, dateTime } = useSpeech()
  const next = moments.findIndex((moment) => moment.state === 'future')
  const nowAt = next === -1 ? moments.length : next
  const nowMark = (
    <li className="moment" data-state="now" key="now">
      <p className="moment-what">
        {say('timeline.now')} <time dateTime={now}>{dateTime(now)}</time>
      </p>
    </li>
  )
  return (
    <ol className="timeline">
      {moments.map((moment, at) => (
        <Fragment key={moment.id}>
          {at === nowAt && nowMark}
          <li className="moment" data-state={moment.state}>
            <p className="moment-what">
              {moment.what}
              {moment.state === 'future' && <span className="unseen"> ({say('timeline.future')})</span>}
            </p>
            <p className="moment-facts">
              <MomentFacts moment={moment} now={now} />
            </p>
            {moment.note && <div className="note">{moment.note}</div>}
          </li>
        </Fragment>
      ))}
      {nowAt === moments.length && nowMark}
    </ol>
  )
}

/** A moment that decides: first the date with its zone, then how long it is, then whose clock said so. */
export function Countdown({ until, now }: { until: string; now: string }) {
  const { say, moment, fromNow, recordTime } = useSpeech()
  return (
    <div className="countdown" role="timer" data-until={until} data-now={now}>
      <p className="note">{say('domain.moment.deadline')}</p>
      <p className="countdown-until">
        <time dateTime={until}>{moment(until)}</time>
      </p>
      <p className="countdown-left">{fromNow(until, now)}</p>
      <p className="note">{say('countdown.server', { time: recordTime(now) })}</p>
    </div>
  )
}

/** Where the reader is in a row of steps; every step keeps its name. */
export function Steps({ steps, current }: { steps: readonly string[]; current: number }) {
  const { say } = useSpeech()
  return (
    <ol className="steps" aria-label={say('steps.name')}>
      {steps.map((step, at) => (
        <li
          key={step}
          aria-current={at === current ? 'step' : undefined}
          data-state={at < current ? 'past' : undefined}
        >
          {step}
        </li>
      ))}
    </ol>
  )
}

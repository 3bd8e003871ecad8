// The frame of one page: title, way back, a sentence about the state, main column and a rail of facts.
import type { ReactNode } from 'react'
import { useSpeech } from '../speech.tsx'
import type { Tone } from './chip.tsx'
import { Go } from './go.tsx'

/** One step of the way here; the address without the language. */
export interface Step {
  readonly to: string
  readonly text: string
}

/** Way back to the home page; the page itself is not in it. */
export function Breadcrumbs({ trail }: { trail: readonly Step[] }) {
  const { say } = useSpeech()
  return (
    <nav className="breadcrumbs" aria-label={say('page.way')}>
      <ol>
        {[{ to: '/', text: say('page.home') }, ...trail].map((step) => (
          <li key={step.to}>
            <Go to={step.to}>{step.text}</Go>
          </li>
        ))}
      </ol>
    </nav>
  )
}

/**
 * A page. `title` is the one h1 and the document's title; `heading` replaces what the h1 shows when it is longer than a title may be.
 * `wrong` puts “Error:” before the document's title. `rail` holds the few facts that decide; it stands to the right, and on a phone before the rest.
 */
export function Page(props: {
  title: string
  heading?: ReactNode
  above?: string
  lead?: ReactNode
  wrong?: boolean
  trail?: readonly Step[]
  /** The state of the thing in a sentence, before everything else. */
  state?: ReactNode
  rail?: ReactNode
  wide?: boolean
  children: ReactNode
}) {
  const { say } = useSpeech()
  const title = props.wrong ? say('page.wrongTitle', { title: props.title }) : props.title
  return (
    <div className="page" data-wide={props.wide ? '' : undefined}>
      <title>{`${title} · ${say('site.name')}`}</title>
      {props.trail && <Breadcrumbs trail={props.trail} />}
      <main id="main" tabIndex={-1}>
        <header className="page-head">
          {props.above && <p className="above">{props.above}</p>}
          <h1>{props.heading ?? props.title}</h1>
          {props.lead && <div className="lead">{props.lead}</div>}
        </header>
        {props.state && <div className="page-state">{props.state}</div>}
        {props.rail ? (
          <div className="with-rail">
            <aside className="rail" aria-label={say('page.facts')}>
              {props.rail}
            </aside>
            <div className="column">{props.children}</div>
          </div>
        ) : (
          <div className="column">{props.children}</div>
        )}
      </main>
    </div>
  )
}

/** The state of a thing in one sentence, first on its page; what it means for the reader stands inside. */
export function StateBanner({ tone = 'info', word, children }: { tone?: Tone; word: string; children?: ReactNode }) {
  return (
    <div className="state" data-tone={tone}>
      <p className="state-word">{word}</p>
      {children && <div className="state-meaning">{children}</div>}
    </div>
  )
}

/** Something the reader has to know now. `live` announces it when it appears without a new page. */
export function Banner({
  tone = 'info',
  title,
  live,
  children,
}: {
  tone?: Tone
  title: string
  live?: boolean
  children?: ReactNode
}) {
  return (
    <section className="banner" data-tone={tone} role={live ? (tone === 'danger' ? 'alert' : 'status') : undefined}>
      <p className="banner-title">{title}</p>
      {children}
    </section>
  )
}

/** A part of a page with its heading; `id` makes it an address. */
export function Section({
  id,
  title,
  aside,
  children,
}: {
  id?: string
  title: string
  aside?: ReactNode
  children: ReactNode
}) {
  return (
    <section className="section" id={id} aria-labelledby={id && `${id}-title`}>
      <div className="section-head">
        <h2 id={id && `${id}-title`}>{title}</h2>
        {aside}
      </div>
      {children}
    </section>
  )
}

/** What stands where a list would be: why it is empty, and what to do next. */
export function Empty({ title, children }: { title: string; children?: ReactNode }) {
  return (
    <div className="empty">
      <p className="empty-title">{title}</p>
      {children}
    </div>
  )
}

/** After an act: what was done, its reference, and what happens next inside. The page stays at its address. */
export function Confirmation({
  title,
  referenceName,
  reference,
  children,
}: {
  title: ReactNode
  referenceName: string
  reference: string
  children?: ReactNode
}) {
  return (
    <>
      <div className="confirmation">
        <p className="confirmation-title">{title}</p>
        <p>
          {referenceName}
          <br />
          <strong className="reference">{reference}</strong>
        </p>
      </div>
      {children}
    </>
  )
}

/** At the foot of a printed page: the case, the address, the place in the log and the time of printing. */
export function PrintFoot({
  caseNumber,
  address,
  index,
  now,
}: {
  caseNumber: string
  address: string
  index?: number
  now: string
}) {
  const { say, number, moment } = useSpeech()
  return (
    <footer className="print-foot">
      {say('print.foot', { case: caseNumber, when: moment(now) })}
      {index !== undefined && ` · ${say('proof.recorded', { n: number(index) })}`}
      <br />
      {address}
    </footer>
  )
}

// State in one word, and the small marks that stand beside acts: recorded in the log, governed by an article.
import type { ReactNode } from 'react'
import { useSpeech } from '../speech.tsx'
import { Go } from './go.tsx'

/** Colour repeats what the word says; it never says more. */
export type Tone = 'neutral' | 'info' | 'success' | 'warn' | 'danger'

/** A state: its word, and on hover what it means. The meaning must also stand in text on the page of the thing itself. */
export function StatusChip({ tone = 'neutral', word, meaning }: { tone?: Tone; word: string; meaning?: string }) {
  return (
    <span className="chip" data-tone={tone} title={meaning}>
      {word}
    </span>
  )
}

/**
 * “recorded · № 48 213”: the place of a fact in the public log; leads to its proof. Without an index the fact waits for one. `short` says
 * the number alone, for the end of a row of facts.
 */
export function ProofChip({ index, to, short }: { index: number | undefined; to?: string; short?: boolean }) {
  const { say, number } = useSpeech()
  if (index === undefined) return <span className="proof">{say('proof.waiting')}</span>
  const words = short ? `№ ${number(index)}` : say('proof.recorded', { n: number(index) })
  return (
    <Go className="proof" to={to ?? `/log/${index}`} title={say('proof.meaning')}>
      {words}
    </Go>
  )
}

/** Where a rule comes from: an article as it was read, or an assumption that says so. */
export type Basis = { readonly law: string } | { readonly assumed: string; readonly from: string }

export function BasisNote({ basis }: { basis: Basis | undefined }) {
  const { say, has } = useSpeech()
  if (!basis) return null
  const text = 'law' in basis ? basis.law : basis.assumed
  const words = has(`pack.basis.${text}`) ? say(`pack.basis.${text}`) : text
  if ('law' in basis) return <span className="basis">{words}</span>
  return (
    <span className="basis" data-assumed="" title={words}>
      {say('basis.assumed')}
    </span>
  )
}

/** A word in full strength followed by its plain meaning. */
export function Term({ word, children }: { word: string; children: ReactNode }) {
  return (
    <>
      <dfn>{word}</dfn> <span className="quiet">{children}</span>
    </>
  )
}

// δ of a notice: that of the terms, or longer by a prolongation that the log carries, exactly as far as the bids need it.
import type { NoticeObject } from '@naru/domain/tender/facts.ts'
import { BadForm } from '@naru/log/encoding.ts'
import { rootAt } from '@naru/log/merkle.ts'
import { openWitnessed, parsePolicy } from '@naru/log/policy.ts'
import { equalBytes } from '@naru/sealing/bytes.ts'
import type { SealedEntry } from '@naru/sealing/closing.ts'
import { neededDelta, sightOf } from '@naru/sealing/in-time.ts'
import { all, type Told } from './case.ts'
import type { CheckedLog } from './check-log.ts'
import type { Findings } from './finding.ts'

/** Checks the δ of one notice against the terms (ms) and, where it was prolonged, against what its fact says. */
export function checkDelta(findings: Findings, at: string, fact: Told, notice: NoticeObject, usual: number): void {
  if (fact.type !== 'DeltaProlonged') {
    if (notice.delta !== usual) findings.add('noticeRules', at, { what: 'delta' })
    return
  }
  const { before, delta } = fact.body.prolongation
  if (before !== usual || delta !== notice.delta || delta <= usual) findings.add('noticeRules', at, { what: 'delta' })
}

/**
 * Checks the prolongation of a round, where there is one, against its bids and their tokens: it is exact, its checkpoint is the log's own with the
 * quorum of the policy, and its ground is what that checkpoint shows. Tells of bids whose time stands on the operator's word.
 */
export function checkProlonged(
  findings: Findings,
  log: CheckedLog,
  policy: string | null,
  facts: readonly Told[],
  round: number,
  entries: readonly SealedEntry[],
): void {
  const prolonged = all(facts, 'DeltaProlonged').findLast((each) => each.body.notice.round === round)
  if (!prolonged) return
  const at = `objects/${prolonged.index}.json`
  const { before, delta, ground, witnessed } = prolonged.body.prolongation
  const { T } = prolonged.body.notice
  if (neededDelta(entries, { T, delta: before }) !== delta) findings.add('noticeRules', at, { what: 'prolongation' })
  if (witnessed && !isOfLog(log, policy, witnessed)) findings.add('noticeRules', at, { what: 'witnessed' })
  const promised = entries.flatMap(({ index, promiseTime, tokenTime }) =>
    promiseTime <= T && tokenTime !== null ? [{ index, tokenTime }] : [],
  )
  const onWord = promised.filter((each) => sightOf(each, { T, delta: before, prolonged: delta }, witnessed) === 'word')
  if ((ground === 'operators-word') !== onWord.length > 0) findings.add('noticeRules', at, { what: 'ground' })
  for (const { index } of onWord) findings.add('timeOnWord', `index ${index}`)
}

/** Whether a note is a checkpoint of this log at this size, cosigned by the quorum at this time. */
function isOfLog(
  log: CheckedLog,
  policy: string | null,
  { size, time, note }: { size: number; time: number; note: string },
): boolean {
  if (!policy || size > log.checkpoint.size) return false
  try {
    const opened = openWitnessed(note, parsePolicy(policy))
    const same = equalBytes(opened.checkpoint.root, rootAt(log.read, size))
    return (
      same &&
      opened.checkpoint.size === size &&
      opened.time === time &&
      opened.checkpoint.origin === log.checkpoint.origin
    )
  } catch (error) {
    if (error instanceof BadForm) return false
    throw error
  }
}

// δ of a notice: that of the terms, or longer by a prolongation that the log carries, and then for no bid that the rule does not bear out.
import type { NoticeObject } from '@naru/domain/tender/facts.ts'
import type { Told } from './case.ts'
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

// Who came to an opening and when: no share left before enough holders of both groups were together in one window, and each had seen the report of attempts.
import { demand } from '@naru/domain/terms.ts'
import { endOfPeriod } from '@naru/domain/time.ts'
import { toBase64 } from '@naru/sealing/bytes.ts'
import { commitmentOf } from '@naru/sealing/commitment.ts'
import type { Descriptor } from '@naru/sealing/descriptor.ts'
import { all, find, type Told } from './case.ts'
import type { Findings } from './finding.ts'

interface Session {
  readonly session: number
  readonly ends: string
  readonly present: Set<number>
}

/** Checks the sessions of one round. A tender whose terms know no window was published before there were any, and is told elsewhere. */
export function checkAttendance(findings: Findings, facts: readonly Told[], descriptor: Descriptor): void {
  const { round } = descriptor
  const terms = find(facts, 'TenderPublished')?.body.terms
  const window = terms?.openingWindow && demand(terms.openingWindow)
  if (!terms || !window) return
  const groupOf = new Map(descriptor.groups.flatMap((group) => group.o.map(([i]) => [i, group.name] as const)))
  const closed = find(facts, 'TenderClosed', (each) => each.body.round === round)
  let session = null as Session | null
  const wrong = (fact: Told, what: string) => findings.add('attendanceMismatch', `facts.jsonl:${fact.index}`, { what })
  for (const fact of facts) {
    // Prices of two-envelope tenders are opened in a session of their own.
    if (fact.type === 'TechnicalOpened' && fact.body.round === round) session = null
    if (fact.type === 'OpeningAttended' && fact.body.round === round) {
      const { i, report, shown } = fact.body
      const group = groupOf.get(i)
      if (!group || !closed || fact.index < closed.index) wrong(fact, 'who')
      if (toBase64(commitmentOf('attempt-report', report)) !== shown) wrong(fact, 'hash')
      if (report.tender !== descriptor.tender || report.round !== round) wrong(fact, 'report')
      if (session?.session === fact.body.session) {
        if (fact.at > session.ends || session.present.has(i)) wrong(fact, 'session')
        session.present.add(i)
      } else {
        // The buyer's own begin, and only once the window before has ended.
        if (group !== 'agency' || (session && fact.at <= session.ends)) wrong(fact, 'begun')
        const ends = endOfPeriod(fact.at, window, terms.calendar)
        session = { session: fact.body.session, ends, present: new Set([i]) }
      }
      findings.count('attendances')
    }
    if ((fact.type === 'SharesPosted' || fact.type === 'TechnicalSharesPosted') && fact.body.round === round) {
      const i = postedBy(fact.body)
      const together: boolean =
        session !== null &&
        fact.at <= session.ends &&
        session.present.has(i) &&
        descriptor.groups.every(({ k, o }) => o.filter(([each]) => (session as Session).present.has(each)).length >= k)
      if (!together) wrong(fact, 'together')
    }
  }
  checkReports(findings, facts, round)
}

/** Technical shares are public without their batch until the award: then only who posted is told. */
const postedBy = (body: unknown): number => {
  const { i, batch } = body as { i?: number; batch?: { i: number } }
  return batch?.i ?? i ?? -1
}

/** What was reported before the opening is still in its record: no attempt is taken back, none becomes rarer. */
function checkReports(findings: Findings, facts: readonly Told[], round: number): void {
  const opening = find(facts, 'OpeningRecorded', (each) => each.body.round === round)
  const last = all(facts, 'OpeningAttended').findLast(
    (each) => each.body.round === round && each.index < (opening?.index ?? Number.POSITIVE_INFINITY),
  )
  if (!opening || !last) return
  const counts = (lines: readonly { kind: string; count: number }[]): Map<string, number> => {
    const found = new Map<string, number>()
    for (const { kind, count } of lines) found.set(kind, (found.get(kind) ?? 0) + count)
    return found
  }
  const recorded = counts(opening.body.attempts ?? [])
  // What was changed in the store may have been mended before the opening.
  for (const [kind, count] of counts(last.body.report.lines))
    if (!kind.startsWith('bid-changed') && !kind.startsWith('bid-missing') && (recorded.get(kind) ?? 0) < count)
      findings.add('attendanceMismatch', `objects/${opening.index}.json`, { what: kind })
}

// Deadlines that an outage moved: from the signed findings of probes to the outage, and by the rule from the outage to the deadline.
import { packs } from '@naru/countries/packs.ts'
import type { SignedFinding } from '@naru/domain/log/facts.ts'
import { agreedOutages, moveByOutage } from '@naru/domain/outage.ts'
import { resolve } from '@naru/domain/pack.ts'
import { addMilliseconds, dayOf, fromMilliseconds } from '@naru/domain/time.ts'
import { fromBase64 } from '@naru/sealing/bytes.ts'
import { canonicalText } from '@naru/sealing/jcs.ts'
import { findingHolds } from '@naru/sealing/outage-finding.ts'
import type { Bundle } from './bundle.ts'
import { all, find, noticesOf, type Told } from './case.ts'
import type { InForce, TrustBook } from './check-trust.ts'
import type { Findings } from './finding.ts'

interface Recorded {
  readonly outage: string
  readonly from: string
  readonly until: string
  readonly findings: readonly SignedFinding[]
}

/** Checks every deadline of the tender that was moved by an outage. */
export function checkOutages(
  findings: Findings,
  bundle: Pick<Bundle, 'facts' | 'country' | 'mode'>,
  facts: readonly Told[],
  trusted: TrustBook,
): void {
  const terms = find(facts, 'TenderPublished')?.body.terms
  if (!terms) return
  for (const moved of all(facts, 'DeadlineMovedByOutage')) {
    const at = `objects/${moved.index}.json`
    const { content, outage, notice } = moved.body
    const line = bundle.facts.find(
      (each) => each.fact?.type === 'OutageRecorded' && (each.fact.body as Recorded).outage === outage.id,
    )
    if (!line?.fact || !line.whole || line.index >= moved.index) {
      findings.add('outageMissing', at)
      continue
    }
    const say = (what: string): void => findings.add('outageMismatch', at, { what })
    const recorded = line.fact.body as Recorded
    checkRecorded(recorded, trusted.at(line.index), say)
    const { from, until } = recorded
    if (outage.from !== from || outage.until !== until || outage.noticed !== line.fact.at) say('outage')
    if (
      all(facts, 'DeadlineMovedByOutage').some((each) => each.index < moved.index && each.body.outage.id === outage.id)
    )
      say('twice')
    // What stood before is the newest notice of the round below it, and nothing but the deadline changes.
    const before = noticesOf(facts, notice.round).findLast((each) => each.index < moved.index)
    const stood = before && fromMilliseconds(before.notice.T)
    if (!before || stood !== outage.before) say('before')
    const told = before && 'content' in before.fact.body ? before.fact.body.content : null
    if (told && canonicalText({ ...told, deadline: '' }) !== canonicalText({ ...content, deadline: '' })) say('content')

    const law = ruleOf(bundle, outage.noticed, terms.calendar.zone)
    const rule = outage.rule ?? law
    if (!rule || (outage.rule && law && canonicalText(outage.rule) !== canonicalText(law)))
      findings.add('lawDiffers', at, { method: 'outage', day: dayOf(outage.noticed, terms.calendar.zone) })
    if (!rule) continue
    const planned = { deadline: outage.before, opening: addMilliseconds(outage.before, terms.delta) }
    const due = moveByOutage(rule, { from, until, noticed: outage.noticed }, planned, terms.calendar)
    if (!due) say('untouched')
    else if (due.deadline !== content.deadline) say(`deadline ${due.deadline}`)
    else if (due.opening !== outage.opening || due.ground !== outage.ground) say('opening')
    else findings.count('outages')
  }
}

const ruleOf = (bundle: Pick<Bundle, 'country' | 'mode'>, noticed: string, zone: string) => {
  const pack = packs[bundle.country as keyof typeof packs]
  return pack ? resolve(pack.outage, dayOf(noticed, zone), bundle.mode as 'sandbox' | 'live').value : null
}

/** At least two operators' listed probes signed that the path was down, and the span is the one in which they agree. */
function checkRecorded(
  { from, until, findings }: Recorded,
  inForce: InForce | null,
  say: (what: string) => void,
): void {
  const probes = new Map((inForce?.list.probes ?? []).map((each) => [each.name, each]))
  const good = findings.filter(({ operator, finding, signature }) => {
    const probe = probes.get(finding.probe)
    const holds =
      probe?.operator === operator &&
      finding.state === 'down' &&
      findingHolds(finding, signature, fromBase64(probe.key))
    if (!holds) say(`finding of ${finding.probe}`)
    return holds
  })
  const spans = agreedOutages(
    good.map(({ operator, finding }) => ({ operator, from: finding.from, until: finding.until })),
  )
  if (!spans.some((each) => fromMilliseconds(each.from) === from && fromMilliseconds(each.until) === until)) say('span')
}

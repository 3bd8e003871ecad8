// The rehearsal before the notice: each round has its probe, every holder opened it, and the shares make the whole probe again.
import { type Descriptor, recipientsOf } from '@naru/sealing/descriptor.ts'
import { Malformed } from '@naru/sealing/malformed.ts'
import { parseProbe, probeFault } from '@naru/sealing/probe.ts'
import { all, fixedKeyOf, type Told } from './case.ts'
import type { Findings } from './finding.ts'

/**
 * Checks the rehearsal of one round below its notice. A tender that knows no rehearsal at all is told, since there were tenders before there
 * were rehearsals; one that has begun must be whole.
 */
export function checkRehearsal(
  findings: Findings,
  facts: readonly Told[],
  descriptor: Descriptor,
  notice: number,
): void {
  const { round } = descriptor
  const at = `rounds/${round}`
  const fixed = fixedKeyOf(facts, round)?.index ?? -1
  const probes = all(facts, 'RehearsalSealed').filter((each) => each.index > fixed && each.index < notice)
  if (all(facts, 'RehearsalSealed').length === 0) return findings.add('notRehearsed', at)
  const ofRound = probes.filter((each) => each.body.round === round)
  const [sealed] = ofRound
  if (!sealed || ofRound.length !== 1) return findings.add('rehearsalMismatch', at, { what: 'probe' })
  // What a holder answered last counts.
  const shares = new Map<number, string>()
  for (const { body, index } of all(facts, 'RehearsalAnswered')) {
    const share =
      index > sealed.index && index < notice ? body.shares.find(([e]) => e === sealed.body.e)?.[1] : undefined
    if (share !== undefined) shares.set(body.i, share)
  }
  try {
    const recipients = recipientsOf(descriptor)
    const fault = probeFault(descriptor, recipients, parseProbe(sealed.body), shares)
    if (fault) findings.add('rehearsalMismatch', at, { what: fault })
    findings.count('probes')
  } catch (error) {
    if (!(error instanceof Malformed)) throw error
    findings.add('rehearsalMismatch', at, { what: error.message })
  }
}

// Official acts and the passkeys that confirmed them (protocol §5): whose key it was, that it signed exactly this act, and that no answer counts twice.
import type { Confirmation } from '@naru/domain/confirmation.ts'
import { checkAssertion, counterFollows, readAssertion } from '@naru/sealing/assertion.ts'
import { equalBytes, fromBase64, toBase64 } from '@naru/sealing/bytes.ts'
import { intentChallenge, makeIntent } from '@naru/sealing/intent.ts'
import { canonicalText } from '@naru/sealing/jcs.ts'
import { Malformed } from '@naru/sealing/malformed.ts'
import { type RelyingParty, relyingPartyOf } from '@naru/sealing/relying-party.ts'
import { Untrusted } from '@naru/sealing/signatures/certificate.ts'
import type { Bundle, FactLine } from './bundle.ts'
import type { CheckedLog } from './check-log.ts'
import type { Findings } from './finding.ts'

/** Public facts that a person of a live deployment makes only with a passkey; a delegated credential was confirmed when it was delegated. */
const confirmedInLive: ReadonlySet<string> = new Set([
  'KeyRecordDeposited',
  'SaltSealed',
  'TenderPublished',
  'TenderAmended',
  'TenderCancelled',
  'OpeningAttended',
  'SharesPosted',
  'TechnicalSharesPosted',
  'SpareUsed',
  'KeyDestroyed',
  'HolderAbsent',
  'ReviewRecorded',
  'ExplanationJudged',
  'AwardMade',
  'DirectAwardMade',
  'AwardWithdrawn',
  'RebidStarted',
  'ContractConcluded',
])

type By = { readonly person?: string; readonly organisation?: string; readonly credential?: string }

/** Checks every confirmation of a bundle, and in live mode that none is missing. */
export function checkConfirmations(
  findings: Findings,
  bundle: Pick<Bundle, 'facts' | 'publication' | 'mode'>,
  log: CheckedLog,
): void {
  const party = relyingPartyOf(bundle.publication.site, bundle.mode === 'sandbox')
  const lines = new Map(bundle.facts.map((line) => [placeOf(line), line]))
  const seen = { challenges: new Set<string>(), counters: new Map<string, number>() }
  const confirmed = new Set<string>()
  for (const line of bundle.facts) {
    if (line.fact?.type !== 'ActConfirmed') continue
    const at = `facts.jsonl:${placeOf(line)}`
    findings.count('confirmations')
    const body = line.fact.body as Confirmation
    for (const each of body.facts) confirmed.add(placeOf(each))
    const wrong = wrongWith(line, body, { party, lines, log, seen, all: bundle.facts })
    if (wrong !== null) findings.add('confirmationMismatch', at, { reason: wrong })
  }
  if (bundle.mode !== 'live') return
  for (const line of bundle.facts) {
    const { person, credential } = (line.fact?.by ?? {}) as By
    if (!line.fact || !person || credential || !confirmedInLive.has(line.fact.type)) continue
    if (!confirmed.has(placeOf(line)))
      findings.add('confirmationMissing', `facts.jsonl:${placeOf(line)}`, { type: line.fact.type })
  }
}

const placeOf = ({ stream, seq }: { readonly stream: string; readonly seq: number }): string => `${stream}#${seq}`

interface Around {
  readonly party: RelyingParty | null
  readonly lines: ReadonlyMap<string, FactLine>
  readonly all: readonly FactLine[]
  readonly log: CheckedLog
  readonly seen: { readonly challenges: Set<string>; readonly counters: Map<string, number> }
}

/** What is wrong with a confirmation, in a word or two; null where it holds. */
function wrongWith(line: FactLine, body: Confirmation, around: Around): string | null {
  const { intent, passkey, opened } = body
  const by = line.fact?.by as By
  if (!around.party) return 'site'
  if (!line.whole) return 'shown'
  if (by.credential || by.person !== intent.actor.person || by.organisation !== intent.actor.organisation)
    return 'actor'
  if (intent.tender !== line.fact?.caseId || intent.action !== body.act) return 'act'
  const made = body.facts.map((each) => around.lines.get(placeOf(each)))
  for (const [n, each] of made.entries()) {
    if (!each || each.hash !== body.facts[n]?.hash || each.index >= line.index) return 'facts'
    const theirs = each.fact?.by as By | undefined
    if (theirs?.person !== by.person || theirs?.organisation !== by.organisation) return 'facts'
  }
  const last = body.facts.findLast((each) => each.stream === line.stream)
  if (last?.seq !== line.seq - 1) return 'facts'
  const commitments = made.flatMap((each) => {
    const entry = each && around.log.entry(each.index)
    return entry ? [toBase64(entry.commitment)] : []
  })
  if (!intent.target.every((each) => commitments.includes(each))) return 'target'
  // A person cannot have seen what was not there yet.
  const first = body.facts[0]
  if (around.all.some((each) => each.stream === first?.stream && each.seq >= first.seq && each.hash === intent.head))
    return 'head'
  try {
    if (opened) {
      const { tender, actor, role, action, head } = intent
      const own = makeIntent({ tender, actor, role, action, head, input: opened.input, salt: fromBase64(opened.salt) })
      if (canonicalText(own) !== canonicalText(intent)) return 'params'
    }
    const publicKey = fromBase64(passkey.publicKey)
    if (!wasOnRecord(line, body, around.all)) return 'key'
    const challenge = intentChallenge(intent)
    const checked = checkAssertion(readAssertion(passkey), {
      challenge,
      publicKey,
      rpId: around.party.id,
      origins: around.party.origins,
    })
    if (around.seen.challenges.has(toBase64(challenge))) return 'replay'
    around.seen.challenges.add(toBase64(challenge))
    const before = around.seen.counters.get(passkey.id) ?? 0
    around.seen.counters.set(passkey.id, checked.counter)
    return counterFollows(before, checked.counter) ? null : 'counter'
  } catch (error) {
    if (error instanceof Untrusted) return error.code
    if (error instanceof Malformed) return error.path
    throw error
  }
}

/** Whether the key was put on record for this person and organisation before, and not withdrawn since. */
function wasOnRecord(line: FactLine, { intent, passkey }: Confirmation, all: readonly FactLine[]): boolean {
  const stream = `organisation:${intent.actor.organisation}`
  let known = false
  for (const each of all) {
    if (each.stream !== stream || each.index >= line.index || !each.fact) continue
    const { type, body } = each.fact
    const { person, passkey: id, publicKey } = body as { person?: string; passkey?: string; publicKey?: string }
    if (id !== passkey.id || person !== intent.actor.person) continue
    if (type === 'PasskeyWithdrawn') known = false
    if (type === 'PasskeyRecorded')
      known = equalBytes(fromBase64(publicKey ?? ''), fromBase64(passkey.publicKey)) && each.whole
  }
  return known
}

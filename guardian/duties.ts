// One round of a guardian's work: it deposits keys where a tender names it, proves that they open, seals salts, posts its shares when all checks pass, destroys keys.
import { randomBytes } from 'node:crypto'
import type { Policy } from '@naru/log/policy.ts'
import { sealDrawSalt } from '@naru/sealing/bid.ts'
import { commitmentOf } from '@naru/sealing/commitment.ts'
import { fromBase64, toBase64 } from '@naru/sealing/bytes.ts'
import {
  type Descriptor,
  descriptorHash,
  type KeyRecord,
  parseDescriptor,
  recipientsOf,
} from '@naru/sealing/descriptor.ts'
import { agreementWith, type Batch, makeBatch } from '@naru/sealing/opening.ts'
import { platformCurve } from '@naru/sealing/platform.ts'
import { answerProbe, parseProbe, type ProbeAnswer } from '@naru/sealing/probe.ts'
import type { Journal } from './journal.ts'
import { type Box, indexesRead, judge, type Pinned } from './judge.ts'
import type { Keys } from './keys.ts'
import type { Portal } from './portal.ts'

/** How many rounds a holder deposits keys for (protocol §2.3). */
const rounds = [1, 2, 3]

/** A sandbox's fault: how a guardian may be bad. Times in ms. */
export type Fault =
  | { readonly kind: 'none' | 'down' | 'lie' }
  | { readonly kind: 'late' | 'clock'; readonly ms: number }

/** Everything one guardian works with. */
export interface Guardian {
  readonly keys: Keys
  readonly journal: Journal
  readonly portal: Portal
  readonly policy: Policy
  readonly pinned: Pinned
  readonly now: () => Promise<number | null>
  /** An offline spare posts nothing unless it was released for this round, with a reason. */
  readonly spare: boolean
  readonly releaseOf: (tender: string, round: number) => string | null
  /** How long a key is kept after the portal first said that its tender ended, ms: a false word is noticed before it costs a tender. */
  readonly keepFor: number
  readonly fault: () => Fault
}

/** What a guardian reads of a tender's state. */
interface TenderSeen {
  readonly stage: string
  readonly holders: readonly {
    readonly name: string
    readonly holders: readonly { readonly i: number; readonly person: string }[]
  }[]
  readonly parties: { readonly procuringEntity: string }
  readonly tenderKeys: readonly { readonly round: number; readonly tenderKey: unknown }[]
  readonly rounds: readonly { readonly round: number }[]
  readonly rehearsal?: { readonly answered: readonly { readonly i: number }[] }
}

/** Does what is due once; answers how many acts were done. A fault of one case does not keep the others waiting. */
export async function work(guardian: Guardian): Promise<number> {
  const { journal, portal } = guardian
  if (guardian.fault().kind === 'down') return 0
  const now = await guardian.now()
  if (now === null) return 0
  const { person, organisation, cases } = await portal.duties()
  let done = 0
  for (const { case: tender, due } of cases) {
    const say = (did: string, more: { round?: number; why?: string } = {}) =>
      journal.write({ at: new Date(now).toISOString(), did, tender, ...more })
    try {
      const { tender: seen } = (await portal.read(`/api/cases/${tender}`)) as { tender: TenderSeen }
      const group = seen.holders.find((each) => each.holders.some((holder) => holder.person === person))
      const i = group?.holders.find((holder) => holder.person === person)?.i
      if (!group || i === undefined) continue
      keepDescriptors(guardian, tender, i, seen)
      if (due.includes('deposit-keys')) {
        if (group.name !== 'guardians' || seen.parties.procuringEntity === organisation)
          say('refused', { why: 'not-a-guardian' })
        else if (await deposit(guardian, tender, person, i, say)) done += 1
      } else if (due.includes('rehearse-opening')) {
        if (await rehearse(guardian, tender, i, seen, say)) done += 1
      } else if (due.includes('seal-salts')) {
        if (await sealSalts(guardian, tender, i, seen, say)) done += 1
      } else if (due.includes('attend-opening')) {
        if (await attend(guardian, tender, seen, now, say)) done += 1
      } else if (due.includes('post-shares')) {
        if (await post(guardian, tender, i, seen, now, say)) done += 1
      } else if (due.includes('destroy-key') && (await destroy(guardian, tender, seen, now, say))) done += 1
    } catch (error) {
      say('failed', { why: error instanceof Error ? error.message : String(error) })
    }
  }
  return done
}

type Say = (did: string, more?: { round?: number; why?: string }) => void

/** Keeps the descriptor of every round in which our key stands under our number; another one is never accepted afterwards. */
function keepDescriptors({ keys }: Guardian, tender: string, i: number, seen: TenderSeen): void {
  for (const { round, tenderKey } of seen.tenderKeys) {
    const place = { tender, round }
    if (keys.descriptor(place) !== null) continue
    const descriptor = parseDescriptor(tenderKey)
    if (ownNumber(keys, descriptor) === i && descriptor.tender === tender && descriptor.round === round)
      keys.keepDescriptor(place, toBase64(descriptorHash(descriptor)))
  }
}

function ownNumber(keys: Keys, descriptor: Descriptor): number | null {
  const pk = keys.publicKey({ tender: descriptor.tender, round: descriptor.round })
  return descriptor.groups.flatMap((group) => group.o).find(([, key]) => key === pk)?.[0] ?? null
}

async function deposit(
  { keys, portal }: Guardian,
  tender: string,
  person: string,
  i: number,
  say: Say,
): Promise<boolean> {
  const records = rounds.map(
    (round): KeyRecord => ({
      v: 1,
      tender,
      round,
      officer: person,
      group: 'guardians',
      i,
      pk: keys.publicKey({ tender, round }),
      cert: null,
    }),
  )
  const why = await portal.act(tender, 'deposit-keys', { records })
  say(why ? 'failed' : 'deposited-keys', why ? { why } : {})
  return !why
}

/**
 * Opens the probe of every round before the notice. The context is computed from the descriptor in which this guardian found its own key, so
 * that nothing but a probe of that descriptor is ever opened; a probe of another one is not answered at all.
 */
async function rehearse(
  { keys, portal }: Guardian,
  tender: string,
  i: number,
  seen: TenderSeen,
  say: Say,
): Promise<boolean> {
  const { probes } = (await portal.read(`/api/cases/${tender}/rehearsal`)) as { probes: readonly unknown[] }
  const shares: ProbeAnswer[] = []
  for (const each of probes) {
    const probe = parseProbe(each)
    const place = { tender, round: probe.round }
    const tenderKey = seen.tenderKeys.find(({ round }) => round === probe.round)?.tenderKey
    const descriptor = tenderKey === undefined ? null : parseDescriptor(tenderKey)
    if (!descriptor || keys.descriptor(place) !== toBase64(descriptorHash(descriptor))) {
      say('refused', { round: probe.round, why: 'other-descriptor' })
      return false
    }
    const recipients = recipientsOf(descriptor, platformCurve)
    const answer = await keys.use(place, (secret) =>
      answerProbe(descriptor, recipients, i, probe, agreementWith(secret, platformCurve)),
    )
    if (!answer) {
      say('refused', { round: probe.round, why: 'no-key' })
      return false
    }
    shares.push(answer)
  }
  const bad = shares.some(([, share]) => share === 'bad')
  // A key that does not open is told once; after that the institution has to look.
  if (bad && seen.rehearsal?.answered.some((each) => each.i === i)) {
    say('refused', { why: 'the key does not open the probe' })
    return false
  }
  const why = await portal.act(tender, 'rehearse-opening', { shares })
  say(why ? 'failed' : 'rehearsed', why ? { why } : bad ? { why: 'the key does not open the probe' } : {})
  return !why
}

/** 32 random bytes per round, sealed to the round's holders. Nobody keeps them, not even this guardian. */
async function sealSalts(
  { portal }: Guardian,
  tender: string,
  i: number,
  seen: TenderSeen,
  say: Say,
): Promise<boolean> {
  const salts = seen.tenderKeys.map(({ round, tenderKey }) => {
    const bidderSalt = randomBytes(32)
    const recipients = recipientsOf(parseDescriptor(tenderKey), platformCurve)
    const sealed = sealDrawSalt(recipients, i, randomBytes(32), bidderSalt, randomBytes(32))
    return {
      round,
      bidderSalt: toBase64(bidderSalt),
      e: toBase64(sealed.e),
      envelope: { header: sealed.header, ciphertext: toBase64(sealed.ciphertext) },
    }
  })
  const why = await portal.act(tender, 'seal-salts', { salts })
  say(why ? 'failed' : 'sealed-salts', why ? { why } : {})
  return !why
}

/** What a guardian would open: the closed box as it was found right, with the institution's reason where the key is a spare. */
interface Found {
  readonly place: { readonly tender: string; readonly round: number }
  readonly descriptor: Descriptor
  readonly box: Box
  readonly required: Extract<ReturnType<typeof judge>, { required: unknown }>['required']
  readonly release: string | null
}

/** Reads the closed box and judges it (protocol §2.7 (1) to (7)); null where no share may leave, with the reason in the journal. */
async function findRight(
  guardian: Guardian,
  tender: string,
  seen: TenderSeen,
  now: number,
  say: Say,
): Promise<Found | null> {
  const { keys, portal, policy, pinned } = guardian
  const round = seen.rounds.at(-1)?.round ?? 0
  const place = { tender, round }
  const signedTkd = keys.descriptor(place)
  const tenderKey = seen.tenderKeys.find((each) => each.round === round)?.tenderKey
  const refuse = (why: string): null => {
    say('refused', { round, why })
    return null
  }
  if (signedTkd === null || tenderKey === undefined) return refuse('other-descriptor')
  const release = guardian.spare ? guardian.releaseOf(tender, round) : null
  if (guardian.spare && release === null) return refuse('spare-not-released')
  const descriptor = parseDescriptor(tenderKey)
  const box = (await portal.read(`/api/cases/${tender}/box?round=${round}`)) as Box
  const log = await portal.prove(indexesRead(box), policy)
  const verdict = judge({ box, descriptor, signedTkd, log, pinned, now })
  if ('code' in verdict) return refuse(verdict.index === undefined ? verdict.code : `${verdict.code} ${verdict.index}`)
  const fault = guardian.fault()
  if (fault.kind === 'late' && now < verdict.close.T + fault.ms) return refuse('late on purpose')
  return { place, descriptor, box, required: verdict.required, release }
}

/**
 * Comes to an opening that the buyer's holders have begun: once the box is right, by machine. The report of attempts is read, its hash made again here, and
 * what it says stands in the journal, where the institution's people read it.
 */
async function attend(guardian: Guardian, tender: string, seen: TenderSeen, now: number, say: Say): Promise<boolean> {
  const { portal } = guardian
  const found = await findRight(guardian, tender, seen, now, say)
  if (!found) return false
  const { round } = found.place
  const refuse = (why: string): false => {
    say('refused', { round, why })
    return false
  }
  const { report, hash } = (await portal.read(`/api/cases/${tender}/attempts`)) as {
    report: { tender: string; round: number; lines: readonly { kind: string; count: number }[] }
    hash: string
  }
  if (report.tender !== tender || report.round !== round) return refuse('report-of-another')
  if (toBase64(commitmentOf('attempt-report', report)) !== hash) return refuse('report-does-not-fit')
  const why = await portal.act(tender, 'attend-opening', { round, report: hash })
  if (why) return refuse(`attend-opening: ${why}`)
  const told = report.lines.map((line) => `${line.kind} ${line.count}`).join(', ')
  say('attended', { round, why: `acknowledged by machine, report ${hash}: ${told || 'no attempts'}` })
  return true
}

async function post(
  guardian: Guardian,
  tender: string,
  i: number,
  seen: TenderSeen,
  now: number,
  say: Say,
): Promise<boolean> {
  const { keys, portal } = guardian
  const found = await findRight(guardian, tender, seen, now, say)
  if (!found) return false
  const { place, descriptor, box, required, release } = found
  const { round } = place
  const refuse = (why: string): false => {
    say('refused', { round, why })
    return false
  }
  const recipients = recipientsOf(descriptor, platformCurve)
  const head = { tender, close: fromBase64(box.commitment), i }
  const batch = await keys.use(place, (secret) =>
    makeBatch(recipients, head, required, agreementWith(secret, platformCurve)),
  )
  if (!batch) return refuse('no-key')
  if (release !== null) {
    // Its use is a public entry, and stands in the record before its shares do.
    const why = await portal.act(tender, 'use-spare', { round, reason: release })
    if (why && !why.includes('nothingChanged')) return refuse(`use-spare: ${why}`)
    say('released-spare', { round, why: release })
  }
  const fault = guardian.fault()
  const why = await portal.act(tender, 'post-shares', { batch: fault.kind === 'lie' ? lying(batch) : batch })
  if (why) return refuse(`post-shares: ${why}`)
  say('posted-shares', { round })
  return true
}

/** A sandbox's lying guardian: shares that are none. */
const lying = (batch: Batch): Batch => ({
  ...batch,
  shares: batch.shares.map(([e]) => [e, toBase64(randomBytes(32))]),
})

/** First the key goes, then it is told: what is told is true. */
async function destroy(guardian: Guardian, tender: string, seen: TenderSeen, now: number, say: Say): Promise<boolean> {
  const { keys, portal, journal, keepFor } = guardian
  const told = journal.lines().find((line) => line.did === 'told-ended' && line.tender === tender)
  if (!told) say('told-ended', { why: seen.stage })
  if (keepFor > 0 && (!told || now < Date.parse(told.at) + keepFor)) return false
  let done = false
  const newest = seen.rounds.at(-1)?.round ?? 1
  for (const { round } of seen.tenderKeys) {
    // The keys of later rounds of a failed tender are still needed.
    if (seen.stage === 'failed' && round > newest) continue
    keys.destroy({ tender, round })
    if (await portal.act(tender, 'destroy-key', { round })) continue
    say('destroyed-key', { round })
    done = true
  }
  return done
}

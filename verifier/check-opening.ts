// The opening again: shares, roots, every bid derived anew and compared byte for byte, prices, the draw.
import type { OpenedBid } from '@naru/domain/tender/facts.ts'
import { lotOfClass } from '@naru/domain/tender/content.ts'
import { fromBase64, toBase64 } from '@naru/sealing/bytes.ts'
import type { DrawCore, PriceCore } from '@naru/sealing/core.ts'
import { type Descriptor, parseClass, recipientsOf, tabledKeys } from '@naru/sealing/descriptor.ts'
import { type DrawInput, draw, drawSeed, drawTranscript } from '@naru/sealing/draw.ts'
import { envelopeHash, parseHeader } from '@naru/sealing/envelope.ts'
import { canonicalText } from '@naru/sealing/jcs.ts'
import { Malformed } from '@naru/sealing/malformed.ts'
import {
  type Batch,
  checkBatch,
  envelopesToOpen,
  type LiveBid,
  openByRoot,
  type Opened,
  openingHash,
  openingOf,
  openRound,
  parseBatch,
  type Sealed,
  type SealedSalt,
} from '@naru/sealing/opening.ts'
import { bidderOf } from '@naru/sealing/manifest.ts'
import type { Bundle } from './bundle.ts'
import { all, find, fixedKeyOf, type Told } from './case.ts'
import type { CheckedRound } from './check-round.ts'
import type { Findings } from './finding.ts'

/** Opens the envelopes of a round; a host may give them to threads. The same results as `openRound` in the same order. */
export type Opener = (
  descriptor: Descriptor,
  required: readonly Sealed[],
  batches: readonly Batch[],
  absent: readonly number[],
) => Promise<readonly Opened[]>

/** Opens one after the other, here. */
export const openHere: Opener = async (descriptor, required, batches, absent) =>
  openRound(recipientsOf(descriptor, tabledKeys(descriptor)), required, batches, absent)

/** Checks the opening of a round, where there is one. */
export async function checkOpening(
  findings: Findings,
  bundle: Bundle,
  facts: readonly Told[],
  checked: CheckedRound,
  open: Opener,
): Promise<void> {
  const { round, descriptor, closed, eligibility, items } = checked
  const opening = find(facts, 'OpeningRecorded', (each) => each.body.round === round)
  if (!closed) return
  if (!opening) {
    if (bundle.rounds.some((each) => each.round === round)) return
    return
  }
  const at = `objects/${opening.index}.json`
  if (canonicalText(opening.body.items) !== canonicalText(items)) findings.add('openingMismatch', at, { what: 'items' })
  const stage = stageOf(facts, round)
  const required = requiredOf(findings, bundle, facts, checked, stage)
  if (!required) return
  const batches = batchesOf(findings, facts, checked, required, opening.index)
  const absent = all(facts, 'HolderAbsent')
    .filter((each) => each.body.round === round && each.index < opening.index && each.index > stage.since)
    .map((each) => each.body.i)
  checkTechnical(findings, bundle, facts, checked)
  const results = await open(descriptor, required, batches, absent)
  findings.count('envelopes', results.length)
  const withheld = required.filter((each) => each.ciphertext === null && !isPublic(each.cls)).length
  if (withheld > 0) {
    findings.add('withheld', at, { count: withheld })
    // Roots of envelopes whose ciphertext is not public yet can be recomputed, their content cannot.
    return compareRoots(findings, at, opening, results)
  }
  compareOpening(findings, at, facts, opening, checked, results, fromBase64(closed.body.commitment))
  if (eligibility && opening.index < eligibility.index) findings.add('openingMismatch', at, { what: 'order' })
  compareBids(findings, bundle, facts, opening, checked, results)
}

/** What the opening of prices opens: everything, or, behind a technical stage, salts and the prices that its evaluation passes. */
interface Stage {
  /** Index of the technical opening; -1 without one. */
  readonly since: number
  readonly opens: (index: number, cls: string) => boolean
  readonly classes: (all: readonly string[]) => readonly string[]
}

function stageOf(facts: readonly Told[], round: number): Stage {
  const technical = find(facts, 'TechnicalOpened', (each) => each.body.round === round)
  if (!technical) return { since: -1, opens: () => true, classes: (every) => every }
  const evaluation = find(facts, 'EvaluationCompleted', (each) => each.body.round === round)
  const passed = new Set(
    (evaluation?.body.items ?? []).filter((each) => each.admitted).map(({ index, cls }) => `${index} ${cls}`),
  )
  return {
    since: technical.index,
    opens: (index, cls) => passed.has(`${index} ${cls}`),
    classes: (every) => every.filter(isPublic),
  }
}

/** After the award the technical envelopes are opened again by their published roots; what was said of them at the time must hold. */
function checkTechnical(
  findings: Findings,
  bundle: Bundle,
  facts: readonly Told[],
  { round, descriptor, items }: CheckedRound,
): void {
  const technical = find(facts, 'TechnicalOpened', (each) => each.body.round === round)
  const published = find(facts, 'TechnicalOpeningPublished', (each) => each.body.round === round)
  if (!technical) return
  const at = `facts.jsonl:${technical.stream}#${technical.seq}`
  if (canonicalText(technical.body.items) !== canonicalText(items))
    findings.add('openingMismatch', at, { what: 'items' })
  if (!published) return findings.add('withheld', at, { count: technical.body.bids.length })
  const recipients = recipientsOf(descriptor)
  const { results = [] } = published.body.opening as unknown as { results?: OpeningResult[] }
  const codes = new Map<number, string | null>()
  for (const result of results) {
    const bid = bundle.bids.get(result.index)
    const place = bid?.manifest.envelopes.findIndex((each) => each.e === result.e) ?? -1
    const cls = bid?.manifest.envelopes[place]?.cls ?? ''
    const envelope = bid?.envelopes.find((each) => each.cls === cls)
    if (!bid || !envelope) {
      findings.add('envelopeMismatch', `objects/${published.index}.json`, { cls })
      continue
    }
    if (result.R === null) continue
    const { manifest, leafSalt } = bid
    const opened = openByRoot(
      recipients,
      {
        cls,
        index: bid.index,
        bc: bidderOf(manifest),
        e: result.e,
        header: envelope.header,
        ciphertext: envelope.ciphertext,
        expected: { tender: manifest.tender, bidderId: manifest.bidderId, seq: manifest.seq, numbers: null },
        ...(place === 0 && { leafSalt: fromBase64(leafSalt) }),
      },
      fromBase64(result.R),
    )
    findings.count('envelopes')
    if (opened.status !== result.status || opened.code !== result.code)
      findings.add('openingMismatch', `objects/${published.index}.json`, {
        what: cls,
        index: result.index,
        should: opened.code ?? opened.status,
      })
    codes.set(result.index, codes.get(result.index) ?? opened.code)
  }
  // A bid of which a published envelope is void was void in the technical opening; confidential ones stay out and may be why.
  for (const each of technical.body.bids)
    if (each.status === 'valid' && codes.get(each.index))
      findings.add('openingMismatch', at, { index: each.index, what: 'status' })
}

interface OpeningResult {
  readonly index: number
  readonly e: string
  readonly R: string | null
  readonly status: string
  readonly code: string | null
}

const isPublic = (cls: string): boolean => parseClass(cls).kind === 'price' || parseClass(cls).kind === 'draw'

/** The required set: salts, then the live admitted bids, with what the bundle has of them. */
function requiredOf(
  findings: Findings,
  bundle: Bundle,
  facts: readonly Told[],
  { round, descriptor, items, eligibility, notice }: CheckedRound,
  stage: Stage,
): readonly Sealed[] | null {
  const admitted = new Set(eligibility?.body.items.filter((each) => each.admitted).map((each) => each.index))
  const salts: SealedSalt[] = []
  const bids: LiveBid[] = []
  try {
    const fixed = fixedKeyOf(facts, round)?.index ?? -1
    for (const fact of all(facts, 'SaltSealed').filter((each) => each.body.round === round && each.index > fixed)) {
      const { i, bidderSalt, envelope } = fact.body
      const header = parseHeader(envelope.header)
      if (fact.body.e !== toBase64(envelopeHash(header)))
        findings.add('envelopeMismatch', `objects/${fact.index}.json`, { cls: 'draw' })
      salts.push({ i, bidderSalt, index: fact.index, header, ciphertext: fromBase64(envelope.ciphertext) })
    }
    for (const item of items) {
      const bid = bundle.bids.get(item.index)
      if (item.status !== 'live' || !admitted.has(item.index) || !bid) continue
      const { manifest, leafSalt, envelopes, index } = bid
      for (const { cls, e } of manifest.envelopes) {
        const envelope = envelopes.find((each) => each.cls === cls)
        if (!envelope || toBase64(envelopeHash(envelope.header)) !== e)
          findings.add('envelopeMismatch', `bids/${index}.json`, { cls })
        else if (envelope.ciphertext === null && isPublic(cls) && stage.opens(index, cls))
          findings.add('ciphertextMissing', `bids/${index}.json`, { cls })
      }
      if (envelopes.length !== manifest.envelopes.length)
        findings.add('envelopeMismatch', `bids/${index}.json`, { cls: 'count' })
      bids.push({ index, leafSalt, manifest, envelopes })
    }
    const classes = stage.classes(descriptor.classes)
    return envelopesToOpen(descriptor, classes, salts, bids, notice.draw?.count ?? null, stage.opens)
  } catch (error) {
    if (!(error instanceof Malformed)) throw error
    if (!findings.broken) findings.add('envelopeMismatch', `rounds/${round}.json`, { reason: error.message })
    return null
  }
}

/** The batches of shares that count: each of a key holder, for exactly the required set, after eligibility, the first of a person. */
function batchesOf(
  findings: Findings,
  facts: readonly Told[],
  { round, descriptor, closed, eligibility }: CheckedRound,
  required: readonly Sealed[],
  before: number,
): readonly Batch[] {
  const head = { tender: descriptor.tender, close: fromBase64(closed?.body.commitment ?? '') }
  const recipients = recipientsOf(descriptor)
  return all(facts, 'SharesPosted')
    .filter((each) => each.body.round === round && each.index < before)
    .flatMap((fact) => {
      const at = `objects/${fact.index}.json`
      if (!eligibility || fact.index < eligibility.index) findings.add('batchEarly', at)
      try {
        const batch = parseBatch(fact.body.batch)
        checkBatch(batch, recipients, head, required)
        findings.count('batches')
        return [batch]
      } catch (error) {
        if (!(error instanceof Malformed)) throw error
        findings.add('batchMismatch', at, { reason: error.message })
        return []
      }
    })
}

function compareRoots(
  findings: Findings,
  at: string,
  opening: Told<'OpeningRecorded'>,
  results: readonly Opened[],
): void {
  const stated = opening.body.opening as { results?: { e: string; R: string | null }[] }
  const found = new Map(results.map((each) => [each.e, each.R && toBase64(each.R)]))
  for (const { e, R } of stated.results ?? [])
    if (R !== null && found.get(e) !== R) findings.add('openingMismatch', at, { what: 'R', e })
}

function compareOpening(
  findings: Findings,
  at: string,
  facts: readonly Told[],
  opening: Told<'OpeningRecorded'>,
  { descriptor, round }: CheckedRound,
  results: readonly Opened[],
  close: Uint8Array,
): void {
  const due = openingOf(descriptor.tender, close, results)
  const stated = opening.body.opening as unknown as typeof due
  if (canonicalText(due) !== canonicalText(stated)) {
    const is = new Map((stated.results ?? []).map((each) => [each.e, canonicalText(each)]))
    const other = due.results.filter((each) => is.get(each.e) !== canonicalText(each))
    for (const each of other)
      findings.add('openingMismatch', at, { what: 'result', index: each.index, should: each.code ?? each.status })
    if (other.length === 0) findings.add('openingMismatch', at, { what: 'opening' })
  }
  for (const each of due.results)
    if (each.status === 'void') findings.add('bidVoid', `index ${each.index}`, { reason: each.code ?? '' })
  const wrong = [...new Set(results.flatMap((each) => each.wrong))].sort((a, b) => a - b)
  if (canonicalText(wrong) !== canonicalText(opening.body.wrongShares))
    findings.add('wrongSharesMismatch', at, { is: opening.body.wrongShares.join(), should: wrong.join() })
  const records = all(facts, 'KeyRecordDeposited').map((each) => each.body.record)
  for (const i of wrong)
    findings.add('wrongShare', at, {
      i,
      holder: records.find((each) => each.i === i && each.round === round)?.officer ?? '',
    })
}

/** Prices, seed and draw as they follow from what was opened. A bid's price stands only if every envelope of the bid is well formed. */
function compareBids(
  findings: Findings,
  bundle: Bundle,
  facts: readonly Told[],
  opening: Told<'OpeningRecorded'>,
  { descriptor, notice, closed, round }: CheckedRound,
  results: readonly Opened[],
): void {
  const at = `facts.jsonl:${opening.stream}#${opening.seq}`
  const lots = [...all(facts, 'TenderPublished'), ...all(facts, 'TenderAmended')]
    .filter((each) => each.index < (closed?.index ?? 0))
    .at(-1)?.body.content.lots
  const voided = new Map<number, string | null>()
  for (const each of results)
    if (each.status === 'void' && each.officer === undefined) voided.set(each.index, each.code)
  const prices = results.filter((each) => each.officer === undefined && parseClass(each.cls).kind === 'price')
  const due: OpenedBid[] = prices.map((result) => {
    const bid = bundle.bids.get(result.index)
    const core = result.core as PriceCore | null
    const code = voided.get(result.index) ?? null
    const stands = code === null && core !== null
    return {
      bid: bid?.bid ?? '',
      bidder: bid?.manifest.bidderId ?? '',
      index: result.index,
      lot: lotOfClass(result.cls, lots ?? []) ?? '',
      e: result.e,
      status: stands ? 'valid' : 'void',
      code,
      price: stands
        ? {
            currency: core.currency,
            price: core.price,
            vat: core.vat,
            items: core.items.map(({ id, unitPrice, amount }) => ({ id, unitPrice, amount })),
            picks: core.picks ? [...core.picks] : null,
          }
        : null,
    }
  })
  const stated = new Map(opening.body.bids.map((each) => [`${each.index}/${each.lot}`, canonicalText(each)]))
  for (const each of due)
    if (stated.get(`${each.index}/${each.lot}`) !== canonicalText(each))
      findings.add('openedPriceMismatch', at, { index: each.index, should: each.price?.price ?? each.code ?? '' })
  if (opening.body.bids.length !== due.length) findings.add('openedPriceMismatch', at, { what: 'count' })
  findings.count('prices', due.length)

  const salts = results
    .filter((each) => each.officer !== undefined)
    .map((each) => (each.core ? fromBase64((each.core as DrawCore).salt) : null))
  const drawn = new Map<number, DrawInput['bids'][number]>()
  for (const each of prices)
    if (!voided.has(each.index) && each.R && !drawn.has(each.index))
      drawn.set(each.index, { index: each.index, R: each.R, picks: (each.core as PriceCore).picks ?? [] })
  const { tkd } = recipientsOf(descriptor)
  const input = {
    tkd,
    closeCommitment: fromBase64(closed?.body.commitment ?? ''),
    beacon: null,
    salts,
    bids: [...drawn.values()],
  }
  if (opening.body.seed !== toBase64(drawSeed(input))) findings.add('seedMismatch', at)
  compareDraw(findings, facts, notice, opening, input, round)
}

function compareDraw(
  findings: Findings,
  facts: readonly Told[],
  notice: CheckedRound['notice'],
  opening: Told<'OpeningRecorded'>,
  input: Omit<DrawInput, 'terms'>,
  round: number,
): void {
  const made = find(facts, 'DrawMade', (each) => each.body.round === round)
  const at = made ? `objects/${made.index}.json` : `rounds/${round}`
  const wanted = notice.draw !== null && input.bids.length > 0
  if (wanted !== (made !== undefined)) return findings.add('drawMismatch', at, { what: wanted ? 'missing' : 'unknown' })
  if (!notice.draw || !made) return
  const { base, ppm, count, top, priceStep, tieRule, fillRule, meanRounding } = notice.draw
  try {
    const terms = { base: BigInt(base), ppm, count, top, priceStep: BigInt(priceStep), tieRule, fillRule, meanRounding }
    const result = draw({ ...input, terms } as DrawInput)
    const stated = opening.body.opening as unknown as Parameters<typeof openingHash>[0]
    const due = drawTranscript(made.caseId, openingHash(stated), input, result)
    if (canonicalText(due) !== canonicalText(made.body.draw)) {
      const is = made.body.draw as unknown as Record<string, unknown>
      const other = Object.entries(due).find(
        ([name, value]) => canonicalText(value) !== canonicalText(is[name] ?? null),
      )
      findings.add('drawMismatch', at, { what: other?.[0] ?? 'members' })
    }
    if (made.body.reservePrice !== result.reserve.toString())
      findings.add('drawMismatch', at, { what: 'reservePrice', should: result.reserve.toString() })
    findings.count('draws')
  } catch (error) {
    if (!(error instanceof Malformed) && !(error instanceof SyntaxError)) throw error
    findings.add('drawMismatch', at, { what: 'terms' })
  }
}

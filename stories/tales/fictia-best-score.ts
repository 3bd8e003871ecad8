// Fictia, best score: price and quality sealed apart, two evaluators who declare their interests and score unseen, 60 points for price, 40 for quality.
import assert from 'node:assert/strict'
import { createHash, createPublicKey, verify } from 'node:crypto'
import { inclusionHolds } from '@naru/log/merkle.ts'
import { attachmentLeaf, openAttachment } from '@naru/sealing/attachment.ts'
import { fromBase64 } from '@naru/sealing/bytes.ts'
import { HO } from '@naru/sealing/hash.ts'
import type { TenderState } from '@naru/domain/tender/tender.ts'
import type { Sealed } from '../bidder.ts'
import { isDone, waitFor } from '../client.ts'
import { award, contract } from '../parts/award.ts'
import { bid, offer } from '../parts/bids.ts'
import { addressOf, bidWithBreak, listedFor, madeFile } from '../parts/files.ts'
import { batchOf, bidOf, closing, opening, openingOfTechnical, rankingOf, roundOf } from '../parts/opening.ts'
import { notice, type Purchase } from '../parts/purchase.ts'
import { days, later, workdayAfter } from '../times.ts'
import type { Box } from '../wallet/duties.ts'
import type { PlannedLine, Tale, World } from '../world.ts'

export const softwareLine: PlannedLine = {
  key: 'fictia software',
  buyer: 'ministry',
  title: {
    en: 'Support of the land register',
    ru: 'Поддержка земельного реестра',
    ky: 'Жер реестрин колдоо',
    ko: '토지대장 시스템 유지보수',
  },
  category: 'services',
  classification: '80300000',
  amount: '15000000',
  budget: { code: 'B-7-1', source: 'State budget' },
}

export const softwarePurchase = (tender: string): Purchase => ({
  tender,
  buyer: 'ministry',
  method: 'fictia-open-best-score',
  ground: 'default',
  why: 'Quality of support matters as much as its price.',
  category: 'services',
  language: 'en',
  title: softwareLine.title,
  description: {
    en: 'Support and repair of the land register’s software for one year.',
    ru: 'Поддержка и исправление программы земельного реестра в течение года.',
    ky: 'Жер реестринин программасын бир жыл бою колдоо.',
    ko: '토지대장 소프트웨어를 1년간 유지보수합니다.',
  },
  lots: [
    {
      id: '1',
      title: { en: 'Support', ru: 'Поддержка', ky: 'Колдоо', ko: '유지보수' },
      line: 'fictia software',
      value: '14000000',
      items: [
        {
          id: 'year',
          description: { en: 'A year of support', ru: 'Год поддержки', ky: 'Бир жыл колдоо', ko: '1년 유지보수' },
          classification: '80300000',
          quantity: '12',
          unit: 'MON',
        },
      ],
    },
  ],
  criteria: [
    {
      id: 'method',
      title: { en: 'Method of work', ru: 'Метод работы', ky: 'Иштөө ыкмасы', ko: '수행방법' },
      points: '25',
    },
    { id: 'team', title: { en: 'Team', ru: 'Команда', ky: 'Команда', ko: '수행인력' }, points: '15' },
  ],
  delivery: { place: 'Specimen', by: '12 months', terms: 'On site and remote.' },
  payment: 'Monthly, within 20 days of the invoice.',
  openFor: 18,
  agencyHolders: 3,
})

/** Points of one evaluator for method and team, by supplier. */
type Points = Readonly<Record<string, readonly [string, string]>>

/** An evaluator's scores for the bids of those suppliers. */
export const scoresOf = (world: World, tender: string, points: Points) => ({
  scores: Object.entries(points).flatMap(([supplier, [method, team]]) =>
    Object.entries({ method, team }).map(([criterion, given]) => ({
      bid: bidOf(world, tender, supplier),
      lot: '1',
      criterion,
      points: given,
      comment: 'As described in the proposal.',
    })),
  ),
})

const first: Points = { acme: ['12', '8'], blank: ['24', '14'], dummy: ['25', '15'] }
const second: Points = { acme: ['13', '9'], blank: ['23', '14'], dummy: ['24.5', '14.5'] }

export const fictiaBestScore: Tale = {
  name: 'fictia-best-score',
  lines: [softwareLine],
  tell: async (world: World) => {
    const tender = world.id('tender', 'fictia-best-score')
    const purchase = softwarePurchase(tender)
    const published = await notice(world, purchase)
    assert.deepEqual(published.tenderKeys[0]?.tenderKey.classes.toSorted(), ['price', 'tech'])
    await world.until(later(await world.now(), days(9)))
    const monthly = (each: number, words: string) => [
      offer([['year', 12, each]], { responses: { method: words, team: 'Two people.' } }),
    ]
    const estimate = madeFile('estimate.bin', 'application/octet-stream', 2_500_000)
    const drawings = madeFile('drawings.bin', 'application/octet-stream', 1_048_544)
    await bid(world, tender, 'acme', monthly(750_000, 'We answer within a day.')) // 90,000.00, never to be known
    const { sealed, uploads } = await bidWithBreak(
      world,
      tender,
      'blank',
      monthly(833_300, 'We answer within an hour.').map((each) => ({
        ...each,
        files: [estimate],
        technicalFiles: [drawings],
      })),
    ) // 99,996.00
    await lateness(world, tender, 'blank', uploads)
    await bid(world, tender, 'dummy', monthly(1_000_000, 'We answer at once.')) // 120,000.00
    await closing(world, purchase)
    assert.deepEqual(await listedFor(world.anyone, tender), [], 'nothing of an attachment is told before the opening')
    const state = await openingOfTechnical(world, purchase)
    assert.equal(state.stage, 'opened')
    assert.equal(roundOf(state).opening, null, 'prices stay sealed while quality is scored')
    assert.equal(roundOf(state).technical?.bids.length, 3)
    const early = await batchOf(world, purchase, 'guardians', 0).then(
      () => null,
      (error: unknown) => error,
    )
    assert.ok(early, 'a wallet gives no share of a price before the evaluation')

    const evaluator = (nth: number) => world.as(world.person('ministry', 'evaluator', nth))
    const scores = (points: Points) => scoresOf(world, tender, points)
    const undeclared = await (await evaluator(0)).act(tender, 'score-bids', scores(first))
    assert.ok(!isDone(undeclared) && 'code' in undeclared && undeclared.code === 'declarationIsMissing')
    for (const nth of [0, 1])
      await (await evaluator(nth)).mustAct(tender, 'declare-conflict', { none: true, text: null })
    const much = await (await evaluator(0)).act(tender, 'score-bids', scores({ ...first, acme: ['26', '10'] }))
    assert.ok(!isDone(much) && 'code' in much && much.code === 'scoreIsOutOfRange')
    await (await evaluator(0)).mustAct(tender, 'score-bids', scores(first))
    const other = (await (await evaluator(1)).view(tender)).tender
    assert.equal(other.scores.length, 0, 'the second evaluator does not see the first one’s points')
    await world.until(workdayAfter(await world.now(), 1, '10:00', world.zone))
    await (await evaluator(1)).mustAct(tender, 'score-bids', scores(second))

    // Quality: acme (20 + 22) / 2 = 21, below 24; blank (38 + 37) / 2 = 37.5, dummy (40 + 39) / 2 = 39.5
    const evaluated = await waitFor(async () => {
      const { tender: now } = await world.anyone.view(tender)
      return now.quality ? now : undefined
    }, 'the evaluation')
    assert.deepEqual(
      roundOf(evaluated).technical?.passed?.map((each) => [each.cls, each.admitted, each.reason]),
      [
        ['price', false, 'below-minimum'],
        ['price', true, 'passed'],
        ['price', true, 'passed'],
      ],
    )
    await withheld(world, purchase, evaluated)
    const priced = await opening(world, purchase)
    assert.deepEqual(
      roundOf(priced).opening?.bids.map((each) => each.bid),
      [bidOf(world, tender, 'blank'), bidOf(world, tender, 'dummy')],
      'the price of the bid that failed is not opened',
    )
    await attachments(world, tender, sealed, { estimate, drawings })
    // Price: blank 60; dummy 60 × 99,996 / 120,000 = 49.998 → 50.00
    const { lines, winner } = rankingOf((await world.anyone.view(tender)).tender, '1')
    assert.deepEqual(
      lines.map(({ bid: id, rank, numbers }) => [id, rank, numbers.pricePoints, numbers.qualityPoints, numbers.total]),
      [
        [bidOf(world, tender, 'blank'), 1, '60.00', '37.50', '97.50'],
        [bidOf(world, tender, 'dummy'), 2, '50.00', '39.50', '89.50'],
      ],
    )
    assert.equal(winner, bidOf(world, tender, 'blank'))
    await award(world, purchase, '1', 'Highest sum of points for price and quality.')
    await publishedAfterAward(world, tender, sealed)
    await contract(world, purchase, '1', 'blank')
  },
}

/** Between evaluation and price opening: the box asks for passing prices only, and a wallet refuses every other box. */
async function withheld(world: World, purchase: Purchase, state: TenderState): Promise<void> {
  const holder = world.person(purchase.buyer, 'key-holder', 0)
  const reader = await world.as(holder)
  const box = await waitFor(async () => {
    const found = (await reader.get(`/api/cases/${purchase.tender}/box`)).body as Box
    return found.evaluation ? found : undefined
  }, 'the proof of the evaluation')
  assert.equal(box.required.length, 2)
  const tenderKey = state.tenderKeys.find((each) => each.round === 1)?.tenderKey
  const now = Temporal.Instant.from(await world.now()).epochMilliseconds
  const shares = (changed: Box) => world.wallet.shares(holder.id, { tenderKey, box: changed, now })
  await shares(box)
  const said = box.evaluation as { object: { items: readonly object[] }; proof: string }
  await assert.rejects(shares({ ...box, evaluation: null }), /no-evaluation|evaluation/)
  const all = { ...said.object, items: said.object.items.map((each) => ({ ...each, admitted: true })) }
  await assert.rejects(
    shares({ ...box, evaluation: { ...said, object: all } }),
    /evaluation/,
    'an object that is not logged',
  )
  const none = { ...box, bids: box.bids.map((each) => ({ ...each, index: 1_000_000 })) }
  await assert.rejects(shares(none), /evaluation/, 'bids that the evaluation does not pass')
}

/** After the award the roots of technical envelopes are public: anyone opens them again, those of losers too. */
async function publishedAfterAward(world: World, tender: string, sealed: Sealed): Promise<void> {
  const fact = await waitFor(
    async () => (await world.anyone.history(tender)).find((each) => each.type === 'TechnicalOpeningPublished'),
    'the technical roots',
  )
  const { results } = (fact.body as { opening: { results: readonly { e: string; R: string }[] } }).opening
  assert.equal(results.length, 3)
  const at = sealed.input.submission.manifest.envelopes.findIndex((each) => each.cls === 'tech')
  const e = sealed.input.submission.manifest.envelopes[at]?.e
  assert.equal(results.find((each) => each.e === e)?.R, sealed.roots[at])
  const earlier = (await world.anyone.history(tender)).filter((each) => each.index < fact.index)
  assert.ok(!JSON.stringify(earlier).includes(sealed.roots[at] ?? '?'), 'no technical root is public before the award')
}

/** What the operator signs about an upload: every attempt with its time, so that the cause of a lateness can be proved (SUB-05). */
async function lateness(world: World, tender: string, supplier: string, uploads: readonly string[]): Promise<void> {
  const reader = await world.as(world.person(supplier, 'bidder'))
  const { promiseKey } = (await world.anyone.get('/api/settings')).body as { promiseKey: string }
  for (const id of uploads) {
    const { status, body } = await reader.get(`/api/uploads/${id}/progress`)
    assert.equal(status, 200)
    const { body: told, sig } = body as {
      body: { tender: string; segs: number; submitted: string; attempts: readonly { s: number; outcome: string }[] }
      sig: string
    }
    assert.equal(told.tender, tender)
    assert.ok(told.submitted)
    assert.deepEqual(
      told.attempts
        .filter((each) => each.outcome === 'stored')
        .map((each) => each.s)
        .toSorted((a, b) => a - b),
      Array.from({ length: told.segs }, (_, n) => n + 1),
      'each segment was sent once',
    )
    const jwk = { kty: 'OKP', crv: 'Ed25519', x: Buffer.from(promiseKey, 'base64').toString('base64url') }
    assert.ok(verify(null, HO('upload-progress', told), createPublicKey({ key: jwk, format: 'jwk' }), fromBase64(sig)))
    const other = await world.as(world.person('acme', 'bidder'))
    assert.equal((await other.get(`/api/uploads/${id}/progress`)).status, 404, 'nobody else learns of it')
    const again = await reader.raw('DELETE', `/api/uploads/${id}/segments/1`)
    assert.equal(again.status, 404, 'what a bid names does not change')
  }
}

/** After the opening: the price file for everyone, the technical one for evaluators, both with proofs, both as they were made. */
async function attachments(
  world: World,
  tender: string,
  sealed: Sealed,
  files: Readonly<Record<'estimate' | 'drawings', ReturnType<typeof madeFile>>>,
): Promise<void> {
  const evaluator = await world.as(world.person('ministry', 'evaluator', 0))
  const scanned = await waitFor(async () => {
    const all = await listedFor(evaluator, tender)
    return all.length === 2 && all.every((each) => each.state !== 'waiting') ? all : undefined
  }, 'the attachments to be scanned')
  assert.deepEqual(
    scanned.map(({ cls, name, size, state }) => [cls, name, size, state]),
    [
      ['price', 'estimate.bin', 2_500_000, 'clean'],
      ['tech', 'drawings.bin', 1_048_544, 'clean'],
    ],
  )
  const open = await listedFor(world.anyone, tender)
  assert.deepEqual(
    open.map((each) => each.cls),
    ['price'],
    'technical files are for evaluators',
  )
  for (const each of scanned) {
    const content = await evaluator.raw('GET', `${addressOf(tender, each)}/content`)
    const digest = createHash('sha256')
      .update(new Uint8Array(await content.arrayBuffer()))
      .digest('hex')
    assert.equal(digest, each.cls === 'price' ? files.estimate.digest() : files.drawings.digest())
  }
  const [price, technical] = scanned
  assert.ok(price && technical)
  assert.equal((await world.anyone.raw('GET', `${addressOf(tender, technical)}/content`)).status, 404)
  // Whoever has the root opens the ciphertext by themselves, segment by segment, each with its proof.
  const named = sealed.input.submission.envelopes.map(({ header }) => header)
  const priceAt = sealed.input.submission.manifest.envelopes.findIndex((each) => each.cls === 'price')
  const header = named[priceAt]
  assert.ok(header)
  assert.deepEqual((header.files as unknown[])[0], price.file)
  const read = async (s: number) => {
    const answer = await world.anyone.raw('GET', `${addressOf(tender, price)}/segments/${s}`)
    const segment = new Uint8Array(await answer.arrayBuffer())
    const path = (answer.headers.get('segment-proof') ?? '').split(' ').map((each) => fromBase64(each))
    const leaf = await attachmentLeaf(segment)
    assert.ok(inclusionHolds(leaf, s, price.file.segs + 1, path, fromBase64(price.file.root)), 'the proof holds')
    return segment
  }
  const hash = createHash('sha256')
  const input = {
    ctx: fromBase64(header.ctx as string),
    R: fromBase64(sealed.roots[priceAt] ?? ''),
    j: 0,
    file: price.file,
    size: price.size,
    read,
  }
  for await (const part of openAttachment(input)) hash.update(part)
  assert.equal(hash.digest('hex'), files.estimate.digest())
}

// What a Kyrgyz quotation refuses and repeats: a bid after its deadline, two officers at once, a lost answer asked again, an infected file, a plan line exceeded.
import assert from 'node:assert/strict'
import { randomUUID } from 'node:crypto'
import { type Done, isDone, moveClock, type Trouble } from '../client.ts'
import { bid, offer, seal, send } from '../parts/bids.ts'
import { bidOf, closing, opening, rankingOf, roundOf } from '../parts/opening.ts'
import {
  approver,
  author,
  contentOf,
  documentOf,
  prepare,
  type Purchase,
  publish,
  startWithKeys,
} from '../parts/purchase.ts'
import { days, later, workdayAfter } from '../times.ts'
import type { PlannedLine, Tale, World } from '../world.ts'

const cleaningLine: PlannedLine = {
  key: 'kg cleaning',
  buyer: 'school',
  title: { ky: 'Тазалоочу каражаттар', ru: 'Моющие средства', en: 'Cleaning products', ko: '세정제' },
  category: 'goods',
  classification: '39830000-9',
  // 120,000.00 som
  amount: '12000000',
  budget: { code: '22154200', source: 'Республикалык бюджет' },
}

const cleaningPurchase = (tender: string): Purchase => ({
  tender,
  buyer: 'school',
  method: 'kg-quotation',
  ground: 'within-ceiling',
  why: 'Күтүлгөн нарк баа сунуштарын суроо чегинен ашпайт.',
  category: 'goods',
  language: 'ky',
  title: {
    ky: 'Тазалоочу каражаттарды сатып алуу',
    ru: 'Закупка моющих средств',
    en: 'Cleaning products',
    ko: '세정제 구매',
  },
  description: {
    ky: 'Пол жана идиш жуугуч каражаттар.',
    ru: 'Средства для мытья полов и посуды.',
    en: 'For floors and dishes.',
    ko: '바닥 및 식기용 세정제입니다.',
  },
  lots: [
    {
      id: '1',
      title: { ky: 'Тазалоочу каражаттар', ru: 'Моющие средства', en: 'Cleaning products', ko: '세정제' },
      line: 'kg cleaning',
      value: '11000000',
      items: [
        {
          id: 'cleaner',
          description: { ky: 'Каражат, 5 л', ru: 'Средство, 5 л', en: 'Cleaner, 5 l', ko: '세정제 5L' },
          classification: '39830000-9',
          quantity: '200',
          unit: 'H87',
        },
      ],
    },
  ],
  delivery: { place: 'Үлгү району, Мисал көчөсү, 0', by: '15 күн', terms: 'Мектептин кампасына жеткирилет.' },
  payment: 'Кабыл алуу актысынан кийин 10 жумушчу күндүн ичинде төлөнөт.',
  openFor: 6,
  agencyHolders: 2,
})

const codeOf = (answer: Done | Trouble) =>
  !isDone(answer) && answer.kind === 'refused' ? answer.code : isDone(answer) ? 'done' : answer.kind

/** EICAR's harmless test string, written in two parts so that no scanner takes this file for it. */
const eicar = ['X5O!P%@AP[4\\PZX54(P^)7CC)7}$EICAR-', 'STANDARD-ANTIVIRUS-TEST-FILE!$H+H*'].join('')

export const kgLateness: Tale = {
  name: 'kg-lateness',
  lines: [cleaningLine],
  tell: async (world: World) => {
    const tender = world.id('tender', 'kg-lateness')
    const purchase = cleaningPurchase(tender)
    const writer = await author(world, 'school')
    await startWithKeys(world, purchase)
    const far = later(await world.now(), days(20))

    // A file with a test virus is never part of a notice.
    const infected = await documentOf(world, world.person('school', 'author'), {
      id: world.id('document', tender, 'infected'),
      name: 'price-list.txt',
      type: 'text/plain',
      bytes: new TextEncoder().encode(eicar),
      title: 'Прайс',
      kind: 'biddingDocuments',
      language: 'ky',
    })
    assert.equal(
      codeOf(
        await writer.act(tender, 'prepare-tender', {
          content: contentOf(world, { ...purchase, documents: [infected] }, far),
        }),
      ),
      'documentIsNotClean',
    )
    // More than the plan line holds (120,000.00) is refused; a tenth of it (11,999.99) asks whether it is meant.
    const worth = (value: string): Purchase => ({ ...purchase, lots: purchase.lots.map((lot) => ({ ...lot, value })) })
    assert.equal(
      codeOf(await writer.act(tender, 'prepare-tender', { content: contentOf(world, worth('12000001'), far) })),
      'budgetIsExceeded',
    )
    assert.equal(
      codeOf(await writer.act(tender, 'prepare-tender', { content: contentOf(world, worth('1199999'), far) })),
      'amountNeedsConfirmation',
    )
    const line = world.planLine('kg cleaning').line
    assert.equal(
      codeOf(
        await writer.act(tender, 'prepare-tender', {
          content: contentOf(world, { ...worth('1199999'), confirmed: [`amount:${line}`] }, far),
        }),
      ),
      'done',
    )
    // PLN-01: a lot must point to a line of a published plan of its buyer.
    const unplanned = contentOf(world, purchase, far)
    const tiedTo = (plan: string, of: string) => ({
      ...unplanned,
      lots: unplanned.lots.map((lot) => ({ ...lot, planLine: { plan, line: of } })),
    })
    const nowhere = world.id('a line of no plan')
    const prepared = (content: typeof unplanned) => writer.act(tender, 'prepare-tender', { content })
    assert.equal(codeOf(await prepared(tiedTo(world.planOf('school'), nowhere))), 'planLineIsMissing')
    assert.equal(codeOf(await prepared(tiedTo(world.planOf('hospital'), nowhere))), 'planIsMissing')
    assert.equal(codeOf(await prepared(tiedTo(world.id('no plan'), nowhere))), 'planIsMissing')
    // NOT-01: a class that the country's classifier does not know is named by its place.
    const unclassed = {
      ...unplanned,
      lots: unplanned.lots.map((lot) => ({
        ...lot,
        items: lot.items.map((item) => ({ ...item, classification: '99999999-9' })),
      })),
    }
    const unknown = await prepared(unclassed)
    assert.ok(!isDone(unknown) && unknown.kind === 'invalid')
    assert.deepEqual(
      unknown.fields.map((each) => [each.path.replace(/^content\./, ''), each.code]),
      [['lots.0.items.0.classification', 'unknownClass']],
    )
    // A wrong field is named by its path.
    const wrong = contentOf(world, purchase, far)
    const nonsense = await writer.act(tender, 'prepare-tender', { content: { ...wrong, deadline: 'tomorrow' } })
    assert.ok(!isDone(nonsense) && nonsense.kind === 'invalid')
    assert.deepEqual(
      nonsense.fields.map((each) => each.path),
      ['content.deadline'],
    )
    assert.ok(nonsense.fields[0]?.sentence)

    await prepare(world, purchase)
    await world.until(workdayAfter(await world.now(), 1, '09:05', world.zone))
    // The author may not approve, being no approver; of two approvers at once one is first.
    const version = (await writer.view(tender)).tender.prepared?.version ?? 0
    assert.equal(codeOf(await writer.act(tender, 'approve-tender', { version })), 'roleIsMissing')
    const both = await Promise.all([
      (await approver(world, 'school', 0)).act(tender, 'approve-tender', { version }),
      (await approver(world, 'school', 1)).act(tender, 'approve-tender', { version }),
    ])
    assert.equal(both.filter(isDone).length, 1, 'one of two approvals stands')
    assert.ok(both.some((each) => ['stageHasNotCome', 'someoneElseWasFirst'].includes(codeOf(each))))
    const published = await publish(world, purchase)

    // The same act under the same key is one fact with one answer, byte for byte; under another input the key is refused.
    const bidder = await world.as(world.person('alfa', 'bidder'))
    const key = randomUUID()
    const question = { question: world.id('question', tender), text: 'Каражаттын көлөмү канча?' }
    const [once, twice] = await Promise.all([
      bidder.act(tender, 'ask-question', question, key),
      bidder.act(tender, 'ask-question', question, key),
    ])
    const thrice = await bidder.act(tender, 'ask-question', question, key)
    assert.ok(isDone(once) && isDone(twice) && isDone(thrice))
    assert.equal(once.text, twice.text)
    assert.equal(once.text, thrice.text)
    assert.equal(codeOf(await bidder.act(tender, 'ask-question', { ...question, text: 'Башка суроо' }, key)), 'invalid')
    assert.equal((await writer.view(tender)).tender.questions.length, 1)
    // A buyer does not bid, and nobody bids for another firm.
    const foreign = await seal(world, tender, 'alfa', [offer([['cleaner', 200, 50_000]])])
    assert.equal(codeOf(await writer.act(tender, 'submit-bid', foreign.input)), 'roleIsMissing')
    assert.notEqual(
      codeOf(await (await world.as(world.person('beta', 'bidder'))).act(tender, 'submit-bid', foreign.input)),
      'done',
    )

    // 200 × 525.00 = 105,000.00
    await world.until(later(await world.now(), days(1)))
    await bid(world, tender, 'alfa', [offer([['cleaner', 200, 52_500]])])
    const { deadline } = roundOf(published)
    // Sealed before the deadline, sent one millisecond after it: 200 × 511.11 = 102,222.00, cheaper and too late.
    const tardy = await seal(world, tender, 'beta', [offer([['cleaner', 200, 51_111]])])
    await world.until(later(deadline, -days(1)))
    await moveClock(world.url, later(deadline, 1))
    const late = await send(world, tender, 'beta', tardy)
    assert.equal(codeOf(late), 'deadlineHasPassed')
    assert.ok(!isDone(late) && late.kind === 'refused' && late.until === deadline && late.status === 409)

    await closing(world, purchase)
    const state = await opening(world, purchase, { agency: [0], guardians: [1, 2] })
    const round = roundOf(state)
    assert.equal(round.closing?.count, 1)
    assert.equal(round.opening?.lateAttempts, 1)
    assert.equal(rankingOf(state, '1').winner, bidOf(world, tender, 'alfa'))
    assert.equal(JSON.stringify(state).includes(tardy.m), false)
  },
}

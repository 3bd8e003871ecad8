// Kyrgyz coal: the winner declines the contract and the next in rank is awarded; and coal to which nobody comes twice, bought directly then.
import assert from 'node:assert/strict'
import { isDone, type Trouble, waitFor } from '../client.ts'
import { award, contract } from '../parts/award.ts'
import { bid, offer } from '../parts/bids.ts'
import { bidOf, closing, opening, rankingOf } from '../parts/opening.ts'
import { approver, notice, type Purchase } from '../parts/purchase.ts'
import { days, later, minutes, workdayAfter } from '../times.ts'
import type { PlannedLine, Tale, World } from '../world.ts'

export const coalLine = (key: string): PlannedLine => ({
  key,
  buyer: 'hospital',
  title: { ky: 'Көмүр', ru: 'Уголь', en: 'Coal', ko: '석탄' },
  category: 'goods',
  classification: '09111100-1',
  // 800,000.00 som
  amount: '80000000',
  budget: { code: '22222100', source: 'Милдеттүү медициналык камсыздандыруу фонду' },
})

export const coalPurchase = (tender: string, line: string): Purchase => ({
  tender,
  buyer: 'hospital',
  method: 'kg-quotation',
  ground: 'within-ceiling',
  why: 'Күтүлгөн нарк баа сунуштарын суроо чегинен ашпайт.',
  category: 'goods',
  language: 'ru',
  title: {
    ru: 'Закупка угля на отопительный сезон',
    ky: 'Жылытуу мезгилине көмүр сатып алуу',
    en: 'Coal for the heating season',
    ko: '난방용 석탄 구매',
  },
  description: {
    ru: 'Уголь сортовой, зольность не более 15 %.',
    ky: 'Сорттук көмүр, күлдүүлүгү 15 %дан көп эмес.',
    en: 'Graded coal, ash content at most 15 %.',
    ko: '선별 석탄, 회분 15 % 이하입니다.',
  },
  lots: [
    {
      id: '1',
      title: { ru: 'Уголь', ky: 'Көмүр', en: 'Coal', ko: '석탄' },
      line,
      value: '75000000',
      items: [
        {
          id: 'coal',
          description: { ru: 'Уголь сортовой', ky: 'Сорттук көмүр', en: 'Graded coal', ko: '선별 석탄' },
          classification: '09111100-1',
          quantity: '150',
          unit: 'TNE',
        },
      ],
    },
  ],
  delivery: {
    place: 'Мисал району, Сынак көчөсү, 00',
    by: '20 дней',
    terms: 'Доставка на склад больницы за счёт поставщика.',
  },
  payment: 'Оплата в течение 10 рабочих дней после акта приёмки.',
  openFor: 6,
  agencyHolders: 2,
})

/** The document of a kind, in the prevailing language and in English, each as a PDF for anyone. */
async function hasDocument(world: World, tender: string, kind: string): Promise<void> {
  const found = await waitFor(async () => {
    const { documents } = (await world.anyone.get(`/api/cases/${tender}/documents`)).body as {
      documents: { kind: string; language: string; address: string }[]
    }
    const own = documents.filter((each) => each.kind === kind)
    return own.length === 2 ? own : undefined
  }, `the ${kind} as documents`)
  assert.deepEqual(found.map((each) => each.language).sort(), ['en', 'ru'])
  for (const { address } of found) {
    const bytes = Buffer.from(await (await world.anyone.raw('GET', address)).arrayBuffer())
    assert.equal(bytes.subarray(0, 5).toString('latin1'), '%PDF-')
  }
}

const refusedWith = (answer: Awaited<ReturnType<Awaited<ReturnType<typeof approver>>['act']>>, code: string): void =>
  assert.equal(isDone(answer) ? 'done' : (answer as Trouble & { code?: string }).code, code)

export const kgDeclined: Tale = {
  name: 'kg-declined',
  lines: [coalLine('kg coal for heating')],
  tell: async (world: World) => {
    const tender = world.id('tender', 'kg-declined')
    const purchase = coalPurchase(tender, 'kg coal for heating')
    await notice(world, purchase)
    await world.until(later(await world.now(), days(1)))
    // 150 × 4,600.00 = 690,000.00 and 150 × 4,800.00 = 720,000.00
    await bid(world, tender, 'alfa', [offer([['coal', 150, 460_000]])])
    await bid(world, tender, 'beta', [offer([['coal', 150, 480_000]])])
    await closing(world, purchase)
    await opening(world, purchase, { agency: [1], guardians: [0, 1] })
    const first = (await award(world, purchase, '1', 'Наименьшая цена.')).awards[0]
    assert.equal(first?.value.amount, '69000000')
    const officer = await world.as(world.person('hospital', 'contract-officer'))
    const decider = await approver(world, 'hospital')
    const takeBack = { award: first.award, reason: 'Победитель отказался от договора.' }
    // An award stands as long as its winner has not refused: nobody may take it back for another reason.
    refusedWith(await decider.act(tender, 'withdraw-award', takeBack), 'winnerHasNotRefused')
    await world.until(later(first.standstillUntil ?? first.at, minutes(9 * 60 + 30)))
    const draft = world.id('contract', tender, 'declined')
    await officer.mustAct(tender, 'draft-contract', { contract: draft, lot: '1', special: null })
    refusedWith(await decider.act(tender, 'withdraw-award', takeBack), 'winnerHasNotRefused')
    const winner = await world.as(world.person('alfa', 'bidder'))
    await winner.mustAct(tender, 'decline-contract', {
      contract: draft,
      version: 1,
      reason: 'Шахта закрыта, поставить уголь нельзя.',
    })
    refusedWith(await officer.act(tender, 'withdraw-award', takeBack), 'roleIsMissing')
    await decider.mustAct(tender, 'withdraw-award', takeBack)

    const { tender: after, schedule } = await world.anyone.view(tender)
    assert.equal(after.stage, 'ranked')
    assert.deepEqual(after.awards, [])
    assert.equal(after.withdrawnAwards?.[0]?.withdrawn.ground, 'contract-declined')
    assert.ok(schedule.some((line) => line.moment === 'award-withdrawn'))
    await hasDocument(world, tender, 'award-withdrawn')
    const { lines, winner: next } = rankingOf(after, '1')
    assert.equal(next, bidOf(world, tender, 'beta'))
    assert.equal(lines.find((line) => line.bid === first.bid)?.reason, 'winner-declined')
    assert.equal(lines.find((line) => line.bid === next)?.reason, 'next-in-rank')

    await world.until(workdayAfter(await world.now(), 1, '11:00', world.zone))
    const second = (await award(world, purchase, '1', 'Следующее по порядку предложение.')).awards[0]
    assert.equal(second?.value.amount, '72000000')
    assert.ok((second.standstillUntil ?? '') > (first.standstillUntil ?? ''), 'a standstill of its own')
    await contract(world, purchase, '1', 'beta')
    // What was drafted for the award that was withdrawn is closed to its supplier.
    refusedWith(await winner.act(tender, 'consent-to-contract', { contract: draft, version: 1 }), 'stageHasPassed')
  },
}

export const kgDirect: Tale = {
  name: 'kg-direct',
  lines: [coalLine('kg coal twice announced')],
  tell: async (world: World) => {
    const tender = world.id('tender', 'kg-direct')
    const purchase = coalPurchase(tender, 'kg coal twice announced')
    await notice(world, purchase)
    const failed = await closing(world, purchase)
    const decider = await approver(world, 'hospital')
    const alfa = world.organisation('alfa').id
    const choice = (unitPrice: string, supplier = alfa) => ({
      award: world.id('award', 'kg-direct', unitPrice, supplier),
      lot: '1',
      supplier,
      prices: [{ item: 'coal', unitPrice }],
      reason: 'Повторное объявление не состоялось; условия те же.',
    })
    // Once is not enough: a re-notice comes first.
    refusedWith(await decider.act(tender, 'award-directly', choice('500000')), 'nextStepIsNotLawful')

    await world.until(workdayAfter(await world.now(), 2, '09:30', world.zone))
    const again = world.id('tender', 'kg-direct', 'again')
    const renotice: Purchase = {
      ...coalPurchase(again, 'kg coal twice announced'),
      ground: 'renotice',
      why: 'Первое объявление не состоялось.',
      renoticeOf: { caseId: tender, ocid: failed.ocid },
    }
    await notice(world, renotice)
    await closing(world, renotice)
    const { afterFailure } = await decider.view(again)
    assert.deepEqual(
      afterFailure.map((each) => each.then),
      ['re-notice', 'private-contract'],
    )
    // 150 × 5,333.34 = 800,001.00, one som above the plan's 800,000.00
    refusedWith(await decider.act(again, 'award-directly', choice('533334')), 'budgetIsExceeded')
    const guardian = world.organisation('audit').id
    refusedWith(await decider.act(again, 'award-directly', choice('500000', guardian)), 'bidderIsNotEligible')
    refusedWith(
      await decider.act(again, 'award-directly', choice('500000', world.organisation('hospital').id)),
      'buyerMayNotBid',
    )
    // 150 × 5,000.00 = 750,000.00
    await decider.mustAct(again, 'award-directly', choice('500000'))
    const { tender: awarded, schedule } = await world.anyone.view(again)
    assert.equal(awarded.stage, 'awarded')
    assert.ok(!schedule.some((line) => line.moment === 'opened'), 'no opening is announced where none will be')
    assert.deepEqual(awarded.awards[0]?.value, { amount: '75000000', currency: 'KGS' })
    await hasDocument(world, again, 'direct-award')
    await contract(world, renotice, '1', 'alfa')
    const { body } = await world.anyone.get(`/api/ocds/records/${awarded.ocid}`)
    assert.ok(
      JSON.stringify(body).includes('"procurementMethod":"direct"'),
      'open data says that it was bought directly',
    )
  },
}

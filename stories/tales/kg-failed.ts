// A Kyrgyz quotation to which nobody comes: the tender fails, bids anew are not lawful there, a new notice linked to the first one is.
import assert from 'node:assert/strict'
import { isDone } from '../client.ts'
import { award, contract } from '../parts/award.ts'
import { bid, offer } from '../parts/bids.ts'
import { bidOf, closing, opening, rankingOf } from '../parts/opening.ts'
import { approver, notice, type Purchase } from '../parts/purchase.ts'
import { days, later, workdayAfter } from '../times.ts'
import type { PlannedLine, Tale, World } from '../world.ts'

const syringeLine: PlannedLine = {
  key: 'kg syringes',
  buyer: 'hospital',
  title: {
    ky: 'Бир жолу колдонулуучу шприцтер',
    ru: 'Шприцы одноразовые',
    en: 'Disposable syringes',
    ko: '일회용 주사기',
  },
  category: 'goods',
  classification: '33140000-3',
  // 300,000.00 som
  amount: '30000000',
  budget: { code: '22222100', source: 'Милдеттүү медициналык камсыздандыруу фонду' },
}

const syringePurchase = (tender: string): Purchase => ({
  tender,
  buyer: 'hospital',
  method: 'kg-quotation',
  ground: 'within-ceiling',
  why: 'Күтүлгөн нарк баа сунуштарын суроо чегинен ашпайт.',
  category: 'goods',
  language: 'ru',
  title: {
    ru: 'Закупка одноразовых шприцев',
    ky: 'Бир жолу колдонулуучу шприцтерди сатып алуу',
    en: 'Disposable syringes',
    ko: '일회용 주사기 구매',
  },
  description: {
    ru: 'Шприцы трёхкомпонентные, 5 мл, стерильные.',
    ky: 'Үч бөлүктүү шприцтер, 5 мл, стерилдүү.',
    en: 'Three-part syringes, 5 ml, sterile.',
    ko: '3부품 주사기, 5ml, 멸균 제품입니다.',
  },
  lots: [
    {
      id: '1',
      title: { ru: 'Шприцы 5 мл', ky: '5 мл шприцтер', en: 'Syringes 5 ml', ko: '5ml 주사기' },
      line: 'kg syringes',
      value: '28000000',
      items: [
        {
          id: 'syringe',
          description: { ru: 'Шприц 5 мл', ky: 'Шприц 5 мл', en: 'Syringe 5 ml', ko: '주사기 5ml' },
          classification: '33140000-3',
          quantity: '40000',
          unit: 'H87',
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

export const kgFailed: Tale = {
  name: 'kg-failed',
  lines: [syringeLine],
  tell: async (world: World) => {
    const tender = world.id('tender', 'kg-failed')
    const purchase = syringePurchase(tender)
    await notice(world, purchase)
    const closed = await closing(world, purchase)
    assert.equal(closed.stage, 'failed')
    assert.equal(closed.ended?.reason, 'no-bidder')

    const reader = await approver(world, 'hospital')
    const rebid = await reader.act(tender, 'start-rebid', {
      deadline: later(await world.now(), days(5)),
      reason: 'Заявок не поступило.',
    })
    assert.ok(!isDone(rebid) && 'code' in rebid && rebid.code === 'nextStepIsNotLawful')
    const { afterFailure } = await reader.view(tender)
    assert.equal(afterFailure[0]?.then, 're-notice')

    await world.until(workdayAfter(await world.now(), 2, '09:30', world.zone))
    const again = world.id('tender', 'kg-failed', 'again')
    const renotice: Purchase = {
      ...syringePurchase(again),
      ground: 'renotice',
      why: 'Первое объявление не состоялось.',
      renoticeOf: { caseId: tender, ocid: closed.ocid },
    }
    const published = await notice(world, renotice)
    assert.equal(published.renoticeOf?.ocid, closed.ocid)
    assert.notEqual(published.ocid, closed.ocid)
    await world.until(later(await world.now(), days(2)))
    // 40,000 × 6.40 = 256,000.00
    const only = offer([['syringe', 40_000, 640]])
    assert.equal(only.price, '25600000')
    await bid(world, again, 'gamma', [only])
    await closing(world, renotice)
    const state = await opening(world, renotice, { agency: [0], guardians: [0, 2] })
    assert.equal(rankingOf(state, '1').winner, bidOf(world, again, 'gamma'))
    await award(world, renotice, '1', 'Единственное предложение соответствует требованиям и не превышает план.')
    await contract(world, renotice, '1', 'gamma')
  },
}

// A Kyrgyz tender that is called off while a sealed bid lies in its box: the bid stays sealed for ever, nobody can open it any more.
import assert from 'node:assert/strict'
import { isDone, waitFor } from '../client.ts'
import { bid, offer, seal, send } from '../parts/bids.ts'
import { roundOf } from '../parts/opening.ts'
import { approver, author, guardiansOf, notice, type Purchase } from '../parts/purchase.ts'
import { days, later, workdayAfter } from '../times.ts'
import type { PlannedLine, Tale, World } from '../world.ts'

const busLine: PlannedLine = {
  key: 'kg bus',
  buyer: 'school',
  title: { ky: 'Мектеп автобусу', ru: 'Школьный автобус', en: 'School bus', ko: '통학버스' },
  category: 'goods',
  classification: '34121000-1',
  amount: '450000000',
  budget: { code: '31121100', source: 'Республикалык бюджет' },
}

const busPurchase = (tender: string): Purchase => ({
  tender,
  buyer: 'school',
  method: 'kg-unlimited',
  ground: 'default',
  why: 'Чектелбеген ыкма — негизги ыкма.',
  category: 'goods',
  language: 'ky',
  title: {
    ky: 'Мектеп автобусун сатып алуу',
    ru: 'Закупка школьного автобуса',
    en: 'A school bus',
    ko: '통학버스 구매',
  },
  description: {
    ky: 'Жыйырма орундуу автобус, жаңы.',
    ru: 'Автобус на двадцать мест, новый.',
    en: 'A new bus with twenty seats.',
    ko: '20인승 신차 버스입니다.',
  },
  lots: [
    {
      id: '1',
      title: { ky: 'Автобус', ru: 'Автобус', en: 'Bus', ko: '버스' },
      line: 'kg bus',
      value: '430000000',
      items: [
        {
          id: 'bus',
          description: { ky: 'Автобус, 20 орун', ru: 'Автобус, 20 мест', en: 'Bus, 20 seats', ko: '버스, 20인승' },
          classification: '34121000-1',
          quantity: '1',
          unit: 'H87',
        },
      ],
    },
  ],
  delivery: { place: 'Үлгү району, Мисал көчөсү, 0', by: '60 күн', terms: 'Мектептин короосуна жеткирилет.' },
  payment: 'Кабыл алуу актысынан кийин 15 жумушчу күндүн ичинде төлөнөт.',
  openFor: 30,
  agencyHolders: 3,
})

export const kgCancelled: Tale = {
  name: 'kg-cancelled',
  lines: [busLine],
  tell: async (world: World) => {
    const tender = world.id('tender', 'kg-cancelled')
    const purchase = busPurchase(tender)
    await notice(world, purchase)
    const start = await world.now()
    await world.until(workdayAfter(start, 5, '13:00', world.zone))
    await bid(world, tender, 'delta', [offer([['bus', 1, 417_350_075]])])
    await world.until(workdayAfter(start, 9, '16:40', world.zone))
    const notApprover = await (await author(world, 'school')).act(tender, 'cancel-tender', {
      reason: 'Даярдаган адам токтото албайт.',
    })
    assert.ok(!isDone(notApprover) && 'code' in notApprover && notApprover.code === 'roleIsMissing')
    await (await approver(world, 'school')).mustAct(tender, 'cancel-tender', {
      reason: 'Бюджеттик каражат кайра бөлүштүрүлдү.',
    })
    const late = await send(
      world,
      tender,
      'alfa',
      await seal(world, tender, 'alfa', [offer([['bus', 1, 400_000_000]])]),
    )
    assert.ok(!isDone(late) && 'code' in late && late.code === 'stageHasPassed')

    const closed = await waitFor(async () => {
      const { tender: state } = await world.anyone.view(tender)
      return roundOf(state).closing ? state : undefined
    }, 'the closing of the cancelled tender')
    assert.equal(closed.stage, 'cancelled')
    assert.equal(roundOf(closed).closing?.count, 1)
    await world.until(later(roundOf(closed).deadline, days(1)))
    const [guardian] = guardiansOf(world)
    assert.ok(guardian)
    const reader = await world.as(guardian)
    assert.notEqual((await reader.get(`/api/cases/${tender}/box?round=1`)).status, 200, 'nobody is handed the box')
    const { may } = await reader.view(tender)
    assert.equal(may.find((each) => each.act === 'post-shares')?.open, false)
    assert.equal(JSON.stringify(closed).includes('417350075'), false)

    // SEA-11: a holder destroys the key and says so; from then on not even the holder can change their mind.
    assert.equal(await world.wallet.destroy(guardian.id, { tender, round: 1 }), true)
    await reader.mustAct(tender, 'destroy-key', { round: 1 })
    const again = await reader.act(tender, 'destroy-key', { round: 1 })
    assert.ok(!isDone(again) && 'code' in again && again.code === 'nothingChanged')
    const told = await waitFor(
      async () => (await world.anyone.history(tender)).find((each) => each.type === 'KeyDestroyed'),
      'the destroyed key in the public history',
    )
    assert.equal((told.body as { round: number }).round, 1)
    const box = {
      close: { tender, tkd: closed.notice?.tkd ?? '', T: 0 },
      commitment: '',
      required: [],
      salts: [],
      bids: [],
    }
    const tenderKey = closed.tenderKeys.find((each) => each.round === 1)?.tenderKey
    await assert.rejects(world.wallet.shares(guardian.id, { tenderKey, box, now: 1 }), /other-descriptor/)
  },
}

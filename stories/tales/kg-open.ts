// A whole Kyrgyz tender by the unlimited method: a question, a document, an amendment that extends, bids replaced and withdrawn, two of three of each group opening, standstill, contract.
import assert from 'node:assert/strict'
import type { Content } from '@naru/domain/tender/content.ts'
import { isDone, waitFor } from '../client.ts'
import { award, contract } from '../parts/award.ts'
import { bid, offer, send, seal, withdraw } from '../parts/bids.ts'
import { bidOf, closing, opening, rankingOf, roundOf } from '../parts/opening.ts'
import { approver, author, contentOf, documentOf, notice, type Purchase } from '../parts/purchase.ts'
import { days, endOfWorkday, later, minutes, workdayAfter } from '../times.ts'
import type { PlannedLine, Tale, World } from '../world.ts'

export const furnitureLine: PlannedLine = {
  key: 'kg furniture',
  buyer: 'school',
  title: { ky: 'Класстар үчүн эмерек', ru: 'Мебель для классов', en: 'Furniture for classrooms', ko: '교실 가구' },
  category: 'goods',
  classification: '39160000-1',
  // 2,500,000.00 som
  amount: '250000000',
  budget: { code: '31123100', source: 'Республикалык бюджет' },
}

export const furniturePurchase = (tender: string): Purchase => ({
  tender,
  buyer: 'school',
  method: 'kg-unlimited',
  ground: 'default',
  why: 'Чектелбеген ыкма — негизги ыкма; күтүлгөн нарк баа сунуштарын суроо чегинен жогору.',
  category: 'goods',
  language: 'ky',
  title: {
    ky: 'Үлгү мектебинин он эки классына эмерек сатып алуу',
    ru: 'Закупка мебели для двенадцати классов образцовой школы',
    en: 'Furniture for twelve classrooms of the sample school',
    ko: '견본학교 열두 교실 가구 구매',
  },
  description: {
    ky: 'Эки орундуу парталар жана окуучулардын отургучтары, бийиктиги жөнгө салынат.',
    ru: 'Парты двухместные и стулья ученические, регулируемые по высоте.',
    en: 'Two-seat desks and pupils’ chairs, adjustable in height.',
    ko: '높이 조절이 가능한 2인용 책상과 학생용 의자입니다.',
  },
  lots: [
    {
      id: '1',
      title: { ky: 'Мектеп эмереги', ru: 'Школьная мебель', en: 'School furniture', ko: '학교 가구' },
      line: 'kg furniture',
      value: '240000000',
      items: [
        {
          id: 'desk',
          description: { ky: 'Эки орундуу парта', ru: 'Парта двухместная', en: 'Two-seat desk', ko: '2인용 책상' },
          classification: '39160000-1',
          quantity: '240',
          unit: 'H87',
        },
        {
          id: 'chair',
          description: { ky: 'Окуучунун отургучу', ru: 'Стул ученический', en: 'Pupil’s chair', ko: '학생용 의자' },
          classification: '39160000-1',
          quantity: '480',
          unit: 'H87',
        },
      ],
    },
  ],
  conditions: [
    {
      id: 'experience',
      kind: 'experience',
      text: {
        ky: 'Акыркы үч жылда ушундай кеминде бир жеткирүү аткарылган.',
        ru: 'Не менее одной подобной поставки за последние три года.',
        en: 'At least one similar delivery in the last three years.',
        ko: '최근 3년간 유사 납품 실적 1건 이상이 있어야 합니다.',
      },
    },
  ],
  delivery: {
    place: 'Үлгү району, Мисал көчөсү, 0',
    by: '45 күн',
    terms: 'Жеткирүү, жыйноо жана орнотуу берүүчүнүн эсебинен.',
  },
  payment: 'Кабыл алуу актысынан кийин 15 жумушчу күндүн ичинде төлөнөт.',
  openFor: 30,
  agencyHolders: 3,
})

/** The technical specification as a small PDF whose bytes the story makes itself. */
export const specification = (text: string): Uint8Array =>
  new TextEncoder().encode(
    `%PDF-1.4\n1 0 obj<</Type/Catalog/Pages 2 0 R>>endobj\n2 0 obj<</Type/Pages/Kids[3 0 R]/Count 1>>endobj\n3 0 obj<</Type/Page/Parent 2 0 R/MediaBox[0 0 595 842]/Contents 4 0 R/Resources<</Font<</F1 5 0 R>>>>>>endobj\n4 0 obj<</Length ${text.length + 44}>>stream\nBT /F1 14 Tf 72 770 Td (${text}) Tj ET\nendstream endobj\n5 0 obj<</Type/Font/Subtype/Type1/BaseFont/Helvetica>>endobj\ntrailer<</Root 1 0 R>>\n%%EOF\n`,
  )

/** Two desks-and-chairs prices in tyiyn as one offer. */
const furniture = (desk: number, chair: number) =>
  offer([
    ['desk', 240, desk],
    ['chair', 480, chair],
  ])

/** The parts of a compiled OCDS release that this story looks at. */
interface Compiled {
  readonly tender?: { readonly tenderPeriod?: { readonly endDate?: string }; readonly numberOfTenderers?: number }
  readonly awards?: readonly {
    readonly value?: { readonly amount?: number }
    readonly suppliers?: readonly { readonly id?: string }[]
  }[]
}

/** Waits until the open data of a case says so. */
const compiled = (world: World, ocid: string, says: (release: Compiled) => boolean): Promise<true> =>
  waitFor(async () => {
    const { status, body } = await world.anyone.get(`/api/ocds/records/${ocid}`)
    const release = (body as { records?: { compiledRelease?: Compiled }[] }).records?.[0]?.compiledRelease
    return status === 200 && release && says(release) ? true : undefined
  }, `the open data of ${ocid}`)

export const kgOpen: Tale = {
  name: 'kg-open',
  lines: [furnitureLine],
  tell: async (world: World) => {
    const tender = world.id('tender', 'kg-open')
    const specificationOf = (version: number, text: string) =>
      documentOf(world, world.person('school', 'author'), {
        id: world.id('document', tender, 'specification'),
        version,
        name: `specification-${version}.pdf`,
        type: 'application/pdf',
        bytes: specification(text),
        title: version === 1 ? 'Техникалык өзгөчөлүк' : 'Техникалык өзгөчөлүк, 2-редакция',
        kind: 'technicalSpecifications',
        language: 'ky',
      })
    const first = await specificationOf(1, 'Specification, first version: desk 120 x 50 cm')
    const purchase: Purchase = { ...furniturePurchase(tender), documents: [first] }

    const published = await notice(world, purchase)
    assert.equal(published.content?.documents[0]?.sha256, first.sha256)
    const download = await world.anyone.raw('GET', `/api/documents/${first.upload}`)
    assert.deepEqual(
      new Uint8Array(await download.arrayBuffer()),
      specification('Specification, first version: desk 120 x 50 cm'),
    )
    const start = await world.now()
    const deadline = roundOf(published).deadline

    // A question; the answer goes to everyone and does not say who asked.
    await world.until(workdayAfter(start, 3, '09:40', world.zone))
    const question = world.id('question', tender, 1)
    await (await world.as(world.person('alfa', 'bidder'))).mustAct(tender, 'ask-question', {
      question,
      text: 'Биз, «Үлгү Альфа», партанын өңү кандай болушу керектигин билгибиз келет.',
    })
    await world.until(workdayAfter(start, 4, '11:15', world.zone))
    await (await author(world, 'school')).mustAct(tender, 'answer-question', {
      question,
      text: 'Партанын өңү кандай болушу керек?',
      answer: 'Өңү жыгачтын табигый өңү болууга тийиш.',
    })
    const answered = (await world.anyone.view(tender)).tender.questions
    assert.deepEqual(
      answered.map((each) => each.answer?.answer),
      ['Өңү жыгачтын табигый өңү болууга тийиш.'],
    )
    const asker = [world.organisation('alfa').id, world.person('alfa', 'bidder').id, 'Альфа']
    for (const trace of asker) assert.equal(JSON.stringify(answered).includes(trace), false, 'nobody learns who asked')

    // 240 × 6,600.00 + 480 × 1,550.00 = 1,584,000 + 744,000 = 2,328,000.00
    await world.until(workdayAfter(start, 6, '16:00', world.zone))
    const betaFirst = await bid(world, tender, 'beta', [furniture(660_000, 155_000)])

    // An amendment three days before the deadline must leave five; nothing may shorten it; a second person puts it in force.
    await world.until(later(deadline, -days(3)))
    const second = await specificationOf(2, 'Specification, second version: desk 130 x 50 cm')
    const changed = (until: string): Content => ({
      ...contentOf(world, { ...purchase, documents: [first, second] }, until),
    })
    const writer = await author(world, 'school')
    const reason = 'Партанын өлчөмү такталды.'
    const shortened = await writer.act(tender, 'propose-amendment', {
      reason,
      content: changed(later(deadline, -days(1))),
    })
    assert.ok('code' in shortened && shortened.code === 'deadlineMayNotBeShortened')
    const unmoved = await writer.act(tender, 'propose-amendment', { reason, content: changed(deadline) })
    assert.ok('code' in unmoved && unmoved.code === 'extensionIsRequired')
    // Five days on is the least; near long holidays the earliest lawful moment lies later, and the page of the officer says so.
    const { earliest } = await writer.view(tender)
    const week = later(deadline, days(7))
    const least = earliest && earliest.at > week ? later(earliest.at, days(1)) : week
    const extended = workdayAfter(least, 0, '11:00', world.zone)
    await writer.mustAct(tender, 'propose-amendment', { reason, content: changed(extended) })
    await (await approver(world, 'school')).mustAct(tender, 'approve-amendment', { amendment: 1 })
    const amended = (await world.anyone.view(tender)).tender
    assert.equal(roundOf(amended).deadline, extended)
    assert.deepEqual(
      amended.amendments.map(({ before, after }) => [before.documents.length, after.documents.length]),
      [[1, 2]],
    )

    // NOT-05: notice, timeline, search and open data all tell the one deadline.
    const shown = await world.anyone.view(tender)
    assert.equal(shown.tender.notice?.T, Temporal.Instant.from(extended).epochMilliseconds)
    assert.equal(shown.schedule.find((line) => line.moment === 'deadline')?.at, extended)
    const number = shown.tender.published?.number ?? ''
    const found = (await world.anyone.get(`/api/cases?q=${encodeURIComponent(number)}`)).body as {
      rows: { caseId: string; deadline: string }[]
    }
    assert.deepEqual(
      found.rows.map((row) => [row.caseId, row.deadline]),
      [[tender, extended]],
    )
    await compiled(world, shown.tender.ocid, (release) => release.tender?.tenderPeriod?.endDate === extended)

    // 240 × 6,480.00 + 480 × 1,525.00 = 1,555,200 + 732,000 = 2,287,200.00
    await world.until(workdayAfter(deadline, 1, '10:00', world.zone))
    await bid(world, tender, 'beta', [furniture(648_000, 152_500)], betaFirst)
    // 240 × 6,000.00 + 480 × 1,500.00 = 2,160,000.00, the lowest of all, and taken back
    const gamma = await bid(world, tender, 'gamma', [furniture(600_000, 150_000)])
    // 240 × 6,550.00 + 480 × 1,520.00 = 1,572,000 + 729,600 = 2,301,600.00
    await bid(world, tender, 'delta', [furniture(655_000, 152_000)])
    // A second bid of one firm beside its first is none: the chain must name the bid before.
    const beside = await send(world, tender, 'delta', await seal(world, tender, 'delta', [furniture(600_000, 150_000)]))
    assert.ok(!isDone(beside) && 'code' in beside && beside.code === 'bidChainIsBroken')
    await world.until(workdayAfter(deadline, 3, '15:30', world.zone))
    assert.ok(isDone(await withdraw(world, tender, 'gamma', gamma)))
    // 240 × 6,400.00 + 480 × 1,520.00 = 1,536,000 + 729,600 = 2,265,600.00
    await world.until(later(extended, -minutes(4)))
    await bid(world, tender, 'alfa', [furniture(640_000, 152_000)])

    const closed = await closing(world, purchase)
    // beta twice, gamma and its withdrawal, delta, alfa
    assert.equal(roundOf(closed).closing?.count, 6)
    const state = await opening(world, purchase, { agency: [0, 2], guardians: [1, 2] })
    const record = roundOf(state).opening
    assert.deepEqual(
      record?.bids.map((each) => each.status),
      ['valid', 'valid', 'valid'],
    )
    assert.deepEqual(
      roundOf(state)
        .closing?.items.map((item) => item.status)
        .toSorted(),
      ['live', 'live', 'live', 'superseded', 'withdrawn', 'withdrawn'],
    )
    assert.equal(JSON.stringify(state).includes('"216000000"'), false, 'a bid that was taken back stays sealed')
    assert.deepEqual(
      rankingOf(state, '1').lines.map(({ bid: id, price, rank }) => [id, price, rank]),
      [
        [bidOf(world, tender, 'alfa'), '226560000', 1],
        [bidOf(world, tender, 'beta'), '228720000', 2],
        [bidOf(world, tender, 'delta'), '230160000', 3],
      ],
    )

    // Whoever holds a key does not award, and the winner is not chosen.
    const holder = await (await world.as(world.person('school', 'key-holder'))).act(tender, 'award-lot', {
      award: world.id('award', tender, 'by a holder'),
      lot: '1',
      bid: bidOf(world, tender, 'alfa'),
      reason: 'Ачкыч кармоочу жеңүүчүнү аныктай албайт.',
    })
    assert.ok(!isDone(holder) && 'code' in holder && holder.code === 'roleIsMissing')
    const other = await (await approver(world, 'school')).act(tender, 'award-lot', {
      award: world.id('award', tender, 'to another'),
      lot: '1',
      bid: bidOf(world, tender, 'delta'),
      reason: 'Баасы эң төмөн эмес.',
    })
    assert.ok(!isDone(other) && 'code' in other && other.code === 'bidIsNotTheWinner')

    await world.until(workdayAfter(await world.now(), 2, '11:00', world.zone))
    const awarded = await award(
      world,
      purchase,
      '1',
      'Сунуш конкурстук документтердин талаптарына жооп берет жана баасы эң төмөн.',
    )
    assert.deepEqual(awarded.awards[0]?.value, { amount: '226560000', currency: 'KGS' })
    // AWD-01: every bidder reads the same award of the same moment with the reasons, and from that moment the ten working days run.
    const moment = awarded.awards[0]?.at ?? ''
    for (const supplier of ['alfa', 'beta', 'gamma', 'delta']) {
      const { tender: seen } = await (await world.as(world.person(supplier, 'bidder'))).view(tender)
      assert.deepEqual(seen.awards, awarded.awards)
      assert.deepEqual(rankingOf(seen, '1'), rankingOf(awarded, '1'))
    }
    const closedDays = awarded.published?.terms.calendar.closed ?? []
    assert.equal(awarded.awards[0]?.standstillUntil, endOfWorkday(moment, 10, world.zone, closedDays))
    // AWD-03: published at once as open data with winner, price (2,265,600.00 som) and the number of bids.
    const winner = `KG-INN-${world.organisation('alfa').profile.identifier?.id}`
    await compiled(world, awarded.ocid, ({ awards, tender: described }) => {
      const [one] = awards ?? []
      return one?.value?.amount === 2_265_600 && one.suppliers?.[0]?.id === winner && described?.numberOfTenderers === 3
    })
    await contract(world, purchase, '1', 'alfa', 'Кепилдик мөөнөтү 24 айдан кем эмес.')
  },
}

// A Kyrgyz plan and its second version: approved by another person, returned once, published lines never dropped, new lines usable at once.
import assert from 'node:assert/strict'
import { isDone } from '../client.ts'
import { days, later, yearOf } from '../times.ts'
import { planLineOf, type PlannedLine, type Tale, type World } from '../world.ts'

const coalLine: PlannedLine = {
  key: 'kg coal',
  buyer: 'hospital',
  title: { ky: 'Отко жагуучу көмүр', ru: 'Уголь для отопления', en: 'Coal for heating', ko: '난방용 석탄' },
  category: 'goods',
  classification: '09111100-1',
  amount: '90000000',
  budget: { code: '22211100', source: 'Жергиликтүү бюджет' },
}

export const kgPlan: Tale = {
  name: 'kg-plan',
  lines: [coalLine],
  tell: async (world: World) => {
    const plan = world.planOf('hospital')
    const planner = await world.as(world.person('hospital', 'planner'))
    const second = await world.as(world.person('hospital', 'plan-approver'))
    const { plan: before } = await world.anyone.viewPlan(plan)
    const lines = before.published?.lines ?? []
    const version = before.published?.version ?? 0
    const year = yearOf(await world.now(), world.zone)
    const more = lines.map((line) => ({ ...line, title: { ...line.title } }))
    const added = {
      ...planLineOf(world, coalLine),
      id: world.id('plan line', 'kg coal, second boiler'),
      amount: { amount: '25000000', currency: world.currency },
    }

    const dropped = await planner.act(plan, 'prepare-plan', { year, lines: [added] })
    assert.ok(!isDone(dropped) && dropped.kind === 'invalid', 'a published line may not vanish')
    await planner.mustAct(plan, 'prepare-plan', { year, lines: [...more, added] as never })
    const own = await planner.act(plan, 'approve-plan', {})
    assert.ok(!isDone(own), 'the planner does not approve')
    await second.mustAct(plan, 'return-plan', { reason: 'Экинчи казандын негиздемеси кошулсун.' })
    await world.until(later(await world.now(), days(1)))
    await planner.mustAct(plan, 'prepare-plan', { year, lines: [...more, added] as never })
    const hidden = await world.anyone.viewPlan(plan)
    assert.equal(hidden.plan.pending, null, 'a version in preparation is not public')
    await second.mustAct(plan, 'approve-plan', {})
    await second.mustAct(plan, 'publish-plan', {})
    const { plan: after } = await world.anyone.viewPlan(plan)
    assert.ok((after.published?.version ?? 0) > version)
    assert.equal(after.published?.lines.length, lines.length + 1)
    assert.equal(
      after.published?.lines.some((line) => line.id === added.id),
      true,
    )
  },
}

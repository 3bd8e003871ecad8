// A whole case whose people hold passkeys: every official act carries an assertion over it, and the verifier checks each again.
import { readdirSync, readFileSync, writeFileSync } from 'node:fs'
import { join } from 'node:path'
import { expect, test } from 'vitest'
import { signIn } from './client.ts'
import { fictiaTwoLots } from './tales/fictia-two-lots.ts'
import { everyCaseVerifies, foldsAgain, runBeside, tellTales } from './telling.ts'

const telling = tellTales('fictia', [fictiaTwoLots], { passkeys: true })

test('REG-03, OPN-01: from plan to contract, every official act of a person is confirmed with the passkey', async () => {
  telling.told('fictia-two-lots')
  const { anyone } = telling.stage().world
  const { items } = (await anyone.get('/api/feed?limit=1000')).body as {
    items: { type: string; body: { act: string; intent: { actor: { person: string } } } }[]
  }
  const confirmed = items.filter((each) => each.type === 'ActConfirmed').map((each) => each.body.act)
  for (const act of [
    'deposit-keys',
    'publish-tender',
    'attend-opening',
    'post-shares',
    'award-lot',
    'confirm-contract',
  ])
    expect(confirmed, act).toContain(act)
  const sharers = items.filter((each) => each.type === 'ActConfirmed' && each.body.act === 'post-shares')
  expect(new Set(sharers.map((each) => each.body.intent.actor.person)).size).toBeGreaterThanOrEqual(2)
})

test('REG-03: a session alone acts no more for a person who has a passkey', async () => {
  const { world } = telling.stage()
  const approver = world.person('ministry', 'administrator')
  const session = await signIn(world.url, approver.id)
  const answer = await session.act(world.organisation('ministry').id, 'assign-roles', {
    person: approver.id,
    roles: ['administrator', 'planner'],
  })
  expect(answer).toMatchObject({ kind: 'refused', status: 409, code: 'passkeyIsDemanded' })
})

test('the private halves are in the wallet only, encrypted', () => {
  const { walletFolder } = telling.running()
  const files = readdirSync(join(walletFolder, 'passkeys'))
  expect(files.length).toBeGreaterThan(5)
  for (const file of files) {
    const kept = JSON.parse(readFileSync(join(walletFolder, 'passkeys', file), 'utf8')) as Record<string, unknown>
    expect(Object.keys(kept).sort()).toEqual(['counter', 'id', 'nonce', 'rpId', 'wrapped'])
  }
})

test('every case folds again to what is stored', () => foldsAgain('fictia', telling))
test('AUD-02: the verifier passes the log and the bundle with every confirmation in it', async () => {
  await everyCaseVerifies(telling, 1)
  const { anyone, planOf } = telling.stage().world
  const feed = (await anyone.get('/api/feed?limit=1000')).body as { items: { caseId: string; type: string }[] }
  const tender = feed.items.find((each) => each.type === 'TenderPublished')?.caseId ?? ''
  // The bundle brings the plan of the case along.
  const cases = [tender, planOf('ministry')]
  const confirmed = feed.items.filter((each) => each.type === 'ActConfirmed' && cases.includes(each.caseId))
  const file = join(telling.running().data, '..', 'confirmed.zip')
  const bundle = await anyone.raw('GET', `/api/cases/${tender}/bundle.zip`)
  writeFileSync(file, Buffer.from(await bundle.arrayBuffer()))
  const { output } = await runBeside(['verifier/command.ts', file, '--json'])
  const { counts } = JSON.parse(output) as { counts: Record<string, number> }
  expect(counts.confirmations).toBe(confirmed.length)
  expect(confirmed.length).toBeGreaterThan(10)
})

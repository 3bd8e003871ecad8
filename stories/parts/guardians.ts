// The sandbox's guardian programs: their organisations delegate them a credential; a story switches their faults and reads their journals.
import assert from 'node:assert/strict'
import { createHash, randomBytes } from 'node:crypto'
import { days, later } from '../times.ts'
import type { World } from '../world.ts'
import { guardiansOf } from './purchase.ts'

/** A guardian program with the person for whom it acts. */
export interface GuardianProgram {
  readonly name: string
  readonly spare: boolean
  readonly person: string
  readonly fault: (fault: string) => Promise<void>
  readonly release: (tender: string, round: number, reason: string) => Promise<void>
  readonly journal: () => Promise<readonly { did: string; tender?: string; round?: number; why?: string }[]>
}

const acts = [
  'deposit-keys',
  'rehearse-opening',
  'seal-salts',
  'attend-opening',
  'post-shares',
  'use-spare',
  'destroy-key',
]

async function say(address: string, body: string): Promise<void> {
  const answer = await fetch(address, { method: 'POST', body })
  assert.equal(answer.status, 204, `${address}: ${await answer.text()}`)
}

/** Gives each program of the sandbox the credential of its organisation; the third is the spare. Empty where the sandbox has none. */
export async function connectGuardians(world: World): Promise<readonly GuardianProgram[]> {
  const { body } = await world.anyone.get('/sandbox/guardians')
  const { guardians } = body as { guardians: { name: string; spare: boolean; url: string }[] }
  const people = guardiansOf(world, true)
  const programs: GuardianProgram[] = []
  for (const [n, { name, spare, url }] of guardians.entries()) {
    const person = people[n]
    assert.ok(person)
    const organisation = world.organisation(person.of)
    const credential = world.id('guardian credential', name)
    const secret = randomBytes(32).toString('base64url')
    await (await world.as(world.person(person.of, 'administrator'))).mustAct(organisation.id, 'delegate-credential', {
      credential,
      person: person.id,
      label: 'Guardian program',
      acts,
      secretHash: createHash('sha256').update(secret).digest('hex'),
      until: later(await world.now(), days(1000)),
    })
    await say(`${url}/credential`, `${credential}.${secret}`)
    programs.push({
      name,
      spare,
      person: person.id,
      fault: (fault) => say(`${url}/fault`, fault),
      release: (tender, round, reason) => say(`${url}/release-spare`, JSON.stringify({ tender, round, reason })),
      journal: async () =>
        (await (await fetch(`${url}/journal`)).json()) as Awaited<ReturnType<GuardianProgram['journal']>>,
    })
  }
  return programs
}

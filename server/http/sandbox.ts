// Only in a sandbox: sign in as one of the fictional people, add one, and move the virtual clock forward.
import { randomUUID } from 'node:crypto'
import { idSchema } from '@naru/domain/id.ts'
import { officerSchema } from '@naru/domain/law/facts.ts'
import { lawCase } from '@naru/domain/law/law.ts'
import { textSchema } from '@naru/domain/text.ts'
import { instantSchema } from '@naru/domain/time.ts'
import type { FastifyInstance } from 'fastify'
import { z } from 'zod'
import { doAct } from '../act.ts'
import type { Deployment } from '../deployment.ts'
import type { SandboxGuardians } from '../neighbours/guardians.ts'
import { moveClock, readNow, startClockEarlier } from '../time.ts'
import { signIn, signOut } from './session.ts'

const longestJump = 400 * 86_400_000
const personBody = z.strictObject({ person: idSchema, name: textSchema(200) })
const signInBody = z.strictObject({ person: idSchema, organisation: idSchema.optional() })
const clockBody = z.union([
  z.strictObject({ to: instantSchema }),
  z.strictObject({ by: z.int().min(0).max(longestJump) }),
  z.strictObject({ beginDaysEarlier: z.int().min(0).max(400) }),
])

/** A fictional person, with where they serve. */
export interface SandboxPerson {
  readonly person: string
  readonly name: string
  readonly organisation: string | null
  readonly organisationName: Readonly<Record<string, string>> | null
  readonly kinds: readonly string[]
  readonly roles: readonly string[]
}

/** Everyone one can be in this sandbox, by organisation. */
export async function readSandboxPeople(deployment: Deployment): Promise<readonly SandboxPerson[]> {
  const { rows } = await deployment.database.pool.query<{
    person: string
    name: string
    organisation: string | null
    roles: string[] | null
    profile: { name: Record<string, string>; kinds: string[] } | null
  }>(
    `select p.id as person, p.name, m.organisation, m.roles, c.state::jsonb->'profile' as profile
     from person p left join membership m on m.person = p.id left join current c on c.stream = 'organisation:' || m.organisation
     order by m.organisation nulls last, p.name`,
  )
  return rows.map((row) => ({
    person: row.person,
    name: row.name,
    organisation: row.organisation,
    organisationName: row.profile?.name ?? null,
    kinds: row.profile?.kinds ?? [],
    roles: row.roles ?? [],
  }))
}

/** Begins a session for a fictional person in their (first) organisation, or answers null when nobody is called so. */
export async function signInSandbox(
  deployment: Deployment,
  reply: Parameters<typeof signIn>[1],
  person: string,
  organisation?: string,
): Promise<string | null> {
  const { rows } = await deployment.database.pool.query<{ id: string; organisation: string | null }>(
    `select p.id, m.organisation from person p left join membership m on m.person = p.id and ($2::text is null or m.organisation = $2)
     where p.id = $1 order by m.organisation limit 1`,
    [person, organisation ?? null],
  )
  return rows[0] ? signIn(deployment, reply, person, rows[0].organisation) : null
}

/** Registers the sandbox's own routes; a live deployment has none of them. `settle` lets the clock do at once what has fallen due. */
export function registerSandbox(
  app: FastifyInstance,
  deployment: Deployment,
  settle: () => Promise<void>,
  guardians: Promise<SandboxGuardians | null> | null,
): void {
  if (deployment.mode !== 'sandbox') return
  app.get('/sandbox/guardians', async () => ({ guardians: (await guardians)?.guardians ?? [] }))

  app.get('/sandbox/people', async () => ({ people: await readSandboxPeople(deployment) }))

  app.post('/sandbox/people', async (request, reply) => {
    const parsed = personBody.safeParse(request.body)
    if (!parsed.success)
      return reply.code(422).send({
        error: 'invalid',
        fields: parsed.error.issues.map((each) => ({ path: each.path.join('.'), code: 'type' })),
      })
    const { person, name } = parsed.data
    await deployment.database.db
      .insertInto('person')
      .values({ id: person, name })
      .onConflict((conflict) => conflict.column('id').doUpdateSet({ name }))
      .execute()
    return { person }
  })

  app.post('/sandbox/sign-in', async (request, reply) => {
    const parsed = signInBody.safeParse(request.body)
    if (!parsed.success) return reply.code(422).send({ error: 'invalid', fields: [{ path: 'person', code: 'type' }] })
    const session = await signInSandbox(deployment, reply, parsed.data.person, parsed.data.organisation)
    return session ? { session } : reply.code(404).send({ error: 'refused', code: 'caseDoesNotExist' })
  })

  app.post('/sandbox/sign-out', async (request, reply) => {
    await signOut(deployment, request, reply)
    return {}
  })

  // In a live deployment the operator does this on its machine: npx naru law name.
  app.post('/sandbox/legal-officer', async (request, reply) => {
    const parsed = officerSchema.safeParse(request.body)
    if (!parsed.success) return reply.code(422).send({ error: 'invalid', fields: [{ path: 'person', code: 'type' }] })
    const outcome = await doAct(deployment, {
      caseId: lawCase,
      act: 'name-legal-officer',
      key: randomUUID(),
      actor: { kind: 'platform', part: 'setup' },
      input: parsed.data,
      size: 0,
    })
    return { named: outcome.done }
  })

  app.get('/sandbox/clock', async () => ({ now: await readNow(deployment), real: new Date().toISOString() }))

  app.post('/sandbox/clock', async (request, reply) => {
    const parsed = clockBody.safeParse(request.body)
    if (!parsed.success) return reply.code(422).send({ error: 'invalid', fields: [{ path: 'to', code: 'format' }] })
    if ('beginDaysEarlier' in parsed.data) {
      const begun = await startClockEarlier(deployment, parsed.data.beginDaysEarlier).then(
        () => true,
        (error: { code?: string }) => {
          // Raised by the database: the clock begins only once, in an empty sandbox.
          if (error.code === 'P0001') return false
          throw error
        },
      )
      if (!begun) return reply.code(409).send({ error: 'refused', code: 'stageHasPassed' })
      return { now: await readNow(deployment) }
    }
    const before = await readNow(deployment)
    const to = 'to' in parsed.data ? parsed.data.to : new Date(Date.parse(before) + parsed.data.by).toISOString()
    if (to < before) return reply.code(409).send({ error: 'refused', code: 'stageHasPassed', from: before })
    if (Date.parse(to) - Date.parse(before) > longestJump)
      return reply.code(422).send({ error: 'invalid', fields: [{ path: 'to', code: 'tooLong' }] })
    await settle()
    const now = await moveClock(deployment, to)
    await settle()
    return { now }
  })
}

// The description of the API: every act and every route is in it, nothing else is, and it is what it says it is.
import type { PersonActor } from '@naru/domain/actor.ts'
import { acts } from '@naru/domain/catalogue.ts'
import { refusalCodes } from '@naru/domain/refusal.ts'
import { Ajv2020 } from 'ajv/dist/2020.js'
import type { FastifyInstance } from 'fastify'
import { randomUUID } from 'node:crypto'
import { afterAll, beforeAll, describe, expect, test } from 'vitest'
import { makeWorld, type World } from '../test-world.ts'
import { buildApp } from './app.ts'
import { type OpenApi, openApiOf, type Operation } from './openapi.ts'
import type { JsonSchema } from './openapi-routes.ts'
import { fieldsOf } from './reference.ts'
import { screenLanguages } from './screens.ts'

let world: World
let app: FastifyInstance
let description: OpenApi
beforeAll(async () => {
  world = await makeWorld()
  app = await buildApp(world.deployment, {
    publicOrigin: 'http://naru.invalid',
    screens: null,
    sequencer: null,
    clock: null,
    quiet: true,
  })
  await app.ready()
  description = (await app.inject('/api/openapi.json')).json<OpenApi>()
})
afterAll(async () => {
  await app.close()
  await world.end()
})

const operations = (): { path: string; method: string; operation: Operation }[] =>
  Object.entries(description.paths).flatMap(([path, methods]) =>
    Object.entries(methods).map(([method, operation]) => ({ path, method, operation })),
  )

function refsIn(value: unknown, found: string[] = []): string[] {
  if (Array.isArray(value)) for (const each of value) refsIn(each, found)
  else if (typeof value === 'object' && value !== null)
    for (const [key, inner] of Object.entries(value)) {
      if (key === '$ref' && typeof inner === 'string') found.push(inner)
      else refsIn(inner, found)
    }
  return found
}
const at = (pointer: string): unknown =>
  pointer
    .replace('#/', '')
    .split('/')
    .reduce<unknown>(
      (value, key) => (value as Record<string, unknown> | undefined)?.[key.replaceAll('~1', '/').replaceAll('~0', '~')],
      description,
    )

/** The body schema of an act with what it refers to, as one schema. */
const schemaOf = (act: string): JsonSchema => {
  const body = description.paths[`/api/cases/{case}/acts/${act}`]?.post?.requestBody?.content['application/json']
    ?.schema as JsonSchema
  return JSON.parse(
    JSON.stringify({ ...body, $defs: description.components.schemas }).replaceAll('#/components/schemas/', '#/$defs/'),
  ) as JsonSchema
}
const ajv = () => new Ajv2020({ strict: false, validateFormats: false })

describe('what it holds', () => {
  test('INT-05: every act that somebody may do, and none of the platform’s own', () => {
    const described = operations()
      .filter((each) => each.path.includes('/acts/'))
      .map((each) => each.path.split('/').at(-1))
      .sort()
    expect(described).toEqual(
      acts
        .filter((act) => act.by !== 'platform')
        .map((act) => act.name)
        .sort(),
    )
  })

  test('INT-05: every route of the program under /api and /sandbox, and no route that is not there', () => {
    // Fastify prints `path (METHOD, METHOD)` with full paths when common prefixes are not cut.
    const printed = app.printRoutes({ commonPrefix: false })
    const real = new Set<string>()
    const stack: string[] = []
    for (const line of printed.split('\n')) {
      const [, indent = '', part = '', methods = ''] = /^([\s│]*)[├└]── (\S+?)(?: \(([A-Z, ]+)\))?$/.exec(line) ?? []
      if (!part) continue
      stack.length = indent.length / 4
      stack.push(part)
      const path = stack.join('').replace(/:([A-Za-z]+)/g, '{$1}')
      for (const method of methods.split(', ').filter(Boolean)) real.add(`${method} ${path}`)
    }
    const names = (path: string) => path.replace(/\{\w+\}/g, '{}').replace(/\/acts\/\{\}$/, '/acts/{}')
    const described = new Set(
      operations().map(
        ({ path, method }) => `${method.toUpperCase()} ${names(path.replace(/\/acts\/.*$/, '/acts/{act}'))}`,
      ),
    )
    const wanted = [...real]
      .map((each) => names(each))
      // Fastify answers HEAD beside every GET; only the one of uploads is a route of its own.
      .filter(
        (each) => / \/(api|sandbox)\//.test(each) && !(each.startsWith('HEAD ') && each !== 'HEAD /api/uploads/{}'),
      )
    expect([...described].sort()).toEqual([...new Set(wanted)].sort())
  })

  test('every refusal code, and the refusals as they are really answered', async () => {
    const refused = description.components.schemas.Refused as { properties: { code: { enum: string[] } } }
    expect(refused.properties.code.enum).toEqual([...refusalCodes])
    const validate = ajv().compile({
      ...schemaOf('start-tender'),
      $ref: '#/$defs/Refused',
      type: undefined,
      properties: undefined,
      required: undefined,
      additionalProperties: undefined,
    } as JsonSchema)
    const answer = await app.inject({
      method: 'POST',
      url: `/api/cases/${randomUUID()}/acts/start-tender`,
      headers: { 'idempotency-key': randomUUID() },
      payload: { buyer: null, demandAgency: null, payer: null, language: 'en', renoticeOf: null },
    })
    expect(answer.statusCode).toBe(401)
    expect(validate(answer.json()), JSON.stringify(validate.errors)).toBe(true)
  })
})

describe('that it is OpenAPI 3.1', () => {
  test('it names its version and dialect, ids are unique, parameters of paths are declared, answers are described', () => {
    expect(description.openapi).toBe('3.1.0')
    expect(description.jsonSchemaDialect).toBe('https://json-schema.org/draft/2020-12/schema')
    expect(description.info).toMatchObject({ title: expect.any(String), version: expect.any(String) })
    const ids = operations().map((each) => each.operation.operationId)
    expect(new Set(ids).size).toBe(ids.length)
    for (const { path, method, operation } of operations()) {
      const name = `${method} ${path}`
      const inPath = [...path.matchAll(/\{(\w+)\}/g)].map(([, parameter]) => parameter).sort()
      const declared = (operation.parameters ?? []).filter((each) => each.in === 'path')
      expect(declared.map((each) => each.name).sort(), name).toEqual(inPath)
      expect(
        declared.every((each) => each.required),
        name,
      ).toBe(true)
      const given = (operation.parameters ?? []).map((each) => `${each.in} ${each.name}`)
      expect(new Set(given).size, name).toBe(given.length)
      expect(Object.keys(operation.responses).length, name).toBeGreaterThan(0)
      for (const [status, response] of Object.entries(operation.responses)) {
        expect(status, name).toMatch(/^[1-5]\d\d$/)
        const resolved = (typeof response.$ref === 'string' ? at(response.$ref) : response) as { description?: string }
        expect(resolved?.description, `${name} ${status}`).toEqual(expect.any(String))
      }
      expect(operation.summary, name).not.toMatch(/^act\.|^\s*$/)
      if (method === 'get' || method === 'head') expect(operation.requestBody, name).toBeUndefined()
      expect(
        operation.tags.every((tag) => description.tags.some((each) => each.name === tag)),
        name,
      ).toBe(true)
    }
  })

  test('every reference leads somewhere, and every schema is a JSON Schema of its dialect', () => {
    for (const ref of new Set(refsIn(description))) expect(at(ref), ref).toBeDefined()
    // One compiler that knows the whole document; each place in it is compiled by its pointer.
    const whole = new Ajv2020({ strict: false, validateFormats: false })
    whole.addSchema({ $id: 'https://naru.invalid/api', ...description }, undefined, false, false)
    const pointer = (...keys: readonly string[]) =>
      `https://naru.invalid/api#/${keys.map((key) => encodeURIComponent(key.replaceAll('~', '~0').replaceAll('/', '~1'))).join('/')}`
    const places = Object.keys(description.components.schemas).map((name) => pointer('components', 'schemas', name))
    for (const { path, method, operation } of operations()) {
      for (const at of (operation.parameters ?? []).keys())
        places.push(pointer('paths', path, method, 'parameters', String(at), 'schema'))
      for (const type of Object.keys(operation.requestBody?.content ?? {}))
        places.push(pointer('paths', path, method, 'requestBody', 'content', type, 'schema'))
    }
    expect(places.length).toBeGreaterThan(200)
    for (const place of places) expect(whole.getSchema(place), place).toBeTypeOf('function')
    for (const place of places)
      expect(
        whole.validateSchema(at(decodeURIComponent(place.split('#')[1] ?? '').replace('/', '#/')) as JsonSchema),
        place,
      ).toBe(true)
  })
})

describe('that it says the truth', () => {
  const cases: [string, unknown, unknown][] = [
    [
      'start-tender',
      { buyer: null, demandAgency: null, payer: null, language: 'ky', renoticeOf: null },
      { language: 'fr' },
    ],
    ['ask-question', { question: randomUUID(), text: 'Which format?' }, { question: 'x', text: 'y' }],
    ['assign-roles', { person: randomUUID(), roles: ['author'] }, { person: randomUUID(), roles: ['emperor'] }],
    ['approve-tender', { version: 1 }, { version: '1' }],
    ['publish-tender', {}, { extra: 1 }],
  ]
  test.each(cases)('the schema of %s takes and refuses what the act takes and refuses', (name, good, bad) => {
    const validate = ajv().compile(schemaOf(name))
    const act = acts.find((each) => each.name === name)
    expect([validate(good), act?.input.safeParse(good).success]).toEqual([true, true])
    expect([validate(bad), act?.input.safeParse(bad).success]).toEqual([false, false])
  })

  test('answers of reading match their schemas', async () => {
    const supplier = world.suppliers[0] as PersonActor
    const session = (
      await app.inject({ method: 'POST', url: '/sandbox/sign-in', payload: { person: supplier.person } })
    ).json<{ session: string }>().session
    const $defs = JSON.parse(
      JSON.stringify(description.components.schemas).replaceAll('#/components/schemas/', '#/$defs/'),
    ) as Record<string, JsonSchema>
    const caseId = await world.publishTender()
    const urls: [string, string][] = [
      ['/api/cases', '/api/cases?q=paper'],
      ['/api/cases/{case}', `/api/cases/${caseId}`],
      ['/api/cases/{case}/history', `/api/cases/${caseId}/history`],
      ['/api/cases/{case}/facts', `/api/cases/${caseId}/facts`],
      ['/api/feed', '/api/feed?limit=5'],
      ['/api/settings', '/api/settings'],
      ['/api/time', '/api/time'],
      ['/api/me', '/api/me'],
      ['/api/drafts', '/api/drafts'],
      ['/sandbox/clock', '/sandbox/clock'],
    ]
    for (const [path, url] of urls) {
      const answer = await app.inject({ url, headers: { cookie: `naru_session=${session}` } })
      expect(answer.statusCode, url).toBe(200)
      const response = description.paths[path]?.get?.responses['200'] as {
        content: Record<string, { schema: JsonSchema }>
      }
      const schema = JSON.parse(
        JSON.stringify(response.content['application/json']?.schema).replaceAll('#/components/schemas/', '#/$defs/'),
      ) as JsonSchema
      const validate = ajv().compile({ ...schema, $defs })
      expect(validate(answer.json()), `${url} ${JSON.stringify(validate.errors)}`).toBe(true)
    }
  })

  test('a live deployment has no sandbox routes', () => {
    const live = openApiOf({ ...world.deployment, mode: 'live' }, 'https://naru.example')
    expect(Object.keys(live.paths).filter((path) => path.startsWith('/sandbox'))).toEqual([])
    expect(Object.keys(live.paths).length).toBeGreaterThan(40)
  })
})

describe('the page', () => {
  test.each(screenLanguages)(
    'stands in %s, names every act, loads nothing from anywhere and runs no script',
    async (language) => {
      const page = await app.inject({ url: `/api/reference?lang=${language}` })
      expect(page.statusCode).toBe(200)
      expect(page.headers['content-type']).toContain('text/html')
      expect(page.headers['content-security-policy']).toContain("default-src 'none'")
      expect(page.body).toContain(`<html lang="${language}">`)
      expect(page.body).not.toMatch(/<script|src=|@import|url\(|onload=/)
      for (const { operation, path } of operations()) {
        expect(page.body, path).toContain(`id="${operation.operationId}"`)
        expect(page.body, path).toContain(path)
      }
      for (const code of refusalCodes) expect(page.body).toContain(`refusal-${code}`)
      expect(page.body).not.toMatch(/>(act|role|refusal)\.[a-z]/)
      const again = await app.inject({
        url: `/api/reference?lang=${language}`,
        headers: { 'if-none-match': String(page.headers.etag) },
      })
      expect(again.statusCode).toBe(304)
    },
  )

  test('takes the language of the reader, else the country’s', async () => {
    expect(
      (await app.inject({ url: '/api/reference', headers: { 'accept-language': 'ko-KR,ko;q=0.9' } })).body,
    ).toContain('<html lang="ko">')
    expect((await app.inject({ url: '/api/reference?lang=xx', headers: { 'accept-language': 'fr' } })).body).toContain(
      `<html lang="${world.deployment.pack.defaultLanguage}">`,
    )
  })

  test('lists fields with references followed', () => {
    const components = {
      Money: {
        type: 'object',
        properties: { amount: { type: 'string', pattern: '^1$' }, currency: { type: 'string' } },
        required: ['amount', 'currency'],
      },
    }
    const schema = {
      type: 'object',
      properties: {
        lots: {
          type: 'array',
          maxItems: 3,
          items: { type: 'object', properties: { value: { $ref: '#/components/schemas/Money' } }, required: ['value'] },
        },
        by: { anyOf: [{ type: 'string' }, { type: 'null' }] },
        title: {
          type: 'object',
          propertyNames: { enum: ['ky', 'ru'] },
          additionalProperties: { type: 'string', maxLength: 5 },
        },
      },
      required: ['lots'],
    }
    expect(fieldsOf(schema, components)).toEqual([
      { path: 'lots', type: 'array', bounds: '…3', required: true },
      { path: 'lots[].value', type: 'object', bounds: '', required: true },
      { path: 'lots[].value.amount', type: 'string', bounds: '^1$', required: true },
      { path: 'lots[].value.currency', type: 'string', bounds: '', required: true },
      { path: 'by', type: 'string | null', bounds: '', required: false },
      { path: 'title', type: 'object', bounds: '', required: false },
      { path: 'title.{ky|ru}', type: 'string', bounds: '…5', required: false },
    ])
  })
})

// The description of the API, made from the acts themselves: OpenAPI 3.1 at /api/openapi.json, and a page to read at /api/reference.
import { createHash } from 'node:crypto'
import type { Act } from '@naru/domain/act.ts'
import { envelopeSchema, signatureSchema } from '@naru/domain/bid/acts.ts'
import { acts, factTypes } from '@naru/domain/catalogue.ts'
import { moneySchema } from '@naru/domain/money.ts'
import { profileSchema } from '@naru/domain/organisation/facts.ts'
import { planLineSchema } from '@naru/domain/plan/facts.ts'
import { refusalCodes } from '@naru/domain/refusal.ts'
import { contentSchema } from '@naru/domain/tender/content.ts'
import type { FastifyInstance } from 'fastify'
import { z } from 'zod'
import type { Deployment } from '../deployment.ts'
import { languageOf, sentence } from '../words.ts'
import { type JsonSchema, type Parameter, type Route, routeSchemas, routes } from './openapi-routes.ts'
import { signInRoutes } from './openapi-sign-in.ts'
import { referencePage } from './reference.ts'
import { type ScreenLanguage, screenLanguages } from './screens.ts'

/** An operation as the document holds it; the parts the reference page reads. */
export interface Operation {
  readonly operationId: string
  readonly tags: readonly string[]
  readonly summary: string
  readonly description?: string
  readonly parameters?: readonly Parameter[]
  readonly requestBody?: {
    readonly required: true
    readonly content: Readonly<Record<string, { readonly schema: JsonSchema }>>
  }
  readonly responses: Readonly<Record<string, JsonSchema>>
  readonly security?: readonly JsonSchema[]
  readonly 'x-roles'?: readonly string[]
}

export interface OpenApi {
  readonly openapi: '3.1.0'
  readonly jsonSchemaDialect: string
  readonly info: JsonSchema
  readonly servers: readonly { readonly url: string }[]
  readonly tags: readonly { readonly name: string }[]
  readonly paths: Readonly<Record<string, Readonly<Record<string, Operation>>>>
  readonly components: {
    readonly schemas: Readonly<Record<string, JsonSchema>>
    readonly responses: Readonly<Record<string, JsonSchema>>
    readonly securitySchemes: JsonSchema
  }
}

/** Schemas of acts that get a name of their own in the document. */
const named = z.registry<{ id: string }>()
named.add(contentSchema, { id: 'TenderContent' })
named.add(planLineSchema, { id: 'PlanLine' })
named.add(moneySchema, { id: 'Money' })
named.add(profileSchema, { id: 'Profile' })
named.add(envelopeSchema, { id: 'SealedEnvelope' })
named.add(signatureSchema, { id: 'ManifestSignature' })

const moveRefs = (value: unknown): unknown => {
  if (Array.isArray(value)) return value.map(moveRefs)
  if (typeof value !== 'object' || value === null) return value
  return Object.fromEntries(
    Object.entries(value)
      // The registry's own names are told by the place of a schema, not inside it.
      .filter(([key, inner]) => !(key === 'id' && typeof inner === 'string' && 'type' in value))
      .map(([key, inner]) => [
        key,
        key === '$ref' && typeof inner === 'string'
          ? inner.replace('#/$defs/', '#/components/schemas/')
          : moveRefs(inner),
      ]),
  )
}

/** A schema for the document; what it names is put into `components`. */
function schemaOf(
  schema: z.ZodType,
  components: Record<string, JsonSchema>,
  io: 'input' | 'output' = 'input',
): JsonSchema {
  const made = z.toJSONSchema(schema, { io, unrepresentable: 'any', reused: 'inline', metadata: named }) as Record<
    string,
    unknown
  >
  const { $schema: _, $defs = {}, ...own } = made
  for (const [name, inner] of Object.entries($defs as Record<string, unknown>))
    components[name] = moveRefs(inner) as JsonSchema
  return moveRefs(own) as JsonSchema
}

const operationId = (name: string): string => name.replace(/-([a-z0-9])/g, (_, letter: string) => letter.toUpperCase())

const statusWords: Readonly<Record<number, string>> = {
  400: 'The request cannot be read',
  401: 'Not signed in',
  403: 'Not allowed to this actor; the refusal says why and under which article',
  404: 'There is no such thing, or it is not open to this reader',
  409: 'Not allowed in this state; the refusal says why, under which article, and from or until when',
  412: 'Another version of the upload protocol',
  413: 'Too large',
  416: 'The range lies outside the document',
  422: 'Invalid input: a path and a sentence for each field, in the reader’s language',
  429: 'Too many requests of this session or credential; bids have a quota of their own. Wait the seconds in Retry-After',
  460: 'The checksum of the piece does not match',
  503: 'Busy; try again after the seconds in Retry-After',
}

const faultResponse = (status: number): JsonSchema => {
  const description = statusWords[status] ?? 'Refused'
  if (status === 416) return { description }
  const name = [400, 412, 413, 422, 429, 460].includes(status) ? 'Invalid' : 'Refused'
  return {
    description,
    ...(status === 429 && { headers: { 'Retry-After': { schema: { type: 'integer' } } } }),
    content: {
      'application/json': { schema: status === 503 ? { type: 'object' } : { $ref: `#/components/schemas/${name}` } },
    },
  }
}

const signedIn: readonly JsonSchema[] = [{ session: [] }, { credential: [] }]

const basis: JsonSchema = {
  oneOf: [
    { type: 'object', properties: { law: { type: 'string' } }, required: ['law'] },
    {
      type: 'object',
      properties: {
        assumed: { type: 'string' },
        from: { enum: ['observed-practice', 'repealed-law', 'international-default', 'design'] },
      },
      required: ['assumed', 'from'],
    },
  ],
}

const answerSchemas: Readonly<Record<string, JsonSchema>> = {
  Basis: basis,
  Refused: {
    type: 'object',
    properties: {
      error: { const: 'refused' },
      code: { type: 'string', enum: [...refusalCodes] },
      sentence: { type: 'string' },
      basis: { $ref: '#/components/schemas/Basis' },
      from: { type: 'string', format: 'date-time' },
      until: { type: 'string', format: 'date-time' },
      facts: { type: 'object', additionalProperties: { type: 'string' } },
    },
    required: ['error', 'code'],
  },
  Invalid: {
    type: 'object',
    properties: {
      error: { const: 'invalid' },
      fields: {
        type: 'array',
        items: {
          type: 'object',
          properties: { path: { type: 'string' }, code: { type: 'string' }, sentence: { type: 'string' } },
          required: ['path', 'code'],
        },
      },
    },
    required: ['error', 'fields'],
  },
  ActAnswer: {
    type: 'object',
    properties: {
      case: { type: 'string', format: 'uuid' },
      act: { type: 'string' },
      at: { type: 'string', format: 'date-time' },
      facts: {
        type: 'array',
        items: {
          type: 'object',
          properties: {
            stream: { type: 'string' },
            seq: { type: 'integer' },
            type: { type: 'string', enum: Object.keys(factTypes) },
            hash: { type: 'string', contentEncoding: 'base64' },
          },
          required: ['stream', 'seq', 'type', 'hash'],
        },
      },
      promise: {
        type: 'object',
        description:
          'For a sealed bid: the operator’s signed word that it arrived at this time (Ed25519 over the body).',
        properties: {
          body: {
            type: 'object',
            properties: {
              v: { const: 1 },
              log: { type: 'string' },
              m: { type: 'string' },
              entry: { type: 'string' },
              time: { type: 'integer' },
            },
            required: ['v', 'log', 'm', 'entry', 'time'],
          },
          sig: { type: 'string', contentEncoding: 'base64' },
        },
        required: ['body', 'sig'],
      },
    },
    required: ['case', 'act', 'at', 'facts'],
  },
}

const idempotencyKey: Parameter = {
  name: 'Idempotency-Key',
  in: 'header',
  required: true,
  schema: {
    type: 'string',
    pattern: '^[\\x21-\\x7e]{8,100}$',
    description: 'A repeated key gives the first answer again, byte for byte.',
  },
}
const acceptLanguage: Parameter = {
  name: 'Accept-Language',
  in: 'header',
  required: false,
  schema: { type: 'string', examples: ['ky', 'ru', 'en', 'ko'] },
}

const rolesOf = (act: Act): readonly string[] => (typeof act.by === 'string' ? [] : act.by)

/** What every act may answer instead of being done. */
const actFaults = [401, 403, 404, 409, 413, 422, 429, 503]

function actOperation(act: Act, language: ScreenLanguage, components: Record<string, JsonSchema>): Operation {
  const roles = rolesOf(act)
  const who = roles.map((role) => sentence(language, `role.${role}`)).join(', ')
  return {
    operationId: operationId(act.name),
    tags: [act.noun],
    summary: sentence(language, `act.${act.name}`),
    ...(who && { description: who }),
    parameters: [
      { name: 'case', in: 'path', required: true, schema: { type: 'string', format: 'uuid' } },
      idempotencyKey,
      acceptLanguage,
    ],
    requestBody: { required: true, content: { 'application/json': { schema: schemaOf(act.input, components) } } },
    responses: {
      '200': {
        description: 'Done; the facts that were recorded',
        content: { 'application/json': { schema: { $ref: '#/components/schemas/ActAnswer' } } },
      },
      ...Object.fromEntries(actFaults.map((status) => [String(status), { $ref: `#/components/responses/${status}` }])),
    },
    security: signedIn,
    'x-roles': roles,
  }
}

function routeOperation(route: Route, language: ScreenLanguage): Operation {
  const id = operationId(
    `${route.method}-${route.path
      .replace(/^\/(api\/)?/, '')
      .replace(/[{}]/g, '')
      .replace(/[^A-Za-z0-9]+/g, '-')
      .toLowerCase()}`,
  )
  const answers = Object.entries(route.answers).map(([status, { says, type, schema, headers }]) => [
    status,
    {
      description: says,
      ...(type && { content: { [type]: { schema } } }),
      ...(headers && { headers: Object.fromEntries(headers.map((name) => [name, { schema: { type: 'string' } }])) }),
    },
  ])
  return {
    operationId: id,
    tags: [route.tag],
    summary: route.says[language],
    ...(route.parameters && { parameters: route.parameters }),
    ...(route.body && {
      requestBody: { required: true, content: { [route.body.type]: { schema: route.body.schema } } },
    }),
    responses: Object.fromEntries([
      ...answers,
      // Whatever carries a session or a credential is counted, wherever it goes.
      ...[...(route.faults ?? []), 429].map((status) => [String(status), { $ref: `#/components/responses/${status}` }]),
    ]),
    ...(route.signedIn && { security: signedIn }),
  }
}

/** The whole description. Acts of the platform itself are left out: nobody calls them. */
export function openApiOf(
  deployment: Pick<Deployment, 'mode' | 'pack'>,
  publicOrigin: string,
  language: ScreenLanguage = 'en',
): OpenApi {
  const schemas: Record<string, JsonSchema> = { ...answerSchemas, ...routeSchemas }
  const paths: Record<string, Record<string, Operation>> = {}
  for (const act of acts)
    if (act.by !== 'platform')
      paths[`/api/cases/{case}/acts/${act.name}`] = { post: actOperation(act, language, schemas) }
  const open = [...routes, ...signInRoutes].filter((route) => !route.sandbox || deployment.mode === 'sandbox')
  for (const route of open)
    paths[route.path] = { ...paths[route.path], [route.method]: routeOperation(route, language) }
  const statuses = new Set([...actFaults, ...open.flatMap((route) => route.faults ?? [])])
  const tags = [
    ...new Set(
      Object.values(paths).flatMap((methods) => Object.values(methods).flatMap((operation) => operation.tags)),
    ),
  ]
  return {
    openapi: '3.1.0',
    jsonSchemaDialect: 'https://json-schema.org/draft/2020-12/schema',
    info: {
      title: `Naru · ${deployment.pack.country}`,
      version: '1',
      summary: 'Open, provable public procurement: one route for every act, public reading without a key.',
      license: { name: 'Apache-2.0', identifier: 'Apache-2.0' },
    },
    servers: [{ url: publicOrigin }],
    tags: tags.map((name) => ({ name })),
    paths,
    components: {
      schemas,
      responses: Object.fromEntries(
        [...statuses].sort((a, b) => a - b).map((status) => [String(status), faultResponse(status)]),
      ),
      securitySchemes: {
        session: { type: 'apiKey', in: 'cookie', name: 'naru_session' },
        credential: { type: 'http', scheme: 'bearer', bearerFormat: '<credential id>.<secret>' },
      },
    },
  }
}

/** Registers the description and its page. Both are made once; they change with the program only. */
export function registerOpenApi(app: FastifyInstance, deployment: Deployment, publicOrigin: string): void {
  const fallback = deployment.pack.defaultLanguage as ScreenLanguage
  const made = new Map<ScreenLanguage, { document: string; page: string; tag: string }>()
  const inLanguage = (language: ScreenLanguage) => {
    let found = made.get(language)
    if (!found) {
      const description = openApiOf(deployment, publicOrigin, language)
      const document = JSON.stringify(description)
      const tag = createHash('sha256').update(document).digest('base64url').slice(0, 22)
      found = { document, page: referencePage(description, language), tag: `"${language}-${tag}"` }
      made.set(language, found)
    }
    return found
  }

  app.get('/api/openapi.json', async (request, reply) => {
    const { document, tag } = inLanguage('en')
    reply.header('etag', tag).header('access-control-allow-origin', '*').header('cache-control', 'public, max-age=300')
    if (request.headers['if-none-match'] === tag) return reply.code(304).send()
    return reply.type('application/json; charset=utf-8').send(document)
  })

  app.get<{ Querystring: { lang?: string } }>('/api/reference', async (request, reply) => {
    const language =
      screenLanguages.find((each) => each === request.query.lang) ??
      languageOf(request.headers['accept-language'], fallback)
    const { page, tag } = inLanguage(language)
    reply
      .header('etag', tag)
      .header('vary', 'accept-language')
      .header('cache-control', 'public, max-age=300')
      .header(
        'content-security-policy',
        "default-src 'none'; style-src 'unsafe-inline'; base-uri 'none'; form-action 'none'; frame-ancestors 'none'",
      )
    if (request.headers['if-none-match'] === tag) return reply.code(304).send()
    return reply.type('text/html; charset=utf-8').send(page)
  })
}

// Checks packages against the official schemas with the adopted extensions, and finds fields that neither they nor our own declare.
// For tests and for publishers who want to know; the product does not need it to run.
import Ajv from 'ajv-draft-04'
import addFormats from 'ajv-formats'
import own from './extension/release-schema.json' with { type: 'json' }
import { isObject, type Json, type JsonObject } from './json.ts'

/** The schemas as read from their files; all with the extensions applied. */
export interface Schemas {
  readonly release: object
  readonly releasePackage: object
  readonly recordPackage: object
  /** The versioned release schema, which the record package refers to. */
  readonly versionedRelease: object
}

export interface Validator {
  /** What is wrong with a release package, each with its place; empty when it is valid. */
  readonly releasePackage: (json: unknown) => readonly string[]
  readonly recordPackage: (json: unknown) => readonly string[]
  readonly release: (json: unknown) => readonly string[]
  /** Places of fields in a release that no declared extension knows, indexes left out. */
  readonly undeclared: (release: JsonObject) => readonly string[]
}

// The constructor and the function are the modules themselves or their default, by how the module was loaded.
const constructorOf = <T>(module: T): T => ((module as { default?: T }).default ?? module) as T

/** Compiles the schemas once (0.4 s). */
export function makeValidator(schemas: Schemas): Validator {
  const release = withPatch(schemas.release as JsonObject, own as unknown as JsonObject)
  const ajv = new (constructorOf(Ajv) as unknown as typeof Ajv.default)({
    strict: false,
    allErrors: true,
    validateSchema: true,
  })
  ;(constructorOf(addFormats) as unknown as typeof addFormats.default)(ajv as never)
  ajv.addSchema(release)
  ajv.addSchema(withoutPatterns(schemas.versionedRelease as JsonObject))
  const check = (schema: object) => {
    const validate = ajv.compile(schema)
    return (json: unknown): readonly string[] =>
      validate(json)
        ? []
        : (validate.errors ?? []).map(
            (each) => `${each.instancePath} ${each.message ?? each.keyword} ${JSON.stringify(each.params)}`,
          )
  }
  const ofRelease = ajv.getSchema((release as { id: string }).id)
  if (!ofRelease) throw new Error('the release schema has no id')
  return {
    releasePackage: check(schemas.releasePackage),
    recordPackage: check(schemas.recordPackage),
    release: (json) =>
      ofRelease(json) ? [] : (ofRelease.errors ?? []).map((each) => `${each.instancePath} ${each.message ?? ''}`),
    undeclared: (json) => [...new Set(undeclaredIn(json, release, release, ''))].sort(),
  }
}

/**
 * The official schema of versioned releases says of translated fields (title_ru) that they are text, although merging versions them like
 * every other field; so its patterns are left out.
 */
const withoutPatterns = (schema: JsonObject): JsonObject =>
  JSON.parse(JSON.stringify(schema, (key, value) => (key === 'patternProperties' ? undefined : value)))

/** A JSON merge patch (RFC 7396). */
export function withPatch(target: JsonObject, patch: JsonObject): JsonObject {
  const out: Record<string, Json> = { ...target }
  for (const [key, value] of Object.entries(patch)) {
    const before = out[key]
    if (value === null) delete out[key]
    else out[key] = isObject(value) ? withPatch(isObject(before) ? before : {}, value) : value
  }
  return out
}

function undeclaredIn(value: Json, node: JsonObject | undefined, root: JsonObject, path: string): readonly string[] {
  const schema = resolve(node, root)
  if (Array.isArray(value))
    return value.flatMap((each) => undeclaredIn(each, schema?.items as JsonObject | undefined, root, path))
  if (!isObject(value) || !schema) return []
  const properties = (schema.properties ?? {}) as JsonObject
  const patterns = Object.entries((schema.patternProperties ?? {}) as JsonObject)
  return Object.entries(value).flatMap(([key, inner]) => {
    const here = path === '' ? key : `${path}/${key}`
    const known = (properties[key] ?? patterns.find(([pattern]) => new RegExp(pattern).test(key))?.[1]) as
      | JsonObject
      | undefined
    return known ? undeclaredIn(inner, known, root, here) : [here]
  })
}

function resolve(node: JsonObject | undefined, root: JsonObject): JsonObject | undefined {
  const name = typeof node?.$ref === 'string' ? /^#\/definitions\/(.+)$/.exec(node.$ref)?.[1] : undefined
  return name ? ((root.definitions as JsonObject)[name] as JsonObject | undefined) : node
}

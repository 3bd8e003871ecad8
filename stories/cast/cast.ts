// How a cast is written: organisations with their people, all invented, with ids that follow from their names so that a sandbox is stable.
import { createHash } from 'node:crypto'
import type { Role } from '@naru/domain/actor.ts'
import type { Profile } from '@naru/domain/organisation/facts.ts'
import type { LanguageText } from '@naru/domain/text.ts'

export interface Person {
  readonly id: string
  readonly name: string
  readonly roles: readonly Role[]
  /** The key of the organisation in the cast. */
  readonly of: string
}

export interface Organisation {
  readonly id: string
  readonly key: string
  readonly profile: Profile
  readonly people: readonly Person[]
}

/** Everybody who plays in a country's stories. */
export interface Cast {
  readonly country: 'kg' | 'kr' | 'fictia' | 'uz' | 'mn' | 'int'
  readonly organisations: readonly Organisation[]
}

/** A UUID version 4 in form, made of a SHA-256 over the words: the same words always give the same id. */
export function idOf(...words: readonly (string | number)[]): string {
  const bytes = createHash('sha256')
    .update(`naru sandbox\0${words.join('\0')}`)
    .digest()
    .subarray(0, 16)
  bytes[6] = ((bytes[6] ?? 0) & 0x0f) | 0x40
  bytes[8] = ((bytes[8] ?? 0) & 0x3f) | 0x80
  const hex = bytes.toString('hex')
  return [hex.slice(0, 8), hex.slice(8, 12), hex.slice(12, 16), hex.slice(16, 20), hex.slice(20)].join('-')
}

/** ISO 3166 leaves XA to XZ to whoever needs a country that is none. */
const invented: Readonly<Partial<Record<Cast['country'], string>>> = { fictia: 'XF', int: 'XX' }

/** One invented organisation: `people` maps names to roles, the administrator first. */
export function organisation(
  country: Cast['country'],
  key: string,
  given: {
    readonly name: LanguageText
    readonly kinds: Profile['kinds']
    readonly identifier: Profile['identifier']
    readonly region: string
    readonly regime?: string
    readonly soleTrader?: boolean
    readonly people: Readonly<Record<string, readonly Role[]>>
  },
): Organisation {
  return {
    id: idOf(country, 'organisation', key),
    key,
    profile: {
      name: given.name,
      kinds: given.kinds,
      identifier: given.identifier,
      soleTrader: given.soleTrader ?? false,
      country: invented[country] ?? country.toUpperCase(),
      region: given.region,
      regime: given.regime ?? null,
      registered: null,
    },
    people: Object.entries(given.people).map(([name, roles]) => ({
      id: idOf(country, 'person', key, name),
      name,
      roles,
      of: key,
    })),
  }
}

/** An organisation of the cast by its key. Throws when there is none. */
export function getOrganisation(cast: Cast, key: string): Organisation {
  const found = cast.organisations.find((each) => each.key === key)
  if (!found) throw new Error(`${cast.country} has no organisation ${key}`)
  return found
}

/** The `nth` person (from 0) of an organisation who holds a role. Throws when there is none. */
export function getPerson(of: Organisation, role: Role, nth = 0): Person {
  const found = of.people.filter((each) => each.roles.includes(role))[nth]
  if (!found) throw new Error(`${of.key} has no ${role} number ${nth + 1}`)
  return found
}

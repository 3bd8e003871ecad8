// Organisations as OCDS names them: a stable id from their registration, a pseudonym for a sole trader, the parts they play.
import { inLanguage, type LanguageText } from '@naru/domain/text.ts'
import { compact, type JsonObject, objectsAt } from './json.ts'
import closed from './schema/closed-codes.json' with { type: 'json' }

/** What anyone may know of an organisation (the public part of OrganisationRegistered). */
export interface PublicOrganisation {
  readonly id: string
  readonly name: LanguageText
  readonly identifier: { readonly scheme: string; readonly id: string } | null
  readonly soleTrader: boolean
  readonly country: string
  readonly region: string
}

/** Finds an organisation by its id; undefined when it never registered here. */
export type FindOrganisation = (id: string) => PublicOrganisation | undefined

/** Parts that parties play (OCDS partyRole; `demandAgency` is of our own extension). */
export type Role = 'buyer' | 'procuringEntity' | 'payer' | 'demandAgency' | 'tenderer' | 'supplier'

/**
 * The party id `scheme-number`, the same in every process. A sole trader's number is personal: the id is then a pseudonym made of the
 * random id under which the organisation is known here; so is that of a firm without a number of a known scheme.
 */
export function partyId(id: string, organisation: PublicOrganisation | undefined): string {
  const { identifier, soleTrader } = organisation ?? { identifier: null, soleTrader: false }
  return identifier && !soleTrader ? `${identifier.scheme}-${identifier.id}` : `NARU-${id}`
}

/** `key` in the main language and `key_xx` in the others. */
export function inLanguages(key: string, text: LanguageText, main: string): JsonObject {
  const chosen = inLanguage(text, main, main)
  const others = Object.entries(text).filter(([language, value]) => language !== main && value !== chosen)
  return compact({
    [key]: chosen,
    ...Object.fromEntries(others.map(([language, value]) => [`${key}_${language}`, value])),
  })
}

/** The party without its parts. */
export function partyOf(id: string, organisation: PublicOrganisation | undefined, language: string): JsonObject {
  const own = partyId(id, organisation)
  if (!organisation) return { id: own }
  const { name, identifier, soleTrader, country, region } = organisation
  const legalName = inLanguages('legalName', name, language)
  return compact({
    id: own,
    ...inLanguages('name', name, language),
    identifier:
      identifier && !soleTrader
        ? { scheme: identifier.scheme, id: identifier.id, ...legalName }
        : { scheme: 'NARU', id, ...legalName },
    address: { region, country: closed.country.includes(country) ? country : undefined },
  })
}

/** A reference to a party. */
export const referenceTo = (id: string, organisation: PublicOrganisation | undefined, language: string): JsonObject =>
  compact({ id: partyId(id, organisation), name: organisation && inLanguage(organisation.name, language, language) })

/** The parties of a document with one more part for one of them; a new party is added at the end. */
export function withRole(parties: readonly JsonObject[], party: JsonObject, role: Role): readonly JsonObject[] {
  const known = parties.find((each) => each.id === party.id)
  if (!known) return [...parties, { ...party, roles: [role] }]
  const roles = known.roles as readonly string[]
  return roles.includes(role)
    ? parties
    : parties.map((each) => (each === known ? { ...known, roles: [...roles, role] } : each))
}

/** Adds parts to the parties of a compiled document. */
export function addParties(
  document: JsonObject,
  parts: readonly (readonly [string, Role])[],
  find: FindOrganisation,
  language: string,
): JsonObject {
  const parties = parts.reduce(
    (sum, [id, role]) => withRole(sum, partyOf(id, find(id), language), role),
    objectsAt(document, 'parties'),
  )
  return { ...document, parties }
}

// What a document is made from: one public fact with its place in the log, the case as it stood then, and the names of the organisations in it.
import type { Mode, Pack } from '@naru/domain/pack.ts'
import type { Fact } from '@naru/domain/history.ts'
import type { TenderState } from '@naru/domain/tender/tender.ts'
import type { LanguageText } from '@naru/domain/text.ts'
import type { FactLine, Inline } from './sheet.ts'
import type { Speech } from './speech.ts'

/** The kinds of generated documents and the fact that makes each. */
export const documentKinds = {
  TenderPublished: 'notice',
  TenderAmended: 'amendment',
  DeadlineMovedByOutage: 'amendment',
  RebidStarted: 'rebid',
  OpeningRecorded: 'opening',
  AwardMade: 'award',
  DirectAwardMade: 'direct-award',
  AwardWithdrawn: 'award-withdrawn',
  TenderFailed: 'failure',
  TenderCancelled: 'cancellation',
  ContractConcluded: 'contract',
} as const
export type DocumentFact = keyof typeof documentKinds
export type DocumentKind = (typeof documentKinds)[DocumentFact]

/** A fact as anyone may read it, with its place in the log and its hash in base64. `index` is null while it waits for its place. */
export interface PlacedFact {
  readonly index: number | null
  readonly hash: string
  readonly fact: Fact
}

export interface KnownOrganisation {
  readonly name: LanguageText
  readonly identifier: { readonly scheme: string; readonly id: string } | null
}

export interface Material {
  readonly pack: Pack
  readonly mode: Mode
  /** The log's name. */
  readonly log: string
  /** Where the portal is, without a slash at the end. */
  readonly site: string
  readonly kind: DocumentKind
  /** The fact itself, then those of the same act that belong to it (the draws of an opening). Bodies are the public ones. */
  readonly facts: readonly [PlacedFact, ...PlacedFact[]]
  /** The tender as the fact left it; the terms and the content of the notice stand in it. */
  readonly tender: TenderState
  readonly organisations: ReadonlyMap<string, KnownOrganisation>
}

/** An organisation's name as a document shows it. */
export function nameOf(material: Material, id: string, speech: Speech): Inline {
  const known = material.organisations.get(id)
  return known ? speech.text(known.name) : speech.say('document.unknownOrganisation')
}

/** Name and number of an organisation under a role. */
export function partyLine(material: Material, name: string, id: string, speech: Speech): FactLine {
  const identifier = material.organisations.get(id)?.identifier
  return {
    name,
    value: [nameOf(material, id, speech)],
    ...(identifier && { note: [speech.plain(`${identifier.scheme} ${identifier.id}`)] }),
  }
}

/** The parties of the tender; those that are one organisation stand once. */
export function partyLines(material: Material, speech: Speech): readonly FactLine[] {
  const { parties } = material.tender
  const roles = ['procuringEntity', 'buyer', 'demandAgency', 'payer'] as const
  return roles
    .filter((role) => role === 'procuringEntity' || parties[role] !== parties.procuringEntity)
    .map((role) => partyLine(material, speech.say(`document.party.${role}`), parties[role], speech))
}

/** How a lot is called: its number, and its title where the tender has several. */
export function lotName(material: Material, lot: string, speech: Speech): string {
  const lots = material.tender.content?.lots ?? []
  const at = lots.findIndex((each) => each.id === lot)
  const title = lots[at] && speech.text(lots[at].title)
  return `${speech.say('document.lot', { n: at + 1 })}. ${title === undefined ? '' : typeof title === 'string' ? title : title.text}`
}

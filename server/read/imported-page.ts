// One process of another publisher as its page shows it: what OCDS names, taken out of whatever was published there, nothing trusted to have a shape.
import { isObject, type Json, type JsonObject } from '@naru/ocds/json.ts'
import { publicationFor } from '../after/releases.ts'
import type { Deployment } from '../deployment.ts'
import { readImportedRecord } from './imported.ts'

/** A sum as decimal text in whole units. */
export interface ImportedSum {
  readonly amount: string
  readonly currency: string
}

export interface ImportedPage {
  readonly ocid: string
  readonly publisher: string
  readonly licence: string | null
  readonly title: string
  readonly description: string | null
  /** Of what the publisher wrote, where it says so. */
  readonly language: string | null
  readonly status: string | null
  readonly buyer: string | null
  readonly category: string | null
  readonly method: string | null
  readonly value: ImportedSum | null
  readonly published: string | null
  readonly deadline: string | null
  readonly items: readonly {
    readonly description: string
    readonly classification: string | null
    readonly quantity: string | null
    readonly unit: string | null
  }[]
  readonly awards: readonly {
    readonly suppliers: readonly string[]
    readonly value: ImportedSum | null
    readonly status: string | null
    readonly date: string | null
  }[]
  readonly contracts: readonly {
    readonly id: string
    readonly value: ImportedSum | null
    readonly status: string | null
    readonly signed: string | null
  }[]
}

/** Most lines of items, awards or contracts on one page; the record has them all. */
const mostLines = 100

const at = (value: Json | undefined, ...path: readonly string[]): Json | undefined =>
  path.reduce<Json | undefined>((found, key) => (isObject(found) ? found[key] : undefined), value)

const text = (value: Json | undefined): string | null =>
  typeof value === 'string' && value.trim() !== '' ? value.trim() : typeof value === 'number' ? String(value) : null

const instant = (value: Json | undefined): string | null => {
  const written = text(value)
  return written && !Number.isNaN(Date.parse(written)) ? new Date(written).toISOString() : null
}

const list = (value: Json | undefined): readonly JsonObject[] =>
  Array.isArray(value) ? value.filter(isObject).slice(0, mostLines) : []

function sum(value: Json | undefined): ImportedSum | null {
  const amount = text(at(value, 'amount'))
  const currency = text(at(value, 'currency'))
  return amount && currency && /^\d{1,18}(\.\d+)?$/.test(amount) && /^[A-Z]{3}$/.test(currency)
    ? { amount, currency }
    : null
}

/** The page of an imported process by its ocid, or null. */
export async function readImportedPage(deployment: Deployment, ocid: string): Promise<ImportedPage | null> {
  const found = await readImportedRecord(deployment, publicationFor(deployment, 'https://naru.invalid'), ocid)
  const [record] = list(found?.records)
  const compiled = at(record, 'compiledRelease')
  if (!found || !isObject(compiled)) return null
  const tender = compiled.tender
  const items = list(at(tender, 'items'))
  const party = list(compiled.parties).find(
    (each) => Array.isArray(each.roles) && each.roles.some((role) => role === 'procuringEntity' || role === 'buyer'),
  )
  return {
    ocid,
    publisher: text(at(found, 'publisher', 'name')) ?? '',
    licence: text(found.license),
    title:
      text(at(tender, 'title')) ??
      text(at(tender, 'description')) ??
      text(at(compiled, 'planning', 'rationale')) ??
      ocid,
    description: text(at(tender, 'description')),
    language: text(compiled.language),
    status: text(at(tender, 'status')),
    buyer: text(at(tender, 'procuringEntity', 'name')) ?? text(at(compiled, 'buyer', 'name')) ?? text(party?.name),
    category: text(at(tender, 'mainProcurementCategory')),
    method: text(at(tender, 'procurementMethod')),
    value: sum(at(tender, 'value')) ?? sum(at(compiled, 'planning', 'budget', 'amount')),
    published:
      instant(at(tender, 'datePublished')) ??
      instant(at(tender, 'tenderPeriod', 'startDate')) ??
      instant(compiled.date),
    deadline: instant(at(tender, 'tenderPeriod', 'endDate')),
    items: items.map((item) => ({
      description: text(item.description) ?? text(item.id) ?? '',
      classification: text(at(item, 'classification', 'id')),
      quantity: text(item.quantity),
      unit: text(at(item, 'unit', 'name')),
    })),
    awards: list(compiled.awards).map((award) => ({
      suppliers: list(award.suppliers).flatMap((each) => text(each.name) ?? []),
      value: sum(award.value),
      status: text(award.status),
      date: instant(award.date),
    })),
    contracts: list(compiled.contracts).map((contract) => ({
      id: text(contract.id) ?? '',
      value: sum(contract.value),
      status: text(contract.status),
      signed: instant(contract.dateSigned),
    })),
  }
}

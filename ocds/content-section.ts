// The part of a tender section that the notice's content gives; an amendment gives it anew.
import type { AwardParameters } from '@naru/domain/award/parameters.ts'
import { type Content, estimatedValue, type TenderDocument } from '@naru/domain/tender/content.ts'
import type { Terms } from '@naru/domain/terms.ts'
import { inLanguage, type LanguageText } from '@naru/domain/text.ts'
import { addMilliseconds, instantAt, latestBefore, shiftDay } from '@naru/domain/time.ts'
import { exactNumber, valueOf } from './amount.ts'
import { compact, type Json, type JsonObject, objectsAt } from './json.ts'
import { inLanguages } from './party.ts'
import type { Publication } from './publication.ts'

interface ItemSource {
  readonly id: string
  readonly description: LanguageText
  readonly quantity: string
  readonly unit: string
  readonly classification?: string
}

/** An item with its class, unit and, where it has been offered or agreed, unit price. */
export function itemOf(
  item: ItemSource,
  language: string,
  publication: Publication,
  unitPrice?: JsonObject,
): JsonObject {
  const { classifier, units } = publication
  const named = classifier.codes.find((each) => each.code === item.classification)?.names
  const unit = units.find((each) => each.code === item.unit)?.names
  return compact({
    id: item.id,
    ...inLanguages('description', item.description, language),
    classification: item.classification
      ? {
          scheme: classifier.scheme,
          id: item.classification,
          ...(named && inLanguages('description', named, language)),
        }
      : undefined,
    quantity: exactNumber(item.quantity),
    unit: { scheme: 'UNCEFACT', id: item.unit, ...(unit && inLanguages('name', unit, language)), value: unitPrice },
  })
}

/** The id of a lot's own part within the whole tender: as it stands where there is one lot, behind the lot's id otherwise. */
export const withinTender = (content: Content, lot: string, id: string): string =>
  content.lots.length === 1 ? id : `${lot}/${id}`

/** The end of a plain day YYYY-MM-DD in a zone, or undefined for other words. */
export const endOfDay = (text: string, zone: string): string | undefined =>
  /^\d{4}-\d\d-\d\d$/.test(text) ? addMilliseconds(instantAt(shiftDay(text, 1), '00:00', zone), -1) : undefined

/** The newest version of each document; the day it first appeared stays, the day it changed is added. */
function documentsOf(
  documents: readonly TenderDocument[],
  before: readonly JsonObject[],
  at: string,
  publication: Publication,
) {
  const newest = new Map<string, TenderDocument>()
  for (const each of documents) if ((newest.get(each.id)?.version ?? 0) < each.version) newest.set(each.id, each)
  return [...newest.values()].map((each): JsonObject => {
    const earlier = before.find((known) => known.id === each.id)
    const url = `${publication.site}/api/documents/${each.upload}`
    const changed = earlier !== undefined && earlier.url !== url
    return compact({
      id: each.id,
      documentType: each.kind,
      title: each.title,
      url,
      datePublished: earlier?.datePublished ?? at,
      dateModified: changed ? at : earlier?.dateModified,
      format: each.mediaType,
      language: each.language,
      sha256: each.sha256,
    })
  })
}

const criteriaOf = (content: Content): readonly JsonObject[] =>
  content.conditions.map((each) => {
    const text = inLanguage(each.text, content.language, content.language)
    const requirement = { id: each.id, title: text, dataType: 'boolean', expectedValue: true }
    return {
      id: each.id,
      title: text,
      relatesToTenderer: true,
      requirementGroups: [{ id: each.id, requirements: [requirement] }],
    }
  })

/** What the award rule weighs, as far as the parameters give numbers. */
function weighed(content: Content, terms: Terms): JsonObject {
  const parameters: AwardParameters | null = terms.award.parameters.value
  const points = (text: string | undefined): Json | undefined =>
    text === undefined ? undefined : [compact({ number: exactNumber(text), weight: 'pointsExact' })]
  const price = compact({
    type: 'price',
    numbers: points(parameters && 'pricePoints' in parameters ? parameters.pricePoints : undefined),
  })
  const quality = content.criteria.map((each) =>
    compact({
      type: 'quality',
      name: inLanguage(each.title, content.language, content.language),
      numbers: points(each.points),
    }),
  )
  return { criteria: [price, ...quality] }
}

/** The members of `tender` that follow from the content in force, the terms of the case and the round's deadline. */
export function contentSection(
  content: Content,
  terms: Terms,
  published: { readonly at: string; readonly deadline: string; readonly before: JsonObject },
  publication: Publication,
): JsonObject {
  const { language } = content
  const { zone, minorUnits } = publication
  const { at, deadline, before } = published
  const earlierLots = objectsAt(before, 'lots')
  const questionsEnd = terms.questionsEnd?.value
    ? latestBefore(deadline, terms.questionsEnd.value, terms.calendar)
    : undefined
  const delivered = endOfDay(content.delivery.by, zone)
  const delivery = delivered ? content.delivery.terms : `${content.delivery.by}\n${content.delivery.terms}`
  return compact({
    ...inLanguages('title', content.title, language),
    ...inLanguages('description', content.description, language),
    value: valueOf(estimatedValue(content), minorUnits),
    procurementMethodRationale: content.choice.reason,
    mainProcurementCategory: content.category,
    awardCriteria: terms.award.rule.startsWith('lowest-price') ? 'priceOnly' : 'ratedCriteria',
    awardCriteriaDetails: terms.award.rule,
    tenderPeriod: { startDate: (before.tenderPeriod as JsonObject | undefined)?.startDate ?? at, endDate: deadline },
    enquiryPeriod: questionsEnd ? { startDate: before.datePublished ?? at, endDate: questionsEnd } : undefined,
    contractPeriod: { endDate: delivered },
    contractTerms: { performanceTerms: delivery, financialTerms: content.paymentTerms },
    deliveryAddresses: [{ description: content.delivery.place }],
    submissionTerms: { electronicSubmissionPolicy: 'required', languages: [language] },
    criteria: criteriaOf(content),
    lots: content.lots.map((lot) => ({
      id: lot.id,
      title: inLanguage(lot.title, language, language),
      status: earlierLots.find((each) => each.id === lot.id)?.status ?? 'active',
      value: valueOf(lot.value, minorUnits),
      awardCriteria: weighed(content, terms),
    })),
    items: content.lots.flatMap((lot) =>
      lot.items.map((item) => ({
        ...itemOf(item, language, publication),
        id: withinTender(content, lot.id, item.id),
        relatedLot: lot.id,
      })),
    ),
    documents: documentsOf(content.documents, objectsAt(before, 'documents'), at, publication),
  })
}

// A published plan as planning processes: each line has an ocid of its own, to which tenders link.
import type { PlanFact, PlanLine } from '@naru/domain/plan/facts.ts'
import { inLanguage } from '@naru/domain/text.ts'
import { addMilliseconds, instantAt } from '@naru/domain/time.ts'
import { valueOf } from './amount.ts'
import { compact, type JsonObject } from './json.ts'
import { addParties, type FindOrganisation, inLanguages, referenceTo } from './party.ts'
import type { Publication } from './publication.ts'

type PlanPublished = Extract<PlanFact, { type: 'PlanPublished' }>

/** The ocid of a line: the plan's with the line's id. */
export const planLineOcid = (planOcid: string, line: string): string => `${planOcid}-${line}`

/** What is published of one line, as one compiled whole. */
export function planLineDocument(
  { organisation, year }: PlanPublished['body'],
  line: PlanLine,
  publication: Publication,
  find: FindOrganisation,
): JsonObject {
  const { language, classifier, minorUnits, zone } = publication
  const amount = valueOf(line.amount, minorUnits)
  const named = classifier.codes.find((each) => each.code === line.classification)?.names
  const quarterEnd =
    line.quarter === 4 ? `${year + 1}-01-01` : `${year}-${String(line.quarter * 3 + 1).padStart(2, '0')}-01`
  const buyer = referenceTo(organisation, find(organisation), language)
  const document = compact({
    language,
    title: inLanguage(line.title, language, language),
    buyer,
    planning: {
      budget: {
        id: line.budgetLine.code,
        amount,
        budgetBreakdown: [
          {
            id: line.budgetLine.code,
            description: line.budgetLine.source,
            amount,
            period: {
              startDate: instantAt(`${year}-01-01`, '00:00', zone),
              endDate: addMilliseconds(instantAt(`${year + 1}-01-01`, '00:00', zone), -1),
            },
          },
        ],
      },
      milestones: [
        {
          id: 'notice',
          type: 'preProcurement',
          code: 'noticePlanned',
          dueDate: addMilliseconds(instantAt(quarterEnd, '00:00', zone), -1),
          status: 'scheduled',
        },
      ],
    },
    tender: {
      id: line.id,
      ...inLanguages('title', line.title, language),
      status: 'planned',
      procuringEntity: buyer,
      mainProcurementCategory: line.category,
      classification: {
        scheme: classifier.scheme,
        id: line.classification,
        ...(named && inLanguages('description', named, language)),
      },
      value: amount,
    },
  })
  return addParties(
    document,
    [
      [organisation, 'buyer'],
      [organisation, 'procuringEntity'],
    ],
    find,
    language,
  )
}

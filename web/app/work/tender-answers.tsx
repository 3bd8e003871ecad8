// A notice as it is checked, approved, printed and amended: one component, so that what is checked is what is published.
import type { ReactNode } from 'react'
import { type Fact, Facts } from '../design/facts.tsx'
import { Section } from '../design/page.tsx'
import { Table } from '../design/table.tsx'
import { useSpeech } from '../speech.tsx'
import { unitAfter, type Units } from '../units.ts'
import { caseAt } from './case-places.ts'
import { inWords } from './names.ts'
import type { TenderCase } from './preparation.ts'
import { LanguageName } from './preparing-page.tsx'
import { estimated, type TenderDraft } from './tender-draft.ts'

/** All answers of a notice; with `caseId` each has a way to its page. */
export function TenderAnswers({
  draft,
  currency,
  units,
  caseId,
  of: { tender, names },
}: {
  draft: TenderDraft
  currency: string
  units: Units
  caseId?: string
  /** Who buys for whom. */
  of: Pick<TenderCase, 'tender' | 'names'>
}) {
  const { say, has, money, moment, language, number, size } = useSpeech()
  const words = (text: Readonly<Partial<Record<string, string>>>) => inWords(text, language, draft.language)
  const change = (page: string): Pick<Fact, 'change'> => (caseId ? { change: caseAt(caseId, page) } : {})
  const dash: ReactNode = <span className="quiet">—</span>
  const value = estimated(draft)
  return (
    <>
      <Section id="answers-what" title={say('work.check.what')}>
        <Facts
          facts={[
            {
              name: say('work.field.title'),
              value: words(draft.title) || dash,
              note: (
                <>
                  {say('work.start.language')}: <LanguageName language={draft.language} />
                </>
              ),
              ...change('purchase'),
            },
            {
              name: say('work.field.description'),
              value: <div className="prose">{words(draft.description) || dash}</div>,
              ...change('purchase'),
            },
            ...partiesOf(tender.parties).map(([role, id]) => ({
              name: say(`public.rail.${role}`),
              value: inWords(names.organisations[id], language),
            })),
            {
              name: say('work.field.category'),
              value: draft.category ? say(`domain.category.${draft.category}`) : dash,
              note: draft.kind && say(`pack.kind.${draft.kind}`),
              ...change('purchase'),
            },
            {
              name: say('work.field.value'),
              value: value ? money({ amount: value, currency }) : dash,
              ...change('lots'),
            },
            {
              name: say('work.field.method'),
              value:
                draft.method && has(`pack.method.${draft.method}.name`)
                  ? say(`pack.method.${draft.method}.name`)
                  : dash,
              note: draft.method && draft.reason,
              ...change('method'),
            },
          ]}
        />
      </Section>
      {draft.lots.map((lot, at) => (
        <Section
          key={lot.id}
          id={`answers-lot-${lot.id}`}
          title={`${say('work.lots.lot', { n: at + 1 })}: ${words(lot.title)}`}
          aside={lot.value && <strong>{money({ amount: lot.value, currency })}</strong>}
        >
          <Table
            caption={say('work.items')}
            rows={lot.items.map((item, n) => ({ ...item, n: n + 1 }))}
            rowKey={(item) => item.id}
            columns={[
              { key: 'n', head: '№', kind: 'number', cell: (item) => number(item.n) },
              {
                key: 'description',
                head: say('work.field.description'),
                names: true,
                cell: (item) => words(item.description),
              },
              { key: 'class', head: say('work.field.classification'), cell: (item) => item.classification },
              {
                key: 'quantity',
                head: say('work.field.quantity'),
                kind: 'number',
                cell: (item) => number(item.quantity || '0'),
              },
              {
                key: 'unit',
                head: say('work.field.unit'),
                cell: (item) => unitAfter(units, item.unit, item.quantity, language),
              },
            ]}
          />
        </Section>
      ))}
      <Section id="answers-terms" title={say('work.check.terms')}>
        <Facts
          facts={[
            {
              name: say('work.conditions.title'),
              value:
                draft.conditions.length > 0 ? (
                  <ul>
                    {draft.conditions.map((each) => (
                      <li key={each.id}>{words(each.text)}</li>
                    ))}
                  </ul>
                ) : (
                  say('work.conditions.none')
                ),
              ...change('conditions'),
            },
            ...(draft.criteria.length > 0
              ? [
                  {
                    name: say('work.criteria.title'),
                    value: (
                      <ul>
                        {draft.criteria.map((each) => (
                          <li key={each.id}>
                            {words(each.title)}: {say('work.criteria.points', { n: each.points })}
                          </li>
                        ))}
                      </ul>
                    ),
                    ...change('conditions'),
                  },
                ]
              : []),
            { name: say('work.field.place'), value: draft.delivery.place || dash, ...change('delivery') },
            { name: say('work.field.by'), value: draft.delivery.by || dash, ...change('delivery') },
            {
              name: say('work.field.terms'),
              value: <div className="prose">{draft.delivery.terms || dash}</div>,
              ...change('delivery'),
            },
            {
              name: say('work.field.payment'),
              value: <div className="prose">{draft.paymentTerms || dash}</div>,
              ...change('delivery'),
            },
            {
              name: say('domain.moment.deadline'),
              value: draft.deadline ? moment(draft.deadline) : dash,
              ...change('deadline'),
            },
          ]}
        />
      </Section>
      <Section id="answers-documents" title={say('work.documents.title')}>
        {draft.documents.length === 0 ? (
          <p>{say('work.documents.none')}</p>
        ) : (
          <Table
            caption={say('work.documents.title')}
            rows={draft.documents}
            rowKey={(each) => each.id}
            columns={[
              {
                key: 'title',
                head: say('work.field.title'),
                names: true,
                cell: (each) => <a href={`/api/documents/${each.upload}`}>{each.title}</a>,
              },
              {
                key: 'kind',
                head: say('work.documents.kind'),
                cell: (each) => say(`domain.documentKind.${each.kind}`),
              },
              { key: 'size', head: say('work.documents.size'), kind: 'number', cell: (each) => size(each.size) },
              { key: 'hash', head: 'SHA-256', cell: (each) => <span className="hash">{each.sha256}</span> },
            ]}
          />
        )}
      </Section>
    </>
  )
}

/** The procuring entity, and each other party that is somebody else. */
const partiesOf = (parties: TenderCase['tender']['parties']) =>
  [
    ['entity', parties.procuringEntity],
    ...(['buyer', 'demandAgency', 'payer'] as const)
      .filter((role) => parties[role] !== parties.procuringEntity)
      .map((role) => [role, parties[role]] as const),
  ] as const

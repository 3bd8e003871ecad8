// Tables that are written with the facts they come from: who serves where, and the public list.
import type { BidState } from '@naru/domain/bid/bid.ts'
import type { ContractState } from '@naru/domain/contract/contract.ts'
import type { StreamKind } from '@naru/domain/id.ts'
import type { OrganisationState } from '@naru/domain/organisation/organisation.ts'
import type { PlanState } from '@naru/domain/plan/plan.ts'
import { estimatedValue } from '@naru/domain/tender/content.ts'
import { closesAt } from '@naru/domain/tender/opening.ts'
import { currentRound, type TenderState } from '@naru/domain/tender/tender.ts'
import { inLanguage } from '@naru/domain/text.ts'
import type pg from 'pg'
import type { Deployment } from '../deployment.ts'

/** The real columns of `current`: whose a stream is, its round, and for a tender its stage and when the clock may close its round. */
export interface Columns {
  readonly owner: string | null
  readonly round: number | null
  readonly stage: string | null
  readonly open_until: string | null
}

/** The real columns of a stream's folded row. */
export function columnsOf(kind: StreamKind, state: unknown): Columns {
  const none = { owner: null, round: null, stage: null, open_until: null }
  switch (kind) {
    case 'organisation':
      return { ...none, owner: (state as OrganisationState).id }
    case 'plan':
      return { ...none, owner: (state as PlanState).organisation }
    case 'log':
    case 'law':
      return none
    case 'bid':
      return { ...none, owner: (state as BidState).bidder, round: (state as BidState).round }
    case 'contract':
      return { ...none, owner: (state as ContractState).text.supplier, stage: (state as ContractState).stage }
    case 'tender': {
      const tender = state as TenderState
      const round = tender.rounds.at(-1)
      const open = round && !round.closing && (tender.stage === 'published' || tender.stage === 'cancelled')
      return {
        owner: tender.parties.procuringEntity,
        round: round?.round ?? null,
        stage: tender.stage,
        open_until: open ? closesAt(tender) : null,
      }
    }
  }
}

/** Writes an organisation's members and credentials anew. */
export async function projectMembership(client: pg.PoolClient, state: unknown): Promise<void> {
  const { id, members, credentials } = state as OrganisationState
  await client.query('delete from membership where organisation = $1', [id])
  for (const { person, roles } of members)
    await client.query('insert into membership (person, organisation, roles) values ($1, $2, $3)', [person, id, roles])
  await client.query('delete from credential where organisation = $1', [id])
  for (const { credential } of credentials)
    await client.query('insert into credential (credential, organisation) values ($1, $2)', [credential, id])
}

/** How the public list names the state of a tender. */
export function publicStatus(tender: TenderState, contracts: readonly ContractState[]): string {
  if (tender.stage === 'published') return 'open'
  if (
    tender.stage === 'awarded' &&
    tender.awards.every((award) => contracts.some((each) => each.text.award === award.award && each.concluded))
  )
    return 'contracted'
  return tender.stage
}

/** Writes the line of a published tender in the public list; before publication there is none. */
export async function projectListing(
  deployment: Deployment,
  client: pg.PoolClient,
  heads: ReadonlyMap<string, { kind: string; state: unknown }>,
  caseId: string,
): Promise<void> {
  let tender = [...heads.values()].find((head) => head.kind === 'tender')?.state as TenderState | undefined
  if (!tender) {
    const { rows } = await client.query<{ state: string }>(`select state from current where stream = $1`, [
      `tender:${caseId}`,
    ])
    tender = rows[0] && (JSON.parse(rows[0].state) as TenderState)
  }
  if (!tender?.published || !tender.content) return
  const { content, published, parties } = tender
  await openDocuments(
    client,
    caseId,
    content.documents.map((each) => each.upload),
  )
  const contracts = await client.query<{ state: string }>(
    `select state from current where case_id = $1 and kind = 'contract'`,
    [caseId],
  )
  const names = await organisationNames(client, [
    parties.procuringEntity,
    ...tender.awards.map((each) => each.supplier),
  ])
  const buyer = names.get(parties.procuringEntity) ?? {}
  const suppliers = tender.awards.map((each) =>
    inLanguage(names.get(each.supplier) ?? {}, content.language, deployment.pack.defaultLanguage),
  )
  const value = estimatedValue(content)
  const scale = deployment.pack.minorUnits
  const text = [
    published.number,
    tender.ocid,
    ...Object.values(content.title),
    ...Object.values(content.description),
    ...Object.values(buyer),
    ...suppliers,
    ...content.lots.flatMap((lot) => [
      ...Object.values(lot.title),
      ...lot.items.flatMap((item) => [item.classification, ...Object.values(item.description)]),
    ]),
  ].join(' \n ')
  await client.query(
    `insert into listing (case_id, ocid, number, title, buyer_id, buyer_name, status, category, method, method_details, classification,
       value_amount, currency, published_at, deadline, supplier_name, award_amount, folded)
     values ($1, $2, $3, $4, $5, $6, $7, $8, $9, $10, $11, $12::numeric / 10 ^ $18::int, $13, $14, $15, $16, $17::numeric / 10 ^ $18::int, folded($19))
     on conflict (case_id) do update set title = excluded.title, status = excluded.status, deadline = excluded.deadline,
       supplier_name = excluded.supplier_name, award_amount = excluded.award_amount, folded = excluded.folded`,
    [
      caseId,
      tender.ocid,
      published.number,
      JSON.stringify(content.title),
      parties.procuringEntity,
      inLanguage(buyer, content.language, deployment.pack.defaultLanguage),
      publicStatus(
        tender,
        contracts.rows.map((row) => JSON.parse(row.state) as ContractState),
      ),
      content.category,
      published.terms.method.ocds,
      published.terms.method.id,
      content.lots[0]?.items[0]?.classification ?? null,
      value.amount,
      value.currency,
      published.at,
      currentRound(tender).deadline,
      suppliers.length > 0 ? suppliers.join(', ') : null,
      tender.awards.length > 0
        ? tender.awards.reduce((sum, each) => sum + BigInt(each.value.amount), 0n).toString()
        : null,
      scale,
      text,
    ],
  )
}

/** A document that a published notice names is open to everyone from then on, whatever later versions name. */
async function openDocuments(client: pg.PoolClient, caseId: string, uploads: readonly string[]): Promise<void> {
  if (uploads.length === 0) return
  await client.query(
    'insert into published_document (upload, case_id) select unnest($1::text[]), $2 on conflict do nothing',
    [uploads, caseId],
  )
}

/** Names of organisations in their languages, by id. */
export async function organisationNames(
  client: Pick<pg.PoolClient, 'query'>,
  ids: readonly string[],
): Promise<Map<string, Record<string, string>>> {
  const { rows } = await client.query<{ state: string }>(`select state from current where stream = any ($1)`, [
    ids.map((id) => `organisation:${id}`),
  ])
  return new Map(
    rows.map((row) => {
      const { id, profile } = JSON.parse(row.state) as OrganisationState
      return [id, profile.name as Record<string, string>]
    }),
  )
}

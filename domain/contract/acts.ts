// Concluding a contract in three messages: the buyer drafts, the supplier consents, the buyer confirms. Standstill blocks it (AWD-02).
import { z } from 'zod'
import { type ActContext, act } from '../act.ts'
import type { NewFact } from '../history.ts'
import { idSchema } from '../id.ts'
import { isRefusal, type Refusal, refuse } from '../refusal.ts'
import { ownTender } from '../tender/starting.ts'
import { currentRound } from '../tender/tender.ts'
import { textSchema } from '../text.ts'
import { dayOf, endOfPeriod } from '../time.ts'
import { demand } from '../terms.ts'
import type { ContractState } from './contract.ts'
import type { ContractText } from './facts.ts'

const fact = (id: string, type: string, body: unknown): NewFact => ({ kind: 'contract', id, type, body })

const awardOf = (context: ActContext, lot: string) => context.tender?.awards.find((each) => each.lot === lot)

/** The first moment at which a contract may be concluded, or null where no standstill runs. */
function standstill(context: ActContext, lot: string): Refusal | null {
  const until = awardOf(context, lot)?.standstillUntil
  const basis = context.tender?.published?.terms.standstill?.basis
  return until && context.now <= until ? refuse('standstillIsRunning', { from: until, ...(basis && { basis }) }) : null
}

/** Drafts the contract of an awarded lot from tender and bid; nothing in it is typed anew but special conditions. */
export const draftContract = act({
  name: 'draft-contract',
  noun: 'contract',
  by: ['contract-officer'],
  input: z.strictObject({ contract: idSchema, lot: z.string().max(40), special: textSchema(5000).nullable() }),
  lock: 'exclusive',
  needs: ['serial'],
  may: (context) => {
    const foreign = ownTender(context)
    if (foreign) return foreign
    const { tender, contracts } = context
    if (tender?.stage !== 'awarded') return refuse('nothingToAward')
    const open = tender.awards.filter(
      (award) => !contracts.some((each) => each.text.award === award.award && each.stage !== 'declined'),
    )
    const [first] = open
    if (!first) return refuse('alreadyExists')
    return open.map((award) => standstill(context, award.lot)).find((each) => each === null) === null
      ? null
      : standstill(context, first.lot)
  },
  decide: (context, { contract, lot, special }) => {
    const { tender, pack, now } = context
    const award = awardOf(context, lot)
    const described = tender?.content?.lots.find((each) => each.id === lot)
    if (!tender?.content || !tender.published || !award || !described) return refuse('nothingToAward')
    const opened = currentRound(tender).opening?.bids.find((each) => each.bid === award.bid && each.lot === lot)
    const offer = award.offer ?? opened?.price?.items
    if (!offer) return refuse('nothingToAward')
    const before = context.contracts.filter((each) => each.text.award === award.award)
    if (before.some((each) => each.stage !== 'declined')) return refuse('someoneElseWasFirst')
    const waiting = standstill(context, lot)
    if (waiting) return waiting
    const { value } = award
    const money = (amount: string) => ({ amount, currency: value.currency })
    const { terms } = tender.published
    const text: ContractText = {
      award: award.award,
      lot,
      title: described.title,
      buyer: tender.parties.buyer,
      payer: tender.parties.payer,
      supplier: award.supplier,
      value,
      lines: described.items.map((item) => {
        const offered = offer.find((each) => each.id === item.id)
        return {
          id: item.id,
          description: item.description,
          quantity: item.quantity,
          unit: item.unit,
          unitPrice: money(offered?.unitPrice ?? '0'),
          amount: money(offered?.amount ?? '0'),
        }
      }),
      delivery: tender.content.delivery,
      paymentTerms: tender.content.paymentTerms,
      special,
      signBy: terms.contractWithin
        ? dayOf(endOfPeriod(award.standstillUntil ?? award.at, demand(terms.contractWithin), terms.calendar), pack.zone)
        : null,
    }
    const number = pack.tenderNumber(dayOf(now, pack.zone), context.serial, 'contract')
    return [fact(contract, 'ContractDrafted', { contract, number, version: before.length + 1, text })]
  },
})

/** A contract whose award stands: what was drafted for an award that was withdrawn can be neither consented to nor confirmed. */
const named = (context: ActContext, contract: string) =>
  context.contracts.find((each) => each.id === contract && awardStands(context, each))

const awardStands = (context: ActContext, contract: ContractState): boolean =>
  context.tender?.awards.some((each) => each.award === contract.text.award) === true

function asSupplier(context: ActContext): Refusal | null {
  const { contracts, actor } = context
  if (contracts.length === 0) return refuse('caseDoesNotExist')
  const own = contracts.filter((each) => actor.kind === 'person' && each.text.supplier === actor.organisation)
  if (own.length === 0) return refuse('notTheSupplier')
  return own.some((each) => each.stage === 'drafted' && awardStands(context, each)) ? null : refuse('stageHasPassed')
}

const answerSchema = z.strictObject({ contract: idSchema, version: z.int() })

/** The drafted contract that this supplier answers, or why not. */
function answered(context: ActContext, input: z.output<typeof answerSchema>): ContractState | Refusal {
  const contract = named(context, input.contract)
  if (!contract) return refuse('caseDoesNotExist')
  if (context.actor.kind !== 'person' || contract.text.supplier !== context.actor.organisation)
    return refuse('notTheSupplier')
  return contract.stage === 'drafted' && contract.version === input.version ? contract : refuse('someoneElseWasFirst')
}

export const consentToContract = act({
  name: 'consent-to-contract',
  noun: 'contract',
  by: ['bidder'],
  input: answerSchema,
  lock: 'exclusive',
  needs: [],
  may: asSupplier,
  decide: (context, input) => {
    const contract = answered(context, input)
    return isRefusal(contract) ? contract : [fact(contract.id, 'ContractConsented', { version: input.version })]
  },
})

export const declineContract = act({
  name: 'decline-contract',
  noun: 'contract',
  by: ['bidder'],
  input: answerSchema.extend({ reason: textSchema(2000) }),
  lock: 'exclusive',
  needs: [],
  may: asSupplier,
  decide: (context, input) => {
    const contract = answered(context, input)
    return isRefusal(contract)
      ? contract
      : [fact(contract.id, 'ContractDeclined', { version: input.version, reason: input.reason })]
  },
})

/** The buyer's confirmation concludes the contract and publishes it. */
export const confirmContract = act({
  name: 'confirm-contract',
  noun: 'contract',
  by: ['contract-officer', 'approver'],
  input: answerSchema,
  lock: 'exclusive',
  needs: [],
  may: (context) => {
    const foreign = ownTender(context)
    if (foreign) return foreign
    const { contracts } = context
    const consented = contracts.find((each) => each.stage === 'consented' && awardStands(context, each))
    if (!consented) return refuse(contracts.some((each) => each.concluded) ? 'stageHasPassed' : 'stageHasNotCome')
    return standstill(context, consented.text.lot)
  },
  decide: (context, input) => {
    const contract = named(context, input.contract)
    if (!contract) return refuse('caseDoesNotExist')
    if (contract.stage !== 'consented' || contract.version !== input.version) return refuse('someoneElseWasFirst')
    const waiting = standstill(context, contract.text.lot)
    if (waiting) return waiting
    const { id, number, text, version } = contract
    return [fact(id, 'ContractConcluded', { contract: id, number, version, text, concludedAt: context.now })]
  },
})

export const contractActs = [draftContract, consentToContract, declineContract, confirmContract]

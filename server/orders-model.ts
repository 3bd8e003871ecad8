// What a purchase may be in and what each act does to it, said a second time and as short as possible: the model that SEC-02 compares the
// program with. It knows no facts, no hashes and no clock, only the order of steps (ASVS 2.3.1, 2.3.4).
import type { RefusalCode } from '@naru/domain/refusal.ts'

/** A purchase as the model sees it; `none` before it is begun. People are numbered: key holders 0 to 4 (two of the buyer), suppliers 0 and 1. */
export interface Purchase {
  readonly stage:
    | 'none'
    | 'preparing'
    | 'approved'
    | 'published'
    | 'closed'
    | 'ranked'
    | 'awarded'
    | 'cancelled'
    | 'failed'
  readonly published: boolean
  /** Who of the named holders has deposited keys; null before they are named. */
  readonly deposited: readonly number[] | null
  readonly proved: readonly number[]
  readonly version: number
  /** A version waits for the second person. */
  readonly waiting: boolean
  readonly asked: readonly string[]
  readonly answered: readonly string[]
  readonly amendments: number
  readonly proposed: boolean
  readonly closed: boolean
  /** Per supplier the number of versions and whether the last is a withdrawal. */
  readonly bids: readonly { readonly seq: number; readonly withdrawn: boolean }[]
  /** Key holders who have come to the opening; its window does not end here. */
  readonly present: readonly number[]
  readonly shares: readonly number[]
  readonly contracts: readonly {
    readonly id: string
    readonly stage: 'drafted' | 'consented' | 'concluded' | 'declined'
  }[]
}

export const nothing: Purchase = {
  stage: 'none',
  published: false,
  deposited: null,
  proved: [],
  version: 0,
  waiting: false,
  asked: [],
  answered: [],
  amendments: 0,
  proposed: false,
  closed: false,
  bids: [
    { seq: 0, withdrawn: false },
    { seq: 0, withdrawn: false },
  ],
  present: [],
  shares: [],
  contracts: [],
}

/** One act as it is sent: `who` numbers the holder or supplier; what was read before it was sent stands beside it. */
export interface Step {
  readonly act: string
  readonly who: number
  /** The version, amendment, question, contract or number of the bid's version that the sender means. */
  readonly means: string
}

type Outcome = Purchase | RefusalCode

const keysFixed = (p: Purchase): boolean => p.deposited?.length === 5
const ended = (p: Purchase): boolean => p.stage === 'cancelled' || p.stage === 'failed'
const before = (p: Purchase, then: () => Outcome): Outcome => {
  if (p.stage === 'none') return 'caseDoesNotExist'
  return p.published || ended(p) ? 'stageHasPassed' : then()
}
const whilePublished = (p: Purchase, then: () => Outcome): Outcome => {
  if (p.stage === 'none') return 'caseDoesNotExist'
  return p.stage === 'published' ? then() : 'stageHasPassed'
}
const asHolder = (p: Purchase, then: () => Outcome): Outcome => {
  if (p.stage === 'none') return 'caseDoesNotExist'
  return p.deposited === null ? 'youHoldNoKey' : then()
}
const whileBidding = (p: Purchase, then: () => Outcome): Outcome => {
  if (['none', 'preparing', 'approved'].includes(p.stage)) return 'caseDoesNotExist'
  if (p.stage === 'cancelled') return 'stageHasPassed'
  return p.stage === 'published' ? then() : 'deadlineHasPassed'
}
const secondPerson = (p: Purchase, means: string, then: () => Outcome): Outcome =>
  before(p, () => {
    if (!p.waiting) return 'stageHasNotCome'
    return means === String(p.version) ? then() : 'someoneElseWasFirst'
  })
const onAmendment = (p: Purchase, means: string, then: () => Outcome): Outcome =>
  whilePublished(p, () => {
    if (!p.proposed) return 'stageHasNotCome'
    return means === String(p.amendments + 1) ? then() : 'someoneElseWasFirst'
  })
const bidsOf = (p: Purchase, who: number, withdrawn: boolean) =>
  p.bids.map((bid, n) => (n === who ? { seq: bid.seq + 1, withdrawn } : bid))
const newestOf = (p: Purchase) => p.contracts.at(-1)
/** The supplier who wins: number 0 always offers less. */
const winner = (p: Purchase): number => p.bids.findIndex(({ seq, withdrawn }) => seq > 0 && !withdrawn)
const onContract = (p: Purchase, { who, means }: Step, stage: 'consented' | 'declined'): Outcome => {
  if (p.contracts.length === 0) return 'caseDoesNotExist'
  if (winner(p) !== who) return 'notTheSupplier'
  if (newestOf(p)?.stage !== 'drafted') return 'stageHasPassed'
  return thisContract(p, means, stage)
}
const thisContract = (p: Purchase, means: string, stage: Purchase['contracts'][number]['stage']): Outcome => {
  if (!p.contracts.some((each) => each.id === means)) return 'caseDoesNotExist'
  return newestOf(p)?.id === means ? withContract(p, stage) : 'someoneElseWasFirst'
}
const withContract = (p: Purchase, stage: Purchase['contracts'][number]['stage']): Purchase => ({
  ...p,
  contracts: p.contracts.map((each, n) => (n === p.contracts.length - 1 ? { ...each, stage } : each)),
})
/** One of the buyer's two holders and two of the guardians' three. */
const enough = (those: readonly number[]) => those.some((i) => i < 2) && those.filter((i) => i >= 2).length >= 2

/** What each act does, or why it is refused. */
export const rules: Readonly<Record<string, (p: Purchase, step: Step) => Outcome>> = {
  'start-tender': (p) => (p.stage === 'none' ? { ...p, stage: 'preparing' } : 'alreadyExists'),
  'name-key-holders': (p) => before(p, () => ({ ...p, deposited: [], proved: [] })),
  'deposit-keys': (p, { who }) =>
    asHolder(p, () => {
      if (p.published || ended(p)) return 'stageHasPassed'
      if (p.deposited?.includes(who)) return 'keyAlreadyDeposited'
      return { ...p, deposited: [...(p.deposited ?? []), who] }
    }),
  'rehearse-opening': (p, { who }) =>
    asHolder(p, () => {
      if (p.published || ended(p)) return 'stageHasPassed'
      if (!keysFixed(p)) return 'stageHasNotCome'
      return p.proved.includes(who) ? 'keyAlreadyProved' : { ...p, proved: [...p.proved, who] }
    }),
  'prepare-tender': (p) => before(p, () => ({ ...p, stage: 'preparing', version: p.version + 1, waiting: true })),
  'approve-tender': (p, { means }) => secondPerson(p, means, () => ({ ...p, stage: 'approved', waiting: false })),
  'return-tender': (p, { means }) => secondPerson(p, means, () => ({ ...p, stage: 'preparing', waiting: false })),
  'publish-tender': (p) =>
    before(p, () => {
      if (p.stage !== 'approved') return 'stageHasNotCome'
      if (p.deposited === null) return 'keyHoldersAreMissing'
      if (!keysFixed(p)) return 'keyRecordsAreMissing'
      return p.proved.length < 5 ? 'rehearsalIsMissing' : { ...p, stage: 'published', published: true }
    }),
  'ask-question': (p, { means }) => {
    if (!p.published) return 'caseDoesNotExist'
    if (p.stage !== 'published') return 'questionsAreClosed'
    return p.asked.includes(means) ? 'alreadyExists' : { ...p, asked: [...p.asked, means] }
  },
  'answer-question': (p, { means }) =>
    whilePublished(p, () => {
      if (p.asked.length === p.answered.length) return 'stageHasNotCome'
      if (!p.asked.includes(means)) return 'caseDoesNotExist'
      return p.answered.includes(means) ? 'questionIsAnswered' : { ...p, answered: [...p.answered, means] }
    }),
  'propose-amendment': (p) => whilePublished(p, () => ({ ...p, proposed: true })),
  'approve-amendment': (p, { means }) =>
    onAmendment(p, means, () => ({ ...p, proposed: false, amendments: p.amendments + 1 })),
  'return-amendment': (p, { means }) => onAmendment(p, means, () => ({ ...p, proposed: false })),
  'cancel-tender': (p) => {
    if (p.stage === 'none') return 'caseDoesNotExist'
    return p.stage === 'awarded' || ended(p) ? 'stageHasPassed' : { ...p, stage: 'cancelled' }
  },
  'submit-bid': (p, { who, means }) =>
    whileBidding(p, () =>
      means === String(p.bids[who]?.seq) ? { ...p, bids: bidsOf(p, who, false) } : 'bidChainIsBroken',
    ),
  'withdraw-bid': (p, { who, means }) =>
    whileBidding(p, () => {
      const bid = p.bids[who]
      if (!bid || bid.seq === 0 || bid.withdrawn) return 'stageHasNotCome'
      return means === String(bid.seq) ? { ...p, bids: bidsOf(p, who, true) } : 'bidChainIsBroken'
    }),
  'attend-opening': (p, { who }) =>
    asHolder(p, () => {
      if (!p.published) return 'stageHasNotCome'
      if (!p.closed) return 'deadlineHasNotPassed'
      if (p.stage !== 'closed') return 'stageHasPassed'
      if (p.present.includes(who)) return 'nothingChanged'
      return p.present.length === 0 && who >= 2 ? 'buyerBeginsTheOpening' : { ...p, present: [...p.present, who] }
    }),
  'post-shares': (p, { who }) =>
    asHolder(p, () => {
      if (!p.published) return 'stageHasNotCome'
      if (!p.closed) return 'deadlineHasNotPassed'
      if (p.shares.includes(who)) return 'sharesAlreadyPosted'
      if (p.stage !== 'closed') return 'stageHasPassed'
      if (!p.present.includes(who) || !enough(p.present)) return 'openingHasNotBegun'
      return { ...p, shares: [...p.shares, who] }
    }),
  'award-lot': (p) => {
    if (p.stage === 'none') return 'caseDoesNotExist'
    if (p.stage === 'awarded') return 'nothingToAward'
    if (p.stage === 'ranked') return { ...p, stage: 'awarded' }
    return ended(p) ? 'stageHasPassed' : 'evaluationIsNotComplete'
  },
  'draft-contract': (p, { means }) => {
    if (p.stage === 'none') return 'caseDoesNotExist'
    if (p.stage !== 'awarded') return 'nothingToAward'
    const newest = newestOf(p)
    if (newest && newest.stage !== 'declined') return 'alreadyExists'
    return { ...p, contracts: [...p.contracts, { id: means, stage: 'drafted' }] }
  },
  'consent-to-contract': (p, step) => onContract(p, step, 'consented'),
  'decline-contract': (p, step) => onContract(p, step, 'declined'),
  'confirm-contract': (p, { means }) => {
    if (p.stage === 'none') return 'caseDoesNotExist'
    const newest = newestOf(p)
    if (newest?.stage !== 'consented') return newest?.stage === 'concluded' ? 'stageHasPassed' : 'stageHasNotCome'
    return thisContract(p, means, 'concluded')
  },
}

/** What the portal does by itself: when the deadline has passed, and when enough shares are posted. */
export const deadline = (p: Purchase): Purchase =>
  p.stage === 'published' ? { ...p, closed: true, stage: winner(p) < 0 ? 'failed' : 'closed' } : p
export const opening = (p: Purchase): Purchase =>
  p.stage === 'closed' && enough(p.shares) ? { ...p, stage: 'ranked' } : p

/** Who may send which act, by number. */
export const senders: Readonly<Record<string, readonly number[]>> = {
  'deposit-keys': [0, 1, 2, 3, 4],
  'rehearse-opening': [0, 1, 2, 3, 4],
  'attend-opening': [0, 1, 2, 3, 4],
  'post-shares': [0, 1, 2, 3, 4],
  'submit-bid': [0, 1],
  'withdraw-bid': [0, 1],
  'consent-to-contract': [0, 1],
  'decline-contract': [0, 1],
}

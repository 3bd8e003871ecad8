// The inputs of all acts by name, taken from the domain's own declarations, so that a story that misspells a field does not compile.
import type { explainPrice, judgeExplanation } from '@naru/domain/award/explaining.ts'
import type { awardDirectly, withdrawAward } from '@naru/domain/award/after-award.ts'
import type { declareConflict, scoreBids, recordReview, awardLot, startRebid } from '@naru/domain/award/acts.ts'
import type { submitBid, withdrawBid } from '@naru/domain/bid/acts.ts'
import type { confirmContract, consentToContract, declineContract, draftContract } from '@naru/domain/contract/acts.ts'
import type { confirmValue } from '@naru/domain/law/acts.ts'
import type {
  admitPerson,
  assignRoles,
  delegateCredential,
  dismissPerson,
  registerOrganisation,
  revokeCredential,
} from '@naru/domain/organisation/acts.ts'
import type { approvePlan, preparePlan, publishPlan, returnPlan } from '@naru/domain/plan/acts.ts'
import type {
  answerQuestion,
  approveAmendment,
  askQuestion,
  cancelTender,
  proposeAmendment,
  publishTender,
  returnAmendment,
} from '@naru/domain/tender/noticing.ts'
import type { destroyKey, postShares, recordAbsence, useSpare } from '@naru/domain/tender/opening.ts'
import type { depositKeys, nameKeyHolders, rehearseOpening, sealSalts } from '@naru/domain/tender/key-holders.ts'
import type { approveTender, prepareTender, returnTender, setBaseAmount } from '@naru/domain/tender/preparing.ts'
import type { attendOpening } from '@naru/domain/tender/attending.ts'
import type { startTender } from '@naru/domain/tender/starting.ts'

type InputOf<T extends { decide: (context: never, input: never) => unknown }> = Parameters<T['decide']>[1]

/** Act name → input, as JSON carries it. */
export interface ActInputs {
  'register-organisation': InputOf<typeof registerOrganisation>
  'admit-person': InputOf<typeof admitPerson>
  'assign-roles': InputOf<typeof assignRoles>
  'dismiss-person': InputOf<typeof dismissPerson>
  'delegate-credential': InputOf<typeof delegateCredential>
  'revoke-credential': InputOf<typeof revokeCredential>
  'confirm-value': InputOf<typeof confirmValue>
  'prepare-plan': InputOf<typeof preparePlan>
  'approve-plan': InputOf<typeof approvePlan>
  'return-plan': InputOf<typeof returnPlan>
  'publish-plan': InputOf<typeof publishPlan>
  'start-tender': InputOf<typeof startTender>
  'name-key-holders': InputOf<typeof nameKeyHolders>
  'deposit-keys': InputOf<typeof depositKeys>
  'rehearse-opening': InputOf<typeof rehearseOpening>
  'seal-salts': InputOf<typeof sealSalts>
  'prepare-tender': InputOf<typeof prepareTender>
  'approve-tender': InputOf<typeof approveTender>
  'return-tender': InputOf<typeof returnTender>
  'set-base-amount': InputOf<typeof setBaseAmount>
  'publish-tender': InputOf<typeof publishTender>
  'ask-question': InputOf<typeof askQuestion>
  'answer-question': InputOf<typeof answerQuestion>
  'propose-amendment': InputOf<typeof proposeAmendment>
  'approve-amendment': InputOf<typeof approveAmendment>
  'return-amendment': InputOf<typeof returnAmendment>
  'cancel-tender': InputOf<typeof cancelTender>
  'submit-bid': InputOf<typeof submitBid>
  'withdraw-bid': InputOf<typeof withdrawBid>
  'attend-opening': InputOf<typeof attendOpening>
  'post-shares': InputOf<typeof postShares>
  'destroy-key': InputOf<typeof destroyKey>
  'record-absence': InputOf<typeof recordAbsence>
  'use-spare': InputOf<typeof useSpare>
  'declare-conflict': InputOf<typeof declareConflict>
  'score-bids': InputOf<typeof scoreBids>
  'record-review': InputOf<typeof recordReview>
  'explain-price': InputOf<typeof explainPrice>
  'judge-explanation': InputOf<typeof judgeExplanation>
  'award-lot': InputOf<typeof awardLot>
  'withdraw-award': InputOf<typeof withdrawAward>
  'award-directly': InputOf<typeof awardDirectly>
  'start-rebid': InputOf<typeof startRebid>
  'draft-contract': InputOf<typeof draftContract>
  'consent-to-contract': InputOf<typeof consentToContract>
  'decline-contract': InputOf<typeof declineContract>
  'confirm-contract': InputOf<typeof confirmContract>
}
export type ActName = keyof ActInputs

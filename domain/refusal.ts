// Why an act is not allowed: a value with a code, the article, and what the reader needs to go on.

/** Where a rule comes from: an article that was read, or an assumption with its reason. */
export type Basis =
  | { readonly law: string }
  | {
      readonly assumed: string
      readonly from: 'observed-practice' | 'repealed-law' | 'international-default' | 'design'
    }

/** Every reason for which Naru refuses an act; each has words in every interface language (`domain/words`). */
export const refusalCodes = [
  'notSignedIn',
  'clockIsWrong',
  'signInIsNotFresh',
  'passkeyIsDemanded',
  'passkeyIsMissing',
  'passkeyDoesNotFit',
  'passkeyIsTheLast',
  'passkeysAreTooMany',
  'passkeysNeedAName',
  'enrolmentDoesNotFit',
  'certificateIsNotTaken',
  'roleIsMissing',
  'notYourOrganisation',
  'notYourCase',
  'caseDoesNotExist',
  'alreadyExists',
  'stageHasPassed',
  'stageHasNotCome',
  'preparerMayNotApprove',
  'approverMayNotOpen',
  'authorMayNotHoldKey',
  'keyHoldersMustBeDistinct',
  'keyHoldersAreMissing',
  'keyRecordsAreMissing',
  'youHoldNoKey',
  'keyAlreadyDeposited',
  'keyAlreadyProved',
  'rehearsalIsMissing',
  'keyDoesNotOpen',
  'planIsMissing',
  'planLineIsMissing',
  'planIsNotPublished',
  'budgetIsExceeded',
  'methodIsNotLawful',
  'valueIsUnconfirmed',
  'periodIsTooShort',
  'deadlineMayNotBeShortened',
  'extensionIsRequired',
  'deadlineHasPassed',
  'deadlineHasNotPassed',
  'questionsAreClosed',
  'questionIsAnswered',
  'baseAmountIsMissing',
  'baseAmountIsSet',
  'baseAmountIsTooLate',
  'netCostIsMissing',
  'baseAmountIsNotYours',
  'documentIsNotClean',
  'filesAreDown',
  'secondSiteIsMissing',
  'bidderIsNotEligible',
  'buyerMayNotBid',
  'oneFirmOneBid',
  'withdrawalIsNotAllowed',
  'replacementIsNotAllowed',
  'bidChainIsBroken',
  'bidIsMalformed',
  'attachmentIsIncomplete',
  'bidIsForAnotherTender',
  'secondLookIsClosed',
  'sandboxSignatureInLive',
  'bidsAreNotSequenced',
  'tokensAreMissing',
  'sharesAreIncomplete',
  'sharesAlreadyPosted',
  'openingHasNotBegun',
  'openingIsStopped',
  'buyerBeginsTheOpening',
  'reportWasNotShown',
  'absenceIsTooEarly',
  'openingIsNotComplete',
  'evaluationIsNotComplete',
  'evaluatorHasScored',
  'declarationIsMissing',
  'reviewIsNotDue',
  'scoreIsOutOfRange',
  'explanationIsNotAsked',
  'explanationIsClosed',
  'explanationIsAwaited',
  'explanationIsDue',
  'bidIsNotTheWinner',
  'standstillIsRunning',
  'nothingToAward',
  'winnerHasNotRefused',
  'nextStepIsNotLawful',
  'notTheSupplier',
  'contractDiffers',
  'amountNeedsConfirmation',
  'nothingChanged',
  'someoneElseWasFirst',
] as const
export type RefusalCode = (typeof refusalCodes)[number]

/** An act that the law or the state of the case does not allow. `facts` fill the words; `until` and `from` bound when it is allowed. */
export interface Refusal {
  readonly refused: RefusalCode
  readonly basis?: Basis
  readonly facts?: Readonly<Record<string, string>>
  readonly from?: string
  readonly until?: string
}

/** Invalid input that only the state of the case can show: a path in the input and the code of a sentence. */
export interface Invalid {
  readonly invalid: readonly {
    readonly path: string
    readonly code: string
    readonly facts?: Readonly<Record<string, string>>
  }[]
}

export const refuse = (refused: RefusalCode, more: Omit<Refusal, 'refused'> = {}): Refusal => ({ refused, ...more })

export const isRefusal = (value: unknown): value is Refusal =>
  typeof value === 'object' && value !== null && 'refused' in value
export const isInvalid = (value: unknown): value is Invalid =>
  typeof value === 'object' && value !== null && 'invalid' in value

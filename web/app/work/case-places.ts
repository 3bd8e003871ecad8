// Where each act of a case is done, for desks, task lists and the walk; addresses without the language.

/** The workspace of a tender. */
export const caseAt = (caseId: string, page = ''): string => `/work/tenders/${caseId}${page && `/${page}`}`

const pages: Readonly<Record<string, string>> = {
  'name-key-holders': 'holders',
  'deposit-keys': 'keys',
  'rehearse-opening': 'keys',
  'seal-salts': 'keys',
  'prepare-tender': '',
  'approve-tender': 'approve',
  'return-tender': 'approve',
  'set-base-amount': 'base-amount',
  'publish-tender': 'publish',
  'ask-question': 'ask',
  'answer-question': 'questions',
  'propose-amendment': 'amend',
  'approve-amendment': 'amendment',
  'return-amendment': 'amendment',
  'cancel-tender': 'cancel',
  'submit-bid': 'bid',
  'withdraw-bid': 'bid/withdraw',
  'attend-opening': 'attend',
  'post-shares': 'keys',
  'destroy-key': 'keys',
  'record-absence': 'absence',
  'declare-conflict': 'declaration',
  'score-bids': 'scores',
  'record-review': 'review',
  'explain-price': 'explanation',
  'judge-explanation': 'explanation',
  'award-lot': 'award',
  'withdraw-award': 'contract',
  'award-directly': 'next',
  'start-rebid': 'next',
  'draft-contract': 'contract',
  'consent-to-contract': 'contract',
  'decline-contract': 'contract',
  'confirm-contract': 'contract',
}

/** The page of an act on a case, or null where it has none of its own. */
export function placeOfAct(act: string, caseId: string): string | null {
  if (act.endsWith('-plan')) return `/work/plans/${caseId}`
  const page = pages[act]
  return page === undefined ? null : caseAt(caseId, page)
}

// Who may read and do what at which stage of a case, written down: the authorisation matrix of SEC-01. What is not listed must be refused.
//
// A row says who gets what a route holds, by stage. `*` stands for all stages or all readers. A reader who is not named gets a refusal, or
// the same empty answer as for a case that does not exist. `server/authorisation.test.ts` asks a running server for every cell.

/** The stages of a purchase, each with a case of its own. `opened`: technical proposals are open, prices are not; `signing`: a contract is drafted. */
export const stages = [
  'draft',
  'approved',
  'published',
  'closed',
  'opened',
  'ranked',
  'awarded',
  'signing',
  'contracted',
  'cancelled',
  'failed',
] as const
export type Stage = (typeof stages)[number]

/**
 * Who asks. `bidder` and `rival` have bids in the case; `outsider` is a supplier without one; `program` shows a credential that the
 * bidder's organisation delegated for submitting bids; `operator` shows the operator's token; `foreign` holds every role, in another
 * organisation that buys. `agency` and `guardian` hold keys of the case, `otherHolder` holds none of it. All others serve the buyer.
 */
export const readers = [
  'anyone',
  'operator',
  'bidder',
  'rival',
  'outsider',
  'program',
  'author',
  'approver',
  'officer',
  'evaluator',
  'otherEvaluator',
  'planner',
  'finance',
  'administrator',
  'agency',
  'guardian',
  'otherHolder',
  'foreign',
] as const
export type Reader = (typeof readers)[number]

/** By stages (words, or `*`): the readers (words, a group, or `*`). */
export type Row = Readonly<Record<string, string>>

const groups: Readonly<Record<string, string>> = {
  // Who prepares, decides and answers for the purchase at the buyer; an evaluator sees nothing of the preparation.
  buyer: 'author approver officer planner finance administrator agency',
  holders: 'agency guardian',
  // Whoever has a session of their own; a program and the operator's token have none.
  signedIn:
    'bidder rival outsider author approver officer evaluator otherEvaluator planner finance administrator agency guardian otherHolder foreign',
}
const stageGroups: Readonly<Record<string, string>> = {
  public: 'published closed opened ranked awarded signing contracted cancelled failed',
  bids: 'published closed opened ranked awarded signing contracted cancelled',
  priced: 'ranked awarded signing contracted',
}

const wordsOf = (text: string, all: readonly string[], known: Readonly<Record<string, string>>): string[] =>
  text === '*' ? [...all] : text.split(' ').flatMap((word) => known[word]?.split(' ') ?? [word])

/** Whether a row gives a reader what it holds at a stage. Throws for a word that is no stage or reader. */
export function gives(row: Row, stage: Stage, reader: Reader): boolean {
  for (const [when, who] of Object.entries(row)) {
    const [some, those] = [wordsOf(when, stages, stageGroups), wordsOf(who, readers, groups)]
    const odd = [
      ...some.filter((each) => !stages.includes(each as Stage)),
      ...those.filter((each) => !readers.includes(each as Reader)),
    ]
    if (odd.length > 0) throw new Error(`no stage and no reader: ${odd.join(', ')}`)
    if (some.includes(stage) && those.includes(reader)) return true
  }
  return false
}

/** Reading one case. */
export const caseReads: Readonly<Record<string, Row>> = {
  '/api/cases/{case}': { 'draft approved': 'buyer guardian', public: '*' },
  // Key records and tender keys stand in the log before the notice does, so that nobody can say later that they were others; they tell who
  // holds keys, not what is bought.
  '/api/cases/{case}/history': { '*': '*' },
  '/api/cases/{case}/facts': { '*': '*' },
  '/api/cases/{case}/bundle.zip': { public: '*' },
  '/api/cases/{case}/documents': { public: '*' },
  '/api/cases/{case}/documents/{id}': { public: '*' },
  '/api/cases/{case}/documents/{id}/signed': { public: '*' },
  // A bid, its receipt and its second device are its bidder's.
  '/api/cases/{case}/bid': { bids: 'bidder rival program' },
  '/api/cases/{case}/bid/receipt': { bids: 'bidder program' },
  '/api/cases/{case}/bid/second-device': { bids: 'bidder program' },
  // The closed box is its key holders'; a cancelled one stays shut.
  '/api/cases/{case}/box': { 'closed opened priced failed': 'holders' },
  // What was tried on it, until it is opened; then the record tells everyone.
  '/api/cases/{case}/attempts': { closed: 'holders' },
  '/api/cases/{case}/rehearsal': { 'draft approved': 'holders' },
  // Each holder's own, in every case; no program.
  '/api/cases/{case}/holder-key': { '*': 'holders' },
  // Technical files are for evaluators who declared no conflict, and for everyone after the award; {class} is tech.
  '/api/cases/{case}/attachments': { opened: 'evaluator otherEvaluator', priced: '*' },
  '/api/cases/{case}/attachments/{index}/{class}/{place}': {
    opened: 'evaluator otherEvaluator',
    'awarded signing contracted': '*',
  },
  // No bytes lie behind them in this world; stories/tales/fictia-best-score.ts reads them.
  '/api/cases/{case}/attachments/{index}/{class}/{place}/segments/{s}': {},
  '/api/cases/{case}/attachments/{index}/{class}/{place}/content': {},
  '/api/ocds/releases/{ocid}': { public: '*' },
  '/api/ocds/records/{ocid}': { public: '*' },
}

/** Reading what belongs to no case; what is somebody's own is the thing that the test has made: see `ownThings`. */
export const otherReads: Readonly<Record<string, Row>> = {
  '/api/cases': { '*': '*' },
  '/api/cases.csv': { '*': '*' },
  '/api/trust': { '*': '*' },
  '/api/law': { '*': '*' },
  '/api/feed': { '*': '*' },
  '/api/events': { '*': '*' },
  '/api/ocds/releases': { '*': '*' },
  '/api/settings': { '*': '*' },
  '/api/time': { '*': '*' },
  '/api/submission-path': { '*': '*' },
  '/api/outages': { '*': '*' },
  '/api/openapi.json': { '*': '*' },
  '/api/reference': { '*': '*' },
  '/sandbox/guardians': { '*': '*' },
  '/sandbox/people': { '*': '*' },
  '/sandbox/clock': { '*': '*' },
  // Everyone learns whom the portal takes them for.
  '/api/me': { '*': '*' },
  '/api/me/passkeys': { '*': 'signedIn' },
  '/api/me/sessions': { '*': 'signedIn' },
  '/api/duties': { '*': 'agency guardian otherHolder foreign' },
  // A draft of a tender is for those who see its preparation.
  '/api/drafts': { '*': 'buyer' },
  '/api/drafts/{id}': { '*': 'buyer' },
  // A file that no notice names is its organisation's.
  '/api/uploads/{id}/state': { '*': 'buyer evaluator otherEvaluator' },
  '/api/documents/{upload}': { '*': 'buyer evaluator otherEvaluator' },
  // The segments of an attachment and how far they have come are the bidder's.
  '/api/uploads/{id}/segments': { '*': 'bidder program' },
  '/api/uploads/{id}/progress': { '*': 'bidder program' },
  '/api/webhooks': { '*': 'administrator' },
  '/health': { '*': 'operator' },
  // Open to everyone; there is no outage in this world (server/outages.test.ts has one).
  '/api/outages/{outage}/certificate': {},
  '/api/outages/{outage}/certificate.pdf': {},
}

/** Changing what is no act. Those that are not named are refused before anything else is looked at. */
export const writes: Readonly<Record<string, Row>> = {
  // Ways in, and what shows by itself who speaks (a signature of a probe, the code of a second device).
  'POST /api/sign-in/passkey/options': { '*': '*' },
  'POST /api/sign-in/certificate/options': { '*': '*' },
  'OPTIONS /api/uploads': { '*': '*' },
  'POST /sandbox/people': { '*': '*' },
  'POST /sandbox/legal-officer': { '*': '*' },
  'POST /sandbox/sign-in': { '*': '*' },
  'POST /sandbox/sign-out': { '*': '*' },
  'POST /sandbox/clock': { '*': '*' },
  'POST /api/sign-out': { '*': '*' },
  'POST /api/sign-in/passkey': { '*': '*' },
  'POST /api/sign-in/certificate': { '*': '*' },
  'POST /api/enrol': { '*': '*' },
  'POST /api/outage-findings': { '*': '*' },
  'POST /api/client-approvals': { '*': '*' },
  // With a code that nobody gave out.
  'POST /api/enrol/options': {},
  'POST /api/cases/{case}/sealed': {},
  // The first passkey of a fictional person asks for no other way in; without the device's answer none is made, and there is none to change.
  'POST /api/me/passkeys/options': { '*': 'signedIn' },
  'POST /api/me/passkeys': {},
  'DELETE /api/me/passkeys/{id}': {},
  'PUT /api/me/passkeys/{id}': {},
  // The session that is ended is the author's.
  'DELETE /api/me/sessions/{id}': { '*': 'author' },
  // Nobody here has a passkey to confirm with.
  'POST /api/cases/{case}/intents': {},
  'POST /api/cases/{case}/documents/{id}/signatures': { '*': 'buyer evaluator otherEvaluator' },
  'POST /api/cases/{case}/bid/second-device': { '*': 'bidder program' },
  'PUT /api/cases/{case}/holder-key': {},
  'DELETE /api/cases/{case}/holder-key': {},
  'POST /api/cases/{case}/attachments': { '*': 'bidder rival outsider program' },
  'PUT /api/uploads/{id}/segments/{s}': { '*': 'bidder program' },
  'DELETE /api/uploads/{id}/segments/{s}': { '*': 'bidder program' },
  'DELETE /api/uploads/{id}/segments': { '*': 'bidder program' },
  'POST /api/uploads': { '*': 'signedIn program' },
  'POST /api/uploads/form': { '*': 'signedIn program' },
  'HEAD /api/uploads/{id}': { '*': 'buyer evaluator otherEvaluator' },
  'PATCH /api/uploads/{id}': { '*': 'buyer evaluator otherEvaluator' },
  // A file that is complete stays.
  'DELETE /api/uploads/{id}': {},
  // Those who see the preparation write at it together; what is handed on is the author's act.
  'PUT /api/drafts/{id}': { '*': 'buyer' },
  'DELETE /api/drafts/{id}': { '*': 'buyer' },
  'POST /api/webhooks': { '*': 'administrator foreign' },
  'POST /api/webhooks/{id}/replay': { '*': 'administrator' },
  'PATCH /api/webhooks/{id}': { '*': 'administrator' },
  'DELETE /api/webhooks/{id}': { '*': 'administrator' },
}

/** Acts that are open before their input is looked at. What is not named here is refused to everybody at every stage. */
export const actsOpen: Readonly<Record<string, Row>> = {
  'name-key-holders': { 'draft approved': 'author' },
  'prepare-tender': { 'draft approved': 'author' },
  'approve-tender': { draft: 'approver' },
  'return-tender': { draft: 'approver' },
  'rehearse-opening': { 'draft approved': 'holders' },
  'publish-tender': { approved: 'author approver' },
  'ask-question': { published: 'bidder rival outsider foreign' },
  'answer-question': { published: 'author approver' },
  'propose-amendment': { published: 'author' },
  'cancel-tender': { 'draft approved published closed opened ranked': 'approver' },
  'submit-bid': { published: 'bidder rival outsider program' },
  'withdraw-bid': { published: 'bidder rival' },
  // The holders have come, so `attend-opening` is open to none of them and `post-shares` to all.
  'post-shares': { closed: 'holders' },
  'use-spare': { closed: 'holders' },
  'declare-conflict': { opened: 'evaluator otherEvaluator' },
  'score-bids': { opened: 'otherEvaluator' },
  'award-lot': { ranked: 'approver' },
  'draft-contract': { awarded: 'officer' },
  'consent-to-contract': { signing: 'bidder' },
  'decline-contract': { signing: 'bidder' },
  'destroy-key': { 'awarded signing contracted cancelled failed': 'holders' },
}

/** Acts on the buyer's own organisation and on its plan, which have no stages here. */
export const actsOnOthers: Readonly<Record<string, Row>> = {
  'admit-person': { '*': 'administrator' },
  'assign-roles': { '*': 'administrator' },
  'dismiss-person': { '*': 'administrator' },
  'delegate-credential': { '*': 'administrator' },
  'revoke-credential': { '*': 'administrator' },
  'prepare-plan': { '*': 'planner' },
}

/** Words that stand in one place of a case, and who may ever meet them in an answer or on a page. */
export const secrets: Readonly<Record<string, Row>> = {
  'the title': { 'draft approved': 'buyer', public: '*' },
  'a question as it was asked': { public: 'buyer bidder program' },
  'the rival’s organisation': { published: 'rival', closed: 'rival holders', 'opened priced': '*', cancelled: 'rival' },
  'the rival’s bid': { published: 'rival', closed: 'rival holders', 'opened priced': '*', cancelled: 'rival' },
  'the rival’s price': { priced: '*' },
  'what an evaluator wrote': { opened: 'evaluator' },
  'an interest that was declared': {},
  'special conditions of a contract': { signing: 'buyer bidder program', contracted: '*' },
  'the wrapped keys of a holder': { '*': 'agency' },
}

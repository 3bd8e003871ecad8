// What the verifier finds: codes with the place they are about, how grave each is, and the verdict that they make together.

/** What must hold and does not. One of these and the verdict is "does not hold". */
export const failures = [
  // The container
  'fileMissing',
  'fileUnknown',
  'fileHash',
  'bundleSignature',
  'notCanonical',
  'badForm',
  'notComputable',
  // The log
  'otherLog',
  'checkpointSignature',
  'quorumMissing',
  'entriesCount',
  'rootMismatch',
  'fork',
  'entryForm',
  // Facts and objects against their entries
  'objectMismatch',
  'objectMissing',
  'objectUnknown',
  'factHash',
  'factEntry',
  'factObject',
  'factOrder',
  'factChain',
  'factHidden',
  // Official acts and their passkeys
  'confirmationMismatch',
  'confirmationMissing',
  // Whom the log trusts, and independent time
  'trustMissing',
  'trustMismatch',
  'tokenMissing',
  'ownTokenMissing',
  'tokenMismatch',
  // Key holders and notice
  'keyRecordsMismatch',
  'descriptorForm',
  'rehearsalMismatch',
  'attendanceMismatch',
  'noticeDescriptor',
  'noticeSalts',
  'noticeText',
  'noticeRules',
  'outageMissing',
  'outageMismatch',
  // Closing
  'closeMismatch',
  'itemEntry',
  'itemsUnsorted',
  'bidMissing',
  'bidUnknown',
  'bidMismatch',
  'promiseMissing',
  'promiseMismatch',
  'promiseSignature',
  'promiseTime',
  'signatureMismatch',
  'signatureFault',
  'signatureRefused',
  'sandboxSignature',
  'statusMismatch',
  'eligibilityMismatch',
  'roundMissing',
  // Opening
  'batchMismatch',
  'batchEarly',
  'envelopeMismatch',
  'ciphertextMissing',
  'openingMismatch',
  'openedPriceMismatch',
  'wrongSharesMismatch',
  'seedMismatch',
  'drawMismatch',
  // Ranking, award, contract
  'rankingMismatch',
  'rankingMissing',
  'outcomeMismatch',
  'awardMismatch',
  'standstillMismatch',
  'contractMismatch',
  // Open data
  'releaseMismatch',
  'releaseMissing',
  'releaseUnknown',
  // The whole log of a deployment
  'entryUnexplained',
  'caseMissing',
  'attachmentMissing',
  'attachmentMismatch',
  // A receipt
  'receiptEntry',
  'receiptProof',
  'receiptLate',
  'receiptToken',
  // The record in a database
  'recordTable',
  'rowMissing',
  'rowUnknown',
  'rowMismatch',
] as const

/** What an auditor should know though nothing is broken by it. */
export const warnings = [
  'policyOfBundle',
  'keysOfBundle',
  'noWitness',
  'firstSight',
  'olderThanSeen',
  'lawDiffers',
  'orphanUnexplained',
  'checkpointAlone',
  'noTrust',
  'clientUnapproved',
  'noAuthority',
  'tokenUnchecked',
  'signatureUndecided',
  'signatureWeak',
  'timeOnWord',
] as const

/** What happened in the case and is as the rules have it. */
export const tellings = [
  'bidLate',
  'bidSuperseded',
  'bidWithdrawn',
  'bidDuplicate',
  'bidOrphaned',
  'bidCancelled',
  'bidVoid',
  'bidNotAdmitted',
  'wrongShare',
  'sandboxSigned',
  'singleOpinion',
  'withheld',
  'notClosed',
  'notOpened',
  'notRehearsed',
] as const

/** Why nothing could be said at all. */
export const obstacles = ['notABundle', 'notAReceipt', 'tooLarge', 'unreachable', 'keysMissing'] as const

export type Failure = (typeof failures)[number]
export type FindingCode = Failure | (typeof warnings)[number] | (typeof tellings)[number] | (typeof obstacles)[number]
export type Level = 'fails' | 'warns' | 'tells' | 'stops'

/** One thing found. `at` is the file or row it is about; `facts` are the figures its sentence shows. */
export interface Finding {
  readonly level: Level
  readonly code: FindingCode
  readonly at: string
  readonly facts: Readonly<Record<string, string>>
}

export type Holding = 'holds' | 'does-not-hold' | 'not-checked'

/** The verdict, as the command prints it with --json. `counts` says how much was looked at. */
export interface Verdict {
  readonly v: 1
  readonly verdict: Holding
  readonly subject: string
  readonly counts: Readonly<Record<string, number>>
  readonly findings: readonly Finding[]
}

const levelOf = new Map<string, Level>([
  ...failures.map((code) => [code, 'fails'] as const),
  ...warnings.map((code) => [code, 'warns'] as const),
  ...tellings.map((code) => [code, 'tells'] as const),
  ...obstacles.map((code) => [code, 'stops'] as const),
])

/** Gathers findings and counts. */
export class Findings {
  readonly list: Finding[] = []
  readonly counts: Record<string, number> = {}

  add(code: FindingCode, at: string, facts: Readonly<Record<string, string | number>> = {}): void {
    const told = Object.fromEntries(Object.entries(facts).map(([name, value]) => [name, String(value)]))
    this.list.push({ level: levelOf.get(code) ?? 'fails', code, at, facts: told })
  }

  count(name: string, more = 1): void {
    this.counts[name] = (this.counts[name] ?? 0) + more
  }

  get broken(): boolean {
    return this.list.some((each) => each.level === 'fails')
  }

  /** One failure is enough; what could not be read says nothing either way. */
  verdict(subject: string): Verdict {
    const stopped = this.list.some((each) => each.level === 'stops')
    const verdict: Holding = this.broken ? 'does-not-hold' : stopped ? 'not-checked' : 'holds'
    return { v: 1, verdict, subject, counts: { ...this.counts }, findings: [...this.list] }
  }
}

/** The exit code of a verdict: 0 holds, 1 does not, 2 could not be checked. */
export const exitCodeOf = (verdict: Verdict): 0 | 1 | 2 =>
  verdict.verdict === 'holds' ? 0 : verdict.verdict === 'does-not-hold' ? 1 : 2

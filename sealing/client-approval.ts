// Approval of a release of the sealing client: an institution that built it itself signs its hash. A release counts once two operators have.
import { ed25519 } from '@noble/curves/ed25519.js'
import { fromBase64 } from './bytes.ts'
import { HO } from './hash.ts'

/** What is signed: the release (SHA-256 of release.json, base64) by the approver of this name. */
export interface ClientApproval {
  readonly v: 1
  readonly release: string
  readonly approver: string
}

/** Who may approve: a name, who runs it, its Ed25519 key (32 bytes, base64). Approvers of one operator are one. */
export interface Approver {
  readonly name: string
  readonly operator: string
  readonly key: string
}

/** An approval as a trust list carries it; `signature` is 64 bytes in base64. */
export interface SignedApproval {
  readonly release: string
  readonly approver: string
  readonly signature: string
}

/** How many operators must have approved a release. */
export const approvalsWanted = 2

/** What is signed of an approval: HO("client-approval", approval), 32 bytes. */
export const approvalMessage = ({ release, approver }: Omit<ClientApproval, 'v'>): Uint8Array =>
  HO('client-approval', { v: 1, release, approver } satisfies ClientApproval)

/** Whether an approval is signed by this key, strictly by RFC 8032. */
export function approvalHolds({ release, approver, signature }: SignedApproval, key: string): boolean {
  try {
    const message = approvalMessage({ release, approver })
    return ed25519.verify(fromBase64(signature), message, fromBase64(key), { zip215: false })
  } catch {
    return false
  }
}

/** The operators among these approvers whose approval of a release holds, each once. */
export const operatorsFor = (
  release: string,
  approvals: readonly SignedApproval[],
  approvers: readonly Approver[],
): readonly string[] => [
  ...new Set(
    approvers
      .filter(({ name, key }) =>
        approvals.some((each) => each.release === release && each.approver === name && approvalHolds(each, key)),
      )
      .map((each) => each.operator),
  ),
]

/** What of a trust list approvals need. */
export interface ListWithReleases {
  readonly clientReleases: readonly string[]
  readonly clientApprovers?: readonly Approver[]
  readonly clientApprovals?: readonly SignedApproval[]
}

/**
 * The releases that a version of the trust list adds though not enough operators approve them, by the approvers of the version before: a list
 * cannot bring a release and its judges at once.
 */
export function unapproved(list: ListWithReleases, before: ListWithReleases | null): readonly string[] {
  const approvers = before?.clientApprovers ?? []
  return list.clientReleases
    .filter((release) => !before?.clientReleases.includes(release))
    .filter((release) => operatorsFor(release, list.clientApprovals ?? [], approvers).length < approvalsWanted)
}

// What a key holder's page hands its script: the step that is due and what it is about.

/** The server writes it into the page, and nothing of it is secret. */
export interface KeysDuty {
  readonly caseId: string
  readonly person: string
  readonly name: string
  readonly group: string
  readonly i: number
  readonly does: 'deposit-keys' | 'rehearse-opening' | 'seal-salts' | 'post-shares' | 'destroy-key'
  readonly rounds: readonly number[]
  /** Descriptors of all rounds. */
  readonly tenderKeys: readonly unknown[]
  /** The round that is opened now. */
  readonly round: number
  readonly salts: boolean
  readonly sandbox: boolean
  readonly formKey: string
  readonly then: string
}

// Legal values that no step of a method reads yet: a share of a sum, as securities and preferences have it.

/** A share in percent as decimal text, of what, and whether the law sets it as the least, the most or exactly; `seen` is what practice shows. */
export interface Share {
  readonly percent: string
  readonly of: 'bid-price' | 'planned-amount' | 'contract-price'
  readonly bound: 'least' | 'most' | 'exactly' | 'seen'
}

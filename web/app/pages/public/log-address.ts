// Where the page of a fact's case is.

/** The page of the case that a public fact belongs to, without the language; null where it has none. */
export function caseAddress(line: {
  readonly kind: string
  readonly caseId: string
  readonly shown: boolean
}): string | null {
  if (!line.shown) return null
  switch (line.kind) {
    case 'tender':
    case 'contract':
    case 'bid':
      return `/tenders/${line.caseId}`
    case 'plan':
      return `/plans/${line.caseId}`
    case 'organisation':
      return `/organisations/${line.caseId}`
    default:
      return null
  }
}

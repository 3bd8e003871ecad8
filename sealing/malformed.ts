// The one error of this room for input that does not have the agreed form: it is thrown by every strict reader.

/** Input that is not in the form the protocol demands. `path` names the place (`manifest.envelopes[0].e`), `reason` says what is wrong. */
export class Malformed extends Error {
  readonly path: string
  readonly reason: string

  constructor(path: string, reason: string) {
    super(`${path}: ${reason}`)
    this.name = 'Malformed'
    this.path = path
    this.reason = reason
  }
}

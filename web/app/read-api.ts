// The read functions that loaders call: the same answers the public API gives.

/** Filled in by the server; pages depend on this type only. */
export interface ReadApi {
  readonly [name: string]: (...input: never[]) => Promise<unknown>
}

// The keys of the screens' messages, read off the English catalogue.
import type en from './en.json'

/** A key of `web/words/<language>.json`. */
export type Key = keyof typeof en

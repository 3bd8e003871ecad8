// What the server hands to every loader and action: read functions, the one way to act, and who asks.
import type { ActAnswer, CountrySettings, ScreenContext, Visitor } from '@naru/server/http/screens.ts'
import { createContext } from 'react-router'
import type { ReadApi } from './read-api.ts'

export type { ActAnswer, CountrySettings, Visitor }

/** Everything a page may use. */
export type Naru = ScreenContext<ReadApi>

/** Undefined when the server could not make one (the database is away): every page then answers 503. */
export const naruContext = createContext<Naru | undefined>(undefined)

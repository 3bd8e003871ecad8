// Where one can go from every page.
import type { Key } from '../words/keys.ts'
import type { Visitor } from './context.ts'

/** Public places, in the order of the head of the page. */
export const publicPlaces: readonly { to: string; words: Key }[] = [
  { to: '/tenders', words: 'place.tenders' },
  { to: '/plans', words: 'place.plans' },
  { to: '/rules', words: 'place.rules' },
  { to: '/log', words: 'place.log' },
  { to: '/data', words: 'place.data' },
  { to: '/help', words: 'place.help' },
]

/** The desk of a signed-in person. */
export const deskOf = (_visitor: Visitor): string => '/desk'

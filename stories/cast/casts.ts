// The casts by country.
import type { Cast } from './cast.ts'
import { fictiaCast } from './fictia.ts'
import { kgCast } from './kg.ts'
import { krCast } from './kr.ts'

export const casts: Readonly<Record<Cast['country'], Cast>> = { kg: kgCast, kr: krCast, fictia: fictiaCast }

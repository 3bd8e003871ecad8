// The casts by country.
import type { Cast } from './cast.ts'
import { fictiaCast } from './fictia.ts'
import { intCast } from './int.ts'
import { kgCast } from './kg.ts'
import { krCast } from './kr.ts'
import { mnCast } from './mn.ts'
import { uzCast } from './uz.ts'

export const casts: Readonly<Record<Cast['country'], Cast>> = {
  kg: kgCast,
  kr: krCast,
  fictia: fictiaCast,
  uz: uzCast,
  mn: mnCast,
  int: intCast,
}

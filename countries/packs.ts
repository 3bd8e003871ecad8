// The countries Naru can be started for.
import type { Pack } from '@naru/domain/pack.ts'
import { fictia } from './fictia/pack.ts'
import { int } from './int/pack.ts'
import { kg } from './kg/pack.ts'
import { kr } from './kr/pack.ts'
import { mn } from './mn/pack.ts'
import { uz } from './uz/pack.ts'

/** Every country by the name that `--country` takes. */
export const packs = { fictia, kg, kr, uz, mn, int } as const satisfies Record<string, Pack>
export type CountryName = keyof typeof packs
export const countryNames = Object.keys(packs) as readonly CountryName[]

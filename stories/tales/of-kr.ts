// All Korean tales.
import type { Tale } from '../world.ts'
import { krOpen } from './kr-open.ts'
import { krRebid } from './kr-rebid.ts'
import { krSmall } from './kr-small.ts'

export const krTales: readonly Tale[] = [krSmall, krOpen, krRebid]

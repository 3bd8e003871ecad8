// All Kyrgyz tales.
import type { Tale } from '../world.ts'
import { kgCancelled } from './kg-cancelled.ts'
import { kgDeclined, kgDirect } from './kg-declined.ts'
import { kgFailed } from './kg-failed.ts'
import { kgLateness } from './kg-lateness.ts'
import { kgOpen } from './kg-open.ts'
import { kgPlan } from './kg-plan.ts'
import { kgQuotation } from './kg-quotation.ts'

export const kgTales: readonly Tale[] = [
  kgPlan,
  kgQuotation,
  kgFailed,
  kgDeclined,
  kgDirect,
  kgCancelled,
  kgLateness,
  kgOpen,
]

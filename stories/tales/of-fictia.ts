// All tales of Fictia.
import type { Tale } from '../world.ts'
import { fictiaBestScore } from './fictia-best-score.ts'
import { fictiaFaults } from './fictia-faults.ts'
import { fictiaLowPrice } from './fictia-low-price.ts'
import { fictiaTwoLots } from './fictia-two-lots.ts'

export const fictiaTales: readonly Tale[] = [fictiaBestScore, fictiaTwoLots, fictiaFaults, fictiaLowPrice]

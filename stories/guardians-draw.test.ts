// Guardians as programs where prices are drawn: their salts are sealed before the notice and open with the bids.
import { test } from 'vitest'
import { guardiansDraw } from './tales/guardians-draw.ts'
import { tellTales } from './telling.ts'

const telling = tellTales('kr', [guardiansDraw])

test('guardian programs seal their salts for every round and open the draw', () => telling.told('guardians-draw'))

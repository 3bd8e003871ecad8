// Mongolia: tender numbers with Cyrillic letters, never transliterated, and register numbers.
import type { IdentifierScheme, Pack } from '@naru/domain/pack.ts'

const stages = { plan: 'ТӨЛ', notice: 'ТЕН', contract: 'ГЭР' } as const

/**
 * Like the portal's numbers (ӨМАЦЦСЕБС2/20260102009): letters, then the day and the serial of that day in three digits. The portal begins
 * with the buyer's abbreviation; here the letters say the stage: plan, tender, contract.
 */
export const tenderNumber: Pack['tenderNumber'] = (day, serial, stage) =>
  `${stages[stage]}/${day.replaceAll('-', '')}${serial.toString().padStart(3, '0')}`

export const identifiers: readonly IdentifierScheme[] = [
  { scheme: 'MN-CR', pattern: /^[0-9]{7}$/, of: 'organisation', example: '2000001' },
  // Two letters and eight digits, told and not published; personal.
  { scheme: 'MN-PIN', pattern: /^[А-ЯӨҮЁ]{2}[0-9]{8}$/, of: 'sole-trader', example: 'ҮЛ00010100' },
]

// Kyrgyz Republic: legal numbers and identifiers of organisations and sole traders. All of them are text; a leading zero is a digit.
import type { IdentifierScheme, Pack } from '@naru/domain/pack.ts'
import { okpoHolds } from '../okpo.ts'

const stages = { plan: '-П', notice: '', contract: '-К' } as const

/** Like the portal's numbers (15042711006-01): yyMMdd, then the serial of that day in five digits; plans and contracts carry a letter. */
export const tenderNumber: Pack['tenderNumber'] = (day, serial, stage) =>
  `${day.slice(2).replaceAll('-', '')}${serial.toString().padStart(5, '0')}${stages[stage]}`

/** Whether the eight digits after the first are a day ddMMyyyy that exists: no check digit of the ИНН is published. */
export function innDayExists(id: string): boolean {
  const [day, month, year] = [id.slice(1, 3), id.slice(3, 5), id.slice(5, 9)].map(Number) as [number, number, number]
  const leap = (year % 4 === 0 && year % 100 !== 0) || year % 400 === 0
  const days = [31, leap ? 29 : 28, 31, 30, 31, 30, 31, 31, 30, 31, 30, 31]
  return day >= 1 && day <= (days[month - 1] ?? 0)
}

export const identifiers: readonly IdentifierScheme[] = [
  {
    scheme: 'KG-INN',
    pattern: /^0[0-3][0-9][01][0-9](19|20)[0-9]{2}[0-9]{5}$/,
    of: 'organisation',
    example: '01207199510092',
    check: {
      holds: innDayExists,
      otherwise: 'refuse',
      source: 'Structure 0 + ddMMyyyy of registration + 5 digits; seen in every example, no check digit is published.',
    },
  },
  {
    scheme: 'KG-OKPO',
    pattern: /^[0-9]{8}$/,
    of: 'organisation',
    example: '29693656',
    check: {
      holds: okpoHolds,
      otherwise: 'refuse',
      source: 'Modulo 11 rule of ОКПО, confirmed on both public Kyrgyz examples.',
    },
  },
  {
    scheme: 'KG-PIN',
    pattern: /^[12][0-3][0-9][01][0-9](19|20)[0-9]{2}[0-9]{5}$/,
    of: 'sole-trader',
    example: '10101198000001',
    check: {
      holds: innDayExists,
      otherwise: 'refuse',
      source: 'Structure 1 or 2 + ddMMyyyy of birth + 5 digits; personal, never published.',
    },
  },
]

// Units of measure as they stand after a number: 1 piece, 240 pieces; 1 штука, 2 штуки, 5 штук, 1,5 штуки.
import type { Unit } from '@naru/domain/pack.ts'
import { type Language, pluralForm } from '../words/say.ts'

export type Units = readonly Unit[]

/** The unit of a quantity (decimal text) in the form that stands after it; the code itself where the unit is not in the list. */
export function unitAfter(units: Units, code: string, quantity: string, language: Language): string {
  const unit = units.find((each) => each.code === code)
  if (!unit) return code
  const forms = unit.afterNumber[language] ?? {}
  const form = /^\d+$/.test(quantity) ? pluralForm(language, BigInt(quantity)) : 'other'
  return forms[form] ?? forms.other ?? unit.names[language] ?? unit.names.en ?? code
}

// ОКПО, the statistics code that the Kyrgyz Republic and Uzbekistan (KTUT) inherited with its check digit.

const weighted = (digits: readonly number[], firstWeight: number): number =>
  digits.reduce((sum, digit, at) => sum + (at + firstWeight) * digit, 0) % 11

/** ОКПО: weights 1 to 7 modulo 11; a 10 asks for weights 3 to 9; again 10 counts as 0. */
export function okpoHolds(id: string): boolean {
  const digits = [...id].map(Number)
  const check = digits.pop()
  const first = weighted(digits, 1)
  const second = first === 10 ? weighted(digits, 3) : first
  return check === (second === 10 ? 0 : second)
}

// The search as an address: which filters are on, and the address without one, of another page, or of the same query as data.

import { type CountryForm, digitsOf, readAmount, readDay } from '../../../format.ts'

/** Filters that a reader may set, in the order of the form. */
export const filterNames = [
  'q',
  'status',
  'category',
  'method',
  'buyer',
  'classification',
  'source',
  'from',
  'to',
  'min',
  'max',
] as const
export type FilterName = (typeof filterNames)[number]

const isFilter = (name: string): name is FilterName => (filterNames as readonly string[]).includes(name)

/** The filters that are on, with their values. */
export const filtersIn = (address: URLSearchParams): { readonly name: FilterName; readonly value: string }[] =>
  [...address]
    .filter(([name, value]) => isFilter(name) && value.trim() !== '')
    .map(([name, value]) => ({ name: name as FilterName, value: value.trim() }))

/** The address of the query with some names changed; null takes one away. Empty filters and the first page are left out. */
export function searchAddress(
  path: string,
  address: URLSearchParams,
  change: Readonly<Record<string, string | null>> = {},
): string {
  const next = new URLSearchParams()
  for (const name of [...filterNames, 'sort', 'page']) {
    const value = name in change ? (change[name] ?? null) : address.get(name)
    if (value !== null && value.trim() !== '' && !(name === 'page' && value === '1')) next.set(name, value.trim())
  }
  const query = next.toString()
  return query ? `${path}?${query}` : path
}

/** The address with days and sums read as people type them in the country (`20.11.2026`, `1 000 000`); what cannot be read stays as typed. */
export function asAddress(
  typed: URLSearchParams,
  country: { readonly form: CountryForm; readonly currency: string },
): URLSearchParams {
  const address = new URLSearchParams(typed)
  for (const name of ['from', 'to']) {
    const day = readDay(address.get(name) ?? '', country.form)
    if (day) address.set(name, day)
  }
  const digits = digitsOf(country.currency)
  for (const name of ['min', 'max']) {
    const smallest = readAmount(address.get(name) ?? '', country.currency, country.form)
    if (smallest === undefined) continue
    const whole = smallest.padStart(digits + 1, '0')
    address.set(name, digits === 0 ? whole : `${whole.slice(0, -digits)}.${whole.slice(-digits)}`.replace(/\.0+$/, ''))
  }
  return address
}

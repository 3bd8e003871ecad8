// Colours that stand on each other keep the contrast of WCAG 2.2 AA in every scheme and country: 4.5 for text (1.4.3), 3 for lines of controls (1.4.11).
import { readFileSync } from 'node:fs'
import { join } from 'node:path'
import { describe, expect, test } from 'vitest'

const css = readFileSync(join(import.meta.dirname, 'tokens.css'), 'utf8')

/** The custom properties of the block that begins with `selector` at or after `from`. */
function tokensAt(selector: string, from = ''): Readonly<Record<string, string>> {
  const start = css.indexOf(selector, from === '' ? 0 : css.indexOf(from))
  if (start < 0 || (from !== '' && css.indexOf(from) < 0)) throw new Error(`tokens.css has no ${from} ${selector}`)
  const block = css.slice(start, css.indexOf('}', start))
  return Object.fromEntries(
    [...block.matchAll(/--([\w-]+):\s*([^;]+);/g)].map(([, name = '', value = '']) => [name, value]),
  )
}

const light = tokensAt(':root {')
const dark = tokensAt(':root {', '@media (prefers-color-scheme: dark)')
const more = tokensAt(':root {', '@media (prefers-contrast: more) {')
const moreDark = tokensAt(':root {', '@media (prefers-contrast: more) and (prefers-color-scheme: dark)')
const schemes = {
  light,
  dark: { ...light, ...dark },
  'light with more contrast': { ...light, ...more },
  'dark with more contrast': { ...light, ...dark, ...more, ...moreDark },
}
const countries = {
  none: {},
  ...Object.fromEntries(['kg', 'kr', 'fictia'].map((each) => [each, tokensAt(`:root[data-country='${each}']`)])),
}

function colourOf(tokens: Readonly<Record<string, string>>, name: string): string {
  const value = tokens[name] ?? ''
  const reference = /^var\(--([\w-]+)\)$/.exec(value)?.[1]
  if (reference) return colourOf(tokens, reference)
  if (!/^#[0-9a-f]{6}$/i.test(value)) throw new Error(`--${name} is no colour: ${value}`)
  return value
}

/** Relative luminance as WCAG 2.2 defines it. */
function luminance(colour: string): number {
  const [red = 0, green = 0, blue = 0] = [1, 3, 5]
    .map((at) => Number.parseInt(colour.slice(at, at + 2), 16) / 255)
    .map((part) => (part <= 0.04045 ? part / 12.92 : ((part + 0.055) / 1.055) ** 2.4))
  return 0.2126 * red + 0.7152 * green + 0.0722 * blue
}
function contrast(one: string, other: string): number {
  const [lighter = 0, darker = 0] = [luminance(one), luminance(other)].sort((a, b) => b - a)
  return (lighter + 0.05) / (darker + 0.05)
}

const grounds = ['ground', 'surface', 'raised']
const text: readonly (readonly [string, string])[] = [
  ...['text', 'text-quiet', 'link', 'link-strong'].flatMap((ink) => grounds.map((ground) => [ink, ground] as const)),
  ...['success', 'warn', 'danger', 'info'].map((tone) => [tone, `${tone}-surface`] as const),
  ...['success', 'warn', 'danger', 'info'].map((tone) => ['text', `${tone}-surface`] as const),
  ['danger', 'ground'],
  ['on-primary', 'primary'],
  ['primary', 'ground'],
]
const lines: readonly (readonly [string, string])[] = grounds.map((ground) => ['line-strong', ground] as const)

// Two pairs of the specification’s own reading: black on white is 21, and #767676 on white is the first grey that passes.
test('the measure is that of WCAG', () => {
  expect(contrast('#000000', '#ffffff')).toBe(21)
  expect(contrast('#767676', '#ffffff')).toBeGreaterThan(4.5)
  expect(contrast('#777777', '#ffffff')).toBeLessThan(4.5)
})

describe.each(Object.keys(schemes) as (keyof typeof schemes)[])('ACC-01: contrast, %s', (scheme) => {
  test.each(Object.keys(countries) as (keyof typeof countries)[])('colours of %s', (country) => {
    // A country’s own colours come after those of the scheme only where the scheme does not set them.
    const tokens = { ...schemes[scheme], ...countries[country] }
    for (const [pairs, least] of [
      [text, 4.5],
      [lines, 3],
    ] as const)
      for (const [ink, ground] of pairs)
        expect(contrast(colourOf(tokens, ink), colourOf(tokens, ground)), `${ink} on ${ground}`).toBeGreaterThanOrEqual(
          least,
        )
  })
})

// The verdict in words.
import type { Finding, Verdict } from './finding.ts'
import en from './words/en.json' with { type: 'json' }

/** Words by key, of one language. */
export type Words = Readonly<Record<string, string>>

/** The sentence of a finding: its words with the figures put in; a figure that is not there leaves nothing. */
export const sentenceOf = (finding: Finding, words: Words): string =>
  (words[finding.code] ?? en[finding.code as keyof typeof en] ?? finding.code)
    .replace(/\{(\w+)\}/g, (_, name: string) => finding.facts[name] ?? '')
    .replace(/\s+/g, ' ')
    .replace(/\s+([.:,])/g, '$1')
    .trim()

const order = ['fails', 'stops', 'warns', 'tells'] as const
/** Of many findings of one kind so many are told one by one. */
const mostOfOne = 8

/** The verdict as lines of text: what it is, what was looked at, what was found, the gravest first. */
export function linesOf(verdict: Verdict, words: Words): string[] {
  const lines = [words[`verdict.${verdict.verdict}`] ?? verdict.verdict]
  for (const [name, count] of Object.entries(verdict.counts))
    lines.push(`  ${String(count).padStart(8)} ${words[`count.${name}`] ?? name}`)
  for (const level of order) {
    const found = verdict.findings.filter((each) => each.level === level)
    if (found.length === 0) continue
    lines.push('', words[`level.${level}`] ?? level)
    const told = new Map<string, number>()
    for (const each of found) {
      const count = (told.get(each.code) ?? 0) + 1
      told.set(each.code, count)
      if (count <= mostOfOne) lines.push(`  ${sentenceOf(each, words)}${each.at ? `  [${each.at}]` : ''}`)
    }
    for (const [code, count] of told) if (count > mostOfOne) lines.push(`  … ${code}: ${count - mostOfOne}`)
  }
  return lines
}

// Checks a request's input against an act's schema and says per field what is wrong, with codes that have words in every language.
import type { Act } from '@naru/domain/act.ts'
import type { Invalid } from '@naru/domain/refusal.ts'
import type { z } from 'zod'

const codes: Readonly<Record<string, string>> = {
  invalid_type: 'type',
  too_big: 'tooLong',
  too_small: 'required',
  invalid_format: 'format',
  not_multiple_of: 'format',
  unrecognized_keys: 'unknownField',
  invalid_union: 'type',
  invalid_key: 'unknownField',
  invalid_element: 'type',
  invalid_value: 'choice',
}

/** Messages that schemas set themselves are codes of sentences; anything else is named by the kind of fault. */
const ownCode = /^[a-z][A-Za-z]+$/

/** The parsed input, or what is wrong with it, at most fifty fields. */
export function readInput(definition: Act, body: unknown): { input: unknown } | Invalid {
  const parsed = definition.input.safeParse(body ?? {})
  return parsed.success ? { input: parsed.data } : invalidOf(parsed.error as z.ZodError)
}

/** What a schema found wrong, field by field, at most fifty. */
export function invalidOf(error: z.ZodError): Invalid {
  const issues = error.issues.slice(0, 50)
  return {
    invalid: issues.map((issue) => {
      const missing = issue.code === 'invalid_type' && issue.input === undefined
      const code =
        issue.code === 'custom' && ownCode.test(issue.message)
          ? issue.message
          : missing
            ? 'required'
            : (codes[issue.code] ?? 'type')
      return { path: issue.path.map(String).join('.'), code, facts: factsOf(issue) }
    }),
  }
}

function factsOf(issue: z.core.$ZodIssue): Record<string, string> {
  if (issue.code === 'too_big') return { most: String(issue.maximum) }
  if (issue.code === 'too_small') return { least: String(issue.minimum) }
  if (issue.code === 'unrecognized_keys') return { names: issue.keys.join(', ') }
  return {}
}

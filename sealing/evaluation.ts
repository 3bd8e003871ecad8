// The logged result of a technical stage, as a key holder's program reads it before it lets go of a share of a price (protocol §2.7 (7)).
import type { Descriptor } from './descriptor.ts'
import { HO } from './hash.ts'
import { Malformed } from './malformed.ts'
import { asArray, asInteger, asText } from './shape.ts'

/** Which price envelopes the evaluation passes: log index of the bid and class. */
export type Evaluation = { tender: string; round: number; passed: ReadonlySet<string> }

const nameOf = (index: number, cls: string): string => `${index} ${cls}`

/** HO("evaluation", object): the 32 bytes in the entry of kind 11. */
export function evaluationHash(object: unknown): Uint8Array {
  return HO('evaluation', object)
}

/** What an evaluation object says about prices; its other members are the evaluators' matter. Throws `Malformed`. */
export function readEvaluation(object: unknown): Evaluation {
  if (typeof object !== 'object' || object === null) throw new Malformed('evaluation', 'not an object')
  const { tender, round, items } = object as Record<string, unknown>
  const passed = new Set<string>()
  const seen = new Set<string>()
  for (const [n, each] of asArray(items, 'evaluation.items', 100_000).entries()) {
    const { index, cls, admitted } = (each ?? {}) as Record<string, unknown>
    const at = `evaluation.items[${n}]`
    const name = nameOf(asInteger(index, `${at}.index`), asText(cls, `${at}.cls`))
    if (seen.has(name)) throw new Malformed(at, 'stands twice')
    seen.add(name)
    if (typeof admitted !== 'boolean') throw new Malformed(`${at}.admitted`, 'not true or false')
    if (admitted) passed.add(name)
  }
  return { tender: asText(tender, 'evaluation.tender'), round: asInteger(round, 'evaluation.round', 1), passed }
}

/** Whether technical envelopes are opened and judged before any price: where the descriptor has a class for them. */
export const technicalComesFirst = (descriptor: Pick<Descriptor, 'classes'>): boolean =>
  descriptor.classes.some((cls) => cls.startsWith('tech'))

/**
 * Why shares of these envelopes are held back, or null: technical and price envelopes are never in one batch, and a price only with an
 * evaluation that is logged above every bid and passes this price. `evaluation.index` is its proven place in the log.
 */
export function findHoldBack(
  descriptor: Pick<Descriptor, 'classes' | 'tender' | 'round'>,
  required: readonly { cls: string; index: number }[],
  evaluation: { object: unknown; index: number } | null,
): { code: 'stages-mixed' | 'no-evaluation' | 'not-admitted'; index?: number } | null {
  if (!technicalComesFirst(descriptor)) return null
  const technical = required.filter(({ cls }) => cls.startsWith('tech') || cls.startsWith('conf'))
  if (technical.length === required.length && required.length > 0) return null
  if (technical.length > 0) return { code: 'stages-mixed' }
  if (evaluation === null) return { code: 'no-evaluation' }
  const read = readEvaluation(evaluation.object)
  if (read.tender !== descriptor.tender || read.round !== descriptor.round) return { code: 'no-evaluation' }
  for (const { cls, index } of required) {
    if (!cls.startsWith('price')) continue
    if (evaluation.index <= index) return { code: 'no-evaluation', index }
    if (!read.passed.has(nameOf(index, cls))) return { code: 'not-admitted', index }
  }
  return null
}

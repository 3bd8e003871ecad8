// Which words were struck and which were added between two versions of a text.

export interface Change {
  readonly kind: 'same' | 'struck' | 'added'
  readonly text: string
}

/** Longest texts compared word by word; beyond, the old text is struck and the new one added whole. */
const mostSteps = 4_000_000

/** Words with the space after them; numbers with their inner spaces, so that a sum is struck as one. */
const cut = (text: string): string[] => text.match(/\d+(?:[\u00a0.,]\d+)*\S*\s*|\S+\s*|\s+/g) ?? []

/** The shortest way from one text to the other by whole words (longest common subsequence), equal neighbours joined. */
export function wordsChanged(before: string, after: string): Change[] {
  const old = cut(before)
  const fresh = cut(after)
  let head = 0
  while (head < old.length && head < fresh.length && old[head] === fresh[head]) head++
  let tail = 0
  while (tail < old.length - head && tail < fresh.length - head && old.at(-1 - tail) === fresh.at(-1 - tail)) tail++
  const a = old.slice(head, old.length - tail)
  const b = fresh.slice(head, fresh.length - tail)

  const changes: Change[] = []
  const put = (kind: Change['kind'], text: string) => {
    const last = changes.at(-1)
    if (!text) return
    if (last?.kind === kind) changes[changes.length - 1] = { kind, text: last.text + text }
    else changes.push({ kind, text })
  }

  put('same', old.slice(0, head).join(''))
  if (a.length * b.length > mostSteps) {
    put('struck', a.join(''))
    put('added', b.join(''))
  } else {
    const width = b.length + 1
    const common = new Uint32Array((a.length + 1) * width)
    const at = (i: number, j: number) => common[i * width + j] ?? 0
    for (let i = a.length - 1; i >= 0; i--)
      for (let j = b.length - 1; j >= 0; j--)
        common[i * width + j] = a[i] === b[j] ? at(i + 1, j + 1) + 1 : Math.max(at(i + 1, j), at(i, j + 1))
    let i = 0
    let j = 0
    while (i < a.length || j < b.length) {
      if (i < a.length && j < b.length && a[i] === b[j]) {
        put('same', a[i] ?? '')
        i++
        j++
      } else if (j >= b.length || (i < a.length && at(i + 1, j) >= at(i, j + 1))) put('struck', a[i++] ?? '')
      else put('added', b[j++] ?? '')
    }
  }
  put('same', old.slice(old.length - tail).join(''))
  return changes
}

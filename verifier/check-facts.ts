// Facts and objects: each is what its entry in the log commits to, each follows its predecessor, and none of a public kind is kept back.
import { factTypes, getFactType } from '@naru/domain/catalogue.ts'
import type { Fact } from '@naru/domain/history.ts'
import { equalBytes, fromBase64, toBase64, utf8 } from '@naru/sealing/bytes.ts'
import { actCommitment, commitmentOf, type ObjectLabel } from '@naru/sealing/commitment.ts'
import { H } from '@naru/sealing/hash.ts'
import { canonicalText } from '@naru/sealing/jcs.ts'
import type { FactLine } from './bundle.ts'
import type { CheckedLog } from './check-log.ts'
import type { Findings } from './finding.ts'

/** The object behind the entry of a fact with its label, as docs/audit-bundle.md lists them; null for official acts and sealed bids. */
export function objectOf(fact: Pick<Fact, 'type' | 'body' | 'caseId'>): { label: ObjectLabel; object: unknown } | null {
  const { entry, show } = getFactType(fact.type)
  const body = fact.body as Record<string, unknown>
  switch (entry) {
    case 'keyrec':
      return { label: 'keyrec', object: body['record'] }
    case 'tkd':
      return { label: 'tkd', object: body['tenderKey'] }
    case 'notice':
    case 'amendment':
      return { label: entry, object: body['notice'] }
    case 'salt':
      return { label: 'envelope', object: (body['envelope'] as { header?: unknown } | undefined)?.header }
    case 'close':
    case 'batch':
    case 'opening':
    case 'draw':
      return { label: entry, object: body[entry] }
    case 'trust':
      return { label: 'trust', object: body['trust'] }
    case 'token':
      return { label: 'token', object: body['stamp'] }
    case 'explain':
      return { label: 'explain', object: body['explanation'] }
    case 'qa':
    case 'award':
    case 'contract':
    case 'evaluation':
    case 'eligibility':
      return { label: entry, object: { v: 1, tender: fact.caseId, ...(show?.(fact.body) as object) } }
    default:
      return null
  }
}

const zeros = toBase64(new Uint8Array(32))

/** Canonical text, or a text that equals nothing where a value has no canonical form. */
const plain = (value: unknown): string => {
  try {
    return canonicalText(value)
  } catch {
    return `no canonical form ${Math.PI}`
  }
}

/** Checks every line of facts.jsonl, and every object against its entry and its fact. */
export function checkFacts(
  findings: Findings,
  log: CheckedLog,
  lines: readonly FactLine[],
  objects: ReadonlyMap<number, unknown>,
): void {
  let before = -1
  const streams = new Map<string, FactLine>()
  const used = new Set<number>()
  for (const line of lines) {
    const at = `facts.jsonl:${line.stream}#${line.seq}`
    findings.count('facts')
    if (line.index <= before) findings.add('factOrder', at, { index: line.index })
    before = line.index
    const previous = streams.get(line.stream)
    streams.set(line.stream, line)
    checkChain(findings, at, line, previous)
    const entry = log.entry(line.index)
    if (!entry) {
      findings.add('factEntry', at, { index: line.index })
      continue
    }
    if (!line.fact) {
      // What nobody may read yet is an official act; every other kind has a public object.
      if (entry.kind !== 'act') findings.add('factHidden', at, { index: line.index, kind: entry.kind })
      continue
    }
    checkBound(findings, at, line, line.fact, log, objects, used)
  }
  for (const [index, object] of objects)
    if (!used.has(index)) findings.add('objectUnknown', `objects/${index}.json`, sizeOf(object))
}

const sizeOf = (object: unknown) => ({ bytes: plain(object).length })

function checkChain(findings: Findings, at: string, line: FactLine, previous: FactLine | undefined): void {
  const kind = line.stream.split(':')[0]
  // Of plans and organisations only the public facts are given.
  const whole = kind === 'tender' || kind === 'contract'
  if (previous ? line.seq <= previous.seq || (whole && line.seq !== previous.seq + 1) : whole && line.seq !== 1)
    findings.add('factOrder', at, { seq: line.seq, before: previous?.seq ?? 0 })
  if (line.prev === null) return
  const adjoins = previous ? line.seq === previous.seq + 1 : line.seq === 1
  const due = previous ? previous.hash : zeros
  if (adjoins && due !== null && line.prev !== due) findings.add('factChain', at, { is: line.prev, should: due })
}

function checkBound(
  findings: Findings,
  at: string,
  line: FactLine,
  fact: Fact,
  log: CheckedLog,
  objects: ReadonlyMap<number, unknown>,
  used: Set<number>,
): void {
  const type = factTypes[fact.type]
  const entry = log.entry(line.index)
  if (!type || type.show === null || !entry) return findings.add('badForm', at, { reason: fact.type })
  const parsed = line.whole ? type.body.safeParse(fact.body) : null
  if (parsed && !parsed.success) return findings.add('badForm', at, { reason: parsed.error.issues[0]?.message ?? '' })
  if (line.whole && line.hash !== toBase64(H('fact', utf8(plain(line.record))))) findings.add('factHash', at)
  if (entry.kind !== type.entry) return findings.add('factEntry', at, { index: line.index, kind: entry.kind })
  if (type.entry === 'act') {
    if (!line.whole) return
    const salt = line.salt === null ? new Uint8Array(0) : fromBase64(line.salt)
    if (!equalBytes(actCommitment(salt, line.record), entry.commitment))
      findings.add('factEntry', at, { index: line.index })
    return
  }
  const logged = objectOf(fact)
  const path = `objects/${line.index}.json`
  if (!logged) return
  used.add(line.index)
  if (!objects.has(line.index)) return findings.add('objectMissing', path, { kind: entry.kind })
  findings.count('objects')
  const object = objects.get(line.index)
  if (!equalBytes(commitmentOf(logged.label, object), entry.commitment))
    findings.add('objectMismatch', path, { kind: entry.kind })
  else if (plain(logged.object) !== plain(object))
    findings.add('factObject', at, { index: line.index, kind: entry.kind })
}

// Trust policies (C2SP tlog-policy): which logs are known, which witnesses, and how many of them must have cosigned a checkpoint.
import { type Checkpoint, type NoteKey, openNote, parseCheckpointText, parseVerifierKey } from './checkpoint.ts'
import { parseCosignerKey, readCosignatures } from './cosignature.ts'
import { BadForm, parseDecimal, same } from './encoding.ts'

/** A log that the policy accepts; the key's name is its origin. */
export type PolicyLog = { readonly key: NoteKey; readonly url: string | null }

/** A witness: its name inside the policy, its key, and the prefix of its address where it takes checkpoints. */
export type PolicyWitness = { readonly name: string; readonly key: NoteKey; readonly url: string | null }

/** At least `threshold` of the members (witnesses or groups) must have witnessed. */
export type PolicyGroup = { readonly name: string; readonly threshold: number; readonly members: readonly string[] }

/** A policy. `quorum` names a witness or group, or is null where no cosignature is asked for. */
export type Policy = {
  readonly logs: readonly PolicyLog[]
  readonly witnesses: readonly PolicyWitness[]
  readonly groups: readonly PolicyGroup[]
  readonly quorum: string | null
}

/**
 * A checkpoint that a policy accepts: who of the quorum's witnesses cosigned (names of the policy) when (ms since 1970 UTC), and their median
 * time, null where the policy asks for no witness.
 */
export type Witnessed = {
  readonly checkpoint: Checkpoint
  readonly witnesses: readonly { readonly name: string; readonly time: number }[]
  readonly time: number | null
}

const MOST = 64
const MOST_TEXT = 100_000

/** Reads the text of a policy. Throws `BadForm` naming the line. */
export function parsePolicy(text: string): Policy {
  if (text.length > MOST_TEXT) throw new BadForm('a policy too long')
  if (/[\u0000-\u0008\u000b-\u001f\u007f]/.test(text) || !text.isWellFormed())
    throw new BadForm('control characters in a policy')
  if (!text.endsWith('\n')) throw new BadForm('a policy ends with a newline')
  const logs: PolicyLog[] = []
  const witnesses: PolicyWitness[] = []
  const groups: PolicyGroup[] = []
  const members = new Set<string>()
  let quorum: string | null | undefined
  const defined = (name: string): boolean =>
    witnesses.some((each) => each.name === name) || groups.some((each) => each.name === name)
  const define = (name: string | undefined, line: number): string => {
    if (name === undefined || name === 'none') throw new BadForm(`line ${line}: not a name`)
    if (defined(name)) throw new BadForm(`line ${line}: ${name} is defined twice`)
    return name
  }
  const address = (words: readonly string[], line: number): string | null => {
    if (words.length > 1) throw new BadForm(`line ${line}: too many words`)
    return words[0] ?? null
  }
  for (const [n, whole] of text.slice(0, -1).split('\n').entries()) {
    const line = n + 1
    const [kind, ...words] = whole.split(/[ \t]+/).filter((word) => word !== '')
    if (kind === undefined || kind.startsWith('#')) continue
    if (kind === 'log') {
      const [key = '', ...rest] = words
      const log = { key: parseVerifierKey(key), url: address(rest, line) }
      if (logs.some((each) => same(each.key.publicKey, log.key.publicKey)))
        throw new BadForm(`line ${line}: a log stands twice`)
      logs.push(log)
    } else if (kind === 'witness') {
      const [name, key = '', ...rest] = words
      const witness = { name: define(name, line), key: parseCosignerKey(key), url: address(rest, line) }
      if (witnesses.some((each) => same(each.key.publicKey, witness.key.publicKey)))
        throw new BadForm(`line ${line}: a witness stands twice`)
      witnesses.push(witness)
    } else if (kind === 'group') {
      const [name, count = '', ...named] = words
      for (const member of named) {
        if (!defined(member)) throw new BadForm(`line ${line}: ${member} is not defined above`)
        if (members.has(member)) throw new BadForm(`line ${line}: ${member} is in a group already`)
        members.add(member)
      }
      const threshold = count === 'all' ? named.length : count === 'any' ? 1 : parseDecimal(count)
      if (threshold < 1 || threshold > named.length) throw new BadForm(`line ${line}: not a threshold of this group`)
      groups.push({ name: define(name, line), threshold, members: named })
    } else if (kind === 'quorum') {
      const [name, ...rest] = words
      if (quorum !== undefined) throw new BadForm(`line ${line}: a second quorum`)
      if (name === undefined || rest.length > 0) throw new BadForm(`line ${line}: a quorum is one name`)
      if (name !== 'none' && !defined(name)) throw new BadForm(`line ${line}: ${name} is not defined above`)
      quorum = name === 'none' ? null : name
    } else throw new BadForm(`line ${line}: not a line of a policy`)
    if (logs.length > MOST || witnesses.length > MOST || groups.length > MOST)
      throw new BadForm(`line ${line}: too many lines of a kind`)
  }
  if (quorum === undefined) throw new BadForm('a policy without a quorum')
  return { logs, witnesses, groups, quorum }
}

/** The witnesses that can count towards the quorum, in the policy's order. */
export function quorumWitnesses(policy: Policy): PolicyWitness[] {
  const reached = new Set<string>()
  const reach = (name: string): void => {
    reached.add(name)
    for (const member of policy.groups.find((each) => each.name === name)?.members ?? []) reach(member)
  }
  if (policy.quorum !== null) reach(policy.quorum)
  return policy.witnesses.filter((each) => reached.has(each.name))
}

/** Whether these witnesses (names of the policy) make its quorum. */
export function makeQuorum(policy: Policy, cosigned: ReadonlySet<string>): boolean {
  const witnessed = (name: string): boolean => {
    const group = policy.groups.find((each) => each.name === name)
    if (group === undefined) return cosigned.has(name)
    return group.members.filter(witnessed).length >= group.threshold
  }
  return policy.quorum === null || witnessed(policy.quorum)
}

/** The median of times: element floor((m-1)/2) of the ascending list. Throws `BadForm` for an empty list. */
export function medianTime(times: readonly number[]): number {
  const median = times.toSorted((a, b) => a - b)[Math.floor((times.length - 1) / 2)]
  if (median === undefined) throw new BadForm('no times')
  return median
}

/**
 * The checkpoint of a note, if one of the policy's logs signed it as its own (origin) and the quorum cosigned it. Throws `BadForm` where
 * anything does not hold, also where a known key's line does not verify.
 */
export function openWitnessed(note: string, policy: Policy): Witnessed {
  const keys = policy.logs.map((each) => each.key)
  const { text, signedBy } = openNote(note, keys)
  const checkpoint = parseCheckpointText(text)
  if (!signedBy.includes(checkpoint.origin)) throw new BadForm('a checkpoint of another log')
  const counting = quorumWitnesses(policy)
  const cosignatures = readCosignatures(
    note,
    counting.map((each) => each.key),
  )
  const witnesses = counting.flatMap(({ name, key }) => {
    const found = cosignatures.find((each) => each.key === key)
    return found ? [{ name, time: found.time * 1000 }] : []
  })
  if (!makeQuorum(policy, new Set(witnesses.map((each) => each.name))))
    throw new BadForm('no quorum of witnesses cosigned this checkpoint')
  return {
    checkpoint,
    witnesses,
    time: policy.quorum === null ? null : medianTime(witnesses.map((each) => each.time)),
  }
}

// Policies: the example of the specification, every line that must be refused, quorums counted by hand, and the median of witness times.
import fc from 'fast-check'
import { describe, expect, it } from 'vitest'
import { parseNote, signCheckpoint, signerWith, verifierKey } from './checkpoint.ts'
import { cosign, cosignerKey } from './cosignature.ts'
import { BadForm } from './encoding.ts'
import { inclusionProof, leafHash, readerOf, rootAt } from './merkle.ts'
import { makeQuorum, medianTime, openWitnessed, parsePolicy, quorumWitnesses } from './policy.ts'
import { openWitnessedProof, proofText } from './proof.ts'

const log = signerWith('proc.example/log', new Uint8Array(32).fill(1))
const names = ['X1', 'X2', 'X3', 'Y1', 'Y2', 'Y3'] as const
const signers = names.map((name, n) => signerWith(`witness.example/${name}`, new Uint8Array(32).fill(10 + n)))
const keyOf = (name: (typeof names)[number]): string => cosignerKey(signers[names.indexOf(name)] ?? log)
const vkey = verifierKey(log)

// The example of the specification, with an address here and there, tabs and comments.
const example = `# our policy
log ${vkey}\thttps://proc.example/log

witness X1 ${keyOf('X1')} https://x1.example/
witness X2 ${keyOf('X2')}
 \twitness X3 ${keyOf('X3')}
group X-witnesses 2 X1 X2 X3

witness Y1 ${keyOf('Y1')}
witness Y2 ${keyOf('Y2')}
witness Y3 ${keyOf('Y3')}
group Y-witnesses any Y1 Y2 Y3

  # both
group X-and-Y all X-witnesses Y-witnesses
quorum X-and-Y
`

describe('the text', () => {
  it('is read: logs, witnesses, groups, quorum', () => {
    const policy = parsePolicy(example)
    expect(policy.logs).toEqual([
      { key: { name: log.name, publicKey: log.publicKey }, url: 'https://proc.example/log' },
    ])
    expect(policy.witnesses.map(({ name, url }) => [name, url])).toEqual([
      ['X1', 'https://x1.example/'],
      ...names.slice(1).map((name) => [name, null]),
    ])
    expect(policy.groups).toEqual([
      { name: 'X-witnesses', threshold: 2, members: ['X1', 'X2', 'X3'] },
      { name: 'Y-witnesses', threshold: 1, members: ['Y1', 'Y2', 'Y3'] },
      { name: 'X-and-Y', threshold: 2, members: ['X-witnesses', 'Y-witnesses'] },
    ])
    expect(policy.quorum).toBe('X-and-Y')
    expect(parsePolicy('quorum none\n')).toEqual({ logs: [], witnesses: [], groups: [], quorum: null })
    expect(parsePolicy(`witness W ${keyOf('X1')}\nquorum W\n`).quorum).toBe('W')
  })

  const w = (name: string, of: (typeof names)[number] = 'X1') => `witness ${name} ${keyOf(of)}\n`
  it.each([
    ['no quorum', w('A')],
    ['two quorums', `quorum none\nquorum none\n`],
    ['an unknown quorum', `quorum A\n`],
    ['a quorum defined below', `quorum A\n${w('A')}`],
    ['no last newline', 'quorum none'],
    ['a carriage return', 'quorum none\r\n'],
    ['a control character', 'quorum none\n\u0007\n'],
    ['DEL', 'quorum none\n# \u007f\n'],
    ['an unknown word', 'quorum none\nmirror x\n'],
    ['a comment behind a line', 'quorum none # all\n'],
    ['a log twice', `log ${vkey}\nlog ${vkey} https://x/\nquorum none\n`],
    ['a log with a witness key', `log ${keyOf('X1')}\nquorum none\n`],
    ['a witness with a log key', `witness A ${vkey}\nquorum A\n`],
    ['a witness key twice', `${w('A')}${w('B')}quorum A\n`],
    ['a name twice', `${w('A')}${w('A', 'X2')}quorum A\n`],
    ['a witness called none', `${w('none')}quorum none\n`],
    ['a third word of a witness', `${w('A').trim()} https://a/ b\nquorum A\n`],
    ['an empty group', `group G all\nquorum G\n`],
    ['a group of none', `group G any none\nquorum G\n`],
    ['a group with an unknown member', `${w('A')}group G any A B\nquorum G\n`],
    ['a group of itself', `${w('A')}group G any A G\nquorum G\n`],
    ['threshold 0', `${w('A')}group G 0 A\nquorum G\n`],
    ['a threshold too high', `${w('A')}group G 2 A\nquorum G\n`],
    ['a threshold with a leading zero', `${w('A')}group G 01 A\nquorum G\n`],
    ['a negative threshold', `${w('A')}group G -1 A\nquorum G\n`],
    ['a member twice in a group', `${w('A')}group G 2 A A\nquorum G\n`],
    ['a member of two groups', `${w('A')}group G any A\ngroup H any A\nquorum G\n`],
  ])('is refused with %s', (_, text) => {
    expect(() => parsePolicy(text)).toThrow(BadForm)
  })
})

describe('the quorum', () => {
  const policy = parsePolicy(example)
  it.each([
    ['X1 X2 Y1', true],
    ['X1 X3 Y3', true],
    ['X1 X2 X3', false],
    ['X1 Y1 Y2 Y3', false],
    ['X1 X2 X3 Y1 Y2 Y3', true],
    ['', false],
  ])('of %j is %s', (cosigned, quorum) => {
    expect(makeQuorum(policy, new Set(cosigned.split(' ')))).toBe(quorum)
  })

  it('only grows with more witnesses, and counts exactly two X and one Y', () => {
    fc.assert(
      fc.property(fc.subarray([...names]), fc.subarray([...names]), (some, more) => {
        const count = (letter: string) => some.filter((each) => each.startsWith(letter)).length
        expect(makeQuorum(policy, new Set(some))).toBe(count('X') >= 2 && count('Y') >= 1)
        if (makeQuorum(policy, new Set(some))) expect(makeQuorum(policy, new Set([...some, ...more]))).toBe(true)
      }),
    )
  })

  it('is asked of its own witnesses only', () => {
    const text = `witness A ${keyOf('X1')}\nwitness B ${keyOf('X2')}\ngroup G any A\nquorum G\n`
    expect(quorumWitnesses(parsePolicy(text)).map((each) => each.name)).toEqual(['A'])
    expect(makeQuorum(parsePolicy('quorum none\n'), new Set())).toBe(true)
  })
})

it('the median is the lower of the two in the middle', () => {
  expect(medianTime([5])).toBe(5)
  expect(medianTime([9, 1])).toBe(1)
  expect(medianTime([9, 1, 5])).toBe(5)
  expect(medianTime([4, 3, 2, 1])).toBe(2)
  expect(() => medianTime([])).toThrow(BadForm)
})

describe('a cosigned checkpoint', () => {
  const policy = parsePolicy(example)
  const note = signCheckpoint({ size: 9, root: new Uint8Array(32).fill(3) }, log)
  const { text } = parseNote(note)
  const by = (name: (typeof names)[number], time: number) => cosign(text, signers[names.indexOf(name)] ?? log, time)

  it('is opened with who cosigned and their median time', () => {
    const { checkpoint, witnesses, time } = openWitnessed(note + by('Y2', 300) + by('X1', 100) + by('X3', 200), policy)
    expect(checkpoint.size).toBe(9)
    expect(witnesses).toEqual([
      { name: 'X1', time: 100_000 },
      { name: 'X3', time: 200_000 },
      { name: 'Y2', time: 300_000 },
    ])
    expect(time).toBe(200_000)
    expect(openWitnessed(note, parsePolicy(`log ${vkey}\nquorum none\n`))).toMatchObject({ witnesses: [], time: null })
  })

  it('is refused without a quorum, with a false line, of an unknown log, or of a log under another name', () => {
    expect(() => openWitnessed(note + by('X1', 1) + by('X2', 1), policy)).toThrow('quorum')
    const lie = cosign(`${text}more\n`, signers[1] ?? log, 1)
    expect(() => openWitnessed(note + by('X1', 1) + by('X3', 1) + by('Y1', 1) + lie, policy)).toThrow('not verify')
    const stranger = signCheckpoint({ size: 9, root: new Uint8Array(32) }, signerWith('x', new Uint8Array(32).fill(5)))
    expect(() => openWitnessed(stranger, policy)).toThrow('no signature')
    const second = signerWith('other.example/log', new Uint8Array(32).fill(6))
    const both = parsePolicy(`log ${vkey}\nlog ${verifierKey(second)}\nquorum none\n`)
    const foreign = `${text}\n${signCheckpoint({ size: 9, root: new Uint8Array(32).fill(3) }, log).split('\n\n')[1]}`
    expect(openWitnessed(foreign, both).checkpoint.origin).toBe(log.name)
    const crossed = foreign.replace(/^proc/, 'prok')
    expect(() => openWitnessed(crossed, both)).toThrow(BadForm)
  })
})

it('a proof under a policy needs the entry at its place and the quorum', () => {
  const entries = Array.from({ length: 9 }, (_, n) => new Uint8Array(34).fill(n))
  const read = readerOf(entries.map(leafHash))
  const policy = parsePolicy(example)
  const note = signCheckpoint({ size: 9, root: rootAt(read, 9) }, log)
  const { text } = parseNote(note)
  const cosigned = note + signers.map((signer, n) => cosign(text, signer, 10 * n)).join('')
  const proof = (checkpoint: string) =>
    proofText({ extra: null, index: 4, path: inclusionProof(read, 4, 9), checkpoint })
  const [fourth, fifth] = [entries[4] as Uint8Array, entries[5] as Uint8Array]
  expect(openWitnessedProof(proof(cosigned), fourth, policy)).toMatchObject({ index: 4, witnessed: { time: 20_000 } })
  expect(() => openWitnessedProof(proof(note), fourth, policy)).toThrow('quorum')
  expect(() => openWitnessedProof(proof(cosigned), fifth, policy)).toThrow('not at this place')
})

// The thread of the second opinion: what pkijs says comes through as it said it, also for many at once, and it ends.
import { Untrusted } from '@naru/sealing/signatures/certificate.ts'
import { signCades } from '@naru/sealing/signatures/cades.ts'
import { rehearsedBelow, rehearsedRoot } from '@naru/sealing/signatures/rehearsal-issuer.ts'
import { expect, test } from 'vitest'
import { startSecondOpinion } from './second-opinion.ts'

test('agrees with a right signature, names what is wrong with another, and answers each to its own question', async () => {
  const root = await rehearsedRoot('thread root')
  const person = await rehearsedBelow(root, 'thread person')
  const content = new Uint8Array(100).fill(3)
  const at = Date.UTC(2026, 10, 22)
  const signer = { certificate: person.certificate, algorithm: person.key.algorithm, sign: person.key.sign }
  const der = await signCades(signer, content, at)
  const question = { der, content, path: [person.certificate, root.certificate], crls: [], ocsp: [], at }
  const second = startSecondOpinion()
  const answers = await Promise.allSettled([
    second.ask(question),
    second.ask({ ...question, content: new Uint8Array(100) }),
    second.ask({ ...question, at: Date.UTC(2040, 0, 1) }),
    second.ask({ ...question, der: der.subarray(0, 40) }),
    second.ask(question),
  ])
  expect(answers.map((each) => each.status)).toEqual(['fulfilled', 'rejected', 'rejected', 'rejected', 'fulfilled'])
  for (const each of answers.slice(1, 3)) expect(each.status === 'rejected' && each.reason).toBeInstanceOf(Untrusted)
  await second.stop()
})

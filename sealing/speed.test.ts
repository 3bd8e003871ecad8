// Measures sealing and opening and prints the figures; nothing is asserted about time, machines differ.
import { expect, it, vi } from 'vitest'
import { blindedCurve, tabledCurve } from './curve.ts'
import { recipientsOf } from './descriptor.ts'
import { agreementWith, envelopesToOpen, makeBatch, openRound } from './opening.ts'
import { platformCurve } from './platform.ts'
import { asLive, rehearseBid, rehearsedBytes, rehearsePrice, rehearseRound } from './rehearsal.ts'

// A laden machine takes its time; these tests are about bytes, not speed.
vi.setConfig({ testTimeout: 120_000 })

it('seals and opens in the same bytes with each arithmetic (prints milliseconds per bid)', async () => {
  const round = rehearseRound('speed', undefined, ['price'], blindedCurve)
  const curves = {
    blinded: blindedCurve,
    tabled: tabledCurve(round.recipients.people.map(({ pk }) => pk)),
    platform: platformCurve,
  }
  const lines: string[] = []
  const results: unknown[] = []
  for (const [name, curve] of Object.entries(curves)) {
    const recipients = recipientsOf(round.descriptor, curve)
    const count = name === 'blinded' ? 3 : 15
    const timed = async <T>(work: () => T | Promise<T>): Promise<[T, string]> => {
      const start = performance.now()
      const value = await work()
      return [value, ((performance.now() - start) / count).toFixed(2)]
    }
    const [sealed, seal] = await timed(() =>
      Array.from({ length: count }, (_, n) => {
        const core = rehearsePrice(round, `b${n}`, 1, String(1_000_000 + n))
        return asLive(rehearseBid({ ...round, recipients }, `b${n}`, 1, null, [{ cls: 'price', core }]), n)
      }),
    )
    const required = envelopesToOpen(round.descriptor, ['price'], [], sealed, null)
    const close = rehearsedBytes('close')
    const keys = [...round.secretKeys].filter(([i]) => [1, 3, 4, 5].includes(i))
    const [batches, batch] = await timed(() =>
      Promise.all(
        keys.map(([i, key]) =>
          makeBatch(recipients, { tender: round.descriptor.tender, close, i }, required, agreementWith(key, curve)),
        ),
      ),
    )
    const [opened, open] = await timed(() => openRound(recipients, required, batches, [2, 6]))
    expect(opened.every((result) => result.status === 'valid')).toBe(true)
    results.push(required.slice(0, 3).map((item) => item.e))
    lines.push(`${name.padEnd(9)} seal ${seal}, four officers' shares ${batch}, open ${open}`)
  }
  expect(results[1]).toEqual(results[0])
  expect(results[2]).toEqual(results[0])
  process.stdout.write(`\nmilliseconds per bid, 6 key holders\n${lines.join('\n')}\n`)
})

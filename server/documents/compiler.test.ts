// The setting of documents: hostile text stays text, the same sheet gives the same bytes, and a process that fails takes only its document with it.
import { mkdtempSync, rmSync, writeFileSync } from 'node:fs'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { afterAll, describe, expect, test } from 'vitest'
import { compilerLimits, makeCompiler } from './compiler.ts'
import { inspect, popplerIsHere } from './poppler.ts'
import { printable } from './printable.ts'
import type { Sheet } from './sheet.ts'

const compiler = makeCompiler()
const folder = mkdtempSync(join(tmpdir(), 'naru-compiler-'))
afterAll(async () => {
  await compiler.stop()
  rmSync(folder, { recursive: true, force: true })
})

/** Everything that means something to typst, to a shell, to HTML or to JSON. */
const hostile =
  '#panic("no") $x^2$ *b* _i_ `r` <label> @ref \\u{41} // c /* d */ "q" [b] {1+1} #read("/etc/passwd") #import "x" </script> \\n \'; -- ~ = + - /'

const sheet = (over: Partial<Sheet> = {}): Sheet => ({
  language: 'ky',
  country: 'kg',
  title: `Жарыя ${hostile}`,
  sort: 'Сатып алуу жөнүндө жарыя',
  subject: hostile,
  publisher: 'Кыргыз Республикасы',
  made: { year: 2026, month: 11, day: 22, hour: 10, minute: 0, second: 0 },
  band: hostile,
  foot: { left: `N ${hostile}`, page: '{all} беттин {n}-бети', proof: 'log 5' },
  blocks: [
    { kind: 'heading', level: 1, text: hostile },
    { kind: 'paragraph', text: hostile },
    {
      kind: 'facts',
      facts: [{ name: hostile, value: [hostile, { text: '한국어', language: 'ko' }], note: [hostile] }],
    },
    {
      kind: 'table',
      columns: [
        { head: hostile, share: 1 },
        { head: 'сом', align: 'end' },
      ],
      rows: [[[hostile], ['1 000,00']]],
      marked: [0],
    },
    { kind: 'banner', title: hostile, text: [hostile] },
    {
      kind: 'changes',
      head: ['бөлүк', 'мурда', 'азыр'],
      rows: [
        {
          name: hostile,
          parts: [
            { kind: 'struck', text: 'эски ' },
            { kind: 'added', text: hostile },
          ],
        },
      ],
    },
  ],
  proof: [{ kind: 'paragraph', text: hostile }],
  attached: { description: hostile, text: JSON.stringify({ hostile }) },
  ...over,
})

test('ACC-04: hostile text is set as it stands; the document is tagged PDF/A-3a with its language and the attached file', async () => {
  const { pdf, pages } = await compiler.set(sheet())
  expect(pages).toBeGreaterThan(0)
  const bytes = Buffer.from(pdf).toString('latin1')
  expect(bytes).toMatch(/pdfaid:part(>|=")3/)
  expect(bytes).toMatch(/pdfaid:conformance(>|=")A/)
  if (!popplerIsHere('what text, tags, fonts and file the document holds')) return
  const seen = inspect(pdf)
  const flat = seen.text.replace(/\s+/g, '')
  const copies = flat.split(hostile.replace(/\s+/g, '')).length - 1
  // Subject, band and foot of each page, heading, paragraph, name, value, note, head, cell, banner's two; long cells wrap beside others.
  expect(copies).toBeGreaterThanOrEqual(5)
  expect(seen.info).toMatch(/Tagged:\s+yes/)
  expect(seen.structure).toMatch(/Document/)
  expect(seen.structure).toMatch(/Table/)
  expect(seen.structure).toMatch(/TH/)
  expect(seen.structure).toMatch(/H1/)
  expect(JSON.parse(seen.attached)).toEqual({ hostile })
  for (const line of seen.fonts.split('\n').slice(2).filter(Boolean)) expect(line).toMatch(/Pretendard.*yes yes yes/)
})

test('the same sheet gives the same bytes, in another process too', async () => {
  const other = makeCompiler()
  const [first, second] = [await compiler.set(sheet()), await other.set(sheet())]
  await other.stop()
  expect(Buffer.from(first.pdf).equals(Buffer.from(second.pdf))).toBe(true)
  const changed = await compiler.set(sheet({ subject: 'another' }))
  expect(Buffer.from(first.pdf).equals(Buffer.from(changed.pdf))).toBe(false)
})

test('a sign that the typeface lacks is a fault, so text goes through printable first', async () => {
  await expect(compiler.set(sheet({ subject: '😀' }))).rejects.toThrow(/could not be displayed/)
  await expect(compiler.set(sheet({ subject: printable('😀').text }))).resolves.toMatchObject({
    pages: expect.any(Number),
  })
})

test('a very long notice is set within the limits', async () => {
  const rows = Array.from({ length: 1000 }, (_, n) => [
    [String(n)],
    [`${n}-позиция, узун сүрөттөмөсү менен`],
    ['1 234 567,00'],
  ])
  const done = await compiler.set(
    sheet({
      blocks: [
        {
          kind: 'table',
          columns: [
            { head: '№', align: 'end' },
            { head: 'Аталышы', share: 1 },
            { head: 'сом', align: 'end' },
          ],
          rows,
        },
      ],
    }),
  )
  expect(done.pages).toBeGreaterThan(20)
  if (popplerIsHere('whether the last row of a long table is there'))
    expect(inspect(done.pdf).text).toMatch(/999-позиция/)
  expect(done.memory).toBeLessThan(compilerLimits.mostMemory)
}, 180_000)

describe('a process that fails', () => {
  const program = (name: string, text: string): string => {
    const path = join(folder, `${name}.mjs`)
    writeFileSync(path, text)
    return path
  }
  const answer = `process.send({ number: order.number, pdf: new Uint8Array([1]), pages: 1, memory: 1 })`
  const limits = { ...compilerLimits, milliseconds: 5000 }

  test('that never ends is killed, and the next document is set', async () => {
    const loop = makeCompiler(
      limits,
      program('loop', `process.on('message', (order) => { if (order.sheet.includes('poison')) for (;;); ${answer} })`),
    )
    await expect(loop.set(sheet({ subject: 'poison' }))).rejects.toThrow(/took longer than 5000 ms/)
    await expect(loop.set(sheet())).resolves.toMatchObject({ pages: 1 })
    await loop.stop()
  })

  test('that ends by itself loses its document only', async () => {
    const crash = makeCompiler(
      limits,
      program(
        'crash',
        `process.on('message', (order) => { if (order.sheet.includes('poison')) process.kill(process.pid, 'SIGKILL'); ${answer} })`,
      ),
    )
    const [bad, good] = await Promise.allSettled([crash.set(sheet({ subject: 'poison' })), crash.set(sheet())])
    expect(bad).toMatchObject({ status: 'rejected', reason: { message: expect.stringMatching(/ended by itself/) } })
    expect(good).toMatchObject({ status: 'fulfilled' })
    await crash.stop()
  })

  test.runIf(process.platform === 'linux')('that takes too much memory is killed', async () => {
    const hungry = makeCompiler(
      { ...limits, milliseconds: 15_000, mostMemory: 200_000_000 },
      program(
        'hungry',
        `process.on('message', async (order) => { if (!order.sheet.includes('poison')) return ${answer}; const kept = []; for (;;) { kept.push(Buffer.alloc(20_000_000, 1)); await new Promise((next) => setTimeout(next, 20)) } })`,
      ),
    )
    await expect(hungry.set(sheet({ subject: 'poison' }))).rejects.toThrow(/needed more than 200000000 bytes/)
    await expect(hungry.set(sheet())).resolves.toMatchObject({ pages: 1 })
    await hungry.stop()
  })

  test('it sees nothing of the server’s environment', async () => {
    process.env.DATABASE_URL = 'postgres://secret'
    const spy = makeCompiler(
      limits,
      program(
        'spy',
        `process.on('message', (order) => process.send({ number: order.number, fault: Object.keys(process.env).sort().join() }))`,
      ),
    )
    await expect(spy.set(sheet())).rejects.toThrow(/^(?!.*DATABASE_URL)/)
    delete process.env.DATABASE_URL
    await spy.stop()
  })
})

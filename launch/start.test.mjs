// The second half of `npm start`, around a stand-in server: fills once, gives the address last, ends in order, refuses a second one.
import { spawn } from 'node:child_process'
import { cpSync, existsSync, mkdirSync, mkdtempSync, readFileSync, rmSync, symlinkSync, writeFileSync } from 'node:fs'
import { createServer } from 'node:net'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { afterEach, beforeEach, expect, test } from 'vitest'
import { at } from './places.mjs'

let home
let running

beforeEach(() => {
  home = mkdtempSync(join(tmpdir(), 'naru-start-'))
  running = []
  cpSync(at('launch'), join(home, 'launch'), { recursive: true })
  for (const folder of ['countries/kg', 'countries/kr', 'server', 'stories/wallet'])
    mkdirSync(join(home, folder), { recursive: true })
  writeFileSync(join(home, 'package.json'), '{"type":"module"}')
  standIn(`
    const { parseArgs } = await import('node:util')
    const { values } = parseArgs({ allowPositionals: true, options: { data: { type: 'string' }, country: { type: 'string' }, port: { type: 'string' } } })
    console.log('wallet ' + process.env.NARU_WALLET)
    console.log('Naru is at http://127.0.0.1:' + values.port + '/')
    const wait = setInterval(() => {}, 1000)
    for (const signal of ['SIGINT', 'SIGTERM']) process.on(signal, () => { console.log('ended in order'); clearInterval(wait) })`)
  writeFileSync(
    join(home, 'stories', 'wallet', 'main.ts'),
    `import { appendFileSync } from 'node:fs'
     appendFileSync(${JSON.stringify(join(home, 'wallets'))}, process.pid + ' ' + process.argv.slice(2).join(' ') + '\\n')
     console.log('The wallet is at http://127.0.0.1:1234')
     process.on('disconnect', () => process.exit(0))
     setInterval(() => {}, 1000)`,
  )
  writeFileSync(
    join(home, 'stories', 'fill.ts'),
    `import { appendFileSync } from 'node:fs'
     console.log('playing for ' + process.argv.slice(2).join(' '))
     appendFileSync(${JSON.stringify(join(home, 'played'))}, 'once ')`,
  )
})

afterEach(async () => {
  for (const { child, over } of running) {
    child.kill('SIGTERM')
    await over
  }
  rmSync(home, { recursive: true, force: true, maxRetries: 5 })
})

const standIn = (text) => writeFileSync(join(home, 'server', 'main.ts'), text)
const data = () => join(home, '.data', 'kg')

// A process that has ended may stay in the table until somebody asks after it, which nobody does for an orphan in a container.
const isRunning = (pid) => {
  try {
    process.kill(pid, 0)
    return !existsSync(`/proc/${pid}/stat`) || !/\) Z /.test(readFileSync(`/proc/${pid}/stat`, 'utf8'))
  } catch {
    return false
  }
}

const start = (...words) => {
  const child = spawn(process.execPath, [join(home, 'launch', 'start.mjs'), '--port', '18999', ...words], {
    env: { ...process.env, NODE_ENV: 'production', NARU_DATA: '', DATABASE_URL: '', PORT: '' },
    detached: true,
  })
  const program = { child, output: '', over: undefined, says: undefined }
  program.over = new Promise((answer) => child.on('close', (code) => answer(code)))
  program.says = (text) =>
    new Promise((found, fail) => {
      const look = () => program.output.includes(text) && found()
      child.stdout.on('data', look)
      child.stderr.on('data', look)
      child.on('close', () =>
        program.output.includes(text) ? found() : fail(new Error(`never said ${text}:\n${program.output}`)),
      )
      look()
    })
  for (const stream of [child.stdout, child.stderr])
    stream.on('data', (piece) => {
      program.output += piece
    })
  running.push(program)
  return program
}

test('fills an empty sandbox once, gives the address last, and ends in order', async () => {
  const first = start()
  await first.says('Naru is at http://127.0.0.1:18999/')
  expect(first.output).toMatch(
    /wallet http:\/\/127\.0\.0\.1:1234[^]*playing for --url http:\/\/127\.0\.0\.1:18999\/ --country kg --wallet http:\/\/127\.0\.0\.1:1234[^]*Naru is at/,
  )
  first.child.kill('SIGTERM')
  expect(await first.over).toBe(0)
  expect(first.output).toContain('ended in order')
  expect(existsSync(join(data(), 'naru.pid'))).toBe(false)
  const [wallet, ...words] = readFileSync(join(home, 'wallets'), 'utf8').trim().split(' ')
  expect(words.join(' ')).toContain(`--folder ${data()}-wallet --origin http://127.0.0.1:18999`)
  await expect.poll(() => isRunning(Number(wallet))).toBe(false)

  const second = start()
  await second.says('Naru is at')
  expect(second.output).not.toContain('playing')
  expect(readFileSync(join(home, 'played'), 'utf8')).toBe('once ')
})

test('an interrupted filling is begun anew, a failed story is said and not tried again', async () => {
  const fill = join(home, 'stories', 'fill.ts')
  const whole = readFileSync(fill, 'utf8')
  writeFileSync(fill, `console.log('half-way'); setInterval(() => {}, 1000)`)
  const first = start()
  await first.says('half-way')
  mkdirSync(join(data(), 'files'))
  writeFileSync(join(data(), 'database.json'), JSON.stringify({ port: 1, cluster: join(data(), 'postgresql') }))
  // As Ctrl-C does: it reaches all of them.
  process.kill(-first.child.pid, 'SIGINT')
  await first.over

  cpSync(at('server', 'database'), join(home, 'server', 'database'), { recursive: true })
  symlinkSync(at('node_modules'), join(home, 'node_modules'))
  writeFileSync(fill, `${whole}; process.exit(1)`)
  const second = start()
  await second.says('Naru is at')
  expect(second.output).toMatch(
    /interrupted while it filled[^]*Forgetting[^]*playing[^]*Not every story could be played/,
  )
  expect(existsSync(join(data(), 'files'))).toBe(false)
  second.child.kill('SIGTERM')
  await second.over

  const third = start()
  await third.says('Naru is at')
  expect(third.output).not.toMatch(/playing|interrupted/)
})

test('--empty fills nothing', async () => {
  const program = start('--empty')
  await program.says('Naru is at')
  expect(existsSync(join(home, 'played'))).toBe(false)
})

test('a second Naru on the same data is refused before it touches anything', async () => {
  const first = start('--empty')
  await first.says('Naru is at')
  const second = start('--fresh')
  expect(await second.over).toBe(1)
  expect(second.output).toMatch(/Naru already runs on .* \(process \d+, http:\/\/127\.0\.0\.1:18999\/\)/)
  expect(second.output).not.toContain('Forgetting')
})

test('the server that a killed launcher left behind is found and named', async () => {
  const first = start('--empty')
  await first.says('Naru is at')
  first.child.kill('SIGKILL')
  await new Promise((gone) => first.child.once('exit', gone))
  const second = start('--empty')
  expect(await second.over).toBe(1)
  const [, orphan] = /or: kill (\d+)/.exec(second.output)
  process.kill(Number(orphan), 'SIGTERM')
  await first.over
  const third = start('--empty')
  await third.says('Naru is at')
})

test('--fresh does not forget when the port is taken', async () => {
  mkdirSync(data(), { recursive: true })
  writeFileSync(join(data(), 'database.json'), '{}')
  const thief = createServer().listen(18999, '127.0.0.1')
  await new Promise((listening) => thief.once('listening', listening))
  const program = start('--fresh')
  expect(await program.over).toBe(1)
  thief.close()
  expect(program.output).toMatch(/Port 18999 is taken/)
  expect(existsSync(join(data(), 'database.json'))).toBe(true)
})

test('a server that does not come up ends us with its exit code, its words shown, and no stack of ours', async () => {
  standIn(`console.error('There is no database naru.'); process.exit(7)`)
  const program = start()
  expect(await program.over).toBe(7)
  expect(program.output).toContain('There is no database naru.')
  expect(program.output).not.toMatch(/playing| at .*start\.mjs/)
})

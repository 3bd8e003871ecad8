// Each thing that can be wrong with a data folder has its sentence.
import { spawn, spawnSync } from 'node:child_process'
import { chmodSync, existsSync, mkdirSync, mkdtempSync, readFileSync, rmSync, writeFileSync } from 'node:fs'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { afterEach, beforeEach, describe, expect, test } from 'vitest'
import { checkFolder, checkSpace, claim } from './folder.mjs'
import { forget } from './forget.mjs'
import { at } from './places.mjs'

let home

beforeEach(() => {
  home = mkdtempSync(join(tmpdir(), 'naru-folder-'))
  chmodSync(home, 0o755)
})

afterEach(() => rmSync(home, { recursive: true, force: true }))

describe('the folder', () => {
  test('is made when absent and left clean', () => {
    checkFolder(join(home, 'a', 'b'))
    expect(existsSync(join(home, 'a', 'b'))).toBe(true)
    expect(existsSync(join(home, 'a', 'b', '.probe'))).toBe(false)
  })

  test('is refused when it is a file, or lies under one', () => {
    writeFileSync(join(home, 'file'), '')
    expect(() => checkFolder(join(home, 'file'))).toThrow(/is a file, not a folder/)
    expect(() => checkFolder(join(home, 'file', 'data'))).toThrow(/not a folder/)
  })

  test('of another user is refused with the command that mends it', () => {
    const data = join(home, 'data')
    mkdirSync(data, { mode: 0o555 })
    // Root may write everywhere, so the question is asked by somebody else. The module is handed over as text: nobody may not enter every checkout.
    const nobody = process.getuid() === 0 ? { uid: 65534, gid: 65534 } : {}
    const text = (name) => readFileSync(at('launch', name), 'utf8')
    const script = `${text('say.mjs')}\n${text('folder.mjs').replace(/^import .*say\.mjs'$/m, '')}`.replaceAll(
      'export ',
      '',
    )
    const { stdout } = spawnSync(
      process.execPath,
      [
        '--input-type=module',
        '-e',
        `${script}\ntry { checkFolder(${JSON.stringify(data)}) } catch (error) { console.log(error.message) }`,
      ],
      { ...nobody, cwd: '/', encoding: 'utf8' },
    )
    expect(stdout).toContain(`Naru may not write to ${data}. Give yourself the folder: sudo chown -R "$USER" ${data}`)
  })
})

describe('space', () => {
  test('below half a gigabyte is refused, with the amount', () => {
    expect(() => checkSpace(home, 499_999_999)).toThrow(/There are 500 MB free .* needs at least 500 MB/)
    expect(() => checkSpace(home, 12_000_000)).toThrow(/There are 12 MB free/)
  })

  test('of half a gigabyte is enough', () => {
    expect(() => checkSpace(home, 500_000_000)).not.toThrow()
  })
})

describe('the claim', () => {
  test('of a program that is gone is taken over, and given back at the end', async () => {
    const { pid } = spawnSync(process.execPath, ['--version'])
    writeFileSync(join(home, 'naru.pid'), JSON.stringify({ pid, port: 8080 }))
    const { release } = await claim(home, { port: 9000 })
    expect(JSON.parse(readFileSync(join(home, 'naru.pid'), 'utf8'))).toMatchObject({ pid: process.pid, port: 9000 })
    release()
    expect(existsSync(join(home, 'naru.pid'))).toBe(false)
  })

  test('whose number now belongs to another program is taken over', async () => {
    writeFileSync(join(home, 'naru.pid'), JSON.stringify({ pid: 1, port: 8080 }))
    const { release } = await claim(home, { port: 9000 })
    release()
  })

  test('of a living Naru is refused with its address and how to end it', async () => {
    const living = join(home, 'start.mjs')
    writeFileSync(living, 'setTimeout(() => {}, 60_000); console.log("up")')
    const child = spawn(process.execPath, [living])
    await new Promise((up) => child.stdout.once('data', up))
    writeFileSync(join(home, 'naru.pid'), JSON.stringify({ pid: child.pid, port: 8123 }))
    const asked = claim(home, { port: 9000 })
    await expect(asked).rejects.toThrow(new RegExp(`process ${child.pid}, http://127.0.0.1:8123/`))
    await expect(asked).rejects.toThrow(new RegExp(`kill ${child.pid}`))
    child.kill()
  })
})

describe('--fresh', () => {
  test('leaves a folder alone that is not of Naru', async () => {
    writeFileSync(join(home, 'thesis.txt'), 'years of work')
    await expect(forget(home, {})).rejects.toThrow(/does not look like a folder of Naru's/)
    expect(existsSync(join(home, 'thesis.txt'))).toBe(true)
  })

  test("never touches an operator's database", async () => {
    await expect(forget(home, { DATABASE_URL: 'postgres://db/naru' })).rejects.toThrow(/never a database of yours/)
  })

  test('empties a folder of Naru', async () => {
    writeFileSync(join(home, 'database.json'), JSON.stringify({ port: 1, cluster: join(home, 'postgresql') }))
    mkdirSync(join(home, 'postgresql'))
    mkdirSync(join(home, 'files'))
    await forget(home, {})
    expect(['database.json', 'postgresql', 'files'].filter((name) => existsSync(join(home, name)))).toEqual([])
  })
})

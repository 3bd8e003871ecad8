// `npx naru seal --send`: a bid with attachments is sealed, signed with a key file, sent with a delegated credential and proven, all by the command.
import { execFile } from 'node:child_process'
import { createHash, randomBytes } from 'node:crypto'
import { mkdtempSync, readdirSync, readFileSync, rmSync, writeFileSync } from 'node:fs'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { promisify } from 'node:util'
import { fromBase64 } from '@naru/sealing/bytes.ts'
import { afterAll, beforeAll, expect, test } from 'vitest'
import { signIn } from './client.ts'
import { notice } from './parts/purchase.ts'
import { type Running, startSandbox } from './running.ts'
import { fictiaBestScore, softwarePurchase } from './tales/fictia-best-score.ts'
import { days, later } from './times.ts'
import { bytesNeedle, findIn, findInFiles, findInMemory, textNeedle } from './traces.ts'
import { openStage, type Stage } from './world.ts'

const run = promisify(execFile)
const command = join(import.meta.dirname, '..', 'web', 'sealing-client', 'offline.ts')
const folder = mkdtempSync(join(tmpdir(), 'naru-offline-'))
let running: Running
let stage: Stage
let caseId = ''

beforeAll(async () => {
  running = await startSandbox('fictia')
  stage = await openStage({ url: running.url, wallet: running.wallet, country: 'fictia' })
  const { world } = stage
  await stage.setUp([fictiaBestScore])
  caseId = world.id('tender', 'sealed by a command')
  const tell = async () => {
    await notice(world, softwarePurchase(caseId))
    await world.until(later(await world.now(), days(2)))
  }
  const [told] = await stage.play([
    { from: later(await world.now(), 1000), tale: { name: 'offline', lines: fictiaBestScore.lines, tell } },
  ])
  if (told?.end !== 'told') throw told?.error
})
afterAll(async () => {
  await running?.stop()
  rmSync(folder, { recursive: true, force: true })
})

interface Form {
  fields: Record<string, string>
  files: Record<string, string[]>
}

const person = () => stage.world.person('acme', 'bidder')
async function page(path: string): Promise<Response> {
  const { cookie } = await signIn(running.url, person().id)
  return fetch(`${running.url}/en/work/tenders/${caseId}/bid/${path}`, { headers: { cookie } })
}
/** The form of the bid, filled in as its bidder would, with a drawing in the technical envelope. */
async function form(name: string, price: string): Promise<string> {
  const asked = (await (await page('form?act=submit-bid')).json()) as Form
  for (const field of Object.keys(asked.fields))
    asked.fields[field] = field.startsWith('price.') ? price : field.startsWith('vat.') ? '' : 'As asked.'
  writeFileSync(join(folder, 'drawing.pdf'), randomBytes(2_500_000))
  asked.files['1/tech'] = ['drawing.pdf']
  const file = join(folder, name)
  writeFileSync(file, JSON.stringify(asked))
  return file
}
async function keyFile(): Promise<string> {
  const [, address = ''] = /href="([^"]*\/key-files\/[^"]*)"/.exec(await (await page('check')).text()) ?? []
  const answer = await fetch(address.replaceAll('&amp;', '&'))
  expect(answer.status).toBe(200)
  const file = join(folder, 'acme.p12')
  writeFileSync(file, new Uint8Array(await answer.arrayBuffer()))
  return file
}
async function credential(): Promise<string> {
  const { world } = stage
  const [id, secret] = [world.id('credential', 'offline'), randomBytes(32).toString('base64url')]
  await (await world.as(world.person('acme', 'administrator'))).mustAct(
    world.organisation('acme').id,
    'delegate-credential',
    {
      credential: id,
      person: person().id,
      label: 'Sealing by command',
      acts: ['submit-bid', 'withdraw-bid'],
      secretHash: createHash('sha256').update(secret).digest('hex'),
      until: later(await world.now(), days(30)),
    },
  )
  return `${id}.${secret}`
}
const seal = (words: readonly string[], more: NodeJS.ProcessEnv = {}) =>
  run(process.execPath, [command, ...words], { cwd: folder, env: { ...process.env, ...more } })
const failure = (sealing: Promise<unknown>): Promise<string> =>
  sealing.then(
    () => 'sealed',
    (error: { stderr?: string }) => error.stderr ?? String(error),
  )
const own = async () => (await (await stage.world.as(person())).view(caseId)).ownBid

test('a bid with an attachment by the command alone: sealed, signed, sent and proven; its secrets stay on this machine', async () => {
  const key = await keyFile()
  const NARU_CREDENTIAL = await credential()
  const file = await form('bid.json', '7,400.00')

  expect(
    await failure(seal([file, '--key', key, '--send', running.url], { NARU_CREDENTIAL, NARU_KEY_PASSPHRASE: 'x' })),
  ).toContain('the passphrase does not fit')
  expect(await failure(seal([file, '--send', running.url]))).toContain('NARU_CREDENTIAL')
  expect(await own()).toBeNull()

  const { stdout } = await seal([file, '--key', key, '--send', running.url], {
    NARU_CREDENTIAL,
    NARU_KEY_PASSPHRASE: 'sandbox',
  })
  expect(stdout).toContain('Opened again here: the envelope says what the form says.')
  expect(stdout).toContain('Promised, received at')
  expect(stdout).toMatch(/Submitted, and proven: entry \d+, cosigned by .+/)
  const bid = await own()
  expect(bid?.versions.map((each) => each.manifest.action)).toEqual(['submit'])
  expect(readFileSync(join(folder, 'bid.tlog-proof'), 'utf8')).toMatch(/^c2sp\.org\/tlog-proof@v1\n/)
  // What was sent is signed with a certificate, as a live portal demands it.
  const sealed = JSON.parse(readFileSync(join(folder, 'bid.sealed.json'), 'utf8')) as { body: string }
  expect((JSON.parse(sealed.body) as { signature: { kind: string } }).signature.kind).toBe('cades')
  expect(readdirSync(folder)).toContain('bid.secret.json')

  const { roots } = JSON.parse(readFileSync(join(folder, 'bid.secret.json'), 'utf8')) as { roots: string[] }
  const bytes = readFileSync(key)
  const needles = [
    textNeedle('the unit price', '740000'),
    textNeedle('the answers', 'As asked.'),
    ...roots.map((root, n) => bytesNeedle(`root ${n}`, fromBase64(root))),
    bytesNeedle('the key file', bytes.subarray(300, 360)),
  ]
  expect(findInFiles([running.data, running.log], needles)).toEqual([])
  const memory = findInMemory(running.pid, needles)
  expect(memory?.found ?? []).toEqual([])
  // The search finds what is there.
  expect(findIn(Buffer.from(JSON.stringify({ roots })), needles)).toContain('root 0')
})

test('a replacement signed at the remote service, and without a certificate nothing where the form is of a live portal', async () => {
  const { signingService } = (await (await fetch(`${running.url}/api/settings`)).json()) as { signingService: string }
  const file = await form('second.json', '7,300.00')
  const asked = JSON.parse(readFileSync(file, 'utf8')) as Form & { page: { mode: string } }
  writeFileSync(
    join(folder, 'live.json'),
    JSON.stringify({ ...asked, files: {}, page: { ...asked.page, mode: 'live' } }),
  )
  expect(await failure(seal([join(folder, 'live.json')]))).toContain('takes no bid without a certificate')
  const { files: _, ...bare } = asked
  writeFileSync(file, JSON.stringify(bare))
  const { stdout } = await seal([file, '--csc', signingService])
  expect(stdout).toContain('may be sent, on the page of your bid')
  const sealed = JSON.parse(readFileSync(join(folder, 'second.sealed.json'), 'utf8')) as {
    act: string
    key: string
    body: string
  }
  const bidder = await stage.world.as(person())
  const done = await bidder.raw('POST', `/api/cases/${caseId}/acts/${sealed.act}`, JSON.parse(sealed.body), {
    'idempotency-key': sealed.key,
  })
  expect([done.status, done.ok ? '' : await done.text()]).toEqual([200, ''])
  expect((await own())?.versions.length).toBe(2)
})

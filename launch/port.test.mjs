// A port that cannot be had is said with a port that can.
import { createServer } from 'node:net'
import { afterEach, expect, test } from 'vitest'
import { checkPort } from './port.mjs'

const open = []
const take = (port) =>
  new Promise((taken) => {
    const server = createServer().listen(port, '127.0.0.1', () => taken(server.address().port))
    open.push(server)
  })

afterEach(() => {
  for (const server of open.splice(0)) server.close()
})

test('a taken port is named, with the program that holds it where the system tells, and a free one is offered', async () => {
  const port = await take(0)
  const offered = await checkPort(port, '127.0.0.1').then(
    () => undefined,
    (error) => /^Port (\d+) is taken by .+\. Take another: npm start -- --port (\d+)$/.exec(error.message),
  )
  expect(Number(offered?.[1])).toBe(port)
  await expect(checkPort(Number(offered?.[2]), '127.0.0.1')).resolves.toBeUndefined()
})

test('a free port and any port are right', async () => {
  const port = await take(0)
  open.pop()?.close()
  await expect(checkPort(port, '127.0.0.1')).resolves.toBeUndefined()
  await expect(checkPort(0, '127.0.0.1')).resolves.toBeUndefined()
})

test('an address of another machine is refused in words', async () => {
  // 203.0.113.0/24 is kept for documentation (RFC 5737): no machine has it.
  await expect(checkPort(8080, '203.0.113.7')).rejects.toThrow(/no address 203\.0\.113\.7/)
})

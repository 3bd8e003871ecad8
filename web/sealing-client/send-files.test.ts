// A sender whose line drops, whose portal is busy or who is told to slow down goes on; one that is refused stops.
import { createServer } from 'node:http'
import { expect, test } from 'vitest'
import { beginSending, Refused } from './send-files.ts'

test('attachments: who was too fast waits as told, a dropped line is taken up again, a segment goes once, a refusal ends it', async () => {
  const put: string[] = []
  const answers = [429, 'drop', 503, 204]
  const server = createServer((request, response) => {
    request.resume().on('end', () => {
      if (request.method === 'POST') {
        response.writeHead(201, { 'content-type': 'application/json' }).end(JSON.stringify({ id: 'u', have: {} }))
        return
      }
      put.push(request.url ?? '')
      const answer = answers.shift() ?? 403
      if (answer === 'drop') request.socket.destroy()
      else response.writeHead(Number(answer), { 'retry-after': '1', 'content-type': 'application/json' }).end('{}')
    })
  })
  await new Promise<void>((listening) => server.listen(0, '127.0.0.1', listening))
  const bound = server.address()
  const address = `http://127.0.0.1:${typeof bound === 'object' && bound ? bound.port : 0}`
  const downs: boolean[] = []
  const known: Record<number, string> = {}
  let arrived = 0
  try {
    const line = { address, caseId: 'c', headers: {}, down: (is: boolean) => void downs.push(is) }
    const place = await beginSending(line, { len: 100, segs: 2, hdr: '' }, known, (bytes) => {
      arrived += bytes
    })
    const since = performance.now()
    await place.store(1, new Uint8Array(50), new Uint8Array(32))
    // A second as told, then a quarter and a half of one as the line was down.
    expect(performance.now() - since).toBeGreaterThan(1_500)
    expect(put).toEqual(Array(4).fill('/api/uploads/u/segments/1'))
    expect(downs).toEqual([true, true, false])
    expect(arrived).toBe(50)
    await expect(place.store(2, new Uint8Array(50), new Uint8Array(32))).rejects.toThrow(Refused)
  } finally {
    server.closeAllConnections()
    server.close()
  }
})

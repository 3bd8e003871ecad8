// The sandbox's one time service: its counterparts and witnesses ask here what time it is, so that the virtual clock is one for all.
import { createServer } from 'node:http'
import type { Deployment } from '../deployment.ts'
import { readNow } from '../time.ts'

/** Answers GET with `{"now": "<ISO 8601>"}` on the loopback, from the database's clock. Never started in live mode. */
export async function startSandboxTime(deployment: {
  readonly database: Pick<Deployment['database'], 'pool'>
}): Promise<{ readonly url: string; stop(): Promise<void> }> {
  const server = createServer((_, response) => {
    readNow(deployment).then(
      (now) => response.writeHead(200, { 'content-type': 'application/json' }).end(JSON.stringify({ now })),
      () => response.writeHead(503).end(),
    )
  })
  await new Promise<void>((resolve, reject) => {
    server.once('error', reject)
    server.listen(0, '127.0.0.1', resolve)
  })
  const bound = server.address()
  return {
    url: `http://127.0.0.1:${typeof bound === 'object' && bound ? bound.port : 0}/`,
    stop: () =>
      new Promise((resolve) => {
        server.close(() => resolve())
        server.closeAllConnections()
      }),
  }
}

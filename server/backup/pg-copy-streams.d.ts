// The two streams of pg-copy-streams that a backup uses; the package carries no types of its own.
declare module 'pg-copy-streams' {
  import type { Readable, Writable } from 'node:stream'
  export function to(sql: string): Readable & { rowCount: number; submit(connection: unknown): void }
  export function from(sql: string): Writable & { rowCount: number; submit(connection: unknown): void }
}

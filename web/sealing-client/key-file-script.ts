// The reader of key files as a script of its own: it is fetched only where somebody chooses such a file, and is held by its hash like every other.
import { openKeyFile } from '@naru/sealing/signatures/key-file.ts'

declare global {
  var naruOpenKeyFile: typeof openKeyFile | undefined
}

globalThis.naruOpenKeyFile = openKeyFile

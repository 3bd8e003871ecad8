// Opens the key file that somebody has chosen on a page. The reader is large, so it is fetched only now, and held by its hash like every other script.
import type { KeyFile, openKeyFile as Open } from '@naru/sealing/signatures/key-file.ts'
import { keyFileScript } from 'virtual:key-file-script'
import { NotSigned, type SigningFault } from './sign.ts'

/** The key of a chosen file. Neither the file nor the passphrase leaves the device. Throws `NotSigned`. */
export async function openPicked(picked: File | undefined, passphrase: string): Promise<KeyFile> {
  if (!picked) throw new NotSigned('none', '')
  const open = await loadReader()
  try {
    return await open(new Uint8Array(await picked.arrayBuffer()), passphrase)
  } catch (error) {
    const { fault, message } = error as { fault?: SigningFault; message: string }
    throw fault ? new NotSigned(fault, message) : error
  }
}

/** Fetches the reader under its hash. Throws `NotSigned` when it does not come. */
async function loadReader(): Promise<typeof Open> {
  // It lies beside the client's script, whoever serves them.
  const address = new URL(keyFileScript.file, import.meta.url).href
  if (!globalThis.naruOpenKeyFile)
    await new Promise<void>((resolve, reject) => {
      const script = document.createElement('script')
      script.type = 'module'
      script.src = address
      if (keyFileScript.integrity) script.integrity = keyFileScript.integrity
      script.addEventListener('load', () => resolve())
      script.addEventListener('error', () => reject(new NotSigned('service', address)))
      document.head.append(script)
    })
  if (!globalThis.naruOpenKeyFile) throw new NotSigned('service', address)
  return globalThis.naruOpenKeyFile
}

/** Says why nothing was signed, in the reader's words where there are some; `part` is where those words stand. */
export function tellNotSigned({ fault, message }: NotSigned, part: ParentNode = document): void {
  for (const word of part.querySelectorAll<HTMLElement>('[data-fault]')) word.hidden = word.dataset.fault !== fault
  for (const each of part.querySelectorAll<HTMLElement>('[data-says]')) each.hidden = each.dataset.says !== 'unsigned'
  const detail = part.querySelector<HTMLElement>('[data-says="unsigned"] [data-detail]')
  const shown: readonly SigningFault[] = ['service', 'expired', 'not-yet', 'organisation', 'person']
  if (detail) detail.textContent = shown.includes(fault) ? message : ''
}

// The attachments of a bid on the bidder's own device: chosen once, kept there with their bytes until the bid is sealed, so that a reload loses nothing.
import type { BidPage } from './device.ts'

/** Which envelope of a lot a file goes into. */
export type FileKind = 'price' | 'tech'

/** A file that was chosen. `file` lies in the browser's own store; nothing of it leaves the device unencrypted. */
export interface ChosenFile {
  readonly id: string
  readonly place: string
  readonly lot: string
  readonly kind: FileKind
  readonly file: File
}

const placeOf = (page: BidPage): string => `${page.caseId}.${page.round}.${page.bidder}`

function openStore(): Promise<IDBDatabase> {
  return new Promise((resolve, reject) => {
    const asked = indexedDB.open('naru', 1)
    asked.onupgradeneeded = () =>
      asked.result.createObjectStore('files', { keyPath: 'id' }).createIndex('place', 'place')
    asked.onsuccess = () => resolve(asked.result)
    asked.onerror = () => reject(asked.error)
  })
}

async function inStore<T>(mode: IDBTransactionMode, act: (store: IDBObjectStore) => IDBRequest<T>): Promise<T> {
  const store = await openStore()
  try {
    return await new Promise<T>((resolve, reject) => {
      const transaction = store.transaction('files', mode)
      const request = act(transaction.objectStore('files'))
      transaction.oncomplete = () => resolve(request.result)
      transaction.onerror = () => reject(transaction.error)
      transaction.onabort = () => reject(transaction.error)
    })
  } finally {
    store.close()
  }
}

/** The chosen files of this bid, in the order in which they were chosen. */
export async function readFiles(page: BidPage): Promise<readonly ChosenFile[]> {
  const all = await inStore(
    'readonly',
    (store) => store.index('place').getAll(placeOf(page)) as IDBRequest<ChosenFile[]>,
  )
  return all.toSorted((a, b) => a.id.localeCompare(b.id))
}

/** Adds a file. Throws where the browser has no room for it. */
export const addFile = (page: BidPage, lot: string, kind: FileKind, file: File, nth: number): Promise<unknown> =>
  inStore('readwrite', (store) =>
    store.put({
      // Sorts by the time of choosing; the rest only keeps two apart.
      id: `${String(Date.now()).padStart(15, '0')}.${String(nth).padStart(3, '0')}.${crypto.randomUUID()}`,
      place: placeOf(page),
      lot,
      kind,
      file,
    } satisfies ChosenFile),
  )

export const removeFile = (id: string): Promise<unknown> => inStore('readwrite', (store) => store.delete(id))

/** Forgets all files of this bid. */
export async function forgetFiles(page: BidPage): Promise<void> {
  for (const { id } of await readFiles(page)) await removeFile(id)
}

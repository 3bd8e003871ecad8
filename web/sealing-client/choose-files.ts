// The page of attachments: files are chosen per lot and envelope, listed, and removed again; nothing is sent yet.
import { mostFiles, mostOfBid, mostOfFile } from '@naru/sealing/attachment.ts'
import { type BidPage, keepTyped, readTyped, shows } from './device.ts'
import { addFile, type ChosenFile, type FileKind, readFiles, removeFile } from './files.ts'

const sizeOf = (bytes: number): string =>
  bytes < 1024 ** 2 ? `${Math.max(1, Math.round(bytes / 1024))} KiB` : `${(bytes / 1024 ** 2).toFixed(1)} MiB`

/** Fills the lists of chosen files; a list says by `data-files` whose they are, `lot/kind`. */
export function listInto(files: readonly ChosenFile[], remove?: (id: string) => void): void {
  for (const list of document.querySelectorAll<HTMLElement>('[data-files]')) {
    const own = files.filter((each) => list.dataset.files === `${each.lot}/${each.kind}`)
    list.hidden = own.length === 0
    list.replaceChildren(
      ...own.map(({ id, file }) => {
        const row = document.createElement('li')
        row.append(`${file.name} · ${sizeOf(file.size)} `)
        const word = list.dataset.remove
        if (remove && word) {
          const button = document.createElement('button')
          button.type = 'button'
          button.className = 'plain'
          button.textContent = word
          button.setAttribute('aria-label', `${word}: ${file.name}`)
          button.addEventListener('click', () => remove(id))
          row.append(button)
        }
        return row
      }),
    )
  }
  for (const none of document.querySelectorAll<HTMLElement>('[data-no-files]')) none.hidden = files.length > 0
}

/** Binds the inputs of the page. A bid that was sealed with other files before is forgotten. */
export function chooseFiles(here: BidPage): void {
  const show = async (): Promise<void> => {
    listInto(await readFiles(here), async (id) => {
      await removeFile(id)
      keepTyped(here, readTyped(here))
      await show()
    })
  }
  for (const input of document.querySelectorAll<HTMLInputElement>('input[type="file"][data-lot]'))
    input.addEventListener('change', async () => {
      const chosen = [...(input.files ?? [])]
      input.value = ''
      const before = await readFiles(here)
      const bytes = [...before.map((each) => each.file), ...chosen].reduce((sum, each) => sum + each.size, 0)
      if (
        before.length + chosen.length > mostFiles ||
        bytes > mostOfBid ||
        chosen.some((each) => each.size > mostOfFile)
      )
        return shows('tooMuch')
      try {
        for (const [nth, file] of chosen.entries())
          await addFile(here, input.dataset.lot ?? '', input.dataset.kind as FileKind, file, nth)
        keepTyped(here, readTyped(here))
        shows('ready')
      } catch {
        shows('noRoom')
      }
      await show()
    })
  void show()
}

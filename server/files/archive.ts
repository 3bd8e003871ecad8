// Reads the table of contents of a ZIP container (APPNOTE 6.3.10, §4.3.12 and §4.3.16) without unpacking anything.

/** What lies inside a container: names of entries, and whether any is locked with a password. */
export interface Contents {
  readonly names: readonly string[]
  readonly locked: boolean
}

/** Reads `length` bytes at `start` of a file. */
export type ReadBytes = (start: number, length: number) => Promise<Buffer>

const endMark = 0x06054b50
const entryMark = 0x02014b50
const endLength = 22
const longestComment = 65_535
/** A table of contents larger than this is no honest document. */
const largestTable = 8 * 1024 * 1024

/** The contents of a container of `size` bytes, or null when its table cannot be read. */
export async function readContents(size: number, read: ReadBytes): Promise<Contents | null> {
  const tailLength = Math.min(size, endLength + longestComment)
  const tail = await read(size - tailLength, tailLength)
  let end = -1
  for (let at = tail.length - endLength; at >= 0 && end < 0; at -= 1) if (tail.readUInt32LE(at) === endMark) end = at
  if (end < 0) return null
  const tableSize = tail.readUInt32LE(end + 12)
  const tableStart = tail.readUInt32LE(end + 16)
  if (tableSize > largestTable || tableStart + tableSize > size) return null
  const table = await read(tableStart, tableSize)
  const names: string[] = []
  let locked = false
  for (let at = 0; at + 46 <= table.length && table.readUInt32LE(at) === entryMark; ) {
    const nameLength = table.readUInt16LE(at + 28)
    names.push(table.subarray(at + 46, at + 46 + nameLength).toString('utf8'))
    if ((table.readUInt16LE(at + 8) & 1) === 1) locked = true
    at += 46 + nameLength + table.readUInt16LE(at + 30) + table.readUInt16LE(at + 32)
  }
  return { names, locked }
}

// What kind of file something is: by its content, never by its name alone. Names and declared types must agree with it.

/** How the content of a kind is recognised: the first bytes, or for containers what lies inside. */
type Mark = 'pdf' | 'zip' | 'ole' | 'png' | 'jpeg' | 'tiff' | 'dwg' | 'text'

export interface FileKind {
  readonly mediaType: string
  readonly extensions: readonly string[]
  readonly mark: Mark
  /** Containers: an entry that begins so must lie inside. */
  readonly holds?: string
}

const openXml = 'application/vnd.openxmlformats-officedocument'

/** The kinds that documents of a purchase may have. */
export const fileKinds: readonly FileKind[] = [
  { mediaType: 'application/pdf', extensions: ['pdf'], mark: 'pdf' },
  { mediaType: `${openXml}.wordprocessingml.document`, extensions: ['docx'], mark: 'zip', holds: 'word/' },
  { mediaType: `${openXml}.spreadsheetml.sheet`, extensions: ['xlsx'], mark: 'zip', holds: 'xl/' },
  { mediaType: `${openXml}.presentationml.presentation`, extensions: ['pptx'], mark: 'zip', holds: 'ppt/' },
  { mediaType: 'application/vnd.oasis.opendocument.text', extensions: ['odt'], mark: 'zip', holds: 'content.xml' },
  {
    mediaType: 'application/vnd.oasis.opendocument.spreadsheet',
    extensions: ['ods'],
    mark: 'zip',
    holds: 'content.xml',
  },
  { mediaType: 'application/hwp+zip', extensions: ['hwpx'], mark: 'zip', holds: 'Contents/' },
  { mediaType: 'application/zip', extensions: ['zip'], mark: 'zip' },
  { mediaType: 'application/msword', extensions: ['doc'], mark: 'ole' },
  { mediaType: 'application/vnd.ms-excel', extensions: ['xls'], mark: 'ole' },
  { mediaType: 'application/vnd.ms-powerpoint', extensions: ['ppt'], mark: 'ole' },
  { mediaType: 'application/x-hwp', extensions: ['hwp'], mark: 'ole' },
  { mediaType: 'image/png', extensions: ['png'], mark: 'png' },
  { mediaType: 'image/jpeg', extensions: ['jpg', 'jpeg'], mark: 'jpeg' },
  { mediaType: 'image/tiff', extensions: ['tif', 'tiff'], mark: 'tiff' },
  { mediaType: 'image/vnd.dwg', extensions: ['dwg'], mark: 'dwg' },
  { mediaType: 'text/plain', extensions: ['txt'], mark: 'text' },
  { mediaType: 'text/csv', extensions: ['csv'], mark: 'text' },
  { mediaType: 'application/json', extensions: ['json'], mark: 'text' },
  { mediaType: 'application/xml', extensions: ['xml'], mark: 'text' },
]

/** Names that systems give to the same kind. */
const alsoCalled: Readonly<Record<string, string>> = {
  'application/x-zip-compressed': 'application/zip',
  'application/x-zip': 'application/zip',
  'text/xml': 'application/xml',
  'image/jpg': 'image/jpeg',
  'application/haansofthwp': 'application/x-hwp',
  'application/vnd.hancom.hwp': 'application/x-hwp',
  'application/vnd.hancom.hwpx': 'application/hwp+zip',
  'application/haansofthwpx': 'application/hwp+zip',
  'application/acad': 'image/vnd.dwg',
  'image/x-dwg': 'image/vnd.dwg',
}

const extensionOf = (name: string): string => /\.([A-Za-z0-9]{1,8})$/.exec(name)?.[1]?.toLowerCase() ?? ''

/** The kind that a name and a declared type agree on; `not-accepted` or `differs` where they do not. An empty or general type asks the name. */
export function declaredKind(name: string, declared: string): FileKind | 'not-accepted' | 'differs' {
  const bare = declared.split(';')[0]?.trim().toLowerCase() ?? ''
  const type = alsoCalled[bare] ?? bare
  const extension = extensionOf(name)
  const byName = fileKinds.find((each) => each.extensions.includes(extension))
  // Windows calls a CSV a table of its own program.
  const general =
    type === '' || type === 'application/octet-stream' || (extension === 'csv' && type === 'application/vnd.ms-excel')
  if (general) return byName ?? 'not-accepted'
  const byType = fileKinds.find((each) => each.mediaType === type)
  if (!byType) return 'not-accepted'
  return byType.extensions.includes(extension) ? byType : 'differs'
}

const startsWith = (bytes: Uint8Array, ...wanted: readonly number[]): boolean =>
  wanted.every((byte, at) => bytes[at] === byte)

const ascii = (bytes: Uint8Array): string =>
  Buffer.from(bytes.buffer, bytes.byteOffset, bytes.length).toString('latin1')

/** Text: no zero byte and no control character but tab, line ends, form feed and escape. */
const isText = (bytes: Uint8Array): boolean => {
  if (startsWith(bytes, 0xff, 0xfe) || startsWith(bytes, 0xfe, 0xff)) return true
  return bytes.every((byte) => byte >= 0x20 || byte === 9 || byte === 10 || byte === 12 || byte === 13 || byte === 27)
}

/** A compound file (MS-CFB): the container of older office documents, and of newer ones that are locked with a password. */
export const isCompoundFile = (head: Uint8Array): boolean =>
  startsWith(head, 0xd0, 0xcf, 0x11, 0xe0, 0xa1, 0xb1, 0x1a, 0xe1)

/** How many of the first bytes are enough to judge. */
export const headLength = 4096

/** Whether the first bytes of a file (at most `headLength`) can belong to a kind. */
export function headFits(kind: FileKind, head: Uint8Array): boolean {
  switch (kind.mark) {
    case 'pdf':
      return ascii(head.subarray(0, 1024)).includes('%PDF-')
    case 'zip':
      return startsWith(head, 0x50, 0x4b, 3, 4) || startsWith(head, 0x50, 0x4b, 5, 6)
    case 'ole':
      return isCompoundFile(head)
    case 'png':
      return startsWith(head, 0x89, 0x50, 0x4e, 0x47, 0x0d, 0x0a, 0x1a, 0x0a)
    case 'jpeg':
      return startsWith(head, 0xff, 0xd8, 0xff)
    case 'tiff':
      return startsWith(head, 0x49, 0x49, 0x2a, 0) || startsWith(head, 0x4d, 0x4d, 0, 0x2a)
    case 'dwg':
      return /^AC10[0-9]{2}/.test(ascii(head.subarray(0, 6)))
    case 'text':
      // A program or a picture that calls itself text is caught by its own first bytes.
      return isText(head) && !startsWith(head, 0x4d, 0x5a) && !ascii(head.subarray(0, 5)).startsWith('%PDF-')
  }
}

// The process that sets documents in type: one sheet in, the bytes of one PDF out. It knows no database, no network and no key.
import { readFileSync } from 'node:fs'
import { join } from 'node:path'
import { NodeCompiler } from '@myriaddreamin/typst-ts-node-compiler'
import { fontFiles } from './font.ts'

/** PDF/A-3, level A: tagged, with attached files (ISO 19005-3). */
const standard = 'a-3a'
const folder = import.meta.dirname
const at = (name: string) => join(folder, name)

const compiler = NodeCompiler.create({
  workspace: folder,
  fontArgs: [{ fontBlobs: fontFiles.map((path) => readFileSync(path)) }],
})

/** What the parent sends and gets. */
export interface Order {
  readonly number: number
  readonly sheet: string
  readonly attached: string
}
export type Delivery =
  | { readonly number: number; readonly pdf: Uint8Array; readonly pages: number; readonly memory: number }
  | { readonly number: number; readonly fault: string }

function setInType({ number, sheet, attached }: Order): Delivery {
  compiler.mapShadow(at('sheet.json'), Buffer.from(sheet))
  compiler.mapShadow(at('fact.json'), Buffer.from(attached))
  try {
    const compiled = compiler.compile({ mainFilePath: at('template.typ') })
    const document = compiled.result
    if (!document || compiled.hasError()) {
      const error = compiled.takeError()
      return {
        number,
        fault: JSON.stringify(error ? compiler.fetchDiagnostics(error) : 'the document could not be set'),
      }
    }
    const pdf = compiler.pdf(document, { pdfStandard: standard })
    return { number, pdf: new Uint8Array(pdf), pages: document.numOfPages, memory: process.memoryUsage.rss() }
  } catch (error) {
    return { number, fault: error instanceof Error ? error.message : String(error) }
  } finally {
    compiler.unmapShadow(at('sheet.json'))
    compiler.unmapShadow(at('fact.json'))
    compiler.evictCache(2)
  }
}

process.on('message', (order: Order) => void process.send?.(setInType(order)))

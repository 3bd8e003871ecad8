// Seals what was typed with the files that were chosen for it, the same on the portal's pages and at another host.
import { type BidPage, keepMaking, type Pending, readMaking, type Typed } from './device.ts'
import type { ChosenFile } from './files.ts'
import type { Offer } from './offer.ts'
import { beginMaking, type FileToSeal, isOf, sealMaking, sealOffers } from './seal.ts'
import { beginSending, type Line } from './send-files.ts'

/**
 * Seals the offers. Attachments of lots that are bid for are encrypted and sent over `line` first, and what of them has arrived is kept on
 * the device in case of a break. `told` hears how much has arrived, percent, and whether the line is down. Throws `NotAsMeant`, `Refused`.
 */
export async function sealChosen(
  page: BidPage,
  typed: Typed,
  offers: readonly Offer[],
  chosen: readonly ChosenFile[],
  line: Pick<Line, 'address' | 'headers'>,
  told: (percent: number, down: boolean) => void,
): Promise<Pending> {
  const offered = chosen.filter((each) => offers.some((offer) => offer.lot === each.lot))
  if (offered.length === 0) return sealOffers(page, typed, offers)
  const files = offered.map(
    ({ id, lot, kind, file }): FileToSeal => ({
      id,
      lot,
      kind,
      name: file.name,
      mime: file.type || 'application/octet-stream',
      source: {
        size: file.size,
        read: async (from, to) => new Uint8Array(await file.slice(from, to).arrayBuffer()),
      },
    }),
  )
  const before = readMaking(page)
  const making = before && isOf(before, page, files) ? before : beginMaking(page, typed, offers, files)
  keepMaking(page, making)
  const whole = offered.reduce((sum, each) => sum + each.file.size, 0)
  let arrived = 0
  const show = (down: boolean): void => told(Math.min(100, Math.floor((100 * arrived) / Math.max(1, whole))), down)
  show(false)
  return sealMaking(page, making, files, async (announced) => {
    const leaves = (making.leaves[announced.hdr] ??= {})
    const place = await beginSending({ ...line, caseId: page.caseId, down: show }, announced, leaves, (bytes) => {
      arrived += bytes
      keepMaking(page, making)
      show(false)
    })
    arrived += Object.keys(place.leaves).length * 1_048_576
    show(false)
    return place
  })
}

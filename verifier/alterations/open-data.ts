// Bad bundles: the OCDS releases.
import { utf8 } from '@naru/sealing/bytes.ts'
import { type Alteration, signed } from './alteration.ts'
import type { Draft, Json } from './draft.ts'

const releases = (draft: Draft, change: (releases: Json[]) => void): void => {
  const value = draft.json('releases.json') as unknown as Json[]
  change(value)
  draft.files.set('releases.json', utf8(JSON.stringify(value)))
}

export const openDataAlterations: readonly Alteration[] = [
  signed('release-changed', 'releaseMismatch', (draft) =>
    releases(draft, (all) => ((all[0] as Json)['date'] = '2020-01-01T00:00:00Z')),
  ),
  signed('release-removed', 'releaseMissing', (draft) => releases(draft, (all) => all.splice(1, 1))),
  signed('release-added', 'releaseUnknown', (draft) =>
    releases(draft, (all) => all.push({ ...(all[0] as Json), id: 'another' })),
  ),
]

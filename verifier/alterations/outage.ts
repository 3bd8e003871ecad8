// Bad bundles: a deadline that an outage moved, made from the example of one.
import { sha256 } from '@naru/sealing/hash.ts'
import { toHex } from '@naru/sealing/bytes.ts'
import { canonical } from '@naru/sealing/jcs.ts'
import { type Alteration, rewritten, signed } from './alteration.ts'
import type { Draft, Json } from './draft.ts'

const later = (instant: string, ms: number): string => new Date(Date.parse(instant) + ms).toISOString()

/** Changes the fact that moved the deadline, and the first document of its notice so that this fits. */
const changeMoved = (draft: Draft, change: (body: Json) => void): void =>
  draft.changeLine('DeadlineMovedByOutage', (record) => {
    const whole = record['body'] as Json
    change(whole)
    const { notice, ...body } = whole
    const text = canonical({ type: record['type'], at: record['at'], body })
    notice.documents[0] = { hash: toHex(sha256(text)), size: text.length }
  })

export const outageAlterations: readonly Alteration[] = [
  rewritten('deadline-moved-further', 'outageMismatch', (draft) =>
    changeMoved(draft, (body) => {
      body['content'].deadline = later(body['content'].deadline as string, 60_000)
      body['notice'].T += 60_000
    }),
  ),
  rewritten('moved-by-a-rule-of-its-own', 'outageMismatch', (draft) =>
    changeMoved(draft, (body) => (body['outage'].rule.short.deadline = 48)),
  ),
  rewritten('conditions-changed-with-the-deadline', 'outageMismatch', (draft) =>
    changeMoved(draft, (body) => (body['content'].paymentTerms = 'Never.')),
  ),
  rewritten('deadline-before-told-otherwise', 'outageMismatch', (draft) =>
    changeMoved(draft, (body) => (body['outage'].before = later(body['outage'].before as string, -60_000))),
  ),
  rewritten('recovery-told-otherwise', 'outageMismatch', (draft) =>
    changeMoved(draft, (body) => (body['outage'].noticed = later(body['outage'].noticed as string, 1))),
  ),
  rewritten('opening-told-earlier', 'outageMismatch', (draft) =>
    changeMoved(draft, (body) => (body['outage'].opening = later(body['outage'].opening as string, -60_000))),
  ),
  rewritten('outage-told-longer', 'outageMismatch', (draft) => {
    draft.changeLine('OutageRecorded', ({ body }) => (body.until = later(body.until as string, 60_000)))
    changeMoved(draft, (body) => (body['outage'].until = later(body['outage'].until as string, 60_000)))
  }),
  rewritten('finding-that-nobody-signed', 'outageMismatch', (draft) =>
    draft.changeLine('OutageRecorded', ({ body }) => (body.findings[0].finding.until += 1)),
  ),
  rewritten('findings-of-one-operator', 'outageMismatch', (draft) =>
    draft.changeLine('OutageRecorded', ({ body }) => {
      const own = body.findings.filter((each: Json) => each['operator'] === body.findings[0].operator)
      body.findings = [...own, own[0]]
    }),
  ),
  rewritten('probes-taken-off-the-list', 'outageMismatch', (draft) =>
    draft.changeLine('TrustListed', ({ body }) => delete body.trust.probes),
  ),
  rewritten('probes-of-one-name', 'badForm', (draft) =>
    draft.changeLine('TrustListed', ({ body }) => (body.trust.probes[1].name = body.trust.probes[0].name)),
  ),
  signed('outage-hidden', 'outageMissing', (draft) =>
    draft.putLines(draft.lines.filter((each) => each.record?.type !== 'OutageRecorded')),
  ),
]

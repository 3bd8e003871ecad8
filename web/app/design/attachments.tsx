// Attachments of opened bids: name, size, the hash that the bidder's signature binds, and the file once it was found clean.
import { useSpeech } from '../speech.tsx'

/** An attachment as the server lists it. */
export interface Attachment {
  readonly index: number
  readonly cls: string
  readonly j: number
  readonly bid: string
  readonly name: string
  readonly size: number
  readonly file: { readonly root: string }
  readonly state: 'waiting' | 'clean' | 'infected' | 'unreadable'
}

/** A list of attachments; `of` says whose each is. Nothing where there are none. */
export function Attachments({
  caseId,
  attachments,
  of,
}: {
  caseId: string
  attachments: readonly Attachment[]
  of: (bid: string) => string
}) {
  const { say, number } = useSpeech()
  return (
    <ul>
      {attachments.map((each) => (
        <li key={`${each.index}/${each.cls}/${each.j}`}>
          {of(each.bid)} ·{' '}
          {each.state === 'clean' ? (
            <a
              href={`/api/cases/${caseId}/attachments/${each.index}/${encodeURIComponent(each.cls)}/${each.j}/content`}
              download={each.name}
            >
              {each.name}
            </a>
          ) : (
            <>
              {each.name} <span className="note">{say(`public.attachments.${each.state}`)}</span>
            </>
          )}{' '}
          <span className="note">
            {number(Math.max(1, Math.round(each.size / 1024)))} KiB · {say('public.attachments.proof')}{' '}
            <span className="hash">{each.file.root}</span>
          </span>
        </li>
      ))}
    </ul>
  )
}

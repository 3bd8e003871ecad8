// What changed between two versions, as words struck and added.
import { Fragment } from 'react'
import { useSpeech } from '../speech.tsx'
import { wordsChanged } from './words-changed.ts'

/** One text in two versions. */
export function Difference({ before, after }: { before: string; after: string }) {
  const { say } = useSpeech()
  return (
    <span className="difference">
      {wordsChanged(before, after).map((change, at) => {
        const key = `${at}-${change.kind}`
        if (change.kind === 'same') return <span key={key}>{change.text}</span>
        const Mark = change.kind === 'struck' ? 'del' : 'ins'
        const bare = change.text.trimEnd()
        return (
          <Fragment key={key}>
            <Mark>
              <span className="unseen">{say(`difference.${change.kind}`)} </span>
              {bare}
            </Mark>
            {change.text.slice(bare.length)}
          </Fragment>
        )
      })}
    </span>
  )
}

/** All that changed in one amendment: the name of each field and its words struck and added. */
export function Differences({ changes }: { changes: readonly { name: string; before: string; after: string }[] }) {
  return (
    <dl className="differences">
      {changes.map((change) => (
        <div key={change.name}>
          <dt>{change.name}</dt>
          <dd>
            <Difference before={change.before} after={change.after} />
          </dd>
        </div>
      ))}
    </dl>
  )
}

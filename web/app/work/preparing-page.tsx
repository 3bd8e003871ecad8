// The look of one page of the preparation, and texts that are given in several languages.
import type { ReactNode } from 'react'
import type { Language } from '../../words/say.ts'
import { ActForm, Button, Buttons, type FieldError, TextAreaField, TextField } from '../design/form.tsx'
import { Go } from '../design/go.tsx'
import { Banner, Page } from '../design/page.tsx'
import { useSpeech } from '../speech.tsx'
import type { Failed, Typed } from './act.ts'
import { caseAt } from './case-places.ts'
import { inWords } from './names.ts'
import type { TenderDraft } from './tender-draft.ts'
import { Trouble } from './trouble.tsx'

/** A draft that somebody else saved first; what was typed is kept. */
export interface Conflict {
  readonly conflict: { readonly at: string; readonly version: number }
  readonly typed: Typed
}
export type Answer = Failed | Conflict | undefined

export const failedOf = (answer: Answer): Failed | undefined => (answer && 'why' in answer ? answer : undefined)

/** What stands in a field: what was just typed, else what the draft holds. */
export const standsIn =
  (answer: Answer) =>
  (name: string, kept: string | undefined): string =>
    answer?.typed.one[name] ?? kept ?? ''

/** One page of the preparation. The form carries the version of the draft that it was made from. */
export function PreparingPage(props: {
  caseId: string
  draft: TenderDraft
  version: number
  title: string
  lead?: ReactNode
  answer: Answer
  errors: readonly FieldError[]
  /** Fields of the form; none where the page brings forms of its own in `after`. */
  children?: ReactNode
  after?: ReactNode
  button?: string
  encType?: 'multipart/form-data'
}) {
  const { say, language, dateTime } = useSpeech()
  const { answer, caseId, draft } = props
  const conflict = answer && 'conflict' in answer ? answer.conflict : undefined
  return (
    <Page
      title={props.title}
      lead={props.lead}
      wrong={answer !== undefined}
      above={inWords(draft.title, language, draft.language) || say('work.desk.untitled')}
      trail={[
        { to: '/desk', text: say('work.nav.desk') },
        { to: caseAt(caseId), text: say('work.tender.tasks') },
      ]}
    >
      <Trouble failed={failedOf(answer)} errors={props.errors} />
      {conflict && (
        <Banner tone="warn" live title={say('work.draft.conflict', { when: conflict.at ? dateTime(conflict.at) : '' })}>
          <p>{say('work.draft.conflictNext')}</p>
        </Banner>
      )}
      {props.children && (
        <ActForm act="save" encType={props.encType}>
          <input type="hidden" name="version" value={conflict?.version ?? props.version} />
          {props.children}
          <Buttons>
            <Button>{props.button ?? say('work.save')}</Button>
            <Go to={caseAt(caseId)}>{say('work.later')}</Go>
          </Buttons>
        </ActForm>
      )}
      {props.after}
    </Page>
  )
}

/** Languages name themselves. */
const ownNames: Readonly<Record<Language, string>> = { ky: 'Кыргызча', ru: 'Русский', en: 'English', ko: '한국어' }
export const languageName = (language: string): string => ownNames[language as Language] ?? language

/** The name of a language in its own script, marked so that its font is found. */
export const LanguageName = ({ language }: { language: string }) => (
  <span lang={language}>{languageName(language)}</span>
)

/** A text in the prevailing language, and behind a fold in the others. Names are `name.language`. */
export function LanguageFields(props: {
  name: string
  label: string
  hint?: string
  languages: readonly Language[]
  main: Language
  kept: Partial<Record<Language, string>>
  answer: Answer
  errors: readonly FieldError[]
  rows?: number
  maxLength: number
}) {
  const { say } = useSpeech()
  const { name, label, languages, main, kept, errors, rows, maxLength } = props
  const stands = standsIn(props.answer)
  const field = (language: Language, own: boolean) => {
    const shared = {
      name: `${name}.${language}`,
      label: own ? label : `${label}: ${languageName(language)}`,
      ...(own && props.hint && { hint: props.hint }),
      lang: language,
      errors,
      optional: !own,
      maxLength,
      defaultValue: stands(`${name}.${language}`, kept[language]),
    }
    return rows ? <TextAreaField key={language} rows={rows} {...shared} /> : <TextField key={language} {...shared} />
  }
  const others = languages.filter((language) => language !== main)
  return (
    <>
      {field(main, true)}
      <details
        className="more"
        open={others.some((language) => errors.some((error) => error.field === `${name}.${language}`))}
      >
        <summary>{say('work.otherLanguages', { what: label })}</summary>
        <div>{others.map((language) => field(language, false))}</div>
      </details>
    </>
  )
}

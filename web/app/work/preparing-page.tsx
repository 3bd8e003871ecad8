// The look of one page of the preparation, and texts that are given in several languages.
import { PageScript } from '../design/page-script.tsx'
import type { ReactNode } from 'react'
import { useRouteLoaderData } from 'react-router'
import type { Language } from '../../words/say.ts'
import { ActForm, Button, Buttons, type FieldError, TextAreaField, TextField } from '../design/form.tsx'
import { Go } from '../design/go.tsx'
import { Banner, Page } from '../design/page.tsx'
import { useSpeech } from '../speech.tsx'
import type { Failed, Typed } from './act.ts'
import { caseAt } from './case-places.ts'
import { inWords } from './names.ts'
import type { TenderDraft } from './tender-draft.ts'
import type { Unseen } from './preparation.ts'
import { Trouble } from './trouble.tsx'
import type { Typing } from './typing.ts'

/** A draft that somebody else changed first; what was typed is kept. */
export interface Conflict {
  readonly conflict: Unseen
  readonly typed: Typed
}
/** A page that came back with what was typed, neither saved nor wrong. */
export interface Again {
  readonly typed: Typed
}
export type Answer = Failed | Conflict | Again | undefined

export const failedOf = (answer: Answer): Failed | undefined => (answer && 'why' in answer ? answer : undefined)
const conflictOf = (answer: Answer): Unseen | undefined =>
  answer && 'conflict' in answer ? answer.conflict : undefined

/** Says that somebody else was first, and that both versions stand below. */
export function ConflictBanner({ answer }: { answer: Answer }) {
  const { say, dateTime } = useSpeech()
  const conflict = conflictOf(answer)
  if (!conflict) return null
  return (
    <Banner tone="warn" live title={say('work.draft.conflict', { who: conflict.by, when: dateTime(conflict.at) })}>
      <p>{say('work.draft.conflictNext')}</p>
    </Banner>
  )
}

/** What stands in a field, and beside it what somebody else put there meanwhile. */
export interface Standing {
  readonly defaultValue: string
  readonly theirs?: string
}

/**
 * What stands in the fields of a form: what was just sent, else what was typed and not taken in yet, else what the draft holds.
 * After a conflict a field that differs carries both.
 */
export const fieldsIn =
  (answer: Answer, draft: Typing, form: string) =>
  (name: string, kept: string | undefined): Standing => {
    const newest = draft.typed?.[form]?.fields[name] ?? kept ?? ''
    const mine = answer?.typed.one[name]
    return {
      defaultValue: mine ?? newest,
      ...(conflictOf(answer) && mine !== undefined && mine !== newest && { theirs: newest }),
    }
  }

/**
 * A form of a draft. It carries the version of the draft that it was made from; with scripts what is typed in it is kept every
 * second (`web/scripts/autosave.ts`).
 */
export function DraftForm(props: {
  act: string
  /** Where it is sent while somebody types, without the language. */
  keepAt: string
  draft: Typing
  version: number
  fields: string
  answer: Answer
  encType?: 'multipart/form-data' | undefined
  children: ReactNode
  buttons: ReactNode
}) {
  const { say, language, dateTime } = useSpeech()
  const root = useRouteLoaderData('root') as { visitor?: { person: string } } | undefined
  const { answer, draft, fields } = props
  const sent = answer?.typed.one
  // A form that was not accepted keeps the version it was made from, so that what came between is still told.
  const seen = conflictOf(answer)?.version ?? (sent?.fields === fields ? sent.version : undefined) ?? props.version
  const standing = answer ? undefined : draft.typed?.[fields]
  return (
    <ActForm
      act={props.act}
      encType={props.encType}
      data-autosave={`/${language}${props.keepAt}`}
      data-person={root?.visitor?.person}
    >
      <input type="hidden" name="version" value={seen} />
      <input type="hidden" name="fields" value={fields} />
      {standing && (
        <p className="note">{say('work.draft.standing', { who: standing.name, when: dateTime(standing.at) })}</p>
      )}
      {props.children}
      <div className="autosave" role="status" data-saving="">
        <p data-says="saved" hidden />
        <p data-says="kept" hidden>
          {say('work.draft.keptHere')}
        </p>
        <p data-says="restored" hidden>
          {say('work.draft.restored')}
        </p>
        <div data-says="elsewhere" hidden className="banner" data-tone="warn">
          <p className="banner-title" data-detail="" />
          <p>{say('work.draft.elsewhere')}</p>
          <button type="button" className="plain" data-compare="">
            {say('work.draft.compare')}
          </button>
        </div>
      </div>
      {props.buttons}
      <PageScript name="autosave" />
    </ActForm>
  )
}

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
  /** The name of the form among those of the draft: the page's own address. */
  fields?: string
  after?: ReactNode
  button?: string
  encType?: 'multipart/form-data'
}) {
  const { say, language } = useSpeech()
  const { answer, caseId, draft } = props
  return (
    <Page
      title={props.title}
      lead={props.lead}
      wrong={failedOf(answer) !== undefined || conflictOf(answer) !== undefined}
      above={inWords(draft.title, language, draft.language) || say('work.desk.untitled')}
      trail={[
        { to: '/desk', text: say('work.nav.desk') },
        { to: caseAt(caseId), text: say('work.tender.tasks') },
      ]}
    >
      <Trouble failed={failedOf(answer)} errors={props.errors} />
      <ConflictBanner answer={answer} />
      {props.children && (
        <DraftForm
          act="save"
          keepAt={caseAt(caseId, 'typed')}
          draft={draft}
          version={props.version}
          fields={props.fields ?? 'page'}
          answer={answer}
          encType={props.encType}
          buttons={
            <Buttons>
              <Button>{props.button ?? say('work.save')}</Button>
              <Go to={caseAt(caseId)}>{say('work.later')}</Go>
            </Buttons>
          }
        >
          {props.children}
        </DraftForm>
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
  field: ReturnType<typeof fieldsIn>
  errors: readonly FieldError[]
  rows?: number
  maxLength: number
}) {
  const { say } = useSpeech()
  const { name, label, languages, main, kept, errors, rows, maxLength } = props
  const one = (language: Language, own: boolean) => {
    const shared = {
      name: `${name}.${language}`,
      label: own ? label : `${label}: ${languageName(language)}`,
      ...(own && props.hint && { hint: props.hint }),
      lang: language,
      errors,
      optional: !own,
      maxLength,
      ...props.field(`${name}.${language}`, kept[language]),
    }
    return rows ? <TextAreaField key={language} rows={rows} {...shared} /> : <TextField key={language} {...shared} />
  }
  const others = languages.filter((language) => language !== main)
  return (
    <>
      {one(main, true)}
      <details
        className="more"
        open={others.some(
          (language) =>
            errors.some((error) => error.field === `${name}.${language}`) ||
            props.field(`${name}.${language}`, kept[language]).theirs !== undefined,
        )}
      >
        <summary>{say('work.otherLanguages', { what: label })}</summary>
        <div>{others.map((language) => one(language, false))}</div>
      </details>
    </>
  )
}

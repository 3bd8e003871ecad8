// Forms that work without scripts: fields with their words and errors, one summary, and an act that is sent once.
import { type ComponentProps, type ReactNode, useEffect, useId, useRef } from 'react'
import { Form, useNavigation, useRouteLoaderData } from 'react-router'
import { useSpeech } from '../speech.tsx'
import { Go } from './go.tsx'

/** What is wrong with one field, in the reader's language. `field` is the name of the input. */
export interface FieldError {
  readonly field: string
  readonly text: string
}

const errorOf = (errors: readonly FieldError[] | undefined, field: string) =>
  errors?.find((error) => error.field === field)?.text

/** First on a page whose form was not accepted: takes the focus and leads to each field. */
export function ErrorSummary({ errors }: { errors: readonly FieldError[] | undefined }) {
  const { say } = useSpeech()
  const box = useRef<HTMLDivElement>(null)
  useEffect(() => {
    if (errors?.length) box.current?.focus()
  }, [errors])
  if (!errors?.length) return null
  return (
    <div className="error-summary" role="alert" tabIndex={-1} ref={box} autoFocus>
      <h2>{say('form.wrong')}</h2>
      <ul>
        {errors.map((error) => (
          <li key={error.field + error.text}>
            <a href={`#${error.field}`}>{error.text}</a>
          </li>
        ))}
      </ul>
    </div>
  )
}

/**
 * A form that does one act. It carries the key of the page it was rendered on, so that a second press, a reload or a lost answer
 * repeats the act instead of doing it again; with scripts a second press is not even sent.
 */
export function ActForm({
  act,
  children,
  ...rest
}: { act?: string; children: ReactNode } & ComponentProps<typeof Form>) {
  const root = useRouteLoaderData('root') as { formKey?: string } | undefined
  const busy = useNavigation().state !== 'idle'
  return (
    <Form
      method="post"
      noValidate
      aria-busy={busy || undefined}
      {...rest}
      onSubmit={(event) => {
        if (busy) event.preventDefault()
        else rest.onSubmit?.(event)
      }}
    >
      <input type="hidden" name="formKey" value={`${root?.formKey ?? ''}${act ? `.${act}` : ''}`} />
      {act && <input type="hidden" name="act" value={act} />}
      {children}
    </Form>
  )
}

type Kind = 'primary' | 'secondary' | 'quiet' | 'danger'

/** One primary button per page, named with a verb. */
export function Button({ kind = 'primary', ...rest }: { kind?: Kind } & ComponentProps<'button'>) {
  return <button type="submit" className="button" data-kind={kind} {...rest} />
}

/** A link that looks like a button, where pressing it only goes somewhere. */
export function ButtonLink({ kind = 'primary', ...rest }: { kind?: Kind } & ComponentProps<typeof Go>) {
  return <Go className="button" data-kind={kind} {...rest} />
}

/** Buttons in a row; the main one first. */
export function Buttons({ children }: { children: ReactNode }) {
  return <div className="buttons">{children}</div>
}

interface FieldProps {
  readonly name: string
  readonly label: ReactNode
  readonly hint?: ReactNode
  readonly errors?: readonly FieldError[] | undefined
  /** The label is the page's own question and is shown as its h1-sized heading. */
  readonly large?: boolean
  readonly optional?: boolean
  /** What somebody else put here meanwhile, shown beside what the reader typed. */
  readonly theirs?: string | undefined
  /** Its place in the page, where several forms have a field of this name; else the name. */
  readonly id?: string
}

/** The other version of a field, below it. */
function Theirs({ name, theirs }: Pick<FieldProps, 'name' | 'theirs'>) {
  const { say } = useSpeech()
  if (theirs === undefined) return null
  return (
    <div className="theirs" id={`${name}-theirs`}>
      <span className="quiet">{say('form.theirs')}</span> <span className="prose">{theirs || '—'}</span>
    </div>
  )
}

function FieldFrame({
  name,
  id = name,
  label,
  hint,
  errors,
  large,
  optional,
  theirs,
  children,
}: FieldProps & { children: ReactNode }) {
  const { say } = useSpeech()
  const error = errorOf(errors, name)
  return (
    <div className="field" data-wrong={error ? '' : undefined}>
      <label htmlFor={id} data-large={large ? '' : undefined}>
        {label}
        {optional && <span className="quiet"> {say('form.optional')}</span>}
      </label>
      {hint && (
        <div className="hint" id={`${id}-hint`}>
          {hint}
        </div>
      )}
      {error && (
        <p className="error" id={`${id}-error`}>
          <span className="unseen">{say('form.error')} </span>
          {error}
        </p>
      )}
      {children}
      <Theirs name={id} theirs={theirs} />
    </div>
  )
}

const described = ({ name, id = name, hint, errors, theirs }: FieldProps) =>
  [hint && `${id}-hint`, errorOf(errors, name) && `${id}-error`, theirs !== undefined && `${id}-theirs`]
    .filter(Boolean)
    .join(' ') || undefined

/** One line of text. `width` is in characters; set `inputMode` and `autoComplete` for what is asked. */
export function TextField({
  width,
  before,
  after,
  ...props
}: FieldProps & {
  width?: 4 | 10 | 20 | 40
  before?: string
  after?: string
} & Omit<ComponentProps<'input'>, 'name' | 'width'>) {
  const { name, label: _label, hint: _hint, errors, large: _large, optional, theirs: _theirs, ...input } = props
  return (
    <FieldFrame {...props}>
      <div className="input" data-width={width}>
        {before && <span aria-hidden="true">{before}</span>}
        <input
          id={name}
          name={name}
          type="text"
          autoComplete="off"
          aria-describedby={described(props)}
          aria-invalid={errorOf(errors, name) ? true : undefined}
          required={!optional}
          {...input}
        />
        {after && <span aria-hidden="true">{after}</span>}
      </div>
    </FieldFrame>
  )
}

/** A sum as people type it, with the currency's word behind it. */
export function MoneyField({ currency, ...props }: { currency: string } & ComponentProps<typeof TextField>) {
  const speech = useSpeech()
  return <TextField width={20} inputMode="decimal" after={speech.currency(currency)} {...props} />
}

/**
 * A moment: a day and a time of day, each its own input (`name.date`, `name.time`) in the country's form, the zone beside them.
 * Plain text inputs: a browser's own date input writes the date as the browser's language does, not as the country.
 */
export function MomentField(props: FieldProps & { date?: string; time?: string; example: string; zone: string }) {
  const { say, date, time } = useSpeech()
  const error = errorOf(props.errors, props.name)
  return (
    <fieldset className="field" data-wrong={error ? '' : undefined} aria-describedby={described(props)}>
      <legend data-large={props.large ? '' : undefined}>{props.label}</legend>
      {props.hint && (
        <div className="hint" id={`${props.name}-hint`}>
          {props.hint}
        </div>
      )}
      {error && (
        <p className="error" id={`${props.name}-error`}>
          <span className="unseen">{say('form.error')} </span>
          {error}
        </p>
      )}
      <div className="moment-inputs">
        <label htmlFor={props.name}>
          {say('form.day', { example: date(props.example) })}
          <input
            id={props.name}
            name={`${props.name}.date`}
            inputMode="numeric"
            autoComplete="off"
            defaultValue={props.date}
            required
          />
        </label>
        <label htmlFor={`${props.name}-time`}>
          {say('form.time', { example: time(props.example) })}
          <input
            id={`${props.name}-time`}
            name={`${props.name}.time`}
            inputMode="numeric"
            autoComplete="off"
            defaultValue={props.time}
            required
          />
        </label>
        <span className="quiet">{props.zone}</span>
      </div>
      <Theirs name={props.name} theirs={props.theirs} />
    </fieldset>
  )
}

/** Several lines of text. */
export function TextAreaField({ rows = 5, ...props }: FieldProps & Omit<ComponentProps<'textarea'>, 'name'>) {
  const { name, label: _label, hint: _hint, errors, large: _large, optional, theirs: _theirs, ...input } = props
  return (
    <FieldFrame {...props}>
      <textarea
        id={name}
        name={name}
        rows={rows}
        aria-describedby={described(props)}
        aria-invalid={errorOf(errors, name) ? true : undefined}
        required={!optional}
        {...input}
      />
    </FieldFrame>
  )
}

const wordsOfChoice = (choices: readonly { value: string; text: ReactNode }[], value: string | undefined) => {
  const text = choices.find((choice) => choice.value === value)?.text
  return typeof text === 'string' ? text : value
}

/** One of many, where the list is longer than seven; else radios. */
export function SelectField({
  choices,
  ...props
}: FieldProps & {
  choices: readonly { value: string; text: string }[]
} & Omit<ComponentProps<'select'>, 'name'>) {
  const { name, label: _label, hint: _hint, errors, large: _large, optional, theirs: _theirs, ...input } = props
  return (
    <FieldFrame {...props} theirs={wordsOfChoice(choices, props.theirs)}>
      <select
        id={name}
        name={name}
        aria-describedby={described(props)}
        aria-invalid={errorOf(errors, name) ? true : undefined}
        required={!optional}
        {...input}
      >
        {choices.map((choice) => (
          <option key={choice.value} value={choice.value}>
            {choice.text}
          </option>
        ))}
      </select>
    </FieldFrame>
  )
}

/** One of few (`radio`) or any of few (`checkbox`), each with what it means. */
export function ChoiceField({
  choices,
  kind = 'radio',
  chosen = [],
  ...props
}: FieldProps & {
  kind?: 'radio' | 'checkbox'
  choices: readonly { value: string; text: ReactNode; hint?: ReactNode; disabled?: boolean }[]
  chosen?: readonly string[]
}) {
  const { say } = useSpeech()
  const own = useId()
  const error = errorOf(props.errors, props.name)
  return (
    <fieldset className="field" data-wrong={error ? '' : undefined} aria-describedby={described(props)}>
      <legend data-large={props.large ? '' : undefined}>{props.label}</legend>
      {props.hint && (
        <div className="hint" id={`${props.name}-hint`}>
          {props.hint}
        </div>
      )}
      {error && (
        <p className="error" id={`${props.name}-error`}>
          <span className="unseen">{say('form.error')} </span>
          {error}
        </p>
      )}
      <div className="choices">
        {choices.map((choice, at) => {
          // The error summary leads to the field's name, so the first choice carries it.
          const id = at === 0 ? props.name : `${own}${choice.value}`
          return (
            <div className="choice" key={choice.value}>
              <input
                type={kind}
                id={id}
                name={props.name}
                value={choice.value}
                defaultChecked={chosen.includes(choice.value)}
                disabled={choice.disabled}
                aria-describedby={choice.hint ? `${id}-hint` : undefined}
              />
              <label htmlFor={id}>{choice.text}</label>
              {choice.hint && (
                <div className="hint" id={`${id}-hint`}>
                  {choice.hint}
                </div>
              )}
            </div>
          )
        })}
      </div>
      <Theirs name={props.name} theirs={wordsOfChoice(choices, props.theirs)} />
    </fieldset>
  )
}

/** A file, chosen and sent with the form; what may be sent is said before. */
export function FileField({ accept, multiple, ...props }: FieldProps & { accept?: string; multiple?: boolean }) {
  return (
    <FieldFrame {...props}>
      <input
        id={props.name}
        name={props.name}
        type="file"
        accept={accept}
        multiple={multiple}
        aria-describedby={described(props)}
        required={!props.optional}
      />
    </FieldFrame>
  )
}

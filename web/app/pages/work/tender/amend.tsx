// Proposes an amendment: the difference is shown in words before it goes to the second person, with what it does to the deadline.
import type { Content, TenderDocument } from '@naru/domain/tender/content.ts'
import { data } from 'react-router'
import type { Route } from './+types/amend'
import { formatDate, formatTime, instantOf, readDay, readTimeOfDay, sameTimeFrom } from '../../../../format.ts'
import { BasisNote } from '../../../design/chip.tsx'
import { Differences } from '../../../design/difference.tsx'
import { Button, Buttons, FileField, MomentField, TextAreaField, TextField } from '../../../design/form.tsx'
import { Banner, Page, Section } from '../../../design/page.tsx'
import { RefusalText } from '../../../sentences.tsx'
import { useSpeech } from '../../../speech.tsx'
import { actAndGo, typedIn, wrongField } from '../../../work/act.ts'
import { caseAt } from '../../../work/case-places.ts'
import { contentChanges } from '../../public/tender/content-changes.ts'
import { inWords } from '../../../work/names.ts'
import { readTender } from '../../../work/preparation.ts'
import { signedIn } from '../../../work/signed-in.ts'
import { errorsOf, Trouble } from '../../../work/trouble.tsx'
import { fileOf, Sending, UploadForm } from '../../../work/upload.tsx'

async function readRunning({ context, url, params }: Route.LoaderArgs | Route.ActionArgs) {
  const naru = signedIn(context, url)
  const view = await readTender(naru, params.caseId)
  const { content } = view.tender
  if (!content) throw data({ refused: 'stageHasNotCome' }, { status: 409 })
  const deadline = view.tender.rounds.at(-1)?.deadline ?? content.deadline
  return { naru, caseId: params.caseId, view, content: { ...content, deadline } }
}

export async function loader(args: Route.LoaderArgs) {
  const { naru, caseId, view, content } = await readRunning(args)
  const may = view.may.find((each) => each.act === 'propose-amendment')
  return {
    caseId,
    content,
    earliest: view.earliest,
    // What an amendment made now needs at least: the deadline as it stands would be refused.
    offered:
      view.earliest && content.deadline < view.earliest.at
        ? sameTimeFrom(view.earliest.at, content.deadline, naru.country.zone)
        : content.deadline,
    why: may && !may.open ? may.why : null,
    now: naru.now,
    zone: naru.country.zone,
    form: naru.country.form,
    units: naru.read.units,
  }
}

export async function action(args: Route.ActionArgs) {
  const { naru, caseId, content } = await readRunning(args)
  const form = await args.request.formData()
  const text = (name: string) => String(form.get(name) ?? '').trim()
  for (const name of ['title', 'description', 'place', 'by', 'terms', 'paymentTerms', 'reason'])
    if (!text(name)) return wrongField(form, name, 'required')
  const day = readDay(text('deadline.date'), naru.country.form)
  const time = readTimeOfDay(text('deadline.time'))
  if (!day || !time) return wrongField(form, 'deadline', 'moment')
  const file = form.get('file')
  // A file is stored when it first comes; the preview carries its description on.
  let document = readDocument(text('document'))
  if (form.get('upload') || (file instanceof File && file.size > 0)) {
    const stored = await fileOf(form, naru)
    if ('refused' in stored) return wrongField(form, 'file', stored.refused)
    const named = text('fileTitle') || stored.name
    const same = content.documents.find((each) => each.title === named)
    const { id, sha256, size, mediaType } = stored
    document = {
      id: same?.id ?? crypto.randomUUID(),
      upload: id,
      version: (same?.version ?? 0) + 1,
      title: named.slice(0, 200),
      kind: same?.kind ?? 'biddingDocuments',
      language: content.language,
      sha256: sha256 ?? '',
      size,
      mediaType,
    }
  }
  const kept = content.documents.filter((each) => each.id !== document?.id)
  const deadlineTyped = instantOf(day, time, naru.country.zone)
  // Minutes are typed, seconds are not: an untouched deadline stays to the millisecond.
  const deadline = deadlineTyped.slice(0, 16) === content.deadline.slice(0, 16) ? content.deadline : deadlineTyped
  const after: Content = {
    ...content,
    title: { ...content.title, [content.language]: text('title') },
    description: { ...content.description, [content.language]: text('description') },
    delivery: { place: text('place'), by: text('by'), terms: text('terms') },
    paymentTerms: text('paymentTerms'),
    documents: document ? [...kept, document] : content.documents,
    deadline,
  }
  if (form.get('do') !== 'propose') return data({ after, document: document ?? null, typed: typedIn(form) })
  return actAndGo(naru, form, {
    caseId,
    act: 'propose-amendment',
    input: { reason: text('reason'), content: after },
    to: caseAt(caseId),
  })
}

function readDocument(text: string): TenderDocument | undefined {
  if (!text) return undefined
  try {
    return JSON.parse(text) as TenderDocument
  } catch {
    return undefined
  }
}

export default function Amend({ loaderData, actionData }: Route.ComponentProps) {
  const speech = useSpeech()
  const { say, language, moment } = speech
  const { caseId, content, earliest, offered, why, now, zone, form, units } = loaderData
  const preview = actionData && 'after' in actionData ? actionData : undefined
  const failed = actionData && 'why' in actionData ? actionData : undefined
  const errors = errorsOf(failed?.why, speech, (path) =>
    path.replace(/^content\.(delivery\.)?/, '').replace(/^(title|description)\..*/, '$1'),
  )
  const typed = actionData?.typed.one
  const stands = (name: string, kept: string) => typed?.[name] ?? kept
  const changes = preview ? contentChanges(content, preview.after, speech, units) : []
  const main = content.language
  const shared = { errors, lang: main }
  const short = preview && earliest && preview.after.deadline < earliest.at
  return (
    <Page
      title={say('domain.act.propose-amendment')}
      lead={say('work.amend.lead')}
      wrong={failed !== undefined}
      trail={[
        { to: '/desk', text: say('work.nav.desk') },
        { to: caseAt(caseId), text: inWords(content.title, language, main) },
      ]}
    >
      <Trouble failed={failed} errors={errors} />
      {why && (
        <Banner tone="warn" title={say('work.refused')}>
          <RefusalText refusal={why} />
        </Banner>
      )}
      {earliest && !why && (
        <Banner tone="info" title={say('work.amend.earliest', { when: moment(earliest.at) })}>
          <p>
            <BasisNote basis={earliest.because.basis} />
          </p>
        </Banner>
      )}
      {!why && (
        <UploadForm act="amend">
          {preview && (
            <Section id="difference" title={say('work.amend.difference')}>
              {changes.length === 0 ? <p>{say('domain.refusal.nothingChanged')}</p> : <Differences changes={changes} />}
              {short && <Banner tone="warn" title={say('work.amend.short', { when: moment(earliest.at) })} />}
              <p>{say('work.amend.told')}</p>
              {preview.document && <input type="hidden" name="document" value={JSON.stringify(preview.document)} />}
              <Buttons>
                <Button name="do" value="propose">
                  {say('domain.act.propose-amendment')}
                </Button>
              </Buttons>
            </Section>
          )}
          <TextField
            name="title"
            label={say('work.field.title')}
            maxLength={300}
            defaultValue={stands('title', content.title[main] ?? '')}
            {...shared}
          />
          <TextAreaField
            name="description"
            label={say('work.field.description')}
            rows={5}
            maxLength={5000}
            defaultValue={stands('description', content.description[main] ?? '')}
            {...shared}
          />
          <TextField
            name="place"
            label={say('work.field.place')}
            maxLength={300}
            defaultValue={stands('place', content.delivery.place)}
            {...shared}
          />
          <TextField
            name="by"
            label={say('work.field.by')}
            maxLength={40}
            defaultValue={stands('by', content.delivery.by)}
            {...shared}
          />
          <TextAreaField
            name="terms"
            label={say('work.field.terms')}
            rows={3}
            maxLength={2000}
            defaultValue={stands('terms', content.delivery.terms)}
            {...shared}
          />
          <TextAreaField
            name="paymentTerms"
            label={say('work.field.payment')}
            rows={3}
            maxLength={2000}
            defaultValue={stands('paymentTerms', content.paymentTerms)}
            {...shared}
          />
          <FileField
            name="file"
            label={say('work.amend.document')}
            hint={say('work.documents.fileHint')}
            optional
            errors={errors}
          />
          <Sending />
          <TextField
            name="fileTitle"
            label={say('work.documents.name')}
            hint={say('work.amend.documentHint')}
            optional
            maxLength={200}
            defaultValue={stands('fileTitle', '')}
            errors={errors}
          />
          <MomentField
            name="deadline"
            label={say('domain.moment.deadline')}
            example={content.deadline}
            zone={moment(now).split(', ')[1] ?? zone}
            date={stands('deadline.date', formatDate(offered, form, zone))}
            time={stands('deadline.time', formatTime(offered, zone))}
            errors={errors}
          />
          <TextAreaField
            name="reason"
            label={say('work.reason')}
            hint={say('work.amend.reasonHint')}
            rows={3}
            maxLength={2000}
            defaultValue={stands('reason', '')}
            {...shared}
          />
          <Buttons>
            <Button kind={preview ? 'secondary' : 'primary'}>{say('work.amend.preview')}</Button>
          </Buttons>
        </UploadForm>
      )}
    </Page>
  )
}

// Documents of the notice: uploaded first, known by their content's hash, scanned for viruses.
import type { TenderDocument } from '@naru/domain/tender/content.ts'
import type { UploadState } from '@naru/server/read/api.ts'
import type { Route } from './+types/documents'
import { ActForm, Button, Buttons, FileField, SelectField, TextField } from '../../../design/form.tsx'
import { Empty, Section } from '../../../design/page.tsx'
import { Table } from '../../../design/table.tsx'
import { useSpeech } from '../../../speech.tsx'
import { wrongField } from '../../../work/act.ts'
import { readPreparation, saveDraft, toldFirst } from '../../../work/preparation.ts'
import { fileOf, ScanState, Sending, UploadForm } from '../../../work/upload.tsx'
import { failedOf, fieldsIn, PreparingPage } from '../../../work/preparing-page.tsx'
import { errorsOf } from '../../../work/trouble.tsx'

const kinds = [
  'technicalSpecifications',
  'biddingDocuments',
  'evaluationCriteria',
  'contractDraft',
  'billOfQuantity',
] as const

export async function loader(args: Route.LoaderArgs) {
  const { naru, caseId, draft, version } = await readPreparation(args)
  const states = await Promise.all(draft.documents.map((each) => naru.read.readUpload(each.upload)))
  const scans: Record<string, UploadState['scan']> = {}
  for (const state of states) if (state) scans[state.id] = state.scan
  return { caseId, draft, version, scans }
}

export async function action(args: Route.ActionArgs) {
  const preparation = await readPreparation(args)
  const { draft, naru } = preparation
  const form = await args.request.formData()
  const remove = form.get('remove')
  if (typeof remove === 'string')
    return saveDraft(
      preparation,
      form,
      { ...draft, documents: draft.documents.filter((each) => each.id !== remove) },
      'documents',
      [],
    )
  if (form.get('do') === 'seen') return saveDraft(preparation, form, { ...draft, documentsSeen: true }, '', [])
  const told = toldFirst(preparation, form)
  if (told) return told
  const title = String(form.get('title') ?? '').trim()
  const kind = kinds.find((each) => each === form.get('kind'))
  if (!kind) return wrongField(form, 'kind', 'choice')
  const stored = await fileOf(form, naru)
  if ('refused' in stored) return wrongField(form, 'file', stored.refused)
  const same = draft.documents.find((each) => each.title === (title || stored.name))
  const document: TenderDocument = {
    id: same?.id ?? crypto.randomUUID(),
    upload: stored.id,
    version: (same?.version ?? 0) + 1,
    title: (title || stored.name).slice(0, 200),
    kind,
    language: draft.language,
    sha256: stored.sha256 ?? '',
    size: stored.size,
    mediaType: stored.mediaType,
  }
  const documents = same
    ? draft.documents.map((each) => (each === same ? document : each))
    : [...draft.documents, document]
  return saveDraft(preparation, form, { ...draft, documents, documentsSeen: true }, 'documents', [])
}

export default function Documents({ loaderData, actionData }: Route.ComponentProps) {
  const speech = useSpeech()
  const { say, size } = speech
  const { caseId, draft, version, scans } = loaderData
  const errors = errorsOf(failedOf(actionData)?.why, speech)
  const field = fieldsIn(actionData, draft, 'documents')
  return (
    <PreparingPage
      caseId={caseId}
      draft={draft}
      version={version}
      title={say('work.documents.title')}
      lead={say('work.documents.lead')}
      answer={actionData}
      errors={errors}
      after={
        <>
          <Table
            caption={say('work.documents.title')}
            rows={draft.documents}
            rowKey={(each) => each.id}
            empty={<Empty title={say('work.documents.none')} />}
            columns={[
              {
                key: 'title',
                head: say('work.field.title'),
                names: true,
                cell: (each) => (
                  <>
                    <a href={`/api/documents/${each.upload}`}>{each.title}</a>
                    <div className="note">
                      {say('work.documents.version', { n: each.version })} ·{' '}
                      <span className="hash">{each.sha256.slice(0, 16)}…</span>
                    </div>
                  </>
                ),
              },
              {
                key: 'kind',
                head: say('work.documents.kind'),
                cell: (each) => say(`domain.documentKind.${each.kind}`),
              },
              { key: 'size', head: say('work.documents.size'), kind: 'number', cell: (each) => size(each.size) },
              {
                key: 'scan',
                head: say('work.documents.scan'),
                cell: (each) => <ScanState upload={each.upload} scan={scans[each.upload] ?? 'not-scanned'} />,
              },
              {
                key: 'do',
                head: say('work.remove'),
                cell: (each) => (
                  <ActForm act={`remove-${each.id}`} className="inline-form">
                    <input type="hidden" name="version" value={version} />
                    <button type="submit" className="plain" name="remove" value={each.id}>
                      {say('work.remove')}
                    </button>
                  </ActForm>
                ),
              },
            ]}
          />
          <Section id="upload" title={say('work.documents.add')}>
            <UploadForm act="upload">
              <input type="hidden" name="version" value={version} />
              <input type="hidden" name="fields" value="documents" />
              <SelectField
                name="kind"
                label={say('work.documents.kind')}
                choices={kinds.map((each) => ({ value: each, text: say(`domain.documentKind.${each}`) }))}
                {...field('kind', kinds[0])}
                errors={errors}
              />
              <TextField
                name="title"
                label={say('work.documents.name')}
                hint={say('work.documents.nameHint')}
                {...field('title', '')}
                optional
                maxLength={200}
                errors={errors}
              />
              <FileField
                name="file"
                label={say('work.documents.file')}
                hint={say('work.documents.fileHint')}
                errors={errors}
              />
              <Sending />
              <Buttons>
                <Button kind="secondary">{say('work.documents.upload')}</Button>
              </Buttons>
            </UploadForm>
          </Section>
          <ActForm act="seen">
            <input type="hidden" name="version" value={version} />
            <input type="hidden" name="do" value="seen" />
            <Buttons>
              <Button>{draft.documents.length > 0 ? say('work.continue') : say('work.documents.without')}</Button>
            </Buttons>
          </ActForm>
        </>
      }
    />
  )
}

// A form that sends a file: piece by piece with scripts, whole without; and what the virus scan says of it.
import type { UploadState } from '@naru/server/read/api.ts'
import { PageScript } from '../design/page-script.tsx'
import type { ComponentProps } from 'react'
import { useRouteLoaderData } from 'react-router'
import type { Naru } from '../context.ts'
import { ActForm } from '../design/form.tsx'
import { useSpeech } from '../speech.tsx'

/** The file of a form: sent before piece by piece (`upload` names it), or with the form itself. */
export async function fileOf(form: FormData, naru: Naru): Promise<UploadState | { refused: string }> {
  const sent = form.get('upload')
  if (typeof sent === 'string' && sent) {
    const state = await naru.read.readUpload(sent)
    return state?.sha256 ? state : { refused: 'notUploaded' }
  }
  const file = form.get('file')
  return file instanceof File && file.size > 0 ? naru.read.receiveFile(file) : { refused: 'fileIsEmpty' }
}

/** A form with a file field and, inside, a `Sending`. */
export function UploadForm({ children, ...rest }: ComponentProps<typeof ActForm>) {
  const root = useRouteLoaderData('root') as { visitor?: { person: string } } | undefined
  return (
    <ActForm encType="multipart/form-data" data-upload="" data-person={root?.visitor?.person} {...rest}>
      {children}
      <PageScript name="upload" />
    </ActForm>
  )
}

/** How far the file is; hidden until it is on its way. */
export function Sending() {
  const { say } = useSpeech()
  return (
    <div className="sending" data-sending="" hidden>
      <div role="status">
        <p data-says="hashing" hidden>
          {say('work.upload.hashing')}
        </p>
        <p data-says="sending" hidden>
          {say('work.upload.sending')}
        </p>
        <p data-says="paused" hidden>
          {say('work.upload.paused')}
        </p>
        <p data-says="checking" hidden>
          {say('work.upload.checking')}
        </p>
        <p data-says="stopped" hidden>
          {say('work.upload.stopped')}
        </p>
        <p data-says="unfinished" hidden>
          {say('work.upload.unfinished')} <strong data-detail="" />
        </p>
        <div data-says="refused" hidden className="banner" data-tone="danger">
          <p className="banner-title">{say('work.upload.refused')}</p>
          <p data-detail="" />
        </div>
      </div>
      <p className="sending-bar">
        <progress max={100} value={0} aria-label={say('work.upload.progress')} hidden />
        <span data-count="" hidden />
        <button type="button" className="plain" data-stop="" hidden>
          {say('work.upload.stop')}
        </button>
      </p>
    </div>
  )
}

/** What the virus scan says of a file; with scripts it says so as soon as it is known. */
export function ScanState({ upload, scan }: { upload: string; scan: UploadState['scan'] }) {
  const { say } = useSpeech()
  return (
    <span data-scan={scan} data-file={upload}>
      {say(`domain.scan.${scan}`)}
    </span>
  )
}

// Attachments of the bid: chosen here, kept on this device, encrypted and sent when the bid is sealed.
import type { Route } from './+types/files'
import { ButtonLink, Buttons } from '../../../design/form.tsx'
import { Page, Section } from '../../../design/page.tsx'
import { useSpeech } from '../../../speech.tsx'
import { mustBeOpen, NeedsScript, readBidding, SealingClient } from '../../../work/bidding.tsx'
import { caseAt } from '../../../work/case-places.ts'
import { inWords } from '../../../work/names.ts'

export const handle = { scripts: true }

export async function loader(args: Route.LoaderArgs) {
  const bidding = await readBidding(args, 'files', 'bid')
  mustBeOpen(bidding)
  const { caseId, content, device, view } = bidding
  return {
    caseId,
    device,
    title: content.title,
    main: content.language,
    lots: content.lots.map(({ id, title }) => ({ id, title })),
    kinds: view.tender.published?.terms.sealed.includes('tech') ? (['tech', 'price'] as const) : (['price'] as const),
  }
}

export default function Files({ loaderData }: Route.ComponentProps) {
  const { say, language } = useSpeech()
  const { caseId, device, title, main, lots, kinds } = loaderData
  return (
    <Page
      title={say('work.bid.task.files')}
      lead={say('work.files.lead')}
      above={inWords(title, language, main)}
      trail={[
        { to: '/desk', text: say('work.nav.desk') },
        { to: caseAt(caseId, 'bid'), text: say('work.bid.title') },
      ]}
    >
      <NeedsScript caseId={caseId} number={device.number} />
      <div data-needs-script="" className="stack" hidden>
        {lots.map((lot, at) => (
          <Section
            key={lot.id}
            id={`lot-${lot.id}`}
            title={
              lots.length > 1
                ? `${say('work.lots.lot', { n: at + 1 })}: ${inWords(lot.title, language, main)}`
                : say('work.files.chosen')
            }
          >
            {kinds.map((kind) => (
              <div className="field" key={kind}>
                <label htmlFor={`files.${lot.id}.${kind}`}>{say(`work.files.${kind}`)}</label>
                <div className="hint" id={`files.${lot.id}.${kind}.hint`}>
                  {say(`work.files.${kind}Hint`)}
                </div>
                <input
                  id={`files.${lot.id}.${kind}`}
                  type="file"
                  multiple
                  data-lot={lot.id}
                  data-kind={kind}
                  aria-describedby={`files.${lot.id}.${kind}.hint`}
                />
                <ul data-files={`${lot.id}/${kind}`} data-remove={say('work.files.remove')} hidden />
              </div>
            ))}
          </Section>
        ))}
        <div aria-live="polite">
          <p data-says="ready" className="note">
            {say('work.files.limits')}
          </p>
          <p data-says="tooMuch" hidden className="field" data-wrong="">
            <span className="error">{say('work.files.tooMuch')}</span>
          </p>
          <p data-says="noRoom" hidden className="field" data-wrong="">
            <span className="error">{say('work.files.noRoom')}</span>
          </p>
        </div>
        <Buttons>
          <ButtonLink to={caseAt(caseId, 'bid')}>{say('work.continue')}</ButtonLink>
        </Buttons>
      </div>
      <SealingClient device={device} />
    </Page>
  )
}

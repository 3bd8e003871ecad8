// The opening record of a tender on one sheet: for reading, for printing, for the file.
import type { Route } from './+types/opening-record'
import { inLanguage } from '@naru/domain/text.ts'
import { Attempts } from '../../design/attempts.tsx'
import { Attachments } from '../../design/attachments.tsx'
import { ProofChip } from '../../design/chip.tsx'
import { Empty, Page, PrintFoot, Section } from '../../design/page.tsx'
import { useSpeech } from '../../speech.tsx'
import { idIn, keptUntilChanged, loaderHeaders, naruOf } from './reading.ts'
import { nameOf, Words } from './saying.tsx'
import { indexOf, readTenderPage } from './tender/case-page.ts'
import { OpenedBids, OpeningFacts, UnitPrices } from './tender/opening.tsx'
import { KeyHolders } from './tender/rules.tsx'

export async function loader({ params, context, url }: Route.LoaderArgs) {
  const naru = naruOf(context)
  const page = await readTenderPage(naru, idIn(params.caseId))
  const attachments = await naru.read.readAttachments(page.view.caseId)
  const judged = attachments.map((each) => each.state).join()
  const { caseId, log } = page.view
  return keptUntilChanged(naru, { origin: url.origin, page, attachments }, 'opening', caseId, log.newest, judged)
}

export const headers = loaderHeaders

export default function OpeningRecord({ loaderData }: Route.ComponentProps) {
  const { say, language } = useSpeech()
  const { page, origin, attachments } = loaderData
  const { view, content, number } = page
  const opened = view.tender.rounds.filter((round) => round.opening)
  // What ended without an opening will never have a record; the page says how it ended.
  const { stage } = view.tender
  const ended = stage === 'failed' || stage === 'cancelled'
  const direct = view.tender.awards.some((each) => each.bid === null)
  return (
    <Page
      title={say('public.record.title', { number })}
      heading={say('public.record.heading')}
      above={`${nameOf(view.names, view.tender.parties.procuringEntity, language)} · № ${number}`}
      lead={<Words of={content.title} prevailing={content.language} />}
      trail={[
        { to: '/tenders', text: say('place.tenders') },
        { to: `/tenders/${view.caseId}`, text: inLanguage(content.title, language, content.language) },
      ]}
    >
      {opened.length === 0 &&
        (ended ? (
          <Empty title={say(`domain.stage.${stage}`)}>
            <p>
              {say(
                stage === 'failed'
                  ? `domain.failure.${view.tender.ended?.reason ?? 'no-winner'}`
                  : `domain.stage.${stage}.meaning`,
              )}
            </p>
          </Empty>
        ) : direct ? (
          <Empty title={say('domain.fact.DirectAwardMade')} />
        ) : (
          <Empty title={say('public.record.none')}>
            <p>{say('public.record.noneMeaning')}</p>
          </Empty>
        ))}
      {opened.map(
        (round) =>
          round.opening && (
            <Section
              key={round.round}
              id={`round-${round.round}`}
              title={round.round > 1 ? say('public.round', { n: round.round }) : say('public.opening.title')}
            >
              <OpeningFacts page={page} round={round} opening={round.opening} />
              <OpenedBids page={page} opening={round.opening} />
              <UnitPrices page={page} opening={round.opening} />
              {round.opening.attempts && (
                <>
                  <h3>{say('attempts.title')}</h3>
                  <Attempts lines={round.opening.attempts} />
                </>
              )}
              <p className="note">
                <ProofChip index={indexOf(view, 'OpeningRecorded', round.opening.at)} />
              </p>
            </Section>
          ),
      )}
      {attachments.length > 0 && (
        <Section id="attachments" title={say('public.attachments')}>
          <Attachments
            caseId={view.caseId}
            attachments={attachments}
            of={(bid) => {
              const bids = view.tender.rounds.flatMap((round) => [
                ...(round.opening?.bids ?? []),
                ...(round.technical?.bids ?? []),
              ])
              return nameOf(view.names, bids.find((each) => each.bid === bid)?.bidder ?? '', language)
            }}
          />
        </Section>
      )}
      {opened.length > 0 && <KeyHolders page={page} />}
      <PrintFoot
        caseNumber={number}
        address={`${origin}/${language}/tenders/${view.caseId}/opening`}
        {...(view.log.newest !== null && { index: view.log.newest })}
        now={view.now}
      />
    </Page>
  )
}

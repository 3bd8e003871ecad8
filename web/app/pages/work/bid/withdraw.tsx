// Taking a bid back: an act that cannot be undone, where the country allows it.
import type { Route } from './+types/withdraw'
import { Go } from '../../../design/go.tsx'
import { Banner, Page, Section } from '../../../design/page.tsx'
import { RefusalText } from '../../../sentences.tsx'
import { useSpeech } from '../../../speech.tsx'
import { NeedsScript, OpenedAgain, readBidding, SealingClient, SigningKey } from '../../../work/bidding.tsx'
import { caseAt } from '../../../work/case-places.ts'
import { inWords } from '../../../work/names.ts'

export const handle = { scripts: true, signing: true }

export async function loader(args: Route.LoaderArgs) {
  const { caseId, view, content, device, naru } = await readBidding(args, 'withdraw', 'bid/receipt')
  const may = view.may.find((each) => each.act === 'withdraw-bid')
  const deadline = view.tender.rounds.at(-1)?.deadline ?? content.deadline
  return {
    caseId,
    device,
    title: content.title,
    main: content.language,
    why: may && !may.open ? may.why : null,
    deadline,
    sample: naru.read.sampleKeyFile(naru.visitor),
  }
}

export default function Withdraw({ loaderData }: Route.ComponentProps) {
  const { say, language, moment } = useSpeech()
  const { caseId, device, title, main, why, deadline, sample } = loaderData
  return (
    <Page
      title={say('domain.act.withdraw-bid')}
      above={inWords(title, language, main)}
      trail={[
        { to: '/desk', text: say('work.nav.desk') },
        { to: caseAt(caseId, 'bid/receipt'), text: say('work.receipt.title') },
      ]}
    >
      {why ? (
        <Banner tone="warn" title={say('work.refused')}>
          <RefusalText refusal={why} />
        </Banner>
      ) : (
        <>
          <NeedsScript caseId={caseId} number={device.number} act="withdraw-bid" />
          <div data-needs-script="" hidden>
            <Section id="what" title={say('work.seal.what')}>
              <ul>
                <li>{say('work.withdraw.sealed')}</li>
                <li>{say('work.withdraw.again', { when: moment(deadline) })}</li>
                <li>{say('work.withdraw.public')}</li>
              </ul>
              <div aria-live="polite" data-script="">
                <p data-says="sealing" hidden>
                  {say('work.seal.sealing')}
                </p>
                <p data-says="sending" hidden>
                  {say('work.seal.sending')}
                </p>
                <p data-says="done" hidden>
                  {say('work.seal.done')}
                </p>
                <div data-says="refused" hidden className="banner" data-tone="danger" role="alert">
                  <p className="banner-title">{say('work.refused')}</p>
                  <p data-detail="" />
                </div>
                <div data-says="elsewhere" hidden className="banner" data-tone="warn" role="alert">
                  <p className="banner-title">{say('work.seal.elsewhere')}</p>
                  <p>
                    <Go to={caseAt(caseId, 'bid/receipt')}>{say('work.receipt.title')}</Go>
                  </p>
                </div>
                <div data-says="unanswered" hidden className="banner" data-tone="warn" role="alert">
                  <p className="banner-title">{say('work.seal.unanswered')}</p>
                  <p>{say('work.seal.unansweredNext')}</p>
                </div>
                <OpenedAgain />
                <SigningKey device={device} sample={sample} />
                <div className="buttons">
                  <button type="button" className="button" data-kind="danger" data-seal="">
                    {say('domain.act.withdraw-bid')}
                  </button>
                  <Go to={caseAt(caseId, 'bid/receipt')}>{say('work.notNow')}</Go>
                </div>
              </div>
            </Section>
          </div>
          <SealingClient device={device} />
        </>
      )}
    </Page>
  )
}

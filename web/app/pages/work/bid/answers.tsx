// Answers to the criteria, where points are given for more than the price. Sealed with the bid, kept on this device until then.
import type { Route } from './+types/answers'
import { Button, Buttons } from '../../../design/form.tsx'
import { Go } from '../../../design/go.tsx'
import { Page } from '../../../design/page.tsx'
import { useSpeech } from '../../../speech.tsx'
import { mustBeOpen, NeedsScript, readBidding, SealingClient } from '../../../work/bidding.tsx'
import { caseAt } from '../../../work/case-places.ts'
import { inWords } from '../../../work/names.ts'

export const handle = { scripts: true }

export async function loader(args: Route.LoaderArgs) {
  const bidding = await readBidding(args, 'answers', 'bid')
  mustBeOpen(bidding)
  const { caseId, content, device } = bidding
  return { caseId, device, title: content.title, main: content.language, criteria: content.criteria }
}

export default function Answers({ loaderData }: Route.ComponentProps) {
  const { say, language } = useSpeech()
  const { caseId, device, title, main, criteria } = loaderData
  return (
    <Page
      title={say('work.bid.task.answers')}
      lead={say('work.answers.lead')}
      above={inWords(title, language, main)}
      trail={[
        { to: '/desk', text: say('work.nav.desk') },
        { to: caseAt(caseId, 'bid'), text: say('work.bid.title') },
      ]}
    >
      <NeedsScript caseId={caseId} number={device.number} />
      <form data-device="" data-needs-script="" hidden method="get">
        {criteria.map((each) => (
          <div className="field" key={each.id}>
            <label htmlFor={`answer.${each.id}`}>{inWords(each.title, language, main)}</label>
            <div className="hint">{say('work.criteria.points', { n: each.points })}</div>
            <textarea
              data-field=""
              id={`answer.${each.id}`}
              name={`answer.${each.id}`}
              rows={6}
              maxLength={20_000}
              lang={main}
            />
          </div>
        ))}
        <div aria-live="polite">
          <p data-says="ready" className="note">
            {say('work.bid.keptHere')}
          </p>
          <p data-says="saved" hidden className="note">
            {say('work.bid.saved')} <span data-detail="" />
          </p>
          <p data-says="missing" hidden className="field" data-wrong="">
            <span className="error">{say('work.answers.missing')}</span>
          </p>
        </div>
        <Buttons>
          <Button>{say('work.continue')}</Button>
          <Go to={caseAt(caseId, 'bid')}>{say('work.later')}</Go>
        </Buttons>
      </form>
      <SealingClient device={device} />
    </Page>
  )
}

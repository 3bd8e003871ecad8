// The bid as the buyer will see it after the opening; then it is sealed on this device and the sealed envelope is sent.
import type { ReactNode } from 'react'
import { answerField, priceField, vatField } from '../../../../sealing-client/offer.ts'
import type { Route } from './+types/check'
import { Facts } from '../../../design/facts.tsx'
import { Go } from '../../../design/go.tsx'
import { Page, Section } from '../../../design/page.tsx'
import { useSpeech } from '../../../speech.tsx'
import {
  hostOf,
  mustBeOpen,
  NeedsScript,
  OpenedAgain,
  readBidding,
  SealingClient,
  SigningKey,
} from '../../../work/bidding.tsx'
import { caseAt } from '../../../work/case-places.ts'
import { inWords } from '../../../work/names.ts'
import { OfferTable } from '../../../work/offer-table.tsx'

export const handle = { scripts: true, signing: true }

export async function loader(args: Route.LoaderArgs) {
  const bidding = await readBidding(args, 'check', 'bid/receipt')
  mustBeOpen(bidding)
  const { caseId, content, device, naru, view } = bidding
  const round = view.tender.rounds.at(-1)
  return {
    caseId,
    device,
    title: content.title,
    main: content.language,
    lots: content.lots,
    criteria: content.criteria,
    units: naru.read.units,
    deadline: round?.deadline ?? content.deadline,
    bidderName: naru.visitor.organisationName,
    sample: naru.read.sampleKeyFile(naru.visitor),
    replaces: view.ownBid !== null,
    withdrawal: view.tender.published?.terms.withdrawal.value ?? 'none',
  }
}

export default function Check({ loaderData }: Route.ComponentProps) {
  const { say, language, moment } = useSpeech()
  const { caseId, device, title, main, lots, criteria, units, deadline, bidderName, replaces, withdrawal, sample } =
    loaderData
  const shown = (name: string): ReactNode => <span data-show={name}>—</span>
  const host = hostOf(device)
  const missable = [
    ...lots.flatMap((lot, at) => {
      const own = (name: string) => (lots.length > 1 ? `${say('work.lots.lot', { n: at + 1 })}, ${name}` : name)
      return [
        ...lot.items.map((item, n) => ({
          field: priceField(lot.id, item.id),
          page: 'prices',
          text: own(`${n + 1}. ${inWords(item.description, language, main)}: ${say('work.prices.unit')}`),
        })),
        { field: vatField(lot.id), page: 'prices', text: own(say('work.prices.vat')) },
      ]
    }),
    { field: 'picks', page: 'prices', text: say('work.seal.picks') },
    ...criteria.map((each) => ({
      field: answerField(each.id),
      page: 'answers',
      text: inWords(each.title, language, main),
    })),
  ]
  return (
    <Page
      title={say('work.bid.task.check')}
      lead={say('work.seal.lead')}
      above={inWords(title, language, main)}
      trail={[
        { to: '/desk', text: say('work.nav.desk') },
        { to: caseAt(caseId, 'bid'), text: say('work.bid.title') },
      ]}
    >
      <NeedsScript caseId={caseId} number={device.number} />
      <div data-needs-script="" hidden>
        <Section id="who" title={say('work.seal.who')}>
          <Facts
            facts={[
              { name: say('work.seal.bidder'), value: bidderName },
              { name: say('work.seal.number'), value: device.number },
              ...(device.draw
                ? [{ name: say('work.seal.picks'), value: shown('picks'), change: caseAt(caseId, 'bid/prices') }]
                : []),
            ]}
          />
        </Section>
        {lots.map((lot, at) => (
          <Section
            key={lot.id}
            id={`lot-${lot.id}`}
            title={
              lots.length > 1
                ? `${say('work.lots.lot', { n: at + 1 })}: ${inWords(lot.title, language, main)}`
                : say('work.bid.task.prices')
            }
            aside={<Go to={caseAt(caseId, 'bid/prices')}>{say('facts.change')}</Go>}
          >
            <OfferTable
              lot={lot}
              main={main}
              units={units}
              currency={device.currency}
              unitPrice={(item) => shown(`unit/${lot.id}/${item.id}`)}
              amount={(item) => shown(`amount/${lot.id}/${item.id}`)}
              totals={[
                { name: say('work.prices.total'), value: shown(`total/${lot.id}`) },
                { name: say('work.prices.vat'), value: shown(`vat/${lot.id}`) },
              ]}
            />
          </Section>
        ))}
        {device.criteria.length > 0 && (
          <Section id="answers" title={say('work.bid.task.answers')}>
            <Facts
              facts={criteria.map((each) => ({
                name: inWords(each.title, language, main),
                value: <div className="prose">{shown(`answer/${each.id}`)}</div>,
                change: caseAt(caseId, 'bid/answers'),
              }))}
            />
          </Section>
        )}
        <Section
          id="files"
          title={say('work.bid.task.files')}
          aside={<Go to={caseAt(caseId, 'bid/files')}>{say('facts.change')}</Go>}
        >
          <p data-no-files="">{say('work.files.none')}</p>
          {lots.flatMap((lot) =>
            (['tech', 'price'] as const).map((kind) => (
              <ul key={`${lot.id}/${kind}`} data-files={`${lot.id}/${kind}`} hidden />
            )),
          )}
        </Section>
        <Section id="seal" title={say('work.seal.what')}>
          <ul>
            <li>{say('work.seal.device')}</li>
            <li>{say('work.seal.opened', { when: moment(deadline) })}</li>
            <li>{say(`domain.withdrawal.${withdrawal}`)}</li>
            {replaces && <li>{say('work.seal.replaces')}</li>}
          </ul>
          {host && (
            <p className="note">
              {say('work.host.also', { host: host.name })}{' '}
              <Go to={`${caseAt(caseId, 'bid')}#elsewhere`}>{say('work.bid.elsewhere')}</Go>
            </p>
          )}
          <div aria-live="polite" data-script="">
            <p data-says="ready" hidden>
              {say('work.seal.ready')}
            </p>
            <p data-says="sealing" hidden>
              {say('work.seal.sealing')}
            </p>
            <div data-says="uploading" hidden>
              <p>
                {say('work.files.uploading')} <span data-detail="" />
              </p>
              <p className="note">{say('work.files.stay')}</p>
            </div>
            <div data-says="interrupted" hidden className="banner" data-tone="warn">
              <p className="banner-title">{say('work.files.interrupted')}</p>
              <p data-detail="" />
            </div>
            <progress data-progress="" max={100} value={0} aria-label={say('work.files.uploading')} />
            <p data-says="sending" hidden>
              {say('work.seal.sending')}
            </p>
            <p data-says="done" hidden>
              {say('work.seal.done')}
            </p>
            <div data-says="missing" id="missing" tabIndex={-1} hidden className="banner" data-tone="warn">
              <p className="banner-title">{say('work.seal.missing')}</p>
              <p>{say('work.seal.missingNext')}</p>
              <ul>
                {missable.map(({ field, page, text }) => (
                  <li key={field} data-missing={field} hidden>
                    <Go to={`${caseAt(caseId, `bid/${page}`)}#${field}`}>{text}</Go>
                  </li>
                ))}
              </ul>
            </div>
            <div data-says="refused" hidden className="banner" data-tone="danger" role="alert">
              <p className="banner-title">{say('work.seal.refused')}</p>
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
              <button type="button" className="button" data-kind="primary" data-seal="" aria-describedby="missing">
                {say(replaces ? 'work.seal.buttonReplace' : 'work.seal.button')}
              </button>
              <Go to={caseAt(caseId, 'bid')}>{say('work.notNow')}</Go>
            </div>
          </div>
        </Section>
      </div>
      <SealingClient device={device} />
    </Page>
  )
}

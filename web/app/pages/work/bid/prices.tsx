// The price table: typed or pasted from a spreadsheet, multiplied out beside, kept on this device only.
import { estimatedValue } from '@naru/domain/tender/content.ts'
import { priceField, vatField } from '../../../../sealing-client/offer.ts'
import type { Route } from './+types/prices'
import { Facts } from '../../../design/facts.tsx'
import { Button, Buttons } from '../../../design/form.tsx'
import { Go } from '../../../design/go.tsx'
import { Page, Section } from '../../../design/page.tsx'
import { useSpeech } from '../../../speech.tsx'
import { mustBeOpen, NeedsScript, readBidding, SealingClient } from '../../../work/bidding.tsx'
import { caseAt } from '../../../work/case-places.ts'
import { inWords } from '../../../work/names.ts'
import { OfferTable, rowName } from '../../../work/offer-table.tsx'

export const handle = { scripts: true }

export async function loader(args: Route.LoaderArgs) {
  const bidding = await readBidding(args, 'prices', 'bid')
  mustBeOpen(bidding)
  const { caseId, content, device, naru, view } = bidding
  const base = view.tender.baseAmounts[0]?.amount ?? null
  const expected = estimatedValue(content)
  return {
    caseId,
    device,
    title: content.title,
    main: content.language,
    lots: content.lots,
    units: naru.read.units,
    base,
    expected,
  }
}

export default function Prices({ loaderData }: Route.ComponentProps) {
  const { say, language, currency, money } = useSpeech()
  const { caseId, device, title, main, lots, units, base, expected } = loaderData
  const { draw } = device
  return (
    <Page
      title={say('work.bid.task.prices')}
      lead={say('work.prices.lead')}
      above={inWords(title, language, main)}
      trail={[
        { to: '/desk', text: say('work.nav.desk') },
        { to: caseAt(caseId, 'bid'), text: say('work.bid.title') },
      ]}
    >
      <NeedsScript caseId={caseId} number={device.number} />
      <Facts
        facts={[
          { name: say('work.field.value'), value: money(expected) },
          ...(base ? [{ name: say('work.base.amount'), value: money(base) }] : []),
        ]}
      />
      <form data-device="" data-needs-script="" hidden className="wide" method="get">
        {lots.map((lot, at) => (
          <Section
            key={lot.id}
            id={`lot-${lot.id}`}
            title={
              lots.length > 1
                ? `${say('work.lots.lot', { n: at + 1 })}: ${inWords(lot.title, language, main)}`
                : inWords(lot.title, language, main)
            }
          >
            {lots.length > 1 && <p className="note">{say('work.prices.optionalLot')}</p>}
            <OfferTable
              lot={lot}
              main={main}
              units={units}
              currency={device.currency}
              unitPrice={(item) => (
                <input
                  data-field=""
                  name={priceField(lot.id, item.id)}
                  id={priceField(lot.id, item.id)}
                  inputMode="decimal"
                  autoComplete="off"
                  aria-labelledby={rowName(lot, item)}
                />
              )}
              amount={(item) => (
                <output data-amount={`${lot.id}/${item.id}`} htmlFor={priceField(lot.id, item.id)}>
                  —
                </output>
              )}
              totals={[{ name: say('work.prices.total'), value: <output data-total={lot.id}>—</output> }]}
            />
            <p className="note">{say('work.prices.paste')}</p>
            <div className="field">
              <label htmlFor={vatField(lot.id)}>
                {say('work.prices.vat')} <span className="quiet">{say('form.optional')}</span>
              </label>
              <div className="hint">{say('work.prices.vatHint')}</div>
              <div className="input" data-width="20">
                <input
                  data-field=""
                  name={vatField(lot.id)}
                  id={vatField(lot.id)}
                  inputMode="decimal"
                  autoComplete="off"
                />
                <span aria-hidden="true">{currency(device.currency)}</span>
              </div>
            </div>
          </Section>
        ))}
        {draw && (
          <Section id="picks" title={say('work.picks.title', { n: draw.picks, of: draw.count })}>
            <p>{say('work.picks.lead', { n: draw.picks, of: draw.count })}</p>
            <fieldset>
              <legend className="unseen">{say('work.picks.title', { n: draw.picks, of: draw.count })}</legend>
              <div className="numbers">
                {Array.from({ length: draw.count }, (_, n) => (
                  <label key={n + 1}>
                    <input type="checkbox" name="picks" value={n + 1} />
                    {n + 1}
                  </label>
                ))}
              </div>
            </fieldset>
          </Section>
        )}
        <div aria-live="polite">
          <p data-says="ready" className="note">
            {say('work.bid.keptHere')}
          </p>
          <p data-says="saved" hidden className="note">
            {say('work.bid.saved')} <span data-detail="" />
          </p>
          {draw && (
            <p data-says="unpicked" hidden className="field" data-wrong="">
              <span className="error">{say('work.picks.title', { n: draw.picks, of: draw.count })}</span>
            </p>
          )}
          <p data-says="missing" hidden className="field" data-wrong="">
            <span className="error">{say('work.prices.missing')}</span>
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

// The price table: typed or pasted from a spreadsheet, multiplied out beside, kept on this device only.
import { estimatedValue } from '@naru/domain/tender/content.ts'
import type { Route } from './+types/prices'
import { Facts } from '../../../design/facts.tsx'
import { Button, Buttons } from '../../../design/form.tsx'
import { Go } from '../../../design/go.tsx'
import { Page, Section } from '../../../design/page.tsx'
import { useSpeech } from '../../../speech.tsx'
import { unitAfter } from '../../../units.ts'
import { mustBeOpen, NeedsScript, readBidding, SealingClient } from '../../../work/bidding.tsx'
import { caseAt } from '../../../work/case-places.ts'
import { inWords } from '../../../work/names.ts'

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
  const { say, language, number, currency, money } = useSpeech()
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
            <div className="table-frame price-table">
              <table>
                <caption className="unseen">{say('work.bid.task.prices')}</caption>
                <thead>
                  <tr>
                    <th scope="col">{say('work.items')}</th>
                    <th scope="col" data-kind="number">
                      {say('work.field.quantity')}
                    </th>
                    <th scope="col" data-kind="money">
                      {say('work.prices.unit')}
                      <span className="unit">{currency(device.currency)}</span>
                    </th>
                    <th scope="col" data-kind="money">
                      {say('work.prices.amount')}
                      <span className="unit">{currency(device.currency)}</span>
                    </th>
                  </tr>
                </thead>
                <tbody>
                  {lot.items.map((item, n) => {
                    const name = `price.${lot.id}.${item.id}`
                    const unit = unitAfter(units, item.unit, item.quantity, language)
                    return (
                      <tr key={item.id}>
                        <th scope="row" id={`${name}-name`}>
                          {n + 1}. {inWords(item.description, language, main)}
                        </th>
                        <td data-kind="number" data-head={say('work.field.quantity')}>
                          <div>
                            {number(item.quantity)} <span className="unit">{unit}</span>
                          </div>
                        </td>
                        <td data-kind="money" data-head={say('work.prices.unit')}>
                          <input
                            data-field=""
                            name={name}
                            id={name}
                            inputMode="decimal"
                            autoComplete="off"
                            aria-labelledby={`${name}-name`}
                          />
                        </td>
                        <td data-kind="money" data-head={say('work.prices.amount')}>
                          <output data-amount={`${lot.id}/${item.id}`} htmlFor={name}>
                            —
                          </output>
                        </td>
                      </tr>
                    )
                  })}
                </tbody>
                <tfoot>
                  <tr>
                    <th scope="row" colSpan={3}>
                      {say('work.prices.total')}
                    </th>
                    <td data-kind="money">
                      <output data-total={lot.id}>—</output>
                    </td>
                  </tr>
                </tfoot>
              </table>
            </div>
            <p className="note">{say('work.prices.paste')}</p>
            <div className="field">
              <label htmlFor={`vat.${lot.id}`}>
                {say('work.prices.vat')} <span className="quiet">{say('form.optional')}</span>
              </label>
              <div className="hint">{say('work.prices.vatHint')}</div>
              <div className="input" data-width="20">
                <input
                  data-field=""
                  name={`vat.${lot.id}`}
                  id={`vat.${lot.id}`}
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

// The receipt: what arrived, when, under which fingerprint, and whether the operator's signed promise holds; the page stays alive.
import type { Route } from './+types/receipt'
import { Facts } from '../../../design/facts.tsx'
import { ButtonLink, Buttons } from '../../../design/form.tsx'
import { Go } from '../../../design/go.tsx'
import { Confirmation, Empty, Page, PrintFoot, Section } from '../../../design/page.tsx'
import { useSpeech } from '../../../speech.tsx'
import { readBidding, SealingClient } from '../../../work/bidding.tsx'
import { caseAt } from '../../../work/case-places.ts'
import { inWords } from '../../../work/names.ts'

export const handle = { scripts: true }

export async function loader(args: Route.LoaderArgs) {
  const { caseId, view, content, device, naru } = await readBidding(args, 'receipt', 'bid')
  return {
    caseId,
    device,
    title: content.title,
    main: content.language,
    versions:
      view.ownBid?.versions
        .map(({ at, m, manifest }) => ({ at, m, seq: manifest.seq, action: manifest.action }))
        .toReversed() ?? [],
    deadline: view.tender.rounds.at(-1)?.deadline ?? content.deadline,
    opened: Boolean(view.tender.rounds.at(-1)?.opening),
    open: view.may.some((each) => each.act === 'submit-bid' && each.open),
    withdraw: view.may.some((each) => each.act === 'withdraw-bid' && each.open),
    now: naru.now,
  }
}

/** What became of an earlier version: the next one replaced it or took it back. `versions` stand newest first. */
const fateOf = ({ seq }: { seq: number }, versions: readonly { seq: number; action: 'submit' | 'withdraw' }[]) =>
  versions.find((each) => each.seq === seq + 1)?.action === 'withdraw' ? 'withdrawn' : 'superseded'

export default function Receipt({ loaderData }: Route.ComponentProps) {
  const { say, language, recordTime, moment, number } = useSpeech()
  const { caseId, device, title, main, versions, deadline, opened, open, withdraw, now } = loaderData
  const [last] = versions
  return (
    <Page
      title={say('work.receipt.title')}
      above={inWords(title, language, main)}
      trail={[
        { to: '/desk', text: say('work.nav.desk') },
        { to: caseAt(caseId, 'bid'), text: say('work.bid.title') },
      ]}
    >
      {!last ? (
        <Empty title={say('work.receipt.none')} />
      ) : (
        <>
          <Confirmation
            title={say(last.action === 'submit' ? 'work.receipt.arrived' : 'work.receipt.withdrawn')}
            referenceName={say('work.receipt.fingerprint')}
            reference={last.m}
          >
            <p>{say('work.receipt.at', { when: recordTime(last.at) })}</p>
            {last.action === 'submit' && opened ? (
              <p>
                {say('work.bid.opened')}: <Go to={`/tenders/${caseId}/opening`}>{say('public.record.heading')}</Go>
              </p>
            ) : last.action === 'submit' ? (
              <p>{say('work.receipt.next', { when: moment(deadline) })}</p>
            ) : (
              <>
                <p>{say('work.withdraw.sealed')}</p>
                {open && <p>{say('work.withdraw.again', { when: moment(deadline) })}</p>}
              </>
            )}
          </Confirmation>
          <Buttons>
            {open && (
              <ButtonLink kind="secondary" to={caseAt(caseId, 'bid')}>
                {say(last.action === 'submit' ? 'work.bid.replace' : 'work.bid.again')}
              </ButtonLink>
            )}
            {withdraw && (
              <ButtonLink kind="danger" to={caseAt(caseId, 'bid/withdraw')}>
                {say('domain.act.withdraw-bid')}
              </ButtonLink>
            )}
          </Buttons>
          {versions.map((each) => (
            <Section
              key={each.m}
              id={`version-${each.seq}`}
              title={say('work.receipt.version', { n: number(each.seq) })}
            >
              <div data-version={each.m} data-script="">
                <Facts
                  facts={[
                    {
                      name: say('work.receipt.what'),
                      value: say(each.action === 'submit' ? 'domain.fact.BidSubmitted' : 'domain.fact.BidWithdrawn'),
                      ...(each.m !== last.m &&
                        each.action === 'submit' && { note: say(`domain.closeStatus.${fateOf(each, versions)}`) }),
                    },
                    { name: say('work.receipt.time'), value: recordTime(each.at) },
                    {
                      name: say('work.receipt.fingerprint'),
                      value: <span className="hash">{each.m}</span>,
                      note: say('work.receipt.fingerprintHint'),
                    },
                    {
                      name: say('work.receipt.promise'),
                      value: (
                        <>
                          <span data-verdict="unread">{say('work.receipt.unread')}</span>
                          <strong data-verdict="holds" hidden>
                            {say('work.receipt.holds')}
                          </strong>
                          <strong data-verdict="broken" hidden>
                            {say('work.receipt.broken')}
                          </strong>
                          <span data-verdict="absent" hidden>
                            {say('work.receipt.absent')}
                          </span>
                        </>
                      ),
                      note: say('work.receipt.promiseHint'),
                    },
                  ]}
                />
                <div className="buttons">
                  <a
                    hidden
                    className="button"
                    data-kind="secondary"
                    data-file="receipt"
                    download={`naru-receipt-${device.number}-${each.seq}.json`}
                    href="#main"
                  >
                    {say('work.receipt.download')}
                  </a>
                  <a
                    hidden
                    className="button"
                    data-kind="quiet"
                    data-file="secret"
                    download={`naru-secret-${device.number}-${each.seq}.json`}
                    href="#main"
                  >
                    {say('work.receipt.secret')}
                  </a>
                </div>
              </div>
            </Section>
          ))}
          <p className="note">{say('work.receipt.secretHint')}</p>
        </>
      )}
      <PrintFoot caseNumber={device.number} address={caseAt(caseId, 'bid/receipt')} now={now} />
      <SealingClient device={device} />
    </Page>
  )
}

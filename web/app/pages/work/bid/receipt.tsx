// The receipt: what arrived, when, under which fingerprint, and whether the operator's signed promise holds; the page stays alive.
import type { Route } from './+types/receipt'
import { Facts } from '../../../design/facts.tsx'
import { ButtonLink, Buttons, TextField } from '../../../design/form.tsx'
import { Go } from '../../../design/go.tsx'
import { Confirmation, Empty, Page, PrintFoot, Section } from '../../../design/page.tsx'
import { useSpeech } from '../../../speech.tsx'
import { readBidding, SealingClient } from '../../../work/bidding.tsx'
import { caseAt } from '../../../work/case-places.ts'
import { inWords } from '../../../work/names.ts'

export const handle = { scripts: true }

export async function loader(args: Route.LoaderArgs) {
  const { caseId, view, content, device, naru } = await readBidding(args, 'receipt', 'bid')
  const newest = view.ownBid?.versions.at(-1)
  return {
    proof: newest ? ((await naru.read.readReceipt(caseId, newest.m))?.state ?? null) : null,
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
  const { caseId, device, title, main, versions, deadline, opened, open, withdraw, now, proof } = loaderData
  const latest = new Date(device.deadline + device.delta).toISOString()
  const proofAt = (m: string) => `/api/cases/${caseId}/bid/receipt?m=${encodeURIComponent(m)}`
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
            title={
              <>
                {say(last.action === 'submit' ? 'work.receipt.arrived' : 'work.receipt.withdrawn')}
                <span role="status" className="proof-state">
                  <span data-standing="promised">{say('work.receipt.promised')}</span>
                  <span data-standing="proven" hidden>
                    {say(last.action === 'submit' ? 'work.receipt.proven' : 'work.receipt.provenWithdrawn')}
                  </span>
                  <span data-standing="broken" hidden>
                    {say('work.receipt.notProven')}
                  </span>
                </span>
              </>
            }
            referenceName={say('work.receipt.fingerprint')}
            reference={last.m}
          >
            <p>{say('work.receipt.at', { when: recordTime(last.at) })}</p>
            <p data-standing="promised">{say('work.receipt.ifNot', { when: moment(latest) })}</p>
            <noscript>
              <p>
                {say(proof === 'ready' ? 'work.receipt.noScriptReady' : 'work.receipt.noScriptWaiting')}{' '}
                {proof === 'ready' && <a href={proofAt(last.m)}>{say('work.receipt.proofDownload')}</a>}
              </p>
            </noscript>
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
          {last.action === 'submit' && <SecondDevice />}
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
              <div data-version={each.m} data-newest={each.m === last.m ? '' : undefined} data-script="">
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
                    {
                      name: say('work.receipt.proof'),
                      value: (
                        <div aria-live="polite">
                          <span data-proof="unread">{say('work.receipt.proofUnread')}</span>
                          <span data-proof="waiting" hidden>
                            {say('work.receipt.proofWaiting')}
                          </span>
                          <strong data-proof="late" hidden>
                            {say('work.receipt.proofLate', { when: moment(latest) })}
                          </strong>
                          <div data-proof="proven" hidden>
                            <strong>{say('work.receipt.proofHolds')}</strong>
                            <p className="note" data-detail="" />
                          </div>
                          <div data-proof="broken" hidden>
                            <strong>{say('work.receipt.proofBroken')}</strong>
                            <p className="note" data-detail="" />
                          </div>
                          <div data-proof="changed" hidden>
                            <strong>{say('work.receipt.proofChanged')}</strong>
                            <p>
                              <Go to="/log">{say('work.receipt.proofCompare')}</Go>
                            </p>
                            <button type="button" className="button" data-kind="secondary" data-accept="">
                              {say('work.receipt.proofAccept')}
                            </button>
                          </div>
                          <span data-proof="absent" hidden>
                            {say('work.receipt.proofAbsent')}
                          </span>
                        </div>
                      ),
                      note: say('work.receipt.promiseHint'),
                    },
                  ]}
                />
                <p className="note" data-opened="" hidden>
                  {say('work.receipt.opened')}
                </p>
                <div className="buttons">
                  <a
                    hidden
                    className="button"
                    data-kind="secondary"
                    data-file="proof"
                    download={`naru-${device.number}-${each.seq}.tlog-proof`}
                    href="#main"
                  >
                    {say('work.receipt.proofDownload')}
                  </a>
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

/** Shows the code with which a phone reads what was really sealed, and who has looked with it. Drawn by the client; nothing of it is sent. */
function SecondDevice() {
  const { say } = useSpeech()
  return (
    <div data-second-device="" hidden>
      <Section id="second-device" title={say('work.second.title')}>
        <p>{say('work.second.why')}</p>
        <p>
          <button type="button" className="button" data-kind="secondary" data-show-code="">
            {say('work.second.show')}
          </button>
        </p>
        <p data-code-failed="" hidden role="alert">
          {say('work.second.failed')}
        </p>
        <div data-code-shown="" hidden>
          <svg data-code="" className="code" role="img" aria-label={say('work.second.picture')} />
          <p role="status">
            {say('work.second.until')} <strong data-code-until="" />
          </p>
          <p>{say('work.second.photograph')}</p>
          <TextField name="codeAddress" label={say('work.second.address')} readOnly />
        </div>
        <p data-looks="" hidden>
          {say('work.second.looks')} <strong data-detail="" />
        </p>
      </Section>
    </div>
  )
}

// What every page of a bid shares: the tender as the bidder may see it, and what the sealing client must know. Nothing here is secret.
import type { Content } from '@naru/domain/tender/content.ts'
import { currentRound, tenderKeyOf } from '@naru/domain/tender/tender.ts'
import type { BidPage } from '../../sealing-client/device.ts'
import { PageScript } from '../design/page-script.tsx'
import { data, redirect, type RouterContextProvider } from 'react-router'
import { Button, Buttons, ChoiceField, FileField, TextField } from '../design/form.tsx'
import { Banner } from '../design/page.tsx'
import { useSpeech } from '../speech.tsx'
import { caseAt } from './case-places.ts'
import { KeyFaults } from './key-faults.tsx'
import { readTender, type TenderCase } from './preparation.ts'
import { signedIn } from './signed-in.ts'

interface PageArgs {
  readonly context: Readonly<RouterContextProvider>
  readonly url: URL
  readonly params: { readonly caseId: string }
}

/** A published tender as a bidder's page sees it. */
export interface Bidding {
  readonly naru: ReturnType<typeof signedIn>
  readonly caseId: string
  readonly view: TenderCase
  readonly content: Content
  readonly device: BidPage
}

/** Reads a tender for its bidder. Throws 404 before publication and 403 for people who do not bid for anybody. */
export async function readBidding(args: PageArgs, page: BidPage['page'], then: string): Promise<Bidding> {
  const naru = signedIn(args.context, args.url)
  const { caseId } = args.params
  const view = await readTender(naru, caseId)
  const { tender, ownBid } = view
  const { content, published } = tender
  if (!content || !published) throw data(null, { status: 404 })
  if (!naru.visitor.roles.includes('bidder'))
    throw data({ refused: 'roleIsMissing', facts: { role: 'bidder' } }, { status: 403 })
  const round = currentRound(tender)
  const last = ownBid?.versions.at(-1)
  const device: BidPage = {
    page,
    caseId,
    number: published.number,
    round: round.round,
    deadline: Date.parse(round.deadline),
    delta: published.terms.delta,
    now: Date.parse(naru.now),
    bidder: naru.visitor.organisation,
    person: naru.visitor.person,
    currency: published.terms.currency,
    form: naru.country.form,
    zone: naru.country.zone,
    language: naru.language,
    lots: content.lots.map((lot) => ({
      id: lot.id,
      items: lot.items.map((item) => ({ id: item.id, quantity: item.quantity })),
    })),
    draw: published.terms.draw ? { count: published.terms.draw.count, picks: published.terms.draw.picks } : null,
    criteria: published.terms.sealed.includes('tech') ? content.criteria.map((each) => each.id) : [],
    own: ownBid && last ? { bid: ownBid.id, seq: last.manifest.seq, m: last.m } : null,
    tenderKey: page === 'check' || page === 'withdraw' ? (tenderKeyOf(tender, round.round)?.tenderKey ?? null) : null,
    promiseKey: naru.read.promise.key,
    log: naru.read.promise.log,
    signing: page === 'check' || page === 'withdraw' ? naru.read.signingService : null,
    mode: naru.country.mode,
    sealingClient: naru.read.sealingClient,
    then: `/${naru.language}${caseAt(caseId, then)}`,
  }
  return { naru, caseId, view, content, device }
}

/** In a word, how the own bid stands: sealed and received, opened, or withdrawn. */
export const bidWord = (
  own: NonNullable<TenderCase['ownBid']>,
  tender: TenderCase['tender'],
): 'work.bid.stands' | 'work.bid.opened' | 'domain.closeStatus.withdrawn' =>
  own.versions.at(-1)?.manifest.action !== 'submit'
    ? 'domain.closeStatus.withdrawn'
    : tender.rounds.at(-1)?.opening
      ? 'work.bid.opened'
      : 'work.bid.stands'

/** Goes to the first page of the bid when it may not be made (or withdrawn) now; that page says why. */
export function mustBeOpen({ view, naru, caseId }: Bidding, act: SealedAct = 'submit-bid'): void {
  if (!view.may.some((each) => each.act === act && each.open))
    throw redirect(`/${naru.language}${caseAt(caseId, 'bid')}`)
}

/** The sealing client and what it must know; without scripts the page says so and offers the command that works offline. */
export function SealingClient({ device }: { device: BidPage }) {
  return (
    <>
      <script
        type="application/json"
        data-bid=""
        dangerouslySetInnerHTML={{ __html: JSON.stringify(device).replaceAll('<', '\\u003c') }}
      />
      <PageScript name={device.page === 'receipt' ? 'receipt' : 'sealing'} />
    </>
  )
}

/**
 * Asks where the signing key is: at the remote signing service, or in a key file of this device; and says why a bid was not signed. A sandbox without
 * a service lets the session stand in the place of a certificate and asks nothing.
 */
export function SigningKey({ device, sample }: { device: BidPage; sample: string | null }) {
  const { say } = useSpeech()
  const { signing, mode } = device
  if (signing === null && mode === 'sandbox') return null
  return (
    <>
      {signing === null ? (
        <input type="hidden" name="key" value="file" />
      ) : (
        <ChoiceField
          name="key"
          label={say('work.key.where')}
          choices={[
            { value: 'service', text: say('work.key.service') },
            { value: 'file', text: say('work.key.file') },
          ]}
          chosen={['service']}
        />
      )}
      {signing !== null && (
        <div data-key="service">
          <TextField
            name="pin"
            label={say('work.seal.pin')}
            hint={say('work.seal.pinHint')}
            inputMode="numeric"
            width={10}
            defaultValue="0000"
          />
        </div>
      )}
      <div data-key="file" hidden={signing !== null}>
        <FileField name="keyFile" label={say('work.key.pick')} hint={say('work.key.pickHint')} accept=".p12,.pfx" />
        <TextField
          name="passphrase"
          type="password"
          label={say('work.key.passphrase')}
          hint={say('work.key.passphraseHint')}
          width={20}
        />
        {sample && (
          <p className="note">
            <a href={sample}>{say('work.key.sample')}</a> {say('work.key.sampleHint')}
          </p>
        )}
      </div>
      <KeyFaults title={say('work.seal.unsigned')} />
    </>
  )
}

/** What the device says of its own look into the sealed envelope: quietly that it opens to what the form says, or loudly that it does not. */
export function OpenedAgain() {
  const { say } = useSpeech()
  return (
    <>
      <p className="note" data-opened="" hidden>
        {say('work.seal.opens')}
      </p>
      <div data-says="mismatch" hidden className="banner" data-tone="danger" role="alert">
        <p className="banner-title">{say('work.seal.mismatch')}</p>
        <p>{say('work.seal.mismatchNext')}</p>
        <p className="note" data-detail="" />
      </div>
    </>
  )
}

export type SealedAct = 'submit-bid' | 'withdraw-bid'

/** The name of the form that the command seals, the same in the answer's header and in the command that the page shows. */
export const formFile = (number: string, act: SealedAct): string =>
  `naru-${act === 'submit-bid' ? 'bid' : 'withdrawal'}-${number.replace(/[^\w-]/g, '_')}.json`

/** Shown only where scripts are off: the bid or its withdrawal is sealed by a command on the bidder's own machine, and the sealed file is sent. */
export function NeedsScript({
  caseId,
  number,
  act = 'submit-bid',
}: {
  caseId: string
  number: string
  act?: SealedAct
}) {
  const { say, language } = useSpeech()
  const file = formFile(number, act)
  return (
    <noscript>
      <Banner tone="warn" title={say('work.seal.noScript')}>
        <p>{say('work.seal.offline')}</p>
        <ol>
          <li>
            <a href={`/${language}${caseAt(caseId, `bid/form?act=${act}`)}`} download={file}>
              {say(act === 'submit-bid' ? 'work.seal.form' : 'work.withdraw.form')}
            </a>
          </li>
          <li>
            {say('work.seal.command')} <code>npx naru seal {file}</code>
          </li>
          <li>{say('work.seal.send')}</li>
        </ol>
        <SendSealed caseId={caseId} act={act} />
      </Banner>
    </noscript>
  )
}

/** Takes what was sealed elsewhere: by the command, or at another host of the client. */
export function SendSealed({
  caseId,
  act,
  kind = 'primary',
}: {
  caseId: string
  act: SealedAct
  kind?: 'primary' | 'secondary'
}) {
  const { say, language } = useSpeech()
  return (
    <form method="post" encType="multipart/form-data" action={`/${language}${caseAt(caseId, 'bid')}`}>
      <FileField name="sealed" label={say('work.seal.file')} accept="application/json" />
      <Buttons>
        <Button kind={kind}>{say(`domain.act.${act}`)}</Button>
      </Buttons>
    </form>
  )
}

/** Where another institution serves the client's own pages, and their name for the reader; null where only this portal does, below /seal/. */
export const hostOf = ({ sealingClient }: BidPage): { readonly page: string; readonly name: string } | null =>
  sealingClient.endsWith('/seal/') ? null : { page: `${sealingClient}seal.html`, name: new URL(sealingClient).host }

/** Why one would seal at another host, and the way there. */
export function AnotherHost({ device }: { device: BidPage }) {
  const { say, language } = useSpeech()
  const host = hostOf(device)
  if (!host) return null
  return (
    <>
      <p>{say('work.host.why', { host: host.name })}</p>
      <p>
        <a href={`${host.page}?l=${language}`} rel="noreferrer" data-host="">
          {say('work.host.open', { host: host.name })}
        </a>
      </p>
    </>
  )
}

// A key holder's page: deposit the public keys, prove that they open, seal the draw's random numbers, take part in the opening, destroy the keys.
// The private key stays in the wallet, under the person's passkey or in the person's own file.
import { currentRound, holderByPerson } from '@naru/domain/tender/tender.ts'
import { PageScript } from '../../../design/page-script.tsx'
import { data } from 'react-router'
import type { Route } from './+types/keys'
import { Facts } from '../../../design/facts.tsx'
import { ButtonLink, Buttons } from '../../../design/form.tsx'
import { Go } from '../../../design/go.tsx'
import { Banner, Page, Section } from '../../../design/page.tsx'
import { RefusalText } from '../../../sentences.tsx'
import { useSpeech } from '../../../speech.tsx'
import { caseAt } from '../../../work/case-places.ts'
import { inWords } from '../../../work/names.ts'
import type { KeysDuty } from '../../../../key-client/duty.ts'
import { OwnKeys } from '../../../work/own-keys.tsx'
import { readTender } from '../../../work/preparation.ts'
import { signedIn } from '../../../work/signed-in.ts'

export const handle = { scripts: true, wallet: true }

export async function loader({ context, url, params }: Route.LoaderArgs) {
  const naru = signedIn(context, url)
  const { caseId } = params
  const [view, kept] = await Promise.all([readTender(naru, caseId), naru.read.readHolderKey(caseId)])
  const { tender } = view
  const { passkeyPlace } = naru.read
  const holder = holderByPerson(tender, naru.visitor.person)
  if (!holder) throw data({ refused: 'youHoldNoKey' }, { status: 403 })
  const closed = tender.rounds.length > 0 ? currentRound(tender).closing : null
  const deposited = tender.keyRecords.some((each) => each.officer === naru.visitor.person)
  const proved = tender.rehearsal?.answered.some((each) => each.i === holder.i && each.opens) ?? false
  const sealed = tender.salts.some((each) => each.i === holder.i)
  const left = tender.tenderKeys
    .map((each) => each.round)
    .filter((each) => !tender.destroyed?.some((gone) => gone.i === holder.i && gone.round === each))
  const over = tender.stage === 'awarded' || tender.stage === 'cancelled'
  // Deposit, then the rehearsal once all have deposited; only a method with a draw asks for numbers after that.
  const act = over
    ? 'destroy-key'
    : tender.published
      ? 'post-shares'
      : !deposited
        ? 'deposit-keys'
        : tender.needsSalts && proved
          ? 'seal-salts'
          : 'rehearse-opening'
  const may = view.may.find((each) => each.act === act)
  const round = tender.rounds.at(-1)?.round ?? 1
  const key = tender.tenderKeys.find((each) => each.round === round)?.tenderKey
  const ask =
    act === 'deposit-keys'
      ? { tender: caseId, group: holder.group.name, i: holder.i }
      : act === 'seal-salts' || act === 'rehearse-opening'
        ? { tenderKeys: tender.tenderKeys.map((each) => each.tenderKey) }
        : act === 'destroy-key'
          ? { tender: caseId, rounds: left }
          : { tenderKey: key, now: Date.parse(naru.now) }
  const content = tender.content ?? tender.prepared?.content
  return {
    caseId,
    title: content?.title ?? {},
    main: tender.language,
    act: act as 'destroy-key' | 'post-shares' | 'seal-salts' | 'rehearse-opening' | 'deposit-keys',
    how: kept?.how ?? null,
    place: { here: passkeyPlace.here, address: passkeyPlace.address && `${passkeyPlace.address}${url.pathname}` },
    own: {
      caseId,
      person: naru.visitor.person,
      name: naru.visitor.name,
      group: holder.group.name,
      i: holder.i,
      does: act as KeysDuty['does'],
      rounds: act === 'destroy-key' ? left : preparedRounds,
      tenderKeys: tender.tenderKeys.map((each) => each.tenderKey),
      round,
      salts: tender.needsSalts && !sealed,
      sandbox: naru.read.sandbox !== null,
    },
    why: may && !may.open ? may.why : null,
    mayAttend: act === 'post-shares' && view.may.some((each) => each.act === 'attend-opening' && each.open),
    // Nothing to do yet is no refusal to be shouted.
    idle:
      act === 'rehearse-opening'
        ? proved
          ? ('ready' as const)
          : tender.rehearsal
            ? null
            : ('waiting' as const)
        : act === 'seal-salts' && sealed
          ? ('ready' as const)
          : act === 'destroy-key' && left.length === 0 && tender.tenderKeys.length > 0
            ? ('destroyed' as const)
            : null,
    fails: tender.rehearsal?.answered.some((each) => each.i === holder.i && !each.opens) ?? false,
    number: holder.i,
    group: holder.group.name,
    k: holder.group.k,
    n: holder.group.holders.length,
    count: closed?.count ?? null,
    wallet: naru.read.sandbox?.wallet ?? null,
    person: naru.visitor.person,
    ask,
    formKey: crypto.randomUUID(),
    then: `/${naru.language}${naru.walking ? `/sandbox/walk?case=${caseId}` : act === 'post-shares' ? `/tenders/${caseId}/live` : caseAt(caseId, 'keys')}`,
  }
}

/** Keys are made for the first bids and two repeats (protocol §2.3). */
const preparedRounds = [1, 2, 3]

/** What the wallet is asked for each act. */
const dutyOf = {
  'deposit-keys': 'records',
  'rehearse-opening': 'rehearsal',
  'seal-salts': 'salts',
  'post-shares': 'shares',
  'destroy-key': 'destroy',
} as const

export default function Keys({ loaderData }: Route.ComponentProps) {
  const { say, language } = useSpeech()
  const { caseId, title, main, act, why, mayAttend, idle, fails, how, own, place, number, group, k, n } = loaderData
  const { wallet, person, ask, formKey, then } = loaderData
  const duty = {
    wallet,
    person,
    caseId,
    act,
    ask,
    formKey,
    then,
    duty: dutyOf[act],
  }
  const open = !why && !idle
  return (
    <Page
      title={idle ? say(`work.keys.idle.${idle}`) : say(`domain.act.${act}`)}
      lead={idle ? say(`work.keys.idle.${idle}Next`) : say(`work.keys.lead.${act}`)}
      above={inWords(title, language, main)}
      trail={[{ to: '/desk', text: say('work.nav.desk') }]}
      rail={
        <Facts
          compact
          facts={[
            {
              name: say('work.keys.you'),
              value: say('work.keys.number', { n: number }),
              note: say(`domain.group.${group}`),
            },
            { name: say('work.keys.threshold'), value: say('work.keys.kOfN', { k, n }) },
          ]}
        />
      }
    >
      {!idle && why && (
        <Banner
          tone={why.refused === 'keyAlreadyDeposited' || why.refused === 'sharesAlreadyPosted' ? 'success' : 'info'}
          title={say('work.keys.nothing')}
        >
          <RefusalText refusal={why} />
        </Banner>
      )}
      {mayAttend && (
        <Buttons>
          <ButtonLink to={caseAt(caseId, 'attend')}>{say('domain.act.attend-opening')}</ButtonLink>
        </Buttons>
      )}
      {fails && (
        <Banner tone="danger" title={say('work.keys.fails')}>
          <p>{say('work.keys.failsNext')}</p>
        </Banner>
      )}
      <Section id="where" title={say('work.keys.where')}>
        <ul>
          <li>{say('work.keys.private')}</li>
          <li>{say(`work.keys.sent.${act}`)}</li>
          <li>{say('work.keys.destroy')}</li>
        </ul>
      </Section>
      {open && wallet && how === null && (
        <section data-script="wallet" aria-live="polite">
          <p data-says="off">{say('work.keys.noScript')}</p>
          <p data-says="ready" hidden>
            {say('work.keys.ready')}
          </p>
          <p data-says="asking" hidden>
            {say('work.keys.asking')}
          </p>
          <p data-says="posting" hidden>
            {say('work.keys.posting')}
          </p>
          <p data-says="done" hidden>
            {say('work.keys.done')}
          </p>
          <div data-says="no-wallet" hidden className="banner" data-tone="danger">
            <p className="banner-title">{say('work.keys.noWallet')}</p>
            <p>{say('work.keys.noWalletNext')}</p>
          </div>
          <div data-says="refused" hidden className="banner" data-tone="danger">
            <p className="banner-title">{say('work.refused')}</p>
            <p data-detail="" />
          </div>
          <div className="buttons">
            <button type="button" className="button" data-kind="primary" hidden>
              {say(`domain.act.${act}`)}
            </button>
          </div>
          <script
            type="application/json"
            data-duty=""
            dangerouslySetInnerHTML={{ __html: JSON.stringify(duty).replaceAll('<', '\\u003c') }}
          />
          <PageScript name="wallet" />
        </section>
      )}
      {open && (how !== null || act === 'deposit-keys' || !wallet) && (
        <OwnKeys duty={{ ...own, formKey, then }} how={how} place={place} />
      )}
      <p>
        <Go to={`/tenders/${caseId}/live`}>{say('work.opening.watch')}</Go>
      </p>
    </Page>
  )
}

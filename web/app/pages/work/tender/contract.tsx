// The contract in three messages: the buyer drafts it from award and bid, the supplier consents or declines, the buyer confirms.
import type { ContractState } from '@naru/domain/contract/contract.ts'
import { data } from 'react-router'
import { withdrawalGround } from '@naru/domain/award/after-award.ts'
import { dayOf } from '@naru/domain/time.ts'
import type { Route } from './+types/contract'
import { StatusChip } from '../../../design/chip.tsx'
import { Facts, Steps } from '../../../design/facts.tsx'
import { ActForm, Button, Buttons, TextAreaField } from '../../../design/form.tsx'
import { Banner, Empty, Page, PrintFoot, Section } from '../../../design/page.tsx'
import { Table } from '../../../design/table.tsx'
import { RefusalText } from '../../../sentences.tsx'
import { useSpeech } from '../../../speech.tsx'
import { unitAfter } from '../../../units.ts'
import { actAndGo, idOfForm } from '../../../work/act.ts'
import { caseAt } from '../../../work/case-places.ts'
import { inWords, organisationName } from '../../../work/names.ts'
import { readTender } from '../../../work/preparation.ts'
import { signedIn } from '../../../work/signed-in.ts'
import { errorsOf, Trouble } from '../../../work/trouble.tsx'

export async function loader({ context, url, params }: Route.LoaderArgs) {
  const naru = signedIn(context, url)
  const view = await readTender(naru, params.caseId)
  const { tender, contracts } = view
  if (tender.awards.length === 0 && contracts.length === 0) throw data({ refused: 'nothingToAward' }, { status: 409 })
  const closed = (act: string) => {
    const may = view.may.find((each) => each.act === act)
    return may?.open ? null : (may?.why ?? null)
  }
  return {
    caseId: params.caseId,
    title: tender.content?.title ?? {},
    main: tender.language,
    lots: tender.content?.lots.map((lot, at) => ({ id: lot.id, title: lot.title, at: at + 1 })) ?? [],
    contracts,
    // A lot waits for a draft while it has no contract that stands. Who may not draft reads why before the first draft, and only as the buyer.
    waiting: tender.awards.filter((award) => {
      const known = contracts.filter((each) => each.text.award === award.award)
      if (known.some((each) => each.stage !== 'declined')) return false
      const buyer = naru.visitor.organisation === tender.parties.procuringEntity
      return !closed('draft-contract') || (buyer && known.length === 0)
    }),
    // Awards whose winner refused, for those who may take them back.
    refused: closed('withdraw-award')
      ? []
      : tender.awards.flatMap((award) => {
          const ground = withdrawalGround(award, contracts, dayOf(naru.now, naru.country.zone))
          return ground ? [{ ...award, ground }] : []
        }),
    draft: closed('draft-contract'),
    consent: closed('consent-to-contract'),
    confirm: closed('confirm-contract'),
    supplier: naru.visitor.organisation,
    names: view.names,
    units: naru.read.units,
    now: naru.now,
  }
}

export async function action({ context, url, params, request }: Route.ActionArgs) {
  const naru = signedIn(context, url)
  const { caseId } = params
  const form = await request.formData()
  const text = (name: string) => String(form.get(name) ?? '').trim()
  const to = caseAt(caseId, 'contract')
  const [doing] = text('act').split('-')
  if (doing === 'draft')
    return actAndGo(naru, form, {
      caseId,
      act: 'draft-contract',
      input: { contract: idOfForm(form), lot: text('lot'), special: text('special') || null },
      to,
    })
  if (doing === 'withdraw')
    return actAndGo(naru, form, {
      caseId,
      act: 'withdraw-award',
      input: { award: text('award'), reason: text('reason') },
      to: caseAt(caseId),
    })
  const named = { contract: text('contract'), version: Number(text('version')) }
  if (doing === 'decline')
    return actAndGo(naru, form, { caseId, act: 'decline-contract', input: { ...named, reason: text('reason') }, to })
  return actAndGo(naru, form, {
    caseId,
    act: doing === 'consent' ? 'consent-to-contract' : 'confirm-contract',
    input: named,
    to,
  })
}

export default function Contract({ loaderData, actionData }: Route.ComponentProps) {
  const speech = useSpeech()
  const { say, language } = speech
  const { caseId, title, main, lots, contracts, waiting, refused, draft, names, now } = loaderData
  const errors = errorsOf(actionData?.why, speech)
  const lotName = (id: string) => {
    const lot = lots.find((each) => each.id === id)
    return lots.length > 1
      ? `${say('work.lots.lot', { n: lot?.at ?? 1 })}: ${inWords(lot?.title, language, main)}`
      : inWords(lot?.title, language, main)
  }
  return (
    <Page
      title={say('work.contract.title')}
      wrong={actionData !== undefined}
      trail={[
        { to: '/desk', text: say('work.nav.desk') },
        { to: caseAt(caseId), text: inWords(title, language, main) },
      ]}
    >
      <Trouble failed={actionData} errors={errors} />
      {waiting.map((award) => (
        <Section
          key={award.award}
          id={`draft-${award.lot}`}
          title={say('work.contract.draft', { lot: lotName(award.lot) })}
        >
          <p>
            {say('work.contract.winner', {
              name: organisationName(names, award.supplier, speech),
              value: speech.money(award.value),
            })}
          </p>
          {draft ? (
            <Banner tone="info" title={say('work.refused')}>
              <RefusalText refusal={draft} />
            </Banner>
          ) : (
            <ActForm act={`draft-${award.lot}`}>
              <input type="hidden" name="lot" value={award.lot} />
              <p>{say('work.contract.made')}</p>
              <TextAreaField
                name="special"
                label={say('work.contract.special')}
                hint={say('work.contract.specialHint')}
                optional
                rows={4}
                maxLength={5000}
                lang={main}
                defaultValue={actionData?.typed.one.special ?? ''}
                errors={errors}
              />
              <Buttons>
                <Button>{say('domain.act.draft-contract')}</Button>
              </Buttons>
            </ActForm>
          )}
        </Section>
      ))}
      {refused.map((award) => (
        <Section
          key={`refused-${award.award}`}
          id={`refused-${award.lot}`}
          title={say('domain.act.withdraw-award')}
          aside={<StatusChip word={say(`domain.awardWithdrawn.${award.ground}`)} tone="danger" />}
        >
          <p>
            {say('work.contract.winner', {
              name: organisationName(names, award.supplier, speech),
              value: speech.money(award.value),
            })}
          </p>
          <ActForm act={`withdraw-${award.award}`}>
            <input type="hidden" name="award" value={award.award} />
            <TextAreaField
              name="reason"
              label={say('work.award.reason')}
              rows={3}
              maxLength={5000}
              lang={main}
              defaultValue={actionData?.typed.one.reason ?? ''}
              errors={errors}
            />
            <Buttons>
              <Button kind="danger">{say('domain.act.withdraw-award')}</Button>
            </Buttons>
          </ActForm>
        </Section>
      ))}
      {contracts.length === 0 && waiting.length === 0 && <Empty title={say('work.contract.none')} />}
      {contracts.toReversed().map((contract) => (
        <One key={contract.id} contract={contract} loaded={loaderData} failed={actionData} />
      ))}
      <PrintFoot caseNumber={contracts.at(-1)?.number ?? caseId} address={caseAt(caseId, 'contract')} now={now} />
    </Page>
  )
}

const stages = ['drafted', 'consented', 'concluded'] as const

/** One contract: its text as both sides see it, and the message that is due. */
function One({
  contract,
  loaded,
  failed,
}: {
  contract: ContractState
  loaded: Awaited<ReturnType<typeof loader>>
  failed: Route.ComponentProps['actionData']
}) {
  const speech = useSpeech()
  const { say, language, money, amount, number, currency, date, recordTime } = speech
  const { main, consent, confirm, supplier, names, units } = loaded
  const { text } = contract
  const own = text.supplier === supplier
  const errors = errorsOf(failed?.why, speech)
  const hidden = (
    <>
      <input type="hidden" name="contract" value={contract.id} />
      <input type="hidden" name="version" value={contract.version} />
    </>
  )
  return (
    <Section
      id={`contract-${contract.id}`}
      title={say('work.contract.number', { number: contract.number })}
      aside={
        <StatusChip
          word={say(`domain.contractStage.${contract.stage}`)}
          tone={contract.concluded ? 'success' : contract.declined ? 'danger' : 'info'}
        />
      }
    >
      {!contract.declined && (
        <Steps
          steps={stages.map((stage) => say(`work.contract.step.${stage}`))}
          current={contract.concluded ? 3 : contract.consented ? 2 : 1}
        />
      )}
      <Facts
        facts={[
          { name: say('work.contract.buyer'), value: organisationName(names, text.buyer, speech) },
          { name: say('work.contract.supplier'), value: organisationName(names, text.supplier, speech) },
          { name: say('work.field.title'), value: inWords(text.title, language, main) },
          { name: say('work.contract.value'), value: <strong>{money(text.value)}</strong> },
          { name: say('work.field.place'), value: text.delivery.place },
          { name: say('work.field.by'), value: text.delivery.by },
          { name: say('work.field.terms'), value: <div className="prose">{text.delivery.terms}</div> },
          { name: say('work.field.payment'), value: <div className="prose">{text.paymentTerms}</div> },
          ...(text.special
            ? [{ name: say('work.contract.special'), value: <div className="prose">{text.special}</div> }]
            : []),
          ...(text.signBy ? [{ name: say('domain.moment.contract-due'), value: date(text.signBy) }] : []),
          ...(contract.concluded
            ? [{ name: say('domain.moment.contracted'), value: recordTime(contract.concluded.at) }]
            : []),
          ...(contract.declined
            ? [{ name: say('domain.contractStage.declined'), value: contract.declined.reason }]
            : []),
        ]}
      />
      <Table
        caption={say('work.items')}
        rows={text.lines}
        rowKey={(line) => line.id}
        columns={[
          {
            key: 'what',
            head: say('work.items'),
            names: true,
            cell: (line) => inWords(line.description, language, main),
          },
          {
            key: 'quantity',
            head: say('work.field.quantity'),
            kind: 'number',
            cell: (line) => (
              <div>
                {number(line.quantity)}{' '}
                <span className="unit">{unitAfter(units, line.unit, line.quantity, language)}</span>
              </div>
            ),
          },
          {
            key: 'unit',
            head: say('work.prices.unit'),
            unit: currency(text.value.currency),
            kind: 'money',
            cell: (line) => amount(line.unitPrice),
          },
          {
            key: 'amount',
            head: say('work.prices.amount'),
            unit: currency(text.value.currency),
            kind: 'money',
            cell: (line) => amount(line.amount),
          },
        ]}
        foot={
          <tr>
            <th scope="row" colSpan={3}>
              {say('work.prices.total')}
            </th>
            <td data-kind="money">{amount(text.value)}</td>
          </tr>
        }
      />
      {contract.stage === 'drafted' && own && !consent && (
        <>
          <ActForm act={`consent-${contract.id}`}>
            {hidden}
            <p>{say('work.contract.consentWill')}</p>
            <Buttons>
              <Button>{say('domain.act.consent-to-contract')}</Button>
            </Buttons>
          </ActForm>
          <details className="more">
            <summary>{say('domain.act.decline-contract')}</summary>
            <div>
              <ActForm act={`decline-${contract.id}`}>
                {hidden}
                <TextAreaField
                  name="reason"
                  label={say('work.reason')}
                  rows={3}
                  maxLength={2000}
                  defaultValue={failed?.typed.one.reason ?? ''}
                  errors={errors}
                />
                <Buttons>
                  <Button kind="danger">{say('domain.act.decline-contract')}</Button>
                </Buttons>
              </ActForm>
            </div>
          </details>
        </>
      )}
      {contract.stage === 'drafted' && !own && <p className="note">{say('work.contract.waits')}</p>}
      {contract.stage === 'consented' &&
        (confirm ? (
          <p className="note">{say(own ? 'work.contract.waitsBuyer' : 'work.contract.waitsOfficer')}</p>
        ) : (
          <ActForm act={`confirm-${contract.id}`}>
            {hidden}
            <p>{say('work.contract.confirmWill')}</p>
            <Buttons>
              <Button>{say('domain.act.confirm-contract')}</Button>
            </Buttons>
          </ActForm>
        ))}
    </Section>
  )
}

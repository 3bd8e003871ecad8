// The finance officer's page: the base amount from which the preliminary prices are made. Nobody else sets it, and it is not shown before publication.
import { data } from 'react-router'
import type { Route } from './+types/base-amount'
import { readAmount } from '../../../../format.ts'
import { Facts } from '../../../design/facts.tsx'
import { ActForm, Button, Buttons, ChoiceField, MoneyField, TextAreaField } from '../../../design/form.tsx'
import { Banner, Page } from '../../../design/page.tsx'
import { RefusalText } from '../../../sentences.tsx'
import { useSpeech } from '../../../speech.tsx'
import { actAndGo, isRefusal, wrongField } from '../../../work/act.ts'
import { caseAt } from '../../../work/case-places.ts'
import { inWords } from '../../../work/names.ts'
import { readTender } from '../../../work/preparation.ts'
import { signedIn } from '../../../work/signed-in.ts'
import { errorsOf, Trouble } from '../../../work/trouble.tsx'

export async function loader({ context, url, params }: Route.LoaderArgs) {
  const naru = signedIn(context, url)
  const { caseId } = params
  const { tender, may: all } = await readTender(naru, caseId)
  const content = tender.prepared?.content
  const [lot] = content?.lots ?? []
  if (!content || !lot) throw data({ refused: 'stageHasNotCome' }, { status: 409 })
  const may = all.find((each) => each.act === 'set-base-amount')
  return {
    caseId,
    title: content.title,
    main: content.language,
    lot: lot.id,
    value: lot.value,
    set: tender.baseAmounts.find((each) => each.lot === lot.id) ?? null,
    // Only works have costs on which bids may not compete (koneps.md §2.3.1).
    works: content.category === 'works',
    why: may && !may.open ? may.why : null,
    // The walk offers the expected value, so that it goes on; an officer finds the amount alone.
    offered: naru.walking ? lot.value : null,
  }
}

export async function action({ context, url, params, request }: Route.ActionArgs) {
  const naru = signedIn(context, url)
  const { caseId } = params
  const form = await request.formData()
  const amount = readAmount(String(form.get('amount') ?? ''), naru.country.currency, naru.country.form)
  if (!amount || amount === '0') return wrongField(form, 'amount', 'amount')
  const typedA = String(form.get('aValue') ?? '').trim()
  const aValue = typedA ? readAmount(typedA, naru.country.currency, naru.country.form) : '0'
  if (!aValue) return wrongField(form, 'aValue', 'amount')
  const typedNet = String(form.get('netCost') ?? '').trim()
  const netCost = typedNet ? readAmount(typedNet, naru.country.currency, naru.country.form) : '0'
  if (!netCost) return wrongField(form, 'netCost', 'amount')
  const input = {
    lot: String(form.get('lot') ?? ''),
    amount: { amount, currency: naru.country.currency },
    ...(aValue !== '0' && { aValue }),
    ...(netCost !== '0' && { netCost }),
    sources: String(form.get('sources') ?? ''),
    confirmed: form.get('confirmed') === 'yes',
  }
  return actAndGo(naru, form, { caseId, act: 'set-base-amount', input, to: caseAt(caseId) })
}

export default function BaseAmount({ loaderData, actionData }: Route.ComponentProps) {
  const speech = useSpeech()
  const { say, language, money, amount } = speech
  const { title, main, lot, value, set, works, why, offered } = loaderData
  const setA = set?.aValue ? { amount: set.aValue, currency: set.amount.currency } : null
  const setNet = set?.netCost ? { amount: set.netCost, currency: set.amount.currency } : null
  const errors = errorsOf(actionData?.why, speech)
  const far = actionData && isRefusal(actionData.why) && actionData.why.refused === 'amountNeedsConfirmation'
  return (
    <Page
      title={say('domain.act.set-base-amount')}
      lead={say('work.base.lead')}
      above={inWords(title, language, main)}
      wrong={actionData !== undefined}
      trail={[{ to: '/desk', text: say('work.nav.desk') }]}
    >
      <Trouble failed={actionData} errors={errors} />
      <Facts
        facts={[
          { name: say('work.field.value'), value: money(value) },
          ...(set ? [{ name: say('work.base.set'), value: money(set.amount) }] : []),
          ...(setA ? [{ name: say('work.base.aValue'), value: money(setA) }] : []),
          ...(setNet ? [{ name: say('work.base.netCost'), value: money(setNet) }] : []),
        ]}
      />
      {why ? (
        <Banner tone="warn" title={say('work.refused')}>
          <RefusalText refusal={why} />
        </Banner>
      ) : (
        <ActForm act="base">
          <input type="hidden" name="lot" value={lot} />
          <MoneyField
            name="amount"
            label={say('work.base.amount')}
            hint={say('work.base.hint')}
            currency={value.currency}
            defaultValue={actionData?.typed.one.amount ?? (set ? amount(set.amount) : offered ? amount(offered) : '')}
            errors={errors}
          />
          {works && (
            <MoneyField
              name="aValue"
              label={say('work.base.aValue')}
              hint={say('work.base.aValueHint')}
              currency={value.currency}
              defaultValue={actionData?.typed.one.aValue ?? (setA ? amount(setA) : '')}
              errors={errors}
              optional
            />
          )}
          {works && (
            <MoneyField
              name="netCost"
              label={say('work.base.netCost')}
              hint={say('work.base.netCostHint')}
              currency={value.currency}
              defaultValue={actionData?.typed.one.netCost ?? (setNet ? amount(setNet) : '')}
              errors={errors}
              optional
            />
          )}
          <TextAreaField
            name="sources"
            label={say('work.base.sources')}
            hint={say('work.base.sourcesHint')}
            rows={4}
            maxLength={2000}
            defaultValue={actionData?.typed.one.sources ?? ''}
            errors={errors}
          />
          {far && (
            <ChoiceField
              name="confirmed"
              kind="checkbox"
              label={say('work.check.confirm')}
              choices={[{ value: 'yes', text: say('work.check.confirmYes') }]}
            />
          )}
          <Buttons>
            <Button>{say('domain.act.set-base-amount')}</Button>
          </Buttons>
        </ActForm>
      )}
    </Page>
  )
}

// After a tender that failed: what the law lets follow, in its order, and the form for bids anew or a new notice.
import { data, redirect } from 'react-router'
import type { Route } from './+types/next'
import { instantOf, readAmount, readDay, readTimeOfDay } from '../../../../format.ts'
import { BasisNote } from '../../../design/chip.tsx'
import { ActForm, Button, Buttons, MoneyField, MomentField, TextAreaField, TextField } from '../../../design/form.tsx'
import { Empty, Page, Section, StateBanner } from '../../../design/page.tsx'
import { refusalSentence } from '../../../sentences.tsx'
import { useSpeech } from '../../../speech.tsx'
import { actAndGo, idOfForm, wrongField } from '../../../work/act.ts'
import { caseAt } from '../../../work/case-places.ts'
import { inWords } from '../../../work/names.ts'
import { readTender } from '../../../work/preparation.ts'
import { signedIn } from '../../../work/signed-in.ts'
import { draftOf } from '../../../work/tender-draft.ts'
import { errorsOf, Trouble } from '../../../work/trouble.tsx'
import { unitAfter } from '../../../units.ts'

export async function loader({ context, url, params }: Route.LoaderArgs) {
  const naru = signedIn(context, url)
  const view = await readTender(naru, params.caseId)
  const { tender } = view
  const direct = view.may.find((each) => each.act === 'award-directly')
  if (!tender.content || (tender.stage !== 'failed' && !direct?.open))
    throw data({ refused: 'stageHasNotCome' }, { status: 409 })
  const lot = tender.content.lots.find((each) => !tender.awards.some((award) => award.lot === each.id))
  const may = view.may.find((each) => each.act === 'start-rebid')
  return {
    caseId: params.caseId,
    title: tender.content.title,
    main: tender.content.language,
    reason: tender.ended?.reason ?? 'no-winner',
    steps: view.afterFailure,
    why: may && !may.open ? may.why : null,
    direct: direct?.open && lot ? { lot, currency: naru.country.currency } : null,
    mayStart: naru.visitor.roles.includes('author') && naru.visitor.organisation === tender.parties.procuringEntity,
    units: naru.read.units,
    now: naru.now,
    zone: naru.country.zone,
  }
}

export async function action({ context, url, params, request }: Route.ActionArgs) {
  const naru = signedIn(context, url)
  const { caseId } = params
  const form = await request.formData()
  if (form.get('act') === 'renotice') {
    const { tender } = await readTender(naru, caseId)
    if (!tender.content) throw data(null, { status: 404 })
    const next = idOfForm(form)
    const input = {
      buyer: tender.parties.buyer,
      demandAgency: tender.parties.demandAgency,
      payer: tender.parties.payer,
      language: tender.content.language,
      renoticeOf: { caseId, ocid: tender.ocid },
    }
    const answer = await actAndGo(naru, form, { caseId: next, act: 'start-tender', input, to: caseAt(next) })
    if (!(answer instanceof Response)) return answer
    // The same conditions; only the dates are new.
    const body = { ...draftOf(tender.content), ground: 'renotice' as const, deadline: '' }
    if (!(await naru.read.readDraft(next)))
      await naru.read.saveDraft({ id: next, kind: 'tender', caseId: next, version: 0, body })
    return redirect(`/${naru.language}${caseAt(next)}`)
  }
  if (form.get('act') === 'direct') return awardDirectly(naru, caseId, form)
  const day = readDay(String(form.get('deadline.date') ?? ''), naru.country.form)
  const time = readTimeOfDay(String(form.get('deadline.time') ?? ''))
  if (!day || !time) return wrongField(form, 'deadline', 'moment')
  const input = { deadline: instantOf(day, time, naru.country.zone), reason: String(form.get('reason') ?? '').trim() }
  return actAndGo(naru, form, { caseId, act: 'start-rebid', input, to: caseAt(caseId) })
}

/** Names the supplier by its registration number and reads one price for each item of the lot. */
async function awardDirectly(naru: ReturnType<typeof signedIn>, caseId: string, form: FormData) {
  const number = String(form.get('supplier') ?? '').trim()
  const supplier = await naru.read.findSupplier(number)
  if (!supplier) return wrongField(form, 'supplier', 'unknownSupplier')
  const prices: { item: string; unitPrice: string }[] = []
  for (const [name, typed] of form) {
    if (!name.startsWith('price.')) continue
    const unitPrice = readAmount(String(typed), naru.country.currency, naru.country.form)
    if (!unitPrice) return wrongField(form, name, 'amount')
    prices.push({ item: name.slice('price.'.length), unitPrice })
  }
  const reason = String(form.get('reason') ?? '').trim()
  const input = { award: idOfForm(form), lot: String(form.get('lot') ?? ''), supplier, prices, reason }
  return actAndGo(naru, form, { caseId, act: 'award-directly', input, to: caseAt(caseId) })
}

export default function Next({ loaderData, actionData }: Route.ComponentProps) {
  const speech = useSpeech()
  const { say, language, moment, number } = speech
  const { caseId, title, main, reason, steps, why, mayStart, direct, units, now, zone } = loaderData
  const errors = errorsOf(actionData?.why, speech)
  const typed = actionData?.typed.one
  return (
    <Page
      title={say('work.next.title')}
      wrong={actionData !== undefined}
      trail={[
        { to: '/desk', text: say('work.nav.desk') },
        { to: caseAt(caseId), text: inWords(title, language, main) },
      ]}
      state={
        <StateBanner tone="danger" word={say('domain.stage.failed')}>
          <p>{say(`domain.failure.${reason}`)}</p>
        </StateBanner>
      }
    >
      <Trouble failed={actionData} errors={errors} />
      {steps.length === 0 && <Empty title={say('work.next.none')} />}
      {steps.map((step) => (
        <Section
          key={step.then}
          id={step.then}
          title={say(`domain.next.${step.then}`)}
          aside={<BasisNote basis={step.basis} />}
        >
          <p>{say(`domain.when.${step.when}`)}</p>
          {step.then === 're-bid' &&
            (why ? (
              <p className="note">{refusalSentence(why, speech)}</p>
            ) : (
              <ActForm act="rebid">
                <MomentField
                  name="deadline"
                  label={say('domain.moment.deadline')}
                  example={now}
                  zone={moment(now).split(', ')[1] ?? zone}
                  date={typed?.['deadline.date'] ?? ''}
                  time={typed?.['deadline.time'] ?? ''}
                  errors={errors}
                />
                <TextAreaField
                  name="reason"
                  label={say('work.reason')}
                  rows={3}
                  maxLength={2000}
                  defaultValue={typed?.reason ?? ''}
                  errors={errors}
                />
                <Buttons>
                  <Button>{say('domain.act.start-rebid')}</Button>
                </Buttons>
              </ActForm>
            ))}
          {(step.then === 're-notice' || step.then === 'new-tender') &&
            (mayStart ? (
              <ActForm act="renotice">
                <Buttons>
                  <Button kind={steps[0] === step ? 'primary' : 'secondary'}>{say('work.next.renotice')}</Button>
                </Buttons>
              </ActForm>
            ) : (
              <p className="note">{say('work.next.author')}</p>
            ))}
          {step.then === 'private-contract' &&
            (direct ? (
              <ActForm act="direct">
                <input type="hidden" name="lot" value={direct.lot.id} />
                <p>{say('work.next.direct')}</p>
                <TextField
                  name="supplier"
                  label={say('work.next.supplier')}
                  width={20}
                  maxLength={40}
                  defaultValue={typed?.supplier ?? ''}
                  errors={errors}
                />
                {direct.lot.items.map((item) => (
                  <MoneyField
                    key={item.id}
                    name={`price.${item.id}`}
                    label={say('work.next.price', {
                      item: inWords(item.description, language, main),
                      quantity: `${number(item.quantity)} ${unitAfter(units, item.unit, item.quantity, language)}`,
                    })}
                    currency={direct.currency}
                    defaultValue={typed?.[`price.${item.id}`] ?? ''}
                    errors={errors}
                  />
                ))}
                <TextAreaField
                  name="reason"
                  label={say('work.award.reason')}
                  rows={3}
                  maxLength={5000}
                  lang={main}
                  defaultValue={typed?.reason ?? ''}
                  errors={errors}
                />
                <Buttons>
                  <Button>{say('domain.act.award-directly')}</Button>
                </Buttons>
              </ActForm>
            ) : (
              <p className="note">{say('work.next.approver')}</p>
            ))}
        </Section>
      ))}
    </Page>
  )
}

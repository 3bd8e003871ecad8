// An example purchase for the sandbox, so that the walk takes minutes: made from a line of the organisation's own plan.
import type { PlanLine } from '@naru/domain/plan/facts.ts'
import type { LanguageText } from '@naru/domain/text.ts'
import type { Language } from '../../words/say.ts'
import { instantOf, wallClock } from '../../format.ts'
import type { Naru } from '../context.ts'
import { wordsOf } from '../words.server.ts'
import { emptyDraft, type TenderDraft } from './tender-draft.ts'

const items: readonly { quantity: string; name: LanguageText }[] = [
  {
    quantity: '40',
    name: {
      ky: 'Үлгү буюм, биринчи түрү',
      ru: 'Образец изделия, первый вид',
      en: 'Sample article, first kind',
      ko: '견본 물품 1종',
    },
  },
  {
    quantity: '12',
    name: {
      ky: 'Үлгү буюм, экинчи түрү',
      ru: 'Образец изделия, второй вид',
      en: 'Sample article, second kind',
      ko: '견본 물품 2종',
    },
  },
]

const texts: Readonly<
  Record<
    Language,
    { description: string; place: string; by: string; terms: string; payment: string; condition: string }
  >
> = {
  ky: {
    description: 'Үлгү сатып алуу. Товар жаңы, мурда колдонулбаган болууга тийиш.',
    place: 'Үлгү району, Мисал көчөсү, 0',
    by: '30 күн',
    terms: 'Берүүчүнүн эсебинен сатып алуучунун кампасына жеткирилет.',
    payment: 'Кабыл алуу актысынан кийин 10 жумушчу күндүн ичинде төлөнөт.',
    condition: 'Катышуучу банкрот эмес жана салык боюнча карызы жок.',
  },
  ru: {
    description: 'Образец закупки. Товар должен быть новым, не бывшим в употреблении.',
    place: 'Образцовый район, ул. Примерная, 0',
    by: '30 дней',
    terms: 'Доставка на склад заказчика за счёт поставщика.',
    payment: 'Оплата в течение 10 рабочих дней после акта приёмки.',
    condition: 'Участник не является банкротом и не имеет налоговой задолженности.',
  },
  en: {
    description: 'A sample purchase. All goods must be new.',
    place: 'Sample District, 0 Example Street',
    by: '30 days',
    terms: 'Delivered to the buyer’s store at the supplier’s cost.',
    payment: 'Paid within 10 working days after acceptance.',
    condition: 'The bidder is not bankrupt and owes no taxes.',
  },
  ko: {
    description: '견본 구매입니다. 모든 물품은 신품이어야 합니다.',
    place: '견본구 예시로 0',
    by: '30일',
    terms: '공급자의 비용으로 수요기관 창고까지 납품합니다.',
    payment: '검수 후 근무일 10일 이내에 지급합니다.',
    condition: '입찰자는 파산 상태가 아니고 체납이 없어야 합니다.',
  },
}

const inAll = (name: 'description' | 'condition'): LanguageText => ({
  ky: texts.ky[name],
  ru: texts.ru[name],
  en: texts.en[name],
  ko: texts.ko[name],
})

/** The draft of an example purchase in a language, by a lawful method (a quotation where there is one), or null without a published plan. */
export async function sampleDraft(naru: Naru, organisation: string, language: Language): Promise<TenderDraft | null> {
  const { read, country } = naru
  const plans = await read.readPlans(organisation)
  const views = await Promise.all(plans.map((plan) => read.readCase(plan.plan)))
  const lines: { plan: string; line: PlanLine }[] = views.flatMap((view) =>
    view?.kind === 'plan' ? (view.plan.published?.lines.map((line) => ({ plan: view.caseId, line })) ?? []) : [],
  )
  for (const { plan, line } of lines) {
    let value = (BigInt(line.amount.amount) * 8n) / 10n
    const money = () => ({ amount: value.toString(), currency: country.currency })
    let methods = await read.chooseMethods({ category: line.category, value: money() })
    const small = methods.find(
      (each) => each.ceiling?.value && each.because === 'above-ceiling' && !each.draws && each.evaluators === 0,
    )
    if (small?.ceiling?.value) {
      value = BigInt(small.ceiling.value.amount)
      methods = await read.chooseMethods({ category: line.category, value: money() })
    }
    const chosen =
      methods.find((each) => each.lawful && each.because === 'within-ceiling') ?? methods.find((each) => each.lawful)
    if (!chosen) continue
    const rule = await read.deadlineRule({
      category: line.category,
      value: money(),
      method: chosen.method,
      renotice: false,
    })
    const words = texts[language]
    return {
      ...emptyDraft(language),
      title: line.title,
      description: inAll('description'),
      category: line.category,
      value: value.toString(),
      method: chosen.method,
      ground: chosen.because === 'within-ceiling' ? 'within-ceiling' : 'default',
      reason: wordsOf(language, country.code)[`pack.method.${chosen.method}.reason`] ?? words.description,
      lots: [
        {
          id: '1',
          title: line.title,
          planLine: { plan, line: line.id },
          value: value.toString(),
          items: items.map((item, at) => ({
            id: `item-${at + 1}`,
            description: item.name,
            classification: line.classification,
            quantity: item.quantity,
            unit: 'H87',
          })),
        },
      ],
      conditions: [{ id: 'solvent', kind: 'declaration', text: inAll('condition') }],
      deadline: rule ? workdayAt(rule.at, country.zone) : '',
      delivery: { place: words.place, by: words.by, terms: words.terms },
      paymentTerms: words.payment,
      confirmed: [`amount:${line.id}`],
      conditionsSeen: true,
      documentsSeen: true,
    }
  }
  return null
}

/** Two days after an instant, moved on to Monday from a weekend, at 11:00 of the zone. */
function workdayAt(instant: string, zone: string): string {
  for (let days = 2; ; days += 1) {
    const later = new Date(Date.parse(instant) + days * 86_400_000).toISOString()
    const at = wallClock(later, zone)
    const day = `${at.year}-${at.month}-${at.day}`
    const weekday = new Date(`${day}T00:00:00Z`).getUTCDay()
    if (weekday !== 0 && weekday !== 6) return instantOf(day, '11:00', zone)
  }
}

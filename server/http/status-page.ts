// The page /status where the screens cannot answer: whether bids are taken now, the last 30 days, and every recorded outage with its certificate.
import type { RecordedOutage } from '../outages.ts'
import type { PathHistory } from '../submission-path.ts'
import { type ScreenLanguage, screenLanguages } from './screens.ts'

interface Said {
  readonly name: string
  readonly title: string
  readonly up: string
  readonly down: string
  readonly share: string
  readonly none: string
  readonly history: string
  readonly from: string
  readonly until: string
  readonly minutes: string
  readonly found: string
  readonly certificate: string
  readonly rule: string
}
const words: Readonly<Record<ScreenLanguage, Said>> = {
  en: {
    name: 'English',
    title: 'State of the submission path',
    up: 'Bids are being accepted.',
    down: 'Bids cannot be accepted at the moment.',
    share: 'Available in the last 30 days',
    none: 'No outage is recorded.',
    history: 'Recorded outages',
    from: 'From',
    until: 'Until',
    minutes: 'Minutes',
    found: 'Found by',
    certificate: 'Certificate of unavailability',
    rule: 'An outage is recorded when probes of at least two independent operators find it. Deadlines that it touches are then moved by the country’s rule, and each move is in the public log.',
  },
  ru: {
    name: 'Русский',
    title: 'Состояние приёма заявок',
    up: 'Заявки принимаются.',
    down: 'Сейчас заявки не принимаются.',
    share: 'Доступность за последние 30 дней',
    none: 'Сбои не зафиксированы.',
    history: 'Зафиксированные сбои',
    from: 'С',
    until: 'До',
    minutes: 'Минут',
    found: 'Кем обнаружен',
    certificate: 'Справка о недоступности',
    rule: 'Сбой фиксируется, когда его обнаружили проверки не менее двух независимых организаций. Затронутые сроки подачи переносятся по правилу страны, каждый перенос записан в открытый журнал.',
  },
  ky: {
    name: 'Кыргызча',
    title: 'Табыштамаларды кабыл алуунун абалы',
    up: 'Табыштамалар кабыл алынууда.',
    down: 'Учурда табыштамалар кабыл алынбайт.',
    share: 'Акыркы 30 күндөгү жеткиликтүүлүк',
    none: 'Үзгүлтүктөр катталган эмес.',
    history: 'Катталган үзгүлтүктөр',
    from: 'Башталышы',
    until: 'Аягы',
    minutes: 'Мүнөт',
    found: 'Ким аныктады',
    certificate: 'Жеткиликсиздик жөнүндө маалымкат',
    rule: 'Үзгүлтүк кеминде эки көз карандысыз уюмдун текшерүүсү аныктаганда катталат. Ага туш келген мөөнөттөр өлкөнүн эрежеси боюнча жылдырылат, ар бир жылдыруу ачык журналга жазылат.',
  },
  ko: {
    name: '한국어',
    title: '입찰서 제출 경로 상태',
    up: '입찰서를 접수하고 있습니다.',
    down: '현재 입찰서를 접수할 수 없습니다.',
    share: '최근 30일 가용률',
    none: '기록된 장애가 없습니다.',
    history: '장애 기록',
    from: '시작',
    until: '종료',
    minutes: '분',
    found: '확인 기관',
    certificate: '이용 불가 확인서',
    rule: '서로 독립된 둘 이상의 기관이 장애를 확인하면 장애로 기록합니다. 해당되는 입찰 마감은 국가별 규정에 따라 연기되며, 모든 연기는 공개 로그에 기록됩니다.',
  },
}

const plain = (text: string): string => text.replace(/[&<>"']/g, (each) => `&#${each.charCodeAt(0)};`)

/** The page in a language; `history` is null where the database does not answer. */
export function statusPage(language: ScreenLanguage, history: PathHistory | null, zone: string): string {
  const said = words[language]
  const clock = (instant: string): string => {
    const at = Temporal.Instant.from(instant).toZonedDateTimeISO(zone)
    return `${at.toPlainDate()} ${at.toPlainTime().toString({ smallestUnit: 'second' })}`
  }
  const row = (each: RecordedOutage): string =>
    `<tr><td>${clock(each.from)}<td>${clock(each.until)}<td>${Math.ceil((Date.parse(each.until) - Date.parse(each.from)) / 60_000)}` +
    `<td>${plain(each.operators.join(', '))}<td><a href="/api/outages/${plain(each.outage)}/certificate">${said.certificate}</a>`
  const newest = history?.outages ?? []
  const up = history?.path.up ?? false
  const table = `<table><caption>${said.history}</caption><thead><tr>${[
    said.from,
    said.until,
    said.minutes,
    said.found,
    said.certificate,
  ]
    .map((each) => `<th scope="col">${each}`)
    .join('')}<tbody>${newest.map(row).join('')}</table>`
  const links = screenLanguages
    .map(
      (each) =>
        `<a href="/status?lang=${each}" lang="${each}"${each === language ? ' aria-current="true"' : ''}>${words[each].name}</a>`,
    )
    .join(' ')
  return `<!doctype html><html lang="${language}"><meta charset="utf-8"><meta name="viewport" content="width=device-width">
<title>${said.title}</title><style>body{font:1rem/1.5 system-ui,sans-serif;max-width:60rem;margin:2rem auto;padding:0 1rem;color:#111;background:#fff}
table{border-collapse:collapse;width:100%}caption{text-align:left;font-weight:bold}th,td{text-align:left;padding:.25rem .5rem;border-bottom:1px solid #999}a{color:#00458c}.state{font-size:1.25rem;border-left:.5rem solid;padding-left:.75rem}.up{border-color:#1a7f37}.down{border-color:#b42318}</style>
<main><nav>${links}</nav><h1>${said.title}</h1><p class="state ${up ? 'up' : 'down'}">${up ? said.up : said.down}</p>
${history ? `<p>${said.share}: ${history.availability} % · ${clock(history.now)} ${plain(zone)}</p>${newest.length ? table : `<p>${said.none}</p>`}` : ''}
<p>${said.rule}</p></main></html>`
}

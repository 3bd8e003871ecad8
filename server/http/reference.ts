// The page that explains the API: made on the server from its description, with no script and nothing from elsewhere.
import { sentence } from '../words.ts'
import type { OpenApi, Operation } from './openapi.ts'
import type { JsonSchema } from './openapi-routes.ts'
import { type ScreenLanguage, screenLanguages } from './screens.ts'

interface PageWords {
  readonly title: string
  readonly lead: string
  readonly acts: string
  readonly reading: string
  readonly authentication: string
  readonly authenticationLead: string
  readonly refusals: string
  readonly refusalsLead: string
  readonly who: string
  readonly anyone: string
  readonly field: string
  readonly type: string
  readonly rule: string
  readonly required: string
  readonly optional: string
  readonly answers: string
  readonly parameters: string
  readonly body: string
  readonly noBody: string
  readonly language: string
  readonly document: string
  readonly code: string
  readonly meaning: string
  readonly tags: Readonly<Record<string, string>>
}

const languageNames: Readonly<Record<ScreenLanguage, string>> = {
  ky: 'Кыргызча',
  ru: 'Русский',
  en: 'English',
  ko: '한국어',
}

const words: Readonly<Record<ScreenLanguage, PageWords>> = {
  en: {
    title: 'The API of Naru',
    lead: 'Everything the screens can do, other systems can do by the same acts. Reading what is public needs no key.',
    acts: 'Acts',
    reading: 'Reading, files, drafts and webhooks',
    authentication: 'Signing in',
    authenticationLead:
      'An administrator delegates a credential to a system by the act “delegate-credential”. The system sends it as “Authorization: Bearer <credential>.<secret>” and may do the named acts for the named person until it ends. Every act carries an Idempotency-Key of its own; sent again, it gives the first answer again.',
    refusals: 'Refusals',
    refusalsLead:
      'A refused act answers with a code, a sentence in the language of Accept-Language, the article, and from or until when.',
    who: 'Who may',
    anyone: 'anyone signed in',
    field: 'Field',
    type: 'Kind',
    rule: 'Bounds',
    required: 'required',
    optional: 'optional',
    answers: 'Answers',
    parameters: 'Parameters',
    body: 'Body',
    noBody: 'An empty object.',
    language: 'Language',
    document: 'The same for programs: OpenAPI 3.1',
    code: 'Code',
    meaning: 'Meaning',
    tags: {
      organisation: 'Organisations',
      plan: 'Procurement plans',
      tender: 'Tenders',
      bid: 'Bids',
      contract: 'Contracts',
      cases: 'Cases',
      changes: 'Changes',
      ocds: 'Open data (OCDS)',
      files: 'Files',
      drafts: 'Drafts',
      webhooks: 'Webhooks',
      'sign-in': 'Sign-in and account',
      deployment: 'This deployment',
      sandbox: 'Sandbox',
    },
  },
  ru: {
    title: 'Программный интерфейс Naru',
    lead: 'Всё, что можно сделать на экране, другие системы делают теми же действиями. Для чтения открытых данных ключ не нужен.',
    acts: 'Действия',
    reading: 'Чтение, файлы, черновики и уведомления',
    authentication: 'Вход',
    authenticationLead:
      'Администратор передаёт полномочия системе действием «delegate-credential». Система отправляет их в заголовке «Authorization: Bearer <credential>.<secret>» и до окончания срока выполняет названные действия за названное лицо. У каждого действия свой Idempotency-Key; при повторе возвращается первый ответ.',
    refusals: 'Отказы',
    refusalsLead:
      'Отказ содержит код, предложение на языке из Accept-Language, статью и время, с которого или до которого действие возможно.',
    who: 'Кто может',
    anyone: 'любой вошедший',
    field: 'Поле',
    type: 'Вид',
    rule: 'Пределы',
    required: 'обязательно',
    optional: 'необязательно',
    answers: 'Ответы',
    parameters: 'Параметры',
    body: 'Содержание',
    noBody: 'Пустой объект.',
    language: 'Язык',
    document: 'То же для программ: OpenAPI 3.1',
    code: 'Код',
    meaning: 'Значение',
    tags: {
      organisation: 'Организации',
      plan: 'Планы закупок',
      tender: 'Конкурсы',
      bid: 'Заявки',
      contract: 'Договоры',
      cases: 'Дела',
      changes: 'Изменения',
      ocds: 'Открытые данные (OCDS)',
      files: 'Файлы',
      drafts: 'Черновики',
      webhooks: 'Уведомления систем',
      'sign-in': 'Вход и учётная запись',
      deployment: 'Эта установка',
      sandbox: 'Песочница',
    },
  },
  ky: {
    title: 'Naru программалык интерфейси',
    lead: 'Экранда жасалгандын баарын башка системалар ошол эле аракеттер менен жасайт. Ачык маалыматты окуу үчүн ачкыч керек эмес.',
    acts: 'Аракеттер',
    reading: 'Окуу, файлдар, долбоорлор жана билдирүүлөр',
    authentication: 'Кирүү',
    authenticationLead:
      'Администратор «delegate-credential» аракети менен системага ыйгарым укук берет. Система аны «Authorization: Bearer <credential>.<secret>» аталышында жөнөтүп, мөөнөтү бүткөнчө аталган аракеттерди аталган адам үчүн жасайт. Ар бир аракеттин өз Idempotency-Key бар; кайталанганда биринчи жооп кайтарылат.',
    refusals: 'Баш тартуулар',
    refusalsLead:
      'Баш тартууда код, Accept-Language тилиндеги сүйлөм, берене жана аракет качантан же качанга чейин мүмкүн экени көрсөтүлөт.',
    who: 'Ким жасай алат',
    anyone: 'кирген ар бир адам',
    field: 'Талаа',
    type: 'Түрү',
    rule: 'Чектери',
    required: 'милдеттүү',
    optional: 'милдеттүү эмес',
    answers: 'Жооптор',
    parameters: 'Параметрлер',
    body: 'Мазмуну',
    noBody: 'Бош объект.',
    language: 'Тил',
    document: 'Программалар үчүн ошол эле: OpenAPI 3.1',
    code: 'Коду',
    meaning: 'Мааниси',
    tags: {
      organisation: 'Уюмдар',
      plan: 'Сатып алуулар пландары',
      tender: 'Конкурстар',
      bid: 'Табыштамалар',
      contract: 'Келишимдер',
      cases: 'Иштер',
      changes: 'Өзгөрүүлөр',
      ocds: 'Ачык маалыматтар (OCDS)',
      files: 'Файлдар',
      drafts: 'Долбоорлор',
      webhooks: 'Системаларга билдирүүлөр',
      'sign-in': 'Кирүү жана эсеп',
      deployment: 'Бул орнотуу',
      sandbox: 'Песочница',
    },
  },
  ko: {
    title: 'Naru API',
    lead: '화면에서 할 수 있는 모든 것을 다른 시스템도 같은 행위로 할 수 있습니다. 공개된 내용은 키 없이 읽을 수 있습니다.',
    acts: '행위',
    reading: '조회·파일·임시저장·알림',
    authentication: '인증',
    authenticationLead:
      '관리자가 ‘delegate-credential’ 행위로 시스템에 권한을 위임합니다. 시스템은 이를 ‘Authorization: Bearer <credential>.<secret>’로 보내며, 종료 시까지 지정된 사람을 위하여 지정된 행위를 할 수 있습니다. 행위마다 고유한 Idempotency-Key를 보내며, 다시 보내면 처음의 응답을 그대로 받습니다.',
    refusals: '거절 사유',
    refusalsLead: '거절 응답에는 코드, Accept-Language 언어의 문장, 근거 조항, 가능한 시작 또는 종료 시각이 담깁니다.',
    who: '할 수 있는 사람',
    anyone: '로그인한 모든 사람',
    field: '항목',
    type: '종류',
    rule: '범위',
    required: '필수',
    optional: '선택',
    answers: '응답',
    parameters: '매개변수',
    body: '본문',
    noBody: '빈 객체입니다.',
    language: '언어',
    document: '프로그램용: OpenAPI 3.1',
    code: '코드',
    meaning: '뜻',
    tags: {
      organisation: '기관',
      plan: '발주계획',
      tender: '입찰',
      bid: '입찰서',
      contract: '계약',
      cases: '사건',
      changes: '변경',
      ocds: '개방 데이터(OCDS)',
      files: '파일',
      drafts: '임시저장',
      webhooks: '웹훅',
      'sign-in': '로그인과 계정',
      deployment: '이 시스템',
      sandbox: '연습 환경',
    },
  },
}

const escaped = (text: string): string => text.replace(/[&<>"']/g, (sign) => `&#${sign.charCodeAt(0)};`)

/** One row of a body: where a field stands, what it is, and its bounds. */
export interface FieldRow {
  readonly path: string
  readonly type: string
  readonly bounds: string
  readonly required: boolean
}

const deepest = 8

/** The fields of a schema as rows, references followed. */
export function fieldsOf(schema: JsonSchema, components: Readonly<Record<string, JsonSchema>>): readonly FieldRow[] {
  const rows: FieldRow[] = []
  const follow = (given: JsonSchema): JsonSchema => {
    const name = typeof given.$ref === 'string' ? given.$ref.split('/').at(-1) : undefined
    return name ? follow(components[name] ?? {}) : given
  }
  const visit = (given: JsonSchema, path: string, required: boolean, depth: number): void => {
    const followed = follow(given)
    const options = (followed.anyOf ?? followed.oneOf) as readonly JsonSchema[] | undefined
    const open = options?.map(follow).filter((each) => each.type !== 'null') ?? [followed]
    const nullable = options !== undefined && open.length < options.length
    if (path)
      rows.push({
        path,
        type: `${open.map(typeOf).join(' | ')}${nullable ? ' | null' : ''}`,
        bounds: open.map(boundsOf).filter(Boolean).join('; '),
        required,
      })
    if (depth >= deepest) return
    for (const each of open) {
      if (each.type === 'array' && each.items) visitInside(follow(each.items as JsonSchema), `${path}[]`, depth)
      else visitInside(each, path, depth)
    }
  }
  const visitInside = (given: JsonSchema, path: string, depth: number): void => {
    const properties = (given.properties ?? {}) as Readonly<Record<string, JsonSchema>>
    const needed = new Set((given.required ?? []) as readonly string[])
    for (const [name, inner] of Object.entries(properties))
      visit(inner, path ? `${path}.${name}` : name, needed.has(name), depth + 1)
    // A table by key, such as a text by language: the keys it may have stand in braces.
    const keys = (given.propertyNames as { enum?: readonly string[] } | undefined)?.enum
    if (keys && typeof given.additionalProperties === 'object' && given.additionalProperties !== null)
      visit(given.additionalProperties as JsonSchema, `${path}.{${keys.join('|')}}`, false, depth + 1)
  }
  visit(schema, '', true, 0)
  return rows
}

const typeOf = (schema: JsonSchema): string => {
  if ('const' in schema) return JSON.stringify(schema.const)
  if (Array.isArray(schema.enum)) return schema.enum.map((each) => JSON.stringify(each)).join(' | ')
  if (schema.type === 'array') return 'array'
  return typeof schema.type === 'string' ? schema.type : 'any'
}

const boundsOf = (schema: JsonSchema): string => {
  const { minLength, maxLength, minimum, maximum, minItems, maxItems, pattern, format } = schema as Record<
    string,
    number | string | undefined
  >
  const between = (least?: number | string, most?: number | string) =>
    least === undefined && most === undefined ? '' : `${least ?? ''}…${most ?? ''}`
  // Limits that only say "a safe integer" tell a reader nothing.
  const told = (limit?: number | string) =>
    typeof limit === 'number' && Math.abs(limit) >= Number.MAX_SAFE_INTEGER ? undefined : limit
  return [
    between(minLength, maxLength),
    between(told(minimum), told(maximum)),
    between(minItems, maxItems),
    format ?? '',
    pattern ?? '',
  ]
    .filter(Boolean)
    .join(', ')
}

/** The page in a language. */
export function referencePage(description: OpenApi, language: ScreenLanguage): string {
  const said = words[language]
  const entries = Object.entries(description.paths).flatMap(([path, methods]) =>
    Object.entries(methods).map(([method, operation]) => ({ path, method, operation, act: path.includes('/acts/') })),
  )
  const sections = (acts: boolean) => {
    const tags = [...new Set(entries.filter((each) => each.act === acts).flatMap((each) => each.operation.tags))]
    return tags.map((tag) => ({
      tag,
      entries: entries.filter((each) => each.act === acts && each.operation.tags.includes(tag)),
    }))
  }
  const nav = (acts: boolean) =>
    sections(acts)
      .map(
        ({ tag, entries: inside }) =>
          `<li>${escaped(said.tags[tag] ?? tag)}<ul>${inside.map(({ operation }) => `<li><a href="#${operation.operationId}">${escaped(operation.summary)}</a></li>`).join('')}</ul></li>`,
      )
      .join('')
  const main = (acts: boolean) =>
    sections(acts)
      .map(
        ({ tag, entries: inside }) =>
          `<h3 id="tag-${tag}">${escaped(said.tags[tag] ?? tag)}</h3>${inside.map((each) => operationHtml(each, description, said, language)).join('')}`,
      )
      .join('')
  const codes = (
    (description.components.schemas.Refused?.properties as Record<string, { enum?: readonly string[] }> | undefined)
      ?.code?.enum ?? []
  )
    .map(
      (code) =>
        `<tr><td><code id="refusal-${code}">${code}</code></td><td>${escaped(sentence(language, `refusal.${code}`))}</td></tr>`,
    )
    .join('')
  const switcher = screenLanguages
    .map((each) =>
      each === language
        ? `<strong lang="${each}">${languageNames[each]}</strong>`
        : `<a href="?lang=${each}" lang="${each}" hreflang="${each}">${languageNames[each]}</a>`,
    )
    .join(' · ')
  return `<!doctype html>
<html lang="${language}"><head><meta charset="utf-8"><meta name="viewport" content="width=device-width, initial-scale=1">
<title>${escaped(said.title)}</title><style>${style}</style></head>
<body><header><h1>${escaped(said.title)}</h1><p>${escaped(said.lead)}</p>
<p><a href="/api/openapi.json">${escaped(said.document)}</a></p><nav aria-label="${escaped(said.language)}">${switcher}</nav></header>
<nav class="contents" aria-label="${escaped(said.acts)}"><h2>${escaped(said.acts)}</h2><ul>${nav(true)}</ul><h2>${escaped(said.reading)}</h2><ul>${nav(false)}</ul></nav>
<main><h2 id="authentication">${escaped(said.authentication)}</h2><p>${escaped(said.authenticationLead)}</p>
<h2 id="acts">${escaped(said.acts)}</h2>${main(true)}<h2 id="reading">${escaped(said.reading)}</h2>${main(false)}
<h2 id="refusals">${escaped(said.refusals)}</h2><p>${escaped(said.refusalsLead)}</p>
<div class="wide"><table><thead><tr><th scope="col">${escaped(said.code)}</th><th scope="col">${escaped(said.meaning)}</th></tr></thead><tbody>${codes}</tbody></table></div></main></body></html>
`
}

function operationHtml(
  { path, method, operation, act }: { path: string; method: string; operation: Operation; act: boolean },
  description: OpenApi,
  said: PageWords,
  language: ScreenLanguage,
): string {
  const { schemas } = description.components
  const body = Object.entries(operation.requestBody?.content ?? {})[0]
  const rows = body ? fieldsOf(body[1].schema, schemas) : []
  const roles = operation['x-roles'] ?? []
  const who = act ? roles.map((role) => sentence(language, `role.${role}`)).join(', ') || said.anyone : ''
  const head = [said.field, said.type, said.rule].map((each) => `<th scope="col">${escaped(each)}</th>`).join('')
  const line = ({ path: field, type, bounds, required }: FieldRow) =>
    `<tr><th scope="row"><code>${escaped(field).replaceAll('.', '.<wbr>')}</code></th><td>${escaped(type)}<br><small>${escaped(required ? said.required : said.optional)}</small></td><td><code>${escaped(bounds)}</code></td></tr>`
  const table = (fields: readonly FieldRow[]) =>
    `<div class="wide" tabindex="0"><table><thead><tr>${head}</tr></thead><tbody>${fields.map(line).join('')}</tbody></table></div>`
  const parameters = (operation.parameters ?? []).filter(
    (each) => !(act && (each.name === 'case' || each.in === 'header')),
  )
  const parameterRows = parameters.map(
    (each): FieldRow => ({
      path: each.name,
      type: `${typeOf(each.schema)} (${each.in})`,
      bounds: boundsOf(each.schema),
      required: each.required === true,
    }),
  )
  const answers = Object.keys(operation.responses).map((status) => `<code>${status}</code>`)
  return `<section id="${operation.operationId}"><h4>${escaped(operation.summary)}</h4>
<p class="call"><span class="method">${method.toUpperCase()}</span> <code>${escaped(path)}</code></p>
${who ? `<p>${escaped(said.who)}: ${escaped(who)}</p>` : ''}
${parameterRows.length > 0 ? `<h5>${escaped(said.parameters)}</h5>${table(parameterRows)}` : ''}
${body ? `<h5>${escaped(said.body)}${body[0] === 'application/json' ? '' : ` <code>${escaped(body[0])}</code>`}</h5>${rows.length > 0 ? table(rows) : body[0] === 'application/json' ? `<p>${escaped(said.noBody)}</p>` : ''}` : ''}
<p>${escaped(said.answers)}: ${answers.join(' ')}</p></section>`
}

const style = `
:root{color-scheme:light dark;--line:#8885;--ink:#1b1f24;--paper:#fff;--soft:#f3f5f7;--link:#0b57a4}
@media (prefers-color-scheme:dark){:root{--ink:#e6e9ec;--paper:#14171a;--soft:#1e2327;--link:#8ab8ea}}
*{box-sizing:border-box}body{margin:0;padding:1.5rem;font:1rem/1.55 system-ui,"Noto Sans",sans-serif;color:var(--ink);background:var(--paper);max-width:75rem}
a{color:var(--link)}a:focus-visible{outline:3px solid var(--link);outline-offset:2px}
h1{margin:0 0 .5rem}h2{margin-top:2.5rem;border-bottom:2px solid var(--line)}h3{margin-top:2rem}section{border-top:1px solid var(--line);padding-top:.5rem;margin-top:1.5rem}
section h4{margin:.3rem 0}h5{margin:.8rem 0 .3rem}code{font-family:ui-monospace,monospace;font-size:.9em;overflow-wrap:anywhere}
.call{background:var(--soft);padding:.4rem .6rem}.method{font-weight:700}
.wide{overflow-x:auto}table{border-collapse:collapse;width:100%;font-size:.92rem}th,td{text-align:left;vertical-align:top;padding:.3rem .6rem;border-bottom:1px solid var(--line)}
th[scope=row]{font-weight:400}th[scope=row] code{overflow-wrap:normal}td:nth-child(2){min-width:10rem}
nav.contents ul{margin:.2rem 0;padding-left:1.2rem}
@media print{nav.contents{display:none}}`

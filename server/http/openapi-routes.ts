// Every route of the API that is not an act: what it takes, what it answers, and what it is for in each language of the interface.
import { approvalSchema } from '@naru/domain/log/facts.ts'
import { z } from 'zod'
import { searchFields } from '../read/search.ts'
import { announcedSchema } from './attachments.ts'
import { draftSchema } from './drafts.ts'
import { attemptReportSchema } from '@naru/domain/tender/attempts.ts'
import { holderKeySchema } from './holder-keys.ts'
import { sentFinding } from './outages.ts'
import type { ScreenLanguage } from './screens.ts'
import { handleSchema, secondLookSchema } from './second-device.ts'
import { pauseSchema, replaySchema, subscribeSchema } from './webhooks.ts'

type Said = Readonly<Record<ScreenLanguage, string>>
/** A JSON Schema (2020-12), as OpenAPI 3.1 takes it. */
export type JsonSchema = Readonly<Record<string, unknown>>

/** Something a route takes in its address or its headers. */
export interface Parameter {
  readonly name: string
  readonly in: 'path' | 'query' | 'header'
  readonly schema: JsonSchema
  readonly required?: boolean
}

/** One route. `answers` are its successes by status; `faults` the statuses of refusals it can give. */
export interface Route {
  readonly method: 'get' | 'post' | 'put' | 'patch' | 'delete' | 'head' | 'options'
  readonly path: string
  readonly tag: RouteTag
  readonly says: Said
  readonly parameters?: readonly Parameter[]
  readonly body?: { readonly type: string; readonly schema: JsonSchema }
  readonly answers: Readonly<
    Record<
      number,
      {
        readonly says: string
        readonly type?: string
        readonly schema?: JsonSchema
        readonly headers?: readonly string[]
      }
    >
  >
  readonly faults?: readonly number[]
  readonly signedIn?: boolean
  readonly sandbox?: boolean
}

export const routeTags = [
  'cases',
  'changes',
  'ocds',
  'files',
  'drafts',
  'webhooks',
  'sign-in',
  'deployment',
  'sandbox',
] as const
export type RouteTag = (typeof routeTags)[number]

const text: JsonSchema = { type: 'string' }
const whole: JsonSchema = { type: 'integer' }
const yes: JsonSchema = { type: 'boolean' }
const instant: JsonSchema = { type: 'string', format: 'date-time' }
const id: JsonSchema = { type: 'string', format: 'uuid' }
const sha256: JsonSchema = { type: 'string', pattern: '^[0-9a-f]{64}$' }
const hash: JsonSchema = { type: 'string', contentEncoding: 'base64', description: '32 bytes' }
const orNull = (schema: JsonSchema): JsonSchema => ({ anyOf: [schema, { type: 'null' }] })
const list = (items: JsonSchema): JsonSchema => ({ type: 'array', items })
const all = (properties: Readonly<Record<string, JsonSchema>>): JsonSchema => ({
  type: 'object',
  properties,
  required: Object.keys(properties),
})
const ref = (name: string): JsonSchema => ({ $ref: `#/components/schemas/${name}` })
const any: JsonSchema = {}

export const jsonSchemaOf = (schema: z.ZodType): JsonSchema => {
  const { $schema: _, ...made } = z.toJSONSchema(schema, { io: 'input', unrepresentable: 'any', reused: 'inline' })
  return made
}

const inPath = (name: string, schema: JsonSchema = id): Parameter => ({ name, in: 'path', schema, required: true })
const inQuery = (name: string, schema: JsonSchema): Parameter => ({ name, in: 'query', schema })
const inHeader = (name: string, schema: JsonSchema, required = true): Parameter => ({
  name,
  in: 'header',
  schema,
  required,
})
const tusVersion = inHeader('Tus-Resumable', { const: '1.0.0' })

/** Shapes that several routes answer. */
export const routeSchemas: Readonly<Record<string, JsonSchema>> = {
  CaseView: {
    type: 'object',
    description:
      'A case as this reader may see it: state, schedule, and what the reader may do now, until when, or why not.',
    properties: {
      kind: { enum: ['tender', 'plan'] },
      caseId: id,
      now: instant,
      standing: { enum: ['public', 'bidder', 'holder', 'evaluator', 'buyer'] },
      tender: { type: 'object' },
      plan: { type: 'object' },
      contracts: list({ type: 'object' }),
      ownBid: orNull({ type: 'object' }),
      schedule: list(ref('ScheduleLine')),
      may: list(ref('May')),
      assumed: list(text),
      earliest: orNull(all({ at: instant, because: { type: 'object' } })),
      names: { type: 'object' },
      log: all({ newest: orNull(whole), facts: list(ref('CaseFact')) }),
    },
    required: ['kind', 'caseId', 'now', 'may', 'names', 'log'],
  },
  ScheduleLine: all({
    moment: text,
    at: orNull(instant),
    state: { enum: ['done', 'due', 'expected'] },
    basis: orNull(ref('Basis')),
    round: whole,
  }),
  May: {
    oneOf: [
      all({ act: text, open: { const: true }, until: orNull(instant) }),
      all({ act: text, open: { const: false }, why: { type: 'object' } }),
    ],
  },
  CaseFact: all({ index: orNull(whole), stream: text, seq: whole, type: text, at: instant, hash }),
  FeedItem: all({ index: whole, caseId: id, type: text, at: instant, hash, body: any }),
  Feed: all({ log: text, items: list(ref('FeedItem')), cursor: whole }),
  SearchResult: all({
    total: whole,
    page: whole,
    pages: whole,
    dropped: list(text),
    rows: list({
      type: 'object',
      properties: {
        caseId: text,
        source: text,
        ocid: text,
        number: orNull(text),
        title: { type: 'object', additionalProperties: text },
        buyer: text,
        buyerId: orNull(text),
        status: text,
        category: orNull(text),
        method: orNull(text),
        classification: orNull(text),
        value: orNull(text),
        currency: orNull(text),
        publishedAt: orNull(instant),
        deadline: orNull(instant),
        supplier: orNull(text),
      },
      required: ['caseId', 'ocid', 'title', 'status'],
    }),
  }),
  UploadState: all({
    id,
    name: text,
    size: whole,
    received: whole,
    sha256: orNull(sha256),
    mediaType: text,
    scan: { enum: ['not-scanned', 'clean', 'infected'] },
    complete: yes,
    sentence: text,
  }),
  AttachmentUpload: all({
    id,
    hdr: text,
    len: whole,
    segs: whole,
    received: whole,
    have: { type: 'object', additionalProperties: hash },
    submitted: yes,
    created: instant,
  }),
  OpenedAttachment: all({
    index: whole,
    cls: text,
    j: whole,
    bid: id,
    name: text,
    mime: text,
    size: whole,
    file: { type: 'object' },
    state: { enum: ['waiting', 'clean', 'infected', 'unreadable'] },
  }),
  Draft: {
    type: 'object',
    properties: { id, kind: text, case: orNull(id), version: whole, body: any, updated: instant, person: id },
    required: ['id', 'kind', 'case', 'version', 'updated', 'person'],
  },
  Webhook: all({
    id,
    address: text,
    cursor: whole,
    paused: yes,
    failures: whole,
    lastError: orNull(text),
    nextTry: instant,
    delivered: orNull(instant),
    created: instant,
  }),
}

const search: readonly Parameter[] = Object.entries(searchFields).map(([name, schema]) =>
  inQuery(name, jsonSchemaOf(schema)),
)
const json = (says: string, schema: JsonSchema, headers?: readonly string[]) => ({
  says,
  type: 'application/json',
  schema,
  ...(headers && { headers }),
})

export const routes: readonly Route[] = [
  {
    method: 'get',
    path: '/api/cases',
    tag: 'cases',
    says: {
      en: 'Search published procurements',
      ru: 'Поиск опубликованных закупок',
      ky: 'Жарыяланган сатып алууларды издөө',
      ko: '공개된 조달 검색',
    },
    parameters: search,
    answers: { 200: json('One page of the list', ref('SearchResult')) },
  },
  {
    method: 'get',
    path: '/api/cases.csv',
    tag: 'cases',
    says: {
      en: 'The same search as a table',
      ru: 'Тот же поиск в виде таблицы',
      ky: 'Ошол эле издөө таблица түрүндө',
      ko: '같은 검색 결과를 표로 받기',
    },
    parameters: [...search.filter((each) => each.name !== 'page'), inQuery('language', text)],
    answers: {
      200: { says: 'CSV (RFC 4180) with a head', type: 'text/csv', schema: text, headers: ['X-Total-Count'] },
    },
  },
  {
    method: 'get',
    path: '/api/cases/{case}',
    tag: 'cases',
    says: {
      en: 'Read a case, and what you may do with it',
      ru: 'Дело и доступные вам действия',
      ky: 'Иш жана сиз жасай ала турган аракеттер',
      ko: '사건과 할 수 있는 행위 조회',
    },
    parameters: [inPath('case')],
    answers: { 200: json('The case for this reader', ref('CaseView'), ['ETag']) },
    faults: [404],
  },
  {
    method: 'get',
    path: '/api/cases/{case}/history',
    tag: 'cases',
    says: {
      en: 'Public facts of a case with their log indexes',
      ru: 'Открытые факты дела с номерами в журнале',
      ky: 'Иштин ачык фактылары журналдагы номерлери менен',
      ko: '사건의 공개 사실과 기록 번호',
    },
    parameters: [inPath('case')],
    answers: { 200: json('Facts, oldest first', ref('Feed')) },
  },
  {
    method: 'get',
    path: '/api/cases/{case}/facts',
    tag: 'cases',
    says: {
      en: 'Hashes and log indexes of a case’s public facts',
      ru: 'Хеши и номера открытых фактов дела',
      ky: 'Иштин ачык фактыларынын хештери жана номерлери',
      ko: '공개 사실의 해시와 기록 번호',
    },
    parameters: [inPath('case')],
    answers: { 200: json('Facts without their bodies', all({ newest: orNull(whole), facts: list(ref('CaseFact')) })) },
  },
  {
    method: 'get',
    path: '/api/cases/{case}/bundle.zip',
    tag: 'cases',
    says: {
      en: 'The audit bundle: everything public that is needed to check the tender without a connection',
      ru: 'Проверочный пакет: все открытые данные для проверки закупки без подключения к сети',
      ky: 'Текшерүү пакети: сатып алууну тармаксыз текшерүү үчүн бардык ачык маалыматтар',
      ko: '감사 묶음: 연결 없이 입찰을 검증하는 데 필요한 모든 공개 자료',
    },
    parameters: [inPath('case')],
    answers: {
      200: {
        says: 'A ZIP as described in docs/audit-bundle.md',
        type: 'application/zip',
        schema: { type: 'string', format: 'binary' },
        headers: ['ETag', 'Content-Disposition'],
      },
      304: { says: 'You have it already' },
    },
    faults: [404],
  },
  {
    method: 'get',
    path: '/api/cases/{case}/documents',
    tag: 'cases',
    says: {
      en: 'Documents made from a case’s public facts',
      ru: 'Документы, составленные по открытым фактам дела',
      ky: 'Иштин ачык фактылары боюнча түзүлгөн документтер',
      ko: '공개 사실로 작성된 문서 목록',
    },
    parameters: [inPath('case')],
    answers: { 200: json('The documents with their hashes', all({ documents: list({ type: 'object' }) })) },
  },
  {
    method: 'get',
    path: '/api/cases/{case}/documents/{id}',
    tag: 'cases',
    says: {
      en: 'One of these documents as PDF',
      ru: 'Один из этих документов в PDF',
      ky: 'Бул документтердин бири PDF түрүндө',
      ko: '문서 한 건(PDF)',
    },
    parameters: [inPath('case'), inPath('id', text)],
    answers: {
      200: {
        says: 'The bytes that were made once',
        type: 'application/pdf',
        schema: { type: 'string', format: 'binary' },
        headers: ['ETag', 'Content-Disposition', 'Repr-Digest'],
      },
      304: { says: 'You have it already' },
    },
    faults: [404],
  },
  {
    method: 'get',
    path: '/api/cases/{case}/documents/{id}/signed',
    tag: 'cases',
    says: {
      en: 'The same document with the signatures of its parties (PAdES)',
      ru: 'Тот же документ с подписями сторон (PAdES)',
      ky: 'Ошол эле документ, тараптардын кол тамгалары менен (PAdES)',
      ko: '당사자 서명이 담긴 같은 문서(PAdES)',
    },
    parameters: [inPath('case'), inPath('id', text)],
    answers: {
      200: {
        says: 'The document as it was made, with one incremental update per signature',
        type: 'application/pdf',
        schema: { type: 'string', format: 'binary' },
        headers: ['ETag', 'Content-Disposition'],
      },
    },
    faults: [404],
  },
  {
    method: 'post',
    path: '/api/cases/{case}/documents/{id}/signatures',
    tag: 'cases',
    says: {
      en: 'Puts your organisation’s signature under a document: the newest form with one signature more',
      ru: 'Ставит подпись вашей организации под документом: новейший вид с ещё одной подписью',
      ky: 'Документке уюмуңуздун кол тамгасын коёт: эң жаңы түрү жана дагы бир кол тамга',
      ko: '문서에 소속 기관의 서명 추가(최신본에 서명 한 건을 더한 것)',
    },
    parameters: [inPath('case'), inPath('id', text)],
    body: { type: 'application/json', schema: all({ pdf: { type: 'string', contentEncoding: 'base64' } }) },
    answers: { 201: json('Kept, with a time-stamp', all({ signatures: whole, sha256 })) },
    faults: [401, 403, 404, 409, 422],
    signedIn: true,
  },
  {
    method: 'get',
    path: '/api/cases/{case}/bid',
    tag: 'cases',
    says: {
      en: 'Your organisation’s own bid: its chain of sealed versions',
      ru: 'Заявка вашей организации: цепочка запечатанных версий',
      ky: 'Уюмуңуздун табыштамасы: мөөрлөнгөн версиялардын чынжыры',
      ko: '귀 업체의 입찰서: 봉인된 판의 연결',
    },
    parameters: [inPath('case')],
    answers: { 200: json('The bid without what is sealed in it', { type: 'object' }) },
    faults: [404],
    signedIn: true,
  },
  ...(['post', 'get'] as const).map(
    (method): Route => ({
      method,
      path: '/api/cases/{case}/bid/second-device',
      tag: 'cases',
      says:
        method === 'post'
          ? {
              en: 'Opens a window of 30 minutes and three looks in which a second device may fetch the sealed bytes of one version of your bid',
              ru: 'Открывает окно на 30 минут и три просмотра, в которое второе устройство может получить запечатанные данные версии вашей заявки',
              ky: 'Экинчи түзмөк табыштамаңыздын версиясынын мөөрлөнгөн маалыматын ала турган 30 мүнөттүк, үч көрүүлүк терезени ачат',
              ko: '두 번째 기기가 입찰서 한 판의 봉인 자료를 받을 수 있는 30분·3회의 확인 시간 열기',
            }
          : {
              en: 'How this window stands, and when anyone looked',
              ru: 'Состояние этого окна и время просмотров',
              ky: 'Бул терезенин абалы жана качан каралганы',
              ko: '확인 시간의 상태와 열람 시각',
            },
      parameters: [
        inPath('case'),
        ...(method === 'get' ? [{ name: 'm', in: 'query', schema: hash, required: true } as const] : []),
      ],
      ...(method === 'post' && { body: { type: 'application/json', schema: jsonSchemaOf(secondLookSchema) } }),
      answers: {
        200: json('The window', all({ index: whole, until: instant, remaining: whole, looks: list(instant) })),
        ...(method === 'get' ? { 204: { says: 'None was ever opened' } } : {}),
      } as Route['answers'],
      faults: [404],
      signedIn: true,
    }),
  ),
  {
    method: 'post',
    path: '/api/cases/{case}/sealed',
    tag: 'cases',
    says: {
      en: 'The sealed bytes of one version of a bid, for a second device that can name its M and leafSalt, within the window its bidder opened',
      ru: 'Запечатанные данные версии заявки для второго устройства, которое знает её M и leafSalt, в окно, открытое участником',
      ky: 'Катышуучу ачкан терезеде, M жана leafSalt маанилерин билген экинчи түзмөк үчүн табыштаманын версиясынын мөөрлөнгөн маалыматы',
      ko: '입찰자가 연 확인 시간 안에 M과 leafSalt를 아는 두 번째 기기를 위한 입찰서 한 판의 봉인 자료',
    },
    parameters: [inPath('case')],
    body: { type: 'application/json', schema: jsonSchemaOf(handleSchema) },
    answers: {
      200: json(
        'Manifest, headers and ciphertexts, the operator’s signed word on how the version stands, the proof (null while it waits), looks that remain',
        all({
          manifest: { type: 'object' },
          envelopes: list({ type: 'object' }),
          standing: { type: 'object' },
          proof: orNull(text),
          remaining: whole,
        }),
      ),
    },
    faults: [404, 410, 429],
  },
  {
    method: 'get',
    path: '/api/cases/{case}/bid/receipt',
    tag: 'cases',
    says: {
      en: 'Receipt of one version of your bid: proof, cosignatures, promise, time-stamp (C2SP tlog-proof)',
      ru: 'Квитанция версии вашей заявки: доказательство, подписи свидетелей, обещание, метка времени (C2SP tlog-proof)',
      ky: 'Табыштамаңыздын версиясынын дүмүрчөгү: далил, күбөлөрдүн колтамгалары, убада, убакыт белгиси (C2SP tlog-proof)',
      ko: '입찰서 한 판의 접수증: 증명, 증인 공동서명, 약속, 시점확인(C2SP tlog-proof)',
    },
    parameters: [inPath('case'), { name: 'm', in: 'query', schema: hash, required: true }],
    answers: {
      200: { says: 'The proof file', type: 'text/plain' },
      202: json('It waits for its place, its time-stamp or the witnesses', {
        type: 'object',
        properties: { state: { const: 'waiting' }, for: { enum: ['place', 'time-stamp', 'witnesses'] } },
        required: ['state', 'for'],
      }),
    },
    faults: [404],
    signedIn: true,
  },
  {
    method: 'get',
    path: '/api/law',
    tag: 'deployment',
    says: {
      en: 'Values of the law that could not be read, those that legal officers confirmed, and who may confirm',
      ru: 'Значения закона, которые не удалось прочитать, подтверждённые юристами, и кто может подтверждать',
      ky: 'Мыйзамдын окулбаган маанилери, юристтер ырастагандары жана ким ырастай алат',
      ko: '확인하지 못한 법적 수치, 법무담당자가 확인한 수치와 확인 권한자',
    },
    answers: { 200: json('The case of the law, its officers, confirmations and what is left', { type: 'object' }) },
  },
  {
    method: 'get',
    path: '/api/trust',
    tag: 'deployment',
    says: {
      en: 'The trust list in force: roots, promise keys, policy of witnesses, time-stamp authorities',
      ru: 'Действующий список доверия: корни, ключи обещаний, правило свидетелей, службы меток времени',
      ky: 'Күчүндөгү ишеним тизмеси: тамырлар, убада ачкычтары, күбөлөр эрежеси, убакыт кызматтары',
      ko: '시행 중인 신뢰 목록: 루트, 약속 키, 증인 정책, 시점확인기관',
    },
    answers: { 200: json('The object of the newest entry of kind 10', { type: 'object' }) },
    faults: [404],
  },
  {
    method: 'post',
    path: '/api/client-approvals',
    tag: 'deployment',
    says: {
      en: 'A listed approver approves, signed, a release of the sealing client',
      ru: 'Организация из списка одобряет с подписью выпуск клиента запечатывания',
      ky: 'Тизмедеги уюм мөөрлөө клиентинин чыгарылышын кол коюп бекитет',
      ko: '등록된 승인 기관의 봉인 클라이언트 배포본 서명 승인',
    },
    body: { type: 'application/json', schema: z.toJSONSchema(approvalSchema) as JsonSchema },
    answers: { 202: json('Taken; whether the release is listed now', all({ listed: yes })) },
    faults: [401, 422],
  },
  {
    method: 'get',
    path: '/api/cases/{case}/box',
    tag: 'cases',
    says: {
      en: 'The closed box, for its key holders',
      ru: 'Закрытый набор заявок для хранителей ключей',
      ky: 'Ачкыч сактоочулар үчүн жабылган табыштамалар',
      ko: '키 보유자를 위한 마감된 입찰함',
    },
    parameters: [inPath('case')],
    answers: { 200: json('What has to be decrypted', { type: 'object' }) },
    faults: [403, 404, 409],
    signedIn: true,
  },
  {
    method: 'get',
    path: '/api/cases/{case}/attempts',
    tag: 'cases',
    says: {
      en: 'The report of attempts on the sealed bids, which each key holder sees before the opening',
      ru: 'Отчёт о попытках доступа к запечатанным заявкам, который каждый хранитель ключа видит до вскрытия',
      ky: 'Мөөрлөнгөн табыштамаларга кирүү аракеттери жөнүндө отчёт, аны ар бир ачкыч сактоочу ачуунун алдында көрөт',
      ko: '봉인된 입찰에 대한 접근 시도 보고서. 각 키 보유자가 개찰 전에 확인합니다',
    },
    parameters: [inPath('case')],
    answers: {
      200: json(
        'The report, and its hash for the act attend-opening; no bidder is named',
        all({ report: jsonSchemaOf(attemptReportSchema), hash: { type: 'string' } }),
      ),
    },
    faults: [403, 404, 409],
    signedIn: true,
  },
  {
    method: 'get',
    path: '/api/cases/{case}/rehearsal',
    tag: 'cases',
    says: {
      en: 'The probes that each key holder opens before the notice appears',
      ru: 'Пробные конверты, которые хранители ключей вскрывают до публикации объявления',
      ky: 'Кулактандыруу чыкканга чейин ачкыч сактоочулар ача турган сыноо конверттери',
      ko: '공고 전에 각 키 보유자가 여는 시험 봉투',
    },
    parameters: [inPath('case')],
    answers: { 200: json('One probe for each round', all({ probes: list({ type: 'object' }) })) },
    faults: [403, 404, 409],
    signedIn: true,
  },
  {
    method: 'get',
    path: '/api/cases/{case}/holder-key',
    tag: 'cases',
    says: {
      en: 'How you keep your keys of a tender, wrapped by your passkey or in your own file',
      ru: 'Как вы храните свои ключи закупки: под ключом доступа или в своём файле',
      ky: 'Сатып алуунун ачкычтарын кантип сактайсыз: кирүү ачкычы менен же өз файлыңызда',
      ko: '입찰 키의 보관 방법: 패스키로 감싸거나 본인 파일',
    },
    parameters: [inPath('case')],
    answers: { 200: json('Nothing in it opens anything without the passkey', jsonSchemaOf(holderKeySchema)) },
    faults: [401, 404],
    signedIn: true,
  },
  {
    method: 'put',
    path: '/api/cases/{case}/holder-key',
    tag: 'cases',
    says: {
      en: 'Keep your wrapped keys before you deposit the public ones',
      ru: 'Сохранить обёрнутые ключи перед сдачей открытых',
      ky: 'Ачык ачкычтарды тапшырганга чейин оролгон ачкычтарды сактоо',
      ko: '공개키를 등록하기 전에 감싼 키 보관',
    },
    parameters: [inPath('case')],
    body: { type: 'application/json', schema: jsonSchemaOf(holderKeySchema) },
    answers: { 204: { says: 'Kept; written over only before the deposit' } },
    faults: [401, 403, 404, 409, 413, 422],
    signedIn: true,
  },
  {
    method: 'delete',
    path: '/api/cases/{case}/holder-key',
    tag: 'cases',
    says: {
      en: 'Destroy your wrapped keys once the tender is awarded or cancelled',
      ru: 'Уничтожить обёрнутые ключи после присуждения или отмены',
      ky: 'Ыйгарылгандан же жокко чыгарылгандан кийин оролгон ачкычтарды жок кылуу',
      ko: '낙찰 또는 취소 후 감싼 키 폐기',
    },
    parameters: [inPath('case')],
    answers: { 204: { says: 'Gone for good' } },
    faults: [401, 403, 404, 409],
    signedIn: true,
  },
  {
    method: 'get',
    path: '/api/duties',
    tag: 'cases',
    says: {
      en: 'Tenders that wait for a key holder’s program',
      ru: 'Закупки, ожидающие действий программы хранителя ключа',
      ky: 'Ачкыч сактоочунун программасын күткөн сатып алуулар',
      ko: '키 보유자 프로그램의 조치를 기다리는 입찰',
    },
    answers: { 200: json('Who asks, and what is due', { type: 'object' }) },
    faults: [403],
    signedIn: true,
  },
  {
    method: 'get',
    path: '/api/feed',
    tag: 'changes',
    says: {
      en: 'Public changes in log order',
      ru: 'Открытые изменения в порядке журнала',
      ky: 'Ачык өзгөрүүлөр журналдын тартибинде',
      ko: '기록 순서대로 공개된 변경',
    },
    parameters: [
      inQuery('after', { type: 'integer', minimum: -1 }),
      inQuery('limit', { type: 'integer', minimum: 1, maximum: 1000 }),
      inQuery('case', id),
    ],
    answers: {
      200: json(
        'Facts after the cursor; `next` leads on',
        { allOf: [ref('Feed'), { type: 'object', properties: { next: orNull(text) } }] },
        ['ETag'],
      ),
      304: { says: 'Nothing new' },
    },
  },
  {
    method: 'get',
    path: '/api/events',
    tag: 'changes',
    says: {
      en: 'Public changes as they happen (server-sent events)',
      ru: 'Открытые изменения по мере появления (server-sent events)',
      ky: 'Ачык өзгөрүүлөр пайда болору менен (server-sent events)',
      ko: '실시간 공개 변경(server-sent events)',
    },
    parameters: [inQuery('case', id), inQuery('after', { type: 'integer', minimum: -1 })],
    answers: {
      200: {
        says: 'Events `fact` with index, case, type and time; after `Last-Event-ID` or `after` first those that were missed',
        type: 'text/event-stream',
        schema: text,
      },
    },
    faults: [503],
  },
  {
    method: 'get',
    path: '/api/ocds/releases',
    tag: 'ocds',
    says: {
      en: 'OCDS releases, page by page',
      ru: 'Релизы OCDS постранично',
      ky: 'OCDS релиздери барактап',
      ko: 'OCDS 릴리스 목록',
    },
    parameters: [
      inQuery('after', { type: 'integer', minimum: 0 }),
      inQuery('limit', { type: 'integer', minimum: 1, maximum: 1000 }),
    ],
    answers: {
      200: json('A release package (OCDS 1.1)', { type: 'object' }),
      204: { says: 'Nothing after the cursor yet' },
    },
    faults: [422],
  },
  {
    method: 'get',
    path: '/api/ocds/releases/{ocid}',
    tag: 'ocds',
    says: {
      en: 'All releases of one process',
      ru: 'Все релизы одного процесса',
      ky: 'Бир процесстин бардык релиздери',
      ko: '한 절차의 모든 릴리스',
    },
    parameters: [inPath('ocid', text)],
    answers: { 200: json('A release package (OCDS 1.1)', { type: 'object' }) },
    faults: [404],
  },
  {
    method: 'get',
    path: '/api/ocds/records/{ocid}',
    tag: 'ocds',
    says: {
      en: 'The record of one process',
      ru: 'Запись одного процесса',
      ky: 'Бир процесстин жазуусу',
      ko: '한 절차의 레코드',
    },
    parameters: [inPath('ocid', text)],
    answers: { 200: json('A record package (OCDS 1.1)', { type: 'object' }) },
    faults: [404],
  },
  {
    method: 'post',
    path: '/api/cases/{case}/attachments',
    tag: 'files',
    says: {
      en: 'Begin to send an encrypted attachment of a bid',
      ru: 'Начать отправку зашифрованного приложения к заявке',
      ky: 'Табыштаманын шифрленген тиркемесин жөнөтүүнү баштоо',
      ko: '암호화된 입찰 첨부파일 전송 시작',
    },
    parameters: [inPath('case')],
    body: { type: 'application/json', schema: jsonSchemaOf(announcedSchema) },
    answers: { 201: json('The upload and what has arrived of it', ref('AttachmentUpload')) },
    faults: [401, 403, 404, 409, 413, 422],
    signedIn: true,
  },
  {
    method: 'get',
    path: '/api/cases/{case}/attachments',
    tag: 'files',
    says: {
      en: 'Attachments of opened bids that you may see',
      ru: 'Доступные вам приложения вскрытых заявок',
      ky: 'Сизге ачык табыштамалардын тиркемелери',
      ko: '열람할 수 있는 개찰된 입찰의 첨부파일',
    },
    parameters: [inPath('case')],
    answers: { 200: json('By log index, class and place', all({ attachments: list(ref('OpenedAttachment')) })) },
  },
  {
    method: 'get',
    path: '/api/cases/{case}/attachments/{index}/{class}/{place}',
    tag: 'files',
    says: {
      en: 'One of these attachments with the leaves of its segments',
      ru: 'Приложение с листьями дерева его частей',
      ky: 'Тиркеме жана анын бөлүктөрүнүн жалбырактары',
      ko: '첨부파일 한 건과 구간별 해시',
    },
    parameters: [inPath('case'), inPath('index', whole), inPath('class', text), inPath('place', whole)],
    answers: { 200: json('With leaf hashes in base64', { type: 'object' }) },
    faults: [404],
  },
  {
    method: 'get',
    path: '/api/cases/{case}/attachments/{index}/{class}/{place}/segments/{s}',
    tag: 'files',
    says: {
      en: 'An encrypted segment as it came in, with its proof',
      ru: 'Зашифрованная часть в полученном виде с доказательством',
      ky: 'Шифрленген бөлүк келген калыбында, далили менен',
      ko: '접수된 그대로의 암호화 구간과 증명',
    },
    parameters: [
      inPath('case'),
      inPath('index', whole),
      inPath('class', text),
      inPath('place', whole),
      inPath('s', whole),
    ],
    answers: {
      200: {
        says: 'The bytes; Segment-Proof leads to the root in the header',
        type: 'application/octet-stream',
        schema: { type: 'string', format: 'binary' },
        headers: ['Segment-Proof'],
      },
    },
    faults: [404],
  },
  {
    method: 'get',
    path: '/api/cases/{case}/attachments/{index}/{class}/{place}/content',
    tag: 'files',
    says: {
      en: 'An attachment decrypted, once its scan found it clean',
      ru: 'Расшифрованное приложение после проверки на вирусы',
      ky: 'Вирустарга текшерилгенден кийинки ачылган тиркеме',
      ko: '악성코드 검사를 통과한 첨부파일의 복호화본',
    },
    parameters: [inPath('case'), inPath('index', whole), inPath('class', text), inPath('place', whole)],
    answers: {
      200: {
        says: 'The file',
        type: 'application/octet-stream',
        schema: { type: 'string', format: 'binary' },
        headers: ['Content-Disposition'],
      },
    },
    faults: [404, 409],
  },
  {
    method: 'get',
    path: '/api/uploads/{id}/segments',
    tag: 'files',
    says: {
      en: 'What has arrived of an attachment',
      ru: 'Какие части приложения поступили',
      ky: 'Тиркеменин кайсы бөлүктөрү келди',
      ko: '도착한 첨부파일 구간 조회',
    },
    parameters: [inPath('id')],
    answers: { 200: json('Leaves by number of the segment', ref('AttachmentUpload')) },
    faults: [401, 404],
    signedIn: true,
  },
  {
    method: 'delete',
    path: '/api/uploads/{id}/segments',
    tag: 'files',
    says: {
      en: 'Give up an attachment that no bid names',
      ru: 'Отказаться от приложения, не вошедшего в заявку',
      ky: 'Табыштамага кирбеген тиркемеден баш тартуу',
      ko: '입찰서에 포함되지 않은 첨부파일 취소',
    },
    parameters: [inPath('id')],
    answers: { 204: { says: 'Gone; what happened to it stays recorded' } },
    faults: [401, 404],
    signedIn: true,
  },
  {
    method: 'put',
    path: '/api/uploads/{id}/segments/{s}',
    tag: 'files',
    says: {
      en: 'Send an encrypted segment',
      ru: 'Отправить зашифрованную часть',
      ky: 'Шифрленген бөлүктү жөнөтүү',
      ko: '암호화된 구간 전송',
    },
    parameters: [inPath('id'), inPath('s', whole), inHeader('Segment-Hash', hash)],
    body: { type: 'application/octet-stream', schema: { type: 'string', format: 'binary' } },
    answers: { 204: { says: 'Stored, and hashed to what was said' } },
    faults: [401, 404, 409, 413, 422],
    signedIn: true,
  },
  {
    method: 'delete',
    path: '/api/uploads/{id}/segments/{s}',
    tag: 'files',
    says: {
      en: 'Take back a segment, to send it with other bytes',
      ru: 'Отозвать часть, чтобы отправить её заново',
      ky: 'Бөлүктү кайра жөнөтүү үчүн алып салуу',
      ko: '구간을 회수하여 다시 전송',
    },
    parameters: [inPath('id'), inPath('s', whole)],
    answers: { 204: { says: 'Taken back' } },
    faults: [401, 404],
    signedIn: true,
  },
  {
    method: 'get',
    path: '/api/uploads/{id}/progress',
    tag: 'files',
    says: {
      en: 'Every attempt to send an attachment, signed by the operator',
      ru: 'Все попытки отправки приложения с подписью оператора',
      ky: 'Тиркемени жөнөтүүнүн бардык аракеттери оператордун колу менен',
      ko: '첨부파일 전송 시도 전체(운영자 서명)',
    },
    parameters: [inPath('id')],
    answers: { 200: json('A body and its Ed25519 signature', all({ body: { type: 'object' }, sig: text })) },
    faults: [401, 404],
    signedIn: true,
  },
  {
    method: 'options',
    path: '/api/uploads',
    tag: 'files',
    says: {
      en: 'What the upload protocol can do here (tus 1.0.0)',
      ru: 'Возможности протокола загрузки (tus 1.0.0)',
      ky: 'Жүктөө протоколунун мүмкүнчүлүктөрү (tus 1.0.0)',
      ko: '업로드 규약의 지원 범위(tus 1.0.0)',
    },
    answers: {
      204: {
        says: 'Versions, extensions, the largest file',
        headers: ['Tus-Version', 'Tus-Extension', 'Tus-Max-Size', 'Tus-Checksum-Algorithm'],
      },
    },
  },
  {
    method: 'post',
    path: '/api/uploads',
    tag: 'files',
    says: { en: 'Begin an upload', ru: 'Начать загрузку файла', ky: 'Файлды жүктөөнү баштоо', ko: '업로드 시작' },
    parameters: [
      tusVersion,
      inHeader('Upload-Length', { type: 'integer', minimum: 1 }),
      inHeader('Upload-Metadata', {
        type: 'string',
        description: '`filename`, `filetype`, `sha256`: key and base64 value, comma-separated',
      }),
    ],
    answers: {
      201: json(
        'Begun; or, where your organisation has sent the same content before, the finished upload with its whole offset',
        ref('UploadState'),
        ['Location', 'Upload-Offset'],
      ),
    },
    faults: [401, 412, 413, 422],
    signedIn: true,
  },
  {
    method: 'head',
    path: '/api/uploads/{id}',
    tag: 'files',
    says: {
      en: 'How much of an upload has arrived',
      ru: 'Сколько файла уже получено',
      ky: 'Файлдын канчасы келди',
      ko: '도착한 분량 조회',
    },
    parameters: [tusVersion, inPath('id')],
    answers: { 200: { says: 'The offset to go on from', headers: ['Upload-Offset', 'Upload-Length'] } },
    faults: [401, 404],
    signedIn: true,
  },
  {
    method: 'patch',
    path: '/api/uploads/{id}',
    tag: 'files',
    says: {
      en: 'Send a piece of a file',
      ru: 'Отправить часть файла',
      ky: 'Файлдын бөлүгүн жөнөтүү',
      ko: '파일 조각 보내기',
    },
    parameters: [
      tusVersion,
      inPath('id'),
      inHeader('Upload-Offset', { type: 'integer', minimum: 0 }),
      inHeader(
        'Upload-Checksum',
        { type: 'string', description: '`sha256` or `sha1`, a space, the digest in base64' },
        false,
      ),
    ],
    body: { type: 'application/offset+octet-stream', schema: { type: 'string', format: 'binary' } },
    answers: { 204: { says: 'Taken; the new offset', headers: ['Upload-Offset'] } },
    faults: [401, 404, 409, 413, 422, 460],
    signedIn: true,
  },
  {
    method: 'delete',
    path: '/api/uploads/{id}',
    tag: 'files',
    says: {
      en: 'Give up an unfinished upload',
      ru: 'Прекратить незавершённую загрузку',
      ky: 'Аяктабаган жүктөөнү токтотуу',
      ko: '미완료 업로드 중단',
    },
    parameters: [tusVersion, inPath('id')],
    answers: { 204: { says: 'Forgotten' } },
    faults: [401, 404, 409],
    signedIn: true,
  },
  {
    method: 'get',
    path: '/api/uploads/{id}/state',
    tag: 'files',
    says: {
      en: 'The state of an upload and of its virus scan',
      ru: 'Состояние загрузки и проверки на вирусы',
      ky: 'Жүктөөнүн жана вируска текшерүүнүн абалы',
      ko: '업로드와 바이러스 검사 상태',
    },
    parameters: [inPath('id')],
    answers: { 200: json('The upload', ref('UploadState')) },
    faults: [401, 404],
    signedIn: true,
  },
  {
    method: 'post',
    path: '/api/uploads/form',
    tag: 'files',
    says: {
      en: 'Upload a file by a plain form',
      ru: 'Загрузить файл обычной формой',
      ky: 'Файлды жөнөкөй форма менен жүктөө',
      ko: '일반 양식으로 업로드',
    },
    body: {
      type: 'multipart/form-data',
      schema: {
        type: 'object',
        properties: {
          file: { type: 'string', format: 'binary' },
          back: { type: 'string', description: 'A path of this site to lead back to' },
        },
        required: ['file'],
      },
    },
    answers: {
      201: json('Received', ref('UploadState')),
      303: { says: 'Back to the page, with `upload` or `fault`', headers: ['Location'] },
    },
    faults: [401, 413, 422, 503],
    signedIn: true,
  },
  {
    method: 'get',
    path: '/api/documents/{upload}',
    tag: 'files',
    says: { en: 'Download a document', ru: 'Скачать документ', ky: 'Документти жүктөп алуу', ko: '서류 내려받기' },
    parameters: [inPath('upload'), inHeader('Range', text, false)],
    answers: {
      200: {
        says: 'The bytes that were uploaded',
        type: 'application/octet-stream',
        schema: { type: 'string', format: 'binary' },
        headers: ['ETag', 'Content-Disposition', 'Repr-Digest', 'Accept-Ranges'],
      },
      206: {
        says: 'The range asked for',
        type: 'application/octet-stream',
        schema: { type: 'string', format: 'binary' },
        headers: ['Content-Range'],
      },
      304: { says: 'You have it already' },
    },
    faults: [404, 409, 416],
  },
  {
    method: 'get',
    path: '/api/drafts',
    tag: 'drafts',
    says: {
      en: 'Your organisation’s drafts, newest first',
      ru: 'Черновики вашей организации, новые сверху',
      ky: 'Уюмуңуздун долбоорлору, жаңылары биринчи',
      ko: '소속 기관의 임시저장 목록',
    },
    parameters: [inQuery('kind', { type: 'string', pattern: '^[a-z0-9-]{1,60}$' })],
    answers: { 200: json('Drafts without their bodies', all({ drafts: list(ref('Draft')) })) },
    faults: [401, 422],
    signedIn: true,
  },
  {
    method: 'get',
    path: '/api/drafts/{id}',
    tag: 'drafts',
    says: { en: 'Read a draft', ru: 'Прочитать черновик', ky: 'Долбоорду окуу', ko: '임시저장 읽기' },
    parameters: [inPath('id')],
    answers: { 200: json('The draft', ref('Draft')) },
    faults: [401, 404],
    signedIn: true,
  },
  {
    method: 'put',
    path: '/api/drafts/{id}',
    tag: 'drafts',
    says: { en: 'Save a draft', ru: 'Сохранить черновик', ky: 'Долбоорду сактоо', ko: '임시저장' },
    parameters: [inPath('id')],
    body: {
      type: 'application/json',
      schema: {
        ...jsonSchemaOf(draftSchema.omit({ body: true }).extend({ body: z.any() })),
        required: ['version', 'case', 'kind', 'body'],
      },
    },
    answers: { 200: json('Saved as this version', all({ version: whole, updated: instant })) },
    faults: [401, 404, 409, 413, 422],
    signedIn: true,
  },
  {
    method: 'delete',
    path: '/api/drafts/{id}',
    tag: 'drafts',
    says: { en: 'Delete a draft', ru: 'Удалить черновик', ky: 'Долбоорду өчүрүү', ko: '임시저장 삭제' },
    parameters: [inPath('id')],
    answers: { 204: { says: 'Deleted' } },
    faults: [401, 404],
    signedIn: true,
  },
  {
    method: 'post',
    path: '/api/webhooks',
    tag: 'webhooks',
    says: {
      en: 'Subscribe an address of your systems',
      ru: 'Подписать адрес ваших систем',
      ky: 'Системаңыздын дарегин жаздыруу',
      ko: '시스템 주소 구독',
    },
    body: { type: 'application/json', schema: jsonSchemaOf(subscribeSchema) },
    answers: {
      201: json('The subscription with its secret, shown this once', {
        allOf: [ref('Webhook'), all({ secret: text })],
      }),
    },
    faults: [401, 403, 422],
    signedIn: true,
  },
  {
    method: 'get',
    path: '/api/webhooks',
    tag: 'webhooks',
    says: {
      en: 'Your organisation’s subscriptions',
      ru: 'Подписки вашей организации',
      ky: 'Уюмуңуздун жазылуулары',
      ko: '소속 기관의 구독 목록',
    },
    answers: { 200: json('Subscriptions and how far they have come', all({ webhooks: list(ref('Webhook')) })) },
    faults: [401, 403],
    signedIn: true,
  },
  {
    method: 'post',
    path: '/api/webhooks/{id}/replay',
    tag: 'webhooks',
    says: {
      en: 'Have facts told again from a cursor',
      ru: 'Повторить доставку с указанного места',
      ky: 'Көрсөтүлгөн жерден кайра жеткирүү',
      ko: '지정 위치부터 다시 전달',
    },
    parameters: [inPath('id')],
    body: { type: 'application/json', schema: jsonSchemaOf(replaySchema) },
    answers: { 200: json('The subscription', ref('Webhook')) },
    faults: [401, 403, 404, 422],
    signedIn: true,
  },
  {
    method: 'patch',
    path: '/api/webhooks/{id}',
    tag: 'webhooks',
    says: {
      en: 'Pause or resume a subscription',
      ru: 'Приостановить или возобновить подписку',
      ky: 'Жазылууну токтотуу же улантуу',
      ko: '구독 일시중지·재개',
    },
    parameters: [inPath('id')],
    body: { type: 'application/json', schema: jsonSchemaOf(pauseSchema) },
    answers: { 200: json('The subscription', ref('Webhook')) },
    faults: [401, 403, 404, 422],
    signedIn: true,
  },
  {
    method: 'delete',
    path: '/api/webhooks/{id}',
    tag: 'webhooks',
    says: { en: 'End a subscription', ru: 'Прекратить подписку', ky: 'Жазылууну бүтүрүү', ko: '구독 해지' },
    parameters: [inPath('id')],
    answers: { 204: { says: 'Ended' } },
    faults: [401, 403, 404],
    signedIn: true,
  },
  {
    method: 'get',
    path: '/api/settings',
    tag: 'deployment',
    says: {
      en: 'Country, mode, formats, methods and keys of this deployment',
      ru: 'Страна, режим, форматы, методы и ключи этой установки',
      ky: 'Бул орнотуунун өлкөсү, режими, форматтары, ыкмалары жана ачкычтары',
      ko: '국가·모드·형식·방법·키 조회',
    },
    answers: {
      200: json(
        'The settings',
        all({
          country: text,
          mode: { enum: ['sandbox', 'live'] },
          languages: list(text),
          currency: text,
          minorUnits: whole,
          formats: { type: 'object' },
          zone: text,
          regimes: list({ type: 'object' }),
          methods: list({ type: 'object' }),
          kinds: { type: 'object' },
          units: list({ type: 'object' }),
          classifier: { type: 'object' },
          ocidPrefix: text,
          roundsPrepared: whole,
          promiseKey: hash,
          logOrigin: text,
          logKey: hash,
          signingService: { type: ['string', 'null'] },
        }),
      ),
    },
  },
  {
    method: 'get',
    path: '/api/time',
    tag: 'deployment',
    says: {
      en: 'The time by the clock that decides',
      ru: 'Время по часам, которые решают',
      ky: 'Чечүүчү саат боюнча убакыт',
      ko: '기준 시계의 시각',
    },
    answers: { 200: json('Now', all({ now: instant })) },
  },
  {
    method: 'get',
    path: '/api/me',
    tag: 'deployment',
    says: {
      en: 'Who you are signed in as',
      ru: 'Под кем вы вошли',
      ky: 'Сиз ким катары кирдиңиз',
      ko: '로그인한 사용자',
    },
    answers: {
      200: json('The person, the organisation and the roles; `actor` is null for a stranger', {
        type: 'object',
        properties: { actor: orNull({ type: 'object' }), name: text, organisation: orNull({ type: 'object' }) },
        required: ['actor'],
      }),
    },
  },
  {
    method: 'get',
    path: '/api/submission-path',
    tag: 'deployment',
    says: {
      en: 'Whether a bid could be accepted now and seen by others: database, sequencer, and time-stamp authorities or witnesses at work',
      ru: 'Может ли заявка сейчас быть принята и засвидетельствована: база данных, журнал, службы меток времени или свидетели',
      ky: 'Азыр табыштама кабыл алынып, күбөлөндүрүлө алабы: маалымат базасы, журнал, убакыт белгилери же күбөлөр',
      ko: '현재 입찰서의 접수와 외부 확인 가능 여부(데이터베이스, 로그, 시점확인 기관 또는 증인)',
    },
    answers: {
      200: json('It could', all({ up: yes, timestamps: yes, witnesses: yes })),
      503: json('It could not', all({ up: yes, timestamps: yes, witnesses: yes })),
    },
  },
  {
    method: 'post',
    path: '/api/outage-findings',
    tag: 'deployment',
    says: {
      en: 'A probe tells, signed, when the submission path was down or that it is up',
      ru: 'Проверка сообщает с подписью, когда приём заявок не работал или что он работает',
      ky: 'Текшерүү кол коюп кабыл алуу качан иштебегенин же иштеп жатканын билдирет',
      ko: '점검 프로그램의 서명된 장애·정상 보고',
    },
    body: { type: 'application/json', schema: z.toJSONSchema(sentFinding) as JsonSchema },
    answers: { 202: json('Taken', all({ taken: yes })) },
    faults: [401, 422],
  },
  {
    method: 'get',
    path: '/api/outages',
    tag: 'deployment',
    says: {
      en: 'Recorded outages of the submission path',
      ru: 'Зафиксированные сбои приёма заявок',
      ky: 'Табыштамаларды кабыл алуудагы катталган үзгүлтүктөр',
      ko: '기록된 제출 경로 장애',
    },
    answers: { 200: json('Oldest first', all({ outages: list({ type: 'object' }) })) },
  },
  {
    method: 'get',
    path: '/api/outages/{outage}/certificate',
    tag: 'deployment',
    says: {
      en: 'The signed certificate of unavailability of an outage',
      ru: 'Подписанная справка о недоступности',
      ky: 'Жеткиликсиздик жөнүндө кол коюлган маалымкат',
      ko: '서명된 이용 불가 확인서',
    },
    parameters: [{ name: 'outage', in: 'path', schema: id, required: true }],
    answers: { 200: json('The certificate', all({ certificate: { type: 'object' }, key: hash, signature: text })) },
    faults: [404],
  },
  {
    method: 'get',
    path: '/api/outages/{outage}/certificate.pdf',
    tag: 'deployment',
    says: {
      en: 'The same certificate as a document, with the signed one attached',
      ru: 'Та же справка в виде документа с приложенной подписанной справкой',
      ky: 'Ошол эле маалымкат документ түрүндө, кол коюлганы тиркелген',
      ko: '서명된 확인서를 첨부한 문서 형식의 확인서',
    },
    parameters: [
      { name: 'outage', in: 'path', schema: id, required: true },
      { name: 'lang', in: 'query', schema: { type: 'string', enum: ['ky', 'ru', 'en', 'ko'] } },
    ],
    answers: {
      200: {
        says: 'PDF/A-3a',
        type: 'application/pdf',
        schema: { type: 'string', format: 'binary' },
        headers: ['Content-Disposition'],
      },
    },
    faults: [404],
  },
  {
    method: 'get',
    path: '/api/openapi.json',
    tag: 'deployment',
    says: {
      en: 'This description of the API',
      ru: 'Это описание интерфейса',
      ky: 'Бул интерфейстин сүрөттөмөсү',
      ko: '이 API 명세',
    },
    answers: { 200: json('OpenAPI 3.1', { type: 'object' }) },
  },
  {
    method: 'get',
    path: '/api/reference',
    tag: 'deployment',
    says: {
      en: 'The same as a page to read',
      ru: 'То же в виде страницы',
      ky: 'Ошол эле окулуучу барак түрүндө',
      ko: '읽을 수 있는 명세 화면',
    },
    parameters: [inQuery('lang', { enum: ['ky', 'ru', 'en', 'ko'] })],
    answers: { 200: { says: 'A page', type: 'text/html', schema: text } },
  },
  {
    method: 'get',
    path: '/sandbox/guardians',
    tag: 'sandbox',
    says: {
      en: 'The guardian programs of this sandbox',
      ru: 'Программы независимых хранителей этой песочницы',
      ky: 'Бул песочницанын көз карандысыз сактоочуларынын программалары',
      ko: '연습 환경의 독립 보관인 프로그램',
    },
    answers: { 200: json('Guardians', all({ guardians: list({ type: 'object' }) })) },
    sandbox: true,
  },
  {
    method: 'get',
    path: '/sandbox/people',
    tag: 'sandbox',
    says: {
      en: 'The fictional people of this sandbox',
      ru: 'Вымышленные люди этой песочницы',
      ky: 'Бул песочницанын ойдон чыгарылган адамдары',
      ko: '연습 환경의 가상 인물',
    },
    answers: { 200: json('People', all({ people: list({ type: 'object' }) })) },
    sandbox: true,
  },
  {
    method: 'post',
    path: '/sandbox/people',
    tag: 'sandbox',
    says: {
      en: 'Add a fictional person',
      ru: 'Добавить вымышленное лицо',
      ky: 'Ойдон чыгарылган адамды кошуу',
      ko: '가상 인물 추가',
    },
    body: { type: 'application/json', schema: all({ person: id, name: text }) },
    answers: { 200: json('Added', all({ person: id })) },
    faults: [422],
    sandbox: true,
  },
  {
    method: 'post',
    path: '/sandbox/legal-officer',
    tag: 'sandbox',
    says: {
      en: 'Make a fictional person a legal officer, who may confirm values of the law',
      ru: 'Сделать вымышленное лицо юристом, который может подтверждать значения закона',
      ky: 'Ойдон чыгарылган адамды мыйзамдын маанилерин ырастай алган юрист кылуу',
      ko: '가상 인물을 법적 수치를 확인할 수 있는 법무담당자로 지정',
    },
    body: { type: 'application/json', schema: all({ person: id, organisation: id }) },
    answers: { 200: json('Whether it was new', all({ named: { type: 'boolean' } })) },
    faults: [422],
    sandbox: true,
  },
  {
    method: 'post',
    path: '/sandbox/sign-in',
    tag: 'sandbox',
    says: {
      en: 'Sign in as a fictional person',
      ru: 'Войти как вымышленное лицо',
      ky: 'Ойдон чыгарылган адам катары кирүү',
      ko: '가상 인물로 로그인',
    },
    body: {
      type: 'application/json',
      schema: { type: 'object', properties: { person: id, organisation: id }, required: ['person'] },
    },
    answers: {
      200: json('The session, also set as the cookie `naru_session`', all({ session: text }), ['Set-Cookie']),
    },
    faults: [404, 422],
    sandbox: true,
  },
  {
    method: 'post',
    path: '/sandbox/sign-out',
    tag: 'sandbox',
    says: { en: 'Sign out', ru: 'Выйти', ky: 'Чыгуу', ko: '로그아웃' },
    answers: { 200: json('Signed out', { type: 'object' }) },
    sandbox: true,
  },
  {
    method: 'get',
    path: '/sandbox/clock',
    tag: 'sandbox',
    says: {
      en: 'The virtual clock and the real time',
      ru: 'Условное и настоящее время',
      ky: 'Шарттуу жана чыныгы убакыт',
      ko: '가상 시각과 실제 시각',
    },
    answers: { 200: json('Both', all({ now: instant, real: instant })) },
    sandbox: true,
  },
  {
    method: 'post',
    path: '/sandbox/clock',
    tag: 'sandbox',
    says: {
      en: 'Move the virtual clock forward',
      ru: 'Перевести условное время вперёд',
      ky: 'Шарттуу убакытты алга жылдыруу',
      ko: '가상 시각 앞으로 옮기기',
    },
    body: {
      type: 'application/json',
      schema: {
        oneOf: [
          all({ to: instant }),
          all({ by: { type: 'integer', minimum: 0, description: 'milliseconds' } }),
          all({ beginDaysEarlier: { type: 'integer', minimum: 0, maximum: 400 } }),
        ],
      },
    },
    answers: { 200: json('The new now', all({ now: instant })) },
    faults: [409, 422],
    sandbox: true,
  },
]

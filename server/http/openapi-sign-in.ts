// The routes of signing in and of one's own account, as OpenAPI tells them.
import type { z } from 'zod'
import { type JsonSchema, jsonSchemaOf, type Route } from './openapi-routes.ts'
import { intentSchema } from './acts.ts'
import { certificateSchema, codeSchema, enrolSchema, newPasskeySchema, renameSchema, signInSchema } from './sign-in.ts'

const text: JsonSchema = { type: 'string' }
const yes: JsonSchema = { type: 'boolean' }
const instant: JsonSchema = { type: 'string', format: 'date-time' }
const id: JsonSchema = { type: 'string', format: 'uuid' }
const orNull = (schema: JsonSchema): JsonSchema => ({ anyOf: [schema, { type: 'null' }] })
const list = (items: JsonSchema): JsonSchema => ({ type: 'array', items })
const all = (properties: Readonly<Record<string, JsonSchema>>): JsonSchema => ({
  type: 'object',
  properties,
  required: Object.keys(properties),
})
const body = (schema: z.ZodType) => ({ type: 'application/json', schema: jsonSchemaOf(schema) })
const json = (says: string, schema: JsonSchema) => ({ says, type: 'application/json', schema })
const nothing = { 204: { says: 'Done' } }
const byId = (name: string) =>
  ({ name: 'id', in: 'path', schema: { type: 'string', description: name }, required: true }) as const

const options = (of: string) => json(`${of}, for the browser; counts once, for five minutes`, { type: 'object' })
const signedInAs = all({ person: id, organisation: orNull(id) })

export const signInRoutes: readonly Route[] = [
  {
    method: 'post',
    path: '/api/sign-in/passkey/options',
    tag: 'sign-in',
    says: {
      en: 'Ask for a challenge to sign in with a passkey',
      ru: 'Запросить вызов для входа с ключом доступа',
      ky: 'Кирүү ачкычы менен кирүү үчүн сурам алуу',
      ko: '패스키 로그인을 위한 챌린지 요청',
    },
    answers: { 200: options('PublicKeyCredentialRequestOptionsJSON') },
    faults: [409],
  },
  {
    method: 'post',
    path: '/api/sign-in/passkey',
    tag: 'sign-in',
    says: {
      en: 'Sign in with a passkey',
      ru: 'Войти с ключом доступа',
      ky: 'Кирүү ачкычы менен кирүү',
      ko: '패스키로 로그인',
    },
    body: body(signInSchema),
    answers: {
      200: {
        ...json('Signed in; the session is set as the cookie `naru_session`', signedInAs),
        headers: ['Set-Cookie'],
      },
    },
    faults: [401, 422],
  },
  {
    method: 'post',
    path: '/api/sign-in/certificate/options',
    tag: 'sign-in',
    says: {
      en: 'Ask for a text to sign in with a certificate',
      ru: 'Запросить текст для входа с сертификатом',
      ky: 'Сертификат менен кирүү үчүн текст сурануу',
      ko: '인증서 로그인을 위한 서명 원문 요청',
    },
    answers: {
      200: json(
        'The UTF-8 bytes of `text` are to be signed; counts once, for five minutes',
        all({ challenge: text, text }),
      ),
    },
    faults: [409, 429],
  },
  {
    method: 'post',
    path: '/api/sign-in/certificate',
    tag: 'sign-in',
    says: {
      en: 'Sign in with a certificate: the detached signature (CAdES) in base64',
      ru: 'Войти с сертификатом: отсоединённая подпись (CAdES) в base64',
      ky: 'Сертификат менен кирүү: өзүнчө кол тамга (CAdES) base64 түрүндө',
      ko: '인증서로 로그인: 분리 서명(CAdES)을 base64로',
    },
    body: body(certificateSchema),
    answers: {
      200: {
        ...json('Signed in; the session is set as the cookie `naru_session`', all({ person: id, organisation: id })),
        headers: ['Set-Cookie'],
      },
    },
    faults: [401, 409, 422, 429],
  },
  {
    method: 'post',
    path: '/api/enrol/options',
    tag: 'sign-in',
    says: {
      en: 'Ask to make a first passkey with the operator’s code',
      ru: 'Запросить создание первого ключа доступа по коду оператора',
      ky: 'Оператордун коду менен биринчи кирүү ачкычын түзүүнү сурануу',
      ko: '운영자의 코드로 첫 패스키 등록 요청',
    },
    body: body(codeSchema),
    answers: { 200: options('PublicKeyCredentialCreationOptionsJSON') },
    faults: [401, 409, 422],
  },
  {
    method: 'post',
    path: '/api/enrol',
    tag: 'sign-in',
    says: {
      en: 'Make the first passkey; signs in',
      ru: 'Создать первый ключ доступа; вход выполняется',
      ky: 'Биринчи кирүү ачкычын түзүү; кирүү аткарылат',
      ko: '첫 패스키 등록(로그인됨)',
    },
    body: body(enrolSchema),
    answers: {
      201: {
        ...json('Made and signed in', all({ id: text, person: id, organisation: orNull(id) })),
        headers: ['Set-Cookie'],
      },
    },
    faults: [401, 422],
  },
  {
    method: 'get',
    path: '/api/me/passkeys',
    tag: 'sign-in',
    says: {
      en: 'Your passkeys with their last use',
      ru: 'Ваши ключи доступа и их последнее использование',
      ky: 'Кирүү ачкычтарыңыз жана алардын акыркы колдонулушу',
      ko: '본인의 패스키와 최근 사용',
    },
    answers: {
      200: json(
        '`changes` is what was added or removed within a year, newest first; `id` is the credential id in base64url; `prf` whether it can wrap a key holder’s keys; `rpId` null where the site has no name',
        all({
          rpId: orNull(text),
          passkeys: list(
            all({
              id: text,
              name: text,
              created: instant,
              lastUsed: orNull(instant),
              backedUp: yes,
              transports: list(text),
              prf: yes,
            }),
          ),
          changes: list(all({ name: text, what: { enum: ['added', 'removed'] }, at: instant })),
        }),
      ),
    },
    faults: [401],
    signedIn: true,
  },
  {
    method: 'post',
    path: '/api/me/passkeys/options',
    tag: 'sign-in',
    says: {
      en: 'Ask to make a further passkey',
      ru: 'Запросить создание ещё одного ключа доступа',
      ky: 'Дагы бир кирүү ачкычын түзүүнү сурануу',
      ko: '추가 패스키 등록 요청',
    },
    answers: { 200: options('PublicKeyCredentialCreationOptionsJSON, with the extension prf asked for') },
    faults: [401, 409],
    signedIn: true,
  },
  {
    method: 'post',
    path: '/api/me/passkeys',
    tag: 'sign-in',
    says: {
      en: 'Keep a passkey that was made',
      ru: 'Сохранить созданный ключ доступа',
      ky: 'Түзүлгөн кирүү ачкычын сактоо',
      ko: '만든 패스키 저장',
    },
    body: body(newPasskeySchema),
    answers: { 201: json('Kept', all({ id: text })) },
    faults: [401, 422],
    signedIn: true,
  },
  {
    method: 'put',
    path: '/api/me/passkeys/{id}',
    tag: 'sign-in',
    says: {
      en: 'Name a passkey',
      ru: 'Назвать ключ доступа',
      ky: 'Кирүү ачкычына ат коюу',
      ko: '패스키 이름 지정',
    },
    parameters: [byId('credential id in base64url')],
    body: body(renameSchema),
    answers: nothing,
    faults: [401, 404, 422],
    signedIn: true,
  },
  {
    method: 'delete',
    path: '/api/me/passkeys/{id}',
    tag: 'sign-in',
    says: {
      en: 'Remove a passkey; the last one stays',
      ru: 'Удалить ключ доступа; последний остаётся',
      ky: 'Кирүү ачкычын өчүрүү; акыркысы калат',
      ko: '패스키 삭제(마지막 하나는 남음)',
    },
    parameters: [byId('credential id in base64url')],
    answers: nothing,
    faults: [401, 404, 409],
    signedIn: true,
  },
  {
    method: 'get',
    path: '/api/me/sessions',
    tag: 'sign-in',
    says: {
      en: 'Your open sessions',
      ru: 'Ваши открытые сеансы',
      ky: 'Ачык сеанстарыңыз',
      ko: '본인의 열려 있는 세션',
    },
    answers: {
      200: json(
        'Newest first; `own` is the one that asks',
        all({
          sessions: list(
            all({
              handle: id,
              method: { enum: ['sandbox', 'passkey', 'certificate'] },
              began: instant,
              seen: instant,
              ends: instant,
              own: yes,
            }),
          ),
        }),
      ),
    },
    faults: [401],
    signedIn: true,
  },
  {
    method: 'delete',
    path: '/api/me/sessions/{id}',
    tag: 'sign-in',
    says: {
      en: 'End one of your sessions',
      ru: 'Завершить один из своих сеансов',
      ky: 'Сеанстарыңыздын бирин аяктоо',
      ko: '본인의 세션 종료',
    },
    parameters: [byId('the session’s handle')],
    answers: nothing,
    faults: [401, 404],
    signedIn: true,
  },
  {
    method: 'post',
    path: '/api/cases/{case}/intents',
    tag: 'sign-in',
    says: {
      en: 'Ask what the passkey is to sign for an official act; the act is then sent with the answer in the header Passkey-Assertion (JSON in base64url)',
      ru: 'Запросить, что должен подписать ключ доступа для официального действия; затем действие отправляется с ответом в заголовке Passkey-Assertion (JSON в base64url)',
      ky: 'Расмий аракет үчүн кирүү ачкычы эмнеге кол коёрун сурануу; андан кийин аракет Passkey-Assertion аталышындагы жооп менен жөнөтүлөт (base64url түрүндөгү JSON)',
      ko: '공식 행위를 위해 패스키가 서명할 내용 요청. 이후 행위는 Passkey-Assertion 헤더에 응답(base64url JSON)을 담아 보냄',
    },
    parameters: [{ name: 'case', in: 'path', schema: id, required: true }],
    body: body(intentSchema),
    answers: {
      200: json(
        'The intent, what it was made of, and the question for the passkey; counts once, for five minutes',
        all({ intent: { type: 'object' }, salt: text, input: {}, publicKey: { type: 'object' } }),
      ),
    },
    faults: [401, 403, 404, 409, 422],
    signedIn: true,
  },
  {
    method: 'post',
    path: '/api/sign-out',
    tag: 'sign-in',
    says: { en: 'Sign out', ru: 'Выйти', ky: 'Чыгуу', ko: '로그아웃' },
    answers: nothing,
  },
]

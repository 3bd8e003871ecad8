// The Korean cast. Names say 예시 (example), 견본 (sample), 시험 (trial); business numbers begin with office code 000, which no tax office has.
import { type Cast, organisation } from './cast.ts'

const weights = [1, 3, 7, 1, 3, 7, 1, 3, 5]

/** Ten digits 000-00-00N with a right check digit. */
function businessNumber(serial: number) {
  const digits = [...serial.toString().padStart(9, '0')].map(Number)
  const sum =
    weights.reduce((total, weight, at) => total + weight * (digits[at] ?? 0), 0) +
    Math.floor(((digits[8] ?? 0) * 5) / 10)
  return { scheme: 'KR-BRN', id: `${digits.join('')}${(10 - (sum % 10)) % 10}` }
}

export const krCast: Cast = {
  country: 'kr',
  organisations: [
    organisation('kr', 'district', {
      name: {
        ko: '시범시 예시구청',
        en: 'Example District Office of Sample City (invented)',
        ru: 'Управа Примерного района (вымышленная)',
        ky: 'Мисал районунун башкармасы (ойдон чыгарылган)',
      },
      kinds: ['buyer'],
      identifier: businessNumber(1),
      region: '시범시',
      regime: 'local',
      people: {
        관리예: ['administrator'],
        계획예: ['planner'],
        계획승: ['plan-approver'],
        작성견: ['author'],
        승인견: ['approver'],
        승인이: ['approver'],
        재무관: ['finance-officer'],
        열쇠일: ['key-holder'],
        열쇠이: ['key-holder'],
        열쇠삼: ['key-holder'],
        심사일: ['evaluator'],
        심사이: ['evaluator'],
        계약예: ['contract-officer'],
      },
    }),
    organisation('kr', 'agency', {
      name: {
        ko: '예시국립연구원',
        en: 'Example National Institute (invented)',
        ru: 'Примерный национальный институт (вымышленный)',
        ky: 'Мисал улуттук институту (ойдон чыгарылган)',
      },
      kinds: ['buyer'],
      identifier: businessNumber(2),
      region: '견본도',
      regime: 'state',
      people: {
        총무견: ['administrator'],
        기획견: ['planner'],
        기획승: ['plan-approver'],
        공고견: ['author'],
        결재견: ['approver'],
        재무견: ['finance-officer'],
        보관일: ['key-holder'],
        보관이: ['key-holder'],
        보관삼: ['key-holder'],
        계약견: ['contract-officer'],
      },
    }),
    organisation('kr', 'audit', {
      name: {
        ko: '견본감사위원회',
        en: 'Sample Audit Board (invented)',
        ru: 'Образцовая аудиторская комиссия (вымышленная)',
        ky: 'Үлгү аудит комиссиясы (ойдон чыгарылган)',
      },
      kinds: ['guardian'],
      identifier: businessNumber(3),
      region: '시범시',
      people: { 감사장: ['administrator'], 감사인: ['key-holder'], '감사위원회 보관 프로그램': ['key-holder'] },
    }),
    organisation('kr', 'procurement-office', {
      name: {
        ko: '예시조달원',
        en: 'Example Procurement Service (invented)',
        ru: 'Примерная служба закупок (вымышленная)',
        ky: 'Мисал сатып алуу кызматы (ойдон чыгарылган)',
      },
      kinds: ['guardian'],
      identifier: businessNumber(4),
      region: '시범시',
      people: { 조달장: ['administrator'], 조달인: ['key-holder'], '조달원 보관 프로그램': ['key-holder'] },
    }),
    organisation('kr', 'notary', {
      name: {
        ko: '시험공증협회',
        en: 'Trial Notaries’ Association (invented)',
        ru: 'Пробная ассоциация нотариусов (вымышленная)',
        ky: 'Сынак нотариустар бирикмеси (ойдон чыгарылган)',
      },
      kinds: ['guardian'],
      identifier: businessNumber(5),
      region: '시범시',
      people: { 공증장: ['administrator'], 공증인: ['key-holder'], '공증협회 보관 프로그램': ['key-holder'] },
    }),
    organisation('kr', 'ga', {
      name: {
        ko: '가나다견본건설',
        en: 'Ganada Sample Construction (invented)',
        ru: 'Образцовое строительство «Ганада» (вымышленное)',
        ky: '«Ганада» үлгү курулуш (ойдон чыгарылган)',
      },
      kinds: ['supplier'],
      identifier: businessNumber(11),
      region: '시범시',
      people: { 대표가: ['administrator'], 투찰가: ['bidder'] },
    }),
    organisation('kr', 'na', {
      name: {
        ko: '라마바예시종합건설',
        en: 'Ramaba Example Builders (invented)',
        ru: 'Примерные строители «Рамаба» (вымышленные)',
        ky: '«Рамаба» мисал куруучулары (ойдон чыгарылган)',
      },
      kinds: ['supplier'],
      identifier: businessNumber(12),
      region: '시범시',
      people: { 대표나: ['administrator'], 투찰나: ['bidder'] },
    }),
    organisation('kr', 'da', {
      name: {
        ko: '사아자시험토건',
        en: 'Saaja Trial Civil Works (invented)',
        ru: 'Пробные работы «Сааджа» (вымышленные)',
        ky: '«Сааджа» сынак жумуштары (ойдон чыгарылган)',
      },
      kinds: ['supplier'],
      identifier: businessNumber(13),
      region: '견본도',
      people: { 대표다: ['administrator'], 투찰다: ['bidder'] },
    }),
    organisation('kr', 'ra', {
      name: {
        ko: '차카타표본산업',
        en: 'Chakata Specimen Industries (invented)',
        ru: 'Шаблон «Чаката» (вымышленный)',
        ky: '«Чаката» калып өнөр жайы (ойдон чыгарылган)',
      },
      kinds: ['supplier'],
      identifier: businessNumber(14),
      region: '견본도',
      people: { 대표라: ['administrator'], 투찰라: ['bidder'] },
    }),
    organisation('kr', 'ma', {
      name: {
        ko: '파하견본상사',
        en: 'Paha Sample Trading (invented)',
        ru: 'Образцовая торговля «Паха» (вымышленная)',
        ky: '«Паха» үлгү соода (ойдон чыгарылган)',
      },
      kinds: ['supplier'],
      identifier: businessNumber(15),
      region: '시범시',
      people: { 대표마: ['administrator'], 투찰마: ['bidder'] },
    }),
  ],
}

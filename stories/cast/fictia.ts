// The cast of Fictia, an invented country: even its register numbers exist nowhere else.
import { type Cast, organisation } from './cast.ts'

/** FC- + six digits + their sum modulo 10. */
function register(serial: number) {
  const six = serial.toString().padStart(6, '0')
  return { scheme: 'FC-REG', id: `FC-${six}${[...six].reduce((sum, digit) => sum + Number(digit), 0) % 10}` }
}

export const fictiaCast: Cast = {
  country: 'fictia',
  organisations: [
    organisation('fictia', 'ministry', {
      name: { en: 'Ministry of Samples', ru: 'Министерство образцов', ky: 'Үлгүлөр министрлиги', ko: '견본부' },
      kinds: ['buyer'],
      identifier: register(1),
      region: 'Specimen',
      regime: 'public-buying-act',
      people: {
        'Ada Root': ['administrator'],
        'Paul Planner': ['planner'],
        'Petra Plan-Approver': ['plan-approver'],
        'Aron Author': ['author'],
        'Anna Approver': ['approver'],
        'Albert Approver': ['approver'],
        'Fiona Finance': ['finance-officer'],
        'Karl Keyholder': ['key-holder'],
        'Klara Keyholder': ['key-holder'],
        'Knut Keyholder': ['key-holder'],
        'Eva Evaluator': ['evaluator'],
        'Emil Evaluator': ['evaluator'],
        'Cora Contract': ['contract-officer'],
      },
    }),
    organisation('fictia', 'audit', {
      name: { en: 'Audit Office of Fictia', ru: 'Аудит Фикции', ky: 'Фикция аудити', ko: '픽티아 감사원' },
      kinds: ['guardian'],
      identifier: register(2),
      region: 'Specimen',
      people: {
        'Gina Head': ['administrator'],
        'Greta Guardian': ['key-holder'],
        'Program of the Audit Office': ['key-holder'],
      },
    }),
    organisation('fictia', 'court', {
      name: { en: 'Court of Examples', ru: 'Суд примеров', ky: 'Мисалдар соту', ko: '예시법원' },
      kinds: ['guardian'],
      identifier: register(3),
      region: 'Specimen',
      people: {
        'Hugo Head': ['administrator'],
        'Gustav Guardian': ['key-holder'],
        'Program of the Court': ['key-holder'],
      },
    }),
    organisation('fictia', 'press', {
      name: {
        en: 'Free Press Association of Fictia',
        ru: 'Ассоциация прессы Фикции',
        ky: 'Фикция басма сөз бирикмеси',
        ko: '픽티아 언론협회',
      },
      kinds: ['guardian'],
      identifier: register(4),
      region: 'Specimen',
      people: {
        'Irma Head': ['administrator'],
        'Gerda Guardian': ['key-holder'],
        'Program of the Press Association': ['key-holder'],
      },
    }),
    organisation('fictia', 'acme', {
      name: { en: 'Acme Example Ltd', ru: '«Акме Пример»', ky: '«Акме Мисал»', ko: '아크메예시' },
      kinds: ['supplier'],
      identifier: register(11),
      region: 'Specimen',
      people: { 'Abe Owner': ['administrator'], 'Beth Bidder': ['bidder'] },
    }),
    organisation('fictia', 'blank', {
      name: { en: 'Blank & Sons', ru: '«Бланк и сыновья»', ky: '«Бланк жана уулдары»', ko: '블랭크와 아들들' },
      kinds: ['supplier'],
      identifier: register(12),
      region: 'Placeholder',
      people: { 'Bruno Owner': ['administrator'], 'Bill Bidder': ['bidder'] },
    }),
    organisation('fictia', 'dummy', {
      name: { en: 'Dummy Works', ru: '«Макет»', ky: '«Макет»', ko: '더미웍스' },
      kinds: ['supplier'],
      identifier: register(13),
      region: 'Placeholder',
      people: { 'Dora Owner': ['administrator'], 'Dan Bidder': ['bidder'] },
    }),
    organisation('fictia', 'lorem', {
      name: { en: 'Lorem Ipsum Co', ru: '«Лорем Ипсум»', ky: '«Лорем Ипсум»', ko: '로렘입숨' },
      kinds: ['supplier'],
      identifier: register(14),
      region: 'Placeholder',
      people: { 'Lena Owner': ['administrator'], 'Lars Bidder': ['bidder'] },
    }),
  ],
}

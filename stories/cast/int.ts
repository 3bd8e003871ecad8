// The international cast: a project that a development bank pays, and suppliers from three invented registers.
import { type Cast, organisation } from './cast.ts'

/** An identifier of a register that does not exist. */
const register = (serial: number) => ({ scheme: 'ORG-ID', id: `XX-REG-${serial.toString().padStart(4, '0')}` })

export const intCast: Cast = {
  country: 'int',
  organisations: [
    organisation('int', 'project', {
      name: {
        en: 'Sample Water Project (invented)',
        ru: 'Образцовый водный проект (вымышленный)',
        ky: 'Үлгү суу долбоору (ойдон чыгарылган)',
        ko: '견본물사업단 (가상)',
      },
      kinds: ['buyer'],
      identifier: register(1),
      region: 'Sample Region',
      regime: 'bank',
      people: {
        'Rosa Root': ['administrator'],
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
    organisation('int', 'audit', {
      name: {
        en: 'Sample Auditor (invented)',
        ru: 'Образцовый аудитор (вымышленный)',
        ky: 'Үлгү аудитор (ойдон чыгарылган)',
        ko: '견본감사인 (가상)',
      },
      kinds: ['guardian'],
      identifier: register(2),
      region: 'Sample Region',
      people: {
        'Gina Head': ['administrator'],
        'Greta Guardian': ['key-holder'],
        'Program of the Auditor': ['key-holder'],
      },
    }),
    organisation('int', 'notary', {
      name: {
        en: 'Example Notary (invented)',
        ru: 'Примерный нотариус (вымышленный)',
        ky: 'Мисал нотариус (ойдон чыгарылган)',
        ko: '예시공증인 (가상)',
      },
      kinds: ['guardian'],
      identifier: register(3),
      region: 'Sample Region',
      people: {
        'Hugo Head': ['administrator'],
        'Gustav Guardian': ['key-holder'],
        'Program of the Notary': ['key-holder'],
      },
    }),
    organisation('int', 'press', {
      name: {
        en: 'Trial Press Club (invented)',
        ru: 'Пробный пресс-клуб (вымышленный)',
        ky: 'Сынак басма сөз клубу (ойдон чыгарылган)',
        ko: '시험기자협회 (가상)',
      },
      kinds: ['guardian'],
      identifier: register(4),
      region: 'Sample Region',
      people: {
        'Irma Head': ['administrator'],
        'Gerda Guardian': ['key-holder'],
        'Program of the Press Club': ['key-holder'],
      },
    }),
    organisation('int', 'alfa', {
      name: {
        en: 'Alfa Pumps (invented)',
        ru: '«Альфа Насосы» (вымышленное)',
        ky: '«Альфа Насостор» (ойдон чыгарылган)',
        ko: '알파펌프 (가상)',
      },
      kinds: ['supplier'],
      identifier: register(11),
      region: 'Country One',
      people: {
        'Abe Owner': ['administrator'],
        'Beth Bidder': ['bidder'],
      },
    }),
    organisation('int', 'beta', {
      name: {
        en: 'Beta Waterworks (invented)',
        ru: '«Бета Водоканал» (вымышленное)',
        ky: '«Бета Суу» (ойдон чыгарылган)',
        ko: '베타수도 (가상)',
      },
      kinds: ['supplier'],
      identifier: register(12),
      region: 'Country Two',
      people: {
        'Bruno Owner': ['administrator'],
        'Bill Bidder': ['bidder'],
      },
    }),
    organisation('int', 'gamma', {
      name: {
        en: 'Gamma Supply (invented)',
        ru: '«Гамма Снабжение» (вымышленное)',
        ky: '«Гамма Камсыздоо» (ойдон чыгарылган)',
        ko: '감마공급 (가상)',
      },
      kinds: ['supplier'],
      identifier: register(13),
      region: 'Country Three',
      people: {
        'Dora Owner': ['administrator'],
        'Dan Bidder': ['bidder'],
      },
    }),
  ],
}

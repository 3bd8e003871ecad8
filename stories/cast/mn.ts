// The Mongolian cast. Names say «sample», «example», «trial»; register numbers begin with zeros, which no organisation has.
import { type Cast, organisation } from './cast.ts'

/** A register number that no register gives out. */
const register = (serial: number) => ({ scheme: 'MN-CR', id: serial.toString().padStart(7, '0') })

export const mnCast: Cast = {
  country: 'mn',
  organisations: [
    organisation('mn', 'school', {
      name: {
        en: 'Zagvar School No. 0 (invented)',
        ru: 'Школа «Загвар» №0 (вымышленная)',
        ky: '«Загвар» мектеби №0 (ойдон чыгарылган)',
        ko: '견본학교 제0호 (가상)',
      },
      kinds: ['buyer'],
      identifier: register(1),
      region: 'Загвар сум',
      regime: 'public',
      people: {
        'Дарга Загвар': ['administrator'],
        'Төлөвлөгч Жишээ': ['planner'],
        'Баталгаа Туршилт': ['plan-approver'],
        'Бэлтгэгч Загвар': ['author'],
        'Зөвшөөрөл Жишээ': ['approver'],
        'Хоёрдугаар Жишээ': ['approver'],
        'Санхүү Туршилт': ['finance-officer'],
        'Түлхүүр Нэгдүгээр': ['key-holder'],
        'Түлхүүр Хоёрдугаар': ['key-holder'],
        'Түлхүүр Гуравдугаар': ['key-holder'],
        'Үнэлгээ Жишээ': ['evaluator'],
        'Үнэлэгч Загвар': ['evaluator'],
        'Гэрээ Туршилт': ['contract-officer'],
      },
    }),
    organisation('mn', 'audit', {
      name: {
        en: 'Sample Audit Office (invented)',
        ru: 'Образцовая аудиторская служба (вымышленная)',
        ky: 'Үлгү аудит кызматы (ойдон чыгарылган)',
        ko: '견본감사원 (가상)',
      },
      kinds: ['guardian'],
      identifier: register(2),
      region: 'Загвар хот',
      people: {
        'Аудит Загвар': ['administrator'],
        'Шалгагч Ажиглагч': ['key-holder'],
        'Аудитын программ': ['key-holder'],
      },
    }),
    organisation('mn', 'procurement-office', {
      name: {
        en: 'Example Procurement Agency (invented)',
        ru: 'Примерное агентство закупок (вымышленное)',
        ky: 'Мисал сатып алуу агенттиги (ойдон чыгарылган)',
        ko: '예시조달청 (가상)',
      },
      kinds: ['guardian'],
      identifier: register(3),
      region: 'Загвар хот',
      people: {
        'Агентлаг Жишээ': ['administrator'],
        'Хадгалагч Ажиглагч': ['key-holder'],
        'Агентлагийн программ': ['key-holder'],
      },
    }),
    organisation('mn', 'suppliers-union', {
      name: {
        en: 'Trial Chamber of Suppliers (invented)',
        ru: 'Пробная палата поставщиков (вымышленная)',
        ky: 'Сынак берүүчүлөр палатасы (ойдон чыгарылган)',
        ko: '시험공급자협회 (가상)',
      },
      kinds: ['guardian'],
      identifier: register(4),
      region: 'Загвар хот',
      people: {
        'Холбоо Туршилт': ['administrator'],
        'Хөндлөн Ажиглагч': ['key-holder'],
        'Холбооны программ': ['key-holder'],
      },
    }),
    organisation('mn', 'alfa', {
      name: {
        en: 'Zagvar Alfa LLC (invented)',
        ru: 'ООО «Загвар Альфа» (вымышленное)',
        ky: '«Загвар Альфа» ЖЧК (ойдон чыгарылган)',
        ko: '자그와르알파 유한회사 (가상)',
      },
      kinds: ['supplier'],
      identifier: register(11),
      region: 'Загвар хот',
      people: {
        'Альфа Эзэн': ['administrator'],
        'Альфа Оролцогч': ['bidder'],
      },
    }),
    organisation('mn', 'beta', {
      name: {
        en: 'Jishee Beta LLC (invented)',
        ru: 'ООО «Жишээ Бета» (вымышленное)',
        ky: '«Жишээ Бета» ЖЧК (ойдон чыгарылган)',
        ko: '지셰베타 유한회사 (가상)',
      },
      kinds: ['supplier'],
      identifier: register(12),
      region: 'Жишээ хот',
      people: {
        'Бета Эзэн': ['administrator'],
        'Бета Оролцогч': ['bidder'],
      },
    }),
    organisation('mn', 'gamma', {
      name: {
        en: 'Turshilt Gamma LLC (invented)',
        ru: 'ООО «Туршилт Гамма» (вымышленное)',
        ky: '«Туршилт Гамма» ЖЧК (ойдон чыгарылган)',
        ko: '투르실트감마 유한회사 (가상)',
      },
      kinds: ['supplier'],
      identifier: register(13),
      region: 'Туршилт сум',
      people: {
        'Гамма Эзэн': ['administrator'],
        'Гамма Оролцогч': ['bidder'],
      },
    }),
  ],
}

// The Uzbek cast. Names say «sample», «example», «trial»; tax numbers begin with zeros, which no organisation has.
import { type Cast, organisation } from './cast.ts'

/** A STIR that no register gives out. */
const stir = (serial: number) => ({ scheme: 'UZ-STIR', id: serial.toString().padStart(9, '0') })

export const uzCast: Cast = {
  country: 'uz',
  organisations: [
    organisation('uz', 'school', {
      name: {
        ru: 'Образцовая школа №0 (вымышленная)',
        en: 'Namuna School No. 0 (invented)',
        ky: 'Үлгү мектеби №0 (ойдон чыгарылган)',
        ko: '견본학교 제0호 (가상)',
      },
      kinds: ['buyer'],
      identifier: stir(1),
      region: 'Namuna tumani',
      regime: 'budget',
      people: {
        'Boshliqbek Namunayev': ['administrator'],
        'Rejaboy Misolov': ['planner'],
        'Tasdiqbek Sinovov': ['plan-approver'],
        'Tuzuvchi Namunova': ['author'],
        'Maʼqulbek Misolov': ['approver'],
        'Ikkinchi Maʼqulov': ['approver'],
        'Moliya Sinovova': ['finance-officer'],
        'Kalitbek Birinchiyev': ['key-holder'],
        'Kalitbek Ikkinchiyev': ['key-holder'],
        'Kalitgul Uchinchiyeva': ['key-holder'],
        'Bahobek Misolov': ['evaluator'],
        'Bahogul Namunova': ['evaluator'],
        'Shartnoma Sinovova': ['contract-officer'],
      },
    }),
    organisation('uz', 'audit', {
      name: {
        ru: 'Образцовая счётная палата (вымышленная)',
        en: 'Sample Accounts Chamber (invented)',
        ky: 'Үлгү эсеп палатасы (ойдон чыгарылган)',
        ko: '견본감사원 (가상)',
      },
      kinds: ['guardian'],
      identifier: stir(2),
      region: 'Namuna shahri',
      people: {
        'Auditbek Namunayev': ['administrator'],
        'Tekshirbek Kuzatov': ['key-holder'],
        'Hisob palatasi dasturi': ['key-holder'],
      },
    }),
    organisation('uz', 'procurement-office', {
      name: {
        ru: 'Примерный центр закупок (вымышленный)',
        en: 'Example Procurement Centre (invented)',
        ky: 'Мисал сатып алуу борбору (ойдон чыгарылган)',
        ko: '예시조달센터 (가상)',
      },
      kinds: ['guardian'],
      identifier: stir(3),
      region: 'Namuna shahri',
      people: {
        'Markazbek Misolov': ['administrator'],
        'Saqlagul Kuzatova': ['key-holder'],
        'Xarid markazi dasturi': ['key-holder'],
      },
    }),
    organisation('uz', 'suppliers-union', {
      name: {
        ru: 'Пробный союз поставщиков (вымышленный)',
        en: 'Trial Union of Suppliers (invented)',
        ky: 'Сынак берүүчүлөр бирикмеси (ойдон чыгарылган)',
        ko: '시험공급자협회 (가상)',
      },
      kinds: ['guardian'],
      identifier: stir(4),
      region: 'Namuna shahri',
      people: {
        'Uyushma Sinovov': ['administrator'],
        'Xolisbek Kuzatov': ['key-holder'],
        'Uyushma dasturi': ['key-holder'],
      },
    }),
    organisation('uz', 'alfa', {
      name: {
        ru: 'ООО «Намуна Альфа» (вымышленное)',
        en: 'Namuna Alfa LLC (invented)',
        ky: '«Намуна Альфа» ЖЧК (ойдон чыгарылган)',
        ko: '나무나알파 유한회사 (가상)',
      },
      kinds: ['supplier'],
      identifier: stir(11),
      region: 'Namuna shahri',
      people: {
        'Alfabek Sotuvchiyev': ['administrator'],
        'Taklifbek Alfayev': ['bidder'],
      },
    }),
    organisation('uz', 'beta', {
      name: {
        ru: 'ООО «Мисол Бета» (вымышленное)',
        en: 'Misol Beta LLC (invented)',
        ky: '«Мисол Бета» ЖЧК (ойдон чыгарылган)',
        ko: '미솔베타 유한회사 (가상)',
      },
      kinds: ['supplier'],
      identifier: stir(12),
      region: 'Misol shahri',
      people: {
        'Betagul Sotuvchiyeva': ['administrator'],
        'Taklifgul Betayeva': ['bidder'],
      },
    }),
    organisation('uz', 'gamma', {
      name: {
        ru: 'ООО «Синов Гамма» (вымышленное)',
        en: 'Sinov Gamma LLC (invented)',
        ky: '«Синов Гамма» ЖЧК (ойдон чыгарылган)',
        ko: '시노브감마 유한회사 (가상)',
      },
      kinds: ['supplier'],
      identifier: stir(13),
      region: 'Sinov tumani',
      people: {
        'Gammabek Sotuvchiyev': ['administrator'],
        'Taklifbek Gammayev': ['bidder'],
      },
    }),
  ],
}

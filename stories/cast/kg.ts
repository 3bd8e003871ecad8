// The Kyrgyz cast. Names say «sample», «example», «trial»; tax numbers name a registration day in 1900, which no organisation can have.
import { type Cast, organisation } from './cast.ts'

/** 0 + ddMMyyyy + 5 digits, with a day long before the register began. */
const inn = (serial: number) => ({ scheme: 'KG-INN', id: `001011900${serial.toString().padStart(5, '0')}` })

export const kgCast: Cast = {
  country: 'kg',
  organisations: [
    organisation('kg', 'school', {
      name: {
        ky: 'Үлгү мектеби №0',
        ru: 'Образцовая школа №0 (вымышленная)',
        en: 'Sample School No. 0 (invented)',
        ko: '견본학교 제0호 (가상)',
      },
      kinds: ['buyer'],
      identifier: inn(1),
      region: 'Үлгү району',
      regime: 'budget',
      people: {
        'Башкарбек Үлгүев': ['administrator'],
        'Планжан Мисалова': ['planner'],
        'Бекитбек Сынаков': ['plan-approver'],
        'Айсынак Мисал кызы': ['author'],
        'Жакшыбек Үлгү уулу': ['approver'],
        'Экинчибек Мисалов': ['approver'],
        'Эсепгүл Сынакова': ['finance-officer'],
        'Ачкычбек Биринчиев': ['key-holder'],
        'Ачкычбек Экинчиев': ['key-holder'],
        'Ачкычгүл Үчүнчүева': ['key-holder'],
        'Баалабек Мисалов': ['evaluator'],
        'Баалагүл Үлгүева': ['evaluator'],
        'Келишимгүл Сынакова': ['contract-officer'],
      },
    }),
    organisation('kg', 'hospital', {
      name: {
        ky: 'Мисал райондук бейтапканасы',
        ru: 'Примерная районная больница (вымышленная)',
        en: 'Example District Hospital (invented)',
        ko: '예시지구병원 (가상)',
      },
      kinds: ['buyer'],
      identifier: inn(2),
      region: 'Мисал району',
      regime: 'budget',
      people: {
        'Башчыбек Мисалдаев': ['administrator'],
        'Пландагүл Мисалдаева': ['planner'],
        'Макулбек Мисалдаев': ['plan-approver'],
        'Даярбек Сынак уулу': ['author'],
        'Ырастагүл Мисалдаева': ['approver'],
        'Сактабек Биринчиев': ['key-holder'],
        'Сактабек Экинчиев': ['key-holder'],
        'Сактагүл Үчүнчүева': ['key-holder'],
        'Түзүмгүл Мисалдаева': ['contract-officer'],
      },
    }),
    organisation('kg', 'audit', {
      name: {
        ky: 'Үлгү эсептөө палатасы',
        ru: 'Образцовая счётная палата (вымышленная)',
        en: 'Sample Audit Chamber (invented)',
        ko: '견본감사원 (가상)',
      },
      kinds: ['guardian'],
      identifier: inn(3),
      region: 'Үлгү шаары',
      people: {
        'Аудитбек Үлгүев': ['administrator'],
        'Текшербек Күзөтов': ['key-holder'],
        'Эсептөө палатасынын программасы': ['key-holder'],
      },
    }),
    organisation('kg', 'procurement-office', {
      name: {
        ky: 'Мисал сатып алуулар департаменти',
        ru: 'Примерный департамент закупок (вымышленный)',
        en: 'Example Procurement Department (invented)',
        ko: '예시조달국 (가상)',
      },
      kinds: ['guardian'],
      identifier: inn(4),
      region: 'Үлгү шаары',
      people: {
        'Департамбек Мисалов': ['administrator'],
        'Сактангүл Күзөтова': ['key-holder'],
        'Департаменттин программасы': ['key-holder'],
      },
    }),
    organisation('kg', 'suppliers-union', {
      name: {
        ky: 'Сынак берүүчүлөр бирикмеси',
        ru: 'Пробный союз поставщиков (вымышленный)',
        en: 'Trial Union of Suppliers (invented)',
        ko: '시험공급자협회 (가상)',
      },
      kinds: ['guardian'],
      identifier: inn(5),
      region: 'Үлгү шаары',
      people: {
        'Бирикбек Сынаков': ['administrator'],
        'Калысбек Күзөтов': ['key-holder'],
        'Бирикменин программасы': ['key-holder'],
      },
    }),
    organisation('kg', 'alfa', {
      name: {
        ky: '«Үлгү Альфа» ЖЧК',
        ru: 'ОсОО «Образец Альфа» (вымышленное)',
        en: 'Sample Alfa LLC (invented)',
        ko: '견본알파 유한회사 (가상)',
      },
      kinds: ['supplier'],
      identifier: inn(11),
      region: 'Үлгү шаары',
      people: { 'Альфабек Сатуучу уулу': ['administrator'], 'Сунушбек Альфаев': ['bidder'] },
    }),
    organisation('kg', 'beta', {
      name: {
        ky: '«Мисал Бета» ЖЧК',
        ru: 'ОсОО «Пример Бета» (вымышленное)',
        en: 'Example Beta LLC (invented)',
        ko: '예시베타 유한회사 (가상)',
      },
      kinds: ['supplier'],
      identifier: inn(12),
      region: 'Мисал шаары',
      people: { 'Бетагүл Сатуучу кызы': ['administrator'], 'Сунушгүл Бетаева': ['bidder'] },
    }),
    organisation('kg', 'gamma', {
      name: {
        ky: '«Сынак Гамма» ЖЧК',
        ru: 'ОсОО «Проба Гамма» (вымышленное)',
        en: 'Trial Gamma LLC (invented)',
        ko: '시험감마 유한회사 (가상)',
      },
      kinds: ['supplier'],
      identifier: inn(13),
      region: 'Сынак району',
      people: { 'Гаммабек Сатуучу уулу': ['administrator'], 'Сунушбек Гаммаев': ['bidder'] },
    }),
    organisation('kg', 'delta', {
      name: {
        ky: '«Калып Дельта» ЖЧК',
        ru: 'ОсОО «Шаблон Дельта» (вымышленное)',
        en: 'Template Delta LLC (invented)',
        ko: '표본델타 유한회사 (가상)',
      },
      kinds: ['supplier'],
      identifier: inn(14),
      region: 'Үлгү району',
      people: { 'Дельтагүл Сатуучу кызы': ['administrator'], 'Сунушгүл Дельтаева': ['bidder'] },
    }),
  ],
}

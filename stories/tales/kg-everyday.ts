// Everyday Kyrgyz purchases of the sandbox; the comments give the sums by hand, in som.
import { type Everyday, everyday } from '../parts/everyday.ts'
import type { Tale } from '../world.ts'

const school = {
  buyer: 'school',
  language: 'ky' as const,
  budget: { code: '22154300', source: 'Республикалык бюджет' },
  delivery: { place: 'Үлгү району, Мисал көчөсү, 0', by: '30 күн', terms: 'Мектепке жеткирилет.' },
  payment: 'Кабыл алуу актысынан кийин 10 жумушчу күндүн ичинде төлөнөт.',
  reason: 'Сунуш талаптарга жооп берет жана баасы эң төмөн.',
}
const hospital = {
  buyer: 'hospital',
  language: 'ru' as const,
  budget: { code: '22222200', source: 'Милдеттүү медициналык камсыздандыруу фонду' },
  delivery: { place: 'Мисал району, Сынак көчөсү, 00', by: '20 дней', terms: 'Доставка на склад больницы.' },
  payment: 'Оплата в течение 10 рабочих дней после акта приёмки.',
  reason: 'Предложение соответствует требованиям и имеет наименьшую цену.',
}
const quotation = {
  method: 'kg-quotation',
  ground: 'within-ceiling' as const,
  category: 'goods' as const,
  openFor: 6,
  agencyHolders: 2,
}
const open = { method: 'kg-unlimited', ground: 'default' as const, openFor: 30, agencyHolders: 3 }
const small = {
  ky: 'Күтүлгөн нарк баа сунуштарын суроо чегинен ашпайт.',
  ru: 'Ожидаемая стоимость в пределах запроса котировок.',
}

export const milk: Everyday = {
  ...school,
  ...quotation,
  name: 'kg-milk',
  why: small.ky,
  classification: '15511000-3',
  title: {
    ky: 'Мектеп ашканасына сүт сатып алуу',
    ru: 'Закупка молока для школьной столовой',
    en: 'Milk for the school canteen',
    ko: '학교 급식용 우유 구매',
  },
  description: {
    ky: 'Пастерленген сүт, 2,5 %, жума сайын жеткирилет.',
    ru: 'Молоко пастеризованное, 2,5 %, еженедельно.',
    en: 'Pasteurised milk, 2.5 %, every week.',
    ko: '저온살균 우유 2.5%, 매주 납품합니다.',
  },
  item: { ky: 'Сүт, литр', ru: 'Молоко, литр', en: 'Milk, litre', ko: '우유, 리터' },
  quantity: 6000,
  unit: 'LTR',
  planned: '48000000',
  value: '46000000',
  bids: [
    ['gamma', 7250], // 6,000 × 72.50 = 435,000.00
    ['beta', 7400],
    ['alfa', 7310],
  ],
  winner: ['gamma', '43500000'],
}

export const gloves: Everyday = {
  ...hospital,
  ...quotation,
  name: 'kg-gloves',
  why: small.ru,
  classification: '33140000-3',
  title: {
    ru: 'Закупка медицинских перчаток',
    ky: 'Медициналык мээлейлерди сатып алуу',
    en: 'Medical gloves',
    ko: '의료용 장갑 구매',
  },
  description: {
    ru: 'Перчатки нитриловые, нестерильные.',
    ky: 'Нитрилдүү мээлейлер.',
    en: 'Nitrile gloves, not sterile.',
    ko: '니트릴 장갑(비멸균)입니다.',
  },
  item: { ru: 'Перчатки, пара', ky: 'Мээлей, жуп', en: 'Gloves, pair', ko: '장갑, 켤레' },
  quantity: 50_000,
  unit: 'PR',
  planned: '60000000',
  value: '55000000',
  bids: [
    ['beta', 1080],
    ['delta', 1045], // 50,000 × 10.45 = 522,500.00
  ],
  winner: ['delta', '52250000'],
  openAfter: 720,
}

export const road: Everyday = {
  ...school,
  ...open,
  name: 'kg-roof',
  why: 'Чектелбеген ыкма — негизги ыкма.',
  category: 'works',
  classification: '45453000-7',
  title: {
    ky: 'Мектептин чатырын капиталдык оңдоо',
    ru: 'Капитальный ремонт кровли школы',
    en: 'Repair of the school’s roof',
    ko: '학교 지붕 보수공사',
  },
  description: {
    ky: 'Чатырдын 800 м² аянтын алмаштыруу.',
    ru: 'Замена 800 м² кровли.',
    en: 'Replacement of 800 m² of roof.',
    ko: '지붕 800㎡를 교체합니다.',
  },
  item: { ky: 'Чатыр, м²', ru: 'Кровля, м²', en: 'Roof, m²', ko: '지붕, ㎡' },
  quantity: 800,
  unit: 'MTK',
  planned: '320000000',
  value: '300000000',
  bids: [
    ['alfa', 352_000],
    ['delta', 349_900], // 800 × 3,499.00 = 2,799,200.00
  ],
  winner: ['delta', '279920000'],
}

export const books: Everyday = {
  ...school,
  ...quotation,
  name: 'kg-books',
  why: small.ky,
  classification: '22112000-8',
  title: { ky: 'Окуу китептерин сатып алуу', ru: 'Закупка учебников', en: 'Textbooks', ko: '교과서 구매' },
  description: {
    ky: 'Бешинчи класс үчүн математика окуу китептери.',
    ru: 'Учебники математики для пятого класса.',
    en: 'Mathematics for the fifth form.',
    ko: '5학년 수학 교과서입니다.',
  },
  item: { ky: 'Окуу китеби', ru: 'Учебник', en: 'Textbook', ko: '교과서' },
  quantity: 900,
  unit: 'H87',
  planned: '40000000',
  value: '36000000',
  bids: [
    ['beta', 38_000], // 900 × 380.00 = 342,000.00
    ['alfa', 39_500],
  ],
  winner: ['beta', '34200000'],
}

export const computers: Everyday = {
  ...school,
  ...quotation,
  name: 'kg-computers',
  why: small.ky,
  classification: '30213300-8',
  title: {
    ky: 'Компьютердик класс үчүн компьютерлер',
    ru: 'Компьютеры для компьютерного класса',
    en: 'Computers for the computer room',
    ko: '컴퓨터실 컴퓨터 구매',
  },
  description: {
    ky: 'Он беш компьютер, монитору менен.',
    ru: 'Пятнадцать компьютеров с монитором.',
    en: 'Fifteen computers with screens.',
    ko: '모니터를 포함한 컴퓨터 15대입니다.',
  },
  item: { ky: 'Компьютер', ru: 'Компьютер', en: 'Computer', ko: '컴퓨터' },
  quantity: 15,
  unit: 'SET',
  planned: '98000000',
  value: '90000000',
  bids: [
    ['alfa', 5_800_000], // 15 × 58,000.00 = 870,000.00
    ['gamma', 6_100_000],
  ],
  winner: ['alfa', '87000000'],
}

export const kgEveryday: readonly Tale[] = [milk, gloves, road, books, computers].map(everyday)

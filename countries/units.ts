// Units of measure by UNECE Recommendation 20 code: their names, and the forms that stand after a number, in the four interface languages.
import type { Pack } from '@naru/domain/pack.ts'

type Unit = Pack['units'][number]

/**
 * One unit. English: one and more. Russian: after 1, after 2, after 5, and after a fraction where it differs from the second.
 * Kyrgyz and Korean nouns stay as they are after a number.
 */
function unit(
  code: string,
  [one, more]: readonly [string, string],
  [single, few, many, fraction = few]: readonly [string, string, string, string?],
  ky: string,
  ko: string,
): Unit {
  return {
    code,
    names: { en: one, ru: single, ky, ko },
    afterNumber: {
      en: { one, other: more },
      ru: { one: single, few, many, other: fraction },
      ky: { other: ky },
      ko: { other: ko },
    },
  }
}

export const units: Pack['units'] = [
  unit('H87', ['piece', 'pieces'], ['штука', 'штуки', 'штук'], 'даана', '개'),
  unit('SET', ['set', 'sets'], ['комплект', 'комплекта', 'комплектов'], 'топтом', '세트'),
  unit('PR', ['pair', 'pairs'], ['пара', 'пары', 'пар'], 'жуп', '켤레'),
  unit('XPK', ['package', 'packages'], ['упаковка', 'упаковки', 'упаковок'], 'таңгак', '포'),
  unit('XBX', ['box', 'boxes'], ['коробка', 'коробки', 'коробок'], 'куту', '상자'),
  unit(
    'RM',
    ['ream', 'reams'],
    ['пачка (500 листов)', 'пачки (500 листов)', 'пачек (500 листов)'],
    'пачка (500 барак)',
    '연',
  ),
  unit('KGM', ['kilogram', 'kilograms'], ['килограмм', 'килограмма', 'килограммов'], 'килограмм', '킬로그램'),
  unit('TNE', ['tonne', 'tonnes'], ['тонна', 'тонны', 'тонн'], 'тонна', '톤'),
  unit('LTR', ['litre', 'litres'], ['литр', 'литра', 'литров'], 'литр', '리터'),
  unit('MTR', ['metre', 'metres'], ['метр', 'метра', 'метров'], 'метр', '미터'),
  unit('KMT', ['kilometre', 'kilometres'], ['километр', 'километра', 'километров'], 'километр', '킬로미터'),
  unit(
    'MTK',
    ['square metre', 'square metres'],
    ['квадратный метр', 'квадратных метра', 'квадратных метров', 'квадратного метра'],
    'чарчы метр',
    '제곱미터',
  ),
  unit(
    'MTQ',
    ['cubic metre', 'cubic metres'],
    ['кубический метр', 'кубических метра', 'кубических метров', 'кубического метра'],
    'куб метр',
    '세제곱미터',
  ),
  unit(
    'KWH',
    ['kilowatt hour', 'kilowatt hours'],
    ['киловатт-час', 'киловатт-часа', 'киловатт-часов'],
    'киловатт-саат',
    '킬로와트시',
  ),
  unit('HUR', ['hour', 'hours'], ['час', 'часа', 'часов'], 'саат', '시간'),
  unit('DAY', ['day', 'days'], ['день', 'дня', 'дней'], 'күн', '일'),
  unit('MON', ['month', 'months'], ['месяц', 'месяца', 'месяцев'], 'ай', '개월'),
  unit('ANN', ['year', 'years'], ['год', 'года', 'лет', 'года'], 'жыл', '년'),
  unit('LS', ['lump sum', 'lump sums'], ['услуга целиком', 'услуги целиком', 'услуг целиком'], 'бүтүндөй', '식'),
]

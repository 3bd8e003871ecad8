// Units of measure by UNECE Recommendation 20 code, named in the four interface languages.
import type { Pack } from '@naru/domain/pack.ts'

const unit = (code: string, en: string, ru: string, ky: string, ko: string) => ({ code, names: { en, ru, ky, ko } })

export const units: Pack['units'] = [
  unit('H87', 'piece', 'штука', 'даана', '개'),
  unit('SET', 'set', 'комплект', 'топтом', '세트'),
  unit('PR', 'pair', 'пара', 'жуп', '켤레'),
  unit('XPK', 'package', 'упаковка', 'таңгак', '포'),
  unit('XBX', 'box', 'коробка', 'куту', '상자'),
  unit('RM', 'ream', 'пачка (500 листов)', 'пачка (500 барак)', '연'),
  unit('KGM', 'kilogram', 'килограмм', 'килограмм', '킬로그램'),
  unit('TNE', 'tonne', 'тонна', 'тонна', '톤'),
  unit('LTR', 'litre', 'литр', 'литр', '리터'),
  unit('MTR', 'metre', 'метр', 'метр', '미터'),
  unit('KMT', 'kilometre', 'километр', 'километр', '킬로미터'),
  unit('MTK', 'square metre', 'квадратный метр', 'чарчы метр', '제곱미터'),
  unit('MTQ', 'cubic metre', 'кубический метр', 'куб метр', '세제곱미터'),
  unit('KWH', 'kilowatt hour', 'киловатт-час', 'киловатт-саат', '킬로와트시'),
  unit('HUR', 'hour', 'час', 'саат', '시간'),
  unit('DAY', 'day', 'день', 'күн', '일'),
  unit('MON', 'month', 'месяц', 'ай', '월'),
  unit('ANN', 'year', 'год', 'жыл', '년'),
  unit('LS', 'lump sum', 'услуга целиком', 'бүтүндөй', '식'),
]

// Uzbek Cyrillic script from the Latin one, so that one catalogue serves both: by the letters of the two official alphabets, word by word.

const letters: Readonly<Record<string, string>> = {
  a: 'а',
  b: 'б',
  d: 'д',
  e: 'е',
  f: 'ф',
  g: 'г',
  h: 'ҳ',
  i: 'и',
  j: 'ж',
  k: 'к',
  l: 'л',
  m: 'м',
  n: 'н',
  o: 'о',
  p: 'п',
  q: 'қ',
  r: 'р',
  s: 'с',
  t: 'т',
  u: 'у',
  v: 'в',
  x: 'х',
  y: 'й',
  z: 'з',
  oʻ: 'ў',
  gʻ: 'ғ',
  sh: 'ш',
  ch: 'ч',
  yo: 'ё',
  yu: 'ю',
  ya: 'я',
  ye: 'е',
  ʼ: 'ъ',
}
const isLatin = /[A-Za-zʻʼ]/
const vowels = new Set([...'aeiou', 'oʻ'])

/** Signs that people type for ʻ (U+02BB, after o and g) and ʼ (U+02BC, elsewhere), brought to those two. */
const settled = (text: string): string => text.replace(/([oOgG])[ʻ'`‘’ʼ]/g, '$1ʻ').replace(/(?<=\p{L})['`‘’]/gu, 'ʼ')

/** Words that the rule would spell wrongly: borrowed ones with ц, э within, or a soft sign. Lower case, whole words. */
const exceptions: Readonly<Record<string, string>> = {
  sentabr: 'сентябрь',
  oktabr: 'октябрь',
  noyabr: 'ноябрь',
  dekabr: 'декабрь',
  yanvar: 'январь',
  fevral: 'февраль',
  aprel: 'апрель',
  iyun: 'июнь',
  iyul: 'июль',
  litsenziya: 'лицензия',
  konstitutsiya: 'конституция',
  konstitutsiyasi: 'конституцияси',
}

const isUpper = (sign: string): boolean => sign !== sign.toLowerCase()

/** One word; capitals stay where they were, and a word in capitals stays in capitals. */
function word(latin: string): string {
  const lower = latin.toLowerCase()
  const shouting = latin.length > 1 && latin === latin.toUpperCase()
  const known = exceptions[lower]
  if (known) {
    if (shouting) return known.toUpperCase()
    return isUpper(latin[0] ?? '') ? known[0]?.toUpperCase() + known.slice(1) : known
  }
  let out = ''
  for (let at = 0; at < lower.length; ) {
    const before = at === 0 ? '' : lower[at - 1] === 'ʻ' ? lower.slice(at - 2, at) : (lower[at - 1] ?? '')
    const two = lower.slice(at, at + 2)
    // y before oʻ is й with ў, never ё: yoʻl is йўл.
    const pair = two === 'yo' && lower[at + 2] === 'ʻ' ? undefined : letters[two]
    const size = two.length === 2 && pair ? 2 : 1
    const one = lower.slice(at, at + size)
    // e opens a word or follows a vowel as э; ye is е.
    const cyrillic = one === 'e' && (at === 0 || vowels.has(before)) ? 'э' : (letters[one] ?? one)
    out += shouting || isUpper(latin[at] ?? '') ? cyrillic.toUpperCase() : cyrillic
    at += size
  }
  return out
}

/** A text in Uzbek Latin as Uzbek Cyrillic. Digits, signs, and what stands in braces or in another script stay as they are. */
export const toCyrillic = (latin: string): string =>
  settled(latin)
    .split(/(\{[^}]*\})/)
    .map((part) =>
      part.startsWith('{') ? part : part.replace(/[A-Za-zʻʼ]+/g, (each) => (isLatin.test(each) ? word(each) : each)),
    )
    .join('')

// Checks the words of every room in every language: `node web/words/check.ts` prints what is wrong and fails.
import { existsSync, globSync, readFileSync } from 'node:fs'
import { join, relative } from 'node:path'
import { fileURLToPath } from 'node:url'
import { flatten, isLanguage, type Language, languages, type Part, pluralForms, takeApart } from './say.ts'

/** The words of one room, by language. */
export type Words = Readonly<Record<Language, Readonly<Record<string, string>>>>

/** Words that are rightly the same in English: names, codes, letters. */
const sameEverywhere = /^(Naru|OCDS|CSV|JSON|PDF|API|XLSX|DOCX|SHA-256|Ed25519|UTC|[\d\s.,:;·()/+№#–—-])*$/

/** What is wrong with the words of one room: missing and extra keys, broken messages, plural forms, placeholders, untranslated words. */
export function wrongWords(words: Words, room: string): string[] {
  const wrong: string[] = []
  const keys = new Set(languages.flatMap((language) => Object.keys(words[language])))
  for (const key of [...keys].sort()) {
    const english = words.en[key]
    for (const language of languages) {
      const message = words[language][key]
      const name = `${room} ${language} ${key}`
      if (message === undefined) {
        wrong.push(`${name}: missing`)
        continue
      }
      if (message.trim() === '' || message !== message.trim()) wrong.push(`${name}: empty or with space around it`)
      if (/[!]|\.\.\.|^TODO/.test(message)) wrong.push(`${name}: an exclamation mark, three dots or a note to oneself`)
      if (language !== 'en' && english !== undefined && message === english && !isNeutral(message))
        wrong.push(`${name}: as in English`)
      if (!isCitation(key)) for (const fault of foreignLetters(language, message)) wrong.push(`${name}: ${fault}`)
      if ((language === 'ky' || language === 'ru') && /[a-z][а-яңөү]|[а-яңөү][a-z]/i.test(message))
        wrong.push(`${name}: letters of two alphabets in one word`)
      try {
        const parts = takeApart(message)
        for (const gap of pluralGaps(parts, language)) wrong.push(`${name}: ${gap}`)
        if (english !== undefined) {
          const [here, there] = [placeholders(parts), placeholders(takeApart(english))]
          for (const each of there) if (!here.has(each)) wrong.push(`${name}: {${each}} of the English is not used`)
          for (const each of here) if (!there.has(each)) wrong.push(`${name}: {${each}} is not in the English`)
        }
      } catch (fault) {
        wrong.push(`${name}: ${(fault as Error).message}`)
      }
    }
  }
  return wrong
}

/** A citation names a law or a rule by its own title, whatever the reader's language. */
const isCitation = (key: string): boolean => key.startsWith('basis.')

function foreignLetters(language: string, message: string): string[] {
  const [hangul, cyrillic] = [/[\uac00-\ud7a3]/.test(message), /[\u0400-\u04ff]/.test(message)]
  if (language === 'ko') return cyrillic ? ['Cyrillic letters in Korean'] : []
  if (language === 'en') return hangul || cyrillic ? ['not English'] : []
  return hangul ? [`Hangul in ${language}`] : []
}

const isNeutral = (message: string): boolean => sameEverywhere.test(message.replace(/\{\w+\}/g, '').trim())

function placeholders(parts: readonly Part[]): Set<string> {
  const names = new Set<string>()
  for (const part of parts) {
    if (typeof part === 'string') continue
    if ('name' in part) names.add(part.name)
    else {
      names.add(part.plural)
      for (const form of Object.values(part.forms)) for (const name of placeholders(form ?? [])) names.add(name)
    }
  }
  return names
}

function pluralGaps(parts: readonly Part[], language: Language): string[] {
  const gaps: string[] = []
  for (const part of parts) {
    if (typeof part === 'string' || 'name' in part) continue
    for (const form of pluralForms[language])
      if (!part.forms[form]) gaps.push(`no plural form "${form}" of {${part.plural}}`)
    for (const [form, inner] of Object.entries(part.forms)) {
      if (!form.startsWith('=') && !(pluralForms[language] as readonly string[]).includes(form))
        gaps.push(`plural form "${form}" is never used in ${language}`)
      gaps.push(...pluralGaps(inner ?? [], language))
    }
  }
  return gaps
}

/** Keys that no source names. A template such as `fault.${n}.title` uses every key that fits it. */
export function unusedKeys(keys: readonly string[], sources: readonly string[]): string[] {
  const named = new Set<string>()
  const templates: RegExp[] = []
  for (const source of sources) {
    for (const [, text] of source.matchAll(/['"]([\w-]+(?:\.[\w/-]+)+)['"]/g)) if (text) named.add(text)
    for (const [, text] of source.matchAll(/`([\w-]+\.[^`\n]*\$\{[^`\n]*)`/g))
      if (text) {
        const shape = text.split(/\$\{[^}]*\}/).map((piece) => piece.replace(/[.*+?^${}()|[\]\\]/g, '\\$&'))
        templates.push(new RegExp(`^${shape.join('.+')}$`))
      }
  }
  return keys.filter((key) => !named.has(key) && !templates.some((template) => template.test(key)))
}

const root = fileURLToPath(new URL('../..', import.meta.url))

/** Reads the words of a folder; a language without a file has none. */
export function readWords(folder: string): Words {
  return Object.fromEntries(
    languages.map((language) => {
      const file = join(folder, `${language}.json`)
      return [language, existsSync(file) ? flatten(JSON.parse(readFileSync(file, 'utf8'))) : {}]
    }),
  ) as unknown as Words
}

/** Everything wrong with the words of the repository. */
export function wrongEverywhere(): string[] {
  const folders = [
    'web/words',
    'web/sealing-client/words',
    'domain/words',
    ...globSync('countries/*/words', { cwd: root }),
  ].filter((folder) => existsSync(join(root, folder)))
  const wrong = folders.flatMap((folder) =>
    wrongWords(readWords(join(root, folder)), relative(root, join(root, folder))),
  )
  for (const folder of folders)
    for (const file of globSync('*.json', { cwd: join(root, folder) }))
      if (!isLanguage(file.replace('.json', ''))) wrong.push(`${folder}/${file}: not one of ${languages.join(', ')}`)
  const sources = globSync(['web/**/*.{ts,tsx}', 'server/**/*.ts'], {
    cwd: root,
    exclude: (path) => /node_modules|dist-types|[\\/]build$|\.react-router/.test(path),
  }).filter((file) => !file.endsWith('.test.ts'))
  const texts = sources.map((file) => readFileSync(join(root, file), 'utf8'))
  for (const key of unusedKeys(Object.keys(readWords(join(root, 'web/words')).en), texts))
    wrong.push(`web/words ${key}: no page says it`)
  return wrong
}

if (process.argv[1] === fileURLToPath(import.meta.url)) {
  const wrong = wrongEverywhere()
  for (const line of wrong) console.error(line)
  console.log(
    wrong.length === 0
      ? `words: ${Object.keys(readWords(join(root, 'web/words')).en).length} keys of the screens, nothing wrong`
      : `words: ${wrong.length} wrong`,
  )
  process.exitCode = wrong.length === 0 ? 0 : 1
}

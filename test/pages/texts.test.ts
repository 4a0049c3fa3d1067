import t from 'tap'
import { en as appEn } from '../../src/pages/app/texts/en.ts'
import { ru as appRu } from '../../src/pages/app/texts/ru.ts'
import { tt as appTt } from '../../src/pages/app/texts/tt.ts'
import { en as consoleEn } from '../../src/pages/console/texts/en.ts'
import { ru as consoleRu } from '../../src/pages/console/texts/ru.ts'
import { fill, languages, preferredLanguage, type Text } from '../../src/pages/language/texts.ts'
import { en as phoneEn } from '../../src/pages/phone/texts/en.ts'
import { ru as phoneRu } from '../../src/pages/phone/texts/ru.ts'

const pages: Record<string, Record<string, Readonly<Record<string, Text>>>> = {
  app: { ru: appRu, en: appEn, tt: appTt },
  console: { ru: consoleRu, en: consoleEn },
  phone: { ru: phoneRu, en: phoneEn },
}

/** Forms by number; Tatar has one, and browsers do not know its rules. */
const formsOf = (language: string): string[] =>
  language === 'tt'
    ? ['other']
    : [...new Intl.PluralRules(language).resolvedOptions().pluralCategories].sort()

const holes = (text: Text | undefined): string[] => {
  const form = typeof text === 'object' ? text.other : (text ?? '')
  return [...form.matchAll(/\{(\w+)\}/g)].map(([, name]) => name ?? '').sort()
}

t.test('all catalogues of a page have the same texts with the same values', async (t) => {
  for (const [page, { ru = {}, ...others }] of Object.entries(pages)) {
    for (const [language, catalogue] of Object.entries(others)) {
      const where = `${page} ${language}`
      t.same(Object.keys(catalogue).sort(), Object.keys(ru).sort(), where)
      for (const key of Object.keys(ru)) {
        t.same(holes(catalogue[key]), holes(ru[key]), `${where} ${key}`)
      }
    }
  }
})

t.test('every text that counts has all plural forms of its language', async (t) => {
  for (const [page, catalogues] of Object.entries(pages)) {
    for (const [language, catalogue] of Object.entries(catalogues)) {
      for (const [key, text] of Object.entries(catalogue)) {
        if (typeof text === 'string') continue
        t.same(Object.keys(text).sort(), formsOf(language), `${page} ${language} ${key}`)
      }
    }
  }
})

t.test('a text that counts is told in the one form that Tatar has', async (t) => {
  t.equal(fill('tt', { other: '{count} рәсем' }, { count: 1 }), '1 рәсем')
})

t.test('a page speaks the first language of the browser that it knows', async (t) => {
  t.same(languages, ['ru', 'en'])
  t.equal(preferredLanguage(['tt-RU', 'ru-RU', 'en'], languages), 'ru')
  t.equal(preferredLanguage(['tt-RU', 'ru-RU', 'en'], ['ru', 'en', 'tt']), 'tt')
  t.equal(preferredLanguage(['EN-us', 'ru'], languages), 'en')
  t.equal(preferredLanguage(['de-DE'], languages), 'en')
})

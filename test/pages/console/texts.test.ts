import t from 'tap'
import { en } from '../../../src/pages/console/texts/en.ts'
import { ru } from '../../../src/pages/console/texts/ru.ts'
import type { Text } from '../../../src/pages/language/texts.ts'

const holes = (text: Text): string[] => {
  const form = typeof text === 'string' ? text : text.other
  return [...form.matchAll(/\{(\w+)\}/g)].map(([, name]) => name ?? '').sort()
}

t.test('both catalogues have the same texts with the same values', async (t) => {
  t.same(Object.keys(en).sort(), Object.keys(ru).sort())
  for (const key of Object.keys(ru) as (keyof typeof ru)[]) {
    t.same(holes(en[key]), holes(ru[key]), key)
  }
})

t.test('every text that counts has all plural forms of its language', async (t) => {
  for (const [language, catalogue] of Object.entries({ ru, en })) {
    const { pluralCategories } = new Intl.PluralRules(language).resolvedOptions()
    for (const [key, text] of Object.entries<Text>(catalogue)) {
      if (typeof text === 'string') continue
      t.same(Object.keys(text).sort(), [...pluralCategories].sort(), `${language} ${key}`)
    }
  }
})

export const languages = ['ru', 'en'] as const
export type Language = (typeof languages)[number]

/** A text, or its plural forms by `count`, with `{name}` where values go. */
export type Text =
  | string
  | ({ readonly other: string } & Partial<Record<Intl.LDMLPluralRule, string>>)

export type Values = Readonly<Record<string, string | number>>

/** The text of a catalogue in its language: plural form chosen by `values.count`, values put in. */
export function fill(language: Language, text: Text, values: Values = {}): string {
  const rule = new Intl.PluralRules(language).select(Number(values['count']))
  const form = typeof text === 'string' ? text : (text[rule] ?? text.other)
  return form.replace(/\{(\w+)\}/g, (hole, name: string) => {
    const value = values[name]
    if (typeof value === 'number') return value.toLocaleString(language)
    return value ?? hole
  })
}

/** The first of our languages that the person's browser asks for; English when there is none. */
export function preferredLanguage(asked: readonly string[]): Language {
  for (const tag of asked) {
    const found = languages.find((language) => tag.toLowerCase().split('-')[0] === language)
    if (found) return found
  }
  return 'en'
}

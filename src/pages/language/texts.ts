/** Languages of the pages for those who work with the hotline; a page may have others. */
export const languages = ['ru', 'en'] as const
export type Language = (typeof languages)[number]

/** A text, or its plural forms by `count`, with `{name}` where values go. */
export type Text =
  | string
  | ({ readonly other: string } & Partial<Record<Intl.LDMLPluralRule, string>>)

export type Values = Readonly<Record<string, string | number>>

/** The text of a catalogue in its language: plural form chosen by `values.count`, values put in. */
export function fill(language: string, text: Text, values: Values = {}): string {
  const rule = new Intl.PluralRules(language).select(Number(values['count']))
  const form = typeof text === 'string' ? text : (text[rule] ?? text.other)
  return form.replace(/\{(\w+)\}/g, (hole, name: string) => {
    const value = values[name]
    if (typeof value === 'number') return value.toLocaleString(language)
    return value ?? hole
  })
}

/** The first language of the page that the person's browser asks for; English when there is none. */
export function preferredLanguage<const Known extends string>(
  asked: readonly string[],
  known: readonly (Known | 'en')[],
): Known | 'en' {
  for (const tag of asked) {
    const found = known.find((language) => tag.toLowerCase().split('-')[0] === language)
    if (found) return found
  }
  return 'en'
}

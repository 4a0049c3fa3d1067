import { type Language, preferredLanguage } from '../language/texts.ts'
import { usePreference } from '../preference.ts'
import { type SchemeChoice, useScheme } from './scheme.ts'

/** How the person likes the page, kept in this browser. */
export type Taste<Tongue extends string = Language> = {
  readonly language: Tongue
  /** Those that the page speaks. */
  readonly languages: readonly Tongue[]
  readonly chooseLanguage: (language: Tongue) => void
  readonly scheme: SchemeChoice
  readonly chooseScheme: (choice: SchemeChoice) => void
}

/** The language and colours the person chose; at first what browser and system ask for. */
export function useTaste<const Tongue extends string>(
  languages: readonly (Tongue | 'en')[],
): { taste: Taste<Tongue | 'en'>; scheme: 'light' | 'dark' } {
  const usual = preferredLanguage(navigator.languages, languages)
  const [language, chooseLanguage] = usePreference('language', languages, usual)
  const { scheme, choice, choose } = useScheme()
  return {
    taste: { language, languages, chooseLanguage, scheme: choice, chooseScheme: choose },
    scheme,
  }
}

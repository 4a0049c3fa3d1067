import type { ReactNode } from 'react'
import { Catalogue, type Say as SayOf, useCatalogue } from '../language/words.tsx'
import { en } from './texts/en.ts'
import { type AppTexts, ru } from './texts/ru.ts'
import { tt } from './texts/tt.ts'

/** Languages of the lines. */
export const appLanguages = ['ru', 'en', 'tt'] as const
export type AppLanguage = (typeof appLanguages)[number]

const catalogues: Readonly<Record<AppLanguage, AppTexts>> = { ru, en, tt }

/** The languages as the server names them. */
export const serverLanguages: Readonly<Record<AppLanguage, string>> = {
  ru: 'ru-RU',
  en: 'en-US',
  tt: 'tt-RU',
}

export type Say = SayOf<keyof AppTexts>

export function WordsProvider(props: { language: AppLanguage; children: ReactNode }) {
  return (
    <Catalogue language={props.language} texts={catalogues[props.language]}>
      {props.children}
    </Catalogue>
  )
}

export const useWords = () => useCatalogue<keyof AppTexts, AppLanguage>()

/** The text of a name that is made from what the server says; something else where there is none. */
export const wordFor = (say: Say, key: string, otherwise: string): string =>
  Object.hasOwn(ru, key) ? say(key as keyof AppTexts) : otherwise

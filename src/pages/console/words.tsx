import type { ReactNode } from 'react'
import type { Language, Values } from '../language/texts.ts'
import { Catalogue, type Say as SayOf, useCatalogue } from '../language/words.tsx'
import { en } from './texts/en.ts'
import { type ConsoleTexts, ru } from './texts/ru.ts'

const catalogues: Readonly<Record<Language, ConsoleTexts>> = { ru, en }

export type Say = SayOf<keyof ConsoleTexts>

export function WordsProvider({ language, children }: { language: Language; children: ReactNode }) {
  return (
    <Catalogue language={language} texts={catalogues[language]}>
      {children}
    </Catalogue>
  )
}

export const useWords = () => useCatalogue<keyof ConsoleTexts>()

/** The text of a name that is made from what the server says; something else where there is none. */
export const wordFor = (say: Say, key: string, otherwise: string, values?: Values): string =>
  Object.hasOwn(ru, key) ? say(key as keyof ConsoleTexts, values) : otherwise

/** A topic or queue in words where we have them, else as the flows name it. */
export const nameOf = (say: Say, name: string): string => wordFor(say, `name.${name}`, name)

/** A length of waiting as callers are told it: rounded up to minutes. */
export const roughly = (say: Say, seconds: number): string =>
  seconds <= 0 ? say('at-once') : say('minutes', { count: Math.ceil(seconds / 60) })

import type { ReactNode } from 'react'
import type { Language } from '../language/texts.ts'
import { Catalogue, type Say as SayOf, useCatalogue } from '../language/words.tsx'
import { en } from './texts/en.ts'
import { type PhoneTexts, ru } from './texts/ru.ts'

const catalogues: Readonly<Record<Language, PhoneTexts>> = { ru, en }

export type Say = SayOf<keyof PhoneTexts>

export function WordsProvider({ language, children }: { language: Language; children: ReactNode }) {
  return (
    <Catalogue language={language} texts={catalogues[language]}>
      {children}
    </Catalogue>
  )
}

export const useWords = () => useCatalogue<keyof PhoneTexts>()

/** Whether the catalogues have a text of this name, for names made from what the carrier reports. */
export const isWord = (key: string): key is keyof PhoneTexts => key in ru

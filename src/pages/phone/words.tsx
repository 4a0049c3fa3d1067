import { createContext, type ReactNode, useContext, useEffect, useMemo } from 'react'
import { fill, type Language, type Values } from '../language/texts.ts'
import { en } from './texts/en.ts'
import { type PhoneTexts, ru } from './texts/ru.ts'

const catalogues: Readonly<Record<Language, PhoneTexts>> = { ru, en }

export type Say = (key: keyof PhoneTexts, values?: Values) => string

const Words = createContext<{ language: Language; say: Say } | null>(null)

/** Gives everything inside the words of one language, and the document its language and title. */
export function WordsProvider({ language, children }: { language: Language; children: ReactNode }) {
  const words = useMemo(() => {
    const say: Say = (key, values) => fill(language, catalogues[language][key], values)
    return { language, say }
  }, [language])
  useEffect(() => {
    document.documentElement.lang = language
    document.title = words.say('title')
  }, [language, words])
  return <Words value={words}>{children}</Words>
}

export function useWords() {
  const words = useContext(Words)
  if (!words) throw new Error('useWords is used outside a WordsProvider')
  return words
}

/** Whether the catalogues have a text of this name, for names made from what the carrier reports. */
export const isWord = (key: string): key is keyof PhoneTexts => key in ru

import { createContext, type ReactNode, useContext, useEffect, useMemo } from 'react'
import { fill, type Language, type Text, type Values } from './texts.ts'

export type Say<Key extends string> = (key: Key, values?: Values) => string

const Words = createContext<{ language: string; say: Say<never> } | null>(null)

/** Gives everything inside the words of one language, and the document its language and title. */
export function Catalogue(props: {
  language: string
  texts: Readonly<Record<string, Text>> & { readonly title: Text }
  children: ReactNode
}) {
  const { language, texts } = props
  const words = useMemo(() => {
    const say = (key: string, values?: Values) => fill(language, texts[key] ?? key, values)
    return { language, say }
  }, [language, texts])
  useEffect(() => {
    document.documentElement.lang = language
    document.title = words.say('title')
  }, [language, words])
  return <Words value={words}>{props.children}</Words>
}

/** The words of the catalogue around; every page says which names and languages its own has. */
export function useCatalogue<Key extends string, Tongue extends string = Language>(): {
  language: Tongue
  say: Say<Key>
} {
  const words = useContext(Words)
  if (!words) throw new Error('words are used outside a Catalogue')
  return words as { language: Tongue; say: Say<Key> }
}

import { useLayoutEffect } from 'react'
import { useTaste } from '../look/taste.ts'
import { Gate } from './gate.tsx'
import type { Brought } from './route.ts'
import { appLanguages, WordsProvider } from './words.tsx'

/** The whole page: the language and colours the person chose, and what is theirs in them. */
export function AppPage({ brought }: { brought: Brought | null }) {
  const { taste, scheme } = useTaste(appLanguages)
  useLayoutEffect(() => {
    document.documentElement.dataset['scheme'] = scheme
  }, [scheme])
  return (
    <WordsProvider language={taste.language}>
      <Gate taste={taste} brought={brought} />
    </WordsProvider>
  )
}

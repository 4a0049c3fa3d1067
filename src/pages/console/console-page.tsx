import { languages } from '../language/texts.ts'
import { Look } from '../look/look.tsx'
import { useTaste } from '../look/taste.ts'
import { Gate } from './gate.tsx'
import { WordsProvider } from './words.tsx'

/** The whole page: the language and colours the person chose, and the console in them. */
export function ConsolePage() {
  const { taste, scheme } = useTaste(languages)
  return (
    <Look scheme={scheme}>
      <WordsProvider language={taste.language}>
        <Gate taste={taste} />
      </WordsProvider>
    </Look>
  )
}

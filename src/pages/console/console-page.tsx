import { languages, preferredLanguage } from '../language/texts.ts'
import { Look } from '../look/look.tsx'
import { useScheme } from '../look/scheme.ts'
import { usePreference } from '../preference.ts'
import { Gate } from './gate.tsx'
import { WordsProvider } from './words.tsx'

/** The whole page: the language and colours the person chose, and the console in them. */
export function ConsolePage() {
  const [language, chooseLanguage] = usePreference(
    'language',
    languages,
    preferredLanguage(navigator.languages),
  )
  const { scheme, choice, choose } = useScheme()
  return (
    <Look scheme={scheme}>
      <WordsProvider language={language}>
        <Gate taste={{ language, chooseLanguage, scheme: choice, chooseScheme: choose }} />
      </WordsProvider>
    </Look>
  )
}

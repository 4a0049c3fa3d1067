import { languages, preferredLanguage } from '../language/texts.ts'
import { Look } from '../look/look.tsx'
import { useScheme } from '../look/scheme.ts'
import { usePreference } from '../preference.ts'
import { Desk } from './desk.tsx'
import { Header } from './header.tsx'
import styles from './phone-page.module.css'
import { WordsProvider } from './words.tsx'

/** The whole page: the language and colours the person chose, and the telephone in them. */
export function PhonePage() {
  const [language, setLanguage] = usePreference(
    'language',
    languages,
    preferredLanguage(navigator.languages),
  )
  const { scheme, choice, choose } = useScheme()
  return (
    <Look scheme={scheme}>
      <WordsProvider language={language}>
        <div className={styles.page}>
          <Header
            language={language}
            chooseLanguage={setLanguage}
            scheme={choice}
            chooseScheme={choose}
          />
          <Desk />
        </div>
      </WordsProvider>
    </Look>
  )
}

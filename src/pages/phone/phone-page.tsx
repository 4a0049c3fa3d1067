import { languages } from '../language/texts.ts'
import { Header } from '../look/header.tsx'
import { Look } from '../look/look.tsx'
import { useTaste } from '../look/taste.ts'
import { Desk } from './desk.tsx'
import styles from './phone-page.module.css'
import { useWords, WordsProvider } from './words.tsx'

/** The whole page: the language and colours the person chose, and the telephone in them. */
export function PhonePage() {
  const { taste, scheme } = useTaste(languages)
  return (
    <Look scheme={scheme}>
      <WordsProvider language={taste.language}>
        <div className={styles.page}>
          <Header taste={taste}>
            <Subtitle />
          </Header>
          <Desk />
        </div>
      </WordsProvider>
    </Look>
  )
}

function Subtitle() {
  const { say } = useWords()
  return <p className={styles.subtitle}>{say('subtitle')}</p>
}

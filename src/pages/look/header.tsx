import type { ReactNode } from 'react'
import { useCatalogue } from '../language/words.tsx'
import { Drawing, switchPaths } from './drawing.tsx'
import styles from './header.module.css'
import { type SchemeChoice, schemeChoices } from './scheme.ts'
import type { Taste } from './taste.ts'

/** What a language calls itself, after its short name. */
const names: Readonly<Record<string, string>> = {
  ru: 'по-русски',
  en: 'in English',
  tt: 'татарча',
}

const following = (choice: SchemeChoice): SchemeChoice =>
  schemeChoices[(schemeChoices.indexOf(choice) + 1) % schemeChoices.length] ?? 'system'

/**
 * The head of every page: its title, the other languages, the colours.
 *
 * @param children what is between the title and the switches
 */
export function Header<Tongue extends string>(props: {
  taste: Taste<Tongue>
  children?: ReactNode
}) {
  const { taste, children } = props
  const { say } = useCatalogue<'title' | 'switch.scheme' | `scheme.${SchemeChoice}`>()
  const schemeLabel = `${say('switch.scheme')}: ${say(`scheme.${taste.scheme}`)}`
  return (
    <header className={styles.header}>
      <h1 className={styles.title}>{say('title')}</h1>
      <div className={styles.middle}>{children}</div>
      {taste.languages
        .filter((language) => language !== taste.language)
        .map((language) => (
          <button
            key={language}
            type="button"
            className={styles.switch}
            lang={language}
            aria-label={`${language.toUpperCase()}, ${names[language] ?? language}`}
            onClick={() => taste.chooseLanguage(language)}
          >
            {language.toUpperCase()}
          </button>
        ))}
      <button
        type="button"
        className={styles.switch}
        aria-label={schemeLabel}
        title={schemeLabel}
        onClick={() => taste.chooseScheme(following(taste.scheme))}
      >
        <Drawing path={switchPaths[taste.scheme]} />
      </button>
    </header>
  )
}

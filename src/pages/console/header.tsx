import { ActionIcon, Button } from '@mantine/core'
import type { ReactNode } from 'react'
import type { Language } from '../language/texts.ts'
import { type SchemeChoice, schemeChoices } from '../look/scheme.ts'
import styles from './console.module.css'
import { Icon } from './icon.tsx'
import { useWords } from './words.tsx'

/** How the person likes the page, kept in this browser. */
export type Taste = {
  readonly language: Language
  readonly chooseLanguage: (language: Language) => void
  readonly scheme: SchemeChoice
  readonly chooseScheme: (choice: SchemeChoice) => void
}

const following = (choice: SchemeChoice): SchemeChoice =>
  schemeChoices[(schemeChoices.indexOf(choice) + 1) % schemeChoices.length] ?? 'system'

/** @param children what is between the title and the switches that every page has */
export function Header({ taste, children }: { taste: Taste; children?: ReactNode }) {
  const { say } = useWords()
  const other = taste.language === 'ru' ? 'en' : 'ru'
  const schemeLabel = `${say('switch.scheme')}: ${say(`scheme.${taste.scheme}`)}`
  return (
    <header className={styles.header}>
      <h1 className={styles.title}>{say('title')}</h1>
      <div className={styles.middle}>{children}</div>
      <Button
        variant="subtle"
        className={styles.switch}
        lang={other}
        aria-label={other === 'ru' ? 'RU, по-русски' : 'EN, in English'}
        onClick={() => taste.chooseLanguage(other)}
      >
        {other.toUpperCase()}
      </Button>
      <ActionIcon
        variant="subtle"
        size={40}
        aria-label={schemeLabel}
        title={schemeLabel}
        onClick={() => taste.chooseScheme(following(taste.scheme))}
      >
        <Icon name={taste.scheme} />
      </ActionIcon>
    </header>
  )
}

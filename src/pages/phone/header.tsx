import { ActionIcon, Button } from '@mantine/core'
import type { Language } from '../language/texts.ts'
import { type SchemeChoice, schemeChoices } from '../look/scheme.ts'
import { Icon } from './icon.tsx'
import styles from './phone-page.module.css'
import { useWords } from './words.tsx'

const following = (choice: SchemeChoice): SchemeChoice =>
  schemeChoices[(schemeChoices.indexOf(choice) + 1) % schemeChoices.length] ?? 'system'

export function Header(props: {
  language: Language
  chooseLanguage: (language: Language) => void
  scheme: SchemeChoice
  chooseScheme: (choice: SchemeChoice) => void
}) {
  const { say } = useWords()
  const other = props.language === 'ru' ? 'en' : 'ru'
  const schemeLabel = `${say('switch.scheme')}: ${say(`scheme.${props.scheme}`)}`
  return (
    <header className={styles.header}>
      <h1 className={styles.title}>{say('title')}</h1>
      <p className={styles.subtitle}>{say('subtitle')}</p>
      <Button
        variant="subtle"
        className={styles.switch}
        lang={other}
        aria-label={other === 'ru' ? 'RU, по-русски' : 'EN, in English'}
        onClick={() => props.chooseLanguage(other)}
      >
        {other.toUpperCase()}
      </Button>
      <ActionIcon
        variant="subtle"
        size={40}
        aria-label={schemeLabel}
        title={schemeLabel}
        onClick={() => props.chooseScheme(following(props.scheme))}
      >
        <Icon name={props.scheme} />
      </ActionIcon>
    </header>
  )
}

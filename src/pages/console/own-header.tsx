import { ActionIcon, Button } from '@mantine/core'
import type { OperatorView } from '../../web/operator/protocol.ts'
import { Header } from '../look/header.tsx'
import type { Taste } from '../look/taste.ts'
import { Choice } from './choice.tsx'
import { Elapsed } from './clock.tsx'
import styles from './console.module.css'
import { Icon } from './icon.tsx'
import { useWords } from './words.tsx'

export const views = ['desk', 'board'] as const
export type View = (typeof views)[number]

/** The header of somebody who is signed in: who it is, desk or board, the sound, the way out. */
export function OwnHeader(props: {
  taste: Taste
  me: OperatorView
  view: View
  setView: (view: View) => void
  sound: boolean
  toggleSound: () => void
  changePassword: () => void
  leave: () => void
}) {
  const { say } = useWords()
  const { me, sound } = props
  const soundLabel = say(sound ? 'sound.on' : 'sound.off')
  return (
    <Header taste={props.taste}>
      {me.role !== 'operator' && (
        <Choice
          label={say('view.switch')}
          name="view"
          options={views.map((view) => ({ value: view, label: say(`view.${view}`) }))}
          chosen={props.view}
          choose={props.setView}
        />
      )}
      <span className={styles.now}>
        {say(`presence.${me.presence}`)} <Elapsed since={me.since} />
      </span>
      <span className={styles.me}>{me.name}</span>
      <ActionIcon
        variant="subtle"
        size={40}
        aria-pressed={sound}
        aria-label={soundLabel}
        title={soundLabel}
        onClick={props.toggleSound}
      >
        <Icon name={sound ? 'sound-on' : 'sound-off'} />
      </ActionIcon>
      <ActionIcon
        variant="subtle"
        size={40}
        aria-haspopup="dialog"
        aria-label={say('password')}
        title={say('password')}
        onClick={props.changePassword}
      >
        <Icon name="key" />
      </ActionIcon>
      <Button
        variant="subtle"
        className={styles.switch}
        aria-label={say('sign-out')}
        title={say('sign-out')}
        onClick={props.leave}
      >
        <Icon name="leave" />
      </Button>
    </Header>
  )
}

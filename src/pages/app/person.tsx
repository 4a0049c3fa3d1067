import { type FormEvent, useId, useState } from 'react'
import type { PersonSettings, PersonView } from '../../web/caller/protocol.ts'
import { grouped } from '../number.ts'
import type { Account } from './account.ts'
import { Again, pauseSeconds } from './again.tsx'
import { CodeField } from './code-field.tsx'
import forms from './forms.module.css'
import styles from './people.module.css'
import { type Answer, askPersonCode, changePerson, confirmPerson, removePerson } from './session.ts'
import { Switch } from './switch.tsx'
import { Trouble, troubleOf } from './trouble.tsx'
import { useWords } from './words.tsx'

const settings = ['isToldOfCalls', 'isToldPlace', 'mayRead', 'mayWrite'] as const

/** One trusted person: what they may know, each as a switch; before that, their agreement by code. */
export function Person(props: { account: Account; person: PersonView; isChatShared: boolean }) {
  const { say } = useWords()
  const { account, person } = props
  const title = useId()
  const [isRemoving, setIsRemoving] = useState(false)
  const [isBusy, setIsBusy] = useState(false)
  const [answer, setAnswer] = useState<Answer<unknown> | null>(null)

  async function save(setting: keyof PersonSettings, isOn: boolean): Promise<Answer<unknown>> {
    // Who may not read cannot write either.
    const also = setting === 'mayRead' && !isOn ? { mayWrite: false } : {}
    const needs = setting === 'mayWrite' && isOn ? { mayRead: true } : {}
    const answered = await changePerson(person.id, { ...also, ...needs, [setting]: isOn })
    if (answered.kind === 'done') account.home?.know(person.id, answered.value)
    return answered
  }

  async function remove(): Promise<void> {
    setIsBusy(true)
    const answered = await removePerson(person.id)
    setIsBusy(false)
    setAnswer(answered)
    if (answered.kind === 'done') account.home?.know(person.id, null)
  }

  const isDumb = (setting: keyof PersonSettings) =>
    (setting === 'mayRead' || setting === 'mayWrite') && !props.isChatShared
  return (
    <section className={styles.person} aria-labelledby={title}>
      <h3 id={title}>
        <bdi>{person.name}</bdi>
      </h3>
      <p className={styles.number}>{grouped(person.phone)}</p>
      {person.state === 'invited' ? (
        <Confirming account={account} person={person} />
      ) : (
        settings.map((setting) => (
          <Switch
            key={setting}
            label={say(`may.${setting}`)}
            hint={
              person[setting] && isDumb(setting)
                ? say('may.dumb')
                : say(`may.${setting}.${person[setting] ? 'on' : 'off'}`, { name: person.name })
            }
            isOn={person[setting]}
            save={(isOn) => save(setting, isOn)}
          />
        ))
      )}
      <Trouble told={troubleOf(say, answer)} />
      {isRemoving ? (
        <fieldset className={styles.sure} aria-label={say('person.remove')}>
          <p>{say('person.remove.sure', { name: person.name })}</p>
          <div className={forms.row}>
            <button
              type="button"
              className={forms.danger}
              disabled={isBusy}
              onClick={() => void remove()}
            >
              {say(isBusy ? 'saving' : 'person.remove')}
            </button>
            <button
              type="button"
              className={forms.plain}
              // biome-ignore lint/a11y/noAutofocus: the answer that changes nothing comes first
              autoFocus
              onClick={() => setIsRemoving(false)}
            >
              {say('person.keep')}
            </button>
          </div>
        </fieldset>
      ) : (
        <button type="button" className={forms.quiet} onClick={() => setIsRemoving(true)}>
          {say('person.remove')}
        </button>
      )}
    </section>
  )
}

/** The person was sent a code and tells it to the caller: that is how they agree. */
function Confirming({ account, person }: { account: Account; person: PersonView }) {
  const { say } = useWords()
  const [code, setCode] = useState('')
  const [isBusy, setIsBusy] = useState(false)
  const [answer, setAnswer] = useState<Answer<unknown> | null>(null)
  const [again, setAgain] = useState(() => Date.now() + pauseSeconds * 1000)

  async function confirm(given: string): Promise<void> {
    if (isBusy) return
    setIsBusy(true)
    const answered = await confirmPerson(person.id, given)
    setIsBusy(false)
    setAnswer(answered)
    if (answered.kind === 'done') account.home?.know(person.id, answered.value)
    else if (answered.why === 'wrong-code') setCode('')
  }

  async function sendAgain(): Promise<void> {
    setIsBusy(true)
    const answered = await askPersonCode(person.id)
    setIsBusy(false)
    setAnswer(answered)
    const after = answered.kind === 'refused' ? answered.afterSeconds : null
    setAgain(Date.now() + (after ?? pauseSeconds) * 1000)
  }

  return (
    <form
      className={forms.form}
      onSubmit={(event: FormEvent) => {
        event.preventDefault()
        void confirm(code)
      }}
    >
      <p>{say('person.invited', { name: person.name })}</p>
      <CodeField
        label={say('person.code')}
        value={code}
        isBusy={isBusy}
        onChange={setCode}
        onWhole={(whole) => void confirm(whole)}
      />
      <Trouble told={troubleOf(say, answer)} />
      <div className={forms.row}>
        <button type="submit" className={forms.primary} disabled={isBusy}>
          {say(isBusy ? 'code.checking' : 'person.confirm')}
        </button>
        <Again
          until={again}
          label={say('code.again.sms')}
          isBusy={isBusy}
          go={() => void sendAgain()}
        />
      </div>
    </form>
  )
}

import { type FormEvent, useState } from 'react'
import { useWatched } from '../channel/store.ts'
import { dialable } from '../number.ts'
import type { Account } from './account.ts'
import calls from './calls.module.css'
import { Field } from './field.tsx'
import forms from './forms.module.css'
import { Icon } from './icon.tsx'
import styles from './people.module.css'
import { Person } from './person.tsx'
import { type Answer, addPerson, changeMe } from './session.ts'
import { Switch } from './switch.tsx'
import { Trouble, troubleOf } from './trouble.tsx'
import { useHome } from './use-account.ts'
import { useWords } from './words.tsx'

/** As many as the server takes. */
const mostPeople = 10

/** Whom the caller trusts, and what each may know. */
export function People({ account }: { account: Account }) {
  const { say } = useWords()
  const { people, connection } = useHome(account)
  const me = useWatched(account.me)
  const [isAdding, setIsAdding] = useState(false)

  async function share(isChatShared: boolean): Promise<Answer<unknown>> {
    const answer = await changeMe({ isChatShared })
    if (answer.kind === 'done') account.knowMe(answer.value)
    return answer
  }

  if (people === null) {
    return (
      <p className={calls.quiet} role="status">
        {say(connection === 'offline' ? 'people.offline' : 'people.loading')}
      </p>
    )
  }
  return (
    <div className={styles.people}>
      <h2>{say('room.people')}</h2>
      <p>{say('people.what')}</p>
      {people.length > 0 && me.kind === 'caller' && (
        <section className={styles.person}>
          <Switch
            label={say('people.share')}
            hint={say(me.isChatShared ? 'people.share.on' : 'people.share.off')}
            isOn={me.isChatShared}
            save={share}
          />
        </section>
      )}
      {people.map((person) => (
        <Person
          key={person.id}
          account={account}
          person={person}
          isChatShared={me.kind === 'caller' && me.isChatShared}
        />
      ))}
      {isAdding ? (
        <AddPerson account={account} onDone={() => setIsAdding(false)} />
      ) : (
        people.length < mostPeople && (
          <button type="button" className={forms.plain} onClick={() => setIsAdding(true)}>
            <Icon name="add" />
            {say('person.add')}
          </button>
        )
      )}
    </div>
  )
}

/** At first somebody trusted is told of calls and nothing else. */
const atFirst = { isToldOfCalls: true, isToldPlace: false, mayRead: false, mayWrite: false }

function AddPerson({ account, onDone }: { account: Account; onDone: () => void }) {
  const { say } = useWords()
  const [name, setName] = useState('')
  const [phone, setPhone] = useState('+7 ')
  const [isBusy, setIsBusy] = useState(false)
  const [answer, setAnswer] = useState<Answer<unknown> | null>(null)

  async function add(event: FormEvent): Promise<void> {
    event.preventDefault()
    if (isBusy) return
    setIsBusy(true)
    const answered = await addPerson({ ...atFirst, name: name.trim(), phone: dialable(phone) })
    setIsBusy(false)
    setAnswer(answered)
    if (answered.kind !== 'done') return
    account.home?.know(answered.value.id, answered.value)
    onDone()
  }

  return (
    <form className={`${forms.form} ${styles.person}`} onSubmit={add}>
      <h3>{say('person.new')}</h3>
      <Field
        label={say('person.name')}
        name="name"
        autoComplete="off"
        required
        maxLength={100}
        // It was asked for by the button before.
        autoFocus
        value={name}
        onChange={setName}
      />
      <Field
        label={say('person.phone')}
        name="phone"
        type="tel"
        autoComplete="off"
        required
        value={phone}
        onChange={setPhone}
      />
      <p className={calls.quiet}>{say('person.invite.then')}</p>
      <Trouble told={troubleOf(say, answer)} />
      <div className={forms.row}>
        <button type="submit" className={forms.primary} disabled={isBusy}>
          {say(isBusy ? 'saving' : 'person.invite')}
        </button>
        <button type="button" className={forms.quiet} onClick={onDone}>
          {say('cancel')}
        </button>
      </div>
    </form>
  )
}

import { type ChangeEvent, type FormEvent, useEffect, useRef, useState } from 'react'
import { useMedia } from '../look/use-media.ts'
import type { Account } from './account.ts'
import styles from './chat.module.css'
import forms from './forms.module.css'
import { Icon } from './icon.tsx'
import { type Opened, openPicture } from './picture.ts'
import { Preview } from './preview.tsx'
import sheet from './sheet.module.css'
import { Sheet } from './sheet.tsx'
import { Trouble } from './trouble.tsx'
import { useWords } from './words.tsx'

/** What is longer scrolls. */
const mostRows = 5

/** As long as the server takes. */
const longest = 4000

const pictures = 'image/jpeg,image/png,image/webp'

const draftName = (channel: string) => `hotline.draft.${channel}`

/** Kept by the tab, so that a page loaded anew has it still. */
function keepDraft(channel: string, text: string): void {
  try {
    if (text === '') sessionStorage.removeItem(draftName(channel))
    else sessionStorage.setItem(draftName(channel), text)
  } catch {
    // A browser that keeps nothing has the draft as long as the page.
  }
}

function draft(channel: string): string {
  try {
    return sessionStorage.getItem(draftName(channel)) ?? ''
  } catch {
    return ''
  }
}

/** Where one writes and adds photos. */
export function Composer(props: {
  account: Account
  channel: string
  line: string
  isPhotoAsked: boolean
}) {
  const { say } = useWords()
  const { account, channel, line } = props
  const [text, setText] = useState(() => draft(channel))
  const [opened, setOpened] = useState<Opened | null>(null)
  const [isChoosing, setIsChoosing] = useState(false)
  const hasCamera = useMedia('(pointer: coarse)')
  const gallery = useRef<HTMLInputElement>(null)
  const camera = useRef<HTMLInputElement>(null)
  const field = useRef<HTMLTextAreaElement>(null)

  useEffect(() => keepDraft(channel, text), [channel, text])

  function send(event?: FormEvent): void {
    event?.preventDefault()
    const said = text.trim()
    if (said === '') return
    account.say(channel, line, said)
    setText('')
    field.current?.focus()
  }

  async function choose({ currentTarget }: ChangeEvent<HTMLInputElement>): Promise<void> {
    const file = currentTarget.files?.[0]
    currentTarget.value = ''
    setIsChoosing(false)
    if (file) setOpened(await openPicture(file))
  }

  function add(): void {
    if (hasCamera) setIsChoosing(true)
    else gallery.current?.click()
  }

  return (
    <form className={styles.composer} onSubmit={send}>
      {props.isPhotoAsked && (
        <button type="button" className={`${forms.primary} ${styles.asked}`} onClick={add}>
          <Icon name="photo" />
          {say('photo.asked')}
        </button>
      )}
      <Trouble
        told={opened !== null && opened.kind !== 'picture' ? say(`photo.${opened.kind}`) : null}
      />
      <div className={styles.line}>
        <button
          type="button"
          className={styles.add}
          aria-label={say('photo.add')}
          title={say('photo.add')}
          onClick={add}
        >
          <Icon name="photo" size={28} />
        </button>
        <textarea
          ref={field}
          aria-label={say('message')}
          placeholder={say('message')}
          rows={Math.min(text.split('\n').length, mostRows)}
          maxLength={longest}
          dir="auto"
          value={text}
          onChange={({ currentTarget }) => setText(currentTarget.value)}
          onKeyDown={(event) => {
            // On a touch screen Enter is the only way to a new line.
            if (event.key !== 'Enter' || event.shiftKey || hasCamera) return
            if (!event.nativeEvent.isComposing) send(event)
          }}
        />
        <button
          type="submit"
          className={styles.send}
          aria-label={say('send')}
          disabled={text.trim() === ''}
        >
          <Icon name="send" />
        </button>
      </div>
      <input
        ref={gallery}
        type="file"
        accept={pictures}
        hidden
        aria-label={say('photo.gallery')}
        onChange={choose}
      />
      <input
        ref={camera}
        type="file"
        accept={pictures}
        capture="environment"
        hidden
        aria-label={say('photo.camera')}
        onChange={choose}
      />
      {isChoosing && (
        <Sheet label={say('photo.add')} onClose={() => setIsChoosing(false)}>
          <h2>{say('photo.add')}</h2>
          <button type="button" className={sheet.choice} onClick={() => camera.current?.click()}>
            <Icon name="photo" size={28} />
            {say('photo.camera')}
          </button>
          <button type="button" className={sheet.choice} onClick={() => gallery.current?.click()}>
            <Icon name="gallery" size={28} />
            {say('photo.gallery')}
          </button>
        </Sheet>
      )}
      {opened?.kind === 'picture' && (
        <Preview
          opened={opened}
          onSend={(picture) => {
            setOpened(null)
            account.show(channel, line, picture)
          }}
          onClose={() => setOpened(null)}
        />
      )}
    </form>
  )
}

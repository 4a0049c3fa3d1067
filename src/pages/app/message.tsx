import { useEffect, useRef, useState } from 'react'
import type { ChannelEvent } from '../../web/channel/protocol.ts'
import { Written } from '../channel/written.tsx'
import styles from './chat.module.css'
import type { Unsent } from './kept.ts'
import { drawTurned, openPicture } from './picture.ts'
import { Sheet } from './sheet.tsx'
import { ownClock } from './when.ts'
import { useWords } from './words.tsx'

type Said = Extract<ChannelEvent, { type: 'message' | 'photo' }>

/** A message or photo that everybody has who may. */
export function Message(props: {
  event: Said
  isOwn: boolean
  /** How far one's own has got. */
  mark: 'sent' | 'delivered' | 'seen'
  time: string
}) {
  const { say } = useWords()
  const { event, isOwn, mark, time } = props
  const { author } = event
  return (
    <article className={event.type === 'photo' ? styles.picture : styles.bubble}>
      {isOwn ? (
        <span className="unseen">{say('you')}: </span>
      ) : (
        <p className={styles.author}>
          <bdi>{author.name}</bdi> <small>{say(`author.${author.kind}`)}</small>
        </p>
      )}
      {event.type === 'message' ? (
        <Written text={event.text} control={say('chat.control')} />
      ) : (
        <Photo event={event} who={isOwn ? say('you') : author.name} time={time} />
      )}
      <p className={styles.state}>
        {time}
        {isOwn && (
          <>
            {' · '}
            <span className={mark === 'seen' ? styles.seen : undefined}>{say(`mark.${mark}`)}</span>
          </>
        )}
      </p>
    </article>
  )
}

/** The thumbnail, and the whole picture over the page. */
function Photo(props: { event: Extract<Said, { type: 'photo' }>; who: string; time: string }) {
  const { say } = useWords()
  const [isOpen, setIsOpen] = useState(false)
  const { photoId, width, height } = props.event.photo
  const path = `/caller/channel/photos/${photoId}`
  const name = say('photo.of', { name: props.who, time: props.time })
  return (
    <>
      <button
        type="button"
        className={styles.thumbnail}
        aria-label={say('photo.open', { name })}
        aria-haspopup="dialog"
        onClick={() => setIsOpen(true)}
      >
        <img src={`${path}/thumbnail`} alt="" width={width} height={height} loading="lazy" />
      </button>
      {isOpen && (
        <Sheet label={name} isWhole onClose={() => setIsOpen(false)}>
          <img src={path} alt={name} width={width} height={height} />
        </Sheet>
      )}
    </>
  )
}

/** Something of one's own that waits here, is on its way, or was not taken. */
export function UnsentMessage(props: {
  item: Unsent
  /** Share of a photo that the server has, 0 to 1; null = it has not begun. */
  progress: number | null
  isOver: boolean
  retry: () => void
  discard: () => void
}) {
  const { say, language } = useWords()
  const { item, progress } = props
  const refused = props.isOver && item.refused === null ? 'call-over' : item.refused
  const isOnWay = refused === null && progress !== null
  const share = new Intl.NumberFormat(language, { style: 'percent' }).format(progress ?? 0)
  const state = (() => {
    if (refused !== null) return say(`refused.${refused}`)
    if (!isOnWay) return say('mark.waiting')
    return progress === 1 ? say('photo.checking') : say('photo.progress', { share })
  })()
  return (
    <article className={item.kind === 'photo' ? styles.picture : styles.bubble} data-unsent>
      <span className="unseen">{say('you')}: </span>
      {item.kind === 'message' ? (
        <Written text={item.text} control={say('chat.control')} />
      ) : (
        <Kept picture={item.picture} />
      )}
      {isOnWay && <progress aria-label={say('photo')} value={progress} max={1} />}
      <p className={refused === null ? styles.state : styles.refused}>
        {ownClock(item.at)} · {state}
      </p>
      {(refused !== null || item.kind === 'photo') && (
        <p className={styles.ways}>
          {refused !== null && !props.isOver && (
            <button type="button" onClick={props.retry}>
              {say('retry')}
            </button>
          )}
          <button type="button" onClick={props.discard}>
            {say(refused === null ? 'photo.cancel' : 'discard')}
          </button>
        </p>
      )}
    </article>
  )
}

/** A picture that is on this device alone. */
function Kept({ picture }: { picture: Blob }) {
  const { say } = useWords()
  const canvas = useRef<HTMLCanvasElement>(null)
  useEffect(() => {
    let isLeft = false
    void openPicture(picture).then((opened) => {
      if (opened.kind !== 'picture') return
      if (canvas.current && !isLeft) drawTurned(canvas.current, opened.bitmap, 0, 400)
      opened.bitmap.close()
    })
    return () => {
      isLeft = true
    }
  }, [picture])
  return (
    <canvas
      ref={canvas}
      className={styles.kept}
      role="img"
      aria-label={say('photo')}
      width={400}
      height={300}
    />
  )
}

import { useEffect, useRef, useState } from 'react'
import forms from './forms.module.css'
import { Icon } from './icon.tsx'
import { drawTurned, mostBytes, type Opened, type Turns, toSend } from './picture.ts'
import sheet from './sheet.module.css'
import { Sheet } from './sheet.tsx'
import { sizeOf } from './when.ts'
import { useWords } from './words.tsx'

/** Longest side of what is drawn to be looked at. */
const drawnPixels = 1600

/** A whole picture is offered where it has noticeably more to show. */
const worthOffering = 1.5

const turned = (turns: Turns, by: 1 | 3) => ((turns + by) % 4) as Turns

/** A picture before it is sent: turned upright, whole or smaller. */
export function Preview(props: {
  opened: Extract<Opened, { kind: 'picture' }>
  onSend: (picture: Blob) => void
  onClose: () => void
}) {
  const { say, language } = useWords()
  const { opened } = props
  const { file, bitmap } = opened
  const [turns, setTurns] = useState<Turns>(0)
  const [isWhole, setIsWhole] = useState(false)
  const [isBusy, setIsBusy] = useState(false)
  const [hasFailed, setHasFailed] = useState(false)
  const [smaller, setSmaller] = useState<Blob | null>(null)
  const canvas = useRef<HTMLCanvasElement>(null)

  useEffect(() => {
    if (canvas.current) drawTurned(canvas.current, bitmap, turns, drawnPixels)
  }, [bitmap, turns])
  useEffect(() => {
    toSend(opened, 0, false)
      .then(setSmaller)
      .catch(() => setHasFailed(true))
  }, [opened])
  useEffect(() => () => bitmap.close(), [bitmap])

  async function send(): Promise<void> {
    setIsBusy(true)
    try {
      const made =
        turns === 0 && !isWhole && smaller ? smaller : await toSend(opened, turns, isWhole)
      props.onSend(made)
    } catch {
      setHasFailed(true)
      setIsBusy(false)
    }
  }

  const isOffered =
    smaller !== null && file.size <= mostBytes && file.size > smaller.size * worthOffering
  return (
    <Sheet label={say('photo.preview')} isWhole onClose={props.onClose}>
      <canvas ref={canvas} role="img" aria-label={say('photo.preview')} data-turns={turns} />
      <div className={sheet.foot}>
        {hasFailed && <p role="alert">{say('photo.unreadable')}</p>}
        {isOffered && (
          <label>
            <input
              type="checkbox"
              checked={isWhole}
              onChange={({ currentTarget }) => setIsWhole(currentTarget.checked)}
            />
            {say('photo.whole', { size: sizeOf(file.size, language) })}
          </label>
        )}
        <button
          type="button"
          className={sheet.round}
          aria-label={say('photo.left')}
          onClick={() => setTurns(turned(turns, 3))}
        >
          <Icon name="turn-left" />
        </button>
        <button
          type="button"
          className={sheet.round}
          aria-label={say('photo.right')}
          onClick={() => setTurns(turned(turns, 1))}
        >
          <Icon name="turn-right" />
        </button>
        <button
          type="button"
          className={forms.primary}
          disabled={isBusy}
          onClick={() => void send()}
        >
          <Icon name="send" />
          {smaller === null || isWhole
            ? say('photo.send')
            : say('photo.send.size', { size: sizeOf(smaller.size, language) })}
        </button>
      </div>
    </Sheet>
  )
}

import { useCallback, useEffect, useReducer, useRef, useState } from 'react'
import type { PhoneReport } from '../../simulator/phone-protocol.ts'
import { type Connection, type ConnectionState, connect } from './connection.ts'
import { type Message, received } from './messages.ts'
import { apply, dial, lose, onHook, press, type Telephone } from './telephone.ts'
import { createVoice, type Voice } from './voice.ts'

type Happening =
  | { readonly what: 'report'; readonly report: PhoneReport; readonly at: number }
  | { readonly what: 'dial'; readonly to: string }
  | { readonly what: 'press'; readonly keys: string }
  | { readonly what: 'lose'; readonly at: number }

function happen(state: Telephone, happening: Happening): Telephone {
  switch (happening.what) {
    case 'report':
      return apply(state, happening.report, happening.at)
    case 'dial':
      return dial(happening.to)
    case 'press':
      return press(state, happening.keys)
    case 'lose':
      return lose(state, happening.at)
  }
}

const socketUrl = () => new URL('/phone/socket', window.location.href.replace(/^http/, 'ws')).href

/**
 * The telephone of this page: its state, what a person can do with it, and its voice.
 *
 * @param number that it is rung by; empty for its own
 */
export function useTelephone(sound: boolean, number: string) {
  const [telephone, note] = useReducer(happen, onHook)
  const [connection, setConnection] = useState<ConnectionState>('connecting')
  const [everConnected, setEverConnected] = useState(false)
  const [voiceless, setVoiceless] = useState(false)
  const [messages, setMessages] = useState<readonly Message[]>([])
  const line = useRef<Connection>(null)
  const voice = useRef<Voice>(null)
  const soundNow = useRef(sound)
  const numberNow = useRef(number)

  useEffect(() => {
    const reader = createVoice(() => setVoiceless(true))
    const wire = connect(
      socketUrl(),
      (report) => {
        note({ what: 'report', report, at: Date.now() })
        if (report.type === 'message') setMessages((before) => received(before, report))
        if (report.type === 'utterance' && soundNow.current) {
          const { utterance } = report
          reader.say(report, () => wire.send({ type: 'spoken', utterance }))
        }
        const isOver = report.type === 'call' && report.state === 'ended'
        if (report.type === 'utterance-end' || isOver) reader.stop()
      },
      (state) => {
        setConnection(state)
        if (state === 'connected') {
          setEverConnected(true)
          wire.send({ type: 'sound', on: soundNow.current })
          if (numberNow.current !== '') wire.send({ type: 'number', number: numberNow.current })
        }
        if (state === 'lost') {
          reader.stop()
          note({ what: 'lose', at: Date.now() })
        }
      },
    )
    line.current = wire
    voice.current = reader
    return () => {
      reader.stop()
      wire.close()
    }
  }, [])

  useEffect(() => {
    if (soundNow.current === sound) return
    soundNow.current = sound
    line.current?.send({ type: 'sound', on: sound })
    if (!sound) voice.current?.mute()
  }, [sound])

  useEffect(() => {
    if (numberNow.current === number) return
    numberNow.current = number
    setMessages([])
    line.current?.send({ type: 'number', number })
  }, [number])

  return {
    telephone,
    /** That have come to the number, newest first. */
    messages,
    connection,
    everConnected,
    voiceless: voiceless && sound,
    retry: useCallback(() => line.current?.retry(), []),
    /** @param from any text; absent for the telephone's own number */
    dial: useCallback((to: string, from?: string) => {
      const command = { type: 'dial', to, ...(from === undefined ? {} : { from }) } as const
      if (line.current?.send(command)) note({ what: 'dial', to })
    }, []),
    press: useCallback((keys: string) => {
      if (line.current?.send({ type: 'keys', keys })) note({ what: 'press', keys })
    }, []),
    speak: useCallback((seconds: number) => {
      line.current?.send({ type: 'speak', seconds })
    }, []),
    answer: useCallback(() => {
      line.current?.send({ type: 'answer' })
    }, []),
    hangUp: useCallback(() => {
      line.current?.send({ type: 'hang-up' })
    }, []),
  }
}

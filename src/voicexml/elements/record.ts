import { childrenNamed } from '../check/walk.ts'
import type { Compiler } from '../compiler.ts'
import type { XmlElement } from '../element.ts'
import { createObject, type ScriptObject } from '../expressions/value.ts'
import type { Departure, FormItem, Listening, Run } from '../flow.ts'
import { fill, hear, noteInput, noteResult } from '../form-interpretation.ts'
import { hearsKeys, itemAt, listeningAt, positionOf } from '../input.ts'
import { milliseconds, property } from '../properties.ts'
import { type Recording, recordingValue } from '../recording.ts'
import { contextOf, raise } from '../run.ts'
import type { Input, RecordWait } from '../turn.ts'
import { compileGrammar } from './grammars.ts'

const KEYS = '1234567890*#'

/** Where the document names no time. */
const DEFAULT_MAX_SECONDS = 300
const DEFAULT_SILENCE_SECONDS = 5

/** What carriers record. */
const FORMAT = /^audio\/(?:x-|vnd\.)?wave?$/i

/**
 * `<record>` (VoiceXML 2.0 section 2.3.6): the caller speaks; a key, silence or the longest time ends it. Of
 * the active grammars those of a single key can be heard meanwhile: a key that a grammar from outside takes
 * leaves the item empty, any other that ends the recording keeps it.
 */
export const compileRecord = (
  element: XmlElement,
  compiler: Compiler,
): Pick<FormItem, 'kind' | 'visit' | 'take' | 'grammars' | 'modal'> => {
  const { modal, beep, maxtime, finalsilence, dtmfterm, type } = element.attributes
  const own = { kind: 'item', value: null } as const
  const anyKey = dtmfterm !== 'false'
  const limits = {
    maxSeconds: wholeSeconds(maxtime) ?? DEFAULT_MAX_SECONDS,
    silenceSeconds: wholeSeconds(finalsilence) ?? DEFAULT_SILENCE_SECONDS,
  }

  const visit = (run: Run): Departure => {
    if (run.ending !== null) return { kind: 'wait', wait: { kind: 'end', how: run.ending } }
    if (type !== undefined && !FORMAT.test(type.split(';', 1)[0]?.trim() ?? '')) {
      return raise('error.unsupported.format', `recordings are audio/wav, not ${type}`)
    }
    const wait: RecordWait = {
      kind: 'record',
      beep: beep === 'true',
      ...limits,
      keys: keysThatEnd(run, anyKey),
      position: positionOf(run, itemAt(run)),
    }
    return { kind: 'wait', wait }
  }

  const take = (run: Run, input: Input): Departure | undefined => {
    const { recording, key, hungUp } = input.kind === 'recording' ? input : NOTHING
    const item = itemAt(run)
    const byTime = key === '' && !hungUp
    const atLimit = byTime && recording !== null && recording.seconds >= limits.maxSeconds
    const silent =
      recording === null ||
      recording.seconds === 0 ||
      (byTime && !atLimit && recording.seconds <= limits.silenceSeconds)
    if (byTime && silent) {
      noteInput(run, '', 'noinput')
      return { kind: 'event', name: 'noinput', message: undefined }
    }
    if (key !== '') {
      const target = targetOfKey(run, item, key)
      if (target === 'outside') return hear(run, key)
      noteInput(run, key, 'match')
      noteResult(run, key, key)
    }
    if (!silent) {
      const { dialog } = contextOf(run)
      const { reference, seconds } = recording
      const name = item.named ? item.name : ''
      run.events.push({ type: 'recording', dialog: dialog.id, item: name, reference, seconds })
      if (item.named) {
        const termchar = anyKey && key !== '' ? key : undefined
        contextOf(run).dialogScope[`${item.name}$`] = shadowOf(recording, termchar, atLimit)
      }
    }
    if (hungUp) {
      if (!silent) contextOf(run).dialogScope[item.name] = recordingValue(recording)
      run.ending = 'hangup'
      return { kind: 'event', name: 'connection.disconnect.hangup', message: undefined }
    }
    return silent ? undefined : fill(run, recordingValue(recording))
  }

  return {
    kind: 'input',
    modal: modal !== 'false',
    grammars: childrenNamed(element, 'grammar').map((each) => compileGrammar(each, own, compiler)),
    visit,
    take,
  }
}

const NOTHING = { recording: null, key: '', hungUp: false } as const

const wholeSeconds = (time: string | undefined): number | null => {
  const length = time === undefined ? null : milliseconds(time)
  return length === null ? null : Math.max(1, Math.ceil(length / 1000))
}

/** The keys that end a recording here: every one, or those that a grammar takes alone. */
const keysThatEnd = (run: Run, anyKey: boolean): string => {
  if (!property(run, 'inputmodes').split(/\s+/).includes('dtmf')) return ''
  if (anyKey) return KEYS
  const listening = listeningIfAny(run)
  if (listening === null) return ''
  return [...KEYS].filter((key) => listening.automaton.match(key) !== null).join('')
}

/** Whose a key is: an own grammar and the key as such both keep the recording. */
const targetOfKey = (run: Run, item: FormItem, key: string): 'own' | 'outside' => {
  const listening = listeningIfAny(run)
  const match = listening?.automaton.match(key) ?? null
  const heard = match === null ? undefined : listening?.grammars[match.index]
  return heard === undefined || item.grammars.includes(heard.active) ? 'own' : 'outside'
}

const listeningIfAny = (run: Run): Listening | null =>
  hearsKeys(run, itemAt(run)) ? listeningAt(run) : null

const shadowOf = (
  { seconds, bytes }: Recording,
  termchar: string | undefined,
  maxtime: boolean,
): ScriptObject => {
  const shadow = createObject()
  shadow['duration'] = seconds * 1000
  shadow['size'] = bytes
  shadow['termchar'] = termchar
  shadow['maxtime'] = maxtime
  return shadow
}

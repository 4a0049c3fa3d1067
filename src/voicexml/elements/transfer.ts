import { childrenNamed, descendants, ownText } from '../check/walk.ts'
import { type Compiler, textIn } from '../compiler.ts'
import { destinationOf } from '../destinations.ts'
import type { XmlElement } from '../element.ts'
import { createObject } from '../expressions/value.ts'
import type { Departure, Document, FormItem, Run } from '../flow.ts'
import { fill } from '../form-interpretation.ts'
import { hearsKeys, itemAt, listeningAt, positionOf } from '../input.ts'
import { milliseconds } from '../properties.ts'
import { contextOf, raise } from '../run.ts'
import type { Destination, Input, TransferInput, TransferResult, TransferWait } from '../turn.ts'
import { compileGrammar } from './grammars.ts'

/** How long the other telephone rings where the document does not say. */
const DEFAULT_CONNECT_SECONDS = 30

/**
 * `<transfer>` (VoiceXML 2.0 section 2.3.7, 2.1 section 7): connects the caller with someone else. A bridge
 * comes back and fills the item; a blind transfer ends the call here; of a consultation only a failure comes
 * back. While the two talk nothing but the star key can be listened for, and only where it is the one thing
 * that the grammars of the element take. What `transferaudio` names is not heard: the caller hears the ringing.
 */
export const compileTransfer = (
  element: XmlElement,
  compiler: Compiler,
): Pick<FormItem, 'kind' | 'visit' | 'take' | 'grammars' | 'modal'> => {
  const { dest, bridge, type, connecttimeout, maxtime } = element.attributes
  const manner = type === undefined ? (bridge === 'true' ? 'bridge' : 'blind') : mannerOf(type)
  const destination = textIn(element, 'dest', 'destexpr', compiler)
  const aai = textIn(element, 'aai', 'aaiexpr', compiler)
  const longest = secondsOf(maxtime) ?? 0
  const maxSeconds = manner === 'bridge' && longest > 0 ? longest : null
  const own = { kind: 'item', value: null } as const

  const visit = (run: Run): Departure => {
    if (run.ending !== null) return { kind: 'wait', wait: { kind: 'end', how: run.ending } }
    if (manner === null) {
      return raise('error.unsupported.transfer', `there is no transfer of the type ${type}`)
    }
    const item = itemAt(run)
    const place = destinationOf(destination?.(run) ?? '')
    const wait: TransferWait = {
      kind: 'transfer',
      manner,
      destination: place,
      ...(dest !== undefined || writes(contextOf(run).document, place) ? { isWritten: true } : {}),
      connectSeconds: secondsOf(connecttimeout) ?? DEFAULT_CONNECT_SECONDS,
      maxSeconds,
      endsOnStar: manner === 'bridge' && endsOnStar(run, item),
      aai: aai?.(run) ?? '',
      position: positionOf(run, item),
    }
    const { kind } = wait.destination
    run.events.push({ type: 'transfer', ...placeOf(run, item), manner, destination: kind })
    return { kind: 'wait', wait }
  }

  const take = (run: Run, input: Input): Departure | undefined => {
    if (input.kind === 'transferred') return leave(run)
    if (input.kind !== 'transfer') {
      const message = 'the carrier did not place the call'
      return { kind: 'event', name: 'error.connection.noresource', message }
    }
    const item = itemAt(run)
    const result = resultOf(input, maxSeconds)
    const { seconds, hungUp } = input
    run.events.push({
      type: 'transfer-end',
      ...placeOf(run, item),
      result: hungUp ? 'caller_hangup' : result,
      seconds,
    })
    if (hungUp) {
      run.ending = 'hangup'
      return { kind: 'event', name: 'connection.disconnect.hangup', message: undefined }
    }
    if (manner === 'consultation' && ANSWERED.has(result)) return leave(run)
    if (item.named) {
      const shadow = createObject()
      shadow['duration'] = seconds
      shadow['inputmode'] = undefined
      shadow['utterance'] = undefined
      contextOf(run).dialogScope[`${item.name}$`] = shadow
    }
    return fill(run, result)
  }

  return {
    kind: 'input',
    modal: true,
    grammars: childrenNamed(element, 'grammar').map((each) => compileGrammar(each, own, compiler)),
    visit,
    take,
  }
}

/** Whether a number that was computed stands in the document, whole and in international form. */
const writes = ({ xml }: Document, place: Destination): boolean => {
  if (place.kind !== 'tel' || !place.number.startsWith('+')) return false
  const whole = new RegExp(`\\${place.number}(?!\\d)`)
  return descendants(xml).some(({ element }) =>
    [...Object.values(element.attributes), ownText(element)].some((text) => whole.test(text)),
  )
}

/** Results of a call that was answered. */
const ANSWERED: ReadonlySet<TransferResult> = new Set([
  'near_end_disconnect',
  'far_end_disconnect',
  'network_disconnect',
  'maxtime_disconnect',
])

const mannerOf = (type: string): TransferWait['manner'] | null =>
  type === 'bridge' || type === 'blind' || type === 'consultation' ? type : null

const secondsOf = (time: string | undefined): number | null => {
  const length = time === undefined ? null : milliseconds(time)
  return length === null ? null : Math.ceil(length / 1000)
}

/** The caller is gone for good; handlers run without input and output. */
const leave = (run: Run): Departure => {
  run.ending = 'transfer'
  return { kind: 'event', name: 'connection.disconnect.transfer', message: undefined }
}

/** The carrier tells only that the call was over: whether it was cut is for its length to say. */
const resultOf = ({ result, seconds }: TransferInput, maxSeconds: number | null): TransferResult =>
  maxSeconds !== null && ANSWERED.has(result) && seconds >= maxSeconds
    ? 'maxtime_disconnect'
    : result

/** Whether star, and nothing else, is to be listened for; anything more is beyond the carrier. */
const endsOnStar = (run: Run, item: FormItem): boolean => {
  if (!hearsKeys(run, item)) return false
  const { automaton } = listeningAt(run)
  const others = [...'0123456789#'].some((key) => automaton.uses(key))
  if (others || automaton.maxDigits !== 1 || automaton.match('*') === null) {
    return raise('error.unsupported.transfer.grammar', 'only * can end a transfer')
  }
  return true
}

const placeOf = (run: Run, { name, named }: FormItem) => ({
  dialog: contextOf(run).dialog.id,
  item: named ? name : '',
})

import VoiceResponse from 'twilio/lib/twiml/VoiceResponse.js'
import type { Step } from '../calls/ports.ts'
import type { PromptSegment, QueuedPrompt, SpeechPart } from '../voicexml/prompt-queue.ts'
import type { InputWait } from '../voicexml/turn.ts'
import { sayGoodbye } from './apology.ts'
import { type StreamAddresses, startStream } from './stream.ts'
import { dial, enqueue, record } from './verbs.ts'
import { voiceFor } from './voices.ts'

type Say = ReturnType<VoiceResponse['say']>
/** What speech can stand in: the document itself or the `<Gather>` of an input. */
export type Speaker = Pick<VoiceResponse, 'say' | 'play' | 'pause'>

/** Where the carrier finds a recorded file, and where it sends the answer to a turn. */
export type Addresses = {
  /** Address of a recording of the flow folder, by content hash. */
  audioUrl(hash: string): string
  turnUrl(turn: number): string
  /** What somebody with this place hears while waiting. */
  waitUrl(place: string): string
  /** Where a caller goes to meet the operator of this reservation. */
  roomUrl(reservation: string): string
  /** Where both sides of a call are streamed to, and where the carrier tells what becomes of that. */
  readonly stream: StreamAddresses
}

type Recordings = ReadonlyMap<string, { readonly hash: string }>
export type Player = { readonly play: (src: string) => string }

/**
 * A step of a call as TwiML. Prompts that keys may cut off stand inside `<Gather>`, where the carrier
 * listens; those up to the last one that keys may not cut off stand before it, where keys are lost,
 * as VoiceXML wants of them. A `<Redirect>` follows every `<Gather>`, `<Record>`, `<Enqueue>` and `<Dial>` that comes back:
 * without it a verb that was passed over would end the call.
 *
 * @see https://www.twilio.com/docs/voice/twiml/gather
 */
export const renderStep = (addresses: Addresses, audio: Recordings, step: Step): string => {
  const player: Player = {
    // An absolute address is the document's own; a path is a recording of the flow folder.
    play: (src) => {
      const recording = audio.get(src)
      return recording === undefined ? src : addresses.audioUrl(recording.hash)
    },
  }
  const response = new VoiceResponse()
  const { next } = step
  const action = addresses.turnUrl(step.nextTurn)
  if (step.stream !== undefined) startStream(response, addresses.stream, step.stream)
  if (next.kind !== 'input') {
    speakAll(response, step.prompts, player)
    if (next.kind === 'record') record(response, next.wait, action)
    else if (next.kind === 'transfer') dial(response, next, action)
    else if (next.kind === 'queue') {
      enqueue(response, next.wait.queue, action, addresses.waitUrl(next.wait.place))
    } else if (next.kind === 'room') {
      response.redirect({ method: 'POST' }, addresses.roomUrl(next.reservation))
    } else if (next.kind === 'go-on') response.redirect({ method: 'POST' }, action)
    else {
      if (next.kind === 'give-up') sayGoodbye(response, step.language)
      response.hangup()
    }
    return response.toString()
  }
  const firstInside = step.prompts.findLastIndex((prompt) => !prompt.bargein) + 1
  speakAll(response, step.prompts.slice(0, firstInside), player)
  if (next.wait.maxDigits === 0) {
    speakAll(response, step.prompts.slice(firstInside), player)
    response.pause({ length: wholeSeconds(next.wait.timeoutMs) })
  } else {
    const gather = response.gather({ ...gatherAttributes(next.wait), action })
    speakAll(gather, step.prompts.slice(firstInside), player)
  }
  response.redirect({ method: 'POST' }, action)
  return response.toString()
}

/**
 * `<Gather>` has one timeout in whole seconds, before the first key and between keys. One key needs
 * only the first; longer input gets the longer of the two, since a number cut short is worse than a
 * pause.
 */
const gatherAttributes = (wait: InputWait) => ({
  input: ['dtmf' as const],
  method: 'POST',
  actionOnEmptyResult: true,
  finishOnKey: wait.termChar ?? '',
  timeout: wholeSeconds(
    wait.maxDigits === 1 ? wait.timeoutMs : Math.max(wait.timeoutMs, wait.interdigitTimeoutMs),
  ),
  ...(wait.maxDigits === null ? {} : { numDigits: wait.maxDigits }),
})

const wholeSeconds = (milliseconds: number): number => Math.max(1, Math.ceil(milliseconds / 1000))

export const speakAll = (
  speaker: Speaker,
  prompts: readonly QueuedPrompt[],
  player: Player,
): void => {
  for (const prompt of prompts) {
    for (const segment of prompt.segments) speakSegment(speaker, segment, player)
  }
}

const speakSegment = (speaker: Speaker, segment: PromptSegment, player: Player): void => {
  switch (segment.kind) {
    case 'audio':
      speaker.play(player.play(segment.src))
      break
    case 'silence':
      speaker.pause({ length: wholeSeconds(segment.milliseconds) })
      break
    case 'speech':
      for (const parts of withinSayLimit(segment.parts)) speakParts(speaker, segment, parts)
  }
}

const speakParts = (
  speaker: Speaker,
  segment: Extract<PromptSegment, { kind: 'speech' }>,
  parts: readonly SpeechPart[],
): void => {
  const { voice, language } = voiceFor(segment.language)
  const attributes = { voice, language } as Parameters<Speaker['say']>[0]
  if (parts.every((part) => typeof part === 'string')) {
    const text = cleanText(parts.join(''))
    if (text !== '') speaker.say(attributes, text)
    return
  }
  addParts(speaker.say(attributes, ''), parts)
}

type SsmlParent = Pick<Say, 'addText' | 'break' | 'emphasis' | 'prosody'>

const addParts = (parent: SsmlParent, parts: readonly SpeechPart[]): void => {
  for (const part of parts) {
    if (typeof part === 'string') {
      parent.addText(cleanText(part, false))
      continue
    }
    switch (part.kind) {
      case 'break':
        parent.break({ time: `${part.milliseconds}ms` })
        break
      case 'emphasis':
        addParts(parent.emphasis({ level: part.level as 'moderate' }, '') as SsmlParent, part.parts)
        break
      case 'prosody': {
        const { rate, pitch, volume } = part
        const attributes = {
          ...(rate === undefined ? {} : { rate }),
          ...(pitch === undefined ? {} : { pitch }),
          ...(volume === undefined ? {} : { volume }),
        }
        addParts(parent.prosody(attributes, '') as SsmlParent, part.parts)
      }
    }
  }
}

const cleanText = (text: string, trim = true): string => {
  const oneLine = text
    .replace(/\s+/g, ' ')
    .replace(/[^\t\n\r\u0020-\ud7ff\ue000-\ufffd\u{10000}-\u{10ffff}]/gu, '')
  return trim ? oneLine.trim() : oneLine
}

/** Twilio cuts a `<Say>` off at 3,000 characters for Polly voices (13521); stay clear of it. */
const sayLimit = 2500

/** Cuts plain text that is too long for one `<Say>` at the ends of sentences. */
const withinSayLimit = (parts: readonly SpeechPart[]): readonly (readonly SpeechPart[])[] => {
  if (lengthOf(parts) <= sayLimit) return [parts]
  const groups: SpeechPart[][] = [[]]
  let room = sayLimit
  for (const part of parts.flatMap(shortParts)) {
    const length = lengthOf([part])
    if (length > room) {
      groups.push([])
      room = sayLimit
    }
    groups.at(-1)?.push(part)
    room -= length
  }
  return groups.filter((group) => group.length > 0)
}

const lengthOf = (parts: readonly SpeechPart[]): number =>
  parts.reduce(
    (length, part) =>
      length +
      (typeof part === 'string' ? part.length : part.kind === 'break' ? 0 : lengthOf(part.parts)),
    0,
  )

const shortParts = (part: SpeechPart): readonly SpeechPart[] =>
  typeof part === 'string' && part.length > sayLimit
    ? (part.match(/[^.!?…]{1,2400}[.!?…]*\s*/gu) ?? [])
    : [part]
